"""A project begins, or an issue: from the last one, a few words, the sample, or a newsletter of another program."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from fastapi import APIRouter, Request

from composer.checks.stand_ins import to_do
from composer.edition.theme.tokens import theme_names
from composer.errors import IssueError, NewsletterError
from composer.importer import IssueDraft, draft_of, read_newsletter, short_name
from composer.importer.pictures import Pictures
from composer.issue import load_newsletter
from composer.issue.next_issue import next_number
from composer.issue.own_blocks import own_blocks
from composer.studio.asked import previews_of
from composer.studio.desk import desk_of
from composer.studio.issue_life.models import (
    Beginnings,
    BeginRequest,
    BegunIssue,
    DraftReport,
    ImportFile,
    ProjectRequest,
    ReadRequest,
    Refused,
)
from composer.studio.report import issue_line
from composer.workflow.publication import Publication, checked, title_of_folder
from composer.workflow.starting import project_files, write_new
from composer.writing.drafts import (
    DraftFiles,
    few_words,
    issue_after,
    shipped_sample,
    slug_of,
    title_of,
    with_head,
    with_title,
)
from composer.writing.folders.folder_history import FolderMove, begun
from composer.writing.folders.issue_folders import begin_issue, free_slug

routes = APIRouter(prefix="/api")


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


@routes.get("/begin")
def _beginnings(request: Request) -> Beginnings:
    previews = previews_of(request)
    issues_dir = previews.project.issues_dir
    last = next(iter(previews.summaries()), None)
    return Beginnings(
        today=_today(),
        newsletter_name=title_of_folder(issues_dir.absolute().parent.name),
        themes=theme_names(previews.project.templates),
        last=issue_line(last) if last else None,
        number=next_number(issues_dir),
    )


@routes.post("/begin/project")
def _begin_project(request: Request, asked: ProjectRequest) -> BegunIssue:
    issues_dir = previews_of(request).project.issues_dir
    newsletter = issues_dir / "newsletter.yaml"
    if newsletter.exists() or newsletter.is_symlink():
        raise Refused("there is a newsletter here already; load the page again")
    given = Publication(
        name=asked.name,
        sender=asked.sender.strip() or None,
        sender_name=asked.sender_name.strip() or None,
        address=asked.address.strip() or None,
        languages=tuple(asked.languages) or ("en",),
        theme=asked.theme,
    )
    try:
        publication = checked(given)
    except NewsletterError as error:
        raise Refused(str(error)) from error
    root = issues_dir.absolute().parent  # where it stands, wherever a link of that name leads
    files = project_files(publication, today=_today(), folder_name=root.name, issues=issues_dir.name)
    try:
        written = dict(write_new(root, files))
    except OSError as error:
        raise Refused(f"{root} cannot be written: {error.strerror}") from error
    first = next(name for name in written if name.endswith("/issue.yaml"))
    return BegunIssue(slug=PurePosixPath(first).parent.name)


@routes.post("/begin/read")
def _read(asked: ReadRequest) -> DraftReport:
    today = _today()
    draft = _imported(asked.files, today=today, keep_all=asked.keep_all)
    name = short_name(PurePosixPath(asked.files[0].name))
    return DraftReport(
        title=title_of(name),
        slug=f"{today:%Y-%m}-{name}",
        text=draft.text,
        articles=draft.articles,
        pictures=tuple(sorted(draft.pictures)),
        left_out=draft.left_out,
    )


@routes.post("/begin/issue")
def _begin_issue(request: Request, asked: BeginRequest) -> BegunIssue:
    project = previews_of(request).project
    own = own_blocks(project.templates)
    newsletter, _ = load_newsletter(project.issues_dir)
    title = asked.title.strip()
    draft: DraftFiles
    if asked.source == "last":
        draft = _after(request, asked)
    elif asked.source == "sample":
        draft = shipped_sample(languages=newsletter.languages, markdown=asked.is_markdown)
    elif asked.source == "words":
        language = newsletter.languages[0]
        draft = few_words(title or to_do("subject"), today=asked.date, markdown=asked.is_markdown, language=language)
    else:
        if not asked.files:
            raise Refused("no newsletter was given to import")
        imported = _imported(asked.files, today=asked.date, keep_all=asked.keep_all)
        draft = {"issue.md": imported.text.encode(), **imported.pictures}
    if title and asked.source != "words":  # whose title it is already
        draft = with_title(draft, title, own_blocks=own, only_missing=asked.source == "import")
    draft = with_head(draft, date=asked.date, number=asked.number, own_blocks=own)
    seen = asked.like if asked.source == "last" else ""

    def make() -> FolderMove:
        slug = asked.slug.strip() or free_slug(project.issues_dir, slug_of(title, date=asked.date))
        return begun(begin_issue(project.issues_dir, slug, draft), f"begin {slug}", like=seen)

    made = desk_of(request).move(make)
    return BegunIssue(slug=made.now.name, number=made.number)


def _after(request: Request, asked: BeginRequest) -> DraftFiles:
    """Begin with the issue that is named, or with the latest one that can be read."""
    previews = previews_of(request)
    project, own = previews.project, own_blocks(previews.project.templates)
    known = [summary.slug for summary in previews.summaries()]
    if asked.like and asked.like not in known:
        raise Refused(f"there is no issue {asked.like!r} to start from")
    for slug in [asked.like] if asked.like else known:
        try:
            return issue_after(project.issues_dir / slug, today=asked.date, own_blocks=own, empty_texts=True)
        except IssueError as error:
            if asked.like:
                raise Refused(f"{slug} cannot be the start of another issue: {error.problems[0]}") from error
    raise Refused("there is no issue to start from that can be read")


def _imported(files: Sequence[ImportFile], *, today: dt.date, keep_all: bool) -> IssueDraft:
    """Make a draft of a dropped newsletter: the pictures dropped with it lie beside it, as on its own disk."""
    contents = {file.name: _decoded(file) for file in files}
    first = files[0].name
    try:
        foreign = read_newsletter(contents[first], file=Path(first))
    except NewsletterError as error:
        raise Refused(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="newsletter-import-") as directory:
        _lay_out(Path(directory), {name: data for name, data in contents.items() if name != first})
        return draft_of(foreign, Pictures(Path(directory)), today=today, keep_all=keep_all)


def _lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
        if not parts or any(len(part.encode()) > 200 or not part.isprintable() for part in parts):
            continue
        file = folder.joinpath(*parts[-8:])
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):  # of two with one name, the first stays
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def _decoded(file: ImportFile) -> bytes:
    try:
        return base64.b64decode(file.base64, validate=True)
    except binascii.Error as error:
        raise Refused(f"{file.name} did not arrive whole; drop it again") from error
