"""Asks for pages, many at a time and few at a time of one host, and tells what became of each.

::

    address ─▶ its host's numbers, all public ─▶ HEAD ─┬─ 2xx ─────────────▶ there
                    ▲                                  ├─ 3xx: where to ────┐
                    └──────────────────────────────────┼────────────────────┘  at most ten times
                                                       └─ anything else ─▶ GET, whose answer counts

HEAD first, because it costs the server least; what is wrong by HEAD is asked again by GET, because many servers know no
HEAD. Each step of a redirection is resolved and judged like the first. Where there is no way to a host, its other pages
are not asked for.
"""

from __future__ import annotations

import enum
import http.client
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from composer.link_address import LinkError, host_of, spell_link
from composer.probing.public_addresses import Admit, PrivateAddress, Resolve, is_public, numbers_of, resolve
from composer.probing.request import ANSWER_S, NoConnection, PageAnswer, ask

AT_A_TIME = 16
OF_ONE_HOST = 2
_MOST_STEPS = 10
_MOST_NUMBERS = 4
"""So many numbers of a host are tried; each may take all its time, and a stranger's name may have a hundred."""
_MOVED_FOR_GOOD = frozenset({301, 308})
_MOVED = _MOVED_FOR_GOOD | {302, 303, 307}
_GONE = frozenset({404, 410})


class PageState(enum.Enum):
    """What became of a page that was asked for."""

    THERE = "there"
    MOVED = "moved"  # for good, and there
    GONE = "gone"
    PRIVATE = "private"  # only the network in which this runs can reach it, so it was not asked for
    NO_HOST = "no host"
    UNRESOLVED = "unresolved"  # who knows the numbers of hosts does not answer now
    BROKEN = "broken"
    UNSURE = "unsure"  # the server lets people look, and perhaps not programs


@dataclass(frozen=True, slots=True)
class ProbedPage:
    """What became of a page, in words that follow its address, and the address where it is now if it has moved."""

    state: PageState
    words: str = ""
    moved_to: str = ""


class Prober:
    """Asks for pages. ``resolve`` and ``admit`` say which numbers a host has, and which of them may be connected to."""

    def __init__(
        self,
        *,
        resolve: Resolve = resolve,
        admit: Admit = is_public,
        tls: ssl.SSLContext | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._resolve = resolve
        self._admit = admit
        self._tls = tls or ssl.create_default_context()
        self._answer_s = answer_s
        self._turns: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(OF_ONE_HOST))
        self._unreached: dict[tuple[str, int], NoConnection] = {}
        self._lock = threading.Lock()

    def probe(self, urls: Iterable[str]) -> Mapping[str, ProbedPage]:
        """Ask for pages by their spelt http(s) addresses, each once, and tell by address what became of them."""
        rows: dict[tuple[str, int], list[str]] = {}
        counts: dict[str, int] = defaultdict(int)
        for url in dict.fromkeys(urls):
            host = host_of(url)
            rows.setdefault((host, counts[host] % OF_ONE_HOST), []).append(url)
            counts[host] += 1
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="probe") as pool:
            return dict(found for row in pool.map(self._row, rows.values()) for found in row)

    def _row(self, urls: Sequence[str]) -> list[tuple[str, ProbedPage]]:
        """Ask for pages of one host one after another, so that none of the threads waits for the others."""
        return [(url, self.page_at(url)) for url in urls]

    def page_at(self, url: str) -> ProbedPage:
        """Ask for one page, wherever it is sent on to."""
        step, moved_to, is_for_good = url, "", True
        for _ in range(_MOST_STEPS):
            try:
                answer = self._answer(step)
            except PrivateAddress as error:
                return ProbedPage(PageState.PRIVATE, f"{_lead(url, step)}has the address {error}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                return _failed(error, _lead(url, step))
            if answer.status not in _MOVED or not answer.location:
                return _judged(answer.status, _lead(url, step), moved_to)
            is_for_good = is_for_good and answer.status in _MOVED_FOR_GOOD
            before = step
            try:
                step = spell_link(urljoin(step, answer.location.encode("latin-1").decode("utf-8", "replace")))
            except (LinkError, ValueError):
                return ProbedPage(PageState.BROKEN, f"{_lead(url, step)}sends on to {answer.location[:120]!r}")
            if not host_of(step):
                return ProbedPage(PageState.BROKEN, f"{_lead(url, before)}sends on to {step[:120]!r}, which is no page")
            moved_to = step if is_for_good else moved_to
        return ProbedPage(PageState.BROKEN, f"sends on more than {_MOST_STEPS} times")

    def _answer(self, url: str) -> PageAnswer:
        host, parts = host_of(url), urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        numbers = numbers_of(host.strip("[]"), port, resolve=self._resolve, admit=self._admit)
        with self._lock:
            turn = self._turns[host]
        with turn:
            if (host, port) in self._unreached:
                raise self._unreached[host, port]
            try:
                answer = self._ask_any(url, "HEAD", numbers)
                if answer.status < 400:
                    return answer
            except NoConnection as error:
                self._unreached[host, port] = error
                raise
            except (TimeoutError, http.client.HTTPException, ConnectionResetError):
                pass  # servers that know no HEAD hang up or say nothing
            return self._ask_any(url, "GET", numbers)

    def _ask_any(self, url: str, method: str, numbers: Sequence[str]) -> PageAnswer:
        """Ask at the first of a host's numbers that can be connected to: there may be no way to one of IPv6."""
        *others, last = numbers[:_MOST_NUMBERS]
        for number in others:
            with suppress(NoConnection):
                return ask(url, method, number, tls=self._tls, answer_s=self._answer_s)
        return ask(url, method, last, tls=self._tls, answer_s=self._answer_s)


def _lead(url: str, step: str) -> str:
    return "" if step == url else f"sends on to {step[:200]}, which "


def _judged(status: int, lead: str, moved_to: str) -> ProbedPage:
    said = f"{lead}answers {status} {http.client.responses.get(status, '')}".rstrip()
    if status in _GONE:
        return ProbedPage(PageState.GONE, said)
    if status < 400:
        return (
            ProbedPage(PageState.MOVED, f"has moved for good to {moved_to[:200]}", moved_to)
            if moved_to
            else ProbedPage(PageState.THERE)
        )
    return ProbedPage(PageState.BROKEN if 500 <= status < 600 else PageState.UNSURE, said)


def _failed(error: Exception, lead: str) -> ProbedPage:
    if isinstance(error, NoConnection):
        return _failed(error.reason, lead)
    if isinstance(error, socket.gaierror) and error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
        return ProbedPage(PageState.UNRESOLVED, f"{lead}leads to a host whose number nobody could tell just now")
    if isinstance(error, socket.gaierror):
        return ProbedPage(PageState.NO_HOST, f"{lead}leads to a host that is not there")
    if isinstance(error, ssl.SSLCertVerificationError):
        return ProbedPage(PageState.BROKEN, f"{lead}has a certificate that browsers refuse: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return ProbedPage(PageState.BROKEN, f"{lead}cannot be reached encrypted: {error.reason or 'TLS fails'}")
    if isinstance(error, TimeoutError):
        return ProbedPage(PageState.BROKEN, f"{lead}does not answer in time")
    if isinstance(error, ConnectionRefusedError):
        return ProbedPage(PageState.BROKEN, f"{lead}refuses connections")
    if isinstance(error, OSError):
        return ProbedPage(PageState.BROKEN, f"{lead}cannot be reached: {error.strerror or error}")
    return ProbedPage(PageState.BROKEN, f"{lead}gives an answer that is none of HTTP")
