"""Editions, people and planned mailings, as small as a test of sending needs them, or as big as a real one."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from composer.address import fold_address
from composer.audience import SubscriptionStatus, ensure_list, find_suppressions
from composer.database import reading
from composer.database.schema import deliveries, doubts, subscribers, subscriptions
from composer.delivery.ledger.sendable import NO_TERMS
from composer.delivery.limits.settings import NO_LIMITS
from composer.delivery.planning.plan import Plan, plan_mailing
from composer.delivery.sending.mailing_run import send_mailing
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import Route
from composer.delivery.smtp.relay import Timeouts, parse_relay
from composer.edition.model import Asset, Context, Edition, Slot
from composer.message.links import Site
from tests.support.hanging import HANGS_S

NOW = 1_790_000_000

SITE = Site("https://news.example.org", b"a key for tests, 32 bytes or more")


def make_edition(language: str = "en", *, issue: str = "2020-03-news", size_bytes: int = 0, **changes: Any) -> Edition:
    """An edition that greets by name, with ``size_bytes`` of text besides."""
    filler = "<p>A sentence about the network, its cities and their people.</p>\n" * (size_bytes // 66)
    name = Slot("subscriber.first_name", Context.TEXT, (("default", ("reader",)),))
    leave = Slot("links.unsubscribe", Context.URL)
    known: dict[str, Any] = {
        "issue": issue,
        "language": language,
        "direction": "ltr",
        "date": dt.date(2020, 3, 31),
        "title": "News",
        "subject": ("News for ", Slot("subscriber.first_name", Context.HEADER, (("default", ("you",)),))),
        "preheader": ("A promise",),
        "html": ("<html><body><p>Dear ", name, f',</p>\n{filler}<a href="', leave, '">leave</a></body></html>\n'),
        "text": (
            "Dear ",
            Slot("subscriber.first_name", Context.PLAIN),
            ",\n\nnews.\n",
            Slot(leave.name, Context.PLAIN),
        ),
        "web_html": ("<html><body>News</body></html>\n",),
        "print_html": ("<html><body>", Slot("subscriber.city", Context.TEXT), "</body></html>\n"),
        "newsletter": "News",
        "organisation": "The Network",
        "sender": ("The Network", "news@network.example.org"),
        "reply_to": None,
        "list_id": "news.network.example.org",
        "list_name": "News",
        "assets": (Asset("dot.png", "image/png", b"\x89PNG"),),
    }
    return Edition(**{**known, **changes})


def add_people(
    connection: Connection,
    count: int,
    *,
    list_name: str = "members",
    languages: Iterable[str | None] = ("en",),
    domains: int | Sequence[str] = 0,
) -> int:
    """``count`` confirmed subscribers, reader0@example.org and so on, or in turn in these or so many domains.

    Gives the list's id.
    """
    list_id = ensure_list(connection, list_name, now=NOW)
    choice = list(languages)
    names = [f"d{n}.example" for n in range(domains)] if isinstance(domains, int) else domains
    emails = [f"reader{n}@{names[n % len(names)] if names else 'example.org'}" for n in range(count)]
    people = [
        {
            "email": emails[number],
            "email_key": fold_address(emails[number]),
            "first_name": f"Ana {number}",
            "last_name": "Petrescu",
            "language": choice[number % len(choice)],
            "attributes": {"city": "Nice"},
            "created_at": NOW,
            "updated_at": NOW,
        }
        for number in range(count)
    ]
    before = connection.scalar(select(func.max(subscribers.c.id))) or 0
    connection.execute(insert(subscribers), people)
    ids = connection.scalars(select(subscribers.c.id).where(subscribers.c.id > before)).all()
    on_list = {"list_id": list_id, "status": SubscriptionStatus.CONFIRMED, "updated_at": NOW}
    connection.execute(insert(subscriptions), [{"subscriber_id": one, **on_list} for one in ids])
    return list_id


def plan(
    engine: Engine,
    count: int,
    *,
    editions: Mapping[str, Edition] | None = None,
    domains: int | Sequence[str] = 0,
    **options: Any,
) -> Plan:
    """A mailing to ``count`` new people, in turn in these or so many domains."""
    with engine.begin() as connection:
        list_id = add_people(connection, count, languages=tuple(editions or ("en",)), domains=domains)
    editions = editions or {"en": make_edition()}
    return plan_mailing(engine, editions=editions, lists=[list_id], site=SITE, now=int(time.time()), **options)


def route(port: int, *, connections: int = 4, dot_s: float = 600.0, login: str = "") -> Route:
    """To the sink on that port; ``login`` as "user:password@"."""
    return Route(
        parse_relay(f"smtp://{login}127.0.0.1:{port}?tls=none"),
        Timeouts(dot_s=dot_s),
        connections,
        lambda failures: 0.05,
    )


def holder(word: str = "test") -> str:
    """A lease holder that lives as long as this process."""
    return f"here:{os.getpid()}:{word}"


async def send(engine: Engine, mailing: int, port: int, *, run: Run | None = None, **options: Any) -> End:
    """Send a mailing to the sink on that port."""
    patient, clock = options.pop("patient", False), options.pop("clock", time.time)
    limits, terms = options.pop("limits", NO_LIMITS), options.pop("terms", NO_TERMS)
    return await send_mailing(
        engine,
        mailing,
        site=SITE,
        routes=options.pop("routes", None) or [route(port, **options)],
        limits=limits,
        run=run or Run(),
        holder=holder(),
        clock=clock,
        patient=patient,
        terms=terms,
    )


def count_suppressed(engine: Engine) -> int:
    """How many addresses are suppressed."""
    with reading(engine) as connection:
        return len(find_suppressions(connection))


def count_doubts(engine: Engine) -> int:
    """How many refusals wait for what the next ones say of the relay."""
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(doubts)) or 0


def count_states(engine: Engine, mailing: int) -> dict[str, int]:
    """State → number of deliveries, those without any left out."""
    with reading(engine) as connection:
        return Counter(connection.scalars(select(deliveries.c.state).where(deliveries.c.mailing_id == mailing)))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another thread or task does; AssertionError if it hangs."""
    gives_up = time.monotonic() + HANGS_S
    for _ in itertools.count():
        if condition():
            return
        assert time.monotonic() < gives_up, f"what the test waits for has not come in {HANGS_S:.0f} s"
        await asyncio.sleep(0.005)
