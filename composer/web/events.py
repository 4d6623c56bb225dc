"""Server-sent events: one change here, and every open browser hears of it.

Enters: ``notify()`` from whatever has changed. Leaves: a stream of text for each browser, as the HTML standard
(section 9.2) writes it: how soon to connect again, perhaps a greeting, an event after each change, and a comment now
and then, so that both sides notice when the other is gone. A browser that is still busy when several changes come
hears of them once.

It belongs to one event loop, and has no locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import StreamingResponse

_HEARTBEAT_S: Final = 15.0
_RECONNECT_MS: Final = 1000
_END: Final = "\n"  # of an event without a name


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event as the page's EventSource gets it: the name that it listens for, and a line of data."""

    name: str
    data: str = ""

    def __str__(self) -> str:
        """Write the event as it stands in the stream."""
        return f"event: {self.name}\n{f'data: {self.data}'.rstrip()}\n\n"


class ChangeFeed:
    """Tells every open browser that something has changed, until it is closed."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Event, str] = {}
        self._closed = False

    def notify(self, *, but: str = "") -> None:
        """Wake every open stream, so that each tells its browser of the change; not the one that is called ``but``."""
        for listener, name in self._listeners.items():
            if not but or name != but:
                listener.set()

    def close(self) -> None:
        """End every stream, so that a server can stop without waiting for browsers."""
        self._closed = True
        self.notify()

    async def stream(
        self,
        describe: Callable[[], ServerEvent],
        *,
        greeting: Callable[[], ServerEvent] | None = None,
        describe_at_once: bool = False,
        pause_s: float = 0.0,
        name: str = "",
    ) -> AsyncIterator[str]:
        """Yield the text for one browser, whose page has a ``name`` of its own choice.

        The ``greeting`` is asked for when the stream hears of changes already, so that none falls between the two.
        ``describe`` is asked for the event after each change, and with ``describe_at_once`` also when the browser
        connects: something may have changed between its page and this stream. Events are ``pause_s`` apart at least.
        """
        listener = asyncio.Event()
        self._listeners[listener] = name
        if describe_at_once:
            listener.set()
        try:
            yield f"retry: {_RECONNECT_MS}\n{greeting() if greeting else _END}"
            while not self._closed:
                try:
                    async with asyncio.timeout(_HEARTBEAT_S):
                        await listener.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.clear()
                if not self._closed:
                    yield str(describe())
                    await asyncio.sleep(pause_s)
        finally:
            self._listeners.pop(listener, None)


def stream_response(events: AsyncIterator[str]) -> StreamingResponse:
    """Answer a request with a stream of events, which no cache keeps."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
