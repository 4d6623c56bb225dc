"""ASGI layers that stand before an app. Each refuses, or adds headers; none reads the app's state.

``SecurityHeaders``  headers that every answer gets, unless the app sent its own
``LoopbackOnly``     an app for this machine's own browser: no foreign name, no foreign page (DNS rebinding, CSRF)
``BodyLimit``        a request body larger than expected is refused before it is in memory

They are plain ASGI and not Starlette's ``BaseHTTPMiddleware``, which buffers and so breaks event streams.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Add ``headers`` to every answer that does not have them already."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class LoopbackOnly:
    """Answer only when the browser asked for this machine by a loopback name, from our own pages.

    A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding): its Host is foreign. A page elsewhere
    can post a form to 127.0.0.1 (CSRF): its Origin, or Sec-Fetch-Site, is foreign.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (reason := _foreign(scope["method"], Headers(scope=scope))):
            await PlainTextResponse(f"{reason}\n", status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _foreign(method: str, headers: Headers) -> str | None:
    """Why this request is not from our own pages on this machine, or None."""
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
        return "This page is only for this machine: open it as http://127.0.0.1."
    # Reading, too: a browser names the Origin when a script of another page asks.
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "This request comes from another page."
    if method in _SAFE_METHODS:
        return None
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "This request comes from another page."
    return None


class BodyLimit:
    """Refuse a request body of more than ``limit_bytes`` with 413, announced or not."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        body = await self._read(scope, receive)
        if body is None:
            await PlainTextResponse("Too much.\n", status_code=413)(scope, receive, send)
            return
        rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return rest.pop() if rest else await receive()

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._limit_bytes:
            return None
        body = b""
        while True:
            message = await receive()
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > self._limit_bytes:
                return None
            if not message.get("more_body", False):
                return body
