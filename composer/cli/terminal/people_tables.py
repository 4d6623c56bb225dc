"""How people and imports look on a terminal. Values are never read as markup."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from composer.audience import ImportReport
from composer.audience.subscribers import SubscriberLine, SubscriberRecord

_SHOWN = 15
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def import_summary(report: ImportReport, *, kept_aside: Path | None, dry_run: bool) -> RenderableType:
    """Show what became of a file: its columns, the counts, and the first of the rows that were left out."""
    separator = _SEPARATORS.get(report.separator, report.separator)
    parts: list[RenderableType] = [
        Text(f"Read as {report.encoding}, separated by {separator}", style="dim"),
        _columns(report),
        *_second_columns(report),
        Text(),
        _counts(report, dry_run=dry_run),
    ]
    if report.rejected:
        rows = [(row.line, row.reason) for row in report.rejected]
        parts += [Text(), _lines("Rejected", rows, style="red")]
    skipped = [(row.line, f"{row.email}: {row.reason}") for row in report.skipped]
    if skipped:
        parts += [Text(), _lines("Left as they are", skipped, style="yellow")]
    if kept_aside:
        parts += [Text(), Text(f"The rejected rows are in {kept_aside}; correct them, and import that file.")]
    if dry_run:
        parts += [Text(), Text("Dry run: nothing was changed.", style="bold")]
    return Group(*parts)


def subscriber_table(found: Sequence[SubscriberLine], *, total: int) -> RenderableType:
    """Show the people that were found, and how many more there are."""
    table = _table("Address", "First name", "Last name", "Language", "Lists")
    for one in found:
        cells = (one.email, one.first_name, one.last_name, one.language or "", ", ".join(one.lists))
        table.add_row(*map(Text, cells))
    more = f"{total:,} people" + (f", the first {len(found)} shown (--limit)" if total > len(found) else "")
    return Group(table, Text(more, style="dim"))


def subscriber_card(record: SubscriberRecord) -> RenderableType:
    """Show everything that is held on one person."""
    name = f"{record.first_name} {record.last_name}".strip()
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim")
    facts.add_row("Name", Text(name or "–"))
    facts.add_row("Language", Text(record.language or "the newsletter's default"))
    for field, value in sorted(record.attributes.items()):
        facts.add_row(Text(field), Text(value))
    facts.add_row("Known since", _time(record.created_at))
    parts: list[RenderableType] = [Text(record.email, style="bold"), facts]

    lists = _table("List", "Status", "Since")
    for subscription in record.subscriptions:
        lists.add_row(Text(subscription.list), Text(subscription.status), _time(subscription.updated_at))
    parts += _section(lists)

    consent = _table("Consent", "List", "Source", "At")
    for event in record.consent:
        consent.add_row(Text(event.event), Text(event.list), Text(event.source), _time(event.at))
    parts += _section(consent)

    suppressed = _table("Suppressed", "List", "Source", "At")
    for one in record.suppressions:
        suppressed.add_row(Text(one.reason), Text(one.list or "all"), Text(one.source), _time(one.created_at))
    parts += _section(suppressed)

    sent = _table("Mailing", "Issue", "State", "Reply", "At")
    for delivery in record.deliveries:
        reply = " ".join(str(part) for part in (delivery.code, delivery.enhanced, delivery.text) if part)
        sent.add_row(
            str(delivery.mailing), Text(delivery.issue), delivery.state, Text(reply), _time(delivery.updated_at)
        )
    parts += _section(sent)
    return Group(*parts)


def _columns(report: ImportReport) -> RenderableType:
    table = _table("Column", "goes to")
    for column in report.columns:
        table.add_row(
            Text(column.header or "(no name)"), Text(column.path or "not read", style="" if column.path else "dim")
        )
    return table


def _second_columns(report: ImportReport) -> Iterator[RenderableType]:
    """Warn if two columns say that they are the same thing, such as the address: somebody had better look."""
    for column in report.columns:
        if column.second:
            first = next(one.header for one in report.columns if one.field == column.second)
            yield Text(
                f"“{first}” is the {column.second}, so “{column.header}” is kept as {column.path}.", style="yellow"
            )


def _counts(report: ImportReport, *, dry_run: bool) -> RenderableType:
    reasons = Counter(row.reason.partition(" of line")[0] for row in report.skipped)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    would = "would be " if dry_run else ""
    table.add_row(f"{report.added:,}", f"{would}added to “{report.list_name}”")
    table.add_row(f"{report.updated:,}", f"{would}updated")
    table.add_row(f"{report.unchanged:,}", "known already, unchanged")
    for reason, count in sorted(reasons.items()):
        table.add_row(f"{count:,}", _REASONS.get(reason, reason))
    table.add_row(f"{len(report.rejected):,}", Text("rejected", style="red" if report.rejected else ""))
    table.add_row(f"{report.rows:,}", "rows in all", style="dim")
    return table


_REASONS = {
    "duplicate": "left out: their address stands in the file already",
    "unsubscribed": "left out: they have unsubscribed, and stay so",
    "suppressed": "left out: their address is suppressed",
    "pending": "left out: they have not confirmed yet",
}


def _lines(title: str, rows: Sequence[tuple[int, str]], *, style: str) -> RenderableType:
    table = Table(
        box=None, pad_edge=False, title=title, title_justify="left", title_style=f"bold {style}", show_header=False
    )
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for line, reason in rows[:_SHOWN]:
        table.add_row(f"line {line}", Text(reason))
    if len(rows) > _SHOWN:
        table.add_row("", Text(f"and {len(rows) - _SHOWN:,} more", style="dim"))
    return table


def _section(table: Table) -> list[RenderableType]:
    return [Text(), table] if table.row_count else []


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def _time(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
