"""The tokens of a theme: colours, fonts and sizes, from ``theme.yaml`` and the newsletter's overrides.

Enters: template folders, ``newsletter.theme``. Leaves: a mapping for templates. A token of the project's own
``theme.yaml`` replaces the shipped one of that name; the newsletter's overrides come last and may only change
tokens that exist, a colour by a colour and a number by a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from composer.errors import EditionError, Position, Problem, TemplateError
from composer.issue.problems import nearest
from composer.issue.source import Source
from composer.issue.tree import Entry
from composer.issue.yaml import read_yaml

Token = str | int | float

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BREAKS_CSS = re.compile(r"[;{}<>\\\x00-\x1f]|/\*")
"""What would end a declaration, a rule, or the style tag."""


def load_theme(folders: Sequence[Path], overrides: Mapping[str, Token], source: Source) -> Mapping[str, Token]:
    """The tokens by name. TemplateError for a wrong ``theme.yaml``, EditionError for wrong overrides."""
    tokens: dict[str, Token] = {}
    for folder in reversed(folders):
        file = folder / "theme.yaml"
        if file.is_file():
            tokens |= _read_tokens(file, file.read_bytes())
    problems = list(_override_problems(tokens, overrides, source))
    if problems:
        raise EditionError(problems)
    return tokens | {name: _token(str(value)) for name, value in overrides.items()}


def _token(text: str) -> Token:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _kind(token: Token) -> str:
    if isinstance(token, int | float):
        return "a number"
    return "a colour such as #1a2b3c" if _COLOUR.fullmatch(token) else "a text"


def _override_problems(
    tokens: Mapping[str, Token], overrides: Mapping[str, Token], source: Source
) -> Iterator[Problem]:
    for name, value in overrides.items():
        path = ("theme", name)
        if name not in tokens:
            hint = nearest(name, tokens) or f"the tokens are {', '.join(tokens)}"
            yield Problem(source.key_position(path), f"the theme has no token {name!r}", hint)
            continue
        wanted = _kind(tokens[name])
        if _kind(_token(str(value))) != wanted:
            yield Problem(source.position(path), f"{value!r} cannot replace {tokens[name]!r}", f"write {wanted}")
        elif _BREAKS_CSS.search(str(value)):
            yield Problem(source.position(path), f"{value!r} would break the styles", "leave out ; { } < > and \\")


@lru_cache(maxsize=32)
def _read_tokens(file: Path, data: bytes) -> Mapping[str, Token]:
    return MappingProxyType({name: _token(text) for name, text in read_flat_yaml(file, data).items()})


@lru_cache(maxsize=128)
def read_flat_yaml(file: Path, data: bytes) -> Mapping[str, str]:
    """A file of ``name: text`` lines. TemplateError with the line of everything else."""
    tree, problems = read_yaml(data, file=file)
    content = tree.content if tree is not None else None
    if not isinstance(content, dict):
        raise TemplateError(problems or [Problem(Position(file, 1, 1), "must be lines of name: text")])
    texts: dict[str, str] = {}
    for name, entry in content.items():
        if (wrong := _wrong_entry(name, entry)) is not None:
            problems.append(wrong)
        elif isinstance(entry.node.content, str):
            texts[name] = entry.node.content
    if problems:
        raise TemplateError(problems)
    return MappingProxyType(texts)


def _wrong_entry(name: str, entry: Entry) -> Problem | None:
    if not _NAME.fullmatch(name):
        return Problem(entry.position, f"{name!r} cannot be a name", "use small letters, digits and _")
    if not isinstance(entry.node.content, str):
        return Problem(entry.node.position, f"{name} must be one text", f"write {name}: value")
    return None
