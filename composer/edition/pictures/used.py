"""The pictures of one edition are gathered: where each is shown, how wide at most, and which file readers are given.

Enters: the names that authors and templates write, and the width of each place. Leaves: addresses under
``links.assets``, sizes, and in the end the Assets: each picture once, made for the widest of its places, with twice
the pixels for sharp screens. Problems are told at the author's line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote

from composer.edition.draft import EditionDraft
from composer.edition.model import Asset
from composer.edition.pictures.files import PictureError, PictureFile, find_picture, read_picture
from composer.edition.pictures.imaging import UnreadableError, measure, plate_for, prepared, squared, with_play_mark
from composer.edition.slots.merge_fields import MergeField
from composer.errors import Mend, Position, Problem
from composer.issue.blocks import TextKind
from composer.picture_types import IN_WORDS

SHARP = 2
"""Pixels of a picture for one of the page."""

# By expressions: lxml would read and write the whole document, 1.1 ms instead of 0.09 for the sample's mail of 86 kB,
# and put its own entities, doctype and quotes into it.
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r"""\s(src|width|height)=(?:"([^"]*)"|'([^']*)')""")


@dataclass(slots=True)
class _Shown:
    """A picture and the widest of its places; 0 if none has said how wide it is."""

    file: PictureFile
    name: str
    place: int = 0


@dataclass
class EditionPictures:
    """The pictures of ``draft``; the theme's own are in ``folders``. ``column`` is the width of running text."""

    draft: EditionDraft
    folders: Sequence[Path]
    column: int
    problems: list[Problem] = field(default_factory=list)
    _found: dict[tuple[Path, str], _Shown | PictureError] = field(default_factory=dict)
    _named: dict[str, _Shown | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base = self.draft.marks.mark(MergeField("links.assets"))

    # --- for templates --------------------------------------------------------------------------------------

    def asset(self, name: str, width: float | None = None) -> str:
        """Return the address of a picture that is shown at most ``width`` pixels wide."""
        shown = self._picture(name)
        if shown is None:
            return f"{self.base}/{quote(name)}"
        shown.place = max(shown.place, round(width or 0))
        return self._url(shown.file)

    def asset_size(self, name: str) -> tuple[int, int]:
        """Return width and height of the author's file in pixels, as it stands upright."""
        shown = self._picture(name)
        return (shown.file.width, shown.file.height) if shown else (1, 1)

    def play_badge(self, name: str, width: float | None = None) -> str:
        """Return the address of a copy with a play mark, which is shown at most ``width`` pixels wide."""
        shown = self._picture(name)
        if shown is None:
            return f"{self.base}/{quote(name)}"
        try:
            return self._url(self._marked(shown.file, name, width=round(width or 0)))
        except (UnreadableError, PictureError) as error:
            self._note_problem_with(name, f"{shown.file.asset.name!r} is {error}", f"save it again as {IN_WORDS}")
            return self._url(shown.file)

    def square(self, name: str, width: float, focus: str | None = None) -> str:
        """Return the address of a copy that is cut to a square of ``width`` pixels around ``focus``."""
        shown = self._picture(name)
        if shown is None:
            return f"{self.base}/{quote(name)}"
        if shown.file.width == shown.file.height:
            return self.asset(name, width)
        try:
            return self._url(self._cut(shown.file, name, width=round(width), focus=focus or "center"))
        except (UnreadableError, PictureError) as error:
            self._note_problem_with(name, f"{shown.file.asset.name!r} is {error}", f"save it again as {IN_WORDS}")
            return self._url(shown.file)

    def url_in(self, text: str, name: str) -> str:
        """Return the address of a picture in an author's text; it is looked for beside the file of that text."""
        authored = next(iter(self.draft.written(text, TextKind.MARKDOWN)), None)
        shown = self._read(authored.folder if authored else self.draft.start.file.parent, unquote(name))
        shown.place = max(shown.place, self.column)
        return self._url(shown.file)

    # --- when all is rendered -------------------------------------------------------------------------------

    def assets(self) -> tuple[Asset, ...]:
        """Make the files that readers are given, sorted by name, each for its widest place."""
        made = {shown.file.asset.name: self._made(shown) for shown in self._files()}
        return tuple(made[name] for name in sorted(made))

    def with_sizes(self, html: str) -> str:
        """Put a width and a height on each picture, so that nothing jumps when pictures come late."""
        sizes = {self._url(shown.file): (shown.file.width, shown.file.height) for shown in self._files()}
        return _IMAGE.sub(lambda tag: self._sized(tag[0], sizes), html)

    def with_plates(self, html: str, *, light: str, dark: str) -> str:
        """Put a colour behind each picture of the author's that is dark, or light, on nothing."""
        colours = {"light": light, "dark": dark}
        grounds = {
            self._url(shown.file): colours[plate]
            for (folder, _), shown in self._found.items()
            if isinstance(shown, _Shown) and folder not in self.folders and (plate := self._plate(shown.file))
        }
        return _IMAGE.sub(lambda tag: _on_plate(tag[0], grounds), html) if grounds else html

    def _plate(self, picture: PictureFile) -> Literal["", "light", "dark"]:
        try:
            return plate_for(picture.asset.content)
        except UnreadableError:
            return ""  # told where the file is made

    def _sized(self, tag: str, sizes: dict[str, tuple[int, int]]) -> str:
        said = {found[1]: unescape(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(tag)}
        size = sizes.get(said.get("src", ""))
        if size is None or (said.get("width", "").isdigit() and said.get("height", "").isdigit()):
            return tag
        width, height = size
        shown = int(said["width"]) if said.get("width", "").isdigit() else min(width, self.column)
        bare = _ATTRIBUTE.sub(lambda found: found[0] if found[1] == "src" else "", tag)
        tall = max(1, round(shown * height / width))
        return re.sub(r"^<img\b", f'<img width="{shown}" height="{tall}"', bare)

    def _made(self, shown: _Shown) -> Asset:
        asset = shown.file.asset
        try:
            content = prepared(asset.content, max_width=shown.place * SHARP or None)
        except UnreadableError as error:
            self._note_problem_with(shown.name, f"{asset.name!r} is {error}", f"save it again as {IN_WORDS}")
            return asset
        return asset if content == asset.content else Asset(asset.name, asset.media_type, content)

    def _files(self) -> list[_Shown]:
        return [found for found in self._found.values() if isinstance(found, _Shown)]

    # --- finding --------------------------------------------------------------------------------------------

    def _url(self, picture: PictureFile) -> str:
        return f"{self.base}/{quote(picture.asset.name)}"

    def _picture(self, name: str) -> _Shown | None:
        """Find the picture once for the edition, in however many places it is shown; None if it cannot be."""
        if name not in self._named:
            self._named[name] = self._find(name)
        return self._named[name]

    def _find(self, name: str) -> _Shown | None:
        """Find the picture; None, and a Problem, if an author's cannot be shown. The theme's own are in its folders."""
        authored = self.draft.written(name, TextKind.FOR_PROGRAMS)
        if not authored:
            return self._read(find_picture(self.folders, name), name)
        shown = None
        for text in authored:
            try:
                shown = self._read(text.folder, name)
            except PictureError as error:
                self._note_problem(text.position(), str(error), error.hint, error.mend)
        return shown

    def _note_problem_with(self, name: str, message: str, hint: str) -> None:
        """Note a problem with the picture ``name`` wherever an author names it."""
        for place in [text.position() for text in self.draft.written(name, TextKind.FOR_PROGRAMS)] or [
            self.draft.start
        ]:
            self._note_problem(place, message, hint)

    def _note_problem(self, place: Position, message: str, hint: str, mend: Mend | None = None) -> None:
        problem = Problem(place, message, hint, mend)
        if problem not in self.problems:
            self.problems.append(problem)

    def _read(self, folder: Path, name: str) -> _Shown:
        key = (folder, str(name))
        if key not in self._found:
            try:
                self._found[key] = _Shown(self._unambiguous(read_picture(folder, name)), name)
            except PictureError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, PictureError):
            raise found
        return found

    def _marked(self, picture: PictureFile, name: str, *, width: int) -> PictureFile:
        path = PurePosixPath(picture.asset.name)
        # The mark is drawn on the picture as it will be shown, so that it has the same size on every one.
        content = with_play_mark(prepared(picture.asset.content, max_width=width * SHARP or None))
        media_type, large, high = measure(content)
        copy = str(path.with_name(f"{path.stem}-play{'.png' if media_type == 'image/png' else path.suffix}"))
        marked = self._unambiguous(PictureFile(Asset(copy, media_type, content), large, high))
        self._found.setdefault((Path("play"), copy), _Shown(marked, name, width))
        return marked

    def _cut(self, picture: PictureFile, name: str, *, width: int, focus: str) -> PictureFile:
        content = squared(picture.asset.content, max_width=width * SHARP, focus=focal_point(focus))
        media_type, large, high = measure(content)
        path = PurePosixPath(picture.asset.name)
        words = re.sub(r"\W+", "-", focus).strip("-")
        place = f"square-{width}" if words == "center" else f"square-{width}-{words}"
        copy = str(path.with_name(f"{path.stem}-{place}{'.png' if media_type == 'image/png' else path.suffix}"))
        cut = self._unambiguous(PictureFile(Asset(copy, media_type, content), large, high))
        self._found.setdefault((Path("square"), copy), _Shown(cut, name, width))
        return cut

    def _unambiguous(self, picture: PictureFile) -> PictureFile:
        name = picture.asset.name
        if any(one.file.asset.name == name and one.file.asset != picture.asset for one in self._files()):
            raise PictureError(f"two different pictures are named {name!r}", "rename one of them")
        return picture


def _on_plate(tag: str, grounds: dict[str, str]) -> str:
    source = next((unescape(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(tag) if found[1] == "src"), "")
    ground = grounds.get(source)
    if ground is None or "background-color:transparent" in tag:  # a logo's dark form stands on the dark itself
        return tag
    if "background-color" in tag:
        # A thumbnail's or a portrait's own colour, which dark styles would replace: this one must win over them.
        return _BACKGROUND.sub(f"background-color:{ground};background-color:{ground} !important", tag, count=1)
    if 'style="' in tag:
        return tag.replace('style="', f'style="background-color:{ground};', 1)
    return tag.replace("<img", f'<img style="background-color:{ground}"', 1)


_BACKGROUND = re.compile(r"background-color:\s*[^;\"]+")
_WORDS = {"left": (0.0, None), "right": (1.0, None), "top": (None, 0.0), "bottom": (None, 1.0)}


def focal_point(focus: str) -> tuple[float, float]:
    """Read ``focus:`` of a picture, as "50% 20%" or "top left", into parts of its width and height."""
    parts = re.findall(r"(\d+)%", focus)
    if parts:
        return int(parts[0]) / 100, int(parts[1]) / 100
    across, down = 0.5, 0.5
    for word in focus.split():
        x, y = _WORDS.get(word, (None, None))
        across, down = across if x is None else x, down if y is None else y
    return across, down
