"""``newsletter suppressions`` keeps the addresses that are never mailed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer import audience
from composer.audience import Suppression, SuppressionReason
from composer.audience.imports.report import rejected_rows_csv
from composer.cli.files_of_people import keep_aside, opened_file
from composer.cli.log import tell_failure
from composer.cli.options import ByOption
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing
from composer.cli.visible import visible
from composer.control_characters import one_line
from composer.workflow.decision_log import log_event, note_of
from composer.workflow.people import import_suppressions
from composer.workflow.project_database import now, reading, writing

command = typer.Typer(no_args_is_help=True)

_SHOWN = 10

EmailArgument = Annotated[str, typer.Argument(help="The address.")]
ListOption = Annotated[str | None, typer.Option("--list", "-l", metavar="LIST", help="Only on this list.")]

# Which of many are meant.
ReasonsOption = Annotated[
    list[SuppressionReason] | None,
    typer.Option("--reason", help="Those for this reason. May be repeated; complained and erased only by name."),
]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Suppressed then or later.")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before then; a day counts.")]
MailingOption = Annotated[int | None, typer.Option("--mailing", help="By the replies to this mailing.")]
WordsOption = Annotated[
    str, typer.Option("--source", metavar="TEXT", help="With this in their source, such as a relay's words.")
]


@command.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show every suppressed address, and why it is."""
    with reading() as connection:
        found = audience.find_suppressions(connection)
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Listing(("Address", "Reason", "List", "Source", "Since"))
    for one in found:
        since = dt.datetime.fromtimestamp(one.created_at, dt.UTC).strftime("%Y-%m-%d")
        table.add(one.email, one.reason, one.list or "all", one.source, since)
    terminal = Terminal()
    if found:
        terminal.print(table)
    terminal.print(Text(_count(len(found)), style="dim"))


@command.command()
def add(
    email: EmailArgument,
    list_name: ListOption = None,
    reason: Annotated[SuppressionReason, typer.Option("--reason")] = SuppressionReason.MANUAL,
    source: Annotated[str, typer.Option("--source", help="Who says so.")] = "by the operator",
) -> None:
    """Make sure that an address is never mailed again, whether or not it subscribes."""
    with writing() as connection:
        list_id = None if list_name is None else audience.find_list(connection, list_name)
        new = audience.suppress(connection, email, reason=reason, source=one_line(source), now=now(), list_id=list_id)
    print(f"{email} is not mailed any more." if new else f"{email} was suppressed already.")


@command.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, or a ZIP archive with one; “-” is standard input.")],
    *,
    reason: Annotated[SuppressionReason, typer.Option("--reason", help="Why: bounced, complained or manual.")],
    list_name: ListOption = None,
    source: Annotated[str, typer.Option("--source", help="Who says so; the file's name otherwise.")] = "",
    by: ByOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would happen; change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> int:
    """Never mail the addresses of a file again, whether or not they subscribe. Rows without one are kept aside."""
    if reason is SuppressionReason.ERASED:
        raise typer.BadParameter("erased is only by: newsletter subscribers erase", param_hint="--reason")
    with opened_file(file) as rows:
        report = import_suppressions(
            rows, reason=reason, file_name=file.name, source=source, list_name=list_name, by=by, dry_run=dry_run
        )
    kept_aside = None
    if report.rejected and not dry_run:
        kept_aside = keep_aside(file, rejected_rows_csv(report.columns, report.rejected), len(report.rejected))
    if as_json:
        print(json.dumps({**report.as_json(), "dry_run": dry_run}, ensure_ascii=False, indent=2))
    else:
        would = "would be " if dry_run else ""
        print(f"{report.added:,} {would}suppressed, {report.known:,} were already, {len(report.rejected):,} rejected.")
        for row in report.rejected.first(_SHOWN):
            print(visible(f"  line {row.line}: {row.reason}"))
        if kept_aside:
            print(f"The rejected rows are in {kept_aside}; correct them, and import that file.")
        if not dry_run:
            print(f"It is import {report.import_id}; newsletter imports undo {report.import_id} takes it back.")
    return 1 if report.rejected and len(report.rejected) == report.rows else 0


@command.command()
def remove(
    email: EmailArgument,
    list_name: ListOption = None,
    reason: Annotated[SuppressionReason | None, typer.Option("--reason", help="Only if it is for this.")] = None,
    by: ByOption = None,
) -> int:
    """Mail an address again. Somebody who has complained or asked to be forgotten must be named by --reason."""
    with writing() as connection:
        list_id = None if list_name is None else audience.find_list(connection, list_name)
        which = audience.SuppressionFilter(email, [reason] if reason else (), list_id)
        lifted = audience.lift_suppressions(connection, which, by=note_of(by, "removed", ""), now=now())
        left = audience.find_suppressions(connection, email)
    if left:
        print(
            f"{email} stays suppressed: {', '.join(one.reason for one in left)}. Say so with --reason to lift that too."
        )
        return 1
    print(f"{email} may be mailed again." if lifted else f"{email} was not suppressed.")
    return 0


@command.command()
def lift(
    *,
    reasons: ReasonsOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    mailing: MailingOption = None,
    words: WordsOption = "",
    list_name: ListOption = None,
    by: ByOption = None,
    why: Annotated[str, typer.Option("--why", help="Why; recorded.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell which; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with --yes or --dry-run.")] = False,
) -> int:
    """Mail many addresses again: those suppressed for a reason, in a time, by a mailing. Who lifted what is kept.

    TIME is 2026-11-27 or 2026-11-27 09:30, by the clock of this machine unless it has a zone. All that is given must
    hold.
    """
    if not (reasons or since or until or mailing is not None or words or list_name):
        raise typer.BadParameter("say which: --reason, --since, --until, --mailing, --source or --list")
    if as_json and not (yes or dry_run):
        raise typer.BadParameter("--json asks nobody: give --yes or --dry-run", param_hint="--json")
    at = now()
    which = audience.SuppressionFilter(
        reasons=reasons or (),
        since=_moment(since, "--since"),
        # Nothing that is suppressed while somebody thinks about the answer.
        until=min(at + 1, _moment(until, "--until", end=True) or at + 1),
        mailing=mailing,
        source=words,
    )
    with reading() as connection:
        if list_name is not None:
            which = dataclasses.replace(which, list_id=audience.find_list(connection, list_name))
        found = audience.find_suppressions(connection, which=which)
    if not as_json:
        _show(found)
    lifted = 0
    if found and not dry_run:
        if not (yes or _is_confirmed(len(found))):
            return 1
        with writing() as connection:
            lifted = audience.lift_suppressions(connection, which, by=note_of(by, "lifted", why), now=at)
        log_event("suppressions.lifted", "addresses may be mailed again", lifted=lifted)
    if as_json:
        _print_json(found, lifted=lifted, dry_run=dry_run)
    elif found:
        print("Dry run: nothing was changed." if dry_run else f"{lifted:,} lifted. They may be mailed again.")
    return 0


def _is_confirmed(count: int) -> bool:
    if not sys.stdin.isatty():
        tell_failure("Nothing was lifted. Where nobody can be asked, say --yes")
        return False
    if typer.confirm(f"Mail these {count:,} addresses again?"):
        return True
    print("Nothing was lifted.")
    return False


def _print_json(found: Sequence[Suppression], *, lifted: int, dry_run: bool) -> None:
    rows = [dataclasses.asdict(one) for one in found]
    reasons = _count_reasons(found)
    document = {"found": len(found), "lifted": lifted, "reasons": reasons, "dry_run": dry_run, "suppressions": rows}
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _count_reasons(found: Sequence[Suppression]) -> Mapping[str, int]:
    return Counter(str(one.reason) for one in found)


def _show(found: Sequence[Suppression]) -> None:
    """Print how many there are for each reason, and the first of them."""
    told = ", ".join(f"{count:,} {reason}" for reason, count in sorted(_count_reasons(found).items()))
    print(f"{_count(len(found))}{f': {told}' if told else ''}")
    for one in found[:_SHOWN]:
        print(f"  {one.email}: {one.reason}, {one.source}")
    if len(found) > _SHOWN:
        print(f"  and {len(found) - _SHOWN:,} more")


def _count(suppressions: int) -> str:
    return f"{suppressions:,} suppression{'' if suppressions == 1 else 's'}"


def _moment(text: str | None, option: str, *, end: bool = False) -> int | None:
    """Read a time as Unix seconds; a day is its beginning, or with ``end`` the beginning of the next one."""
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        if end and len(text) <= len("2026-11-27") and moment.date() < dt.date.max:
            moment += dt.timedelta(days=1)
        return int(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        words = f"“{text[:40]}” is no time; write 2026-11-27 or 2026-11-27 09:30"
        raise typer.BadParameter(words, param_hint=option) from None
