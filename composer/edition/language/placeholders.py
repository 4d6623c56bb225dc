"""Names in braces, {number}, stand in the fixed words of templates for what is put in; every language has the same.

Enters: the words of a locale's file and those of the shipped English. Leaves: TemplateError with each placeholder that
no template fills and each name that is a misspelling, at its place; and, as values, those that a text lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from composer.edition.language.flat_yaml import read_placed_texts
from composer.errors import Position, Problem, TemplateError
from composer.issue.nearest import nearest


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces of a text that is right, in order."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name is not None))


def shown_with_placeholders(name: str, text: str) -> str:
    """Write the name of a text, and behind it what must stand in it: issue_number {number}."""
    return " ".join((name, *(f"{{{each}}}" for each in placeholders(text))))


def check_placeholders(file: Path, data: bytes, *, english: Mapping[str, str], is_translation: bool) -> None:
    """Judge the words of one file. TemplateError, with everything that would fail or be overlooked.

    A project's own English may have names of its own, for its own templates; a translation has none but those.
    """
    problems: list[Problem] = []
    for name, (text, source) in read_placed_texts(file, data).items():
        if name not in english:
            if is_translation and (near := nearest(name, english)):
                problems.append(Problem(source.key_position((name,)), f"no template has the words {name!r}", near))
            continue
        for offset, message, hint in _wrong(text, placeholders(english[name])):
            problems.append(Problem(source.position_in((name,), text, offset), message, hint))
    if problems:
        raise TemplateError(problems)


def _wrong(text: str, known: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    names = " and ".join(f"{{{name}}}" for name in known)
    what = f"write {names}" if known else "delete it; nothing is put into this text"
    for found in re.finditer(r"\{\{|\}\}|\{([^{}]*)\}|[{}]", text):
        if found[0] in ("{{", "}}") or found[1] in known:
            continue
        if len(found[0]) == 1:
            yield (
                found.start(),
                f"a single {found[0]} has no partner",
                f"a brace itself is written {found[0] * 2}; {what}",
            )
        else:
            yield found.start(), f"nothing is put in for {found[0]}", what


def lacking(file: Path, data: bytes, *, english: Mapping[str, str]) -> Iterator[tuple[Position, str, str]]:
    """Yield place, name and placeholder of each text that leaves out what is put in."""
    for name, (text, source) in read_placed_texts(file, data).items():
        for each in placeholders(english.get(name, "")):
            if each not in placeholders(text):
                yield source.position((name,)), name, each
