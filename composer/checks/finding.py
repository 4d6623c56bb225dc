"""A finding is what a check has to say about one place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from composer.checks.codes import CODES, Severity
from composer.errors import Mend, Position, Problem
from composer.issue.inside import source_lines

__all__ = ["Finding", "MendPlace", "Severity", "find", "from_problem", "mend_place", "told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, how grave it is, where the author wrote it, and what to do."""

    code: str
    severity: Severity
    position: Position
    message: str
    hint: str = ""
    mend: Mend | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the finding with the keys that programs read (``newsletter check --format json``).

        ``mend`` is there only if one text in the place of another mends it: where that stands, and both.
        """
        told = {
            "code": self.code,
            "severity": self.severity.value,
            "file": str(self.position.file),
            "line": self.position.line,
            "column": self.position.column,
            "message": self.message,
            "hint": self.hint,
        }
        place = mend_place(self)
        return {**told, "mend": place.as_json()} if place else told

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.position}: {self.severity} {self.code}: {self.message}{hint}"


@dataclass(frozen=True, slots=True)
class MendPlace:
    """A mend, and where in the file the text stands that it replaces: line and column from 1."""

    line: int
    column: int
    mend: Mend

    def as_json(self) -> dict[str, str | int]:
        """Give it with the keys that programs read."""
        return {"line": self.line, "column": self.column, "replace": self.mend.replace, "with": self.mend.by}


def mend_place(finding: Finding) -> MendPlace | None:
    """Find where the text stands that a finding's mend replaces; None if there is no mend, or not this text.

    A value may be written otherwise than it is read (``"a\\u0020b"``): then nothing is offered.
    """
    mend, position = finding.mend, finding.position
    if mend is None or not mend.replace:
        return None
    lines = source_lines(position.file.parent.resolve() / position.file.name)
    if position.line > len(lines):
        return None
    edges = r"(?<![\w-])" if mend.replace[0].isalnum() else "", r"(?![\w-])" if mend.replace[-1].isalnum() else ""
    pattern = re.compile(f"{edges[0]}{re.escape(mend.replace)}{edges[1]}")
    line, column = lines[position.line - 1], position.column - 1
    # A whole line may be what is to be replaced, and its sign in the middle what was pointed at.
    around = (one for one in pattern.finditer(line) if one.start() <= column < one.end())
    found = pattern.search(line, column) or next(around, None)
    return MendPlace(position.line, found.start() + 1, mend) if found else None


def find(code: str, position: Position, message: str, hint: str = "", mend: Mend | None = None) -> Finding:
    """Make a Finding of a code of ``codes.py``, as grave as that says."""
    return Finding(code, CODES[code].severity, position, _cut(message), _cut(hint), mend)


def told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep so many findings of a kind in a file as somebody reads, and say in one more how many there are besides.

    A file that is something else, data pasted into an issue or one mark a thousand times, has them by the megabyte.
    """
    counts: Counter[tuple[str, Path]] = Counter()
    kept: list[Finding] = []
    first_left_out: dict[tuple[str, Path], Finding] = {}
    for finding in findings:
        kind = (finding.code, finding.position.file)
        counts[kind] += 1
        if counts[kind] <= MAX_TOLD:
            kept.append(finding)
        else:
            first_left_out.setdefault(kind, finding)
    for kind, finding in first_left_out.items():
        words = f"and {counts[kind] - MAX_TOLD:,} more of this kind, from here on"
        kept.append(replace(finding, message=words, hint="mend the first ones; one cause often makes many", mend=None))
    return tuple(kept)


MAX_TOLD = 100
_MAX_LETTERS = 600


def _cut(words: str) -> str:
    """Leave out the middle of a sentence that quotes more of a file than anybody reads."""
    half = _MAX_LETTERS // 2
    return words if len(words) <= _MAX_LETTERS else f"{words[:half]} … {words[-half:]}"


def from_problem(code: str, problem: Problem) -> Finding:
    """Make a Finding of what a loader or a renderer could not accept."""
    return find(code, problem.position, problem.message, problem.hint, problem.mend)
