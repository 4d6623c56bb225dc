"""A finding is what a check has to say about one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from composer.checks.codes import CODES, Severity
from composer.errors import Position, Problem

__all__ = ["Finding", "Severity", "find", "from_problem", "told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, how grave it is, where the author wrote it, and what to do."""

    code: str
    severity: Severity
    position: Position
    message: str
    hint: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Give the finding with the keys that programs read (``newsletter check --format json``)."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": str(self.position.file),
            "line": self.position.line,
            "column": self.position.column,
            "message": self.message,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.position}: {self.severity} {self.code}: {self.message}{hint}"


def find(code: str, position: Position, message: str, hint: str = "") -> Finding:
    """Make a Finding of a code of ``codes.py``, as grave as that says."""
    return Finding(code, CODES[code].severity, position, _cut(message), _cut(hint))


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
        kept.append(replace(finding, message=words, hint="mend the first ones; one cause often makes many"))
    return tuple(kept)


MAX_TOLD = 100
_MAX_LETTERS = 600


def _cut(words: str) -> str:
    """Leave out the middle of a sentence that quotes more of a file than anybody reads."""
    half = _MAX_LETTERS // 2
    return words if len(words) <= _MAX_LETTERS else f"{words[:half]} … {words[-half:]}"


def from_problem(code: str, problem: Problem) -> Finding:
    """Make a Finding of what a loader or a renderer could not accept."""
    return find(code, problem.position, problem.message, problem.hint)
