"""Two languages side by side: what differs is found, at its line of the translation; what may differ is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import shipped
from composer.checks import Finding
from composer.checks.agreement import without
from composer.checks.figures import read_figures
from composer.compose import check_folder
from tests.support.authoring import issue_of, write_issue

HEAD = "---\nsubject: Spring in the network\npreheader: A survey\ndate: 2020-03-31\n---\n"
FRENCH_HEAD = "---\nsubject: Le printemps\npreheader: Une enquête\n---\n"


def differences(folder: Path, english: str, french: str) -> list[Finding]:
    """What is found in the French file, written below a head of four lines."""
    files: dict[str, str | bytes] = {"issue.md": HEAD + english, "issue.fr.md": FRENCH_HEAD + french}
    spring = write_issue(folder, files=files)
    (spring / "issue.yaml").unlink()
    checked = check_folder(spring, templates=(shipped.TEMPLATES,))
    assert checked.issue is not None, checked.findings
    return [found for found in checked.findings if found.position.file.name == "issue.fr.md"]


def told(folder: Path, english: str, french: str) -> list[tuple[str, int, int]]:
    """Code, line and column."""
    return [(found.code, found.position.line, found.position.column) for found in differences(folder, english, french)]


A, B, C = "## A\n\nOf a.\n\n", "## B\n\nOf b.\n\n", "---\n\n"


def test_a_missing_block_is_told_where_it_is_missed(tmp_path: Path) -> None:
    (found,) = differences(tmp_path, A + C + B, "## A\n\nD’a.\n\n## B\n\nDe b.\n")
    assert (found.code, found.position.line) == ("translation-differs", 5)
    assert found.message == "the block 'divider' of 'en' (line 10) is missing here"


def test_a_block_too_many_is_told_at_its_place(tmp_path: Path) -> None:
    (found,) = differences(tmp_path, A + B, "## A\n\nD’a.\n\n---\n\n## B\n\nDe b.\n")
    assert (found.code, found.position.line) == ("translation-differs", 9)
    assert found.message == "the block 'divider' is only here, and not in 'en'"


def test_blocks_with_an_id_find_each_other_wherever_they_stand(tmp_path: Path) -> None:
    english = "## A {#a}\n\nIn 2020.\n\n## B {#b}\n\nIn 2021.\n"
    assert told(tmp_path, english, "## B {#b}\n\nEn 2021.\n\n## A {#a}\n\nEn 2020.\n") == []


def test_a_list_of_another_length_is_told(tmp_path: Path) -> None:
    row = "  - {date: 2020-04-07, title: T}\n"
    fence = ":::events\ntitle: D\nevents:\n{}:::\n"
    assert told(tmp_path, fence.format(row * 2), fence.format(row)) == [("translation-differs", 8, 3)]


@pytest.mark.parametrize(
    ("english", "french", "column"),
    [
        ("See [this](https://a.example.org/x).", "Voir [ceci](https://b.example.net/x).", 13),
        ("See [this](https://a.example.org/x).", "Voir ceci.", 1),
        ("See this.", "Voir [ceci](https://a.example.org/x).", 13),
        ("See [this](https://a.example.org/x.pdf).", "Voir [ceci](https://a.example.org/x).", 13),
        ("See [this](mailto:a@example.org).", "Voir [ceci](https://a.example.org/x).", 13),
        ("See [this](#a).", "Voir [ceci](#b).", 13),
    ],
)
def test_links_that_cannot_be_the_same_are_told(tmp_path: Path, english: str, french: str, column: int) -> None:
    assert ("translation-link", 5, column) in told(tmp_path, english, french)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("https://www.a.example.org/news/x", "https://a.example.org/fr/actualites/x"),
        ("https://en.a.example.org/x", "https://fr.a.example.org/y"),
        ("https://a.example.org/x.pdf?lang=en", "https://a.example.org/x-fr.PDF"),
        ("mailto:info@example.org", "mailto:contact@example.org"),
    ],
)
def test_links_of_the_same_kind_may_differ(tmp_path: Path, english: str, french: str) -> None:
    assert told(tmp_path, f"See [this]({english}).", f"Voir [ceci]({french}).") == []


def test_a_link_that_belongs_to_another_block_is_told(tmp_path: Path) -> None:
    article = "## {0}\n\nOf {0}.\n\n[{0}](https://a.example.org/{1})\n\n"
    english = article.format("A", "a") + article.format("B", "b")
    (found, *_) = differences(tmp_path, english, article.format("A", "b") + article.format("B", "fr-b"))
    assert (found.code, found.position.line) == ("translation-link", 9)
    assert "as another block does in 'en'" in found.message


@pytest.mark.parametrize(
    ("english", "french", "column"),
    [
        ("On 25 November.", "Le 26 novembre.", 4),
        ("On 25 November.", "Le 25 octobre.", 4),
        ("At 11am.", "À 12 h.", 3),
        ("In 2020 and 2021.", "En 2020.", 1),
        ("27 % of us.", "72 % d’entre nous.", 1),
        ("It costs 1.40 euros.", "Cela coûte 1,50 euro.", 12),
        ("It is **1,000** metres.", "Il y a **10 000** mètres.", 10),
    ],
)
def test_figures_that_differ_are_told(tmp_path: Path, english: str, french: str, column: int) -> None:
    assert ("translation-figure", 5, column) in told(tmp_path, english, french)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("On November 25, and 26 November.", "Le 25 novembre et le 26 novembre."),
        ("1 March at 1pm, 9:05 a.m.", "Le 1er mars à 13 h, 9h05."),
        ("1,000 people, 1.4 MB, 2,500,000", "1\u202f000 personnes, 1,4 Mo, 2 500 000"),
        ("5 of 12 came.", "Cinq sur douze."),
        ("It may rain.", "Il pleuvra."),
        ("[a](https://a.example.org/2020)", "[a](https://a.example.org/2021)"),
        ('{{ subscriber.first_name | default("7 of 30") }}', '{{ subscriber.first_name | default("8 de 31") }}'),
    ],
)
def test_the_same_figures_in_other_words_are_the_same(tmp_path: Path, english: str, french: str) -> None:
    assert [code for code, *_ in told(tmp_path, english, french) if code == "translation-figure"] == []


def test_days_and_times_with_keys_of_their_own_agree_too(tmp_path: Path) -> None:
    fence = ":::agenda\ntitle: {}\nentries:\n  - date: 2020-04-{}\n    time: {}\n    title: {}\n:::\n"
    english, french = fence.format("In April", "07", "11:00", "Talk"), fence.format("En avril", "08", "11:30", "Débat")
    first, second = differences(tmp_path, english, french)
    assert (first.position.line, first.message) == (8, "'date' is 2020-04-08 here and 2020-04-07 in 'en'")
    assert (second.position.line, second.message) == (9, "'time' is 11:30 here and 11:00 in 'en'")


def test_a_long_text_that_is_the_same_in_both_languages_is_not_translated_yet(tmp_path: Path) -> None:
    english = "## Security, Democracy and Cities\n\nThe conference comes to Nice. Would you like to take part in it?\n"
    assert told(tmp_path, english, english) == [("untranslated", 7, 1)]


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("24–25 February", "en", ["24", "25", "month 2"]),
        ("du 24 au 25 février", "fr", ["24", "25", "month 2"]),
        ("am 3. März um 14 Uhr", "de", ["3", "month 3", "14:00"]),
        ("el 3 de marzo a las 14:00", "es", ["3", "month 3", "14:00"]),
        ("31.12.2020, 12:30 pm", "de", ["31", "month 12", "2020", "12:30"]),
        ("12am 12pm", "en", ["0:00", "12:00"]),
        ("٢٥ فبراير", "ar", ["25", "month 2"]),
        ("in 2020 300 people", "en", ["2020", "300"]),
        ("9" * 5000, "en", ["9" * 5000]),
        ("May 2020", "no-such-language", ["2020"]),
    ],
)
def test_figures_have_one_form_whatever_the_language(text: str, language: str, values: list[str]) -> None:
    assert [figure.value for figure in read_figures(text, language=language)] == values


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("de", "Am 5. Dezember um 17 Uhr"), ("tr", "5 Aralık, saat 17")),
        (("de", "Um 17 Uhr"), ("tr", "Saat 17’de")),
        (("de", "17–19 Uhr"), ("en", "From 5 to 7 pm")),
        (("fr", "de 9 h à 17 h 30"), ("en", "9 am to 5.30 pm")),
        (("ja", "12月5日午後5時"), ("en", "5 December at 5 pm")),
        (("zh", "12月5日下午5点30分"), ("en", "5 December, 17:30")),
        (("ko", "12월 5일 오후 5시"), ("de", "5. Dezember, 17 Uhr")),
        (("sv", "kl. 17.30"), ("fr", "17 h 30")),
        (("it", "alle 17"), ("de", "um 17 Uhr")),
        (("pl", "o 17.30"), ("en", "at 5:30 pm")),
        (("hu", "december 5-én 17 órakor"), ("en", "5 December at 17:00")),
    ],
)
def test_the_hour_is_the_same_in_all_languages(here: tuple[str, str], there: tuple[str, str]) -> None:
    figures = [read_figures(text, language=language) for language, text in (here, there)]
    assert without(*figures) == without(*reversed(figures)) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("de", "Um 17 Uhr"), ("tr", "saat 18")),
        (("de", "Um 17 Uhr"), ("en", "7 pm")),
        (("ja", "12月5日午後5時"), ("en", "5 November at 5 pm")),
        (("fr", "17 h 30"), ("sv", "kl. 17.00")),
    ],
)
def test_another_hour_is_told(here: tuple[str, str], there: tuple[str, str]) -> None:
    figures = [read_figures(text, language=language) for language, text in (here, there)]
    assert without(*figures)


@pytest.mark.parametrize(
    ("note", "is_told"),
    [
        ("Source: annual survey of members", True),
        ("Own survey, 2019", True),
        ("Source: Eurostat, 2019", False),
        ("Eurostat 2019", False),
    ],
)
def test_a_note_in_the_first_language_is_told_and_a_name_is_not(tmp_path: Path, note: str, is_told: bool) -> None:
    issue = issue_of(f"- block: table\n  head: [Year, Number]\n  rows: [['2019', '3']]\n  note: '{note}'\n")
    spring = write_issue(tmp_path, issue, files={"issue.fr.yaml": "subject: Le printemps\npreheader: Une enquête\n"})
    found = check_folder(spring, templates=(shipped.TEMPLATES,)).findings
    notes = [finding.message for finding in found if finding.code == "untranslated"]
    assert any("the note" in message for message in notes) is is_told, notes
