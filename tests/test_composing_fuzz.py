"""Whatever is in a project's files, ``check`` tells findings: no file of an author or designer brings it down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer import shipped
from composer.cli.visible import visible
from composer.compose import check_folder
from tests.support.authoring import NEWSLETTER, png
from tests.support.fuzzing import broken, cases

ISSUE = """\
subject: Spring in the {{ subscriber.city | default("city") }}
preheader: What is new
date: 2026-11-26
number: 3
theme:
  name: poster
  accent: "#aa3311"
blocks:
  - block: text
    show_if: subscriber.language == "en"
    body: |
      Dear {{ subscriber.first_name | default("reader") }}, **bold** [link](https://example.org/?a=1&b=2)

      - one[^1]
      - ![A bridge](a.png)

      [^1]: A note
  - block: article
    title: A *title*
    picture: {file: a.png, alt: A bridge, focus: 50% 20%}
    body: Words
    link: {label: Read, url: "https://example.org/read"}
  - block: events
    title: Coming up
    events:
      - {date: 2026-12-31, time: "9:00", end_time: "17:30", timezone: Europe/Paris, title: A day, place: Where}
  - block: agenda
    title: Agenda
    entries:
      - {title: E, date: 2026-12-01, until: 2026-12-03, sessions: [{title: S, time: "10:00"}]}
  - block: table
    head: [Day, Place]
    rows: [[1st, Paris], [2nd, Rome]]
  - block: own
    title: Own
    colour: red
    link: {label: More, url: "https://example.org/own"}
  - block: mjml
    body: The same in *words*
    mjml: |
      <mj-section><mj-column><mj-text padding="0">Words &amp; <a href="https://example.org/m">more</a></mj-text>
      <mj-image src="a.png" alt="A bridge" /></mj-column></mj-section>
"""
MARKDOWN = """\
---
subject: Spring
preheader: What is new
date: 2026-11-26
---

Dear {{ subscriber.first_name | default("reader") }},

**bold** ~~struck~~ `code` <b>raw</b> ![A bridge](a.png)

## A story {lead kicker="News"}

> said

[Read](https://example.org/read)

:::events
title: Coming up
events:
  - {date: 2026-12-31, title: A day}
:::
"""
TRANSLATION = """\
subject: Le printemps
preheader: Du nouveau
blocks:
  - body: "Bonjour {{ subscriber.first_name | default('à vous') }}"
  - title: Un titre
    link: {label: Lire}
  - {}
  - {}
  - {}
  - {title: Le nôtre}
  - {}
"""
MASTHEAD = "templates/partials/masthead.j2"
PROJECT = {
    "issues/newsletter.yaml": NEWSLETTER,
    "issues/newsletter.fr.yaml": "name: Des nouvelles\ntheme: {accent: '#113355'}\n",
    "issues/spring/issue.yaml": ISSUE,
    "issues/spring/issue.fr.yaml": TRANSLATION,
    "templates/theme.yaml": 'accent: "#1a2b3c"\nsize_text: 16\nwidth: 600\nserif: Georgia, serif\nowned: 3\n',
    "templates/css/theme.css": ".prose p { margin: 0 0 12px; color: {{ theme.ink }} } .card { font-size: 14px }\n",
    "templates/css/prose.css": ".prose p { margin: 0 0 {{ theme.gutter }}px } .prose a { color: #fff !important }\n",
    "templates/locales/en.yaml": "read_more: Read on\n",
    "templates/clients.yaml": "aol_android: 12.5\naol_desktop_webmail: 20\n",
    "templates/blocks/own/fields.yaml": (
        "title: {type: line, required: true}\ncolour: {type: choice, choices: [red, blue]}\nlink: link\n"
    ),
    "templates/blocks/own/block.mjml.j2": (
        '<mj-section><mj-column><mj-text color="{{ theme.ink }}">{{ block.title | upper }}\n'
        "{% if block.link %}<a href=\"{{ block.link.url }}\">{{ block.link.label | default('more') }}</a>{% endif %}\n"
        "{% for i in range(3) %}{{ loop.index }} {{ issue.date | date }}{% endfor %}</mj-text></mj-column></mj-section>"
    ),
    "templates/blocks/own/block.txt.j2": "{{ block.title | underline }}\n{{ block.link.url | wrap }}\n",
    MASTHEAD: "{% macro masthead() %}<mj-section></mj-section>{% endmacro %}",
}


def write_project(root: Path, files: dict[str, str]) -> Path:
    """Write the project, with a picture; return its issue's folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    (root / "issues" / "spring" / "a.png").write_bytes(png())
    return root / "issues" / "spring"


DOORS = [*PROJECT, "issues/spring/issue.md"]


def project_with(door: str) -> dict[str, str]:
    """The files of a good project that has the one of this door."""
    files = dict(PROJECT)
    if door.endswith(".md"):
        files[door] = MARKDOWN
        del files["issues/spring/issue.yaml"], files["issues/spring/issue.fr.yaml"]
    if door != MASTHEAD:
        del files[MASTHEAD]
    return files


@pytest.mark.parametrize("door", DOORS)
def test_findings_and_nothing_else(door: str, tmp_path: Path) -> None:
    files = project_with(door)
    folder = write_project(tmp_path, files)
    for number, rng in cases(5, f"compose {door}"):
        write_project(tmp_path, {door: broken(files[door], rng)})
        checked = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES))
        told = json.dumps([finding.as_json() for finding in checked.findings])
        assert visible(told).encode(), number
        assert len(told) < 1_000_000, number


@pytest.mark.parametrize(("door", "languages"), [("issues/spring/issue.yaml", {"en", "fr"}), (DOORS[-1], {"en"})])
def test_what_is_broken_there_was_good_before(door: str, languages: set[str], tmp_path: Path) -> None:
    folder = write_project(tmp_path, project_with(door))
    checked = check_folder(folder, templates=(tmp_path / "templates", shipped.TEMPLATES))
    assert set(checked.editions) == languages, [str(finding) for finding in checked.findings]
