"""Proves somebody's consent, verifies the whole record, and gives out everything that is held on a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from composer.audience.consent.proof import ConsentProof, ProofEntry, verify_record
from composer.cli.log import tell_failure
from composer.cli.private_file import write_private
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.listing import Listing, moment
from composer.cli.visible import visible
from composer.errors import AudienceError
from composer.output.consent_proof import EVENTS, local_time, proof_html
from composer.workflow.audience.one_person import all_data, prove_consent
from composer.workflow.newsletter import newsletter_name, newsletter_zone
from composer.workflow.project_database import reading

EmailArgument = Annotated[str, typer.Argument(help="The address, or one that they had.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def proof(
    email: EmailArgument,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, to print.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Prove a consent: every entry, the exact text that was shown, and that nothing was changed since."""
    found = prove_consent(email)
    if html is not None:
        _write(html, proof_html(found, newsletter=newsletter_name(), zone=newsletter_zone()))
        print(f"{html} has {len(found.entries):,} entries.")
    elif as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        Terminal().print(_proof_card(found))
    return 0 if found.is_whole else 1


def verify(
    head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help="Does it go back to the hash of this proof?")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Verify the whole record of consent: that no entry was changed, added or taken out since it was written."""
    try:
        with reading() as connection:
            report = verify_record(connection, head=head)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from error
    if as_json:
        said = {"entries": report.entries, "links": report.links, "unlinked": report.unlinked}
        verdict = {"head": report.head.hex(), "knows_head": report.knows, "is_whole": report.is_whole}
        print(json.dumps({**said, **verdict, "faults": report.faults}, indent=2))
        return 0 if report.is_whole else 1
    for fault in report.faults:
        tell_failure(fault)
    if report.knows is False:
        tell_failure("The record does not go back to that hash: it is another one, or links were taken off its end.")
    if report.is_whole:
        print(_whole(report.entries, report.links))
        if report.unlinked:
            print(f"{report.unlinked:,} more were written by another program, and no link covers them yet.")
        print(f"The last hash is {report.head.hex()}")
    return 0 if report.is_whole else 1


def data(
    email: EmailArgument,
    output: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write.")] = None,
) -> None:
    """Give everything that is held on a person, as JSON (GDPR Art. 15 and 20)."""
    text = json.dumps(all_data(email), ensure_ascii=False, indent=2)
    if output is None:
        print(text)
    else:
        _write(output, text + "\n")


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, [text], encoding="utf-8")
    except OSError as error:
        raise AudienceError(f"{path} cannot be written: {error.strerror}") from error


def _proof_card(found: ConsentProof) -> RenderableType:
    parts: list[RenderableType] = [Text(visible(found.email or "(erased)"), style="bold")]
    if found.name:
        parts.append(Text(visible(found.name)))
    former = (f"formerly {one.email}, until {moment(one.until)}" for one in found.former)
    parts.extend(Text(visible(words), style="dim") for words in former)
    standing = Listing(("List", "Status", "Since"))
    for stands in found.standing:
        standing.add(stands.list, stands.status, moment(stands.since))
    if found.standing:
        parts += [Text(), standing]
    zone = newsletter_zone()
    for entry in found.entries:
        facts = Table(box=None, show_header=False, pad_edge=False)
        facts.add_column(style="dim", no_wrap=True)
        facts.add_column(overflow="fold")
        for what, value in _facts(entry, local_time(entry.at, zone)):
            facts.add_row(what, Text(visible(value)))
        title = f"{EVENTS.get(entry.event, entry.event)}: {entry.list}"
        parts += [Text(), Text(visible(title), style="bold"), facts]
    verdict = (
        Text(_whole(found.record_entries, found.links), style="green")
        if found.is_whole
        else Text("\n".join(found.faults), style="red")
    )
    return Group(*parts, Text(), verdict, Text(f"Last hash {found.head}", style="dim"))


def _facts(entry: ProofEntry, local: str) -> Iterator[tuple[str, str]]:
    yield "At", f"{moment(entry.at)}{f' = {local}' if local else ''}"
    yield "By", entry.source
    form = f"{entry.form}{f', in {entry.language}' if entry.language else ''}" if entry.form else ""
    shown = f"{entry.wording}\nSHA-256 {entry.wording_digest}" if entry.wording else ""
    file = f"{entry.file_name}, SHA-256 {entry.file_digest}" if entry.file_name else ""
    link = f"in link {entry.link}" if entry.link else "in no link: written by another program"
    for what, value in (
        ("Form", form),
        ("Page", entry.page),
        ("Shown", shown),
        ("Address then", entry.email),
        ("IP address", entry.ip),
        ("Browser", entry.user_agent),
        ("File", file),
        ("Entry", f"{entry.number}, {link}{f', SHA-256 {entry.hash}' if entry.hash else ''}"),
    ):
        if value:
            yield what, value


def _whole(entries: int, links: int) -> str:
    of_entries = "1 entry" if entries == 1 else f"{entries:,} entries"
    of_links = "1 link" if links == 1 else f"{links:,} links"
    return f"{of_entries} in {of_links}: all are as they were written."
