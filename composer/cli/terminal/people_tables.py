"""How people and imports look on a terminal. Values are never read as markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from composer.audience import ImportReport, SubscriptionStatus
from composer.audience.subscribers import SubscriberLine, SubscriberRecord
from composer.cli.terminal.listing import Listing, moment
from composer.cli.visible import visible

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
        rejected = [(row.line, row.reason) for row in report.rejected.first(_SHOWN)]
        parts += [Text(), _lines("Rejected", rejected, of=len(report.rejected), style="red")]
    if report.skipped:
        skipped = [(row.line, f"{row.email}: {row.reason}") for row in report.skipped.first(_SHOWN)]
        parts += [Text(), _lines("Left as they are", skipped, of=len(report.skipped), style="yellow")]
    if report.left:
        gone = [(row.line, row.email) for row in report.left.first(_SHOWN)]
        parts += [Text(), _lines("Taken off the list", gone, of=len(report.left), style="yellow")]
    if report.values_left_out:
        values = [(one.line, f"{one.column}: {one.reason}") for one in report.values_left_out.first(_SHOWN)]
        parts += [Text(), _lines("Values left out", values, of=len(report.values_left_out), style="yellow")]
    if kept_aside:
        words = f"The rejected rows are in {kept_aside}; correct them, and import that file."
        parts += [Text(), Text(visible(words))]
    if dry_run:
        parts += [Text(), Text("Dry run: nothing was changed.", style="bold")]
    return Group(*parts)


def subscriber_table(found: Sequence[SubscriberLine], *, total: int) -> RenderableType:
    """Show the people that were found, and how many more there are."""
    table = Listing(("Address", "First name", "Last name", "Language", "Lists"))
    for one in found:
        table.add(one.email, one.first_name, one.last_name, one.language or "", ", ".join(one.lists))
    more = f"{total:,} people" + (f", the first {len(found)} shown (--limit)" if total > len(found) else "")
    return Group(*([table] if found else []), Text(more, style="dim"))


def subscriber_card(record: SubscriberRecord) -> RenderableType:
    """Show everything that is held on one person."""
    name = f"{record.first_name} {record.last_name}".strip()
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="dim", overflow="fold", max_width=30)
    facts.add_column(overflow="fold")
    facts.add_row("Name", Text(visible(name) or "–"))
    facts.add_row("Language", Text(visible(record.language or "the newsletter's default")))
    for field, value in sorted(record.attributes.items()):
        facts.add_row(Text(visible(field)), Text(visible(value)))
    if record.tags:
        facts.add_row("Tags", Text(visible(", ".join(record.tags))))
    facts.add_row("Known since", moment(record.created_at))
    for former in record.addresses:
        facts.add_row("Formerly", Text(visible(f"{former.email}, until {moment(former.changed_at)}")))
    parts: list[RenderableType] = [Text(visible(record.email), style="bold"), facts]

    lists = Listing(("List", "Status", "Since", "Joined"))
    for subscription in record.subscriptions:
        joined = moment(subscription.joined_at) if subscription.joined_at is not None else "not known"
        lists.add(subscription.list, subscription.status, moment(subscription.updated_at), joined)
    parts += _section(lists)

    consent = Listing(("Consent", "List", "Source", "At"))
    for event in record.consent:
        consent.add(event.event, event.list, event.source, moment(event.at))
    parts += _section(consent)

    suppressed = Listing(("Suppressed", "List", "Source", "At"))
    for one in record.suppressions:
        suppressed.add(one.reason, one.list or "all", one.source, moment(one.created_at))
    parts += _section(suppressed)

    lifted = Listing(("Lifted", "List", "Source", "By", "At"))
    for past in record.lifted:
        lifted.add(past.reason, past.list or "all", past.source, past.lifted_by, moment(past.lifted_at))
    parts += _section(lifted)

    sent = Listing(("Mailing", "Issue", "State", "Reply", "At"))
    for delivery in record.deliveries:
        reply = " ".join(str(part) for part in (delivery.code, delivery.enhanced, delivery.text) if part)
        sent.add(str(delivery.mailing), delivery.issue, delivery.state, reply, moment(delivery.updated_at))
    parts += _section(sent)
    return Group(*parts)


def _columns(report: ImportReport) -> RenderableType:
    table = Listing(("Column", "goes to"))
    for column in report.columns:
        table.add(column.header or "(no name)", column.path or "not read")
    return table


def _second_columns(report: ImportReport) -> Iterator[RenderableType]:
    """Warn if two columns say that they are the same thing, such as the address: somebody had better look."""
    for column in report.columns:
        if column.second:
            first = next(one.header for one in report.columns if one.field == column.second)
            words = f"“{first}” is the {column.second}, so “{column.header}” is kept as {column.path}."
            yield Text(visible(words), style="yellow")


def _counts(report: ImportReport, *, dry_run: bool) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    would = "would be " if dry_run else ""
    confirmed, *others = (report.added[status] for status in _STANDING)
    table.add_row(f"{confirmed:,}", Text(f"{would}added to “{visible(report.list_name)}”"))
    for count, words in zip(
        others, ("to be confirmed by themselves", "as unsubscribed: they get nothing"), strict=True
    ):
        if count:
            table.add_row(f"{count:,}", f"{would}added, {words}")
    if report.left:
        table.add_row(f"{len(report.left):,}", f"{would}taken off the list: the file says that they have left")
    table.add_row(f"{report.updated:,}", f"{would}updated")
    table.add_row(f"{report.unchanged:,}", "known already, unchanged")
    for reason, count in sorted(report.skipped_by.items()):
        table.add_row(f"{count:,}", _REASONS.get(reason, reason))
    table.add_row(f"{len(report.rejected):,}", Text("rejected", style="red" if report.rejected else ""))
    table.add_row(f"{report.rows:,}", "rows in all", style="dim")
    return table


_STANDING = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED)
_REASONS = {
    "duplicate": "left out: their address stands in the file already",
    "unsubscribed": "left out: they have unsubscribed, and stay so",
    "suppressed": "left out: their address is suppressed",
    "left another list": "left out: they have left another list, and come back by their own word only",
    "pending": "left out: they have not confirmed yet",
    "erased": "left out: they were erased, and come back by their own word only",
    "former address": "left out: whoever had the address goes by another one now",
}


def _lines(title: str, rows: Sequence[tuple[int, str]], *, of: int, style: str) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for line, reason in rows:
        table.add_row(f"line {line}", Text(visible(reason)))
    if of > len(rows):
        table.add_row("", Text(f"and {of - len(rows):,} more", style="dim"))
    return Group(Text(title, style=f"bold {style}"), table)


def _section(table: Listing) -> list[RenderableType]:
    return [Text(), table] if table.rows else []
