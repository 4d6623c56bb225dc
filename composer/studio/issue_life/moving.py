"""Issues that are there are copied, get other names, and go out of the way; each can be brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request

from composer.studio.asked import previews_of
from composer.studio.desk import desk_of
from composer.studio.issue_life.models import (
    BegunIssue,
    EmptiedTrash,
    EmptyRequest,
    MoveReport,
    MoveRequest,
    PutAway,
    PutAwayLists,
    SlugRequest,
)
from composer.studio.previews import summary_of
from composer.studio.report import IssueLine, issue_line
from composer.writing.folders.folder_history import FolderMove, begun
from composer.writing.folders.issue_folders import (
    Place,
    archive_issue,
    delete_issue,
    duplicate_issue,
    empty_trash,
    free_slug,
    put_away_folders,
    put_away_path,
    rename_issue,
    restore_issue,
)

routes = APIRouter(prefix="/api")


@routes.post("/issues/{slug}/duplicate")
def _duplicate(request: Request, slug: str, asked: SlugRequest) -> BegunIssue:
    issues_dir, words = previews_of(request).project.issues_dir, f"duplicate {_title(request, slug)}"

    def make() -> FolderMove:
        new = asked.slug.strip() or free_slug(issues_dir, slug)
        return begun(duplicate_issue(issues_dir, slug, new_slug=new), words, like=slug)

    return _begun(desk_of(request).move(make))


@routes.post("/issues/{slug}/rename")
def _rename(request: Request, slug: str, asked: SlugRequest) -> BegunIssue:
    issues_dir, words = previews_of(request).project.issues_dir, f"rename the folder of {_title(request, slug)}"
    new = asked.slug.strip()
    made = desk_of(request).move(
        lambda: FolderMove(issues_dir / slug, rename_issue(issues_dir, slug, new_slug=new), words)
    )
    return _begun(made)


@routes.post("/issues/{slug}/archive")
def _archive(request: Request, slug: str) -> PutAway:
    return _put_into(request, slug, archive_issue, f"archive {_title(request, slug)}")


@routes.post("/issues/{slug}/delete")
def _delete(request: Request, slug: str) -> PutAway:
    return _put_into(request, slug, delete_issue, f"delete {_title(request, slug)}")


def _put_into(request: Request, slug: str, put: Callable[[Path, str], Path], words: str) -> PutAway:
    issues_dir = previews_of(request).project.issues_dir
    made = desk_of(request).move(lambda: FolderMove(issues_dir / slug, put(issues_dir, slug), words))
    return PutAway(name=made.now.name, number=made.number)


def _begun(move: FolderMove) -> BegunIssue:
    return BegunIssue(slug=move.now.name, number=move.number)


def _title(request: Request, slug: str) -> str:
    """What an issue is called, for the button that undoes something."""
    title = next((one.title for one in previews_of(request).summaries() if one.slug == slug), slug)
    return f"“{title[:60]}”"


@routes.post("/moves/undo")
def _undo(request: Request, asked: MoveRequest) -> MoveReport:
    return _undone(request, asked, again=False)


@routes.post("/moves/redo")
def _redo(request: Request, asked: MoveRequest) -> MoveReport:
    return _undone(request, asked, again=True)


def _undone(request: Request, asked: MoveRequest, *, again: bool) -> MoveReport:
    move, made = desk_of(request).undo_move(asked.number, again=again)
    if made.now.parent == previews_of(request).project.issues_dir:
        return MoveReport(words=move.words, slug=made.now.name, gone="")
    return MoveReport(words=move.words, slug=move.like, gone=made.was.name if made.was else "")


@routes.get("/put-away")
def _put_away(request: Request) -> PutAwayLists:
    previews = previews_of(request)

    def lines(place: Place) -> tuple[IssueLine, ...]:
        folders = put_away_folders(previews.project.issues_dir, place)
        found = [issue_line(summary_of(folder, previews.first_language())) for folder in folders]
        return tuple(sorted(found, key=lambda line: (line.date, line.slug), reverse=True))

    return PutAwayLists(archived=lines("archive"), deleted=lines("trash"))


@routes.post("/put-away/{place}/{name}/restore")
def _restore(request: Request, place: Place, name: str) -> BegunIssue:
    issues_dir = previews_of(request).project.issues_dir

    def make() -> FolderMove:
        to = restore_issue(issues_dir, name, place=place)
        return FolderMove(put_away_path(issues_dir, name, place), to, f"bring back {to.name}")

    return _begun(desk_of(request).move(make))


@routes.post("/put-away/trash/empty")
def _empty(request: Request, asked: EmptyRequest) -> EmptiedTrash:
    return EmptiedTrash(gone=empty_trash(previews_of(request).project.issues_dir, asked.names))
