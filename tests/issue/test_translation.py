"""Translations: only what differs, or everything; and where each value was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.issue import Issue, load_issue
from composer.issue.blocks import ArticleBlock, EventsBlock
from tests.issue.test_load import problems_of
from tests.support.authoring import issue_of, png, write_issue

BLOCKS = """
- block: article
  id: survey
  title: A survey
  body: Many were asked.
  picture: {file: bridge.png, alt: A bridge}
  link: {label: Read on, url: https://network.example.org/survey}
- block: events
  title: Dates
  events:
    - {date: 2020-04-07, title: Webinar}
    - {date: 2020-05-12, title: Festival, place: Nice}
"""


def load_french(folder: Path, french: str) -> Issue:
    return load_issue(write_issue(folder, issue_of(BLOCKS), files={"bridge.png": png(), "issue.fr.yaml": french}))


def test_only_what_differs_is_written_again(tmp_path: Path) -> None:
    issue = load_french(
        tmp_path,
        """\
        subject: Le printemps
        blocks:
          - title: Une enquête
            link: {url: https://network.example.org/enquete}
          - events:
              - {}
              - title: Fête
        """,
    )
    french = issue.contents["fr"]
    article, events = french.blocks
    assert isinstance(article, ArticleBlock)
    assert isinstance(events, EventsBlock)
    assert issue.languages == ("en", "fr")
    assert (french.subject, french.language, french.date) == ("Le printemps", "fr", issue.contents["en"].date)
    assert (article.title, article.body) == ("Une enquête", "Many were asked.")
    assert article.link is not None
    assert (article.link.label, article.link.url) == ("Read on", "https://network.example.org/enquete")
    assert [(event.title, event.place) for event in events.events] == [("Webinar", None), ("Fête", "Nice")]


def test_each_value_keeps_the_file_that_it_was_written_in(tmp_path: Path) -> None:
    source = load_french(tmp_path, "blocks:\n  - title: Une enquête\n  - {}\n").sources["fr"]
    assert str(source.position(("blocks", 0, "title"))).endswith("issue.fr.yaml:2:12")
    assert str(source.position(("blocks", 0, "body"))).endswith("issue.yaml:8:11")
    assert str(source.position(("subject",))).endswith("issue.yaml:1:10")


def test_blocks_with_an_id_are_laid_over_those_of_that_id_and_the_others_stay(tmp_path: Path) -> None:
    issue = load_french(tmp_path, "blocks:\n  - id: survey\n    title: Une enquête\n")
    assert [block.block for block in issue.contents["fr"].blocks] == ["article", "events"]
    assert issue.contents["fr"].blocks[0].title == "Une enquête"  # type: ignore[union-attr]


def test_blocks_that_all_say_what_they_are_stand_on_their_own(tmp_path: Path) -> None:
    issue = load_french(tmp_path, "blocks:\n  - block: text\n    body: Seulement ceci.\n")
    assert [block.block for block in issue.contents["fr"].blocks] == ["text"]


def test_lists_of_words_replace(tmp_path: Path) -> None:
    assert load_french(tmp_path, "lists: [nouvelles]\n").contents["fr"].lists == ("nouvelles",)


@pytest.mark.parametrize(
    ("french", "words"),
    [
        ("blocks:\n  - title: Une enquête\n", "issue.fr.yaml:2:3: 'blocks' has 1 of the 2 entries of issue.yaml"),
        (
            "blocks:\n  - {}\n  - events:\n    - {}\n",
            "issue.fr.yaml:4:5: 'events' has 1 of the 2 entries of issue.yaml",
        ),
        ("blocks:\n  - id: survy\n", "did you mean 'survey'?"),
        ("language: en\n", "issue.fr.yaml:1:11: the file's name says 'fr', this line 'en'; delete the line"),
        ("blocks:\n  - titel: Une enquête\n  - {}\n", "issue.fr.yaml:2:5: unknown key 'titel'; did you mean 'title'?"),
    ],
)
def test_a_shape_that_does_not_fit_is_told_at_its_place(tmp_path: Path, french: str, words: str) -> None:
    folder = write_issue(tmp_path, issue_of(BLOCKS), files={"bridge.png": png(), "issue.fr.yaml": french})
    (told,) = problems_of(folder)
    assert words in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("issue.de.yaml", "the newsletter does not appear in 'de'; newsletter.yaml has the languages en, fr"),
        ("issue.en.yaml", "issue.yaml is already in 'en'"),
    ],
)
def test_a_translation_into_the_wrong_language_is_a_problem(tmp_path: Path, name: str, words: str) -> None:
    (told,) = problems_of(write_issue(tmp_path, files={name: "subject: x\n"}))
    assert words in told


def test_a_mistake_in_issue_yaml_is_told_once_whatever_the_number_of_languages(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path, issue_of("- block: divider\n  style: dotted\n"), files={"issue.fr.yaml": "subject: P\n"}
    )
    (told,) = problems_of(folder)
    assert told == "issue.yaml:6:12: 'style' cannot be 'dotted'; allowed: line, space"


def test_an_issue_may_begin_in_another_language(tmp_path: Path) -> None:
    issue = "language: fr\n" + issue_of("- block: divider\n")
    loaded = load_issue(write_issue(tmp_path, issue, files={"issue.en.yaml": "subject: Spring\n"}))
    assert loaded.languages == ("fr", "en")
