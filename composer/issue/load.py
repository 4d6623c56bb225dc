"""An author's files are made into an Issue.

::

    newsletter.yaml ─ read_yaml ─ validate ─────────────────────────────┐
    newsletter.fr.yaml ── read_yaml ─ lay over newsletter.yaml ─ … ─────┤
    issue.yaml ────── read_yaml ─ validate ─ pictures, depth, language ─┼─▶ Issue, or one IssueError
    issue.fr.yaml ─── read_yaml ─ lay over issue.yaml ─ validate ─ … ───┘      with every Problem of every file

A file may be ``.md`` instead, read by ``read_markdown`` into the same tree. Nothing stops at the first mistake: a
file that cannot be read keeps the others from nothing but the questions that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from composer.errors import IssueError, Position, Problem
from composer.issue.blocks import BLOCKS, LANGUAGE_PATTERN, Days, Item, Model, Session
from composer.issue.files import issue_file, translation_files, written_twice
from composer.issue.inside import unusable
from composer.issue.markdown.read import read_markdown
from composer.issue.model import Content, Issue, Newsletter
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks, content_model
from composer.issue.partial import readable_part
from composer.issue.pictures import picture_problems
from composer.issue.problems import explain_invalid
from composer.issue.source import KeyPath, Source
from composer.issue.translation import lay_over
from composer.issue.traverse import models_in
from composer.issue.tree import Entry, Node, control_characters, plain, source_of
from composer.issue.variants import same_subjects, unequal_tests
from composer.issue.yaml.read import MAX_SIZE_BYTES, read_yaml

_MAX_SESSION_LEVELS = 3
_ONE_FOR_ALL_LANGUAGES = frozenset(
    {"languages", "lists", "list_id", "fields", "fonts", "segments", "timezone", "sender", "archive", "calendar"}
)
_TOLD_ONCE = ("unknown block", "this block does not say")
M = TypeVar("M", bound=Model)


def load_newsletter(issues_dir: Path) -> tuple[Newsletter, Source]:
    """Read the publication. Raises IssueError with everything wrong in ``newsletter.yaml``."""
    found: list[Problem] = []
    newsletter, source = _read_newsletter(issues_dir, found)
    if newsletter is None or found:
        raise IssueError(found)
    return newsletter, source


def load_issue(folder: Path, *, own_blocks: OwnBlocks = NO_OWN_BLOCKS) -> Issue:
    """Read one issue in all its languages. Raises IssueError with everything wrong in any of its files.

    ``own_blocks`` are the project's (``own_blocks.py``), which the issue may have besides those of the house.
    """
    issue, problems = read_issue(folder, own_blocks=own_blocks)
    if problems or issue is None:
        raise IssueError(problems)
    return issue


def read_issue(
    folder: Path,
    *,
    own_blocks: OwnBlocks = NO_OWN_BLOCKS,
    issues_dir: Path | None = None,
    looks_at_pictures: bool = True,
) -> tuple[Issue | None, tuple[Problem, ...]]:
    """Read one issue, and tell everything that is wrong in any of its files.

    ``issues_dir`` is where the newsletter is, if not right above: an issue of the archive has none of its own. Who asks
    only for words need not look at the issue's pictures.
    With Problems, the issue is what is left without them (``partial.py``), to be checked and nothing else; None if
    nothing is left.
    """
    found: list[Problem] = []
    publication = issues_dir or folder.parent
    newsletter, newsletter_source = _read_newsletter(publication, found)
    sound = None if found else newsletter  # what it says of languages counts only if nothing of it is missing
    publications = _read_publications(publication, sound, found)
    model = content_model(own_blocks)
    written = _Languages(found, sound, model, looks_at_pictures)
    file = issue_file(folder)
    base = _read_tree(file, found, issues_dir=publication, kinds=model.kinds)
    default = written.default_language(base)
    if base is not None:
        written.add(default, base, file=file)
    for language, translation in translation_files(folder).items():
        tree = _read_tree(translation, found, issues_dir=publication, kinds=model.kinds)
        # Without the first language nobody knows what a translation leaves to it.
        if tree is not None and written.accepts(language, translation, default, tree) and base is not None:
            written.add(language, lay_over(base, tree, problems=found), file=translation)
    found.extend(written_twice(folder))
    if not found:  # what is left of a mistaken test has fewer subjects
        found.extend(unequal_tests(written.contents, written.sources))
    problems = tuple(dict.fromkeys(found))
    if newsletter is None or default not in written.contents:
        return None, problems
    order = [default, *(code for code in newsletter.languages if code != default and code in written.contents)]
    issue = Issue(
        slug=folder.resolve().name,
        folder=folder,
        newsletter=newsletter,
        newsletter_source=newsletter_source,
        contents={language: written.contents[language] for language in order},
        sources={language: written.sources[language] for language in order},
        publications=publications,
    )
    return issue, problems


def _read_newsletter(issues_dir: Path, found: list[Problem]) -> tuple[Newsletter | None, Source]:
    file = issues_dir / "newsletter.yaml"
    tree = _read_tree(file, found, issues_dir=issues_dir)
    if tree is None:
        return None, Source(file)
    found.extend(picture_problems(tree, file=file, model=Newsletter))
    return _validate(Newsletter, tree, found, file=file)


def _read_publications(
    issues_dir: Path, newsletter: Newsletter | None, found: list[Problem]
) -> dict[str, tuple[Newsletter, Source]]:
    """Read the newsletter in each language that has a ``newsletter.<language>.yaml``, by language."""
    publications: dict[str, tuple[Newsletter, Source]] = {}
    files = sorted(issues_dir.glob("newsletter.*.yaml")) if newsletter else []
    base = _read_tree(issues_dir / "newsletter.yaml", [], issues_dir=issues_dir) if files else None
    for file in files:
        language = file.name.removeprefix("newsletter.").removesuffix(".yaml")
        tree = _read_tree(file, found, issues_dir=issues_dir)
        if newsletter is None or base is None or tree is None:
            continue
        wrong = list(_not_translatable(tree, language, newsletter))
        found.extend(wrong)
        whole = lay_over(base, tree, problems=found)
        found.extend(picture_problems(tree, file=file, model=Newsletter))
        if wrong:
            continue
        translated, source = _validate(Newsletter, whole, found, file=file)
        if translated is not None:
            publications[language] = translated, source
    return publications


def _not_translatable(tree: Node, language: str, newsletter: Newsletter) -> Iterator[Problem]:
    if language not in newsletter.languages or language == newsletter.languages[0]:
        others = ", ".join(newsletter.languages[1:]) or "none; add it to languages there"
        yield Problem(tree.position, f"newsletter.yaml needs no file for {language!r}", f"further languages: {others}")
    for key, entry in tree.content.items() if isinstance(tree.content, dict) else ():
        if key in _ONE_FOR_ALL_LANGUAGES:
            hint = "move it to newsletter.yaml, where it holds for every language"
            yield Problem(entry.position, f"{key!r} cannot differ between languages", hint)


def _read_tree(
    file: Path, found: list[Problem], *, issues_dir: Path, kinds: Mapping[str, type[Item]] = BLOCKS
) -> Node | None:
    wrong = unusable(file, issues_dir)
    if wrong is not None:
        found.append(wrong)
        return None
    try:
        with file.open("rb") as opened:
            # One byte more than is allowed is enough to know.
            data = opened.read(MAX_SIZE_BYTES + 1)
    except FileNotFoundError:
        found.append(
            Problem(
                Position(file, 1, 1),
                "there is no such file",
                "go to the folder of your project, or start a project here",
            )
        )
        return None
    except OSError as error:
        found.append(Problem(Position(file, 1, 1), f"the file cannot be read: {error.strerror}"))
        return None
    is_markdown = file.suffix == ".md"
    tree, problems = read_markdown(data, file=file, kinds=kinds) if is_markdown else read_yaml(data, file=file)
    found.extend(problems)
    if tree is not None:
        found.extend(control_characters(tree))
    return tree


def _validate(model: type[M], tree: Node, found: list[Problem], *, file: Path) -> tuple[M | None, Source]:
    """Make a model of the values, with their places; where some are wrong, of those that are left without them."""
    source = source_of(tree, file=file)
    try:
        return model.model_validate(plain(tree)), source
    except ValidationError as error:
        # What could not be read, or is wrong in the language that a translation takes it from, has been told.
        told = {problem.position for problem in found}
        words = {problem.message for problem in found if problem.message.startswith(_TOLD_ONCE)}
        problems = explain_invalid(error, model=model, source=source)
        found.extend(each for each in problems if each.position not in told and each.message not in words)
    part = readable_part(tree, model=model)
    return (part[0], source_of(part[1], file=file)) if part else (None, source)


@dataclass
class _Languages:
    """Gathers the contents that were read so far, and the mistakes."""

    found: list[Problem]
    newsletter: Newsletter | None
    model: type[Content]
    looks_at_pictures: bool
    contents: dict[str, Content] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def default_language(self, base: Node | None) -> str:
        """Find the language of the issue's first file: what it says, or the newsletter's first."""
        entry = _language_entry(base)
        if entry is None:
            return self.newsletter.languages[0] if self.newsletter else "en"
        language = str(entry.node.content)
        if re.fullmatch(LANGUAGE_PATTERN, language):
            self._refuse_foreign(language, entry.node.position)
        return language

    def accepts(self, language: str, file: Path, default: str, tree: Node) -> bool:
        """Tell whether ``issue.<language>.…`` can be a translation, and note why not."""
        entry = _language_entry(tree)
        if language == default:
            words = f"{issue_file(file.parent).name} is already in {language!r}"
            self.found.append(Problem(Position(file, 1, 1), words, "rename one of the two, or merge them"))
            return False
        if entry is not None and entry.node.content != language:
            words = f"the file's name says {language!r}, this line {entry.node.content!r}"
            self.found.append(Problem(entry.node.position, words, "delete the line; the name is enough"))
        return self._refuse_foreign(language, Position(file, 1, 1))

    def add(self, language: str, tree: Node, *, file: Path) -> None:
        """Validate one language's tree, and keep its Content."""
        if isinstance(tree.content, dict):
            said = tree.content.get("language", Entry(tree.position, tree))
            spoken = Entry(said.position, Node(said.node.position, language))
            tree = Node(tree.position, {**tree.content, "language": spoken})
        if self.looks_at_pictures:
            self.found.extend(picture_problems(tree, file=file, model=self.model))
        content, source = _validate(self.model, tree, self.found, file=file)
        if content is None:
            return
        events = [(path, model) for path, model in models_in(content) if isinstance(model, Session | Days)]
        self.found.extend(_too_deep(events, source))
        self.found.extend(_same_ids(content, source))
        self.found.extend(_same_uids(events, source))
        self.found.extend(same_subjects(content, source))
        self.contents[language], self.sources[language] = content, source

    def _refuse_foreign(self, language: str, position: Position) -> bool:
        if self.newsletter is None or language in self.newsletter.languages:
            return True
        spoken = ", ".join(self.newsletter.languages)
        hint = f"newsletter.yaml has the languages {spoken}; add {language!r} there, or rename the file"
        self.found.append(Problem(position, f"the newsletter does not appear in {language!r}", hint))
        return False


def _language_entry(tree: Node | None) -> Entry | None:
    if tree is None or not isinstance(tree.content, dict):
        return None
    entry = tree.content.get("language")
    return entry if entry is not None and isinstance(entry.node.content, str) else None


def _too_deep(events: Iterable[tuple[KeyPath, object]], source: Source) -> Iterator[Problem]:
    for path, value in events:
        if isinstance(value, Session) and path.count("sessions") == _MAX_SESSION_LEVELS + 1:
            words = f"sessions can be nested {_MAX_SESSION_LEVELS} levels deep"
            yield Problem(source.position(path), words, "move this one up, or put it into the body above")


def _same_uids(events: Iterable[tuple[KeyPath, object]], source: Source) -> Iterator[Problem]:
    """One event has one first day; two days under one uid would be one event in readers' calendars."""
    first: dict[str, tuple[KeyPath, Days]] = {}
    for path, value in events:
        if not isinstance(value, Days) or value.uid is None:
            continue
        where, before = first.setdefault(value.uid, (path, value))
        if before.date != value.date:
            words = f"the uid {value.uid!r} is that of the event in line {source.position(where).line}, on another day"
            yield Problem(source.position((*path, "uid")), words, "choose another uid, or correct the date")


def _same_ids(content: Content, source: Source) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, block in enumerate(content.blocks):
        if block.id is None:
            continue
        if block.id in first:
            line = source.position(("blocks", first[block.id], "id")).line
            words = f"the id {block.id!r} is taken by the block in line {line}"
            yield Problem(source.position(("blocks", index, "id")), words, "choose another one")
        first.setdefault(block.id, index)
