"""A publication's own fonts become files of the edition, and rules in the head of the mail that name them.

Enters: fonts as newsletter.yaml and a theme's ``theme.yaml`` declare them, and documents that may use them. Leaves: a
style sheet in the head of each document that names one, and the files. Never: a font that nothing shows, a list of
fonts that is touched: what stands behind a font is what most readers see.

Two sheets of their own in a mail, as caniemail.com's ``css-at-font-face`` and Outlook want it::

    <!--[if mso]>      Outlook on Windows sets what a font is declared for in Times, whatever stands behind it: to
                       its engine (Word) a font of that name is declared that is, if missing, the one behind it
    <!--[if !mso]>     everybody else gets the address of the file; apart, since Gmail drops a whole sheet for one rule
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pydantic import ValidationError

from composer.edition.model import Asset
from composer.edition.theme.font_families import WORDS_FOR_FONTS, fallback_behind, families_of
from composer.errors import Position, Problem
from composer.font_types import MEDIA_TYPE, is_whole, type_of_font
from composer.issue.blocks import Model
from composer.issue.model import Newsletter
from composer.issue.pictures import PictureError, find_picture_file
from composer.issue.problems import explain_invalid
from composer.issue.source import Source
from composer.issue.tree import Node, plain, source_of
from composer.issue.web_fonts import WebFont

MAX_BYTES = 5_000_000

_FAMILIES_SET = re.compile(r"\bfont(?:-family)?\s*[:=]((?:&[#\w]{1,8};|[^;}<>])+)", re.IGNORECASE)
_GENERIC_IN_WORD = {"serif": "roman", "monospace": "modern"}


class FontList(Model):
    """What a ``theme.yaml`` has besides its tokens."""

    fonts: tuple[WebFont, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredFont:
    """A font as it was declared: in which folder its file is looked for, and where its name was written."""

    font: WebFont
    folder: Path
    position: Position


@dataclass(frozen=True, slots=True)
class FontFace:
    """A font whose file was read."""

    declared: DeclaredFont
    asset: Asset

    @property
    def family(self) -> str:
        """Style sheets call the font by this name."""
        return self.declared.font.family


def declared_fonts(said: Newsletter | FontList, source: Source) -> tuple[DeclaredFont, ...]:
    """Give the fonts of a newsletter or a theme the places where they are written."""
    return tuple(
        DeclaredFont(font, source.file.parent, source.position(("fonts", number, "file")))
        for number, font in enumerate(said.fonts)
    )


def fonts_in_theme(tree: Node, *, file: Path) -> tuple[tuple[DeclaredFont, ...], list[Problem]]:
    """Read what a ``theme.yaml`` declares, and tell all that is wrong with it, its files included."""
    content = tree.content if isinstance(tree.content, dict) else {}
    if "fonts" not in content:
        return (), []
    alone = Node(tree.position, {"fonts": content["fonts"]})
    source = source_of(alone, file=file)
    try:
        declared = declared_fonts(FontList.model_validate(plain(alone)), source)
    except ValidationError as error:
        return (), explain_invalid(error, model=FontList, source=source)
    return declared, [problem for one in declared if isinstance(problem := read_face(one), Problem)]


def read_face(declared: DeclaredFont) -> FontFace | Problem:
    """Read a font's file, or tell what is wrong with it."""
    name = declared.font.file
    try:
        file, found = find_picture_file(declared.folder, name, what="font")
        content = _read(file, found.st_mtime_ns, found.st_size)
    except PictureError as error:
        return Problem(declared.position, str(error), error.hint, error.mend)
    except OSError as error:
        return Problem(declared.position, f"the font {name!r} cannot be read: {error.strerror}")
    if wrong := wrong_font(name, content):
        return Problem(declared.position, *wrong)
    return FontFace(declared, Asset(PurePosixPath(name).as_posix(), MEDIA_TYPE, content))


def wrong_font(name: str, content: bytes) -> tuple[str, str] | None:
    """Tell why bytes are no font that mail programs load, and what to do. ``name`` is the file's."""
    kind = type_of_font(content)
    if not kind:
        return f"{name!r} is no font", "use a WOFF2 file"
    if kind != "WOFF2":
        hint = "choose it under Publication in the studio, which makes a WOFF2 file of it"
        return f"{name!r} is {kind}, which is several times as large as WOFF2", hint
    if len(content) > MAX_BYTES:
        return f"{name!r} has {len(content):,} bytes", "leave out letters that your languages do not have"
    if not is_whole(content):
        return f"{name!r} is a damaged font", "copy it again"
    return None


@lru_cache(maxsize=32)
def _read(file: Path, changed_ns: int, size: int) -> bytes:  # noqa: ARG001  of which version
    """Read a font once for each version of its file, and no more of it than tells that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


@dataclass
class EditionFonts:
    """The fonts of one edition. ``tokens`` are the theme's; ``base`` begins the addresses of the edition's files."""

    declared: Sequence[DeclaredFont]
    tokens: Mapping[str, object]
    base: str
    problems: list[Problem] = field(default_factory=list)
    _faces: list[FontFace] = field(default_factory=list)
    _shown: dict[str, Asset] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known: set[tuple[str, str, str]] = set()
        for declared in self.declared:
            key = (declared.font.family.lower(), declared.font.weight, declared.font.style)
            if key in known:
                continue  # the stronger declaration holds
            known.add(key)
            found = read_face(declared)
            if isinstance(found, FontFace):
                found = self._unambiguous(found)
            if isinstance(found, Problem):
                self.problems.append(found)
            else:
                self._faces.append(found)

    def assets(self) -> tuple[Asset, ...]:
        """Give the files of the fonts that a document shows, sorted by name."""
        return tuple(self._shown[name] for name in sorted(self._shown))

    def in_mail(self, html: str) -> str:
        """Put the fonts that a mail names into its head."""
        faces = self._named_in(html)
        if not faces:
            return html
        families = {face.family.lower(): face.family for face in faces}
        for_word = "".join(self._for_word(family) for family in families.values())
        sheets = (
            f"<!--[if mso]><style>{for_word}</style><![endif]-->"
            f"<!--[if !mso]><!--><style>{self._rules(faces)}</style><!--<![endif]-->"
        )
        return _into_head(html, sheets)

    def in_page(self, html: str) -> str:
        """Put the fonts that a page names into its head."""
        faces = self._named_in(html)
        return _into_head(html, f"<style>{self._rules(faces)}</style>") if faces else html

    def _named_in(self, html: str) -> list[FontFace]:
        """Find the fonts that a document names, and keep their files."""
        if not self._faces:
            return []
        named = " ".join(set(_FAMILIES_SET.findall(html))).lower()
        faces = [face for face in self._faces if re.search(rf"(?<![\w-]){face.family.lower()}(?![\w-])", named)]
        self._shown |= {face.asset.name: face.asset for face in faces}
        return faces

    def _unambiguous(self, face: FontFace) -> FontFace | Problem:
        name = face.asset.name
        if any(one.asset.name == name and one.asset != face.asset for one in self._faces):
            return Problem(face.declared.position, f"two different fonts are named {name!r}", "rename one of them")
        return face

    def _rules(self, faces: Iterable[FontFace]) -> str:
        return "".join(self._rule(face) for face in faces)

    def _rule(self, face: FontFace) -> str:
        font = face.declared.font
        return (
            f'@font-face{{font-family:"{font.family}";font-style:{font.style};font-weight:{font.weight};'
            f'font-display:swap;src:url("{self.base}/{quote(face.asset.name)}") format("woff2")}}'
        )

    def _for_word(self, family: str) -> str:
        """Tell Word which font to take in the place of one that it has not."""
        stack = next(self._stacks_with(family), "")
        instead, last = fallback_behind(family, stack), families_of(stack)[-1:] or ("",)
        is_font = instead != "" and instead.lower() not in WORDS_FOR_FONTS
        alternative = f'mso-font-alt:"{instead}";' if is_font else ""
        generic = _GENERIC_IN_WORD.get(last[0].lower(), "swiss")
        return f'@font-face{{font-family:"{family}";{alternative}mso-generic-font-family:{generic}}}'

    def _stacks_with(self, family: str) -> Iterator[str]:
        for name, value in self.tokens.items():
            if name.startswith("font_") and family.lower() in map(str.lower, families_of(str(value))):
                yield str(value)


def _into_head(html: str, sheets: str) -> str:
    """Put style sheets at the end of the head; a document without one is left as it is."""
    head, end, body = html.partition("</head>")
    return f"{head}{sheets}{end}{body}" if end else html
