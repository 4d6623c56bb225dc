"""ASGI layers that stand before an app. Each refuses, or adds headers; none reads the app's state.

``SecurityHeaders``  headers that every answer gets, unless the app sent its own
``LoopbackOnly``     an app for this machine's own browser: no foreign name, no foreign page (DNS rebinding, CSRF)
``BodyLimit``        a request body larger than expected is refused before it is in memory

They are plain ASGI and not Starlette's ``BaseHTTPMiddleware``, which buffers and so breaks event streams.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What the answers of all three servers have in common."""

_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})


def content_policy(**allowed: str) -> str:
    """Write a Content-Security-Policy that forbids everything but what is named: ``img_src="'self'"``.

    ``sandbox=""`` is the directive without a value. Directives that ``default-src`` does not stand for are ``'none'``
    too, unless they are named.
    """
    nothing = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")
    directives = nothing | {name.replace("_", "-"): value for name, value in allowed.items()}
    return "; ".join(f"{name} {value}".rstrip() for name, value in directives.items())


class SecurityHeaders:
    """Add the common headers, ``policy`` and ``more`` to every answer that does not have them already.

    ``policy`` is the Content-Security-Policy of the server's own pages; ``more`` are headers that only this server
    sends, or sends with another value than the common one.
    """

    def __init__(self, app: ASGIApp, *, policy: str, more: Mapping[str, str] = _NO_MORE) -> None:
        self._app = app
        self._headers = {**_HEADERS, "Content-Security-Policy": policy, **more}

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
    """Say why this request is not from our own pages on this machine, or return None."""
    host = headers.get("host", "")
    if _host_of(f"//{host}") not in LOOPBACK_NAMES:
        return "This page is only for this machine: open it as http://127.0.0.1."
    # Reading, too: a browser names the Origin when a script of another page asks.
    origin = headers.get("origin")
    if origin is not None and (_host_of(origin) is None or urlsplit(origin).netloc != host):
        return "This request comes from another page."
    if method in _SAFE_METHODS:
        return None
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "This request comes from another page."
    return None


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # "[" alone, say
        return None


class BodyLimit:
    """Refuse a request body of more than ``limit_bytes`` with 413, announced or not.

    ``but`` are paths that take in a large body piece by piece, and know their own limit.
    """

    def __init__(self, app: ASGIApp, *, limit_bytes: int, but: Collection[str] = ()) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._but = frozenset(but)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS or scope["path"] in self._but:
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except ClientDisconnect:  # a part of a request says nothing
            return
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
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > self._limit_bytes:
                return None
            if not message.get("more_body", False):
                return body
