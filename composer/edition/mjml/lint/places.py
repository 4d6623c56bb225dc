"""A mistake in MJML is told where it is mended: at the template's line, with the blocks of the issue that show it.

Enters: a draft and the SourceMap of its MJML. Leaves: LintProblems, one for each mistake in a template however many
blocks have it, at the line of the template; a mistake in an author's own MJML at the author's line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.edition.draft import EditionDraft
from composer.edition.mjml.lint.rules import MjmlMistake
from composer.edition.theme.sourcemap import SourceMap
from composer.errors import Position, Problem


@dataclass(frozen=True, slots=True)
class LintProblem:
    """A mistake at a line; ``blocks`` says which blocks of the issue it spoils, in words."""

    code: str
    position: Position
    message: str
    hint: str = ""
    blocks: tuple[str, ...] = ()

    @property
    def problem(self) -> Problem:
        """The mistake as a Problem that names the blocks."""
        return Problem(self.position, in_blocks(self.message, self.blocks), self.hint)


def in_blocks(message: str, blocks: Sequence[str]) -> str:
    """Add the blocks that a message is about: '… (in the article at issue.yaml:12)'."""
    if not blocks:
        return message
    more = f" and {len(blocks) - 1} more" if len(blocks) > 1 else ""
    return f"{message} (in the {blocks[0]}{more})"


def block_in_words(draft: EditionDraft, index: int) -> str:
    """Name the block at ``index`` as its author knows it: 'article at issue.yaml:12'."""
    position = draft.source.position(("blocks", index))
    return f"{draft.content.blocks[index].block} at {position.file.name}:{position.line}"


def problems_in_file(file: Path, mistakes: Iterable[MjmlMistake], *, text: str) -> Iterator[LintProblem]:
    """Place the mistakes of a file that was looked at as it is, by its ``text``."""
    for mistake in mistakes:
        before = text[: mistake.offset]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        yield LintProblem(mistake.code, Position(file, line, column), mistake.message, mistake.hint)


@dataclass(frozen=True, slots=True)
class MjmlPlaces:
    """Finds the places of a draft's MJML; what no template made belongs to ``layout``."""

    draft: EditionDraft
    source: SourceMap
    layout: Position

    def problem(self, offset: int | None, message: str, hint: str = "") -> Problem:
        """Make the problem of a mistake at an offset of the MJML; the layout's if nobody knows where it is."""
        return self._placed(MjmlMistake(offset if offset is not None else -1, "", message, hint)).problem

    def problems(self, mistakes: Iterable[MjmlMistake]) -> Iterator[LintProblem]:
        """Place the mistakes, each template's once, in the order in which they were first met."""
        found: dict[tuple[str, Position, str], LintProblem] = {}
        for mistake in mistakes:
            new = self._placed(mistake)
            key = (new.code, new.position, new.message)
            known = found.get(key, new)
            blocks = tuple(dict.fromkeys((*known.blocks, *new.blocks)))
            found[key] = LintProblem(new.code, new.position, new.message, new.hint, blocks)
        yield from found.values()

    def _placed(self, mistake: MjmlMistake) -> LintProblem:
        place = self.source.place(mistake.offset)
        message = self._as_written(mistake.message)
        if place is None:
            return LintProblem(mistake.code, self.layout, message, mistake.hint)
        blocks = () if place.block is None or self._wrote(place.position, place.block) else (place.block,)
        names = tuple(block_in_words(self.draft, block) for block in blocks)
        return LintProblem(mistake.code, place.position, message, mistake.hint, names)

    def _wrote(self, position: Position, block: int) -> bool:
        """Tell whether the author wrote that line: then nobody needs to be told whose block it is in."""
        return position.file == self.draft.source.position(("blocks", block)).file

    def _as_written(self, message: str) -> str:
        """Write merge fields in the place of their marks, as the author did."""
        for match, merge_field in reversed(list(self.draft.marks.find(message))):
            message = message[: match.start()] + str(merge_field) + message[match.end() :]
        return message
