"""Finds out in which encoding a file is written, and whether all of it is. Reads it piece by piece.

By its mark (BOM), by the zeros of UTF-16, as UTF-8 if it is that to its end, else as Windows-1252. A file in two
encodings is refused, for half of its names would be wrong.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from composer.audience.imports.file_source import FileSource, source_of
from composer.errors import ImportRefused, Remedy

LINE_MAX = 1_000_000

_NOT_OF_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BEGINS_A_LETTER = bytes(range(0xC2, 0xF5))
_RARELY = 20
_LOOKED_AT = 50_000


def detect_encoding(data: bytes | FileSource) -> str:
    """The name of the encoding that a file is most likely in. Raises ImportRefused if it is a mixture."""
    source = source_of(data)
    start = source.start(4096)
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if start.count(0) > len(start) // 4:
        # Latin letters in UTF-16 have a zero byte each: the second one, if the small end comes first.
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    wrong_at = _undecodable_at(source, "utf-8")
    if wrong_at is None:
        return "utf-8"
    # Letters of more than one octet that are right in UTF-8. In Windows-1252 two letters hardly ever look like one:
    # that takes an accent and a sign after it, as in „MENÜ“.
    before, line = _before(source, wrong_at)
    with source.open() as opened:
        opened.seek(wrong_at)
        after = opened.read(_LOOKED_AT).decode("utf-8", "replace")
    wrong = after.count("\N{REPLACEMENT CHARACTER}")
    right = before + sum(not character.isascii() for character in after) - wrong
    if right * _RARELY >= wrong:
        raise ImportRefused(
            f"Line {line}: the file is written in two encodings (UTF-8, but not here). Save it again as UTF-8",
            remedy=Remedy.NAME_AN_ENCODING,
        )
    return "windows-1252" if _undecodable_at(source, "windows-1252") is None else "latin-1"


def require_readable(source: FileSource, encoding: str) -> None:
    """Look through the whole file. Raises ImportRefused for what is not in ``encoding``, and for a line without end."""
    if not _is_of_text(encoding):
        shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in encoding)
        raise ImportRefused(f"There is no encoding “{shown[:40]}”; use utf-8, utf-16, windows-1252 …")
    line, begun = 1, 0  # the line that is being read, and how many characters of it there are so far
    try:
        for text in _decoded(source, encoding):
            ends = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
            first = ends.find("\n")
            if begun + (len(ends) if first < 0 else first) > LINE_MAX:
                raise ImportRefused(f"Line {line} is longer than {LINE_MAX:,} characters; this is no list of people")
            line += ends.count("\n")
            begun = begun + len(ends) if first < 0 else len(ends) - ends.rfind("\n") - 1
    except _NotDecodable as error:
        _, line = _before(source, error.at)
        raise ImportRefused(f"Line {line}: the file is not written in {encoding}") from None


class _NotDecodable(ValueError):
    def __init__(self, at: int) -> None:
        self.at = at
        super().__init__(at)


def _decoded(source: FileSource, encoding: str) -> Iterator[str]:
    """Decode piece by piece, each less than a line may have. Raises _NotDecodable with the offset, about."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    for piece in source.pieces():
        for start in range(0, len(piece), LINE_MAX // 2):
            part = piece[start : start + LINE_MAX // 2]
            try:
                yield decoder.decode(part)
            except UnicodeDecodeError as error:
                raise _NotDecodable(offset + error.start) from None
            except UnicodeError:  # UTF-16 and UTF-32 without the mark that they begin with
                raise _NotDecodable(offset) from None
            offset += len(part)
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise _NotDecodable(offset) from None


def _undecodable_at(source: FileSource, encoding: str) -> int | None:
    """The offset at which decoding fails, about; none if it does not."""
    try:
        for _ in _decoded(source, encoding):
            pass
    except _NotDecodable as error:
        return error.at
    return None


def _before(source: FileSource, offset: int) -> tuple[int, int]:
    """Count the octets before ``offset`` that begin a letter of several octets in UTF-8, and tell the line it is in."""
    letters, line = 0, 1
    for piece in source.pieces():
        part = piece[:offset]
        letters += len(part) - len(part.translate(None, _BEGINS_A_LETTER))
        line += part.count(b"\n")
        offset -= len(part)
        if offset <= 0:
            break
    return letters, line


def _is_of_text(encoding: str) -> bool:
    """Whether files are written in this encoding: Python has others, of bytes, of host names, of its own source."""
    try:
        name = codecs.lookup(encoding).name
        "email".encode(encoding)
    except (LookupError, ValueError):
        return False
    return name not in _NOT_OF_FILES
