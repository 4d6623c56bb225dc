"""A theme is loaded: the folders that its files come from, and its tokens, which are colours, fonts and sizes.

Enters: template folders, and the overrides of the newsletter and the issue. Leaves: a Theme. A theme is a folder
``themes/<name>/`` with a ``theme.yaml`` and any files that it has instead of the common ones, in each template
folder. What is found first is used::

    templates/themes/<name>/       the project's files for this theme
    templates/                     the project's for any theme
    <shipped>/themes/<name>/       the shipped theme's
    <shipped>/                     what all themes share

The ``theme.yaml`` of all four are laid over each other token by token, and bring the fonts along that they declare;
the newsletter's overrides and then the issue's come last, and may only change tokens that exist, a colour by a colour
and a number by a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from composer import shipped
from composer.edition.language.flat_yaml import read_flat_yaml
from composer.edition.theme.token_values import (
    MEASURED_WITH,
    Token,
    as_hex,
    is_colour,
    kind_of,
    too_close,
    wrong_text,
    wrong_value,
)
from composer.edition.theme.web_fonts import DeclaredFont, fonts_in_theme
from composer.errors import EditionError, Position, Problem, TemplateError
from composer.issue.inside import leads_outside, unusable
from composer.issue.nearest import advice, nearest, nearest_mend
from composer.issue.source import Source
from composer.issue.tree import Entry, Node, source_of
from composer.issue.yaml.read import read_yaml

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

DEFAULT_THEME = "gazette"
THEME_FILE = "theme.yaml"
"""What the file of a theme's tokens is called."""


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
    """A theme, ready for templates. ``folders`` and ``fonts`` are in order of precedence."""

    name: str
    folders: tuple[Path, ...]
    tokens: Mapping[str, Token]
    fonts: tuple[DeclaredFont, ...] = ()


def load_theme(folders: Sequence[Path], *overrides: Overrides) -> Theme:
    """Load the theme that the last of ``overrides`` names. TemplateError for a wrong ``theme.yaml``, EditionError for
    wrong overrides."""
    name = _chosen_theme(folders, overrides)
    tokens: dict[str, Token] = {}
    fonts: tuple[DeclaredFont, ...] = ()
    wrong: list[Problem] = []
    for root, layer in reversed(_layers(folders, name)):
        file = layer / "theme.yaml"
        if layer != root and layer.is_dir() and leads_outside(layer, root):
            words = f"this is a link to a folder outside {root}"
            wrong.append(Problem(Position(layer, 1, 1), words, "copy the folder"))
        elif file.is_file():
            problem = unusable(file, root)
            if problem is not None:
                wrong.append(problem)
                continue
            if tokens and root != shipped.TEMPLATES:
                wrong += _file_problems(tokens, _as_overrides(file))
            tokens |= _with_hex(tokens, _read_tokens(file, file.read_bytes()))
            declared, mistakes = _read_fonts(file)
            fonts = declared + fonts
            wrong += mistakes
    wrong += [] if wrong else _measures(tokens, theme_files(folders, name))
    if wrong:
        raise TemplateError(wrong)
    problems = [problem for own in overrides for problem in _override_problems(tokens, own)]
    if problems:
        raise EditionError(problems)
    for own in overrides:
        tokens |= {token: as_token(str(value)) for token, value in own.tokens.items()}
    problems = list(_measures(tokens, overrides[::-1]))
    if problems:
        raise EditionError(problems)
    return Theme(name, tuple(layer for _, layer in _layers(folders, name)), tokens, fonts)


def _with_hex(tokens: Mapping[str, Token], said: Mapping[str, Token]) -> dict[str, Token]:
    """Write what replaces a colour as mails have colours."""
    return {
        name: (as_hex(str(value)) or value) if name in tokens and is_colour(tokens[name]) else value
        for name, value in said.items()
    }


def _layers(folders: Sequence[Path], name: str) -> list[tuple[Path, Path]]:
    """Name the folders that a theme's files come from, strongest first, each behind the template folder it lies in."""
    return [(root, layer) for root in folders for layer in (root / "themes" / name, root)]


def theme_files(folders: Sequence[Path], name: str) -> tuple[Overrides, ...]:
    """Read what the project's own ``theme.yaml`` files say, strongest first, with the lines."""
    files = [layer / "theme.yaml" for root, layer in _layers(folders, name) if root != shipped.TEMPLATES]
    return tuple(_as_overrides(file) for file in files if file.is_file())


def own_theme_files(folders: Sequence[Path], name: str | None = None) -> dict[str, Path]:
    """Find the project's own files of tokens that can be used, of all themes or of one, strongest first.

    Each is called by its place beside the newsletter: ``templates/themes/mine/theme.yaml``.
    """
    found: dict[str, Path] = {}
    for root in folders:
        if root == shipped.TEMPLATES:
            continue
        layers = sorted(root.glob("themes/*")) if name is None else [root / "themes" / name]
        for file in (layer / THEME_FILE for layer in (*layers, root)):
            if file.is_file() and unusable(file, root) is None:
                found.setdefault(f"{root.name}/{file.relative_to(root).as_posix()}", file)
    return found


def unused_tokens(folders: Sequence[Path], name: str) -> Iterator[Position]:
    """Find the project's own tokens that none of its templates and style sheets names: slips, or left over."""
    shipped_ones = load_theme((shipped.TEMPLATES,)).tokens
    files = theme_files(folders, name)
    own = {token for file in files for token in file.tokens} - shipped_ones.keys()
    if not own:
        return
    sources = [file for root in folders if root != shipped.TEMPLATES for file in root.rglob("*.*") if file.is_file()]
    texts = [file.read_text("utf-8", errors="replace") for file in sources if file.suffix in (".j2", ".css")]
    used = {token for token in own if any(re.search(rf"\b{token}\b", text) for text in texts)}
    for file in files:
        yield from (file.source.key_position(("theme", token)) for token in file.tokens if token in own - used)


def _as_overrides(file: Path) -> Overrides:
    data = file.read_bytes()
    tree, _ = read_yaml(data, file=file)
    if tree is None:
        return Overrides({}, Source(file))
    root = Node(tree.position, {"theme": Entry(tree.position, tree)})
    return Overrides(_read_tokens(file, data), source_of(root, file=file))


def _file_problems(tokens: Mapping[str, Token], own: Overrides) -> Iterator[Problem]:
    """Tell what is wrong in a ``theme.yaml``, which may have tokens of its own and colours in any of CSS's forms."""
    if "name" in own.values:
        hint = f"a theme is chosen in newsletter.yaml, by theme: {{name: {own.values['name']}}}; delete the line"
        yield Problem(own.source.key_position(("theme", "name")), "a theme's name is that of its folder", hint)
    for name, value in own.tokens.items():
        place = own.source.position(("theme", name))
        if name in tokens:
            wrong = wrong_value(name, value, tokens[name])
        else:
            near = get_close_matches(name, tokens, n=1, cutoff=0.8)
            if near and near[0] not in own.tokens:
                hint = f"did you mean {near[0]!r}? A token of your own needs a name that is no slip of that one"
                yield Problem(own.source.key_position(("theme", name)), f"the themes have no token {name!r}", hint)
                continue
            wrong = wrong_text(value)
        if wrong:
            yield Problem(place, *wrong)


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
        hint, mend = advice(name, names, _listed(names)), nearest_mend(name, names)
        raise EditionError([Problem(place, f"there is no theme {name!r}", hint, mend)])
    return DEFAULT_THEME


def _listed(names: Sequence[str]) -> str:
    return f"the themes are {', '.join(names)}"


def as_token(text: str) -> Token:
    """Read what is written for a token: a number where it is one, else the text."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _override_problems(tokens: Mapping[str, Token], own: Overrides) -> Iterator[Problem]:
    for name, value in own.tokens.items():
        path = ("theme", name)
        if name not in tokens:
            hint = nearest(name, tokens) or f"the tokens are {', '.join(tokens)}"
            mend = nearest_mend(name, tokens)
            yield Problem(own.source.key_position(path), f"the theme has no token {name!r}", hint, mend)
            continue
        wanted = kind_of(tokens[name])
        if kind_of(as_token(str(value))) != wanted:
            meant = as_hex(str(value)) if wanted.startswith("a colour") else None
            hint = f"write {wanted}" + (f": {value} is {meant}" if meant else "")
            yield Problem(own.source.position(path), f"{value!r} cannot replace {tokens[name]!r}", hint)
        elif wanted == "a number" and float(str(value)) < 0:
            yield Problem(own.source.position(path), f"{name} cannot be below 0", f"it was {tokens[name]}")
        elif wrong := wrong_value(name, as_token(str(value)), tokens[name]):
            yield Problem(own.source.position(path), *wrong)


def _measures(tokens: Mapping[str, Token], given: Sequence[Overrides]) -> Iterator[Problem]:
    """Tell of measures that do not go together where the strongest of ``given`` says one of them."""
    for name, words, hint in too_close(tokens):
        beside = MEASURED_WITH[name]
        for own in given:
            said = next((one for one in (name, beside) if one in own.tokens), None)
            if said:
                yield Problem(own.source.position(("theme", said)), words, hint)
                break


@lru_cache(maxsize=32)
def _read_tokens(file: Path, data: bytes) -> Mapping[str, Token]:
    return MappingProxyType({name: as_token(text) for name, text in read_flat_yaml(file, data, but="fonts").items()})


def _read_fonts(file: Path) -> tuple[tuple[DeclaredFont, ...], list[Problem]]:
    tree, _ = read_yaml(file.read_bytes(), file=file)
    return fonts_in_theme(tree, file=file) if tree is not None else ((), [])


def text_width(tokens: Mapping[str, Token]) -> int:
    """Return the width of running text in a theme, which pictures in it have at most."""
    width, gutter = (tokens.get(name, usual) for name, usual in (("width", 640), ("gutter", 24)))
    return int(width) - 2 * int(gutter)


def plates(tokens: Mapping[str, Token]) -> dict[str, str]:
    """Return a theme's grounds for drawings: its paper, and its loud panel where that is dark, else its ink."""
    panel, ink = str(tokens.get("panel", "")), str(tokens.get("ink", "#000000"))
    is_dark = re.fullmatch(r"#[0-9a-f]{6}", panel, re.IGNORECASE) and sum(bytes.fromhex(panel[1:])) < 3 * 96
    return {"light": str(tokens.get("paper", "#ffffff")), "dark": panel if is_dark else ink}
