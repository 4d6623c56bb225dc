"""The gate: errors stop a send, warnings never do, and a person may allow what is not impossible."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.checks.codes import CODES, Severity
from composer.checks.finding import find
from composer.checks.gate import open_gate
from composer.errors import GateClosed, Position

HERE = Position(Path("issue.yaml"), 3, 5)
ERRORS = sorted(code for code, about in CODES.items() if about.severity is Severity.ERROR)


def test_without_findings_the_gate_is_open() -> None:
    open_gate((), allow=())


def test_warnings_and_notes_never_stop_anything() -> None:
    open_gate([find(code, HERE, "x") for code in CODES if code not in ERRORS], allow=())


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_stops_a_send_and_is_named_with_its_place(code: str) -> None:
    with pytest.raises(GateClosed) as raised:
        open_gate([find(code, HERE, "the reason", "the way out")], allow=())
    assert f"issue.yaml:3:5: error {code}: the reason; the way out" in str(raised.value)


def test_all_errors_are_named_at_once_with_the_way_to_allow_them() -> None:
    with pytest.raises(GateClosed) as raised:
        open_gate([find("link-local", HERE, "a"), find("html-clipped", HERE, "b")], allow=())
    assert "2 errors" in str(raised.value)
    assert raised.value.may_be_allowed == ("html-clipped", "link-local")


def test_an_allowed_error_does_not_stop_and_the_others_do() -> None:
    findings = [find("link-local", HERE, "a"), find("html-clipped", HERE, "b")]
    open_gate(findings, allow=("link-local", "html-clipped"))
    with pytest.raises(GateClosed) as raised:
        open_gate(findings, allow=("link-local",))
    assert "link-local" not in str(raised.value)


@pytest.mark.parametrize("code", ["issue-invalid", "edition-invalid", "template-invalid"])
def test_what_cannot_be_built_cannot_be_allowed(code: str) -> None:
    with pytest.raises(GateClosed) as raised:
        open_gate([find(code, HERE, "x")], allow=(code,))
    assert raised.value.may_be_allowed == ()
