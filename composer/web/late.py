"""The part of an app that is made when it is first asked for: what is needed at once does not wait for its imports.

Enters: a function that makes an app. Leaves: an app that answers as that one does. It is made once, in a thread, while
others are answered.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class LateApp:
    """Answers with the app that ``make`` makes at the first request."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.to_thread(self.made) if self._app is None else self._app
        await app(scope, receive, send)

    def made(self) -> ASGIApp:
        """Return the app, made now if nobody has asked for it yet."""
        with self._lock:
            if self._app is None:
                self._app = self._make()
            return self._app
