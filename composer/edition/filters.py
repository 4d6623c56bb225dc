"""The filters that templates use on an author's texts and pictures.

Enters: authored texts, by way of templates. Leaves: HTML, plain text, addresses and sizes; the pictures that were used;
and the Problems of the author's Markdown and pictures, each at the author's line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup

from composer.edition.assets import PictureError, PictureFile, find_picture, read_picture
from composer.edition.dates import date_filters
from composer.edition.draft import Draft
from composer.edition.events import Announcement, calendar_choice, linked_files
from composer.edition.locales import babel_locale
from composer.edition.markdown import Complaint, MarkdownRules, Prose, parse_markdown
from composer.edition.merge import Authored, MergeField
from composer.edition.model import Asset
from composer.edition.raw_mjml import complaints_about
from composer.edition.sentinels import Marks
from composer.edition.sourcemap import note_lines
from composer.edition.text import References, prose_text, underline, wrap
from composer.errors import Position, Problem
from composer.issue.blocks import Days

_OWN_PICTURE = re.compile(r"""\bsrc="([^":/][^":]*)\"""")
"""A picture beside the issue in raw MJML: an address without a scheme."""

_UNWRAPPED = 1_000_000
"""Columns that no line has."""


class TemplateFilters:
    """The filters of one edition, and what they have gathered.

    ``problems`` are the author's. ``pieces`` are the marks of Markdown's HTML in the MJML.
    """

    def __init__(self, draft: Draft, folders: Sequence[Path], *, announced: Sequence[Announcement] = ()) -> None:
        self.problems: list[Problem] = []
        self.pieces: Marks[str] = Marks("h" + draft.merger.marks.prefix[1:])
        self._draft = draft
        self._folders = tuple(folders)
        self._base = draft.merger.marks.mark(MergeField("links.assets"))
        self._pictures: dict[tuple[Path, str], PictureFile | PictureError] = {}
        self._proses: dict[str, Prose] = {}
        self._references = References()
        self._calendar_files = linked_files(announced) if calendar_choice(draft) != "none" else {}

    def for_mjml(self, *, noted: bool = False) -> Mapping[str, Callable[..., Any]]:
        """By name. ``markdown`` gives a mark, because real Markdown's HTML is more than mrml can read.

        ``noted`` puts notes of the author's lines into MJML that an author wrote.
        """
        mjml = self._mjml_with_notes if noted else self._mjml
        return {**self._for_all(), "markdown": self._markdown_mark, "mjml": mjml}

    def for_pages(self) -> Mapping[str, Callable[..., Any]]:
        """By name. ``markdown`` gives HTML."""
        return {**self._for_all(), "markdown": self._markdown}

    def for_calendar(self) -> Mapping[str, Callable[..., Any]]:
        """By name. ``markdown_text`` does not wrap, and lists a text's addresses under that text."""
        return {**self._for_all(), "markdown_text": self._markdown_unwrapped}

    def assets(self) -> tuple[Asset, ...]:
        """The pictures that were used, by name."""
        used = {found.asset for found in self._pictures.values() if isinstance(found, PictureFile)}
        return tuple(sorted(used, key=lambda asset: asset.name))

    def _for_all(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **date_filters(babel_locale(self._draft.language)),
            "asset": self._asset,
            "asset_size": self._asset_size,
            "calendar": self._calendar,
            "markdown_text": self._markdown_text,
            "wrap": wrap,
            "underline": underline,
        }

    # --- Markdown -------------------------------------------------------------------------------------------

    def _markdown(self, text: str, style: str = "") -> Markup:
        classes = f"prose {style}".rstrip()
        html = f'<div class="{classes}">{self._prose(text).html.strip()}</div>'
        return Markup(html)  # noqa: S704  markdown-it escapes, nh3 sanitises

    def _markdown_mark(self, text: str, style: str = "") -> Markup:
        return Markup(self.pieces.mark(self._markdown(text, style)))  # noqa: S704

    def _markdown_text(self, text: str, indent: int = 0) -> str:
        return prose_text(self._prose(text).tokens, self._references, indent=indent)

    def _markdown_unwrapped(self, text: str, indent: int = 0) -> str:
        return prose_text(self._prose(text).tokens, References(), indent=indent, width=_UNWRAPPED)

    def _mjml(self, text: str) -> Markup:
        """The designer's own MJML, its pictures found beside the issue; nothing of it if something is wrong."""
        complaints = complaints_about(text)

        def found(source: re.Match[str]) -> str:
            try:
                return f'src="{self._picture_url(text, source[1])}"'
            except PictureError as error:
                complaints.append(Complaint(source[1], 0, str(error), error.hint))
                return source[0]

        mjml = _OWN_PICTURE.sub(found, text)
        problems = [Problem(self._position(text, wrong), wrong.message, wrong.hint) for wrong in complaints]
        self.problems += [problem for problem in problems if problem not in self.problems]
        return Markup("" if problems else mjml)  # noqa: S704  looked through

    def _mjml_with_notes(self, text: str) -> Markup:
        mjml = self._mjml(text)
        if not mjml or not isinstance(text, Authored):
            return mjml
        place = text.place
        return Markup(note_lines(mjml, lambda line: place.position_of("", line=line)))  # noqa: S704

    def _prose(self, text: str) -> Prose:
        if text not in self._proses:
            rules = MarkdownRules(
                self._draft.language,
                picture_url=partial(self._picture_url, text),
                is_mark=lambda url: url.startswith(self._draft.merger.marks.prefix),
                is_asset=lambda url: url.startswith(self._base),
            )
            self._proses[text] = prose = parse_markdown(text, rules)
            self.problems += [
                Problem(self._position(text, wrong), wrong.message, wrong.hint) for wrong in prose.complaints
            ]
        return self._proses[text]

    def _position(self, text: str, wrong: Complaint) -> Position:
        if isinstance(text, Authored):
            return text.place.position_of(wrong.words, line=wrong.line)
        return self._draft.start

    # --- calendar -------------------------------------------------------------------------------------------

    def _calendar(self, entry: Days) -> str | None:
        """The address of an entry's own calendar file; None if there is none, or its link stands at another entry."""
        file = self._calendar_files.get(entry)
        return f"{self._base}/{quote(file)}" if file else None

    # --- pictures -------------------------------------------------------------------------------------------

    def _asset(self, name: str) -> str:
        picture = self._picture(name)
        return self._url(picture) if picture else f"{self._base}/{quote(name)}"

    def _asset_size(self, name: str) -> tuple[int, int]:
        picture = self._picture(name)
        return (picture.width, picture.height) if picture else (1, 1)

    def _url(self, picture: PictureFile) -> str:
        return f"{self._base}/{quote(picture.asset.name)}"

    def _picture(self, name: str) -> PictureFile | None:
        """The picture; None, and a Problem, if an author's cannot be shown. The theme's own are in its folders."""
        if not isinstance(name, Authored):
            return self._read(find_picture(self._folders, name), name)
        try:
            return self._read(name.place.source.file.parent, name)
        except PictureError as error:
            problem = Problem(name.place.position(), str(error), error.hint)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def _picture_url(self, text: str, name: str) -> str:
        """The address of a picture in Markdown ``text``; it is looked for beside the file of that text."""
        source = text.place.source if isinstance(text, Authored) else self._draft.source
        return self._url(self._read(source.file.parent, unquote(name)))

    def _read(self, folder: Path, name: str) -> PictureFile:
        key = (folder, str(name))
        if key not in self._pictures:
            try:
                self._pictures[key] = self._unambiguous(read_picture(folder, name))
            except PictureError as error:
                self._pictures[key] = error
        found = self._pictures[key]
        if isinstance(found, PictureError):
            raise found
        return found

    def _unambiguous(self, picture: PictureFile) -> PictureFile:
        name = picture.asset.name
        if any(asset.name == name and asset != picture.asset for asset in self.assets()):
            raise PictureError(f"two different pictures are named {name!r}", "rename one of them")
        return picture
