"""``newsletter subscribers`` takes people into the database, shows them, and writes them out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from composer import audience
from composer.audience import ImportReport, SubscriptionStatus
from composer.audience.imports.file_source import FileSource
from composer.background.people_job import ImportAsked
from composer.cli.files_of_people import keep_aside, opened_file
from composer.cli.import_answers import ask, can_ask, explain, read_answers
from composer.cli.left_to_service import leave_export, leave_import
from composer.cli.log import tell_failure
from composer.cli.options import ByOption
from composer.cli.person import changing, erasing, proving
from composer.cli.private_file import write_private
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.people_tables import import_summary, subscriber_card, subscriber_table
from composer.cli.visible import as_utf8
from composer.control_characters import one_line
from composer.errors import AudienceError, ImportUnclear
from composer.logs import is_json
from composer.workflow.people import Said, add_person, import_people, unsubscribe_person
from composer.workflow.project_database import reading

command = typer.Typer(no_args_is_help=True)

ListOption = Annotated[str, typer.Option("--list", "-l", metavar="LIST", help="The mailing list.")]
MaybeListOption = Annotated[str | None, typer.Option("--list", "-l", metavar="LIST", help="Only this list.")]
StatusOption = Annotated[SubscriptionStatus | None, typer.Option("--status", help="Only people of this status.")]
NewListOption = Annotated[bool, typer.Option("--new-list", help="Make the list, if there is none of that name.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]

# How a file of people is to be read.
PAIR = "COLUMN=VALUE"
SourceOption = Annotated[
    str, typer.Option("--source", help="Where their consent comes from; kept as evidence. The file's name otherwise.")
]
LeftOption = Annotated[
    list[str] | None, typer.Option("--left", metavar=PAIR, help="Who has this value has left. May be repeated.")
]
PendingOption = Annotated[
    list[str] | None, typer.Option("--pending", metavar=PAIR, help="Who has this value has not confirmed yet.")
]
SubscribedOption = Annotated[
    list[str] | None, typer.Option("--subscribed", metavar=PAIR, help="Who has this value is subscribed.")
]
IgnoredOption = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", metavar="COLUMN", help="It says nothing of who has left; kept as a field."),
]
EverybodyOption = Annotated[
    Said | None, typer.Option("--everybody", help="How everybody in this file stands, where its name asks.")
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="COLUMN=FIELD",
        help="What a column is: email, first_name, last_name, name, language, attributes, or nothing to leave it "
        "out. Found out otherwise.",
    ),
]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Of the file; found out otherwise.")]
BackgroundOption = Annotated[bool, typer.Option("--background", help="Leave it to `newsletter run`, and return.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Report what would happen; change nothing.")]


@command.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV; its first line names the columns. “-” is standard input.")],
    *,
    list_name: ListOption,
    new_list: NewListOption = False,
    source: SourceOption = "",
    left: LeftOption = None,
    pending: PendingOption = None,
    subscribed: SubscribedOption = None,
    ignored: IgnoredOption = None,
    everybody: EverybodyOption = None,
    columns: ColumnsOption = None,
    encoding: EncodingOption = None,
    dry_run: DryRunOption = False,
    by: ByOption = None,
    background: BackgroundOption = False,
    as_json: JsonOption = False,
) -> int:
    """Put the people of a CSV file on a list.

    Rows that cannot be read are kept in FILE.rejected.csv. Who has left, here or by the file, or is suppressed, stays
    away; nobody is taken in before a column that may say who has left is explained.
    """
    said = {Said.LEFT: left or (), Said.PENDING: pending or (), Said.SUBSCRIBED: subscribed or ()}
    answers = read_answers(said, ignored=ignored or (), everybody=everybody, columns=columns or ())
    if background and not dry_run:
        return leave_import(file, ImportAsked(list_name, file.name, source, encoding, new_list, answers), by, as_json)

    def bring_in(source_of_rows: FileSource, answers: audience.Answers) -> ImportReport:
        with Terminal(to_stderr=True, quiet=is_json()).waiting(f"Reading {one_line(file.name)}"):
            return import_people(
                source_of_rows,
                list_name=list_name,
                file_name=file.name,
                source=source,
                encoding=encoding,
                answers=answers,
                new_list=new_list,
                dry_run=dry_run,
                by=by,
            )

    try:
        with opened_file(file) as rows:
            report = _until_clear(partial(bring_in, rows), answers, may_ask=not as_json and can_ask())
    except ImportUnclear as unclear:
        tell_failure(explain(unclear, command=["newsletter", *(context.obj or ())]))
        return 1
    return _report(report, file, dry_run=dry_run, as_json=as_json)


def _until_clear(
    bring_in: Callable[[audience.Answers], ImportReport], answers: audience.Answers, *, may_ask: bool
) -> ImportReport:
    """Import, and ask until it is known who has left. Raises ImportUnclear where nobody can be asked."""
    while True:
        try:
            return bring_in(answers)
        except ImportUnclear as unclear:
            if not may_ask:
                raise
            answers = ask(unclear, answers)


def _report(report: ImportReport, file: Path, *, dry_run: bool, as_json: bool) -> int:
    """Tell what has become of the file; gives the exit code."""
    kept_aside = (
        None if dry_run or not report.rejected else keep_aside(file, report.rejected_csv(), len(report.rejected))
    )
    if as_json:
        sys.stdout.writelines(report.as_json(dry_run=dry_run))
    else:
        Terminal().print(import_summary(report, kept_aside=kept_aside, dry_run=dry_run))
    return 1 if report.rejected and len(report.rejected) == report.rows else 0


@command.command()
def export(
    list_name: ListOption,
    output: Annotated[
        Path | None, typer.Option("--out", "--output", "-o", help="The file to write; the terminal otherwise.")
    ] = None,
    status: StatusOption = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Leave values that spreadsheets would run as formulas as they are.")
    ] = False,
    background: BackgroundOption = False,
) -> None:
    """Write the people of a list as CSV. Importing that file loses nothing."""
    if background:
        leave_export(list_name, status=status, guard=not plain, output=output)
        return
    with reading() as connection:
        list_id = audience.find_list(connection, list_name)
        lines = audience.export_subscribers(connection, list_id=list_id, status=status, guard=not plain)
        if output is None:
            as_utf8()
            sys.stdout.writelines(lines)
            return
        try:
            write_private(output, lines)
        except OSError as error:
            raise AudienceError(f"{output} cannot be written: {error.strerror}") from error


@command.command()
def add(
    email: Annotated[str, typer.Argument(help="The address.")],
    *,
    list_name: ListOption,
    new_list: NewListOption = False,
    first_name: Annotated[str, typer.Option("--first-name")] = "",
    last_name: Annotated[str, typer.Option("--last-name")] = "",
    language: Annotated[str, typer.Option("--language", help="Such as en or fr.")] = "",
    fields: Annotated[
        list[str] | None, typer.Option("--field", metavar="NAME=VALUE", help="A field of your own.")
    ] = None,
    tags: changing.TagsOption = None,
    source: Annotated[
        str, typer.Option("--source", help="Where the consent comes from; kept as evidence.")
    ] = "added by hand",
    asked_anew: Annotated[
        bool, typer.Option("--asked-anew", help="They asked for this list themselves, although they left another.")
    ] = False,
) -> int:
    """Add one person to a list, or complete what is known of them."""
    fate = add_person(
        email,
        list_name=list_name,
        new_list=new_list,
        source=source,
        first_name=first_name,
        last_name=last_name,
        language=language,
        attributes=changing.own_fields(fields or ()),
        asked_anew=asked_anew,
        tags=tags or (),
    )
    told = {
        audience.Fate.ADDED: "is on the list now.",
        audience.Fate.JOINED: "is on the list now.",
        audience.Fate.UPDATED: "was known; what you said is written down.",
        audience.Fate.UNCHANGED: "is on the list already, with these values.",
        audience.Fate.UNSUBSCRIBED: "has left this list, and was not put back: only they can come back.",
        audience.Fate.LEFT_ELSEWHERE: "has left another list, and was not added. They asked for it? --asked-anew",
        audience.Fate.SUPPRESSED: "is suppressed, and was not added. See: newsletter suppressions list",
        audience.Fate.PENDING: "has not confirmed yet, and was not changed.",
    }
    say = print if fate.has_effect else tell_failure
    say(f"{email} {told[fate]}")
    return 0 if fate.has_effect else 1


@command.command()
def show(email: Annotated[str, typer.Argument(help="The address.")], as_json: JsonOption = False) -> None:
    """Show everything that is held on one person."""
    with reading() as connection:
        record = audience.show_subscriber(connection, email)
    if as_json:
        print(json.dumps(record.as_json(), ensure_ascii=False, indent=2))
    else:
        Terminal().print(subscriber_card(record))


@command.command("list")
def list_(
    *,
    list_name: MaybeListOption = None,
    status: StatusOption = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only people with this tag.")] = None,
    search: Annotated[str, typer.Option("--search", "-s", help="Part of an address or a name.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Find people by list, status, tag, or a part of their address or name."""
    with reading() as connection:
        list_id = None if list_name is None else audience.find_list(connection, list_name)
        total, found = audience.list_subscribers(
            connection, list_id=list_id, status=status, tag=tag, search=search, limit=limit
        )
    if as_json:
        rows = [{name: getattr(one, name) for name in one.__slots__} for one in found]
        print(json.dumps({"total": total, "subscribers": rows}, ensure_ascii=False, indent=2))
    else:
        Terminal().print(subscriber_table(found, total=total))


@command.command()
def unsubscribe(
    email: Annotated[str, typer.Argument(help="The address.")],
    list_name: Annotated[str | None, typer.Option("--list", "-l", metavar="LIST", help="Only this list.")] = None,
    source: Annotated[str, typer.Option("--source", help="How you know; kept as evidence.")] = "by the operator",
) -> None:
    """Take somebody off a list, or off all of them. An import does not put them back."""
    left = unsubscribe_person(email, list_name=list_name, source=source)
    where = f"the list “{list_name}”" if list_name else "every list"
    print(f"{email} has left {where}." if left else f"{email} was not on {where} any more.")


command.command("set")(changing.set_)
command.command("change-address")(changing.change_address)
command.command("merge")(changing.merge)
command.command("proof")(proving.proof)
command.command("verify")(proving.verify)
command.command("data")(proving.data)
command.command("erase")(erasing.erase)
