"""Answers about the translations of an issue: two languages side by side, block by block.

::

    POST /api/issues/{slug}/translations           {language} → {first, language, languages, file, trouble, rows}
    POST /api/issues/{slug}/translations/begin     {language}: a file that begins with the first language's words
    POST /api/issues/{slug}/translations/confirm   {language, path}: right as it is, though its source was changed
    POST /api/issues/{slug}/translations/add       {language, index}: a block that the translation lacks

All answer with what the first does: rows of ``composer/writing/translating.py``; ``file`` is null while there is none,
and ``trouble`` says why a file cannot be read.
Texts are written by ``/edit`` with the row's path ``here``. What was seen of both is kept (``translated.py``), so that
a text whose source was changed since is known after a restart too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictInt, StrictStr

from composer.errors import ChangedMeanwhile, EditRefused
from composer.issue.files import translation_files
from composer.issue.own_blocks import own_blocks
from composer.studio.asked import previews_of
from composer.studio.desk import Draft, desk_of
from composer.studio.translated import change_memory, translation_memory
from composer.writing.document import Document
from composer.writing.editing import edited
from composer.writing.edits import RemoveField
from composer.writing.files import replace_file
from composer.writing.translating import BlockRow, Memory, begun_block, confirmed, remembered, rows_of

_OF_FIRST_ALONE = ("language", "date", "number", "lists", "theme", "calendar", "pictures")
"""What a translation takes from the first language."""

_IS_THERE = "there is a text in {!r} already"

routes = APIRouter(prefix="/api/issues/{slug}/translations")


class LanguageRequest(BaseModel):
    """Which language is read beside the first one."""

    language: str = Field(max_length=40, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class ConfirmRequest(LanguageRequest):
    """Which text is right as it is, by its path in the first language."""

    path: tuple[StrictInt | StrictStr, ...] = Field(max_length=30)


class AddRequest(LanguageRequest):
    """Which block of the first language is missing."""

    index: int = Field(ge=0)


@routes.post("")
def _look(request: Request, slug: str, asked: LanguageRequest) -> dict[str, Any]:
    return _told(request, slug, asked.language)


@routes.post("/begin")
def _begin(request: Request, slug: str, asked: LanguageRequest) -> dict[str, Any]:
    begun = desk_of(request).open(slug, "").document
    folder = desk_of(request).folder(slug)
    if asked.language in translation_files(folder) or asked.language == _first_language(request, begun):
        raise EditRefused(_IS_THERE.format(asked.language))
    for key in _OF_FIRST_ALONE:
        if isinstance(begun.values, dict) and key in begun.values:
            begun = edited(begun, RemoveField(path=(key,)))
    file = folder / f"issue.{asked.language}{Path(begun.name).suffix}"
    try:
        replace_file(file, begun.file.encoded(), folder=folder, expected=None)
    except ChangedMeanwhile as error:
        raise EditRefused(_IS_THERE.format(asked.language)) from error
    return _told(request, slug, asked.language)


@routes.post("/confirm")
def _confirm(request: Request, slug: str, asked: ConfirmRequest) -> dict[str, Any]:
    rows = _rows(request, *_both(request, slug, asked.language), memory={})

    def confirm(memory: Mapping[str, Memory]) -> Mapping[str, Memory]:
        return {**memory, asked.language: confirmed(memory.get(asked.language, {}), rows, asked.path)}

    change_memory(desk_of(request).folder(slug), confirm)
    return _told(request, slug, asked.language)


@routes.post("/add")
def _add(request: Request, slug: str, asked: AddRequest) -> dict[str, Any]:
    first, here = _both(request, slug, asked.language)
    begun = begun_block(first.values, here.values, asked.index)
    if begun is None:
        raise EditRefused(
            "the translation names its blocks, and this one has no name; give it one in the first language"
        )
    place, value = begun
    edit = {"edit": "add", "path": ["blocks"], "index": place, "value": value}
    draft = Draft(asked.language, here.version, [edit], words="add a block to the translation")
    desk_of(request).edit(slug, draft)
    return _told(request, slug, asked.language)


def _told(request: Request, slug: str, language: str) -> dict[str, Any]:
    folder = desk_of(request).folder(slug)
    first, here = _both(request, slug, language)
    spoken = _first_language(request, first)
    newsletter = previews_of(request).newsletter()
    files = translation_files(folder)
    languages = [code for code in (newsletter.languages if newsletter else ()) if code != spoken]
    told: dict[str, Any] = {
        "first": spoken,
        "language": language,
        "languages": list(dict.fromkeys([*languages, *files])),
        "file": files[language].name if language in files else None,
        "trouble": "",
        "rows": [],
    }
    unreadable = next((document for document in (first, here) if not document.can_be_edited), None)
    if unreadable is not None:
        problem = next(iter(unreadable.problems), None)
        said = f", line {problem.position.line}: {problem.message}" if problem else " is empty"
        told["trouble"] = f"{unreadable.name}{said}. Mend it in the source."
    elif language in files:
        rows = _rows(request, first, here, memory=translation_memory(folder).get(language, {}))
        change_memory(folder, lambda memory: {**memory, language: remembered(memory.get(language, {}), rows)})
        told["rows"] = [row.as_json() for row in rows]
    return told


def _both(request: Request, slug: str, language: str) -> tuple[Document, Document]:
    """Open the file of the first language, and that of another; the first one again where there is none."""
    desk = desk_of(request)
    return desk.open(slug, "").document, desk.open(slug, language).document


def _rows(request: Request, first: Document, here: Document, *, memory: Memory) -> list[BlockRow]:
    own, spoken = own_blocks(previews_of(request).project.templates), _first_language(request, first)
    return rows_of(first.values, here.values, own=own, memory=memory, first_language=spoken)


def _first_language(request: Request, first: Document) -> str:
    said = first.values.get("language") if isinstance(first.values, dict) else None
    return str(said or previews_of(request).first_language())
