"""``newsletter check --explain weight``: what each block weighs, in numbers that are the same everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from composer import shipped
from composer.compose import check_folder
from composer.edition.weight import CLIP_BYTES, html_bytes
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.command_line import run

PUBLICATION = NEWSLETTER.replace("[en, fr]", "[en]")
BLOCKS = "- block: text\n  body: Hello.\n- block: article\n  title: {title}\n  body: 'The bridge é.'\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, which is where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_ISSUES_DIR", "issues")
    return tmp_path


def explained(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert run("check", "--explain", "weight", "--format", "json") == 0
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return told


def test_build_check_and_studio_say_the_same_number(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue = write_issue(project / "issues", issue_of(BLOCKS.format(title="he bridge")), newsletter=PUBLICATION)
    (mail,) = explained(capsys)
    assert [(one["block"], one["line"] > 1) for one in mail["blocks"]] == [("text", True), ("article", True)]
    assert mail["html"] == mail["around"] + sum(one["bytes"] for one in mail["blocks"])
    assert mail["clip"] == CLIP_BYTES
    edition = check_folder(issue, templates=[shipped.TEMPLATES]).editions["en"]
    assert mail["html"] == html_bytes(edition.html)
    assert run("build", "--out", "out") == 0
    assert re.search(rf"spring/en +{mail['html'] / 1000:.1f} kB ", capsys.readouterr().out)


def test_a_block_that_grows_weighs_more_and_no_other_does(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", issue_of(BLOCKS.format(title="A")), newsletter=PUBLICATION)
    (before,) = explained(capsys)
    write_issue(project / "issues", issue_of(BLOCKS.format(title="A" * 51)), newsletter=PUBLICATION)
    (after,) = explained(capsys)
    assert after["blocks"][0] == before["blocks"][0]
    assert after["blocks"][1]["bytes"] - before["blocks"][1]["bytes"] >= 50
    assert after["html"] - before["html"] >= 50


def test_people_get_a_line_for_each_block_and_the_sum(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", issue_of(BLOCKS.format(title="A" * 60)), newsletter=PUBLICATION)
    (mail,) = explained(capsys)
    assert run("check", "spring", "--explain", "weight") == 0
    shown = capsys.readouterr().out
    assert "spring (en)" in shown
    assert f"{mail['html']:,} bytes of HTML" in shown
    for one in mail["blocks"]:
        assert re.search(rf"{one['bytes']:,} +\d+% +{one['block']} .*issue\.yaml:{one['line']}\b", shown)
    assert re.search(rf"{mail['around']:,} +\d+% +around them", shown)


def test_what_cannot_be_weighed_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", issue_of("- block: no-such\n"), newsletter=PUBLICATION)
    assert run("check", "--explain", "weight") == 1
    assert "spring cannot be composed" in capsys.readouterr().err
    assert run("check", "--explain", "weight", "--format", "sarif") == 1
    assert "no SARIF" in capsys.readouterr().err


@pytest.mark.parametrize("others", [["--clients", "nix"], ["--clients", "all"], ["--spelling"], ["--probe-links"]])
def test_what_is_about_mistakes_does_not_stand_beside_it(
    project: Path, capsys: pytest.CaptureFixture[str], others: list[str]
) -> None:
    write_issue(project / "issues", issue_of(BLOCKS.format(title="A")), newsletter=PUBLICATION)
    assert run("check", "--explain", "weight", *others) == 1
    said = capsys.readouterr()
    assert not said.out
    assert "--explain tells of no mistakes; leave out --clients" in " ".join(said.err.split())


def test_what_cannot_be_explained_is_told_with_what_can(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_issue(project / "issues", issue_of(BLOCKS.format(title="A")), newsletter=PUBLICATION)
    assert run("check", "--explain", "wieght") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "'wieght' is not" in said
    assert "weight" in said.replace("wieght", "")
