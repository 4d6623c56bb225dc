"""A finding is what a check has to say about one place."""

from __future__ import annotations

from dataclasses import dataclass

from composer.checks.codes import CODES, Severity
from composer.errors import Position, Problem

__all__ = ["Finding", "Severity", "find", "from_problem"]


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
    return Finding(code, CODES[code].severity, position, message, hint)


def from_problem(code: str, problem: Problem) -> Finding:
    """Make a Finding of what a loader or a renderer could not accept."""
    return find(code, problem.position, problem.message, problem.hint)
