"""Opens a file of people, whatever it is: CSV, a ZIP archive with CSV in it as programs export it, an Excel file.

::

    Mailchimp's archive   one file for each status, and only its name tells: all are read as one table, with the
                          status as a column of its own, so that the strictest word on an address counts
    Substack's archive    the list of addresses; what else is in it are posts
    any other archive     the one CSV file in it; of several, each has to be imported by itself

An archive is a stranger's: what is taken out of it is measured while it is, whatever it says of itself.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from composer.audience.imports.csv_file import CsvFile, Row, RowBatch, open_csv
from composer.audience.imports.file_source import PIECE_BYTES, FileSource
from composer.errors import ImportRefused

MAILCHIMP_STATUS = "Mailchimp status"
"""The column that the files of Mailchimp's archive get: which of them a row stood in."""

UNPACKED_MAX_BYTES = 1 << 30
_MEMBERS_MAX = 20_000
_MEMBER_LINES = 1 << 40
_ZIP = b"PK\x03\x04"
_MAILCHIMP = re.compile(
    r"(subscribed|unsubscribed|cleaned|nonsubscribed|archived)_(?:\w+_)?export(?:_.*)?\.csv", re.IGNORECASE
)
_SUBSTACK = re.compile(r"email_list\..*\.csv|email_list\.csv", re.IGNORECASE)
_TABLES = (".csv", ".tsv", ".txt")


class PeopleFile(Protocol):
    """A file whose columns are known, and whose rows can be read as often as one likes."""

    @property
    def header(self) -> tuple[str, ...]:
        """Name its columns, in the order they have in the file."""

    @property
    def encoding(self) -> str:
        """What its text is written in."""

    @property
    def separator(self) -> str:
        """What stands between its values."""

    def batches(self) -> Iterator[RowBatch]:
        """Its rows, some thousand at a time. Raises ImportRefused."""

    def rows(self) -> Iterator[Row]:
        """Its rows one by one. Raises ImportRefused."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file, by which program it was written if that is known, and by which name it is known."""

    file: PeopleFile
    format: str
    name: str


@contextmanager
def opened(source: FileSource, file_name: str, *, encoding: str | None = None) -> Iterator[OpenedFile]:
    """Open a file of people; what is unpacked for that is gone afterwards. Raises ImportRefused, saying what to do."""
    if not source.start(4).startswith(_ZIP):
        yield OpenedFile(open_csv(source, encoding=encoding), "csv", file_name)
        return
    with ExitStack() as stack:
        raw = stack.enter_context(source.open())
        try:
            archive = stack.enter_context(zipfile.ZipFile(raw))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ImportRefused("The file is a damaged ZIP archive; open it and save it as CSV") from error
        yield _open_archive(archive, stack, file_name, encoding=encoding)


def _open_archive(archive: zipfile.ZipFile, stack: ExitStack, file_name: str, *, encoding: str | None) -> OpenedFile:
    names = archive.namelist()
    if len(names) > _MEMBERS_MAX:
        raise ImportRefused(f"The archive has {len(names):,} files in it; this is no list of people")
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise ImportRefused(
            "The file is a spreadsheet (Excel or LibreOffice), not CSV. Open it and save it as CSV (UTF-8)"
        )
    tables = [info for info in archive.infolist() if _is_table(info)]
    unpacking = _Unpacking(archive, stack)
    if mailchimp := [info for info in tables if _MAILCHIMP.fullmatch(_base(info))]:
        parts = [(_word(info), open_csv(unpacking.unpack(info), encoding=encoding)) for info in mailchimp]
        return OpenedFile(_JoinedFile(tuple(parts)), "mailchimp zip", file_name)
    substack = [info for info in tables if _SUBSTACK.fullmatch(_base(info))]
    for candidates, kind in ((substack, "substack zip"), (tables, "zip")):
        if len(candidates) == 1:
            file = open_csv(unpacking.unpack(candidates[0]), encoding=encoding)
            return OpenedFile(file, kind, _base(candidates[0]))
    if not tables:
        raise ImportRefused("The archive has no CSV file in it. Unpack it, and import the list of people by itself")
    named = ", ".join(_shown(_base(info)) for info in tables[:10])
    raise ImportRefused(f"The archive has {len(tables)} tables in it ({named}): unpack it, and import each by itself")


def _is_table(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not info.is_dir() and not hidden and path.suffix.lower() in _TABLES


def _base(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename.replace("\\", "/")).name


def _word(info: zipfile.ZipInfo) -> str:
    found = _MAILCHIMP.fullmatch(_base(info))
    assert found is not None
    return found[1].lower()


def _shown(name: str) -> str:
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)[:60]


class _Unpacking:
    """Takes files out of an archive into temporary ones, all of them together within a limit."""

    def __init__(self, archive: zipfile.ZipFile, stack: ExitStack) -> None:
        self._archive = archive
        self._stack = stack
        self._left = UNPACKED_MAX_BYTES

    def unpack(self, info: zipfile.ZipInfo) -> FileSource:
        """Take one file out. Raises ImportRefused if it is encrypted, damaged, or too large."""
        name = _shown(_base(info))
        if info.flag_bits & 0x1:
            raise ImportRefused(f"“{name}” in the archive is encrypted: unpack it with its password, and import that")
        kept = self._stack.enter_context(tempfile.NamedTemporaryFile(prefix="newsletter-"))  # noqa: SIM115
        try:
            with self._archive.open(info) as member:
                self._copy(member, kept.file, name)  # type: ignore[arg-type]
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise ImportRefused(f"“{name}” in the archive is damaged; open it and save it as CSV") from error
        kept.flush()
        return FileSource(Path(kept.name))

    def _copy(self, member: BinaryIO, kept: BinaryIO, name: str) -> None:
        while piece := member.read(PIECE_BYTES):
            self._left -= len(piece)
            if self._left < 0:
                most = UNPACKED_MAX_BYTES // 2**20
                raise ImportRefused(f"“{name}” is more than {most} MB once it is unpacked; this is no list of people")
            kept.write(piece)


@dataclass(frozen=True, slots=True)
class _JoinedFile:
    """Several CSV files as one table: with the columns of all of them, and one that has a word for each file.

    A row of the second file has its line plus 2^40, one of the third plus 2^41, and so on.
    """

    parts: tuple[tuple[str, CsvFile], ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Name the columns of all files, each once, and the one that is for the file."""
        return (*dict.fromkeys(name for _, file in self.parts for name in file.header), MAILCHIMP_STATUS)

    @property
    def encoding(self) -> str:
        """Tell what the first of them is written in."""
        return self.parts[0][1].encoding

    @property
    def separator(self) -> str:
        """Tell what stands between the values of the first of them."""
        return self.parts[0][1].separator

    def batches(self) -> Iterator[RowBatch]:
        """Give the rows of one file after the other, in the columns of all."""
        header = self.header[:-1]
        for number, (word, file) in enumerate(self.parts):
            places = [file.header.index(name) if name in file.header else None for name in header]
            added = number * _MEMBER_LINES
            for batch in file.batches():
                rows, problems = [], list(batch.problems)
                lines = []
                for line, cells in zip(batch.lines, batch.rows, strict=True):
                    if len(cells) > len(file.header) and any(map(str.strip, cells[len(file.header) :])):
                        told = f"has {len(cells)} values, but the file has {len(file.header)} columns"
                        problems.append(Row(line, cells, told))
                        continue
                    rows.append([*_placed(cells, places), word])
                    lines.append(line + added)
                moved = [Row(row.line + added, [*_placed(row.cells, places), word], row.problem) for row in problems]
                yield RowBatch(lines, rows, moved)

    def rows(self) -> Iterator[Row]:
        """Give the same rows one by one."""
        for batch in self.batches():
            yield from batch.problems
            for line, cells in zip(batch.lines, batch.rows, strict=True):
                yield Row(line, cells)


def _placed(cells: Sequence[str], places: Sequence[int | None]) -> Sequence[str]:
    return [cells[place] if place is not None and place < len(cells) else "" for place in places]


def line_in_file(line: int) -> int:
    """The line that a row has in the file of an archive that it stood in."""
    return line % _MEMBER_LINES
