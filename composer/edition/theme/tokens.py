"""A theme is loaded: the folders that its files come from, and its tokens, which are colours, fonts and sizes.

Enters: template folders, and the overrides of the newsletter and the issue. Leaves: a Theme. A theme is a folder
``themes/<name>/`` with a ``theme.yaml`` and any files that it has instead of the common ones, in each template
folder. What is found first is used::

    templates/themes/<name>/       the project's files for this theme
    templates/                     the project's for any theme
    <shipped>/themes/<name>/       the shipped theme's
    <shipped>/                     what all themes share

The ``theme.yaml`` of all four are laid over each other token by token; the newsletter's overrides and then the
issue's come last, and may only change tokens that exist, a colour by a colour and a number by a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from composer.edition.language.flat_yaml import read_flat_yaml
from composer.errors import EditionError, Problem
from composer.issue.problems import advice, nearest
from composer.issue.source import Source

Token = str | int | float

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BREAKS_CSS = re.compile(r"[;{}<>\\\x00-\x1f]|/\*")
"""What would end a declaration, a rule, or the style tag."""


DEFAULT_THEME = "gazette"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What an author changes about the theme: its name, and tokens; ``source`` knows the lines."""

    values: Mapping[str, Token]
    source: Source

    @property
    def tokens(self) -> Mapping[str, Token]:
        """The tokens that are changed: all values but the theme's name."""
        return {name: value for name, value in self.values.items() if name != "name"}


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, ready for templates. ``folders`` are in order of precedence."""

    name: str
    folders: tuple[Path, ...]
    tokens: Mapping[str, Token]


def load_theme(folders: Sequence[Path], *overrides: Overrides) -> Theme:
    """Load the theme that the last of ``overrides`` names. TemplateError for a wrong ``theme.yaml``, EditionError for
    wrong overrides."""
    name = _chosen_theme(folders, overrides)
    layers = tuple(layer for folder in folders for layer in (folder / "themes" / name, folder))
    tokens: dict[str, Token] = {}
    for folder in reversed(layers):
        file = folder / "theme.yaml"
        if file.is_file():
            tokens |= _read_tokens(file, file.read_bytes())
    problems = [problem for own in overrides for problem in _override_problems(tokens, own)]
    if problems:
        raise EditionError(problems)
    for own in overrides:
        tokens |= {token: _token(str(value)) for token, value in own.tokens.items()}
    return Theme(name, layers, tokens)


def theme_names(folders: Sequence[Path]) -> tuple[str, ...]:
    """Name the themes that exist, sorted, the default one first."""
    found = {file.parent.name for folder in folders for file in folder.glob("themes/*/theme.yaml")}
    return (DEFAULT_THEME, *sorted(found - {DEFAULT_THEME}))


def _chosen_theme(folders: Sequence[Path], overrides: Sequence[Overrides]) -> str:
    for own in reversed(overrides):
        if "name" not in own.values:
            continue
        name, names = str(own.values["name"]), theme_names(folders)
        if name in names:
            return name
        place = own.source.position(("theme", "name"))
        raise EditionError([Problem(place, f"there is no theme {name!r}", advice(name, names, _listed(names)))])
    return DEFAULT_THEME


def is_colour(token: Token) -> bool:
    """Tell whether it is written like ``#1a2b3c`` or ``#1bc``; a ``theme.yaml`` may name colours in other ways."""
    return isinstance(token, str) and _COLOUR.fullmatch(token) is not None


def _listed(names: Sequence[str]) -> str:
    return f"the themes are {', '.join(names)}"


def _token(text: str) -> Token:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _kind(token: Token) -> str:
    if isinstance(token, int | float):
        return "a number"
    return "a colour such as #1a2b3c" if is_colour(token) else "a text"


def _override_problems(tokens: Mapping[str, Token], own: Overrides) -> Iterator[Problem]:
    for name, value in own.tokens.items():
        path = ("theme", name)
        if name not in tokens:
            hint = nearest(name, tokens) or f"the tokens are {', '.join(tokens)}"
            yield Problem(own.source.key_position(path), f"the theme has no token {name!r}", hint)
            continue
        wanted = _kind(tokens[name])
        if _kind(_token(str(value))) != wanted:
            yield Problem(own.source.position(path), f"{value!r} cannot replace {tokens[name]!r}", f"write {wanted}")
        elif wanted == "a number" and float(str(value)) < 0:
            yield Problem(own.source.position(path), f"{name} cannot be below 0", f"it was {tokens[name]}")
        elif _BREAKS_CSS.search(str(value)):
            yield Problem(own.source.position(path), f"{value!r} would break the styles", "leave out ; { } < > and \\")


@lru_cache(maxsize=32)
def _read_tokens(file: Path, data: bytes) -> Mapping[str, Token]:
    return MappingProxyType({name: _token(text) for name, text in read_flat_yaml(file, data).items()})
