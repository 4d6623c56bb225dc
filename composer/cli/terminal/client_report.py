"""What mail programs do not understand of any HTML, or of an issue's mail: read, judged, and told by feature.

Enters: a file of HTML, a whole mail, standard input, or an issue's editions; and the shares of the readers' programs.
Leaves: Findings, one a feature, with the JSON that programs read. A line of a mail's HTML is that of the part when it
is unpacked; what an issue's mail uses is told at the block that uses it, or at the layout around the blocks.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from composer.checks.codes import Severity
from composer.checks.finding import Finding, find
from composer.edition.clients import (
    MANY_PERCENT,
    BlockText,
    FeatureFinding,
    ReadBy,
    Support,
    Use,
    block_text,
    client_support,
    feature_findings,
    named,
    uses_in_html,
    uses_of_parts,
)
from composer.edition.model import Edition
from composer.errors import NewsletterError, Position
from composer.importer.mail_source import read_mail_source
from composer.importer.reading import MAX_BYTES
from composer.issue.model import Issue
from composer.issue.reader_shares import which_program

CODE = "client-support"
STDIN = Path("-")
EVERY = "all"
_ONLY = {ReadBy.OUTLOOK: "Outlook on Windows", ReadBy.OTHERS: "all but Outlook on Windows"}


@dataclass(frozen=True, slots=True)
class ClientFinding:
    """A feature that not every mail program understands, as a finding, and all its places in the file."""

    finding: Finding
    feature: FeatureFinding
    places: tuple[Position, ...]

    def notes(self) -> dict[str, list[str]]:
        """Give caniemail's notes, each with the names of the programs that it is about."""
        told: dict[str, list[str]] = {}
        for answer in self.feature.answers:
            for note in answer.notes:
                told.setdefault(note, []).append(answer.name)
        return told

    def as_json(self) -> dict[str, Any]:
        """Give it with the keys that programs read: those of every finding, and what is known of the programs."""
        found = self.feature
        readers = {use.read_by for use in found.uses}
        return {
            **self.finding.as_json(),
            "feature": found.feature.slug,
            "title": found.feature.title,
            "category": found.feature.category,
            "address": found.feature.address,
            "harm": f"{found.harm.kind}: {found.harm.reason}" if found.harm else None,
            "count": len(self.places),
            "places": [{"file": str(place.file), "line": place.line, "column": place.column} for place in self.places],
            "only_for": _ONLY.get(next(iter(readers))) if len(readers) == 1 else None,
            "share": {str(each): found.share_percent(each) for each in (Support.NO, Support.PARTLY)},
            "clients": [
                {
                    "client": answer.program,
                    "name": answer.name,
                    "support": str(answer.support),
                    "notes": list(answer.notes),
                    "share": answer.share_percent,
                }
                for answer in found.answers
            ],
        }


def read_html_file(file: Path) -> tuple[str, Sequence[Use]]:
    """Read the HTML of a file, a whole mail, or standard input (``-``), and what it uses. NewsletterError, in words."""
    try:
        if file == STDIN:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise NewsletterError(f"{file} cannot be read: {error.strerror}") from error
    source = read_mail_source(data, file=file)
    of_parts = uses_of_parts(source.html, source.media_types, has_amp=source.has_amp)
    return source.html, (*uses_in_html(source.html), *of_parts)


def asked_programs(clients: str) -> Sequence[str] | None:
    """Read which programs are asked about: None for all of them; ``gmail`` is each of Gmail's.

    NewsletterError for a name that none has.
    """
    programs = client_support().programs
    asked = [name.strip().lower().replace("-", "_").replace(".", "_") for name in clients.split(",") if name.strip()]
    if EVERY in asked:
        return None
    if not asked:
        raise NewsletterError(f"--clients names no mail program; write {EVERY}, or names such as gmail,outlook_windows")
    found: dict[str, None] = {}
    for name in asked:
        of_one_house = [program for program in programs if program.startswith(f"{name}_")]
        if name not in programs and not of_one_house:
            raise NewsletterError(f"there is no mail program {name!r}; {which_program(name)}")
        found.update(dict.fromkeys([name] if name in programs else of_one_house))
    return tuple(found)


def client_findings(
    file: Path, html: str, uses: Sequence[Use], shares: Mapping[str, float], *, clients: str | None
) -> Sequence[ClientFinding]:
    """Tell what harms too many readers; or everything that the asked ``clients`` do not understand."""
    if clients is not None:
        found = feature_findings(uses, shares, programs=asked_programs(clients))
    else:
        read_by = [program for program, share in shares.items() if share > 0]
        harming = feature_findings(uses, shares, programs=read_by, only_harm=True)
        found = [each for each in harming if each.share_percent(*Support) >= MANY_PERCENT]
    starts = [0, *(line.end() for line in re.finditer("\n", html))]

    def position_of(use: Use) -> Position:
        line = bisect_right(starts, use.offset)
        return Position(file, line, use.offset - starts[line - 1] + 1)

    return [_placed(each, position_of) for each in found]


def issue_client_findings(
    issue: Issue, editions: Iterable[Edition], shares: Mapping[str, float], *, clients: str, layout: Path
) -> Sequence[ClientFinding]:
    """Tell everything that the asked ``clients`` do not understand of an issue's mails, in all its languages."""
    uses: list[Use] = []
    mails: list[tuple[int, Edition, BlockText]] = []
    start = 0
    for edition in editions:
        text = block_text(edition.html, edition.block_places)
        mails.append((start, edition, text))
        uses += (use._replace(offset=start + use.offset) for use in uses_in_html(text.html))
        start += len(text.html)

    def position_of(use: Use) -> Position:
        begun, edition, text = mails[bisect_right(mails, use.offset, key=lambda mail: mail[0]) - 1]
        block = text.block_at(use.offset - begun)
        source = issue.sources[edition.language]
        return Position(layout, 1, 1) if block is None else source.position(("blocks", block))

    return [_placed(each, position_of) for each in feature_findings(uses, shares, programs=asked_programs(clients))]


def _placed(found: FeatureFinding, position_of: Callable[[Use], Position]) -> ClientFinding:
    message = "; ".join(_told(found))
    finding = find(CODE, position_of(found.first), message, found.harm.advice if found.harm else "")
    if found.harm is None:
        finding = replace(finding, severity=Severity.INFO)
    return ClientFinding(finding, found, tuple(dict.fromkeys(map(position_of, found.uses))))


def _told(found: FeatureFinding) -> Iterator[str]:
    shown, verb = f"{found.feature.title}:", "not understood by"
    if found.harm is not None:
        shown, verb = found.first.words, "means nothing to"
    for support, words in ((Support.NO, f"{shown} {verb}"), (Support.PARTLY, "understood in part by")):
        names = found.names(support)
        if names:
            begun = words if support is Support.NO or found.names(Support.NO) else f"{shown} {words}"
            percent = found.share_percent(support)
            readers = f": {percent:.0f} % of the readers" if percent >= 1 else ""
            yield f"{begun} {named(names)}{readers}"
