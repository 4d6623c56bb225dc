"""Who may use the studio: the browsers in which its start address was opened, and nobody else.

::

    start address   /?token=…          printed by the program, new at every start
        │ GET                          the page comes with a cookie: HttpOnly, SameSite=Strict, of this project
        ▼
    cookie          id.tag             tag = MAC(key, id); a program that starts with the same key knows it again
        │ every request
        ▼
    forgery token   MAC(key', id)      stands in the page; a change must bring it in a header, which no page of another
                                       origin can read or send

Enters: a key, which a restart may share (``NEWSLETTER_SECRET_KEY``), and the token of this start. Leaves: yes or no.
Nothing is stored, so nothing grows. Host and Origin are ``web/guards.py``'s; here a request must also say that it comes
from our own page (Sec-Fetch-Site), because another server of this machine is "same site" to a browser, and gets the
cookie sent along. A cookie does not know ports either, so its name tells projects apart.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, QueryParams
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from composer.message.keyed import derived_key, keyed_tag

FORGERY_HEADER: Final = "x-studio-token"
_ASKING: Final = frozenset({"GET", "HEAD"})
_OPEN_PATHS: Final = ("/static/",)
"""What anybody may have: files that are the same in every installation."""

STRANGER: Final = "This browser has not opened this studio yet. Open the address that the terminal shows."
FOREIGN: Final = "This request comes from another page."
FORGED: Final = "This page is of an earlier start. Load it again."


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """Knows its browsers. ``key`` is for this project alone; ``token`` is good until the program ends."""

    key: bytes
    token: str

    @classmethod
    def new(cls, secret: str, *, project: str) -> BrowserSession:
        """Begin one. ``secret`` is the project's own, and lets browsers come back after a restart; it may be empty."""
        key = secret.encode() or secrets.token_bytes(32)
        return cls(derived_key(project.encode(), key=key, use=b"studio"), secrets.token_urlsafe(24))

    @property
    def cookie_name(self) -> str:
        """What the cookie is called: another name for each project."""
        return f"studio-{keyed_tag(b'name', key=self.key, use=b'cookie name').hex()[:12]}"

    def new_cookie(self) -> str:
        """Make a cookie's value for a browser that has shown the token."""
        browser = secrets.token_hex(16)
        return f"{browser}.{self._tag(browser)}"

    def knows(self, cookie: str) -> bool:
        """Whether this is a cookie of ours."""
        browser, _, tag = cookie.partition(".")
        return hmac.compare_digest(tag.encode(), self._tag(browser).encode())

    def is_start(self, token: str) -> bool:
        """Whether this is the token of the start address."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def forgery_token(self, cookie: str) -> str:
        """Return what changes from this cookie's pages must bring along."""
        return keyed_tag(cookie.encode(), key=self.key, use=b"forgery").hex()

    def _tag(self, browser: str) -> str:
        return keyed_tag(browser.encode(), key=self.key, use=b"cookie").hex()


class OnlyOurBrowser:
    """Let those through who are known; for a change, only from a page of ours. ``scope["state"]["cookie"]`` is theirs.

    Whoever comes by the start address gets a cookie with the answer.
    """

    def __init__(self, app: ASGIApp, *, session: BrowserSession) -> None:
        self._app = app
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookie = _cookie(headers, self._session.cookie_name)
        is_new = False
        if not self._session.knows(cookie) and self._is_start(scope):
            cookie, is_new = self._session.new_cookie(), True
        if refused := self._refusal(scope, headers, cookie):
            await refused(scope, receive, send)
            return
        scope.setdefault("state", {})["cookie"] = cookie
        await self._app(scope, receive, self._sending(send, cookie) if is_new else send)

    def _is_start(self, scope: Scope) -> bool:
        asked = QueryParams(scope["query_string"])
        return scope["path"] == "/" and scope["method"] in _ASKING and self._session.is_start(asked.get("token", ""))

    def _refusal(self, scope: Scope, headers: Headers, cookie: str) -> Response | None:
        path, method = scope["path"], scope["method"]
        if path.startswith(_OPEN_PATHS) and method in _ASKING:
            return None
        if _is_foreign(path, headers):
            return PlainTextResponse(f"{FOREIGN}\n", status_code=403)
        if not self._session.knows(cookie):
            return _told(STRANGER, headers)
        if method in _ASKING:
            return None
        brought = headers.get(FORGERY_HEADER, "")
        if not hmac.compare_digest(brought.encode(), self._session.forgery_token(cookie).encode()):
            return _told(FORGED, headers)
        return None

    def _sending(self, send: Send, cookie: str) -> Send:
        said = f"{self._session.cookie_name}={cookie}; Path=/; HttpOnly; SameSite=Strict"

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"set-cookie", said.encode("ascii"))]
            await send(message)

        return send_with_cookie


def _is_foreign(path: str, headers: Headers) -> bool:
    """Whether a browser says that another page asks. A link from elsewhere to the page itself is none's business."""
    site = headers.get("sec-fetch-site")
    if site in (None, "same-origin", "none"):
        return False
    return not (path == "/" and headers.get("sec-fetch-mode") == "navigate")


def _told(words: str, headers: Headers) -> Response:
    if "text/html" in headers.get("accept", ""):
        return PlainTextResponse(f"{words}\n", status_code=403)
    return JSONResponse({"detail": words}, status_code=403)


def _cookie(headers: Headers, name: str) -> str:
    for line in headers.getlist("cookie"):
        try:
            found = SimpleCookie(line).get(name)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return ""
