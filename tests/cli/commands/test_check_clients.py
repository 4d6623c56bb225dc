"""``newsletter check ISSUE --clients``: everything that mail programs do not understand of an issue."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from composer import shipped
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.command_line import run as run_command

BLOCKS = """
- block: text
  body: Bread and jam.
- block: mjml
  body: The same in words.
  mjml: |
    <mj-section><mj-column><mj-text>
      <p style="display:flex">Bread</p>
    </mj-text></mj-column></mj-section>
"""
SHARES = "clients: {outlook_windows: 12, gmail_ios: 6, apple_mail_ios: 82}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, which is where the command runs, with the readers' programs and one issue."""
    monkeypatch.chdir(tmp_path)
    write_issue(tmp_path / "issues", issue_of(BLOCKS), newsletter=NEWSLETTER + SHARES)
    return tmp_path


run = partial(run_command, "check")


def findings(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    run(*words, "--format", "json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_everything_is_told_at_the_blocks_that_use_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = [one for one in findings(capsys, "spring", "--clients", "all") if one["code"] == "client-support"]
    by_feature = {one["feature"]: one for one in told}
    assert len(by_feature) == len(told), "what harms is told among the rest, and once"
    flex = by_feature["css-display-flex"]
    (place,) = flex["places"]
    assert (flex["file"], flex["line"], flex["severity"]) == ("issues/spring/issue.yaml", 7, "warning")
    assert (place["file"], place["line"]) == ("issues/spring/issue.yaml", 7)
    assert flex["share"] == {"no": 12.0, "partly": 6.0}
    layout = str(shipped.TEMPLATES / "layouts/newsletter.mjml.j2")
    assert by_feature["html-doctype"]["file"] == layout
    assert {place["file"] for place in by_feature["html-role"]["places"]} == {"issues/spring/issue.yaml", layout}


def test_other_findings_are_told_beside_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = {one["code"] for one in findings(capsys, "spring")}
    assert {one["code"] for one in findings(capsys, "spring", "--clients", "all")} == usual | {"client-support"}
    assert len(usual) > 1


def test_some_programs_can_be_asked_about(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = findings(capsys, "spring", "--clients", "gmail-ios")
    asked = {client["client"] for one in told if one["code"] == "client-support" for client in one["clients"]}
    assert asked == {"gmail_ios"}
    told = findings(capsys, "spring", "--clients", "Gmail-iOS, Outlook")
    asked = {client["client"] for one in told if one["code"] == "client-support" for client in one["clients"]}
    assert {name.partition("_")[0] for name in asked} == {"gmail", "outlook"}
    assert len(asked) > 2
    assert run("spring", "--clients", "gmial_ios") == 1
    assert "there is no mail program 'gmial_ios'; did you mean 'gmail_ios'?" in capsys.readouterr().err


def test_the_text_says_how_many_harm(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("spring", "--clients", "outlook_windows")
    told = capsys.readouterr().out
    assert "display: flex means nothing to Outlook (Windows): 12 % of the readers" in told
    assert "! mail programs: 1 of " in told


def test_the_newsletters_own_shares_decide_what_is_many(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "client-support" in {one["code"] for one in findings(capsys, "spring")}
    few = NEWSLETTER + "clients: {outlook_windows: 2, apple_mail_ios: 98}\n"
    (project / "issues/newsletter.yaml").write_text(few)
    assert "client-support" not in {one["code"] for one in findings(capsys, "spring")}
    (project / "mail.html").write_text("<p style='display:flex'>a</p>")
    assert findings(capsys, "--html", "mail.html") == []
    (project / "issues/newsletter.yaml").write_text(NEWSLETTER + SHARES)
    (one,) = findings(capsys, "--html", "mail.html")
    assert one["share"]["no"] == 12.0


def test_shares_that_cannot_be_are_told_before_any_html(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "issues/newsletter.yaml").write_text(NEWSLETTER + "clients: {gmial_ios: 3}\n")
    (project / "mail.html").write_text("<p>a</p>")
    assert run("--html", "mail.html") == 1
    assert "did you mean 'gmail_ios'?" in capsys.readouterr().err


@pytest.mark.parametrize("named", ["", " , "])
def test_who_names_no_mail_program_is_not_told_that_nothing_harms(
    project: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    (project / "mail.html").write_text("<p style='display:flex'>a</p>")
    for words in (["spring"], ["--html", "mail.html"]):
        assert run(*words, "--clients", named) == 1
        assert "--clients names no mail program" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--spelling"], ["--probe-links"], ["--explain", "weight"]])
def test_what_only_issues_have_is_not_passed_over_beside_html(
    project: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    (project / "mail.html").write_text("<p>a</p>")
    assert run("--html", "mail.html", *option) == 1
    assert "leave them out with --html" in capsys.readouterr().err
