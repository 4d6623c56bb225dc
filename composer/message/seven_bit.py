"""Writes a part in ASCII, with lines that every relay passes on as they are (7bit, RFC 2045 2.7).

Nothing is escaped on the way, so this is the shortest encoding there is, and the one that no relay converts (RFC 6376
5.3). Enters: a whole text, in it a ``PlaceSign`` for each reader's value. Leaves: the same text, as a mail program
reads it, in ASCII and in lines of at most ``LINE_MAX`` octets, whatever the values; or None, if it cannot be.

In HTML letters beyond ASCII become references. Lines are broken in tags, where a blank stands between two attributes;
in a text as long as that by an empty comment; in a style sheet behind a declaration. So the document stays what it was.
A line break that stands in a text is one, unless SMTP or a mailbox file would read what follows otherwise (a dot, RFC
5321 4.5.2; "From "): then it is a reference, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final


class PlaceSign(StrEnum):
    """What stands for what is not known yet: signs that no text of a mail has."""

    VALUE = "\0"
    ADDRESS = "\1"  # the reader's own, which is never longer than an address can be
    LINK_ENDING = "\2"
    SHOWN = "\3"  # what follows is seen by some readers only, up to
    SHOWN_END = "\4"
    TITLE_VALUE = "\5"  # what becomes of a value in the document's title


LINE_MAX: Final = 900
"""Octets of a line: sendmail breaks those of more than 990 (its mailers' L=), RFC 5322 2.1.1 allows 998."""
_VALUE_ROOM: Final = 200
"""Octets that a value adds to a line; of a longer one the rest stands on lines of its own."""
ADDRESS_ROOM: Final = 64 * len("&#x27;") + 190
"""Octets of an address at most, its domain in A-labels: it has 254, 64 of them in the local part (RFC 5321 4.5.3.1)."""
_ROOM: Final = {
    PlaceSign.VALUE: _VALUE_ROOM,
    PlaceSign.TITLE_VALUE: _VALUE_ROOM,
    PlaceSign.ADDRESS: ADDRESS_ROOM,
    PlaceSign.LINK_ENDING: 44,
}

_LONG = 400
_TOO_LONG = 800
_COMMENT_BREAK = "<!--\n-->"
_TITLE_BREAK = "\n "  # so that the line begins with neither a dot nor "From "
_PLACES = re.compile("([\0-\5])")
_PART = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<tag></?[a-z](?:[^\"'>]|\"[^\"]*\"|'[^']*')*>)|(?P<other><(?:!(?!--)|[?/])[^>]*>)"
    r"|(?P<text>[^<]+|<(?![a-z!?/]))",
    re.DOTALL | re.IGNORECASE,
)
_ENDS_RAW = {
    name: re.compile(rf"</{name}\b|\Z", re.IGNORECASE)
    for name in ("style", "script", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "plaintext")
}
_RAW = re.compile(rf"<({'|'.join(_ENDS_RAW)})\b", re.IGNORECASE)
_REFERENCES_IN = ("title", "textarea")
_CONDITIONAL = re.compile(r"(<!--\[if [^\]]*\]>)(.*)(<!\[endif\]-->)", re.DOTALL)
_BETWEEN_ATTRIBUTES = re.compile(r"\"[^\"]*\"|'[^']*'|(?P<blank>(?<![ =]) (?=[a-z]))", re.IGNORECASE)
_UNQUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DECLARATION_END = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|/\*.*?\*/|url\([^)]*\)|(?P<end>[;{](?![ .\n]))", re.DOTALL
)
_STARTS_WRONGLY = re.compile(r"[.\0\1\3]|From ")
_PLAIN_WRONG = re.compile(r"(?:\A|[\n\3\4])(?:\.|From )|[ \t](?:[\n\3\4]|\Z)|[\0\1]")
_BREAKS_WRONGLY = re.compile(r"\n(?=[.\0\1\3-\5]|From )")
_NOT_IN_TAGS = re.compile(rf"[\0\3\4]|{_BREAKS_WRONGLY.pattern}")
_TRAILING_BLANK = re.compile(r"[ \t]\n")
_LONGEST_REFERENCE = 32
_REFERENCE_BEGUN = re.compile(r"&#?\w*\Z")
_UNWRITABLE = re.compile("[\r\x7f-\x9f\ud800-\udfff]")
"""Letters that no reference is for: of 128 to 159 HTML makes others."""


_NOT_TEXT = frozenset(PlaceSign)


class _NotPossibleError(Exception):
    """The text cannot be written in 7bit without becoming another."""


def html_in_ascii(html: str) -> str | None:
    """Write HTML in ASCII lines, which end with a line feed; None if that would make another document of it."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    if _STARTS_WRONGLY.match(html) or _UNWRITABLE.search(html):
        return None
    lines = _Lines()
    try:
        _write(lines, html, in_comment=False)
    except _NotPossibleError:
        return None
    return lines.text()


def text_in_ascii(text: str) -> str | None:
    """Take a plain text as it stands, if every line is fit for 7bit; None if not. Nothing can be escaped in it."""
    text = text.replace("\r\n", "\n")
    if not text.isascii() or _PLAIN_WRONG.search(text) or _UNWRITABLE.search(text):
        return None
    return text if max(map(_room_of, text.split("\n"))) <= LINE_MAX else None


def split_at_places(written: str) -> list[str]:
    """Cut a text into what stands between its places, and these."""
    return _PLACES.split(written)


def write_in_attribute(text: str) -> bytes:
    """Write a value of known length that stands in an attribute, escaped for it already."""
    return text.encode("ascii", "xmlcharrefreplace")


def write_value(text: str) -> bytes:
    """Write a reader's value, escaped for HTML already: its first line adds ``_VALUE_ROOM`` octets at most."""
    return _in_lines(text, _COMMENT_BREAK)


def write_in_title(text: str) -> bytes:
    """Write a value into the document's title, where a line break is a blank, and no comment can stand."""
    return _in_lines(text, _TITLE_BREAK)


def _in_lines(text: str, line_break: str) -> bytes:
    rest = _referenced(text)
    room = _VALUE_ROOM - len(line_break)
    lines: list[str] = []
    while len(rest) > _VALUE_ROOM:
        cut = _cut(rest, room)
        lines.append(rest[:cut])
        rest = rest[cut:]
    return line_break.replace("\n", "\r\n").join([*lines, rest]).encode("ascii")


def _room_of(text: str) -> int:
    """Count the octets of a text at its longest."""
    if _PLACES.search(text) is None:
        return len(text)
    return len(text) + sum(text.count(place) * (room - 1) for place, room in _ROOM.items())


class _Lines:
    """What has been written, and how long its last line is at most, whoever reads it."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._before_shown: list[int] = []
        self.length = 0

    def text(self) -> str:
        return "".join(self._written)

    def add(self, text: str) -> None:
        """Write a text as it is."""
        self._written.append(text)
        if "\n" in text:
            *whole, text = text.split("\n")
            if self.length + max(map(_room_of, whole)) > LINE_MAX:
                raise _NotPossibleError
            self.length = 0
        self.length += _room_of(text)
        if self.length > LINE_MAX:
            raise _NotPossibleError

    def mark(self, place: str) -> None:
        """Write where something begins, or ends, that only some readers see."""
        self._written.append(place)
        if place == PlaceSign.SHOWN:
            self._before_shown.append(self.length)
        else:
            self.length = max(self.length, self._before_shown.pop())


def _write(lines: _Lines, html: str, *, in_comment: bool) -> None:
    for kind, part in _parts(html):
        if kind == "tag":
            _write_tag(lines, part)
        elif kind == "text":
            _write_text(lines, part, can_break=not in_comment)
        elif kind == "style":
            _write_style(lines, part)
        elif kind in _REFERENCES_IN and PlaceSign.ADDRESS not in part:
            part = part.replace(PlaceSign.VALUE, PlaceSign.TITLE_VALUE) if kind == "title" else part
            _write_text(lines, part, can_break=False)
        elif kind == "comment" and (found := _CONDITIONAL.fullmatch(part)):
            lines.add(found[1])
            _write(lines, found[2], in_comment=True)
            lines.add(found[3])
        elif part.isascii() and not _PLACES.search(part) and not _BREAKS_WRONGLY.search(part):
            lines.add(part)
        else:
            raise _NotPossibleError


def _parts(html: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a document, each with its kind: what stands in an element that is no markup by its name."""
    at = 0
    while at < len(html):
        found = _PART.match(html, at)
        if found is None or found.lastgroup is None:
            raise _NotPossibleError
        yield found.lastgroup, found[0]
        at = found.end()
        if found.lastgroup == "tag" and (raw := _RAW.match(found[0])):
            name = raw[1].lower()
            end = _ENDS_RAW[name].search(html, at)
            assert end is not None  # the end of the document matches, too
            if end.start() > at:
                yield name, html[at : end.start()]
            at = end.start()


def _write_tag(lines: _Lines, tag: str) -> None:
    if not tag.isascii():
        if not _UNQUOTED.sub("", tag).isascii():
            raise _NotPossibleError
        tag = _referenced(tag)
    if _NOT_IN_TAGS.search(tag):
        raise _NotPossibleError
    if lines.length + _room_of(tag) <= _LONG:
        lines.add(tag)
        return
    end = 0
    for found in _BETWEEN_ATTRIBUTES.finditer(tag):
        if found["blank"]:
            _add_attribute(lines, tag[end : found.start()], is_first=end == 0)
            end = found.end()
    _add_attribute(lines, tag[end:], is_first=end == 0)


def _add_attribute(lines: _Lines, written: str, *, is_first: bool) -> None:
    breaks = lines.length > _LONG or lines.length + _room_of(written) > _TOO_LONG
    if not is_first:
        written = f"\n{written}" if breaks and not _STARTS_WRONGLY.match(written) else f" {written}"
    lines.add(written)


def _write_text(lines: _Lines, text: str, *, can_break: bool) -> None:
    text = _TRAILING_BLANK.sub(
        lambda blank: f"&#{ord(blank[0][0])};\n", _BREAKS_WRONGLY.sub("&#10;", _referenced(text))
    )
    if not can_break and PlaceSign.VALUE in text:
        raise _NotPossibleError  # a long one is broken by a comment, which would end the one that it stands in
    for run in _PLACES.split(text):
        if run in (PlaceSign.SHOWN, PlaceSign.SHOWN_END):
            lines.mark(run)
            continue
        *whole, last = run.split("\n")
        for line in whole:
            _write_run(lines, line, can_break=can_break)
            lines.add("\n")
        _write_run(lines, last, can_break=can_break)


def _write_run(lines: _Lines, run: str, *, can_break: bool) -> None:
    """Write a text without line breaks, which is a place or has none; where it is long, an empty comment breaks it."""
    while can_break and lines.length + _room_of(run) > _TOO_LONG:
        cut = 0 if run in _NOT_TEXT else _cut(run, max(0, _TOO_LONG - lines.length))
        lines.add(run[:cut] + _COMMENT_BREAK)
        run = run[cut:]
    lines.add(run)


def _cut(run: str, room: int) -> int:
    """Find where a text can be cut, ``room`` letters behind its start at most: at a blank, if there is one."""
    cut = run.rfind(" ", 0, room) + 1 or min(room, len(run))
    begun = _REFERENCE_BEGUN.search(run, max(0, cut - _LONGEST_REFERENCE), cut)
    return begun.start() if begun else cut


def _write_style(lines: _Lines, css: str) -> None:
    if not css.isascii() or PlaceSign.VALUE in css or PlaceSign.ADDRESS in css:
        raise _NotPossibleError
    css = re.sub(r"[ \t]+\n", "\n", _BREAKS_WRONGLY.sub(" ", css))
    end = 0
    for found in _DECLARATION_END.finditer(css):
        if found["end"] and lines.length + _room_of(css[end : found.end()].rpartition("\n")[2]) > _LONG:
            lines.add(f"{css[end : found.end()]}\n")
            end = found.end()
    lines.add(css[end:])


def _referenced(text: str) -> str:
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")
