"""Reads the header and rows of a CSV file from its bytes, and writes lines of one. Knows nothing of people.

Found out from the bytes: the encoding (BOM, UTF-8, UTF-16 by its zeros, else Windows-1252) and the separator
(the one that names the most columns). Whatever the bytes, memory stays bounded: lines, values and columns
have limits, rows are read one at a time.

A row that is wrong in itself is a row with a ``problem``. A file that would be misread from some line on, so
that good rows might vanish inside a bad one, is refused as a whole: ImportRefused, with that line.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from composer.errors import ImportRefused, Remedy

LINE_MAX = 1_000_000
COLUMNS_MAX = 200
SEPARATORS = (",", ";", "\t", "|")

_NOT_OF_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What a spreadsheet runs (OWASP, "CSV Injection"), also in the full width of Chinese and Japanese keyboards, and
# after quotation marks and blanks, which some spreadsheets drop. With an apostrophe of its own a value gets one more.
_FORMULA = re.compile(
    "['\"\\s\u200b\ufeff]*(?:[=+@\\t\r\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212-]|[\\t\r\n])"
)
_CHUNK = 1 << 20
_BEGINS_A_LETTER = bytes(range(0xC2, 0xF5))
_RARELY = 20
_NOT_TEXT = (
    (b"PK\x03\x04", "a spreadsheet (Excel or LibreOffice) or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and the line of the file where it begins. ``problem`` says why its cells are not to be trusted."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file whose header has been read."""

    data: bytes
    encoding: str
    separator: str
    header: tuple[str, ...]
    _rows_before: int

    def rows(self) -> Iterator[Row]:
        """Every row below the header that has something in it. Raises ImportRefused."""
        text = _as_text(self.data, self.encoding)
        rows = itertools.islice(_split(text, self.separator), self._rows_before, None)
        return (row for row in rows if row.problem or any(cell.strip() for cell in row.cells))


def open_csv(data: bytes, *, encoding: str | None = None) -> CsvFile:
    """Find out how ``data`` is written, and read its header. Raises ImportRefused, saying what to do."""
    for sign, what in _NOT_TEXT:
        if data.startswith(sign):
            raise ImportRefused(f"The file is {what}, not CSV. Open it and save it as CSV (UTF-8)")
    encoding = encoding or detect_encoding(data)
    _require_decodable(data, encoding)
    separator, rows_before = None, 0
    for line in itertools.islice(_lines(_as_text(data, encoding)), 100):
        if line.lower().startswith("sep=") and len(line.strip("\r\n")) == 5:  # Excel's own way to say it
            separator, rows_before = line[4], rows_before + 1
        elif line.strip(' \r\n\t,;|"'):
            break
        else:
            rows_before += 1
    else:
        raise ImportRefused("The file has no rows. Its first line names the columns: email,first_name,last_name")
    separator = separator or max(SEPARATORS, key=lambda candidate: len(_cells(line, candidate)))
    header = _cells(line, separator)
    if len(header) > COLUMNS_MAX:
        raise ImportRefused(f"The file has {len(header):,} columns; {COLUMNS_MAX} are the most that are read")
    if len(header) == 1 and "@" in header[0]:  # a bare list of addresses
        return CsvFile(data, encoding, separator, ("email",), rows_before)
    return CsvFile(data, encoding, separator, header, rows_before + 1)


def csv_line(cells: Sequence[str]) -> str:
    """Write a line of our own CSV: with commas, ended by CRLF (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def guard_formula(value: str) -> str:
    """Write the value so that a spreadsheet shows it instead of running it; ``unguarded`` takes that away again."""
    return f"'{value}" if _FORMULA.match(value) else value


def unguarded(value: str) -> str:
    """Take away the apostrophe of ``guard_formula``."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value, 1) else value


def detect_encoding(data: bytes) -> str:
    """The name of the encoding that ``data`` is most likely in. Raises ImportRefused if it is a mixture."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    start = data[:4096]
    if start.count(0) > len(start) // 4:
        # Latin letters in UTF-16 have a zero byte each: the second one, if the small end comes first.
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    wrong_at = _undecodable_at(data, "utf-8")
    if wrong_at is None:
        return "utf-8"
    # Letters of more than one octet that are right in UTF-8. In Windows-1252 two letters hardly ever look like one:
    # that takes an accent and a sign after it, as in „MENÜ“.
    after = data[wrong_at : wrong_at + 50_000].decode("utf-8", "replace")
    wrong = after.count("\N{REPLACEMENT CHARACTER}")
    right = _letters_begun(data[:wrong_at]) + sum(not character.isascii() for character in after) - wrong
    if right * _RARELY >= wrong:
        raise ImportRefused(
            f"Line {_line_at(data, wrong_at)}: the file is written in two encodings (UTF-8, but not here). "
            "Save it again as UTF-8",
            remedy=Remedy.NAME_AN_ENCODING,
        )
    return "windows-1252" if _undecodable_at(data, "windows-1252") is None else "latin-1"


def _letters_begun(data: bytes) -> int:
    """Count the octets that begin a letter of several octets in UTF-8."""
    return len(data) - len(data.translate(None, _BEGINS_A_LETTER))


def _require_decodable(data: bytes, encoding: str) -> None:
    if not _is_of_text(encoding):
        shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in encoding)
        raise ImportRefused(f"There is no encoding “{shown[:40]}”; use utf-8, utf-16, windows-1252 …")
    wrong_at = _undecodable_at(data, encoding)
    if wrong_at is not None:
        raise ImportRefused(f"Line {_line_at(data, wrong_at)}: the file is not written in {encoding}")


def _is_of_text(encoding: str) -> bool:
    """Whether files are written in this encoding: Python has others, of bytes, of host names, of its own source."""
    try:
        name = codecs.lookup(encoding).name
        "email".encode(encoding)
    except (LookupError, ValueError):
        return False
    return name not in _NOT_OF_FILES


def _undecodable_at(data: bytes, encoding: str) -> int | None:
    """The offset at which decoding fails, about; none if it does not.

    Decodes piece by piece, for the whole text may not fit into memory.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data) or 1, _CHUNK):
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start + error.start
        except UnicodeError:  # UTF-16 and UTF-32 without the mark that they begin with
            return start
    return None


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _as_text(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number in itertools.count(1):
        line = text.readline(LINE_MAX + 1)
        if not line:
            return
        if len(line) > LINE_MAX:
            raise ImportRefused(f"Line {number} is longer than {LINE_MAX:,} characters; this is no list of people")
        yield line


def _cells(line: str, separator: str) -> tuple[str, ...]:
    """Split one line into its cells; what cannot be split is one cell."""
    try:
        return tuple(next(csv.reader([line], delimiter=separator), ()))
    except csv.Error:
        return (line.strip("\r\n"),)


def _in_words(error: csv.Error) -> str:
    if "expected after" in str(error):
        return "has a quotation mark inside a quoted value; double it"
    if "unexpected end" in str(error):
        return "has a quotation mark that is not closed"
    return f"has a value longer than {csv.field_size_limit():,} characters"


def _split(text: io.TextIOWrapper, separator: str) -> Iterator[Row]:
    consumed: list[str] = []

    def remember() -> Iterator[str]:
        for line in _lines(text):
            consumed.append(line)
            yield line

    reader = csv.reader(remember(), delimiter=separator, strict=True)
    line = 1
    while True:
        consumed.clear()
        try:
            row = Row(line, tuple(next(reader)))
        except StopIteration:
            return
        except csv.Error as error:
            if len(consumed) > 1:
                raise ImportRefused(
                    f"Line {line}: a quotation mark is opened here and not closed, so the rows below cannot be told "
                    "apart. Close it, or double it where it belongs to the text"
                ) from None
            row = Row(line, _cells(consumed[0], separator), _in_words(error))
        line += len(consumed)
        yield row
