"""``newsletter demo`` goes the whole way on this machine, with the shipped sample.

::

    1  check     the sample issue, as before every send
    2  import    the twelve sample readers into a new database in a temporary folder
    3  plan      a row for everyone, every message made once
    4  send      over real SMTP, into an inbox of our own
    5  compare   what the ledger says was accepted with what the inbox holds, byte for byte

With ``--once`` the report is all; otherwise the studio, the inbox and the site stay up until Ctrl-C. Nothing leaves
the machine: all servers listen on free loopback ports.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from composer import shipped
from composer.cli.terminal.browser import begin_to_open
from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.audience import ImportReport
    from composer.compose import CheckedIssue
    from composer.delivery.planning.plan import Plan
    from composer.delivery.reporting.status import Status
    from composer.inbox.running import Inbox
    from composer.inbox.store import Store
    from composer.message.links import Site

ISSUE = shipped.SAMPLE_ISSUES / "2020-03-network-news"
READERS = shipped.SAMPLE_ISSUES / "sample-subscribers.csv"
_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many messages the ledger calls accepted, how many the inbox holds, and how many only one of them knows.

    Two are the same if Message-ID, recipient and bytes are.
    """

    accepted: int
    received: int
    missing: int
    surplus: int

    @property
    def is_equal(self) -> bool:
        """Whether the inbox holds exactly the accepted messages, each once."""
        return self.missing == self.surplus == 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the demo did, in numbers that have to add up."""

    checked: CheckedIssue
    imported: ImportReport
    plan: Plan
    status: Status
    comparison: Comparison
    sending_s: float

    @property
    def adds_up(self) -> bool:
        """Whether everyone imported was planned, everyone planned was accepted, and the inbox holds exactly that."""
        people = self.imported.added.total()
        return (
            self.imported.rows == people == self.plan.planned == self.comparison.accepted
            and self.status.is_finished
            and self.comparison.is_equal
        )


def command(
    once: Annotated[bool, typer.Option("--once", help="Print the report and end; nothing stays open.")] = False,
) -> int:
    """Go the whole way, with a sample issue and twelve sample readers. Nothing leaves this machine."""
    with tempfile.TemporaryDirectory(prefix="newsletter-demo-") as folder:
        return asyncio.run(_demo(Path(folder), once=once))


async def _demo(folder: Path, *, once: bool) -> int:
    from composer.database import open_database
    from composer.inbox.running import open_inbox
    from composer.inbox.store import Store
    from composer.message.links import Site
    from composer.site import create_site
    from composer.web.listening import listen, socket_address
    from composer.web.serving import serving

    console = Terminal(soft_wrap=True)
    started = time.monotonic()
    engine = open_database(f"sqlite:///{folder / 'demo.db'}")
    async with AsyncExitStack() as running:
        running.callback(engine.dispose)
        socket = listen("127.0.0.1", 0)
        site = Site(socket_address(socket), secrets.token_bytes(32))
        await running.enter_async_context(serving(create_site(engine, site=site), socket))
        inbox = await running.enter_async_context(open_inbox(Store(), site_url=site.url))
        outcome = await _go(engine, site, inbox)
        _print_report(console, outcome, seconds=time.monotonic() - started)
        if not once:
            await _stay_open(console, inbox, site, folder=folder)
    return 0 if outcome.adds_up else 1


async def _go(engine: Engine, site: Site, inbox: Inbox) -> Outcome:
    from composer.audience import find_lists, import_subscribers
    from composer.checks.gate import open_gate
    from composer.compose import check_folder
    from composer.database import reading
    from composer.delivery.planning.plan import plan_mailing
    from composer.delivery.reporting.status import mailing_status

    checked = check_folder(ISSUE, templates=(shipped.TEMPLATES,))
    open_gate(checked.findings, allow=())
    if checked.issue is None:
        raise NewsletterError(f"the sample issue in {ISSUE} cannot be read")
    names = checked.issue.newsletter.lists
    now = int(time.time())
    with engine.begin() as connection:
        imported = import_subscribers(
            connection,
            READERS.read_bytes(),
            list_name=names[0],
            source=f"import {READERS.name}",
            now=now,
            new_list=True,
        )
        lists = find_lists(connection, names)
    plan = plan_mailing(engine, editions=checked.editions, lists=lists, site=site, now=now)
    sending_s = await _send(engine, plan.mailing, site=site, smtp_url=inbox.smtp_url)
    with reading(engine) as connection:
        status = mailing_status(connection, plan.mailing, now=int(time.time()))
    comparison = compare(engine, plan.mailing, inbox.store, site=site)
    return Outcome(checked, imported, plan, status, comparison, sending_s)


async def _send(engine: Engine, mailing: int, *, site: Site, smtp_url: str) -> float:
    """Send it as `newsletter send` does; gives the seconds that took."""
    from composer.delivery.sending.mailing_run import send_mailing
    from composer.delivery.sending.run import Run
    from composer.delivery.smtp.pool import Route
    from composer.delivery.smtp.relay import Timeouts, parse_relay

    started = time.monotonic()
    await send_mailing(
        engine,
        mailing,
        site=site,
        routes=[Route(parse_relay(smtp_url), Timeouts(), _CONNECTIONS)],
        run=Run(),
        holder=f"demo:{os.getpid()}:{secrets.token_hex(4)}",
        clock=time.time,
    )
    return time.monotonic() - started


def compare(engine: Engine, mailing: int, store: Store, *, site: Site) -> Comparison:
    """Make every accepted message once more from the ledger, and look for exactly it in the inbox."""
    from composer.database import reading
    from composer.delivery.editions import load_message
    from composer.delivery.mailing import compile_mailing, find_mailing
    from composer.delivery.reporting.records import delivery_records
    from composer.delivery.states import DeliveryState

    sent: Counter[tuple[str, tuple[str, ...], bytes]] = Counter()
    with reading(engine) as connection:
        compiled = compile_mailing(connection, find_mailing(connection, mailing), site=site)
        for record in list(delivery_records(connection, mailing, state=DeliveryState.ACCEPTED)):
            _, recipient = load_message(connection, mailing=mailing, subscriber=record.subscriber)
            message = compiled[record.language, record.variant][1].render(recipient)
            sent[message.message_id, (recipient.email,), message.data] += 1
    came = Counter((each.headers.get("message-id", ""), each.recipients, each.data) for each in store.find())
    return Comparison(
        accepted=sent.total(), received=came.total(), missing=(sent - came).total(), surplus=(came - sent).total()
    )


async def _stay_open(console: Terminal, inbox: Inbox, site: Site, *, folder: Path) -> None:
    from composer.project import Project
    from composer.studio import page as studio_page
    from composer.studio.app import create_studio
    from composer.studio.session import BrowserSession
    from composer.web.listening import listen
    from composer.web.serving import serving
    from composer.web.signals import until_stopped

    # A copy, so that trying the studio out changes nothing that came with the program.
    issues = folder / "issues"
    shutil.copytree(shipped.SAMPLE_ISSUES, issues)
    session = BrowserSession.new("", project=str(issues))
    studio = create_studio(Project(issues), run=studio_page.version(), session=session)
    async with serving(studio, listen("127.0.0.1", 0)) as url:
        preview = f"{url}/?issue={ISSUE.name}&token={session.token}"
        rows = {
            "Studio": f"{preview}   the issue, as you write it" if studio_page.is_built() else studio_page.NOT_BUILT,
            "Inbox": f"{inbox.url}   what the twelve readers got",
            "Site": f"{site.url}   where their links lead",
        }
        console.print(_table(rows, style="bold"), "", Text("Ctrl-C stops.", "dim"), sep="\n")
        if sys.stdout.isatty():
            for page in (inbox.url, *((preview,) if studio_page.is_built() else ())):
                await begin_to_open(page)
        await until_stopped()
        studio.state.changes.end()


def _print_report(console: Terminal, outcome: Outcome, *, seconds: float) -> None:
    from composer.cli.terminal.report import counts_in_words

    plan, comparison, imported = outcome.plan, outcome.comparison, outcome.imported
    assert outcome.checked.issue is not None
    content = next(iter(outcome.checked.issue.contents.values()))
    left_out = f", {sum(plan.excluded.values())} left out" if plan.excluded else ""
    same = Text("exactly those that the ledger calls accepted", "dim")
    differ = Text(f"{comparison.missing} missing, {comparison.surplus} that the ledger does not know", "red")
    rows = {
        "Issue": Text.assemble(
            content.title or content.subject, (f"  {plan.issue}, {', '.join(plan.editions)}", "dim")
        ),
        "Checks": Text(_describe_findings(outcome.checked)),
        "People": Text.assemble(
            f"{imported.added.total()} of {imported.rows} imported, {plan.planned} planned{left_out}",
            (f"  {counts_in_words(dict(plan.editions))}", "dim"),
        ),
        "Sent": Text.assemble(
            counts_in_words({str(state): count for state, count in outcome.status.deliveries.items()}),
            (f"  over SMTP, in {outcome.sending_s:.2f} s", "dim"),
        ),
        "Inbox": Text.assemble(f"{comparison.received} messages  ", same if comparison.is_equal else differ),
    }
    console.print("", _table(rows, style="dim"), "", sep="\n")
    if outcome.adds_up:
        console.print(Text.assemble(("✓", "green"), f" Everything adds up, in {seconds:.1f} s.\n"))
    else:
        words = " This is a bug; please report it with this text.\n"
        console.print(Text.assemble(("✗ The numbers do not add up.", "bold red"), words))


def _describe_findings(checked: CheckedIssue) -> str:
    counts = Counter(str(finding.severity) for finding in checked.findings)
    told = [f"{number} {severity}{'s' if number > 1 else ''}" for severity, number in sorted(counts.items())]
    return f"{', '.join(told)}; nothing that stops a send" if told else "nothing to mend"


def _table(rows: Mapping[str, str | Text], *, style: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style=style)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        table.add_row(name, value)
    return table
