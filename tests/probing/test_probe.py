"""Pages are asked for at a real server on 127.0.0.1, which only tests may connect to: they resolve names themselves."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from composer.probing.probe import OF_ONE_HOST, PageState, Prober
from composer.probing.public_addresses import IpAddress, is_public
from tests.probing.pages import Pages, ScriptedAnswer, serving
from tests.support.truth_sink import make_certificate

HERE = ipaddress.ip_address("127.0.0.1")


def to_this_machine(host: str, _: int) -> Sequence[str]:
    """Names of tests lead here; a few lead elsewhere or nowhere."""
    if host.startswith("nowhere."):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return {"inside.example": ["10.0.0.1"], "two.example": ["::1", "127.0.0.1"]}.get(host, ["127.0.0.1"])


def admits_this_machine(address: IpAddress) -> bool:
    return address == HERE or str(address) == "::1" or is_public(address)


@contextmanager
def counting_connections() -> Iterator[list[object]]:
    """Count to what a thread begins to connect; Python tells of each (PEP 578), and cannot be told to stop."""
    begun: list[object] = []
    is_counting = True

    def count(event: str, told: tuple[object, ...]) -> None:
        if is_counting and event == "socket.connect":
            begun.append(told[1])

    sys.addaudithook(count)
    try:
        yield begun
    finally:
        is_counting = False


def prober(**changes: object) -> Prober:
    return Prober(**{"resolve": to_this_machine, "admit": admits_this_machine, **changes})


def sends_to(where: str, status: int = 301) -> ScriptedAnswer:
    return status, {"Location": where}


def knows_no_head(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200 if handler.command == "GET" else 405)
    handler.end_headers()


def hangs_up_on_head(handler: BaseHTTPRequestHandler) -> None:
    if handler.command == "HEAD":
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
    else:
        handler.send_response(200)
        handler.end_headers()


def hints(times: int, status: int = 200, location: str = "") -> ScriptedAnswer:
    """Answer behind some that are none yet (RFC 8297), which hint at what a browser may load meanwhile."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        early = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        handler.wfile.write(early * times)
        handler.send_response(status)
        if location:
            handler.send_header("Location", location)
        handler.end_headers()

    return answer


ANSWERS: dict[str, ScriptedAnswer] = {
    "/there": (200, {}),
    "/no-head": knows_no_head,
    "/hangs-up": hangs_up_on_head,
    "/gone": (410, {}),
    "/hinted": hints(2),
    "/hinted-and-moved": hints(1, 301, "/there"),
    "/hints-only": hints(400),
    "/ill": (503, {}),
    "/for-members": (403, {}),
    "/busy": (429, {}),
    "/odd": (999, {}),
    "/moved": sends_to("/there"),
    "/moved-twice": sends_to("/moved", 308),
    "/for-now": sends_to("/there", 302),
    "/moved-then-for-now": sends_to("/for-now"),
    "/for-now-then-moved": sends_to("/moved", 307),
    "/moved-and-gone": sends_to("/none"),
    "/round": sends_to("/round"),
    "/inside": sends_to("http://inside.example/"),
    "/metadata": sends_to("http://169.254.169.254/latest/meta-data/"),
    "/file": sends_to("file:///etc/passwd"),
    "/nothing": sends_to("mailto:ada@x.example"),
    "/elsewhere": sends_to("http://nowhere.example/"),
    "/accents": sends_to("/caf\u00e9".encode().decode("latin-1")),
    "/caf%C3%A9": (200, {}),
    "/without-location": (302, {}),
}


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    with serving(ANSWERS) as served:
        yield served


@pytest.mark.parametrize(
    ("path", "state", "words"),
    [
        ("/there", PageState.THERE, ""),
        ("/no-head", PageState.THERE, ""),
        ("/hangs-up", PageState.THERE, ""),
        ("/for-now", PageState.THERE, ""),
        ("/for-now-then-moved", PageState.THERE, ""),
        ("/without-location", PageState.THERE, ""),
        ("/hinted", PageState.THERE, ""),
        ("/hinted-and-moved", PageState.MOVED, "has moved for good to http://x.example:PORT/there"),
        ("/hints-only", PageState.BROKEN, "gives an answer that is none of HTTP"),
        ("/none", PageState.GONE, "answers 404 Not Found"),
        ("/gone", PageState.GONE, "answers 410 Gone"),
        ("/ill", PageState.BROKEN, "answers 503 Service Unavailable"),
        ("/for-members", PageState.UNSURE, "answers 403 Forbidden"),
        ("/busy", PageState.UNSURE, "answers 429 Too Many Requests"),
        ("/odd", PageState.UNSURE, "answers 999"),
        ("/moved", PageState.MOVED, "has moved for good to http://x.example:PORT/there"),
        ("/moved-twice", PageState.MOVED, "has moved for good to http://x.example:PORT/there"),
        ("/moved-then-for-now", PageState.MOVED, "has moved for good to http://x.example:PORT/for-now"),
        ("/accents", PageState.MOVED, "has moved for good to http://x.example:PORT/caf%C3%A9"),
        ("/moved-and-gone", PageState.GONE, "sends on to http://x.example:PORT/none, which answers 404 Not Found"),
        ("/round", PageState.BROKEN, "sends on more than 10 times"),
        ("/inside", PageState.PRIVATE, "sends on to http://inside.example/, which has the address 10.0.0.1"),
        ("/file", PageState.BROKEN, "sends on to 'file:///etc/passwd'"),
        ("/nothing", PageState.BROKEN, "sends on to 'mailto:ada@x.example', which is no page"),
        (
            "/elsewhere",
            PageState.NO_HOST,
            "sends on to http://nowhere.example/, which leads to a host that is not there",
        ),
    ],
)
def test_what_became_of_a_page_is_told(pages: Pages, path: str, state: PageState, words: str) -> None:
    found = prober().page_at(f"http://x.example:{pages.port}{path}")
    assert (found.state, found.words) == (state, words.replace("PORT", str(pages.port)))


def test_a_name_of_this_network_is_not_connected_to() -> None:
    with serving({"/": (200, {})}) as served:
        for host in ("127.0.0.1", "localhost", "[::1]"):
            found = Prober().page_at(f"http://{host}:{served.port}/")
            assert found.state is PageState.PRIVATE, found
        assert served.connections == 0


def test_a_redirection_to_a_number_of_this_network_is_not_followed(pages: Pages) -> None:
    found = prober(resolve=lambda host, _: [host if host[0].isdigit() else "127.0.0.1"]).page_at(
        f"http://x.example:{pages.port}/metadata"
    )
    assert (found.state, found.words.rpartition(" ")[2]) == (PageState.PRIVATE, "169.254.169.254")


def test_a_name_is_resolved_once_a_step_so_that_it_cannot_lead_elsewhere_meanwhile(pages: Pages) -> None:
    asked: list[str] = []

    def turns(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert prober(resolve=turns).page_at(f"http://x.example:{pages.port}/no-head").state is PageState.THERE
    assert asked == ["x.example"]


def test_the_next_number_of_a_host_is_tried_where_the_first_does_not_answer(pages: Pages) -> None:
    assert prober().page_at(f"http://two.example:{pages.port}/there").state is PageState.THERE


def test_a_request_says_who_asks_and_nothing_of_a_reader(pages: Pages) -> None:
    before = len(pages.headers)
    prober().page_at(f"http://x.example:{pages.port}/there?a=b")
    headers = pages.headers[before]
    assert headers["Host"] == f"x.example:{pages.port}"
    assert headers["User-Agent"].startswith("newsletter-composer")
    assert not {"Cookie", "Authorization", "Referer"} & headers.keys()
    assert pages.asked[before] == ("HEAD", "x.example", "/there?a=b")


def test_nobody_listens_and_no_host_is_there() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and nobody listens
        found = prober().page_at(f"http://x.example:{held.getsockname()[1]}/")
    assert (found.state, found.words) == (PageState.BROKEN, "refuses connections")
    assert prober().page_at("http://nowhere.example/").state is PageState.NO_HOST


def test_a_server_that_says_nothing_or_a_byte_now_and_then_is_left() -> None:
    def drips(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not served.has_ended.wait(0.02):
                handler.wfile.write(b"X")
        except OSError:
            pass

    def says_nothing(handler: BaseHTTPRequestHandler) -> None:
        served.has_ended.wait()

    def babbles(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"this is not HTTP\r\n\r\n")

    with serving({"/drips": drips, "/silent": says_nothing, "/babbles": babbles}) as served:
        for path in ("/drips", "/silent"):
            found = prober(answer_s=0.3).page_at(f"http://x.example:{served.port}{path}")
            assert (found.state, found.words) == (PageState.BROKEN, "does not answer in time")
        found = prober().page_at(f"http://x.example:{served.port}/babbles")
        assert (found.state, found.words) == (PageState.BROKEN, "gives an answer that is none of HTTP")


def test_a_certificate_is_judged_by_the_name_that_was_written(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "DNS:good.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    with serving({"/": (200, {})}, tls=context) as served:
        assert prober(tls=trusting).page_at(f"https://good.example:{served.port}/").state is PageState.THERE
        other = prober(tls=trusting).page_at(f"https://other.example:{served.port}/")
        unknown = prober().page_at(f"https://good.example:{served.port}/")
    assert other.state is unknown.state is PageState.BROKEN
    assert "has a certificate that browsers refuse: Hostname mismatch" in other.words
    assert "has a certificate that browsers refuse: self-signed certificate" in unknown.words


def test_hosts_are_asked_side_by_side_and_of_one_host_two_pages_at_a_time() -> None:
    hosts = [f"h{number}.example" for number in range(4)]
    all_here = threading.Barrier(len(hosts))

    def waits_for_the_others(handler: BaseHTTPRequestHandler) -> None:
        all_here.wait(60)
        handler.send_response(200)
        handler.end_headers()

    two_here = threading.Barrier(2)
    at_a_time: list[int] = []
    now: list[None] = []

    def takes_its_time(handler: BaseHTTPRequestHandler) -> None:
        now.append(None)
        at_a_time.append(len(now))
        if handler.path in ("/0", "/1"):
            two_here.wait(60)
        served.has_ended.wait(0.02)
        now.pop()  # before the answer: who has it asks for the next page
        handler.send_response(200)
        handler.end_headers()

    answers: dict[str, ScriptedAnswer] = {"/first": waits_for_the_others}
    answers |= {f"/{number}": takes_its_time for number in range(12)}
    with serving(answers) as served:
        urls = [f"http://{host}:{served.port}/first" for host in hosts]
        urls += [f"http://busy.example:{served.port}/{number}" for number in range(12)]
        found = prober().probe(urls + urls)
    assert {page.state for page in found.values()} == {PageState.THERE}
    assert set(found) == set(urls)
    assert max(at_a_time) == 2
    assert len(served.asked) == len(urls)


def test_a_host_to_which_there_is_no_way_is_tried_once() -> None:
    tried: list[str] = []

    def many_numbers(host: str, _: int) -> Sequence[str]:
        tried.append(host)
        return [f"127.0.0.{number}" for number in range(1, 60)]

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and nobody listens
        counted = prober(resolve=many_numbers, admit=lambda _: True)
        urls = [f"http://dead.example:{held.getsockname()[1]}/{number}" for number in range(6)]
        with counting_connections() as connections:
            found = counted.probe(urls)
    assert {page.words for page in found.values()} == {"refuses connections"}
    assert len(tried) == 6
    assert len(connections) <= 4 * OF_ONE_HOST


def test_a_name_that_cannot_be_looked_up_just_now_is_not_said_to_be_gone() -> None:
    def fails(_: str, __: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    found = prober(resolve=fails).page_at("http://x.example/")
    assert (found.state, found.words) == (
        PageState.UNRESOLVED,
        "leads to a host whose number nobody could tell just now",
    )
