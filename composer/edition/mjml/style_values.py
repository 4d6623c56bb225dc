"""The declarations of one style attribute: read, folded into the shortest that say the same, and written.

Enters: a style, as premailer or mrml writes it. Leaves: its declarations by name, in their order. A style that holds
anything else than plain values (a function, an escape) is not read, and so stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[\w\s.#%,'\":;/+-]*", re.ASCII)
_SIZES = re.compile(r"(?<![\w.#-])0px\b")
_FRACTION = re.compile(r"(?<![\w.#])(-?)0(\.\d)")
_COLOUR = re.compile(r"#([\da-fA-F])\1([\da-fA-F])\2([\da-fA-F])\3(?![\da-fA-F])")
_QUOTED_NAME = re.compile(r"""(['"])([A-Za-z][A-Za-z-]*(?: [A-Za-z][A-Za-z-]*)*)\1""")
_FONT = re.compile(
    r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>bold|normal|\d00) )?"
    r"(?P<size>[\d.]+px)/(?P<height>[\d.]+px) (?P<family>.+)"
)
_KEYWORDS = frozenset({"inherit", "initial", "unset", "revert"})
_SIDES = ("top", "right", "bottom", "left")
_FONT_PARTS = ("font-style", "font-weight", "font-size", "line-height", "font-family")
_RESETS = ("font-variant", "font-stretch", "font-kerning", "font-feature", "font-optical", "font-size-adjust")
_LENGTH = re.compile(r"-?[\d.]+(?:px|em|%)|0|auto")

Font = tuple[str, str, str, str, str]
"""Style, weight, size, line height and families."""


def names_type(found: Mapping[str, str]) -> bool:
    """Tell whether something of the font is among the declarations."""
    return any(name in found for name in ("font", *_FONT_PARTS))


def read_style(style: str) -> dict[str, str] | None:
    """Read the declarations of a style, the last one of each name; None if it holds more than plain values."""
    if not _PLAIN.fullmatch(style):
        return None
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if not colon or not name:
            if declaration.strip():
                return None
            continue
        value = _value(name, value)
        if not value or value in _KEYWORDS or value.startswith("-webkit") or ":" in value:
            return None
        if name in found and found[name] != value and name not in ("color", "font", "margin", "padding", *_FONT_PARTS):
            return None  # for programs that do not know the later one
        found.pop(name, None)
        found[name] = value
    return found


def _value(name: str, value: str) -> str:
    value = " ".join(value.split()).replace(", ", ",").replace(" ,", ",")
    if name in ("font", "font-family"):
        return _QUOTED_NAME.sub(r"\2", value)
    if "'" in value or '"' in value:
        return ""
    return _COLOUR.sub(r"#\1\2\3", _FRACTION.sub(r"\1\2", _SIZES.sub("0", value)))


def fold_font(found: dict[str, str], inherited: Font | None) -> Font | None:
    """Make one declaration of all that say the font, in the place of the first; and tell it, if all of it is known."""
    names = [name for name in found if name == "font" or name in _FONT_PARTS]
    if not names:
        return None
    short = _FONT.fullmatch(found["font"]) if "font" in found else None
    if "font" in found and short is None:
        return None
    parts = dict(zip(_FONT_PARTS, inherited or ("", "", "", "", ""), strict=True))
    for name in names:
        if name == "font":
            assert short is not None
            values = (
                short["style"] or "normal",
                short["weight"] or "normal",
                short["size"],
                short["height"],
                short["family"],
            )
            parts = dict(zip(_FONT_PARTS, values, strict=True))
        else:
            parts[name] = found[name]
    if "font" not in found:
        own = {"font-size", "line-height", "font-family"} <= set(names)
        if not own or any(name.startswith(_RESETS) for name in found):
            return None
        # A cell is upright and not bold by itself, and so are the boxes in it that say nothing else.
        parts["font-style"] = parts["font-style"] or "normal"
        parts["font-weight"] = parts["font-weight"] or "normal"
    font: Font = tuple(parts[name] for name in _FONT_PARTS)  # type: ignore[assignment]
    if _FONT.fullmatch(_short_font(font)) is None:
        return None
    _replace(found, names, "font", _short_font(font))
    return font


def _replace(found: dict[str, str], names: list[str], name: str, value: str) -> None:
    """Put one declaration in the place of the first of ``names``, and take those out."""
    kept = list(found.items())
    found.clear()
    for old, said in kept:
        if old == names[0]:
            found[name] = value
        elif old not in names:
            found[old] = said


def _short_font(font: Font) -> str:
    style, weight, size, height, family = font
    return " ".join([*(one for one in (style, weight) if one != "normal"), f"{size}/{height}", family])


def leave_out_font(found: dict[str, str], font: Font, inherited: Font) -> None:
    """Say of the font only what differs from that of the elements around, where that is shorter."""
    if font == inherited:
        del found["font"]
    elif (font[0], font[1], font[4]) == (inherited[0], inherited[1], inherited[4]):
        kept = list(found.items())
        found.clear()
        for name, value in kept:
            if name != "font":
                found[name] = value
                continue
            if font[2] != inherited[2]:
                found["font-size"] = font[2]
            if font[3] != inherited[3]:
                found["line-height"] = font[3]


def fold_box(found: dict[str, str], box: str) -> None:
    """Make one declaration of a margin or a padding and the sides that are said after it."""
    names = [name for name in found if name == box or name in [f"{box}-{side}" for side in _SIDES]]
    if (
        not names
        or names[0] != box
        or any(not _LENGTH.fullmatch(part) for name in names for part in found[name].split())
    ):
        return
    sides = dict(zip(_SIDES, _four(found[box].split()), strict=True))
    sides |= {name.removeprefix(f"{box}-"): found[name] for name in names[1:]}
    top, right, bottom, left = (sides[side] for side in _SIDES)
    said = [top, right, bottom, left]
    if left == right:
        said.pop()
        if bottom == top:
            said.pop()
            if right == top:
                said.pop()
    _replace(found, names, box, " ".join(said))


def _four(parts: list[str]) -> list[str]:
    top = parts[0]
    right = parts[1] if len(parts) > 1 else top
    return [top, right, parts[2] if len(parts) > 2 else top, parts[3] if len(parts) > 3 else right]
