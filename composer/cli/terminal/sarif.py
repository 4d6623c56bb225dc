"""Findings are written as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from composer import __version__
from composer.checks import Finding, Severity
from composer.checks.codes import CODES
from composer.checks.finding import MendPlace, mend_place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Write the findings as one run of SARIF 2.1.0.

    Columns count characters, not UTF-16 units, and the document says so (3.14.17).
    """
    used = sorted({finding.code for finding in findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].summary},
            "defaultConfiguration": {"level": _LEVELS[CODES[code].severity]},
        }
        for code in used
    ]
    driver = {"name": "newsletter-composer", "version": __version__, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, used) for finding in findings],
            }
        ],
    }


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    position = finding.position
    file = position.file
    artifact = {"uri": file.as_uri() if file.is_absolute() else _relative_uri(file)}
    place = mend_place(finding)
    return {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}; {finding.hint}" if finding.hint else finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": position.line, "startColumn": position.column},
                }
            }
        ],
        **({"fixes": [_fix(place, artifact)]} if place else {}),
    }


def _fix(place: MendPlace, artifact: dict[str, str]) -> dict[str, Any]:
    """Write one text in the place of another (3.55 to 3.57 of the standard)."""
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + len(place.mend.replace),
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": place.mend.by}}
    words = f"Replace {place.mend.replace} by {place.mend.by}" if place.mend.by else f"Take out {place.mend.replace}"
    return {
        "description": {"text": words},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
    }


def _relative_uri(file: Path) -> str:
    return quote(file.as_posix())
