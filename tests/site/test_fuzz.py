"""Whatever comes to the site is answered with less than 500, and changes nobody whose link it is not."""

from __future__ import annotations

import itertools
import random
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from composer.message.links import Purpose
from composer.site import create_site
from composer.web.listening import listen
from composer.web.serving import serving
from tests.site.conftest import ServedSite
from tests.support.fuzzing import ODD, broken_bytes, cases
from tests.support.mailings import SITE
from tests.support.web import in_thread

TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=undefined",
    "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=idna",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=b; charset=undefined",
    "multipart/form-data; boundary=",
    "multipart/form-data",
    "application/json",
    "=?utf-8?b?a?=",
    "",
)
BODIES = (
    b"List-Unsubscribe=One-Click",
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    b"action=leave",
    b"%ff=%00&action=%zz",
    b"\xff\xfe\x00",
    b"",
)


def ask(url: str, request: bytes) -> bytes:
    """All that the server says to these octets, until it closes: it does not wait long for what is missing."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port)) as sock:
        sock.sendall(request)
        said = b""
        try:
            while part := sock.recv(65536):
                said += part
        except ConnectionResetError:
            pass
    return said


def statuses(said: bytes) -> list[int]:
    return [int(line.split()[1]) for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def request(rng: random.Random, paths: list[str]) -> bytes:
    headers = {
        "Host": rng.choice(("127.0.0.1", "[", "[::1", "a:b:c", "", "x" * 300, "é")),
        "Accept-Language": rng.choice(("en", "fr;q=NaN", "*", ",;q=;,", "x-" * 200, "de;q=1e999")),
        "Content-Type": rng.choice(TYPES),
        "Origin": rng.choice(("null", "http://[", "https://evil.example")),
        "If-None-Match": rng.choice(('"', "*", "W/")),
        "Range": rng.choice(("bytes=-", "bytes=9-1", "bytes=" + "0-," * 500)),
    }
    kept = {name: value for name, value in headers.items() if rng.random() < 0.6}
    body = rng.choice(BODIES)
    kept |= {"Content-Length": str(len(body)), "Connection": "close"}
    method = rng.choice(("GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "TRACE"))
    path = rng.choice(paths) + rng.choice(("", "", "?", "?x=%ff", "/", "%00", "%2e%2e/", rng.choice(ODD)))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in kept.items())]
    whole = "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body
    return broken_bytes(whole, rng) if rng.random() < 0.5 else whole


@pytest.fixture
def url(served: ServedSite) -> Iterator[str]:
    with in_thread(serving(create_site(served.engine, site=SITE), listen("127.0.0.1", 0), request_s=0.3)) as address:
        yield address


def test_nothing_that_comes_is_a_fault_of_ours(served: ServedSite, url: str) -> None:
    token = served.leaving(1).rpartition("/")[2]
    good = [
        "/u/" + token[:-1],
        "/v/" + token,
        "/p/" + token,
        f"/a/{served.digest}/dot.png",
        "/healthz",
        "/robots.txt",
        "/",
    ]
    before = served.state()
    for number, rng in cases(150, "site"):
        octets = request(rng, good)
        said = ask(url, octets)
        assert all(status < 500 for status in statuses(said)), (number, octets, said)
    assert served.state() == before


def test_one_click_leaves_whatever_the_body_says_of_itself(served: ServedSite) -> None:
    path = urlsplit(served.link(Purpose.UNSUBSCRIBE, 1)).path
    form = TYPES[0]
    for kind, body in itertools.product(TYPES, BODIES):
        assert post(served.url, path, kind, body) == [200]
        assert served.status(1) == "unsubscribed", (kind, body)
        assert post(served.url, path, form, b"action=return") == [200]
        assert served.status(1) == "confirmed"


@pytest.mark.parametrize("kind", [kind for kind in TYPES if "charset" in kind])
def test_one_click_is_recorded_as_such_whatever_its_letters_are_called(served: ServedSite, kind: str) -> None:
    body = BODIES[1] if "multipart" in kind else BODIES[0]
    post(served.url, urlsplit(served.link(Purpose.UNSUBSCRIBE, 1)).path, kind, body)
    assert served.evidence(1)[-1] == ("unsubscribed", f"one-click, mailing {served.mailing}")


def post(url: str, path: str, kind: str, body: bytes) -> list[int]:
    about = f"Content-Type: {kind}", f"Content-Length: {len(body)}"
    lines = f"POST {path} HTTP/1.1", "Host: x", "Connection: close", *about
    return statuses(ask(url, "\r\n".join(lines).encode() + b"\r\n\r\n" + body))


def test_a_part_of_a_request_changes_nothing(served: ServedSite, url: str) -> None:
    path = urlsplit(served.link(Purpose.UNSUBSCRIBE, 1)).path
    before = served.state()
    ask(url, f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nList-Unsub".encode())
    assert served.state() == before
