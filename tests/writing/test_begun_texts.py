"""Whatever the program begins for an author is not sent before it is written."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from composer import shipped
from composer.checks import Finding
from composer.checks.gate import open_gate
from composer.compose import check_folder
from composer.errors import GateClosed
from composer.importer.draft import draft_of
from composer.importer.pictures import Pictures
from composer.importer.pieces import ForeignNewsletter, Heading, Image
from composer.issue import find_issues
from composer.output.gallery import find_samples
from composer.writing.drafts import few_words, last_issue
from composer.writing.folders.issue_folders import begin_issue
from composer.writing.forms import block_forms, starting_values
from tests.support.authoring import NEWSLETTER, png, write_issue

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 27)


def found_in(folder: Path) -> tuple[Finding, ...]:
    return check_folder(folder, templates=(shipped.TEMPLATES,)).findings


def places(folder: Path) -> set[tuple[str, int]]:
    """The file and the line of each text that nobody has written."""
    return {(one.position.file.name, one.position.line) for one in found_in(folder) if one.code == "text-todo"}


def marks(folder: Path) -> set[tuple[str, int]]:
    """The file and the line of each TODO."""
    return {
        (file.name, number)
        for file in folder.glob("issue*")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if "TODO: " in line
    }


@pytest.mark.parametrize(("shape", "unstopped"), [("palette", ["social"]), ("gallery", [])])
def test_no_block_is_sent_as_palette_or_gallery_begins_it(tmp_path: Path, shape: str, unstopped: list[str]) -> None:
    samples = {one.block: YAML(typ="safe").load(one.yaml) for one in find_samples([shipped.TEMPLATES])}
    likes = samples if shape == "gallery" else {}
    begun = [starting_values(form, today=TODAY, like=likes.get(form.kind)) for form in block_forms()]
    ready = []
    for values in begun:
        # On a line of its own; JSON is YAML.
        text = f"subject: S\npreheader: P\ndate: 2026-11-27\nblocks:\n  - {json.dumps(values)}\n"
        folder = write_issue(tmp_path, text)
        if not any(one.severity == "error" and one.position.line == 5 for one in found_in(folder)):
            ready.append(values["block"])
        assert places(folder) == marks(folder)
    # A newsletter that is no sample may not link to example.org, as the networks do.
    assert ready == [*unstopped, "masthead", "divider", "footer"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("markdown", [False, True])
def test_a_few_words_are_not_sent_as_they_are(tmp_path: Path, language: str, markdown: bool) -> None:
    (tmp_path / "newsletter.yaml").write_text(NEWSLETTER.replace("[en, fr]", f"[{language}]"), encoding="utf-8")
    draft = few_words("Winter", today=TODAY, markdown=markdown, language=language)
    folder = begin_issue(tmp_path, "winter", draft)
    assert places(folder) == marks(folder)
    # A headline in Markdown has its kicker on its line.
    assert len(marks(folder)) == (6 if markdown else 7)


def test_the_next_issue_is_not_sent_as_it_is_in_any_language(tmp_path: Path) -> None:
    issues = tmp_path / "issues"
    for file in (one for one in shipped.SAMPLE_ISSUES.rglob("*") if one.is_file()):
        (issues / file.relative_to(shipped.SAMPLE_ISSUES)).parent.mkdir(parents=True, exist_ok=True)
        (issues / file.relative_to(shipped.SAMPLE_ISSUES)).write_bytes(file.read_bytes())
    assert not [one for folder in find_issues(issues) for one in found_in(folder) if one.severity == "error"]
    _, draft = last_issue(issues, today=TODAY, own_blocks={}, empty_texts=True)
    folder = begin_issue(issues, "next", draft)
    assert {file for file, _ in marks(folder)} == {file.name for file in folder.glob("issue*")}
    assert len(marks(folder)) > 10
    assert places(folder) == marks(folder)
    with pytest.raises(
        GateClosed, match=r"issue\.\w+:\d+:\d+: error text-todo: 'TODO: subject' is still to be written"
    ):
        open_gate(found_in(folder), allow=())


def test_an_import_is_not_sent_with_what_it_lacked(tmp_path: Path) -> None:
    (tmp_path / "bridge.png").write_bytes(png(300, 100))
    foreign = ForeignNewsletter(pieces=[Heading(1, "A bridge"), Image("bridge.png", "", "")])
    draft = draft_of(foreign, Pictures(tmp_path), today=TODAY)
    folder = write_issue(tmp_path, "", files={"issue.md": draft.text, **draft.pictures})
    (folder / "issue.yaml").unlink()
    assert len(marks(folder)) == 3, draft.text
    assert places(folder) == marks(folder)


def test_a_new_picture_is_not_sent_without_its_words(tmp_path: Path) -> None:
    pictures = (ROOT / "composer/studio/browser/writing/pictures.ts").read_text(encoding="utf-8")
    untold = re.search(r'UNTOLD = "(.+)";', pictures)
    assert untold is not None
    block = json.dumps({"block": "image", "picture": {"file": "a.png", "alt": untold[1]}})
    issue = f"subject: S\npreheader: P\ndate: 2026-11-27\nblocks:\n  - {block}\n"
    assert places(write_issue(tmp_path, issue, files={"a.png": png(8, 4)})) == {("issue.yaml", 5)}
