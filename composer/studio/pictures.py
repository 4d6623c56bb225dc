"""Answers at the addresses of an issue's pictures: those it has, one of them as a browser shows it, and a new one.

::

    GET  /api/pictures        ?issue=          → [{name, width, height}]
    GET  /api/pictures/file   ?issue= &name=   → the picture, in a sandbox
    POST /api/pictures        ?issue= &name=   the bytes of the picture → {name, width, height}

What is taken, and what becomes of it, is ``writing/pictures.py``. A picture that cannot be taken is a 422, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from composer.edition.pictures.imaging import Measured, UnreadableError, measure
from composer.errors import FileRefused
from composer.issue.pictures import PictureError, find_picture_file
from composer.picture_types import type_by_content, type_by_suffix
from composer.studio.desk import desk_of
from composer.web.body import whole_body
from composer.web.files import file_response
from composer.writing.pictures import MAX_BYTES, store_picture

PICTURES_PATH = "/api/pictures"
"""Where pictures are dropped, which may be larger than what else is sent to the studio."""

_MOST_PICTURES = 200

routes = APIRouter(prefix=PICTURES_PATH)

Name = Annotated[str, Query(max_length=400)]


class PictureReport(BaseModel):
    """A picture beside an issue, by the name to set as ``file``, and its size in pixels."""

    name: str
    width: int
    height: int


@routes.get("")
def _pictures(request: Request, issue: Name) -> tuple[PictureReport, ...]:
    folder = desk_of(request).folder(issue)
    return tuple(
        PictureReport(name=name, width=measured.width, height=measured.height) for name, measured in _measured(folder)
    )


@routes.get("/file")
def _picture(request: Request, issue: Name, name: Name) -> Response:
    folder = desk_of(request).folder(issue)
    content = _content(folder, name)
    kind = type_by_content(content[:16]) if content else None
    if content is None or kind is None:
        raise HTTPException(404, f"This issue has no picture {name!r}.")
    return file_response(content, kind.media_type)


@routes.post("")
async def _store(request: Request, issue: Name, name: Name = "picture") -> PictureReport:
    folder = desk_of(request).folder(issue)
    too_large = FileRefused(f"the picture is larger than {MAX_BYTES // 1_000_000} MB; make it smaller first")
    content = await whole_body(request, most_bytes=MAX_BYTES, too_large=too_large)
    stored = await run_in_threadpool(store_picture, folder, name, content)
    return PictureReport(name=stored.name, width=stored.width, height=stored.height)


def _measured(folder: Path) -> Iterator[tuple[str, Measured]]:
    """Read the pictures of a folder, in the order of their names; what is damaged or lies elsewhere is none."""
    named = (file for file in sorted(folder.rglob("*")) if type_by_suffix(file.suffix))
    for file, _ in zip(named, range(_MOST_PICTURES), strict=False):
        name = file.relative_to(folder).as_posix()
        content = _content(folder, name)
        try:
            if content is not None:
                yield name, measure(content)
        except UnreadableError:
            continue


def _content(folder: Path, name: str) -> bytes | None:
    try:
        file, about = find_picture_file(folder, name)
        return file.read_bytes() if about.st_size <= MAX_BYTES else None
    except (OSError, PictureError, ValueError):  # a name with a null byte, say
        return None
