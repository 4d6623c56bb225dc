"""Four small issues for each code, and more: wrong, right, nearly wrong, and in another language.

A case is a file of ``cases/CODE`` (``support/check_cases.py`` says how it is written): an engineer adds one by adding
a file. What it marks is found there, and nothing else is found anywhere.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from composer import shipped
from composer.checks.codes import CODES
from composer.checks.finding import Finding
from composer.checks.run import check_editions
from composer.compose import CheckedIssue, check_folder
from composer.edition.model import Context, Slot
from tests.support.check_cases import CASES, CheckCase, case_files, read_case

KINDS = ("wrong", "right", "nearly", "other-language")
OF_EVERY_LANGUAGE = {"words-missing", "language-missing"}
"""Told of a language that the templates do not speak, or the issue; only the cases of these two ask for them."""


FILES = [file for code in CODES for file in case_files(code)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_a_case_marks_is_found_and_nothing_else(tmp_path: Path, file: Path) -> None:
    code, case = file.parent.name, read_case(file)
    folder = case.write(tmp_path)
    own = [tmp_path / "templates"] if (tmp_path / "templates").is_dir() else []
    findings = findings_of(case, check_folder(folder, templates=(*own, shipped.TEMPLATES)))
    told = "\n".join(map(str, findings))
    at = {found: found.position for found in findings if found.code == code}
    places = {(p.file.resolve().relative_to(tmp_path.resolve()).as_posix(), p.line, p.column) for p in at.values()}
    assert places == case.places, told or "nothing was found"
    others = {found.code for found in findings} - {code} - case.also - (OF_EVERY_LANGUAGE - {code})
    assert not others, told


def findings_of(case: CheckCase, checked: CheckedIssue) -> tuple[Finding, ...]:
    """Give what is found, also of an edition with one more merge field if the case says so."""
    if not case.slot:
        return checked.findings
    assert checked.issue
    slot = Slot(case.slot, Context.TEXT, (("default", ("x",)),))
    editions = {name: replace(made, html=(*made.html, slot)) for name, made in checked.editions.items()}
    return check_editions(checked.issue, editions)


ASKED_OF_OTHERS = {"link-gone", "link-broken", "link-moved", "link-unsure", "spelling", "spelling-unchecked"}
"""What only a server or a dictionary tells, on request, and no file: tests/probing/ and tests/checks/spelling/."""


@pytest.mark.parametrize("code", [code for code in CODES if code not in ASKED_OF_OTHERS])
def test_a_code_has_a_case_of_each_kind(code: str) -> None:
    files = case_files(code)
    lacking = [kind for kind in KINDS if not any(file.stem.startswith(kind) for file in files)]
    assert not lacking, f"add {CASES.name}/{code}/{lacking[0]}.yaml"
    for file in files:
        if not file.stem.startswith("other-language"):
            assert bool(read_case(file).places) == file.stem.startswith("wrong"), file


def test_no_case_is_of_a_code_that_is_not_there() -> None:
    assert {folder.name for folder in CASES.iterdir() if folder.is_dir()} <= CODES.keys()
