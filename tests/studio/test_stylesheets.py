"""The rooms of the studio keep out of each other's way: no rule of one touches what another draws.

What stands in a sheet of ``browser/styles/`` is for all of them. A rule in a room's own sheet names at least one
class or id that no other sheet names, so it reaches nothing but that room's elements; and no room uses a class that
only another room has given a look.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from pathlib import Path

import tinycss2
import tinycss2.ast

import composer.studio

BROWSER = Path(composer.studio.__file__).with_name("browser")
SHEETS = {path.relative_to(BROWSER): path.read_text(encoding="utf-8") for path in BROWSER.rglob("*.css")}
SOURCES = {path.relative_to(BROWSER): path.read_text(encoding="utf-8") for path in BROWSER.rglob("*.ts*")}

_CLASSES = re.compile(r"""\bclass(?:=|: ?)\{?(?:"([^"]*)"|`([^`]*)`)""")

Names = frozenset[str]


def selectors(text: str) -> Iterator[tuple[str, Names]]:
    """Every selector of a sheet, those of media and container rules too, with the classes and ids that it asks for."""
    yield from _selectors(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def _selectors(rules: list[tinycss2.ast.Node]) -> Iterator[tuple[str, Names]]:
    for rule in rules:
        if rule.type == "at-rule" and rule.content is not None and "keyframes" not in rule.lower_at_keyword:
            yield from _selectors(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        if rule.type == "qualified-rule":
            part: list[tinycss2.ast.Node] = []
            for node in [*rule.prelude, tinycss2.ast.LiteralToken(0, 0, ",")]:
                if node == ",":
                    yield tinycss2.serialize(part).strip(), frozenset(_names(part))
                    part = []
                else:
                    part.append(node)


def _names(nodes: list[tinycss2.ast.Node]) -> Iterator[str]:
    for before, node in zip([None, *nodes], nodes, strict=False):
        if node.type == "hash":
            yield f"#{node.value}"
        elif node.type == "ident" and before is not None and before == ".":
            yield f".{node.value}"
        elif node.type == "function" and node.lower_name != "not":
            yield from _names(node.arguments)


def room(path: Path) -> str:
    """The room that a file belongs to; empty for what is for all of them."""
    return path.parts[0] if len(path.parts) > 1 and path.parts[0] != "styles" else ""


def test_a_rule_of_one_room_reaches_nothing_of_another() -> None:
    named: dict[str, Set[str]] = defaultdict(set)
    for path, text in SHEETS.items():
        for _, names in selectors(text):
            for name in names:
                named[name] |= {room(path)}
    at_large = {
        f"{path}: {selector}"
        for path, text in SHEETS.items()
        if room(path)
        for selector, names in selectors(text)
        if not any(named[name] == {room(path)} for name in names)
    }
    assert at_large == set()


def test_no_room_borrows_a_class_from_another() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for path, text in SHEETS.items():
        for _, names in selectors(text):
            for name in names:
                owners[name].add(room(path))
    borrowed = {
        f"{path}: {name} is of {', '.join(sorted(owners[f'.{name}']))}"
        for path, text in SOURCES.items()
        for match in _CLASSES.finditer(text)
        for name in re.sub(r"\$\{[^}]*\}", " ", match[1] or match[2] or "").split()
        if owners[f".{name}"] and not owners[f".{name}"] & {"", room(path)} and room(path)
    }
    assert borrowed == set()


def test_the_page_knows_every_colour_that_the_sheets_ask_for() -> None:
    text = "".join(SHEETS.values())
    told = "".join(SOURCES.values()) + text
    asked = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert {name for name in asked if not re.search(rf"{name}[\"']?\s*[:,]", told)} == set()


def test_every_token_is_asked_for() -> None:
    tokens = set(re.findall(r"^\s*(--[\w-]+):", SHEETS[Path("styles", "tokens.css")], re.MULTILINE))
    assert tokens
    assert tokens - set(re.findall(r"var\((--[\w-]+)", "".join(SHEETS.values()))) == set()
