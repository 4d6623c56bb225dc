"""What a finding offers to mend is what mends it: the text in the place of the other takes the finding away."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.checks.finding import Finding, mend_place
from composer.compose import check_folder
from composer.issue.own_blocks import NO_OWN_BLOCKS
from composer.project import Project
from composer.writing.document import read_document
from composer.writing.editing import edited
from composer.writing.mending import mending
from composer.writing.shape import Shape
from tests.support.projects import ISSUE, NEWSLETTER, SLUG, ProjectFolder, png

SLIPS = {
    "a key": ("preheader:", "preheadr:"),
    "a key in a block": ("      alt: A bridge", "      atl: A bridge"),
    "a key for another": ("    body: |", "    text: |"),
    "a block": ("block: image", "block: imgae"),
    "a quoted block": ("block: image", 'block: "imgae"'),
    "a choice": ("date: 2026-12-01", "date: 2026-12-01\npictures: embeded"),
    "a picture": ("file: bridge.png", "file: brigde.png"),
    "a merge field": ("subscriber.first_name | default(\"reader\")", "subscriber.frist_name | default(\"reader\")"),
    "a filter": ('default("reader")', 'defualt("reader")'),
    "no default": ('Dear {{ subscriber.first_name | default("reader") }}', "Dear {{subscriber.first_name}}"),
    "no default in a quoted line": ("title: The bridge opens", 'title: "For {{ subscriber.first_name }}, the bridge"'),
    "a field of a condition": ("  - block: image\n", "  - block: image\n    show_if: subscriber.ctiy\n"),
    "a sign of a condition": ("  - block: image\n", "  - block: image\n    show_if: subscriber.city = \"Nice\"\n"),
    "an anchor": ("the bridge opens.", "the [bridge](#briddge) opens.\n  - {block: divider, id: bridge}"),
    "a colon without a blank": ("title: The bridge", "title:The bridge"),
    "a wide colon": ("title: The bridge opens", "title：The bridge opens"),
    "a dash of a sentence": ("  - block: image", "  – block: image"),
    "a quotation that goes on": ("title: The bridge opens", 'title: "The bridge opens'),
    "a day": ("date: 2026-12-01", "date: 1.12.2026"),
    "a theme": ("blocks:", "theme: {name: gazete}\nblocks:"),
    "a token of the theme": ("blocks:", "theme: {acent: '#123456'}\nblocks:"),
    "exclamation marks": ("subject: News", "subject: News!!!"),
    "a weekday": ("the bridge opens.", "the bridge opens on Tuesday, 2 December 2026."),
    "a short weekday": ("the bridge opens.", "the bridge opens on Tue 2 December 2026."),
    "an address without encryption": ("the bridge opens.", "the [bridge](http://harbour.net/a) opens."),
    "a headline": ("the bridge opens.", "the bridge opens.\n\n      ##Tomorrow"),
    "an entry of a list": ("the bridge opens.", "the bridge opens.\n\n      -music"),
    "an entry of Word": ("the bridge opens.", "the bridge opens.\n\n      • music"),
    "a link with a blank": ("the bridge opens.", "the [bridge] (https://harbour.net/a) opens."),
    "a blank in an address": ("the bridge opens.", "the [bridge](https://harbour.net/a b.pdf) opens."),
    "an entity": ("the bridge opens.", "the bridge &amp opens."),
    "figures with stars": ("the bridge opens.", "the bridge has 2*3*4 lamps."),
    "an address of Outlook": (
        "the bridge opens.",
        "the [bridge](https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fharbour.net&data=5) opens.",
    ),
}  # fmt: skip
"""What is right, and what somebody wrote instead."""


def findings(folder: ProjectFolder) -> list[Finding]:
    return list(check_folder(folder.issue_file.parent, templates=folder.project.templates).findings)


def press(folder: ProjectFolder, finding: Finding) -> None:
    """Do what the button does."""
    place = mend_place(finding)
    assert place is not None
    file = finding.position.file
    document = read_document(file.name, file.read_bytes(), shape=Shape.of_issue(NO_OWN_BLOCKS))
    after = edited(document, mending(document, place.mend, line=place.line, column=place.column))
    file.write_text(after.text, encoding="utf-8")


@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_the_mend_of_a_slip_takes_its_finding_away(project_folder: ProjectFolder, right: str, wrong: str) -> None:
    before = {finding.message for finding in findings(project_folder)}
    project_folder.edit(right, wrong)
    offered = [one for one in findings(project_folder) if one.message not in before and mend_place(one)]
    assert offered, "nothing is offered"
    press(project_folder, offered[0])
    left = {(one.code, one.message) for one in findings(project_folder)}
    assert (offered[0].code, offered[0].message) not in left


def test_what_was_changed_since_is_not_mended(project_folder: ProjectFolder) -> None:
    project_folder.edit("preheader:", "preheadr:")
    (finding,) = [one for one in findings(project_folder) if mend_place(one)]
    place = mend_place(finding)
    assert place is not None
    project_folder.edit("preheadr:", "title_of_it:")
    with pytest.raises(Exception, match="any more"):
        press_at(project_folder, finding, place.line, place.column)


def press_at(folder: ProjectFolder, finding: Finding, line: int, column: int) -> None:
    assert finding.mend is not None
    file = finding.position.file
    document = read_document(file.name, file.read_bytes(), shape=Shape.of_issue(NO_OWN_BLOCKS))
    mending(document, finding.mend, line=line, column=column)


def test_programs_read_it_beside_the_keys_that_they_know(project_folder: ProjectFolder) -> None:
    project_folder.edit("preheader:", "preheadr:")
    told = [one.as_json() for one in findings(project_folder)]
    (mend,) = [one["mend"] for one in told if "mend" in one]
    assert mend == {"line": 2, "column": 1, "replace": "preheadr", "with": "preheader"}
    assert json.dumps(told)


@st.composite
def issues_with_slips(draw: st.DrawFn) -> str:
    """An issue in which some words have lost, doubled or exchanged a letter."""
    words = ("preheader", "blocks", "picture", "image", "bridge.png", "subscriber.first_name", "default", "title")
    text = ISSUE
    for word in draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)):
        at = draw(st.integers(1, len(word) - 2))
        way = draw(st.integers(0, 2))
        slip = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        text = text.replace(word, slip[way], 1)
    return text


_NUMBER = itertools.count()


@settings(max_examples=40, deadline=None)
@given(text=issues_with_slips())
def test_every_mend_that_is_offered_takes_its_finding_away(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root: Path = tmp_path_factory.getbasetemp() / f"mends-{next(_NUMBER)}"
    (root / "issues" / SLUG).mkdir(parents=True)
    folder = ProjectFolder(root)
    (root / "issues" / "newsletter.yaml").write_text(NEWSLETTER.replace("[en, fr]", "[en]"), encoding="utf-8")
    folder.issue_file.write_text(text, encoding="utf-8")
    (folder.issue_file.parent / "bridge.png").write_bytes(png(600, 400))
    assert isinstance(folder.project, Project)
    for _ in range(8):
        offered = [one for one in findings(folder) if mend_place(one)]
        if not offered:
            break
        finding = offered[0]
        press(folder, finding)
        left = {(one.code, one.message, one.position) for one in findings(folder)}
        assert (finding.code, finding.message, finding.position) not in left
    else:
        pytest.fail("mends never come to an end")
