"""What is known of all the issues of a project without loading them: number, day, and which words stand in the files.

Enters: a folder of issues. Leaves: for each issue an IssueFiles. It is kept until one of the files is another one, so
that to ask again costs one look at each folder: every save in a project of 500 issues asks. Number and day are looked
for where they usually stand, and only where they are not there the file is read as YAML. Of the words only bits are
kept, a set in 2 kB: it may say that a word is there which is not, one time in fifteen, and never the other way.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from composer.issue.blocks import Day
from composer.issue.files import SUFFIXES
from composer.issue.model import Issue
from composer.issue.tree import plain
from composer.issue.yaml.read import MAX_SIZE_BYTES, decode, read_yaml_text
from composer.remembered import keep

Version = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file."""

WordSet = int
"""A set of words: a bit of the number for each. One set is in another if its bits are."""

ARCHIVE = "archive"
"""The folder beside the issues in which those lie that were put away; they had their numbers."""

_NAME = re.compile(r"issue(?:\.[^./]+)?\.(?:yaml|md)")
_WORD = re.compile(rb"[A-Za-z0-9]+|[\x80-\xff]{6,}")  # two letters of a script beyond the European ones have six bytes
_ESCAPED = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U(000[0-9A-Fa-f]{5})|[a-zA-Z])")
_CODES = 0x110000
_BITS = 1 << 14
_LONG_WORDS = 8
_HEAD_BYTES = 65_536
_PROJECTS = 4
_NUMBER_LINE = re.compile(
    r"^([\"']?)number\1[ \t]*:[ \t]+([\"']?)(?P<number>[1-9]\d{0,8})\2[ \t]*(?:#.*)?\r?$", re.MULTILINE
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?P<keys>.*?)(?:^(?:---|\.\.\.)[ \t]*\r?$|\Z)", re.DOTALL | re.MULTILINE)
_MAY_HAVE_NUMBER = re.compile(
    r"^(?:[\"'?!{][^\n]{0,80}?)?number\b|[{,][ \t]*[\"']?number[\"']?[ \t]*:", re.MULTILINE
)  # said in another way, as below its key; a key of a block stands further in
_DATE_LINE = re.compile(r"^([\"']?)date\1[ \t]*:[ \t]+[\"']?(?P<date>\d{4}-\d{2}-\d{2})\b", re.MULTILINE)


@dataclass(frozen=True)
class IssueFiles:
    """What is known of an issue that was not loaded. ``size_bytes`` is the size of its first file.

    ``name`` is that of its folder, with the archive's before it if it is there. ``number`` and ``date`` are those of
    the first file, None where it has none that can be read.
    """

    folder: Path
    name: str
    version: Version
    size_bytes: int
    number: int | None
    date: dt.date | None

    @cached_property
    def words(self) -> WordSet:
        """The words of all its files, which are read when they are first asked for."""
        contents = (_content(self.folder / file) for file, _, size in self.version if size <= MAX_SIZE_BYTES)
        return _set_of(word for content in contents for word in _words(content))

    @property
    def order(self) -> tuple[dt.date, str]:
        """Say where it comes among the issues: by its day, and of one day by the name of its folder."""
        return self.date or dt.date.min, self.folder.name


def files_of_issues(issues_dir: Path) -> tuple[IssueFiles, ...]:
    """Look at every issue of a project and of its archive, each sorted by name; nothing if there is no such folder."""
    known = _kept.get(issues_dir, {})
    found = dict((*_look(issues_dir, "", known), *_look(issues_dir, f"{ARCHIVE}/", known)))
    return tuple(keep(_kept, issues_dir, found, most=_PROJECTS).values())


def issues_beside(issue: Issue) -> tuple[IssueFiles, ...]:
    """Look at the other issues of the project that an issue is of."""
    folder = issue.folder.resolve()
    return tuple(one for one in files_of_issues(folder.parent) if one.folder != folder)


def long_words(text: str) -> WordSet:
    """Find the eight longest words of a text, as they stand in a file whatever way of writing YAML it has.

    An apostrophe is doubled there, and a letter with an accent may be escaped; both end a word here. 0 is no word.
    """
    words = set(_WORD.findall(text.encode("utf-8", "replace")))
    return _set_of(sorted(words, key=lambda word: (-len(word), word))[:_LONG_WORDS])


_DAY: TypeAdapter[dt.date] = TypeAdapter(Day)
_NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1)])
V = TypeVar("V")

_kept: OrderedDict[Path, Mapping[str, IssueFiles]] = OrderedDict()


def _look(issues_dir: Path, within: str, known: Mapping[str, IssueFiles]) -> Iterator[tuple[str, IssueFiles]]:
    try:
        names = sorted(os.listdir(issues_dir / within))
    except OSError:
        return
    for name in (within + name for name in names):
        version = _version(issues_dir / name)
        if any(file in _FIRST for file, _, _ in version):
            before = known.get(name)
            yield name, before if before and before.version == version else _read(issues_dir, name, version)


_FIRST = tuple(f"issue{suffix}" for suffix in SUFFIXES)


def _version(folder: Path) -> Version:
    try:
        with os.scandir(folder) as entries:
            files = [(one.name, one.stat()) for one in entries if _NAME.fullmatch(one.name) and one.is_file()]
    except OSError:  # no folder, or it has just gone
        return ()
    return tuple(sorted((name, found.st_mtime_ns, found.st_size) for name, found in files))


def _read(issues_dir: Path, name: str, version: Version) -> IssueFiles:
    sizes = {file: size for file, _, size in version}
    first = next(file for file in _FIRST if file in sizes)
    number, day = _number_and_day(issues_dir / name / first)
    return IssueFiles(
        folder=issues_dir / name, name=name, version=version, size_bytes=sizes[first], number=number, date=day
    )


def _number_and_day(file: Path) -> tuple[int | None, dt.date | None]:
    is_markdown = file.suffix == ".md"
    head = _head(_content(file, at_most=_HEAD_BYTES), is_markdown=is_markdown)
    number_line, date_line = _NUMBER_LINE.search(head), _DATE_LINE.search(head)
    number = int(number_line["number"]) if number_line else None
    day = _valid(_DAY, date_line["date"]) if date_line else None
    if day is not None and (number is not None or not _MAY_HAVE_NUMBER.search(head)):
        return number, day
    text = head if is_markdown else decode(_content(file), file=file, problems=[])
    tree = read_yaml_text(text, file=file, problems=[]) if text else None
    said = plain(tree) if tree else None
    if not isinstance(said, dict):
        return number, day
    return _valid(_NUMBER, said.get("number")), _valid(_DAY, said.get("date"))


def _content(file: Path, *, at_most: int = MAX_SIZE_BYTES) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(at_most)
    except OSError:
        return b""


def _head(content: bytes, *, is_markdown: bool) -> str:
    """Give the beginning of a file, where keys at the left edge are the issue's: no block has one there."""
    head = content.decode("utf-8-sig", "replace")
    if not is_markdown:
        return head
    front = _FRONT_MATTER.match(head)
    return front["keys"] if front else ""


def _valid(kind: TypeAdapter[V], written: object) -> V | None:
    try:
        return kind.validate_python(written)
    except ValidationError:
        return None


def _words(content: bytes) -> set[bytes]:
    words = set(_WORD.findall(content))
    if b"\\" in content:  # in YAML between quotation marks it may escape a letter, elsewhere it stands for itself
        words |= set(_WORD.findall(_ESCAPED.sub(_letter, content)))
    return words


def _letter(escaped: re.Match[bytes]) -> bytes:
    code = int(escaped[1] or escaped[2] or escaped[3] or "20", 16)
    return chr(code).encode("utf-8", "replace") if code < _CODES else b" "


def _set_of(words: Iterable[bytes]) -> WordSet:
    bits = bytearray(_BITS >> 3)
    for word in words:
        place = hash(word) % _BITS
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")
