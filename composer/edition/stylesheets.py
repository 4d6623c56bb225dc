"""A project's own style sheets are judged where they are written, beside those of the house.

Enters: template folders, and a way to render a style sheet with notes of its lines. Leaves: LintProblems in files of
the project. Never: a word about shipped files, or about a project that has none of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from composer import shipped
from composer.edition.mjml.lint import LintProblem, MjmlMistake, problems_in_file, unsupported_in_css
from composer.edition.mjml.lint.fonts import font_mistakes
from composer.edition.mjml.lint.stylesheet import colours_without_partner, is_cause, lint_sheet
from composer.edition.mjml.lint.stylesheet_names import names_in, names_of_templates
from composer.edition.theme.block_cache import templates_version
from composer.edition.theme.environment import Templates, find_template, has_template
from composer.edition.theme.sourcemap import SourceMap, read_notes
from composer.errors import Position, Problem

_INLINED = "css/prose.css"
_HEAD = ("layouts/newsletter.mjml.j2", "partials/head.j2")
_PAGES = ("css/print.css", "css/web.css")
"""The sheets of the pages: the printed one, and the one for everybody, which has both."""
_INCLUDED = re.compile(r"include\s+[\"'](css/[\w./-]+\.css)[\"']")
_CLASSES = re.compile(r"\b(?:css-)?class=\\?[\"'][^\"'\n]*")


def has_own_stylesheets(folders: Sequence[Path]) -> bool:
    """Tell whether a folder of a project has a style sheet."""
    return any((folder / "css").is_dir() for folder in folders if not _is_shipped(folder))


@dataclass(frozen=True, slots=True)
class Stylesheets:
    """The style sheets of a mail whose templates are in ``folders`` and see ``names`` and ``filters``.

    The classes of an author's own MJML are read from the folder ``issues``, if one is in no template.
    """

    folders: Sequence[Path]
    names: Mapping[str, Any]
    filters: Mapping[str, Callable[..., Any]]
    issues: Path

    def problems(self, mjml: str, shares: Mapping[str, float]) -> tuple[LintProblem, ...]:
        """Tell what is wrong in the style sheets; ``mjml`` is the mail that they are for."""
        if not has_own_stylesheets(self.folders):
            # Which mail programs the readers have is the project's all the same.
            file = find_template(self.folders, _INLINED)
            css = _text(file)
            return tuple(problems_in_file(file, unsupported_in_css(css, shares), text=css))
        inlined, kept = self._render(self.folders)
        names = names_of_templates(tuple(self.folders), templates_version(self.folders)) | names_in([mjml])
        problems = _problems(inlined, kept, names, mjml=mjml, shares=shares)
        if any(each.code == "css-selector" for each in problems):
            names |= names_in(_written_classes(self.issues))
            problems = _problems(inlined, kept, names, mjml=mjml, shares=shares)
        if any(each.code == "dark-missing" for each in problems):
            house = self._render([folder for folder in self.folders if _is_shipped(folder)])
            # What the house itself leaves as it is in the dark, on purpose.
            theirs = {mistake.message for mistake in colours_without_partner(house[0].text, house[1].text, names)}
            problems = [each for each in problems if each.message not in theirs]
        return tuple(dict.fromkeys([*problems, *self._of_pages(names)]))

    def _of_pages(self, names: frozenset[str]) -> Iterator[LintProblem]:
        """Tell what is wrong in the project's sheets of the pages, which browsers and the PDF show."""
        noted = Templates(self.folders, names=self.names, filters=self.filters, noted=True)
        own = [folder for folder in self.folders if not _is_shipped(folder)]
        for name in _PAGES:
            if any(has_template(folder, name) for folder in own):
                sheet = read_notes(noted.render(name))
                known = names | names_in(_written_classes(self.issues))
                mistakes = lint_sheet(sheet.text, inlined=False, names=known, of_page=True)
                yield from _placed(sheet, mistakes)
                if not any(each.code == "css-syntax" for each in mistakes):
                    others = " ".join(str(value) for value in self.names.values())
                    yield from _placed(sheet, font_mistakes(sheet.text, others))

    def unreadable(self, mjml: str) -> list[Problem]:
        """Tell what no program can read."""
        found = self.problems(mjml, {})
        broken = [each.problem for each in found if each.code == "css-syntax"]
        return broken or [each.problem for each in found if each.code == "css-value"]

    def _render(self, folders: Sequence[Path]) -> tuple[SourceMap, SourceMap]:
        """Render the sheet that is inlined, and those that the head of the mail includes."""
        noted = Templates(folders, names=self.names, filters=self.filters, noted=True)
        kept = "\n".join(noted.render(name, blocks=[]) for name in _kept(folders))
        return read_notes(noted.render(_INLINED)), read_notes(kept)


def _is_shipped(folder: Path) -> bool:
    return folder.is_relative_to(shipped.TEMPLATES)


def _kept(folders: Sequence[Path]) -> list[str]:
    """Name the style sheets that the head of the mail includes."""
    files = [find_template(folders, name) for name in _HEAD]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file()]
    return list(dict.fromkeys(name for text in texts for name in _INCLUDED.findall(text)))


def _written_classes(issues: Path) -> list[str]:
    files = sorted(file for kind in ("yaml", "md") for file in issues.glob(f"*/*.{kind}") if file.is_file())
    found = [classes for file in files for classes in _CLASSES.findall(_text(file))]
    return [f'{classes}"'.replace("'", '"').replace("\\", "") for classes in found]


def _problems(
    inlined: SourceMap, kept: SourceMap, names: frozenset[str], *, mjml: str, shares: Mapping[str, float]
) -> list[LintProblem]:
    broken = [
        *_placed(inlined, lint_sheet(inlined.text, inlined=True, names=names)),
        *_placed(kept, lint_sheet(kept.text, inlined=False, names=names)),
    ]
    unread = [each for each in broken if is_cause(each.code, each.message)]
    if unread:
        # What follows is read as something else: the cause is told alone.
        return unread
    others = (kept.text + mjml, inlined.text + mjml)
    return [
        *broken,
        *_placed(inlined, colours_without_partner(inlined.text, kept.text, names)),
        *_placed(inlined, font_mistakes(inlined.text, others[0])),
        *_placed(kept, font_mistakes(kept.text, others[1])),
        *_placed(inlined, unsupported_in_css(inlined.text, shares)),
    ]


def _placed(sheet: SourceMap, mistakes: Iterable[MjmlMistake]) -> Iterator[LintProblem]:
    """Place mistakes in the templates that the sheet was made of; those of shipped ones are not told."""
    for mistake in mistakes:
        place = sheet.place(mistake.offset)
        if place is not None and not _is_shipped(place.position.file):
            position = _exactly(place.position, sheet.text[mistake.offset :])
            yield LintProblem(mistake.code, position, mistake.message, mistake.hint)


def _exactly(place: Position, rendered: str) -> Position:
    """Find the column of what was rendered in the line of the template, if it is written there."""
    lines = _lines(place.file, place.file.stat().st_mtime_ns) if place.file.is_file() else ()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    words = re.match(r"[.#@]?[\w-]*|.", rendered, re.DOTALL)
    word = words[0] if words else ""
    if not word or line.startswith(word, place.column - 1):
        return place
    found = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])" if word[-1].isalnum() else re.escape(word), line)
    return Position(place.file, place.line, found.start() + 1) if found else place


@lru_cache(maxsize=16)
def _lines(file: Path, changed_ns: int) -> Sequence[str]:
    del changed_ns
    return tuple(_text(file).split("\n"))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
