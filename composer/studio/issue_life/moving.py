"""Issues that are there are copied, get other names, and go out of the way; each can be brought back."""

from __future__ import annotations

from fastapi import APIRouter, Request

from composer.studio.asked import previews_of
from composer.studio.issue_life.models import BegunIssue, EmptiedTrash, EmptyRequest, PutAway, PutAwayLists, SlugRequest
from composer.studio.previews import summary_of
from composer.studio.report import IssueLine, issue_line
from composer.studio.translated import rename_memory
from composer.writing.issue_folders import (
    Place,
    archive_issue,
    delete_issue,
    duplicate_issue,
    empty_trash,
    free_slug,
    put_away_folders,
    rename_issue,
    restore_issue,
)

routes = APIRouter(prefix="/api")


@routes.post("/issues/{slug}/duplicate")
def _duplicate(request: Request, slug: str, asked: SlugRequest) -> BegunIssue:
    issues_dir = previews_of(request).project.issues_dir
    new = asked.slug.strip() or free_slug(issues_dir, slug)
    return BegunIssue(slug=duplicate_issue(issues_dir, slug, new_slug=new).name)


@routes.post("/issues/{slug}/rename")
def _rename(request: Request, slug: str, asked: SlugRequest) -> BegunIssue:
    folder = rename_issue(previews_of(request).project.issues_dir, slug, new_slug=asked.slug.strip())
    rename_memory(folder, slug)
    return BegunIssue(slug=folder.name)


@routes.post("/issues/{slug}/archive")
def _archive(request: Request, slug: str) -> PutAway:
    return PutAway(name=archive_issue(previews_of(request).project.issues_dir, slug).name)


@routes.post("/issues/{slug}/delete")
def _delete(request: Request, slug: str) -> PutAway:
    return PutAway(name=delete_issue(previews_of(request).project.issues_dir, slug).name)


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
    return BegunIssue(slug=restore_issue(previews_of(request).project.issues_dir, name, place=place).name)


@routes.post("/put-away/trash/empty")
def _empty(request: Request, asked: EmptyRequest) -> EmptiedTrash:
    return EmptiedTrash(gone=empty_trash(previews_of(request).project.issues_dir, asked.names))
