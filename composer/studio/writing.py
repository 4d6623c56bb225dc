"""Answers at the addresses under which an issue is written; each change brings the token of the page (``session.py``).

::

    GET  /api/forms                          every block's form, the issue's, and what a new block begins with
    GET  /api/schemas                        the JSON Schema of an issue and of a translation, and the themes' names
    GET  /api/issues/{slug}/document         one file: text, values, places (composer/writing)   ?language=
    POST /api/issues/{slug}/edit             {language, version, edits, words, gesture, once} → the file as it is then
    POST /api/issues/{slug}/undo, /redo      {language, once} → the same
    POST /api/issues/{slug}/mend             {name, line, column, replace, with} of a finding's mend → {}
    POST /api/issues/{slug}/settle           {language, side, once} → the same; all in conflict is "mine" or "theirs"
    GET  /api/pictures, /api/pictures/file   pictures of an issue, and one of them (pictures.py)
    POST /api/pictures                       a picture, as it is → its name beside the issue

What has a name ``once`` is done once, however often it is asked for: who got no answer asks again.
``file`` may name the publication's ``newsletter.yaml``, or a theme of the project (``templates/theme.yaml``), in place
of a language's file, in all of them.

A change answers with what ``GET document`` would. If its query says what the page shows of the mail (``shown=`` and the
rest, as for ``GET /api/issues/{slug}``), a second line has what that would answer, as soon as it is composed. 409 says
that the file has been changed elsewhere, with the file as it is; 422 that an edit cannot be made, in words.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from composer.edition.theme.tokens import theme_names
from composer.errors import EditRefused, FileRefused, Mend
from composer.issue.own_blocks import own_blocks
from composer.issue.schema import issue_schema, translation_schema
from composer.studio.asked import previews_of, told_in_project
from composer.studio.changes import SavedChanges
from composer.studio.desk import Changed, Desk, Draft, OpenFile, desk_of
from composer.studio.frames import told_at_once
from composer.writing.forms import block_forms, issue_form, newsletter_form, starting_values

MOST_BYTES = 8_000_000
"""The most that a change may bring along: a whole source, and room."""

PAGE_HEADER: Final = "x-studio-page"
"""By which name the page that changes something listens at ``/events``: it need not be told what it has done itself."""

_MOST_EDITS = 200

routes = APIRouter(prefix="/api")


class EditRequest(BaseModel):
    """What a page wants changed."""

    language: str = Field(max_length=40)
    version: str = Field(max_length=64)
    edits: list[Any] = Field(max_length=_MOST_EDITS)
    words: str = Field("", max_length=200)
    gesture: str = Field("", max_length=400)
    file: str = Field("", max_length=200)
    once: str = Field("", max_length=64)


class StepRequest(BaseModel):
    """In which language's file the page is, when a step is taken back or made again."""

    language: str = Field(max_length=40)
    file: str = Field("", max_length=200)
    once: str = Field("", max_length=64)


class MendRequest(BaseModel):
    """What a finding says would mend it, and in which file of the issue or its publication it was found."""

    name: str = Field(max_length=400)
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    replace: str = Field(min_length=1, max_length=4000)
    by: str = Field(alias="with", max_length=4000)


class SettleRequest(StepRequest):
    """Which side wins where both have changed the same."""

    side: Literal["mine", "theirs"]


AtDesk = Annotated[Desk, Depends(desk_of)]


@routes.get("/forms")
def _forms(request: Request) -> dict[str, Any]:
    own, today = own_blocks(previews_of(request).project.templates), dt.datetime.now().astimezone().date()
    forms = block_forms(own)
    return {
        "blocks": [{**form.as_json(), "begins": starting_values(form, today=today)} for form in forms],
        "issue": issue_form().as_json(),
        "newsletter": newsletter_form().as_json(),
    }


@routes.get("/schemas")
def _schemas(request: Request) -> dict[str, Any]:
    templates = previews_of(request).project.templates
    own = own_blocks(templates)
    return {"issue": issue_schema(own), "translation": translation_schema(own), "themes": theme_names(templates)}


@routes.get("/issues/{slug}/document")
def _document(desk: AtDesk, slug: str, language: str = "", file: str = "") -> dict[str, Any]:
    return desk.open(slug, language, file).as_json()


@routes.post("/issues/{slug}/edit")
def _edit(request: Request, desk: AtDesk, slug: str, asked: EditRequest) -> Response:
    said = {"words": asked.words, "gesture": asked.gesture, "file": asked.file, "once": asked.once}
    draft = Draft(asked.language, asked.version, asked.edits, **said)
    return _answer(request, slug, lambda: desk.edit(slug, draft))


@routes.post("/issues/{slug}/undo")
def _undo(request: Request, desk: AtDesk, slug: str, asked: StepRequest) -> Response:
    return _answer(request, slug, lambda: desk.undo(slug, asked.language, file=asked.file, once=asked.once))


@routes.post("/issues/{slug}/redo")
def _redo(request: Request, desk: AtDesk, slug: str, asked: StepRequest) -> Response:
    step = {"file": asked.file, "once": asked.once}
    return _answer(request, slug, lambda: desk.undo(slug, asked.language, again=True, **step))


def _answer(request: Request, slug: str, write: Callable[[], OpenFile]) -> Response:
    changes: SavedChanges = request.app.state.changes
    with changes.writing:
        opened = write()
        changes.wrote(opened.wrote, page=request.headers.get(PAGE_HEADER, ""))
    if "shown" not in request.query_params:
        return JSONResponse(opened.as_json())
    return StreamingResponse(_two_lines(request, slug, opened), media_type="application/x-ndjson")


def _two_lines(request: Request, slug: str, opened: OpenFile) -> Iterator[str]:
    """Tell that it is saved before anything is composed: who waits for that types on."""
    yield json.dumps(opened.as_json(), ensure_ascii=False) + "\n"
    yield json.dumps(told_at_once(request, slug), ensure_ascii=False) + "\n"


@routes.post("/issues/{slug}/settle")
def _settle(request: Request, desk: AtDesk, slug: str, asked: SettleRequest) -> Response:
    step = {"file": asked.file, "once": asked.once}
    return _answer(request, slug, lambda: desk.settle(slug, asked.language, asked.side, **step))


@routes.post("/issues/{slug}/mend")
def _mend(desk: AtDesk, slug: str, asked: MendRequest) -> dict[str, Any]:
    desk.mend(slug, asked.name, Mend(asked.replace, asked.by), line=asked.line, column=asked.column)
    return {}


def add_writing(app: FastAPI, desk: Desk) -> None:
    """Let an app take changes."""
    app.state.desk = desk
    app.include_router(routes)
    app.add_exception_handler(Changed, _tell_change)
    app.add_exception_handler(EditRefused, _tell_refusal)
    app.add_exception_handler(FileRefused, _tell_refusal)


def _tell_change(request: Request, error: Exception) -> JSONResponse:
    opened = error.opened.as_json() if isinstance(error, Changed) else {}
    return JSONResponse({"detail": told_in_project(request, error), **opened}, status_code=409)


def _tell_refusal(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": told_in_project(request, error)}, status_code=422)
