"""docs/issue-format.md tells every block and key, and all that it shows works."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from pydantic import BaseModel

from composer.issue import blocks, load_issue
from composer.issue.blocks import (
    BLOCKS,
    AgendaEntry,
    Answer,
    Card,
    DigestEntry,
    Event,
    Link,
    Logo,
    Model,
    Picture,
    Profile,
    Session,
    Statistic,
)
from composer.issue.model import Content, Newsletter, Sender, SubscriberField
from composer.issue.subject_trial import SubjectTest
from tests.support.authoring import issue_of, png, write_issue

DOCS = Path(__file__).parents[2] / "docs" / "issue-format.md"
TEXT = DOCS.read_text(encoding="utf-8")

SECTIONS: dict[str, type[BaseModel]] = {
    "What stands in issue.yaml": Content,
    "The publication: newsletter.yaml": Newsletter,
    "The sender": Sender,
    "A field of subscribers": SubscriberField,
    "A test of subjects": SubjectTest,
    "A link": Link,
    "A picture": Picture,
    "A logo": Logo,
    "An entry of a digest": DigestEntry,
    "An entry of an agenda": AgendaEntry,
    "A session": Session,
    "An event": Event,
    "A card": Card,
    "A statistic": Statistic,
    "A profile": Profile,
    "An answer": Answer,
    **BLOCKS,
}

SAMPLES = re.findall(r"^```yaml (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def section(heading: str) -> str:
    """What stands under a heading, up to the next one."""
    match = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert match, f"docs/issue-format.md has no heading {heading!r}"
    return match[1]


def test_every_part_of_a_block_has_its_section() -> None:
    parts = [model for model in vars(blocks).values() if isinstance(model, type) and issubclass(model, Model)]
    assert {part.__name__ for part in parts if part not in SECTIONS.values()} == {"Model", "Item", "Days"}


@pytest.mark.parametrize(("heading", "model"), SECTIONS.items(), ids=list(SECTIONS))
def test_every_key_has_its_row_and_no_other(heading: str, model: type[BaseModel]) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (?:(yes) |)\|", section(heading), re.MULTILINE))
    assert rows == {name: "yes" if field.is_required() else "" for name, field in model.model_fields.items()}


@pytest.mark.parametrize(("heading", "model"), SECTIONS.items(), ids=list(SECTIONS))
def test_every_choice_is_told(heading: str, model: type[BaseModel]) -> None:
    annotations = " ".join(str(field.annotation) for field in model.model_fields.values())
    choices = re.findall(r"'([a-z/]+)'", " ".join(re.findall(r"Literal\[(.*?)\]", annotations)))
    assert all(f"`{choice}`" in section(heading) for choice in choices)


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_every_sample_can_be_loaded(tmp_path: Path, number: int) -> None:
    kind, sample = SAMPLES[number]
    pictures: dict[str, str | bytes] = {name: png() for name in re.findall(r"file: ([\w.-]+)", sample)}
    if kind == "block":
        folder = write_issue(tmp_path, issue_of(textwrap.dedent(sample)), files=pictures)
    elif kind == "newsletter.yaml":
        folder = write_issue(tmp_path, newsletter=sample)
        (tmp_path / "logo.png").write_bytes(png())
    elif kind == "issue.yaml":
        folder = write_issue(tmp_path, sample, files=pictures)
    else:
        of_the_same = SAMPLES[number - 1][1]
        folder = write_issue(tmp_path, of_the_same, files={kind: sample, "street.png": png()})
    assert load_issue(folder).contents


def test_every_block_has_a_sample() -> None:
    shown = {kind for heading, sample in SAMPLES if heading == "block" for kind in re.findall(r"block: (\w+)", sample)}
    assert shown == set(BLOCKS)


def test_there_are_samples_of_every_file() -> None:
    assert {kind for kind, _ in SAMPLES} == {"block", "issue.yaml", "issue.fr.yaml", "newsletter.yaml"}
