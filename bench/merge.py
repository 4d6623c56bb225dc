"""How many readers' messages one core makes a second, by joining an edition compiled once and by rendering each."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import jinja2

from bench.measure import Row, Table, median
from composer import shipped
from composer.edition import build_edition
from composer.edition.model import SlottedText
from composer.issue import load_issue
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import Site
from composer.message.recipient import Recipient

ROUNDS = 5
SMALLER_BYTES = 40_000
_SITE = Site("https://news.example.org", b"for benchmarks only, of no other use")
_DATE = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def measure() -> tuple[Table, ...]:
    """The sample issue's message: our join, and what others do for each reader."""
    edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"))
    compiled = compile_message(edition, site=_SITE, mailing=1, date=_DATE)
    size_bytes = len(compiled.render(_recipient(0)).data)
    template = jinja2.Template(_as_template(edition.html), autoescape=True)

    def standard(number: int) -> None:
        message = EmailMessage()
        message["From"], message["To"] = "news@example.org", _recipient(number).email
        message.set_content("The text part.")
        message.add_alternative(template.render(first_name=f"Reader {number}"), subtype="html")
        message.as_bytes()

    smaller = _compiled_of(SMALLER_BYTES)
    smaller_bytes = len(smaller.render(_recipient(0)).data)
    contenders: dict[Callable[[int], object], int] = {
        lambda number: compiled.render(_recipient(number)): 20_000,
        lambda number: smaller.render(_recipient(number)): 20_000,
        lambda number: template.render(first_name=f"Reader {number}"): 2_000,
        standard: 100,
    }
    rounds = [[_rate(run, count=count) for run, count in contenders.items()] for _ in range(ROUNDS)]
    ours, smaller_rate, jinja, library = (median(rates) for rates in zip(*rounds, strict=True))
    rows = (
        Row("compiled message, whole", ours, "messages/s", 1.0, "headers, MIME, keyed Message-ID and links signed"),
        Row(f"the same of {smaller_bytes / 1000:.0f} kB", smaller_rate, "messages/s", smaller_rate / ours, ""),
        Row("Jinja template, HTML only", jinja, "messages/s", jinja / ours, "no message around it"),
        Row("Jinja template + EmailMessage", library, "messages/s", library / ours, "the standard library's MIME"),
        Row("memory that grows in 20,000 renders", _growth_bytes(compiled.render), "bytes"),
    )
    method = (
        f"The sample issue for one reader after another: {size_bytes / 1000:.0f} kB each, on one core. "
        f"Median of {ROUNDS} interleaved rounds. `make bench ARGS=merge`."
    )
    return (Table("merge", "Merging", method, rows, "ours"),)


def _compiled_of(size_bytes: int) -> CompiledMessage:
    """Compile an issue of that size: it has as many of the sample's first blocks as fit."""
    issue = load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news")
    content = issue.contents["en"]
    for number in range(len(content.blocks), 0, -1):
        fewer = content.model_copy(update={"blocks": content.blocks[:number]})
        edition = build_edition(replace(issue, contents={"en": fewer}))
        compiled = compile_message(edition, site=_SITE, mailing=1, date=_DATE)
        if len(compiled.render(_recipient(0)).data) <= size_bytes:
            break
    return compiled


def _recipient(number: int) -> Recipient:
    return Recipient(f"reader{number}@example.test", number, 1, {"first_name": f"Reader {number}"})


def _rate(run: Callable[[int], object], *, count: int) -> float:
    start = time.perf_counter()
    for number in range(count):
        run(number)
    return count / (time.perf_counter() - start)


def _growth_bytes(render: Callable[[Recipient], object]) -> float:
    render(_recipient(0))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(20_000):
        render(_recipient(number))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(max(0, after - before))


def _as_template(segments: SlottedText) -> str:
    """Jinja's form of the page. The sample has no conditions, which plain Jinja peers would write by hand."""
    return "".join(segment if isinstance(segment, str) else "{{ first_name }}" for segment in segments)
