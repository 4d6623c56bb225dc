"""What an editor accepts and refuses is what the loader does: the same samples, judged by both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from composer import shipped
from composer.errors import IssueError
from composer.issue import load_issue, load_newsletter
from composer.issue.schema import SchemaName, schema_of
from tests.support.authoring import NEWSLETTER, issue_of, png, write_issue

EDITORS = {
    name: Draft202012Validator(schema_of(name), format_checker=Draft202012Validator.FORMAT_CHECKER)
    for name in SchemaName
}


class _AsEditorsRead(SafeConstructor):
    """YAML 1.2, whose values are texts, numbers, true and false: a day is a text."""


_AsEditorsRead.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def editor_accepts(text: str, name: SchemaName = SchemaName.ISSUE) -> bool:
    """What an editor says of a file."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _AsEditorsRead
    return EDITORS[name].is_valid(yaml.load(text))


def loader_accepts(folder: Path, text: str, *, french: str | None = None) -> bool:
    names = re.findall(r"file: ['\"]?([\w.-]+)", text)
    files: dict[str, str | bytes] = {name: png() for name in names}
    if french is not None:
        files["issue.fr.yaml"] = french
    try:
        load_issue(write_issue(folder, text, files=files))
    except IssueError:
        return False
    return True


def block(text: str) -> str:
    return issue_of(text)


HEAD = "subject: {}\npreheader: P\ndate: {}\n{}blocks:\n  - block: divider\n"

ACCEPTED = [
    HEAD.format("2020", "2020-03-31", ""),
    HEAD.format("1.10", '"2020-03-31"', "number: 3\n"),
    HEAD.format("yes", "2020-03-31", 'number: "03"\ntitle:\n'),
    HEAD.format('"no: really"', "2020-02-29", "title: true\nlists: [a, 2]\n"),
    HEAD.format("|\n  one line", "2020-03-31", "language: fr\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T, 2020], sample: 20%}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T], sample: 500}\n"),
    block("- {block: article, title: 24, body: 7, lead: true}"),
    block("- {block: article, title: T, body: B, lead: yes, layout: left}"),
    block("- {block: button, label: L, url: '#agenda'}"),
    block("- {block: button, label: L, url: '{{ links.browser }}'}"),
    block("- {block: image, picture: {file: a.png, alt: ''}}"),
    block("- {block: agenda, title: T, entries: [{date: 2020-04-07, time: 9:05, title: T, timezone: Europe/Paris}]}"),
    block("- {block: events, title: T, events: [{date: 2020-04-07, until: , title: T, link: }]}"),
    block("- {block: text, id: a-1, body: B}"),
]

REFUSED = [
    "{}",
    "subject: S\npreheader: P\ndate: 2020-03-31\n",
    HEAD.format("S", "2020-03-31", "").replace("subject", "subjekt"),
    HEAD.format("[a]", "2020-03-31", ""),
    HEAD.format("", "2020-03-31", ""),
    HEAD.format('" "', "2020-03-31", ""),
    HEAD.format("|\n  two\n  lines", "2020-03-31", ""),
    HEAD.format("x" * 501, "2020-03-31", ""),
    HEAD.format("S", "31.3.2020", ""),
    HEAD.format("S", "2020-02-30", ""),
    HEAD.format("S", "2020", ""),
    HEAD.format("S", "2020-03-31", "number: 0\n"),
    HEAD.format("S", "2020-03-31", "number: three\n"),
    HEAD.format("S", "2020-03-31", "language: English\n"),
    HEAD.format("S", "2020-03-31", "lists: members\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T]}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [], sample: 20%}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T, U, V, W], sample: 20%}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T], sample: 120%}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T], sample: 0}\n"),
    HEAD.format("S", "2020-03-31", "subject_test: {subjects: [T], sample: half}\n"),
    issue_of("").replace("blocks:\n", "blocks: []\n"),
    block("- text"),
    block("- {body: B}"),
    block("- {block: txt, body: B}"),
    block("- {block: text}"),
    block("- {block: text, body: }"),
    block("- {block: text, body: B, titel: T}"),
    block("- {block: text, body: B, id: A b}"),
    block("- {block: article, title: T, body: B, layout: centre}"),
    block("- {block: article, title: T, body: B, layout: }"),
    block("- {block: article, title: T, body: B, lead: perhaps}"),
    block("- {block: button, label: L, url: example.org}"),
    block("- {block: image, picture: a.png}"),
    block("- {block: agenda, title: T, entries: []}"),
    block("- {block: agenda, title: T, entries: [{date: 2020-04-07, time: '25:00', title: T}]}"),
    block("- {block: agenda, title: T, entries: [{date: 2020-04-07, time: '11.30', title: T}]}"),
    block("- {block: agenda, title: T, entries: [{date: 2020-04-07, timezone: Europe/Pari, title: T}]}"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_both_accept(tmp_path: Path, text: str) -> None:
    assert loader_accepts(tmp_path, text)
    assert editor_accepts(text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_both_refuse(tmp_path: Path, text: str) -> None:
    assert not loader_accepts(tmp_path, text)
    assert not editor_accepts(text)


@pytest.mark.parametrize(
    "sample", sorted(shipped.TEMPLATES.glob("blocks/*/sample.yaml")), ids=lambda file: file.parent.name
)
def test_the_sample_of_every_block_is_accepted_by_both(tmp_path: Path, sample: Path) -> None:
    first, *lines = sample.read_text(encoding="utf-8").splitlines()
    text = block("\n".join([f"- {first}", *(f"  {line}" for line in lines)]))
    assert loader_accepts(tmp_path, text)
    assert editor_accepts(text)


@pytest.mark.parametrize(
    "french",
    [
        "subject: Printemps\n",
        "blocks:\n  - {}\n  - title: Titre\n",
        "blocks:\n  - {id: one, body: Texte}\n",
        "blocks:\n  - {block: text, body: Texte}\n",
    ],
)
def test_translations_that_both_accept(tmp_path: Path, french: str) -> None:
    base = block("- {block: text, id: one, body: B}\n- {block: article, title: T, body: B}")
    assert loader_accepts(tmp_path, base, french=french)
    assert editor_accepts(french, SchemaName.TRANSLATION)


@pytest.mark.parametrize(
    "french", ["subjekt: P\n", "blocks:\n  - {}\n  - titel: T\n", "date: soon\n", "blocks: none\n"]
)
def test_translations_that_both_refuse(tmp_path: Path, french: str) -> None:
    base = block("- {block: text, id: one, body: B}\n- {block: article, title: T, body: B}")
    assert not loader_accepts(tmp_path, base, french=french)
    assert not editor_accepts(french, SchemaName.TRANSLATION)


@pytest.mark.parametrize(
    ("change", "is_right"),
    [
        ("", True),
        ("theme: {width: 640, accent: '#0b5fff', dark: true}\n", True),
        ("lists: [members]\ncontact: 5\n", True),
        ("tagline:\n", True),
        ("fields: {city: Where they live, age: {meaning: How old, type: number}, born: 5}\n", True),
        ("fields: {member: {meaning: M, type: yes/no}, size: {meaning: M, type: choice, choices: [S, 2]}}\n", True),
        ("fields: {age: {type: number}}\n", False),
        ("fields: {age: {meaning: M, type: nummer}}\n", False),
        ("fields: {age: [number]}\n", False),
        ("langages: [en]\n", False),
        ("website: example.org\n", False),
        ("logo: logo.png\n", False),
        ("list_id: [a]\n", False),
    ],
)
def test_a_publication_is_judged_alike(tmp_path: Path, change: str, is_right: bool) -> None:
    key = change.partition(":")[0]
    text = re.sub(rf"^{key}:.*\n(?:[ ].*\n)*", "", NEWSLETTER, flags=re.MULTILINE) + change if change else NEWSLETTER
    folder = write_issue(tmp_path, newsletter=text)
    try:
        load_newsletter(folder.parent)
        loaded = True
    except IssueError:
        loaded = False
    assert loaded is is_right
    assert editor_accepts(text, SchemaName.NEWSLETTER) is is_right
