"""A test of subjects as an author writes it: what is taken, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.issue import load_issue, read_issue
from composer.issue.subject_trial import SubjectTest
from composer.issue.variants import as_variant, variants_of
from tests.support.authoring import issue_of, write_issue

HEAD = "subject: Spring\npreheader: A promise\ndate: 2020-03-31\n"
BLOCKS = "- {block: text, body: Welcome.}"


def written(folder: Path, test: str, *, french: str | None = None) -> Path:
    files: dict[str, str | bytes] = {} if french is None else {"issue.fr.yaml": french}
    return write_issue(folder, issue_of(BLOCKS, head=HEAD + test), files=files)


def problems(folder: Path, test: str, *, french: str | None = None) -> list[str]:
    """Each as "file:line:column: words"."""
    _, found = read_issue(written(folder, test, french=french))
    return [f"{one.position.file.name}:{one.position.line}:{one.position.column}: {one.message}" for one in found]


def test_the_subject_is_the_first_variant_and_the_others_follow(tmp_path: Path) -> None:
    issue = load_issue(written(tmp_path, "subject_test:\n  subjects: [Safe?, Nice!]\n  sample: 20%\n"))
    assert variants_of(issue.contents["en"]) == ("A", "B", "C")
    subjects = [as_variant(issue, name).contents["en"].subject for name in "ABC"]
    assert subjects == ["Spring", "Safe?", "Nice!"]


def test_a_variant_knows_where_its_subject_was_written(tmp_path: Path) -> None:
    issue = load_issue(written(tmp_path, "subject_test:\n  subjects: [Safe?, Nice!]\n  sample: 20%\n"))
    place = as_variant(issue, "C").sources["en"].position_in(("subject",), "Nice!", 2)
    assert (place.line, place.column) == (5, 23)


def test_a_translation_has_its_own_subjects_and_the_same_sample(tmp_path: Path) -> None:
    french = "subject: Le printemps\nsubject_test: {subjects: [En sécurité ?]}\n"
    issue = load_issue(written(tmp_path, "subject_test: {subjects: [Safe?], sample: 500}\n", french=french))
    assert as_variant(issue, "B").contents["fr"].subject == "En sécurité ?"
    assert issue.contents["fr"].subject_test == SubjectTest(subjects=("En sécurité ?",), sample="500")


def test_in_markdown_it_stands_at_the_head(tmp_path: Path) -> None:
    spring = write_issue(tmp_path)
    (spring / "issue.yaml").unlink()
    test = "subject_test:\n  subjects: [Safe?]\n  sample: 20%\n"
    (spring / "issue.md").write_text(f"---\n{HEAD}{test}---\n\nWelcome.\n", encoding="utf-8")
    assert as_variant(load_issue(spring), "B").contents["en"].subject == "Safe?"


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("subject_test: {subjects: [a], sample: 100%}\n", "issue.yaml:4:39: 'sample': '100%' is no sample"),
        ("subject_test: {subjects: [a], sample: none}\n", "issue.yaml:4:39: 'sample': 'none' is no sample"),
        ("subject_test: {subjects: [a], sample: 0.0%}\n", "issue.yaml:4:39: 'sample': '0.0%' is no sample"),
        ("subject_test: {subjects: [a]}\n", "issue.yaml:4:15: a test of subjects has no 'sample'"),
        ("subject_test: {subjects: [], sample: 5}\n", "issue.yaml:4:26: 'subjects' is empty"),
        (
            "subject_test: {subjects: [a, SPRING], sample: 5}\n",
            "issue.yaml:4:30: the subject 'SPRING' stands in line 1",
        ),
        ("subject_test: {subjects: [a, a], sample: 5}\n", "issue.yaml:4:30: the subject 'a' stands in line 4 already"),
    ],
)
def test_mistakes_are_told_at_their_place(tmp_path: Path, test: str, told: str) -> None:
    (found,) = problems(tmp_path, test)
    assert found.startswith(told)


def test_every_language_has_as_many_subjects_as_the_first(tmp_path: Path) -> None:
    test, french = "subject_test: {subjects: [a, b], sample: 5}\n", "subject_test: {subjects: [c]}\n"
    assert problems(tmp_path, test, french=french) == ["issue.fr.yaml:1:16: 1 further subjects in 'fr', and 2 in 'en'"]


def test_no_language_tests_alone(tmp_path: Path) -> None:
    french = "subject: Le printemps\nsubject_test: {subjects: [c], sample: 5}\n"
    assert problems(tmp_path, "", french=french) == ["issue.fr.yaml:2:1: issue.yaml tests no subjects, so 'fr' cannot"]


@pytest.mark.parametrize(
    ("sample", "people", "size"), [("20%", 1000, 200), ("0.5 %", 1000, 5), ("500", 1000, 500), ("500", 30, 500)]
)
def test_a_sample_is_a_share_or_a_number(sample: str, people: int, size: int) -> None:
    assert SubjectTest(subjects=("B",), sample=sample).size(people) == size
