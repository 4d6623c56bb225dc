"""Twenty issues as people write them who know how, four in each of five languages: nothing is told of any.

The words stand in ``well_made/LANGUAGE.txt``: the name of a genre, then its words, one a line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, png, write_issue

SITE = "https://network.example.org"
OF_EVERY_LANGUAGE = {"words-missing"}
"""The templates have words of their own in English and French alone."""

LETTER = """\
subject: "{0}"
preheader: "{1}"
date: 2020-03-31
blocks:
  - block: text
    title: "{2}"
    body: |
      {3}

      - [{4}](SITE/survey)
      - [{5}](SITE/map)
  - block: button
    label: "{6}"
    url: SITE/answer
"""
PROGRAMME = """\
subject: "{0}"
preheader: "{1}"
date: 2020-03-31
blocks:
  - block: article
    title: "{2}"
    body: "{3}"
    picture: {{file: wide.png, alt: "{4}"}}
    link: {{label: "{5}", url: SITE/festival}}
  - block: events
    title: "{6}"
    events:
      - {{date: 2020-04-07, title: "{7}", link: {{label: "{8}", url: SITE/one}}}}
      - {{date: 2020-04-15, title: "{9}", link: {{label: "{8}", url: SITE/two}}}}
"""
REPORT = """\
subject: "{0}"
preheader: "{1}"
date: 2020-03-31
theme: {{accent: "#0b5cad"}}
blocks:
  - block: statistics
    title: "{2}"
    figures:
      - {{figure: "27 %", label: "{3}"}}
      - {{figure: "41", label: "{4}"}}
  - block: download
    title: "{5}"
    picture: {{file: cover.png, alt: "{6}"}}
    link: {{label: "{7}", url: SITE/report.pdf}}
  - block: text
    body: |
      | {8} | {9} |
      | --- | --- |
      | Nice | [PDF](SITE/nice) |
      | Turin | [PDF](SITE/turin) |
"""
INVITATION = """\
subject: "{0}"
preheader: "{1}"
date: 2020-03-31
blocks:
  - block: image
    picture:
      file: poster.png
      alt: "{2}"
    url: SITE/fair
  - block: text
    body: "{3}"
  - block: quote
    body: "{4}"
    person: Ana Pérez
  - block: button
    label: "{5}"
    url: SITE/come
"""
GENRES = {"letter": LETTER, "programme": PROGRAMME, "report": REPORT, "invitation": INVITATION}
WORDS = Path(__file__).parent / "well_made"
LANGUAGES = sorted(file.stem for file in WORDS.glob("*.txt"))


def words_of(language: str, genre: str) -> list[str]:
    parts = (WORDS / f"{language}.txt").read_text(encoding="utf-8").split("\n\n")
    (words,) = [part.splitlines()[1:] for part in parts if part.startswith(f"{genre}:\n")]
    return words


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_told_of_what_is_well_made(tmp_path: Path, language: str, genre: str) -> None:
    issue = GENRES[genre].format(*words_of(language, genre)).replace("SITE", SITE)
    files = {"wide.png": png(1200, 600), "cover.png": png(400, 560), "poster.png": png(800, 1000)}
    folder = write_issue(tmp_path, issue, newsletter=NEWSLETTER.replace("[en, fr]", f"[{language}]"), files=files)
    checked = check_folder(folder, templates=(shipped.TEMPLATES,))
    assert set(checked.editions) == {language}, [str(one) for one in checked.findings]
    assert [str(one) for one in checked.findings if one.code not in OF_EVERY_LANGUAGE] == []


def test_there_are_twenty_of_them() -> None:
    assert len(GENRES) * len(LANGUAGES) == 20
