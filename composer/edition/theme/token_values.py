"""A theme's token is judged by what it stands for: a colour, a length in pixels, or words of CSS.

Enters: a token's name, the value that somebody gave it, and the value that it has otherwise. Leaves: what is wrong and
what to write, or None; and a colour in the one form that mails have, ``#1a2b3c``, whatever notation it is written in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from tinycss2.color4 import parse_color

Token = str | int | float

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_BREAKS_CSS = re.compile(r"[;{}<>\\\x00-\x1f]|/\*")
"""What would end a declaration, a rule, or the style tag."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\u00a0]")

_LIMITS = {
    "size_": (8, 200),
    "line_": (8, 200),
    "width": (280, 1200),
    "phone": (280, 1200),
    "gutter_phone": (0, 80),
    "gutter": (0, 120),
    "leading": (0, 60),
    "radius": (0, 200),
    "edge": (0, 60),
    "rule_": (0, 40),
}
"""What can be read and shown, in pixels, by how a token's name begins."""

_WORDS = {
    "weight_": (re.compile(r"normal|bold|[1-9]00"), "bold, normal, or 100 to 900"),
    "case_": (re.compile(r"none|uppercase|lowercase|capitalize"), "none, uppercase, lowercase or capitalize"),
    "tracking_": (
        re.compile(r"normal|-?0(?:px)?|-?(?:\d{0,2}\.)?\d{1,2}(?:px|em)"),
        'a length such as "0.5px", or "0"',
    ),
    "font_": (re.compile(r"(?=.*[a-zA-Z])[^;]+"), "names of fonts such as \"Georgia, 'Times New Roman', serif\""),
}
"""What the words of CSS may be, by how a token's name begins."""

_LEAST_COLUMN = 200
"""Pixels that running text needs for some five words a line."""


def is_colour(token: Token) -> bool:
    """Tell whether it is written like ``#1a2b3c`` or ``#1bc``."""
    return isinstance(token, str) and _HEX.fullmatch(token) is not None


def kind_of(token: Token) -> str:
    """Say what a token is, by its value."""
    if isinstance(token, int | float):
        return "a number"
    return "a colour such as #1a2b3c" if is_colour(token) else "a text"


def as_hex(written: str) -> str | None:
    """Write a colour of any of CSS's notations as ``#1a2b3c``; None if it is none, or lets its ground through."""
    if is_colour(written):
        return written
    colour = parse_color(_INVISIBLE.sub("", written).strip())
    if colour is None or isinstance(colour, str) or colour.alpha != 1:
        return None
    try:
        parts = tuple(colour.to("srgb").coordinates)
    except NotImplementedError:
        parts = _from_oklab(colour.space, tuple(colour.coordinates))
    if not parts or any(part is None or not math.isfinite(part) for part in parts):
        return None
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in parts)


def _from_oklab(space: str, parts: tuple[float | None, ...]) -> tuple[float, ...]:
    """Turn ``oklab()`` and ``oklch()`` into sRGB, by the matrices of CSS Color 4, section 10; other spaces into ()."""
    lightness, a, b = (part or 0.0 for part in parts)
    if space == "oklch":
        a, b = a * math.cos(math.radians(b)), a * math.sin(math.radians(b))
    elif space != "oklab":
        return ()
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
    )
    return tuple(12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in linear)


def wrong_value(name: str, value: Token, usual: Token) -> tuple[str, str] | None:
    """Tell what is wrong with a token's value, and what to write. ``usual`` is the value that it replaces."""
    kind = kind_of(usual)
    if kind == "a number":
        return _wrong_number(name, value, usual)
    if kind != "a text":
        return _wrong_colour(value)
    return wrong_text(value) or _wrong_words(name, value)


def wrong_text(value: Token) -> tuple[str, str] | None:
    """Tell what would end the styles that a text stands in."""
    if found := _BREAKS_CSS.search(str(value)):
        return f"{value!r} would break the styles", f"leave out {found[0]!r}: ; {{ }} < > and \\ cannot stand there"
    return None


def _wrong_number(name: str, value: Token, usual: Token) -> tuple[str, str] | None:
    if not isinstance(value, int | float):
        pixels = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:px|pt|;)*\s*", _INVISIBLE.sub("", value), re.ASCII)
        sane = pixels and not _out_of_bounds(name, float(pixels[1]))
        hint = f"write {pixels[1]}: pixels are meant" if pixels and sane else f"write a number such as {usual}"
        return f"{name} is a number, not {value!r}", hint
    if limits := _out_of_bounds(name, value):
        return f"{name} cannot be {value}", f"write {limits[0]} to {limits[1]}, in pixels; it is {usual} otherwise"
    return None


def _out_of_bounds(name: str, value: float) -> tuple[int, int] | None:
    least, most = next((limits for begins, limits in _LIMITS.items() if name.startswith(begins)), (0, 400))
    return None if least <= value <= most else (least, most)


def _wrong_colour(value: Token) -> tuple[str, str] | None:
    written = str(value)
    if isinstance(value, str) and as_hex(value) and not _INVISIBLE.search(value):
        return None
    if _INVISIBLE.search(written) and (meant := as_hex(written)):
        return f"{value!r} has a character that nobody sees", f'write "{meant}"'
    if re.fullmatch(r"[0-9a-fA-F]{6}", written):
        return f"{value!r} is no colour", f'write "#{written}"'
    colour = parse_color(written)
    if colour is not None and not isinstance(colour, str) and colour.alpha != 1:
        words = f"{value!r} lets its ground through, which not every mail program can"
        return words, "write the colour that is seen, such as #1a2b3c"
    return f"{value!r} is no colour", "write a colour such as #1a2b3c"


def _wrong_words(name: str, value: Token) -> tuple[str, str] | None:
    for begins, (pattern, wanted) in _WORDS.items():
        if name.startswith(begins) and not pattern.fullmatch(str(value)):
            return f"{name} cannot be {value!r}", f"write {wanted}"
    return None


MEASURED_WITH = {"gutter": "width", "line_text": "size_text"}
"""The measures that ``too_close`` tells of, and beside which other one each is too large or too small."""


def wrong_among(name: str, value: Token, tokens: Mapping[str, Token]) -> tuple[str, str] | None:
    """Tell what is wrong with a value for one of ``tokens``, by itself or beside the others, and what to write."""
    wrong = wrong_value(name, value, tokens[name]) if name in tokens else wrong_text(value)
    if wrong is None:
        for measure, words, hint in too_close({**tokens, name: value}):
            if name in (measure, MEASURED_WITH[measure]):
                return words, hint
    return wrong


def too_close(tokens: Mapping[str, Token]) -> Iterator[tuple[str, str, str]]:
    """Find measures that do not go together, one by one right: the token to change, what is wrong, what to write."""
    width, gutter = (_number(tokens, name) for name in ("width", "gutter"))
    if width and gutter is not None and width - 2 * gutter < _LEAST_COLUMN:
        words = f"a gutter of {gutter:g} on both sides leaves {width - 2 * gutter:g} of {width:g} pixels for text"
        yield "gutter", words, f"write {max(0, math.floor((width - _LEAST_COLUMN) / 2))} or less, or a larger width"
    size, line = (_number(tokens, name) for name in ("size_text", "line_text"))
    if size and line and line < size:
        words = f"lines of {line:g} pixels overlap: letters have {size:g}"
        yield "line_text", words, f"write {math.ceil(size * 1.5)}, or a smaller size_text"


def _number(tokens: Mapping[str, Token], name: str) -> float | None:
    value = tokens.get(name)
    return value if isinstance(value, int | float) else None
