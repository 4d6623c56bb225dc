"""An edit of an ``issue.md`` is made in the lines of its block; what is written is read before it is taken.

Enters: a text, its shape, and what is to be different. Leaves: the text as it is then. The keys in front and those of a
fence are edited as YAML is. Of any other block the lines that stay the same in plain Markdown stay as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from composer.errors import EditRefused
from composer.issue.markdown.read import read_markdown
from composer.issue.source import KeyPath
from composer.issue.tree import plain
from composer.writing.edits import AddEntry, DuplicateEntry, FieldEdit, MoveEntry, RemoveField
from composer.writing.history import line_splices
from composer.writing.markdown.layout import MarkdownBlock, MarkdownLayout
from composer.writing.markdown.written import as_words, below_keys, fences, parts_exchanged, ways_to_write
from composer.writing.shape import Shape
from composer.writing.text import Splice, spliced
from composer.writing.values import JsonValue, at_path, same
from composer.writing.yaml.editing import YamlEditing
from composer.writing.yaml.new_values import Manner, ValueWriter

_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")


class MarkdownEditing:
    """A text that is being edited; ``intended`` is what it is to say at the end."""

    def __init__(self, text: str, shape: Shape, intended: JsonValue) -> None:
        self.text = text
        self._shape = shape
        self._kinds = shape.kinds
        self._intended = intended

    def make(self, edit: FieldEdit) -> bool:
        """Make the edit, and tell whether the text says what was meant."""
        match edit:
            case MoveEntry(path=("blocks", int(index)), to=to):
                return self._rearrange(_reordered(self._places(), index, to))
            case DuplicateEntry(path=("blocks", int(index))):
                return self._rearrange(_with_copy(self._places(), index))
            case AddEntry(path=("blocks",), index=index):
                return self._rearrange([*self._places()[:index], None, *self._places()[index:]])
            case RemoveField(path=("blocks", int(index))):
                return self._rearrange([place for place in self._places() if place != index])
        if edit.path[0] != "blocks":
            return self._edit_front(edit)
        if len(edit.path) > 1 and isinstance(edit.path[1], int):
            return self._edit_block(edit.path[1], edit)
        return False

    def _places(self) -> list[int | None]:
        return list(range(len(MarkdownLayout(self.text, self._kinds).blocks)))

    def _says(self, text: str, values: JsonValue) -> bool:
        tree, problems = read_markdown(text.encode(), file=Path("issue.md"), kinds=self._kinds)
        return tree is not None and not problems and same(plain(tree), values)

    def _values_of(self, text: str) -> JsonValue:
        tree, _ = read_markdown(text.encode(), file=Path("issue.md"), kinds=self._kinds)
        return None if tree is None else plain(tree)

    def _take_first(self, texts: Iterator[str]) -> bool:
        """Take the first text that says what was meant."""
        for text in texts:
            if self._says(text, self._intended):
                self.text = text
                return True
        return False

    def _writer(self, line_break: str = "\n") -> ValueWriter:
        def is_prose(path: KeyPath) -> bool:
            return path[-1] in ("body", "intro", "mjml")

        return ValueWriter(Manner(line_break=line_break), is_prose)

    # --- The keys in front

    def _edit_front(self, edit: FieldEdit) -> bool:
        layout = MarkdownLayout(self.text, self._kinds)
        path = edit.path
        title = self._intended.get("title")
        if path == ("title",) and layout.title is not None and self._take_first(self._titles(layout, title)):
            return True
        front = self.text[layout.front : layout.front_end]
        values = {key: value for key, value in self._intended.items() if key != "blocks"}
        behind = self.text[layout.front_end :]
        if path == ("title",) and layout.title is not None:  # what no headline can say is a key
            start, end = (place - layout.front_end for place in layout.title)
            behind = behind[:start].rstrip("\r\n") + layout.line_break * 2 + behind[end:].lstrip("\r\n")
        return self._take_first(
            self.text[: layout.front] + new + behind
            for new in _keys_again(front, edit, values, self._shape, self._writer(layout.line_break))
        )

    def _titles(self, layout: MarkdownLayout, title: JsonValue) -> Iterator[str]:
        assert layout.title is not None
        start, end = layout.title
        if isinstance(title, str):
            yield self.text[:start] + f"# {as_words(title, self._kinds)}" + self.text[end:]
        elif title is None:
            yield self.text[:start] + self.text[end:].lstrip("\r\n")

    # --- One block

    def _edit_block(self, index: int, edit: FieldEdit) -> bool:
        layout = MarkdownLayout(self.text, self._kinds)
        block = layout.blocks[index]
        old, new = (values["blocks"][index] for values in (self._values_of(self.text), self._intended))
        if not isinstance(new, dict):
            return False

        def texts() -> Iterator[str]:
            if block.is_fence:
                yield from self._fence_again(layout, block, edit, old, new)
            typed = layout.text[block.start : block.end].replace(layout.line_break, "\n")
            if (again := parts_exchanged(typed, old, new, self._kinds)) is not None:
                yield _put(layout, block, again)
            before = next(ways_to_write(old, self._kinds, self._writer()))
            for way in ways_to_write(new, self._kinds, self._writer()):
                if not block.is_fence and not way.startswith(":::"):
                    yield from (_put(layout, block, kept) for kept in _with_lines_kept(typed, before, way))
                yield _put(layout, block, way)

        return self._take_first(texts())

    def _fence_again(
        self,
        layout: MarkdownLayout,
        block: MarkdownBlock,
        edit: FieldEdit,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
    ) -> Iterator[str]:
        """Edit the keys of a fence as YAML, and what stands below them as lines."""
        assert block.keys is not None
        inside = edit.path[2:]
        if inside and inside[0] not in self._keys(block):
            yield from self._fence_body_again(layout, block, old, new)
        if not inside:
            return
        keys = layout.text[block.keys : block.keys_end]
        within = edit.model_copy(update={"path": inside})
        writer, place = self._writer(layout.line_break), edit.path[:2]
        for again in _keys_again(keys, within, dict(new), self._shape, writer, inside=place, around=self._intended):
            yield layout.text[: block.keys] + again + layout.text[block.keys_end :]

    def _fence_body_again(
        self, layout: MarkdownLayout, block: MarkdownBlock, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[str]:
        keys = self._keys(block)
        below = [{key: value for key, value in said.items() if key not in keys} for said in (old, new)]
        before, after = (below_keys(said, self._kinds) for said in below)
        if before is None or after is None:
            return
        start, end = (block.keys_end, block.keys_end) if block.body is None else (block.body, block.body_end)
        typed = layout.text[start:end].replace(layout.line_break, "\n").strip("\n")
        swapped = parts_exchanged(typed, below[0], below[1], self._kinds)
        for body in (*([swapped] if swapped else []), *_with_lines_kept(typed, before, after), after):
            lines = f"{body}\n" if block.body is not None else f"---\n{body}\n"
            yield layout.text[:start] + lines.replace("\n", layout.line_break) + layout.text[end:]

    def _keys(self, block: MarkdownBlock) -> Mapping[str, Any]:
        try:
            found = YamlEditing(self.text[block.keys : block.keys_end], self._shape).values
        except EditRefused:
            return {}
        return found if isinstance(found, dict) else {}

    # --- All blocks

    def _rearrange(self, order: Sequence[int | None]) -> bool:
        """Put blocks in another order; None is one that is not there yet. What then says something else is fenced."""
        layout = MarkdownLayout(self.text, self._kinds)
        blocks = self._intended["blocks"]
        ways: list[list[str]] = []
        for place, origin in enumerate(order):
            value = blocks[place]
            if not isinstance(value, dict):
                return False
            written = list(ways_to_write(value, self._kinds, self._writer()))
            if origin is not None and origin in order[:place]:
                typed = self._typed(layout, layout.blocks[origin])
                old = next(ways_to_write(self._values_of(self.text)["blocks"][origin], self._kinds, self._writer()))
                written = [*_with_lines_kept(typed, old, written[0]), *written]
            elif origin is not None:
                written = list(self._as_typed(layout, layout.blocks[origin], value))
            ways.append([way.replace("\n", layout.line_break) for way in written])
        chosen = [0] * len(ways)
        for _ in range(3 * len(ways) + 1):
            text = self._joined(layout, order, [way[at] for way, at in zip(ways, chosen, strict=True)])
            if self._says(text, self._intended):
                self.text = text
                return True
            for place in self._suspects(text):
                if place < len(ways) and chosen[place] + 1 < len(ways[place]):
                    chosen[place] += 1
                    break
            else:
                return False
        return False

    def _typed(self, layout: MarkdownLayout, block: MarkdownBlock) -> str:
        return layout.text[block.lead : block.end].replace(layout.line_break, "\n")

    def _as_typed(self, layout: MarkdownLayout, block: MarkdownBlock, value: Mapping[str, Any]) -> Iterator[str]:
        """Write a block as it is typed; then between colons, with the notes in it and above it."""
        typed = self._typed(layout, block)
        note = layout.text[block.lead : block.start].replace(layout.line_break, "\n")
        yield typed
        if value.get("block") == "text" and not block.is_fence and ":::" not in typed:
            yield f"{note}:::text\n---\n{typed[len(note) :]}\n:::"
        yield from (note + fence for fence in fences(value, self._writer()))

    def _suspects(self, text: str) -> Sequence[int]:
        """Tell which blocks to write in another way, the likeliest first, where a text says something else."""
        found, meant = at_path(self._values_of(text), ("blocks",), []), self._intended["blocks"]
        pairs = enumerate(zip(found, meant, strict=False))
        wrong = next((place for place, (one, other) in pairs if not same(one, other)), min(len(found), len(meant)))
        # Where there are too few, one has swallowed the one below it.
        return (wrong + 1, wrong, wrong + 2) if len(found) < len(meant) else (wrong, wrong + 1, wrong + 2)

    def _joined(self, layout: MarkdownLayout, order: Sequence[int | None], written: Sequence[str]) -> str:
        """Put the blocks behind each other, with what stands between them in its place."""
        text, empty = layout.text, layout.line_break * 2
        if not layout.blocks:
            return empty.join((text.rstrip("\r\n"), *written)) + layout.line_break
        gaps = [text[one.end : other.lead] for one, other in pairwise(layout.blocks)]
        between = _gaps_for(order, gaps, empty)
        before, behind = text[: layout.blocks[0].lead], text[layout.blocks[-1].end :]
        is_without_one = len(order) == len(gaps)
        if is_without_one and order[:1] == [1]:
            before += gaps[0].lstrip("\r\n")  # a comment that stood behind the first one
        if is_without_one and order[-1:] == [len(gaps) - 1] and gaps[-1].strip():
            behind = gaps[-1].rstrip("\r\n") + behind
        pieces = [piece for pair in zip(written, [*between, ""], strict=False) for piece in pair]
        return "".join((before, *pieces, behind))


def _gaps_for(order: Sequence[int | None], gaps: Sequence[str], empty: str) -> list[str]:
    """Choose what stands between the blocks: comments stay in their places, and there is a blank line at least."""
    chosen: list[str] = []
    for place, (one, other) in enumerate(pairwise(order)):
        if len(order) == len(gaps) + 1:
            is_next = one is not None and other == one + 1
            chosen.append(gaps[place] if is_next or _BLANK_LINE.search(gaps[place]) else empty)
        elif one is not None and other == one + 1:
            chosen.append(gaps[one])
        elif one is not None and (other is None or other > one):
            notes = [gap for gap in gaps[one : one + 1 if other is None else other] if gap.strip()]
            chosen.append("".join(notes) or empty)
        else:
            chosen.append(empty)
    return chosen


def _reordered(places: list[int | None], index: int, to: int) -> list[int | None]:
    places.insert(to, places.pop(index))
    return places


def _with_copy(places: list[int | None], index: int) -> list[int | None]:
    return [*places[: index + 1], index, *places[index + 1 :]]


def _keys_again(
    keys: str,
    edit: FieldEdit,
    values: dict[str, Any],
    shape: Shape,
    writer: ValueWriter,
    *,
    inside: KeyPath = (),
    around: JsonValue = None,
) -> Iterator[str]:
    """Edit keys as YAML is edited; where there are none yet, write them."""
    editing = YamlEditing(keys, shape, inside=inside, around=around)
    try:
        editing.make(edit)
    except EditRefused:
        wanted = {key: value for key, value in values.items() if key != "block"}
        only = {key: value for key, value in wanted.items() if key == edit.path[0]}
        yield keys + "".join(line + writer.manner.line_break for line in writer.entries(only, inside, indent=0))
        return
    yield editing.text


def _put(layout: MarkdownLayout, block: MarkdownBlock, written: str) -> str:
    typed = written.replace("\n", layout.line_break)
    return layout.text[: block.start] + typed + layout.text[block.end :]


def _with_lines_kept(typed: str, before: str, way: str) -> Iterator[str]:
    """Make in the lines as they are typed what is different between the two ways to write the block."""
    mine, theirs = line_splices(before + "\n", way + "\n"), line_splices(before + "\n", typed + "\n")
    if not any(_overlap(one, other) for one in mine for other in theirs):
        yield spliced(before + "\n", [*mine, *theirs]).strip("\n")


def _overlap(one: Splice, other: Splice) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end and (one.start, one.end) != (other.end, other.end)
    return one.start < other.end and other.start < one.end
