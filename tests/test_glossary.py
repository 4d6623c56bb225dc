"""docs/glossary.md is complete and true: held against the names of the public classes, in both directions."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPOSER = ROOT / "composer"
GLOSSARY = ROOT / "docs" / "glossary.md"

STAGES = ("issue", "edition", "checks", "message", "audience", "database", "delivery", "feedback")
"""What stands here is the language of the house; what a server, a page or a command shows is words of its own."""

SAME_NAME: Mapping[str, str] = {
    "Card": "a story beside others in an issue; a card on a page of the site",
    "DeliveryRecord": "one delivery as a row was read: of a person, and of a mailing",
    "Outcome": "of a delivery; of the demo, which is no part of the product's language",
    "Page": "a page of HTML that the checks read; a file that is one article in Markdown",
    "Words": "of a page of the site in one language; of an imported paragraph",
}
"""Name that several classes have → why it may: in rooms that never meet it would only be longer."""


@cache
def public_classes() -> Mapping[str, tuple[Path, ...]]:
    """Name → the modules that define it, from composer/ on."""
    found = defaultdict(list)
    for module in sorted(COMPOSER.rglob("*.py")):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module.relative_to(COMPOSER))
    return {name: tuple(modules) for name, modules in found.items()}


@cache
def public_names() -> frozenset[str]:
    """Classes, and what else a module shows under a name in capitals: type aliases."""
    aliases = set()
    for module in COMPOSER.rglob("*.py"):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                aliases |= {one.id for one in targets if isinstance(one, ast.Name)}
    return frozenset(aliases | public_classes().keys())


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading ("" for the first one), without its head."""
    text = GLOSSARY.read_text(encoding="utf-8")
    sections = re.split(r"^## (.+)$", "## \n" + text, flags=re.MULTILINE)
    section = dict(zip(["", *sections[1::2]], sections[0::2], strict=True))[heading]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def in_code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def said_classes() -> list[str]:
    """Every class and ending that the glossary names."""
    cells = [row[2] for row in rows("")] + [row[0] for row in rows("Endings")]
    cells += [row[1] for row in rows("Words of one folder")]
    return [name for cell in cells for name in in_code(cell) if re.fullmatch(r"…?[A-Z]\w+", name)]


def test_every_class_of_the_stages_is_in_the_glossary() -> None:
    named = said_classes()
    endings = tuple(name[1:] for name in named if name.startswith("…"))
    missing = {
        name: [str(module) for module in modules]
        for name, modules in public_classes().items()
        if any(module.parts[0] in STAGES for module in modules)
        if name not in named and not name.endswith(endings)
    }
    assert missing == {}, "name it in docs/glossary.md: a word of the house, or a word of one folder"


def test_every_class_of_the_glossary_exists() -> None:
    gone = [
        name
        for name in said_classes()
        if not (any(one.endswith(name[1:]) for one in public_classes()) if name[0] == "…" else name in public_names())
    ]
    assert gone == [], "renamed or left out in the code: docs/glossary.md follows"


def test_every_file_of_the_glossary_exists() -> None:
    files = [name for row in rows("") for name in in_code(row[2]) if "/" in name]
    assert files
    assert [name for name in files if not (COMPOSER / name).is_file()] == []


def test_every_word_has_its_place_in_the_code() -> None:
    assert [row[0] for row in rows("") if not in_code(row[2])] == []


def test_a_class_is_named_once() -> None:
    named = said_classes()
    assert sorted({name for name in named if named.count(name) > 1} - SAME_NAME.keys()) == []


@pytest.mark.parametrize(("folder", "words"), rows("Words of one folder"), ids=lambda cell: cell.split("`")[1])
def test_the_words_of_a_folder_are_in_it(folder: str, words: str) -> None:
    (place,) = in_code(folder)
    assert (COMPOSER / place).is_dir()
    for name in in_code(words):
        if re.fullmatch(r"[A-Z]\w+", name):
            assert any(str(module).startswith(place) for module in public_classes()[name]), name


def test_one_name_is_one_class() -> None:
    several = {name: modules for name, modules in public_classes().items() if len(modules) > 1}
    assert {name: [str(module) for module in several[name]] for name in several.keys() - SAME_NAME.keys()} == {}
    assert SAME_NAME.keys() - several.keys() == set(), "no longer needed here"
