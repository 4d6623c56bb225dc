"""Reads the header and rows of a CSV file, and writes lines of one. Knows nothing of people.

Found out from the bytes: the encoding (``encoding``) and the separator (the one that names the most columns). Whatever
the bytes, memory stays bounded: lines, values and columns have limits, rows are read some thousand at a time.

A row that is wrong in itself is a row with a ``problem``. A file that would be misread from some line on, so
that good rows might vanish inside a bad one, is refused as a whole: ImportRefused, with that line.
"""

from __future__ import annotations

import bisect
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from composer.audience.imports.encoding import detect_encoding, require_readable
from composer.audience.imports.file_source import FileSource, source_of
from composer.errors import ImportRefused

COLUMNS_MAX = 200
ROWS_A_BATCH = 2_000
SEPARATORS = (",", ";", "\t", "|")

# What a spreadsheet runs (OWASP, "CSV Injection"), also in the full width of Chinese and Japanese keyboards, and
# after quotation marks and blanks, which some spreadsheets drop. With an apostrophe of its own a value gets one more.
_FORMULA = re.compile(
    "['\"\\s\u200b\ufeff]*(?:[=+@\\t\r\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212-]|[\\t\r\n])"
)
_LINE_END = re.compile("\r\n|\r|\n")
_LINES_AT_ONCE = 1 << 18  # characters
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
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows with the lines where they begin, none of them empty, and apart from them those with a problem."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    problems: Sequence[Row] = ()

    def __len__(self) -> int:
        return len(self.rows) + len(self.problems)

    @property
    def begins(self) -> int:
        """Give the line where its first row is."""
        return min([*self.lines[:1], *(row.line for row in self.problems[:1])])


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file whose header has been read."""

    source: FileSource
    encoding: str
    separator: str
    header: tuple[str, ...]
    _lines_before: int

    def batches(self) -> Iterator[RowBatch]:
        """Every row below the header that has something in it, some thousand at a time. Raises ImportRefused."""
        with self.source.open() as opened:
            text = io.TextIOWrapper(opened, encoding=self.encoding, newline="")
            for batch in _Reading(text, self.separator).batches():
                yield _of_people(batch, self._lines_before)

    def rows(self) -> Iterator[Row]:
        """The same rows one by one, in the order of their lines. Raises ImportRefused."""
        for batch in self.batches():
            rows = [Row(line, tuple(cells)) for line, cells in zip(batch.lines, batch.rows, strict=True)]
            yield from sorted([*rows, *batch.problems], key=lambda row: row.line) if batch.problems else rows


def open_csv(data: bytes | FileSource, *, encoding: str | None = None) -> CsvFile:
    """Find out how a file is written, and read its header. Raises ImportRefused, saying what to do."""
    source = source_of(data)
    start = source.start(8)
    for sign, what in _NOT_TEXT:
        if start.startswith(sign):
            raise ImportRefused(f"The file is {what}, not CSV. Open it and save it as CSV (UTF-8)")
    encoding = encoding or detect_encoding(source)
    require_readable(source, encoding)
    separator, lines_before = None, 0
    with source.open() as opened:
        first_lines = list(itertools.islice(io.TextIOWrapper(opened, encoding=encoding, newline=""), 100))
    for line in first_lines:
        if line.lower().startswith("sep=") and len(line.strip("\r\n")) == 5:  # Excel's own way to say it
            separator, lines_before = line[4], lines_before + 1
        elif line.strip(' \r\n\t,;|"'):
            break
        else:
            lines_before += 1
    else:
        raise ImportRefused("The file has no rows. Its first line names the columns: email,first_name,last_name")
    separator = separator or max(SEPARATORS, key=lambda candidate: len(_cells(line, candidate)))
    header = _cells(line, separator)
    if len(header) > COLUMNS_MAX:
        raise ImportRefused(f"The file has {len(header):,} columns; {COLUMNS_MAX} are the most that are read")
    if len(header) == 1 and "@" in header[0]:  # a bare list of addresses
        return CsvFile(source, encoding, separator, ("email",), lines_before)
    return CsvFile(source, encoding, separator, header, lines_before + 1)


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


class _Reading:
    """Rows of a text by the standard library's reader, with the lines where they begin.

    Rows are taken in at the speed of C. Only where a value goes over several lines, or a row is wrong, is it looked
    which lines that were; so the lines that were read last are kept.
    """

    def __init__(self, text: io.TextIOWrapper, separator: str) -> None:
        self._text = text
        self._separator = separator
        self._recent: list[tuple[int, list[str]]] = []  # the number of its first line, and a block of lines
        lines = itertools.chain.from_iterable(self._blocks())
        self._reader = csv.reader(lines, delimiter=separator, strict=True)

    def batches(self) -> Iterator[RowBatch]:
        """Read the rows of the text; a batch with a problem ends with it."""
        while True:
            before = self._reader.line_num
            rows: list[list[str]] = []
            problem = None
            try:
                rows.extend(itertools.islice(self._reader, ROWS_A_BATCH))
            except csv.Error as error:
                problem = str(error)
            if not rows and problem is None:
                return
            lines = self._lines_of(rows, before, is_whole=problem is None)
            if problem is None:
                yield RowBatch(lines, rows)
            else:
                begins = before + 1 if not rows else lines[-1] + _lines_in(rows[-1])
                yield RowBatch(lines, rows, (self._problem_row(begins, problem),))

    def _blocks(self) -> Iterator[list[str]]:
        number = 1
        while block := self._text.readlines(_LINES_AT_ONCE):
            self._recent = [*self._recent[-1:], (number, block)]
            number += len(block)
            yield block

    def _lines_of(self, rows: Sequence[Sequence[str]], before: int, *, is_whole: bool) -> Sequence[int]:
        if is_whole and self._reader.line_num - before == len(rows):
            return range(before + 1, before + 1 + len(rows))
        lines = []
        line = before + 1
        for cells in rows:
            lines.append(line)
            line += _lines_in(cells)
        return lines

    def _problem_row(self, line: int, problem: str) -> Row:
        if self._reader.line_num > line:
            raise ImportRefused(
                f"Line {line}: a quotation mark is opened here and not closed, so the rows below cannot be told "
                "apart. Close it, or double it where it belongs to the text"
            )
        text = next(block[line - first] for first, block in reversed(self._recent) if first <= line)
        return Row(line, _cells(text, self._separator), _in_words(problem))


def _lines_in(cells: Sequence[str]) -> int:
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in cells if "\n" in cell or "\r" in cell)


def _of_people(batch: RowBatch, lines_before: int) -> RowBatch:
    """Leave out the lines above the people, and rows with nothing in them."""
    rows, lines, problems = batch.rows, batch.lines, batch.problems
    if batch.begins <= lines_before:
        start = bisect.bisect_right(lines, lines_before)
        rows, lines = rows[start:], lines[start:]
        problems = [row for row in problems if row.line > lines_before]
    if not all(cells and cells[0] and not cells[0].isspace() for cells in rows):
        kept = [index for index, cells in enumerate(rows) if any(cell.strip() for cell in cells)]
        rows, lines = [rows[index] for index in kept], [lines[index] for index in kept]
    return RowBatch(lines, rows, problems)


def _cells(line: str, separator: str) -> tuple[str, ...]:
    """Split one line into its cells; what cannot be split is one cell."""
    try:
        return tuple(next(csv.reader([line], delimiter=separator), ()))
    except csv.Error:
        return (line.strip("\r\n"),)


def _in_words(problem: str) -> str:
    if "expected after" in problem:
        return "has a quotation mark inside a quoted value; double it"
    if "unexpected end" in problem:
        return "has a quotation mark that is not closed"
    return f"has a value longer than {csv.field_size_limit():,} characters"
