"""``newsletter check``: what people read, what programs read, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from composer import shipped
from composer.output.sample_readers import sample_readers
from composer.project import Project
from composer.studio.previews import IssuePreviews
from composer.studio.report import issue_report
from tests.issue.test_problems import TEN_MISTAKES
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.command_line import run as run_command

MISTAKES = issue_of("- block: button\n  label: Click here\n  url: http://localhost/x\n")
PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, which is where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_ISSUES_DIR", "issues")
    return tmp_path


run = partial(run_command, "check")


def test_a_clean_issue_is_told_in_one_line_and_exits_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", newsletter=PUBLICATION)
    assert run("spring") == 0
    assert capsys.readouterr().out == "✓ spring (en): nothing to mend\n"


def test_a_finding_is_shown_with_its_line_a_caret_and_the_way_out(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_issue(project / "issues", MISTAKES, newsletter=PUBLICATION)
    assert run() == 1
    assert capsys.readouterr().out == (
        "issues/spring/issue.yaml:7:10: error link-local\n"
        "  http://localhost/x can only be reached from your own network\n"
        "  7 │ url: http://localhost/x\n"
        "    │      ^\n"
        "  → write the public address\n"
        "\n"
        "issues/spring/issue.yaml:7:10: warning link-vague\n"
        "  'Click here' does not say where the link leads\n"
        "  7 │ url: http://localhost/x\n"
        "    │      ^\n"
        "  → name what is there; many hear or see only these words\n"
        "\n"
        "✗ spring (en): 1 error, 1 warning; it cannot be sent like this\n"
    )


def test_what_is_found_at_several_places_is_told_once_and_to_programs_each_time(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = "".join("- {block: hero, title: 'TODO: headline'}\n" for _ in range(3))
    write_issue(project / "issues", issue_of(blocks), newsletter=PUBLICATION)
    assert run() == 1
    assert capsys.readouterr().out == (
        "issues/spring/issue.yaml:5:27: error text-todo\n"
        "  'TODO: headline' is still to be written\n"
        "  5 │ - {block: hero, title: 'TODO: headline'}\n"
        "    │                         ^\n"
        "  → write it, or delete it\n"
        "  also issues/spring/issue.yaml:6:27\n"
        "  also issues/spring/issue.yaml:7:27\n"
        "\n"
        "✗ spring (en): 3 errors; it cannot be sent like this\n"
    )
    assert run("--format", "json") == 1
    assert [one["line"] for one in json.loads(capsys.readouterr().out)] == [5, 6, 7]


def test_warnings_alone_exit_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", MISTAKES.replace("localhost", "network.example.org"), newsletter=PUBLICATION)
    assert run() == 0
    assert "✓ spring (en): 2 warnings; nothing that stops a send" in capsys.readouterr().out


def test_ten_mistakes_are_named_with_their_lines_in_one_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", TEN_MISTAKES)
    assert run("spring", "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert [finding["line"] for finding in found] == [1, 3, 4, 6, 9, 11, 12, 18, 19, 21, 25]
    assert {finding["code"] for finding in found} == {"issue-invalid"}


def test_json_has_the_keys_that_programs_rely_on(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", MISTAKES, newsletter=PUBLICATION)
    assert run("--format", "json") == 1
    first, *_ = json.loads(capsys.readouterr().out)
    assert list(first) == ["code", "severity", "file", "line", "column", "message", "hint"]
    assert (first["file"], first["line"], first["column"]) == ("issues/spring/issue.yaml", 7, 10)


def test_json_of_nothing_is_an_empty_list(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", newsletter=PUBLICATION)
    assert run("--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_sarif_names_rules_places_and_levels(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project / "issues"
    write_issue(folder, MISTAKES, newsletter=PUBLICATION)
    (folder / "spring").rename(folder / "spring is here")
    assert run("--format", "sarif") == 1
    log: dict[str, Any] = json.loads(capsys.readouterr().out)
    (run_,) = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert [result["level"] for result in run_["results"]] == ["error", "warning"]
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "issues/spring%20is%20here/issue.yaml"
        assert location["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 10}


def test_sarif_has_the_fix_of_what_one_text_in_the_place_of_another_mends(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_issue(project / "issues", MISTAKES.replace("preheader:", "preheadr:"), newsletter=PUBLICATION)
    assert run("--format", "sarif") == 1
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    (fix,) = [fix for result in results for fix in result.get("fixes", ())]
    (change,) = fix["artifactChanges"]
    assert fix["description"] == {"text": "Replace preheadr by preheader"}
    assert change["artifactLocation"] == {"uri": "issues/spring/issue.yaml"}
    region = {"startLine": 2, "startColumn": 1, "endColumn": 9}
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "preheader"}}]


def test_no_line_of_a_file_that_a_link_leads_to_is_shown(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".env").write_text("NEWSLETTER_SECRET_KEY=k3y\n")
    folder = write_issue(project / "issues", MISTAKES, newsletter=PUBLICATION)
    (folder / "issue.fr.yaml").symlink_to(project / ".env")
    for form in ("text", "json", "sarif"):
        assert run("--format", form) == 1
        told = capsys.readouterr().out
        assert "this is a link to a file outside" in told
        assert "k3y" not in told


def test_what_is_wrong_in_the_publication_is_told_once_for_all_issues(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / "issues"
    write_issue(folder, newsletter=PUBLICATION.replace("postal_address", "#"))
    (folder / "summer").mkdir()
    (folder / "summer/issue.yaml").write_text((folder / "spring/issue.yaml").read_text())
    assert run("--format", "json") == 1
    codes = [finding["code"] for finding in json.loads(capsys.readouterr().out)]
    assert codes == ["postal-address-missing", "issue-repeated"]


def test_an_issue_that_is_not_there_is_an_expected_failure(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues")
    assert run("sprng") == 1
    assert "did you mean 'spring'?" in capsys.readouterr().err


def test_a_project_without_issues_says_how_to_begin(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 1
    assert "newsletter new" in capsys.readouterr().err


def test_a_long_line_is_cut_around_the_mistake(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "words and " * 60 + "<http://localhost/x>" + " and words" * 60
    write_issue(project / "issues", issue_of(f"- block: text\n  body: {text}\n"), newsletter=PUBLICATION)
    run()
    shown, caret = capsys.readouterr().out.splitlines()[2:4]
    assert shown[caret.index("^") :].startswith("http://localhost/x")
    assert len(shown) < 180


def test_a_pipe_gets_no_colours_and_no_wrapped_lines(project: Path) -> None:
    write_issue(project / "issues", MISTAKES, newsletter=PUBLICATION)
    environment = {**os.environ, "COLUMNS": "30", "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-m", "composer", "check"]
    told = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "\x1b" not in told.stdout
    assert "  http://localhost/x can only be reached from your own network\n" in told.stdout


MUCH = {
    "aliases": "subject: S\nblocks:\n" + "- &a *b\n" * 10_000,
    "aliases in one line": "subject: S\nblocks: [" + "*b, " * 3_000 + "]\n",
    "unknown keys": "subject: S\n" + "".join(f"key{number}: x\n" for number in range(3_000)),
    "one long line": issue_of("- block: text\n  body: '" + "}} " * 30_000 + "'\n"),
    "unknown blocks": issue_of("- block: nope\n" * 3_000),
    "one long key": "x" * 100_000 + ": y\n",
}


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
@pytest.mark.parametrize("name", MUCH)
def test_what_is_printed_of_a_file_full_of_mistakes_is_bounded(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, form: str
) -> None:
    write_issue(project / "issues", MUCH[name], newsletter=PUBLICATION)
    assert run("--format", form, "spring") == 1
    printed = capsys.readouterr()
    assert printed.out
    assert len(printed.out) + len(printed.err) < 400_000


@pytest.mark.parametrize("name", MUCH)
def test_what_the_studio_tells_of_a_file_full_of_mistakes_is_bounded(project: Path, name: str) -> None:
    write_issue(project / "issues", MUCH[name], newsletter=PUBLICATION)
    studio = Project(project / "issues", (shipped.TEMPLATES,))
    preview = IssuePreviews(studio).preview("spring")
    reader, *others = sample_readers("en", {})
    report = issue_report(preview, language="en", reader=reader, readers=(reader, *others), links={}, project=studio)
    assert report.findings
    assert len(report.model_dump_json()) < 400_000


OF_A_THEME = {
    "css-selector templates/css/theme.css:1",
    "css-property templates/css/theme.css:1",
    "css-value templates/css/theme.css:2",
    "css-lost templates/css/theme.css:3",
    "css-font templates/css/theme.css:4",
    "css-selector templates/css/web.css:1",
    "css-syntax templates/css/print.css:1",
    "dark-missing templates/theme.yaml:1",
    "theme-token templates/theme.yaml:2",
}


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_programs_are_told_what_is_wrong_in_a_theme(
    project: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    write_issue(project / "issues", newsletter=PUBLICATION)
    (project / "templates" / "css").mkdir(parents=True)
    (project / "templates" / "theme.yaml").write_text("accent: rebeccapurple\nmine: 3\n")
    (project / "templates" / "css" / "web.css").write_text(".titel { margin: 0; }\n")
    (project / "templates" / "css" / "print.css").write_text("p {\n")
    (project / "templates" / "css" / "theme.css").write_text(
        ".titel { colour: red; }\n.title { padding: 24; }\n@media print { p { margin: 0; } }\n"
        ".meta { font-family: Inter; }\n"
    )
    assert run("--format", form) == 1
    document = json.loads(capsys.readouterr().out)
    if form == "json":
        told = {f"{one['code']} {one['file']}:{one['line']}" for one in document}
    else:
        places = [(one["ruleId"], one["locations"][0]["physicalLocation"]) for one in document["runs"][0]["results"]]
        told = {f"{code} {at['artifactLocation']['uri']}:{at['region']['startLine']}" for code, at in places}
    assert told == OF_A_THEME
