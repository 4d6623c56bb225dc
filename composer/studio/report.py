"""What the studio's page says about an issue: one model per answer of the API.

Enters: an IssuePreview, a language, a Reader. Leaves: pydantic models; ``browser/api.ts`` names the same fields.
Subject and preheader are shown as this reader gets them; every finding brings the lines of the author's file around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, Field

from composer.checks import Finding, Severity
from composer.checks.finding import MendPlace, mend_place
from composer.compose import BLOCKING_CODES
from composer.edition import fill
from composer.edition.model import Edition
from composer.edition.weight import CLIP_BYTES, html_bytes
from composer.issue.inside import source_lines
from composer.output.sample_readers import STANDARD_FIELDS, Reader
from composer.project import Project
from composer.studio.previews import IssuePreview, IssueSummary

_LINES_AROUND = 1
_MAX_LINE_CHARACTERS = 400


class IssueLine(BaseModel):
    """One issue as the list shows it."""

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


class MendReport(BaseModel):
    """A text, where it stands, and the one that is right in its place. ``with`` is a word of Python's."""

    line: int
    column: int
    replace: str
    by: str = Field(serialization_alias="with")


class FindingReport(BaseModel):
    """A finding with the lines around it; ``blocking`` says that it is why there is nothing new to show.

    ``in_issue`` is whether it is in a file of the issue itself, which has forms; ``mend`` is what one press does.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    hint: str
    blocking: bool
    in_issue: bool
    mend: MendReport | None
    excerpt: tuple[ExcerptLine, ...]


class InboxLine(BaseModel):
    """What an inbox shows before the mail is opened. ``subjects`` are all of a test, A first; else there is one."""

    sender: str
    address: str
    subject: str
    preheader: str
    subjects: tuple[str, ...]


class Weight(BaseModel):
    """How large the parts of the mail are in bytes, as this reader gets them.

    ``picture_count`` are the files that the mail shows, each once, the logo and icons among them; what only the
    printable page shows is none of them.
    """

    html: int
    clip: int
    text: int
    pictures: int
    picture_count: int
    fonts: int
    font_count: int
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
    """All that stands beside the mail. ``inbox`` and ``weight`` are null if this language never built.

    While ``checking`` the findings are those of the last version: asked without ``soon=``, the studio checks this one.
    ``repaint`` is the HTML of the blocks that differ from the mail that the page shows, if nothing else of it does.
    """

    slug: str
    title: str
    languages: tuple[str, ...]
    language: str
    direction: str
    stale: bool
    checking: bool
    digest: str | None
    seconds: float
    inbox: InboxLine | None
    weight: Weight | None
    reader: ReaderReport
    readers: tuple[ReaderReport, ...]
    fields: tuple[FieldReport, ...]
    findings: tuple[FindingReport, ...]
    repaint: dict[int, str] | None = None


def issue_line(summary: IssueSummary) -> IssueLine:
    """Turn a summary into its line of the list."""
    return IssueLine(slug=summary.slug, title=summary.title, date=summary.date, languages=summary.languages)


def issue_report(
    preview: IssuePreview,
    *,
    language: str,
    reader: Reader,
    readers: Sequence[Reader],
    links: Mapping[str, str],
    project: Project,
) -> IssueReport:
    """Gather everything about one issue in one language. Files are named from the ``project``."""
    edition = preview.editions.get(language)
    own_fields = preview.newsletter.fields if preview.newsletter else {}
    return IssueReport(
        slug=preview.slug,
        title=edition.title if edition else preview.slug,
        languages=languages_of(preview),
        language=language,
        direction=edition.direction if edition else "ltr",
        stale=language in preview.stale,
        checking=preview.is_checking,
        digest=edition.digest if edition else None,
        seconds=preview.seconds,
        inbox=_inbox_line(edition, _others(preview, language), reader.values(links)) if edition else None,
        weight=_weight(edition, reader.values(links)) if edition else None,
        reader=_reader_report(reader),
        readers=tuple(map(_reader_report, readers)),
        fields=tuple(
            FieldReport(
                name=name,
                meaning=own_fields[name].meaning if name in own_fields else name.replace("_", " ").capitalize(),
            )
            for name in (*STANDARD_FIELDS, *own_fields)
        ),
        findings=tuple(finding_report(finding, project=project) for finding in preview.checked.findings),
    )


def languages_of(preview: IssuePreview) -> tuple[str, ...]:
    """Return the languages to choose from, in the issue's order; those that only built before come last."""
    authored = preview.checked.issue.languages if preview.checked.issue else ()
    return tuple(dict.fromkeys((*authored, *preview.editions)))


def finding_report(finding: Finding, *, project: Project) -> FindingReport:
    """Turn a finding into what the page shows of it, with the lines around it."""
    position = finding.position
    # The name that the author gave it, where it is a link too.
    file = position.file.parent.resolve() / position.file.name
    mend = mend_place(finding)
    return FindingReport(
        code=finding.code,
        severity=finding.severity,
        file=project.told(str(file)),
        line=position.line,
        column=position.column,
        message=project.told(finding.message),
        hint=project.told(finding.hint),
        blocking=finding.code in BLOCKING_CODES,
        in_issue=re.fullmatch(r"issue(\.[\w-]+)?\.(yaml|md)", file.name) is not None,
        mend=None if mend is None or file.name == "theme.yaml" else _mend_report(mend),
        excerpt=excerpt(file, line=position.line, column=position.column),
    )


def _mend_report(place: MendPlace) -> MendReport:
    return MendReport(line=place.line, column=place.column, replace=place.mend.replace, by=place.mend.by)


def excerpt(file: Path, *, line: int, column: int) -> tuple[ExcerptLine, ...]:
    """Return the line and its neighbours; nothing if the file cannot be read, or is a link to one elsewhere."""
    lines = source_lines(file)
    first, last = max(1, line - _LINES_AROUND), min(len(lines), line + _LINES_AROUND)
    return tuple(
        ExcerptLine(
            number=number,
            text=lines[number - 1][:_MAX_LINE_CHARACTERS],
            caret=min(column, _MAX_LINE_CHARACTERS) if number == line else None,
        )
        for number in range(first, last + 1)
    )


def _others(preview: IssuePreview, language: str) -> Sequence[Edition]:
    """Return the editions with the other subjects of a test."""
    return [editions[language] for editions in preview.checked.variants.values() if language in editions]


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
    html = fill(edition.html, values)
    shown = set(re.findall(rf"{re.escape(values['links.assets'])}/([^\"')\s?&]+)", html))
    pictures = [asset for asset in edition.picture_files if quote(asset.name) in shown]
    return Weight(
        # Counted as the check counts it, so that the bar and the finding agree.
        html=html_bytes(edition.html),
        clip=CLIP_BYTES,
        text=len(fill(edition.text, values).encode()),
        pictures=sum(len(asset.content) for asset in pictures),
        picture_count=len(pictures),
        fonts=sum(len(asset.content) for asset in edition.font_files),
        font_count=len(edition.font_files),
        links=html.count("<a "),
    )


def _reader_report(reader: Reader) -> ReaderReport:
    return ReaderReport(key=reader.key, label=reader.label, name=reader.name, values=dict(reader.fields))
