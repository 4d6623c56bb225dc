"""One request to one number: HEAD or GET, without cookies or passwords, and with an end to its time and its size.

Enters: an address of the web, and the number that its host was judged by. Leaves: the answer's status and where it
sends on to. The body is left unread. ``http.client`` knows no proxy, no redirection and no cookie, so nothing is done
that is not written here.
"""

from __future__ import annotations

import http
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_S = 8.0
ANSWER_S = 20.0
"""Seconds for a connection, and for all of an answer's head: slower pages lose their readers before."""
_MOST_INTERIM = 20
_HEADERS = {
    "User-Agent": "newsletter-composer (checks the links of an issue)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What a server said: the ``status``, and the ``location`` it sends on to, "" if to none."""

    status: int
    location: str = ""


class NoConnection(OSError):
    """There is no way to a number, for the ``reason`` that the system gives."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(*reason.args)
        self.reason = reason


class _LastResponse(http.client.HTTPResponse):
    """The answer that counts: what a server says before it (1xx, such as 103 Early Hints) is read and passed over."""

    def begin(self) -> None:
        super().begin()
        interim = 0
        while 100 <= self.status < 200 and self.status != http.HTTPStatus.SWITCHING_PROTOCOLS:
            interim += 1
            if interim > _MOST_INTERIM:
                raise http.client.HTTPException(f"more than {_MOST_INTERIM} answers before the one that counts")
            self.headers = self.msg = None  # type: ignore[assignment]  # so the next head is read
            super().begin()


class _Pinned(http.client.HTTPConnection):
    """A connection to a number that was judged, for a host that is only spoken of."""

    response_class = _LastResponse

    def __init__(self, host: str, port: int, number: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self.default_port = 443 if tls else 80
        self._number = number
        self._tls = tls

    def connect(self) -> None:
        try:
            self.sock = socket.create_connection((self._number, self.port), timeout=self.timeout)
        except OSError as error:
            raise NoConnection(error) from error

    def shake_hands(self) -> None:
        """Begin TLS, if the page is asked for by it. Raises ssl.SSLError."""
        if self._tls is not None:
            connected = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = connected
            connected.do_handshake()


def ask(url: str, method: str, number: str, *, tls: ssl.SSLContext, answer_s: float = ANSWER_S) -> PageAnswer:
    """Send a request for a spelt address of the web to a number.

    Raises OSError (NoConnection, TimeoutError, ssl.SSLError among them) and http.client.HTTPException.
    """
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "https"
    port = parts.port or (443 if is_encrypted else 80)
    connection = _Pinned(parts.hostname or "", port, number, tls if is_encrypted else None)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        with _ending(connection, after_s=answer_s):
            connection.shake_hands()
            connection.request(method, target, headers=_HEADERS)
            response = connection.getresponse()
            return PageAnswer(response.status, response.headers.get("Location") or "")
    finally:
        connection.close()


@contextmanager
def _ending(connection: _Pinned, *, after_s: float) -> Iterator[None]:
    """Let what is done on a connection take so long and no longer, though a byte may come now and then.

    Raises TimeoutError.
    """
    has_ended = threading.Event()

    def end() -> None:
        has_ended.set()
        with suppress(OSError):  # the server was faster
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # a TLS socket's own would wait for the server

    connection.sock.settimeout(after_s)
    timer = threading.Timer(after_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if not has_ended.is_set():
            raise
    finally:
        timer.cancel()
    # Half an answer may look like a whole one: to http.client an end of the connection is one of the headers.
    if has_ended.is_set():
        raise TimeoutError(f"no whole answer within {after_s:g} seconds")
