"""Every hint of the loader, followed literally, works: YAML, Markdown, publication, translations, own blocks, themes.

``test_every_hint_is_followed`` reads the hints out of the source: one that is new has its case here, or a reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import composer
from composer import shipped
from composer.checks.codes import Severity
from composer.checks.finding import Finding
from composer.compose import check_folder
from tests.issue.test_slips import ISSUE, MARKDOWN, WRITTEN
from tests.support.authoring import NEWSLETTER, png, write_issue
from tests.support.fonts import block_font

ENGLISH = NEWSLETTER.replace("[en, fr]", "[en]").replace("fields:", "lists: [members]\nfields:")
FRENCH = """\
subject: Nouvelles de la ville
preheader: Une phrase de plus
blocks:
  - {title: Un pont, body: Il est long., link: {label: Lire}}
  - {title: Chers membres, body: Quelques mots à nous.}
  - {title: Agenda, events: [{title: Marché}, {title: Foire}]}
"""
WALK = "title: {type: line, required: true}\nlevel: {type: choice, choices: [easy, steep], default: easy}\n"
WALKS = ISSUE.replace("  - block: text\n", "  - {block: walk, title: A walk}\n  - block: text\n")
TESTED = ISSUE.replace("preheader:", "subject_test:\n  sample: 20%\n  subjects: [One, Two]\npreheader:")
PICTURED = ISSUE.replace("    body: |\n", "    picture: {file: a.png, alt: A bridge}\n    body: |\n")


@dataclass
class Slip:
    """``right`` of a file that is right, and the slip in its place; who does what the hint says writes ``mended``.

    ``said`` is a piece of the hint. ``base`` replaces the file, and ``files`` lie beside it.
    """

    said: str
    right: str
    slip: str
    mended: str | None = None
    file: str = "issues/spring/issue.yaml"
    base: str | None = None
    files: dict[str, str | bytes] = field(default_factory=dict)


def in_markdown(said: str, right: str, slip: str, mended: str | None = None, base: str = MARKDOWN) -> Slip:
    return Slip(said, right, slip, mended, "issues/spring/issue.md", base)


def in_newsletter(said: str, right: str, slip: str, mended: str | None = None) -> Slip:
    files: dict[str, str | bytes] = {"issues/a.woff2": block_font()}
    return Slip(said, right, slip, mended, "issues/newsletter.yaml", ENGLISH, files)


def with_font(family: str) -> str:
    return f"fonts: [{{file: a.woff2, family: {family}}}]\nfields:"


def in_french(said: str, right: str, slip: str, mended: str | None = None, issue: str = ISSUE) -> Slip:
    files: dict[str, str | bytes] = {"issues/newsletter.yaml": NEWSLETTER, "issues/spring/issue.yaml": issue}
    return Slip(said, right, slip, mended, "issues/spring/issue.fr.yaml", FRENCH, files)


def in_fields(said: str, right: str, slip: str, mended: str | None = None) -> Slip:
    files: dict[str, str | bytes] = {"issues/spring/issue.yaml": WALKS, **WALK_TEMPLATES}
    return Slip(said, right, slip, mended, "templates/blocks/walk/fields.yaml", WALK, files)


def in_theme(said: str, right: str, slip: str, mended: str | None = None) -> Slip:
    base = "accent: '#224466'\naccent_dark: '#aaccee'\ngutter: 30\ntracking_title: 1px\n"
    return Slip(said, right, slip, mended, "templates/theme.yaml", base)


def in_locale(said: str, right: str, slip: str, mended: str | None = None) -> Slip:
    files: dict[str, str | bytes] = {"issues/newsletter.yaml": NEWSLETTER, "issues/spring/issue.fr.yaml": FRENCH}
    base = "issue_number: No. {number}\nprint: Imprimer\n"
    return Slip(said, right, slip, mended, "templates/locales/fr.yaml", base, files)


WALK_TEMPLATES: dict[str, str | bytes] = {
    "templates/blocks/walk/block.mjml.j2": "<mj-section><mj-column><mj-text>{{ block.title }}</mj-text></mj-column>"
    "</mj-section>",
    "templates/blocks/walk/block.txt.j2": "{{ block.title }}",
    "templates/blocks/walk/block.html.j2": "<p>{{ block.title }}</p>",
}
ARTICLE = MARKDOWN + "\n## A bridge {#bridge}\n\nIt is long.\n\n![A bridge](a.png)\n"
EVENTS = MARKDOWN[MARKDOWN.index(":::events") :]

DAY, TIMED = "date: 2026-12-01", "date: 2026-12-01\n        time: 10:00\n        timezone: "
DEEP = "{date: 2026-12-01, title: A, sessions: [{title: B, sessions: [{title: C, sessions: [{title: D%s}]}]}]}"
AGENDA = ISSUE + f"  - {{block: agenda, title: Days, entries: [{DEEP % ''}]}}\n"

FOLLOWED = [
    # What is written in YAML
    Slip("delete it and type a space", "    title: A new", "\u00a0   title: A new"),
    Slip("delete this line", "    title: A new", "<<<<<<< HEAD\n    title: A new"),
    Slip("begin it under 'block', with 4 spaces", "    title: A new", "  title: A new"),
    Slip("begin it under the dash above, with 2 spaces", "  - block: events", "- block: events"),
    Slip("begin it with 6 spaces before it, as all lines of 'body'", "      It is", "    It is"),
    Slip("write it behind 'body' on one line", "body: Some words of ours.", "body: Some words\n  of ours."),
    Slip("begin with body: |", "body: Some words of ours.", "body: Some\n  ours.", "body: |\n      Some\n      ours."),
    Slip("write the key of the list on a line above it", "blocks:\n", ""),
    Slip("if that is 'date', delete its value", "blocks:\n", "", None),
    Slip("put the whole value in quotes", "Some words of ours.", "**Some** *words*", '"**Some** *words*"'),
    Slip("write a comma between two parts", "title: Market", "title: {a: 1 b: 2}", "title: '{a: 1 b: 2}'"),
    Slip("indent with spaces", "    title: A new", "\ttitle: A new"),
    Slip("begin the text on the next line", "body: |\n", "body: | Words\n"),
    Slip(
        'write " where its text ends',
        "body: Some words of ours.",
        'body: "Some\n      words',
        'body: "Some\n      words"',
    ),
    Slip("use '…' instead, or write \\\\", "title: A new bridge", 'title: "C:\\Users"', "title: 'C:\\Users'"),
    Slip("use '…' instead, or write \\\\", "title: A new bridge", 'title: "C:\\Users"', 'title: "C:\\\\Users"'),
    Slip(
        "begin it on the next line, with 2 spaces",
        "blocks:\n",
        "blocks: - block: divider\n",
        "blocks:\n  - block: divider\n",
    ),
    Slip("check the indentation", "blocks:\n", "...\nblocks:\n"),
    Slip("delete the line", "blocks:\n", "---\nblocks:\n"),
    Slip("write {block: divider}", "{block: divider}", "{block: divider", base=ISSUE + "  - {block: divider}\n"),
    Slip('such as "subject: Spring news"', ISSUE, "Just some words\n"),
    Slip(
        "put a text that begins with {{, { or [ in quotes",
        "A new bridge",
        "{{ subscriber.first_name }}",
        '"{{ subscriber.first_name }}"',
    ),
    Slip("delete it", "Some words", "Some\x07 words"),
    Slip("write - date: 2026-12-05", "      - date: 2026-12-05", "        date: 2026-12-05"),
    Slip("write - block: text", "  - block: text", "    block: text"),
    Slip("write title: A new", "    title: A new", "    - title: A new"),
    Slip(
        "delete the dashes before its keys", "      label: Read on\n      url:", "      - label: Read on\n        url:"
    ),
    Slip("write - block: article", "  - block: article", "  - article"),
    Slip(
        "write - {date: 2026-12-01, title: Market}",
        "- date: 2026-12-01\n        title: Market",
        "-{date: 2026-12-01, title: Market}",
        "- {date: 2026-12-01, title: Market}",
    ),
    Slip(
        "write {date: 2026-12-01, title: Market}",
        "- date: 2026-12-01\n        title: Market",
        "- date: 2026-12-01, title: Market",
        "- {date: 2026-12-01, title: Market}",
    ),
    # What the model says
    Slip("write date: 2026-12-01", "{date: ", "{date:", base=AGENDA),
    Slip("did you mean 'body'? It is missing.", "body: Some", "text: Some"),
    Slip("did you mean 'a.png'?", "file: a.png", "file: pictures/a.png", base=PICTURED),
    Slip("delete the line break", "label: Read on", "label: |\n        Read\n        on", "label: Read on"),
    Slip("write en, fr or pt-BR", "date:", "language: english\ndate:", "language: en\ndate:"),
    Slip(
        "use small letters, digits and hyphens",
        "block: article",
        "block: article\n    id: A b",
        "block: article\n    id: a-b",
    ),
    Slip(
        "write across and down",
        "alt: A bridge",
        "alt: A bridge, focus: up",
        "alt: A bridge, focus: 50% 20%",
        base=PICTURED,
    ),
    Slip("or top left", "alt: A bridge", "alt: A bridge, focus: up", "alt: A bridge, focus: top left", base=PICTURED),
    in_newsletter("use letters, digits, blanks and hyphens", "fields:", with_font("'A;'"), with_font("A")),
    in_newsletter(
        'write bold, 400, or "300 800" for a font with all between',
        "fields:",
        with_font("A, weight: heavy"),
        with_font("A, weight: bold"),
    ),
    in_newsletter(
        'write the lighter one first, as "300 800"',
        "fields:",
        with_font("A, weight: 800 300"),
        with_font("A, weight: 300 800"),
    ),
    in_newsletter(
        "add choices: [small, medium, large]",
        "  city:",
        "  size: {meaning: M, type: choice}\n  city:",
        "  size: {meaning: M, type: choice, choices: [small, medium, large]}\n  city:",
    ),
    in_newsletter(
        "write type: choice, or delete the choices",
        "  city:",
        "  size: {meaning: M, type: number, choices: [S]}\n  city:",
        "  size: {meaning: M, type: choice, choices: [S]}\n  city:",
    ),
    in_newsletter(
        "delete one of the two",
        "  city:",
        "  size: {meaning: M, type: choice, choices: [S, S]}\n  city:",
        "  size: {meaning: M, type: choice, choices: [S]}\n  city:",
    ),
    in_newsletter("use small letters, digits and _", "  city:", "  My city:", "  my_city:"),
    Slip("did you mean 'title'?", "    title: A new", "    titel: A new"),
    Slip("Allowed: ", "block: article", "block: article\n    layout: rigth", "block: article\n    layout: right"),
    Slip('begin it with "- block: text"', "  - block: text\n    title", "  - title"),
    Slip(
        "such as: link: {label: Read on, url: https://www.example.org/bridge}",
        "link:\n      label: Read on\n      url: https://www.example.org/bridge",
        "link: https://www.example.org/bridge",
        "link: {label: Read on, url: https://www.example.org/bridge}",
    ),
    Slip(
        "such as: picture: {file: a.png, alt: What it shows}",
        "picture: {file: a.png, alt: A bridge}",
        "picture: a.png",
        "picture: {file: a.png, alt: What it shows}",
        base=PICTURED,
    ),
    Slip("write year-month-day, such as 2020-03-31", "2026-12-01", "soon", "2020-03-31"),
    Slip(
        "write hours:minutes, such as 11:00",
        "        title: Market",
        "        time: noon\n        title: Market",
        "        time: 11:00\n        title: Market",
    ),
    Slip("add 'title': ", "    title: A new bridge\n", "", "    title: A new bridge\n"),
    Slip(
        'write "- " before the first key of each entry',
        "      - date: 2026-12-01\n        title: Market\n      - date: 2026-12-05\n        title: Fair\n",
        "      date: 2026-12-01\n      title: Market\n",
        "      - date: 2026-12-01\n        title: Market\n",
    ),
    Slip(
        "write [members]", "date: 2026-11-26", "date: 2026-11-26\nlists: members", "date: 2026-11-26\nlists: [members]"
    ),
    Slip("give it a value, or delete the line", "block: article", "block: article\n    lead:", "block: article"),
    Slip(
        "give it a value, or delete the line",
        "block: article",
        "block: article\n    lead:",
        "block: article\n    lead: true",
    ),
    Slip("choose another one", "block: text", "block: text\n    id: a\n  - block: divider\n    id: a", None),
    Slip(
        "choose another uid, or correct the date",
        "title: Market",
        "title: Market\n        uid: a\n      - {date: 2026-12-03, title: X, uid: a}",
        "title: Market\n        uid: a\n      - {date: 2026-12-03, title: X, uid: b}",
    ),
    Slip(
        "write one for each column, or none",
        "  - block: text\n",
        "  - {block: table, head: [A, B], align: [left], rows: [[1, 2]]}\n  - block: text\n",
        "  - {block: table, head: [A, B], align: [left, right], rows: [[1, 2]]}\n  - block: text\n",
    ),
    Slip(
        "write one cell for each column",
        "  - block: text\n",
        "  - {block: table, head: [A, B], rows: [[1]]}\n  - block: text\n",
        '  - {block: table, head: [A, B], rows: [[1, ""]]}\n  - block: text\n',
    ),
    Slip(
        "add time: above it",
        "        title: Market",
        "        end_time: 11:00\n        title: Market",
        "        time: 10:00\n        end_time: 11:00\n        title: Market",
    ),
    Slip("write one from ", "date: 2026-12-01", "date: 9999-12-31", "date: 2026-12-31"),
    Slip(
        "write the place, such as ",
        "date: 2026-12-01",
        "date: 2026-12-01\n        time: 10:00\n        timezone: EST",
        "date: 2026-12-01\n        time: 10:00\n        timezone: America/Toronto",
    ),
    Slip(
        "write the IANA name of a place",
        "date: 2026-12-01",
        "date: 2026-12-01\n        time: 10:00\n        timezone: here",
        "date: 2026-12-01\n        time: 10:00\n        timezone: Europe/Paris",
    ),
    Slip(
        "exchange date and until", DAY, f"{DAY}\n        until: 2026-11-30", f"{DAY[:-2]}01\n        until: 2026-12-02"
    ),
    Slip("write a place such as Europe/Paris", DAY, f"{TIMED}localtime", f"{TIMED}Europe/Paris"),
    Slip("write UTC, or the place that is meant", DAY, f"{TIMED}UTC+0", f"{TIMED}UTC"),
    Slip("write the place that is meant, such as", DAY, f"{TIMED}UTC+1", f"{TIMED}Europe/Paris"),
    # Several subjects
    Slip("write another, or delete it", "[One, Two]", "[One, One]", "[One, Two]", base=TESTED),
    Slip("write another, or delete it", "[One, Two]", "[One, One]", "[One]", base=TESTED),
    Slip("write a share below 100%", "20%", "200%", "20%", base=TESTED),
    in_french(
        "write subject_test into issue.yaml", FRENCH, FRENCH + "subject_test: {sample: 20%, subjects: [Un]}\n", FRENCH
    ),
    Slip(
        "put it into the body above",
        "title: D}",
        "title: D, sessions: [{title: E}]}",
        "title: D, body: E}",
        base=AGENDA,
    ),
    # Pictures
    Slip("put the file there", "a.png", "zebra.webp", "a.png", base=PICTURED),
    Slip("write the name of a file in that folder", "a.png", "../a.png", "a.png", base=PICTURED),
    Slip("use ", "a.png", "a.png.exe", "a.png", base=PICTURED, files={"issues/spring/a.png.exe": b"x"}),
    # Markdown
    in_markdown("delete the line, or open the block with :::text above", ":::events", ":::\n\n:::events"),
    in_markdown("write one word after the colons", ":::events", "::: my events!", ":::events"),
    in_markdown(
        "begin it at the edge of the page",
        ":::events\n",
        "- a\n\n  :::callout\n  ---\n  x\n  :::\n\n:::events\n",
        "- a\n\n:::callout\n---\nx\n:::\n\n:::events\n",
    ),
    in_markdown("write ::: on a line of its own where the block ends", "    title: Market\n:::", "    title: Market\n"),
    in_markdown("delete this line", "title: Dates", "block: events\ntitle: Dates"),
    in_markdown(
        "write --- on a line above it",
        ":::events",
        ":::callout\nWords of ours.\n:::\n\n:::events",
        ":::callout\n---\nWords of ours.\n:::\n\n:::events",
    ),
    in_markdown(
        "close the first one before, with :::",
        EVENTS,
        f"::::callout\n---\nx\n\n{EVENTS}::::\n",
        f"::::callout\n---\nx\n\n::::\n{EVENTS}",
    ),
    in_markdown("delete the --- above and write its keys", "title: Dates", "---\nWords\n", "title: Dates"),
    in_markdown("write what it shows between the brackets", "![A bridge](a.png)", "![](a.png)", base=ARTICLE),
    in_markdown("delete one of them", "{#bridge}", "{#bridge #two}", base=ARTICLE),
    in_markdown("begin with a line ---, then subject:", MARKDOWN, "Hello\n", MARKDOWN),
    in_markdown("write --- on the line below it", "date: 2026-11-26\n---\n", "date: 2026-11-26\n", None),
    in_markdown(
        "write them below it, or rename the file",
        "date: 2026-11-26\n",
        "date: 2026-11-26\nblocks:\n  - block: divider\n",
        "date: 2026-11-26\n",
    ),
    in_markdown(
        "begin the headline of an article with ##",
        ":::events",
        "# One\n\n# Two\n\n:::events",
        "# One\n\n## Two\n\nWords\n\n:::events",
    ),
    in_markdown("delete the braces", ":::events", "# One {#one}\n\n:::events", "# One\n\n:::events"),
    # The publication
    in_newsletter("did you mean 'timezone'?", "timezone:", "time_zone:"),
    in_newsletter(
        "write it in per cent, from 0 to 100: 12.5",
        "languages:",
        "clients: {gmail_android: many}\nlanguages:",
        "clients: {gmail_android: 12.5}\nlanguages:",
    ),
    in_newsletter(
        "write them in per cent, 30 for three of ten readers",
        "languages:",
        "clients: {gmail_android: 0.3}\nlanguages:",
        "clients: {gmail_android: 30}\nlanguages:",
    ),
    Slip(
        "move it to newsletter.yaml, where it holds for every language",
        "tagline: Villes",
        "tagline: Villes\ntimezone: Europe/Paris",
        file="issues/newsletter.fr.yaml",
        base="tagline: Villes\n",
        files={"issues/newsletter.yaml": NEWSLETTER},
    ),
    # Translations
    in_french(
        "write one entry for each, in the same order; {} for one",
        "[{title: Marché}, {title: Foire}]",
        "[{title: Foire}]",
        "[{}, {title: Foire}]",
    ),
    # Own blocks
    in_fields("use another word of small letters", "title: {", "Title: {", "title: {"),
    in_fields("did you mean 'line'?", "type: line", "type: lines"),
    in_fields("did you mean 'required'?", "required: true", "requierd: true"),
    in_fields(
        "write choices: [one, two]", "choices: [easy, steep], default: easy", "required: false", "choices: [one, two]"
    ),
    in_fields("choices: easy, steep", "default: easy", "default: eassy"),
    in_fields("types: line, markdown", "title: {type: line, required: true}", "title: [line]", "title: line"),
    in_fields("every block has it already", WALK, WALK + "id: line\n", WALK),
    # Themes
    in_theme("write 30: pixels are meant", "gutter: 30", "gutter: 30px"),
    in_theme("write a number such as 32", "gutter: 30", "gutter: wide", "gutter: 32"),
    in_theme("write 0 to 120, in pixels", "gutter: 30", "gutter: -5", "gutter: 120"),
    in_theme("write a colour such as #1a2b3c", "'#224466'", "blurple", '"#1a2b3c"'),
    in_theme("write the colour that is seen, such as #1a2b3c", "'#224466'", "'#1234'", '"#1a2b3c"'),
    in_theme('write "#224466"', "'#224466'", "'#22\u200b4466'", '"#224466"'),
    in_theme('write "#224466"', "'#224466'", "224466", '"#224466"'),
    in_theme("write a length such as ", "1px", "1", '"0.5px"'),
    in_theme("leave out ';'", "1px", "'1px; x'", "1px"),
    in_theme("did you mean 'gutter'?", "gutter: 30", "guter: 30"),
    in_theme("delete the line", "gutter: 30", "name: poster", ""),
    in_theme("use small letters, digits and _", "gutter: 30", "Gutter: 30"),
    in_theme("delete the line, or write its text behind gutter:", "gutter: 30", "gutter:", ""),
    in_theme("write one text behind gutter:", "gutter: 30", "gutter: [30]"),
    in_theme("or a larger width", "gutter: 30", "width: 400\ngutter: 110", "width: 640\ngutter: 110"),
    in_theme("write 100 or less", "gutter: 30", "width: 400\ngutter: 110", "width: 400\ngutter: 100"),
    in_theme("write 60, or a smaller size_text", "gutter: 30", "size_text: 40", "size_text: 40\nline_text: 60"),
    # Words of a language
    in_locale("write {number}", "{number}", "{numer}"),
    in_locale("delete it; nothing is put into this text", "Imprimer", "Imprimer {more}", "Imprimer"),
]


def findings(folder: Path, slip: Slip, text: str) -> list[Finding]:
    issue = folder / "issues" / "spring"
    write_issue(folder / "issues", ISSUE, newsletter=ENGLISH, files={"a.png": png()})
    for name, content in {**slip.files, slip.file: text}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if slip.file.endswith("issue.md"):
        (issue / "issue.yaml").unlink()
    (folder / "templates").mkdir(exist_ok=True)
    found = check_folder(issue, templates=(folder / "templates", shipped.TEMPLATES)).findings
    return [one for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize("slip", FOLLOWED, ids=lambda slip: f"{FOLLOWED.index(slip)}-{slip.said[:40]}")
def test_who_follows_a_hint_of_the_loader_has_mended_it(tmp_path: Path, slip: Slip) -> None:
    base = ISSUE if slip.base is None else slip.base
    assert slip.right in base, "the file that is right is another one"
    assert findings(tmp_path / "right", slip, base) == [], "it was not right before"
    wrong = findings(tmp_path / "wrong", slip, base.replace(slip.right, slip.slip, 1))
    assert [one for one in wrong if slip.said in one.hint], [str(one) for one in wrong]
    mended = slip.right if slip.mended is None else slip.mended
    after = findings(tmp_path / "mended", slip, base.replace(slip.right, mended, 1))
    assert after == [], [str(one) for one in after]


OF_THE_LOADER = (
    "issue",
    "edition/theme/tokens.py",
    "edition/theme/token_values.py",
    "edition/language/flat_yaml.py",
    "edition/language/placeholders.py",
)
BEGINS_A_HINT = re.compile(
    r"(?:write|delete|add|choose|use|begin|move|rename|say|give|put|copy|save|take|indent|leave|close|exchange|go|keep"
    r"|check|such as|did you|correct|replace|turn|allowed|types:|keys:|further)\b",
    re.IGNORECASE,
)
NOT_FOLLOWED = {
    "copy the file itself": "a link out of the project: tests/edition/theme/test_theme_files.py",
    "copy the folder": "a link out of the project: tests/edition/theme/test_theme_files.py",
    "put a file there": "a folder or a device in the place of a file: tests/issue/test_load.py",
    "go to the folder of your project": "no project at all: tests/cli/commands/test_check.py",
    "delete one of the two, or rename it": "two files of one language: tests/issue/markdown",
    "rename one of the two, or merge them": "two files of one language: tests/issue/test_translation.py",
    "save it again in your editor with the encoding UTF-8": "bytes: tests/issue/yaml/test_read.py",
    "save it as ": "a picture's own format: tests/issue/test_load.py",
    "use fewer levels of indentation": "a thousand levels: tests/issue/yaml/test_read.py",
    "allowed: ": "a list of what there is, behind a question of the nearest",
    "further languages: ": "a file for a language that is not one: tests/issue/test_publication_languages.py",
    "put the whole text in quotes, or below": "where no slip is found: tests/issue/yaml/test_read.py",
    "close it, with the same mark": "where no slip is found: tests/issue/yaml/test_read.py",
    'write "key: value"': "where no slip is found: tests/issue/yaml/test_read.py",
    "begin it on the next line, indented": "where no slip is found: tests/issue/yaml/test_read.py",
    "write \0 at its end": "where no line is found: the bracket is the file's first sign",
    "say where it leads.": "a field's description",
    "give the block an id there first": "tests/issue/test_translation.py",
    "add it to languages there": "tests/issue/test_publication_languages.py",
    "add \0 there, or rename the file": "tests/issue/test_translation.py",
    "did you mean \0? A token of your own": "followed as 'did you mean'",
    "check the indentation and the quotes above it": "for what no slip is known of",
    r"write (\d{4}": "no hint, but what knows one that says a day or a time: tests/checks/test_mends.py",
}


def hints_in_the_source() -> Iterator[tuple[str, list[str]]]:
    """Each text that begins as a hint does: where it stands, and its literal pieces."""
    root = Path(composer.__file__).parent
    files = [
        file
        for name in OF_THE_LOADER
        for file in ([root / name] if "." in name else sorted((root / name).rglob("*.py")))
    ]
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        passed = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for whole in ast.walk(tree):
            if isinstance(whole, ast.JoinedStr):
                passed |= {id(part) for part in ast.walk(whole) if part is not whole}
        for node in ast.walk(tree):
            pieces = [] if id(node) in passed else _pieces(node)
            for part in "".join(pieces).split("; "):
                if BEGINS_A_HINT.match(part) and " " in part:
                    yield f"{file.relative_to(root)}:{getattr(node, 'lineno', 0)}", part.split("\0")


def _pieces(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return [str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts]


def test_every_hint_of_the_loader_is_followed_or_has_a_reason() -> None:
    said = [slip.said for slip in FOLLOWED] + [f"write {right}" for right, _, _ in WRITTEN]
    unheld, reasons = [], set()
    for place, pieces in hints_in_the_source():
        words = max(pieces, key=len).strip()
        reason = next((each for each in NOT_FOLLOWED if "\0".join(pieces).startswith(each)), None)
        reasons.add(reason)
        if reason is None and not any(words in one or one.strip() in words for one in said):
            unheld.append(f"{place} {pieces}")
    assert unheld == []
    assert NOT_FOLLOWED.keys() - reasons == set()
