"""What the studio's page says about an issue: one model per answer of the API.

Enters: a View, a language, a Reader. Leaves: pydantic models; their field names are what ``static/*.js`` reads.
Subject and preheader are shown as this reader gets them; every finding brings the lines of the author's file around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from composer.checks import Finding, Severity
from composer.checks.whole_mail import CLIP_BYTES, html_bytes
from composer.edition import fill
from composer.edition.model import Edition
from composer.output.sample_readers import STANDARD_FIELDS, Reader
from composer.studio.workbench import Glance, View

_LINES_AROUND = 1
_MAX_LINE_CHARACTERS = 400

# Codes of findings that stand for "there is nothing to show": the files did not load, or did not build.
BLOCKING_CODES: Final = frozenset({"issue-invalid", "edition-invalid", "template-invalid"})


class IssueLine(BaseModel):
    """One issue in the list."""

    slug: str
    title: str
    date: str
    languages: tuple[str, ...]


class ProjectReport(BaseModel):
    """The list of issues, and what to say when there is none: ``started`` if there is a newsletter.yaml."""

    started: bool
    newsletter: str | None
    organisation: str | None
    issues_dir: str
    issues: tuple[IssueLine, ...]


class ExcerptLine(BaseModel):
    """A line of the author's file. ``caret`` is the column (from 1) to point at, on the line in question."""

    number: int
    text: str
    caret: int | None = None


class FindingReport(BaseModel):
    """A finding, with the lines around it. ``blocking`` if it is why there is nothing new to show."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    hint: str
    blocking: bool
    excerpt: tuple[ExcerptLine, ...]


class InboxLine(BaseModel):
    """What an inbox shows before the mail is opened. ``subjects`` are all of a test, A first; else there is one."""

    sender: str
    address: str
    subject: str
    preheader: str
    subjects: tuple[str, ...]


class Weight(BaseModel):
    """Sizes in bytes, as this reader gets them."""

    html: int
    clip: int
    text: int
    pictures: int
    picture_count: int
    links: int


class ReaderReport(BaseModel):
    """Who is reading, and whom one could choose."""

    key: str
    label: str
    name: str
    values: dict[str, str]


class FieldReport(BaseModel):
    """A value that a reader has, for the form."""

    name: str
    meaning: str


class IssueReport(BaseModel):
    """All that stands beside the mail. ``inbox`` and ``weight`` are null if this language never built."""

    slug: str
    title: str
    languages: tuple[str, ...]
    language: str
    direction: str
    stale: bool
    digest: str | None
    seconds: float
    inbox: InboxLine | None
    weight: Weight | None
    reader: ReaderReport
    readers: tuple[ReaderReport, ...]
    fields: tuple[FieldReport, ...]
    findings: tuple[FindingReport, ...]


def issue_line(glance: Glance) -> IssueLine:
    """A Glance for the list."""
    return IssueLine(slug=glance.slug, title=glance.title, date=glance.date, languages=glance.languages)


def issue_report(
    view: View,
    *,
    language: str,
    reader: Reader,
    readers: Sequence[Reader],
    links: Mapping[str, str],
    base: Path,
) -> IssueReport:
    """Everything about one issue in one language. File names are told relative to ``base``."""
    edition = view.editions.get(language)
    own_fields = view.newsletter.fields if view.newsletter else {}
    return IssueReport(
        slug=view.slug,
        title=edition.title if edition else view.slug,
        languages=languages_of(view),
        language=language,
        direction=edition.direction if edition else "ltr",
        stale=language in view.stale,
        digest=edition.digest if edition else None,
        seconds=view.seconds,
        inbox=_inbox_line(edition, _others(view, language), reader.values(links)) if edition else None,
        weight=_weight(edition, reader.values(links)) if edition else None,
        reader=_reader_report(reader),
        readers=tuple(map(_reader_report, readers)),
        fields=tuple(
            FieldReport(name=name, meaning=own_fields.get(name, name.replace("_", " ").capitalize()))
            for name in (*STANDARD_FIELDS, *own_fields)
        ),
        findings=tuple(finding_report(finding, base=base) for finding in view.checked.findings),
    )


def languages_of(view: View) -> tuple[str, ...]:
    """The languages to choose from, the issue's order first."""
    authored = view.checked.issue.languages if view.checked.issue else ()
    return tuple(dict.fromkeys((*authored, *view.editions)))


def finding_report(finding: Finding, *, base: Path) -> FindingReport:
    """A finding with its lines."""
    position = finding.position
    file = position.file.resolve()
    return FindingReport(
        code=finding.code,
        severity=finding.severity,
        file=str(file.relative_to(base) if file.is_relative_to(base) else file),
        line=position.line,
        column=position.column,
        message=finding.message,
        hint=finding.hint,
        blocking=finding.code in BLOCKING_CODES,
        excerpt=excerpt(file, line=position.line, column=position.column),
    )


def excerpt(file: Path, *, line: int, column: int) -> tuple[ExcerptLine, ...]:
    """The line and its neighbours; empty if the file cannot be read as text."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    first, last = max(1, line - _LINES_AROUND), min(len(lines), line + _LINES_AROUND)
    return tuple(
        ExcerptLine(
            number=number,
            text=lines[number - 1][:_MAX_LINE_CHARACTERS],
            caret=min(column, _MAX_LINE_CHARACTERS) if number == line else None,
        )
        for number in range(first, last + 1)
    )


def _others(view: View, language: str) -> Sequence[Edition]:
    """The editions with the other subjects of a test."""
    return [editions[language] for editions in view.checked.variants.values() if language in editions]


def _inbox_line(edition: Edition, others: Sequence[Edition], values: Mapping[str, str]) -> InboxLine:
    name, address = edition.sender
    return InboxLine(
        sender=name,
        address=address,
        subject=fill(edition.subject, values),
        preheader=fill(edition.preheader, values).strip(),
        subjects=tuple(fill(one.subject, values) for one in (edition, *others)),
    )


def _weight(edition: Edition, values: Mapping[str, str]) -> Weight:
    return Weight(
        # Counted as the check counts it, so that the bar and the finding agree.
        html=html_bytes(edition.html),
        clip=CLIP_BYTES,
        text=len(fill(edition.text, values).encode()),
        pictures=sum(len(asset.content) for asset in edition.picture_files),
        picture_count=len(edition.picture_files),
        links=fill(edition.html, values).count("<a "),
    )


def _reader_report(reader: Reader) -> ReaderReport:
    return ReaderReport(key=reader.key, label=reader.label, name=reader.name, values=dict(reader.fields))
