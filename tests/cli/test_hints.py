"""Every command that a message or a guide tells people to type is one that works."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer

from composer.cli.main import COMMANDS, build_app

ROOT = Path(__file__).parents[2]
HINT = re.compile(r"(?:`|: |: ?\n *|^)newsletter ([a-z][a-z-]*)([^`;.,\n)]*)", re.MULTILINE)


PROSE = {"needs"}


@functools.cache
def hints() -> Sequence[tuple[str, str, str]]:
    """File, command, and the words after it."""
    return [hint for hint in _hints() if hint[1] not in PROSE]


def _hints() -> Iterator[tuple[str, str, str]]:
    for file in sorted((ROOT / "composer").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
                yield from _found(file, "".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from _found(file, node.value)
    for guide in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield from _found(guide, guide.read_text(encoding="utf-8"))


def _found(file: Path, text: str) -> Iterator[tuple[str, str, str]]:
    for hint in HINT.finditer(text):
        yield str(file.relative_to(ROOT)), hint[1], hint[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_people_are_told_to_type_is_there(name: str) -> None:
    command = typer.main.get_command(build_app([name])).commands[name]  # type: ignore[attr-defined]
    for file, told, rest in hints():
        if told != name:
            continue
        group = getattr(command, "commands", {})
        words = rest.split()
        if group and words and words[0].isalpha() and words[0].islower():
            assert words[0] in group, f"{file}: newsletter {told} {words[0]}"
        asked = group.get(words[0], command) if words else command
        known = {option for parameter in asked.params for option in parameter.opts} | {"--help"}
        used = {word.partition("=")[0].rstrip(":’'\"") for word in words if word.startswith("--") and len(word) > 2}
        assert used <= known, f"{file}: newsletter {told}{rest}"


def test_no_command_is_told_that_is_not_there() -> None:
    assert {(file, told) for file, told, _ in hints() if told not in COMMANDS} == set()
