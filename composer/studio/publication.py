"""Answers about the publication, beside those of ``writing.py``, by which its file is written.

::

    GET  /api/publication?theme=          the themes, and the tokens that one has if newsletter.yaml changes none
    GET  /api/publication/token           ?theme= name= value= → {"wrong"}: why a token cannot have it, or ""
    POST /api/publication/logo?name=      the bytes of a picture → {"file"}: its name beside newsletter.yaml
    GET  /api/publication/logo?name=      that picture
    POST /api/publication/language        {language} → {"file"}: newsletter.<language>.yaml, begun with the name
    POST /api/publication/font?name=      the bytes of a font → {"file", "family", …}: what is to be declared of it

Nothing here changes ``newsletter.yaml``, nor what is there of another language: what is written is an edit of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field

from composer.checks.theme import COLOUR_PAIRS
from composer.edition.theme.contrast import READABLE, SEEN
from composer.edition.theme.token_values import Token, is_colour, wrong_among
from composer.edition.theme.tokens import (
    DEFAULT_THEME,
    Overrides,
    as_token,
    load_theme,
    own_theme_files,
    theme_files,
    theme_names,
)
from composer.errors import ChangedMeanwhile, EditionError, IssueError, TemplateError
from composer.issue import load_newsletter
from composer.issue.inside import unusable
from composer.issue.source import Source
from composer.picture_types import type_by_content
from composer.project import Project
from composer.studio.asked import previews_of
from composer.studio.issue_life.models import Refused
from composer.web.body import whole_body
from composer.web.files import file_response
from composer.writing.document import read_document
from composer.writing.editing import edited
from composer.writing.edits import SetField
from composer.writing.files import read_file, replace_file
from composer.writing.fonts.store import store_font
from composer.writing.pictures import store_picture
from composer.writing.shape import Shape

FILE_PATHS = ("/api/publication/logo", "/api/publication/font")
"""Where a file comes in piece by piece, and is measured here."""

_MOST_BYTES = 30_000_000

routes = APIRouter(prefix="/api/publication")


class ThemeReport(BaseModel):
    """What a theme has if nothing is changed: its tokens, and the pairs of them that are read on each other.

    ``shipped`` are those that it has without the project's ``theme.yaml`` files, which are ``files``, strongest first,
    and ``own`` the tokens that these say. ``troubles`` says why they cannot be used, each mistake with its place; then
    the tokens are the shipped theme's. ``measures`` are all tokens but colours and fonts. ``font_bytes`` says how large
    the file of each font is that ``newsletter.yaml`` declares. Text needs the contrast ``readable``, and below ``seen``
    nobody sees words at all.
    """

    theme: str
    themes: tuple[str, ...]
    tokens: Mapping[str, Token]
    shipped: Mapping[str, Token]
    files: tuple[str, ...]
    colours: tuple[str, ...]
    fonts: tuple[str, ...]
    measures: tuple[str, ...]
    font_bytes: Mapping[str, int]
    pairs: tuple[tuple[str, str], ...] = COLOUR_PAIRS
    readable: float = READABLE
    seen: float = SEEN
    own: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


class TokenVerdict(BaseModel):
    """Says why a token cannot have a value, and what to write; "" if it can."""

    wrong: str


class StoredLogo(BaseModel):
    """Names a picture that is beside ``newsletter.yaml`` now."""

    file: str


class FontReport(BaseModel):
    """Names a font that is beside ``newsletter.yaml`` now, and says what it says of itself."""

    file: str
    family: str
    weight: str
    style: str
    size_bytes: int
    may_embed: bool


class FurtherLanguage(BaseModel):
    """In which further language the publication is to be written."""

    language: str = Field(max_length=40)


class BegunFile(BaseModel):
    """Names a file beside ``newsletter.yaml``."""

    file: str


@routes.get("")
def _publication(request: Request, theme: str = "") -> ThemeReport:
    project = previews_of(request).project
    templates = project.templates
    names = theme_names(templates)
    name = theme if theme in names else DEFAULT_THEME
    tokens = shipped = _shipped_tokens(project, name)
    troubles: tuple[str, ...] = ()
    own: set[str] = set()
    try:
        tokens = _tokens(project, name)
        own = {token for file in theme_files(templates, name) for token in file.tokens}
    except (EditionError, TemplateError) as error:
        troubles = tuple(project.told(str(problem)) for problem in error.problems)
    colours = tuple(token for token, value in tokens.items() if is_colour(value) and f"{token}_dark" in tokens)
    fonts = tuple(token for token in tokens if token.startswith("font_"))
    return ThemeReport(
        theme=name,
        themes=names,
        tokens=tokens,
        shipped=shipped,
        files=tuple(own_theme_files(templates, name)),
        colours=colours,
        fonts=fonts,
        measures=tuple(token for token, value in tokens.items() if token not in fonts and not is_colour(value)),
        font_bytes=_font_bytes(project.issues_dir),
        own=tuple(sorted(own)),
        troubles=troubles,
    )


def _font_bytes(folder: Path) -> dict[str, int]:
    """Weigh the fonts of the newsletter, as far as it can be read and they are there."""
    try:
        newsletter, _ = load_newsletter(folder)
    except IssueError:
        return {}
    files = {font.file: folder / font.file for font in newsletter.fonts}
    return {name: file.stat().st_size for name, file in files.items() if file.is_file() and not unusable(file, folder)}


def _shipped_tokens(project: Project, name: str) -> Mapping[str, Token]:
    """Load what a theme has without the project's files; one of the project's own stands on the default theme."""
    shipped = project.templates[-1:]
    chosen = Overrides({"name": name} if name in theme_names(shipped) else {}, _newsletter_source(project))
    return load_theme(shipped, chosen).tokens


def _tokens(project: Project, name: str) -> Mapping[str, Token]:
    """Load what a theme has with the project's files. Raises EditionError or TemplateError where one is wrong."""
    return load_theme(project.templates, Overrides({"name": name}, _newsletter_source(project))).tokens


def _newsletter_source(project: Project) -> Source:
    return Source(project.issues_dir / "newsletter.yaml")


@routes.get("/token")
def _judge_token(
    request: Request,
    name: Annotated[str, Query(max_length=100)],
    value: Annotated[str, Query(max_length=1000)],
    theme: Annotated[str, Query(max_length=100)] = "",
) -> TokenVerdict:
    project = previews_of(request).project
    chosen = theme if theme in theme_names(project.templates) else DEFAULT_THEME
    newsletter, _ = load_newsletter(project.issues_dir)
    tokens = dict(_shipped_tokens(project, chosen))
    with suppress(EditionError, TemplateError):  # what is wrong in its file is told where the theme is
        tokens = dict(_tokens(project, chosen))
    tokens |= {token: as_token(str(said)) for token, said in newsletter.theme.items() if token in tokens}
    wrong = wrong_among(name, as_token(value.strip()), tokens)
    return TokenVerdict(wrong="" if wrong is None else f"{wrong[0]}; {wrong[1]}")


@routes.post("/logo")
async def _store_logo(request: Request, name: Annotated[str, Query(max_length=400)]) -> StoredLogo:
    too_large = HTTPException(413, "The picture is too large.")
    content = await whole_body(request, most_bytes=_MOST_BYTES, too_large=too_large)
    folder = previews_of(request).project.issues_dir
    return StoredLogo(file=(await run_in_threadpool(store_picture, folder, name, content)).name)


@routes.post("/language")
def _begin_language(request: Request, asked: FurtherLanguage) -> BegunFile:
    issues_dir = previews_of(request).project.issues_dir
    newsletter, _ = load_newsletter(issues_dir)
    if asked.language not in newsletter.languages[1:]:
        further = ", ".join(newsletter.languages[1:]) or "none"
        raise Refused(f"{asked.language!r} is no further language of the newsletter; it has {further}")
    file = issues_dir / f"newsletter.{asked.language}.yaml"
    begun = read_document(file.name, b"name: TODO\n", shape=Shape.of_newsletter())
    text = edited(begun, SetField(path=("name",), value=newsletter.name)).text
    with suppress(ChangedMeanwhile):  # it is there already
        replace_file(file, text.encode(), folder=issues_dir, expected=None)
    return BegunFile(file=file.name)


@routes.post("/font")
async def _store_font(request: Request, name: Annotated[str, Query(max_length=400)]) -> FontReport:
    content = await whole_body(request, most_bytes=_MOST_BYTES, too_large=HTTPException(413, "The font is too large."))
    folder = previews_of(request).project.issues_dir
    return FontReport(**asdict(await run_in_threadpool(store_font, folder, name, content)))


@routes.get("/logo")
def _logo(request: Request, name: Annotated[str, Query(max_length=400)]) -> Response:
    folder = previews_of(request).project.issues_dir
    content = read_file(folder / name, folder=folder) if "/" not in name and "\\" not in name else None
    kind = type_by_content(content[:16]) if content else None
    if content is None or kind is None:
        raise HTTPException(404, f"There is no picture {name!r} beside newsletter.yaml.")
    return file_response(content, kind.media_type)
