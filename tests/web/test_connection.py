"""A connection cannot hold a server up, whatever its other end does or leaves undone."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from composer.web.guards import BodyLimit
from composer.web.listening import listen
from composer.web.serving import serving
from tests.support.hanging import HANGS_S
from tests.support.web import in_thread, serve_in_thread

HEAD = b"POST /u HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_SHORT_S = 0.3
_LARGE = 50_000_000


answered = threading.Event()
"""Set at the end of a large answer, taken or not."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/slow":
        for number in range(8):
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
            await asyncio.sleep(_SHORT_S / 3)
    body = b"x" * _LARGE if scope["path"] == "/large" else b"."
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})  # once the rest is on its way, or nobody takes it
    if scope["path"] == "/large":
        answered.set()


@pytest.fixture
def unhurried() -> Iterator[str]:
    """The address of a server that waits as long as ours do: here nobody is slow but the machine, perhaps."""
    with in_thread(serve_in_thread(BodyLimit(app, limit_bytes=1000))) as address:
        yield address


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a server that waits for nobody."""
    served = serving(BodyLimit(app, limit_bytes=1000), listen("127.0.0.1", 0), request_s=_SHORT_S, stalled_s=_SHORT_S)
    with in_thread(served) as address:
        yield address


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return socket.create_connection((parts.hostname, parts.port))


def read_to_the_end(sock: socket.socket) -> bytes:
    said = b""
    try:
        while part := sock.recv(65536):
            said += part
    except ConnectionResetError:
        pass
    return said


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET", HEAD, HEAD + b"Content-Length: 10\r\n\r\n", HEAD + b"Content-Length: 10\r\n\r\nhalf"],
    ids=["nothing", "a word", "half a head", "no body", "half a body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(url: str, beginning: bytes) -> None:
    with connect(url) as sock:
        sock.sendall(beginning)
        assert b" 408 " in read_to_the_end(sock)


def test_letter_by_letter_is_no_faster(url: str) -> None:
    with connect(url) as sock:
        with suppress(ConnectionError):
            for byte in itertools.chain(HEAD, itertools.repeat(ord("X"))):
                sock.sendall(bytes([byte]))
                time.sleep(_SHORT_S / 10)
        assert b" 200 " not in read_to_the_end(sock)


def test_the_second_request_of_a_connection_is_not_waited_for_either(url: str) -> None:
    with connect(url) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTT")
        said = read_to_the_end(sock)  # ends, although our side stays open
    assert said.count(b" 200 ") <= 1


def test_whoever_takes_nothing_of_an_answer_is_left(url: str) -> None:
    with connect(url) as sock:
        sock.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        sock.recv(1)
        assert answered.wait(HANGS_S)
        assert len(read_to_the_end(sock)) < _LARGE


def test_an_answer_may_take_as_long_as_it_wants(url: str) -> None:
    """It takes longer than a request may. Where the machine stood still before the request, it is asked again."""
    said = b" 408 "
    while b" 408 " in said:
        with connect(url) as sock:
            sock.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            said = read_to_the_end(sock)
    assert [bytes([number]) for number in b"01234567." if bytes([number]) + b"\r\n" not in said] == []


def test_a_connection_serves_many_requests(unhurried: str, web: httpx.Client) -> None:
    assert [web.post(unhurried, content=b"x" * 900).status_code for _ in range(20)] == [200] * 20
    assert web.post(unhurried, content=b"x" * 5000).status_code == 413
