"""Every subject of a test is checked like the first, and nothing is told twice for it."""

from __future__ import annotations

from pathlib import Path

from composer import shipped
from composer.compose import CheckedIssue, check_folder
from composer.edition import fill
from tests.support.authoring import issue_of, write_issue

HEAD = "subject: Spring\nsubject_test:\n  subjects:\n    - {}\n  sample: 20%\npreheader: A promise\ndate: 2020-03-31\n"


def checked(
    folder: Path, other: str, *, blocks: str = "- {block: text, body: Welcome.}", french: str = ""
) -> CheckedIssue:
    files: dict[str, str | bytes] = {"issue.fr.yaml": french} if french else {}
    return check_folder(
        write_issue(folder, issue_of(blocks, head=HEAD.format(other)), files=files), templates=(shipped.TEMPLATES,)
    )


def told(one: CheckedIssue) -> list[tuple[str, str, int, int]]:
    """Code, file, line and column, without the language that is not written."""
    return [
        (found.code, found.position.file.name, found.position.line, found.position.column)
        for found in one.findings
        if found.code != "language-missing"
    ]


def test_each_variant_has_an_edition_in_every_language(tmp_path: Path) -> None:
    french = "subject: Le printemps\npreheader: Une promesse\nsubject_test: {subjects: [En sécurité]}\n"
    one = checked(tmp_path, "Safe?", french=french)
    subjects = {
        (name, language): fill(edition.subject, {})
        for name, editions in {"A": one.editions, **one.variants}.items()
        for language, edition in editions.items()
    }
    assert subjects == {
        ("A", "en"): "Spring",
        ("A", "fr"): "Le printemps",
        ("B", "en"): "Safe?",
        ("B", "fr"): "En sécurité",
    }
    assert one.editions["en"].digest != one.variants["B"]["en"].digest


def test_the_first_edition_is_the_same_with_and_without_a_test(tmp_path: Path) -> None:
    tested = checked(tmp_path / "with", "Safe?").editions["en"]
    plain = issue_of(
        "- {block: text, body: Welcome.}", head="subject: Spring\npreheader: A promise\ndate: 2020-03-31\n"
    )
    untested = check_folder(write_issue(tmp_path / "without", plain), templates=(shipped.TEMPLATES,)).editions["en"]
    assert tested.digest == untested.digest


def test_what_is_wrong_with_another_subject_is_told_at_its_line(tmp_path: Path) -> None:
    assert told(checked(tmp_path, "A PROMISE OF SPRING")) == [("subject-shouting", "issue.yaml", 4, 7)]
    assert told(checked(tmp_path, '"To {{ subscriber.frist_name }}"')) == [("edition-invalid", "issue.yaml", 4, 11)]
    assert told(checked(tmp_path, '"A promise"')) == [("preheader-repeats", "issue.yaml", 6, 12)]
    assert told(checked(tmp_path, '"Dear {{ subscriber.first_name }}"')) == [("slot-no-default", "issue.yaml", 4, 13)]


def test_what_is_the_same_in_every_variant_is_told_once(tmp_path: Path) -> None:
    block = '- {block: text, body: "TODO [here](http://network.test/)"}'
    codes = [code for code, *_ in told(checked(tmp_path, "Safe?", blocks=block))]
    assert sorted(codes) == sorted(set(codes))


def test_a_subject_that_is_not_translated_is_told(tmp_path: Path) -> None:
    french = "subject: Le printemps\npreheader: Une promesse\n"
    found = told(checked(tmp_path, "Who feels safe in your city?", french=french))
    assert [one for one in found if one[0] == "untranslated"] == [("untranslated", "issue.fr.yaml", 1, 1)]
