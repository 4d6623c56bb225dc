"""One step of an edit in a YAML text: a value set, a key or an entry put in, taken out or moved.

Enters: a YAML text that the loader reads, and what is to be different. Leaves: splices. They are made so that the
values come out as meant; whoever asks for them reads the result again all the same (``composer/writing/editing.py``),
for the ways to write YAML are many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from composer.errors import EditRefused
from composer.issue.source import KeyPath
from composer.writing.text import Splice, line_break_of
from composer.writing.values import named
from composer.writing.yaml.layout import Value, ValuePart, lay_out
from composer.writing.yaml.new_values import Manner, ValueWriter, as_text, column
from composer.writing.yaml.regions import Region, gap_has_comment, regions_of
from composer.writing.yaml.scalars import Place, written_scalar


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the text: the mapping or list that has it, where in it, and whether that stands in brackets."""

    around: Value
    index: int
    in_brackets: bool
    is_root: bool

    @property
    def part(self) -> ValuePart:
        """Return the key with its value, or the entry."""
        return self.around.parts[self.index]


class YamlText:
    """A YAML text with the places of its values. Each change is told as splices of ``text``."""

    def __init__(self, text: str, *, writer_for: Callable[[Manner], ValueWriter]) -> None:
        self.text = text
        self.root = lay_out(text)
        self._break = line_break_of(text)
        self._manner = Manner.of(text, self.root, self._break)
        self._writer = writer_for(self._manner)

    def value_at(self, path: KeyPath) -> Value:
        """Find the value at a path, which must be there."""
        return self.find(path).part.value if path else self.root

    def find(self, path: KeyPath) -> Found:
        """Find the part at a path. Raises EditRefused if there is none."""
        around, in_brackets, found = self.root, self.root.in_brackets, None
        for depth, key in enumerate(path):
            names = [part.key for part in around.parts]
            index = key if isinstance(key, int) and around.is_list else names.index(key) if key in names else -1
            if not isinstance(index, int) or not 0 <= index < len(around.parts):
                raise EditRefused(f"there is nothing at {named(path)}")
            in_brackets = in_brackets or around.in_brackets
            found = Found(around, index, in_brackets, is_root=depth == 0)
            around = found.part.value
        if found is None:
            raise EditRefused("the whole file has no place in itself")
        return found

    def set_value(self, path: KeyPath, value: Any) -> list[Splice]:
        """Put another value in the place of one that is there."""
        found = self.find(path)
        old, part = found.part.value, found.part
        if isinstance(value, dict | list):
            return self._replace_by_collection(found, path, value)
        if found.in_brackets or old.in_brackets:
            written = self._scalar(value, old if not old.is_collection else None, found)
            if old.start == old.end:
                return [Splice(part.after, part.after, " " + written)]
            return [Splice(old.start, old.end, written)]
        if old.is_collection:
            return [Splice(part.after, part.after, " " + self._scalar(value, None, found)), *self._cut_below(found)]
        return self._replace_scalar(found, path, value)

    def _scalar(self, value: Any, old: Value | None, found: Found) -> str:
        indent = column(self.text, found.part.start) + 2
        place = Place(indent, found.in_brackets, self._break)
        if value is None:
            return ""
        if not isinstance(value, str):
            return as_text(value)
        if old is None or not isinstance(old.content, str):
            return written_scalar(value, place)
        return written_scalar(value, place, old=self.text[old.start : old.end], style=old.style, had=old.content)

    def _replace_scalar(self, found: Found, path: KeyPath, value: Any) -> list[Splice]:
        """Write a text, and keep the comment that stands behind its first line."""
        old, part = found.part.value, found.part
        is_new = old.start == old.end
        if is_new and isinstance(value, str):
            written = self._writer.behind_key(value, path, indent=column(self.text, part.start)).lstrip(" ")
        else:
            written = self._scalar(value, old, found)
        first, _, below = written.partition(self._break)
        at, end = (part.after, part.after) if is_new else (old.start, old.end)
        gap = " " if is_new else ""
        old_first, _, _ = self.text[at:end].partition("\n")
        header_end = at + len(old_first.rstrip("\r"))
        if old.style in ("|", ">") and not first.startswith(old.style) and not first.startswith(("|", ">")):
            # Its comment behind the mark stays, and its lines go.
            mark_end = at + len(old_first.split("#")[0].rstrip())
            return [Splice(at, mark_end, gap + first), Splice(header_end, end, self._below(below))]
        if below and first.startswith(("|", ">")) and old.style not in ("|", ">"):
            line_end = self._line_end(end)
            return [Splice(at, end, gap + first), Splice(line_end, line_end, self._break + below)]
        return [Splice(at, end, gap + written)]

    def _below(self, below: str) -> str:
        return self._break + below if below else ""

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        if found < 0:
            return len(self.text)
        return found - 1 if self.text[found - 1] == "\r" and found > at else found

    def _replace_by_collection(self, found: Found, path: KeyPath, value: Any) -> list[Splice]:
        old, part = found.part.value, found.part
        if found.in_brackets or not value:
            written = self._writer.in_brackets(value)
            if old.is_collection and not old.in_brackets:
                return [Splice(part.after, part.after, " " + written), *self._cut_below(found)]
            if old.start == old.end:
                return [Splice(part.after, part.after, " " + written)]
            return [Splice(old.start, old.end, written)]
        indent = column(self.text, part.start)
        if part.key is None:
            written = " " + self._writer.behind_dash(value, path, indent=indent)
        else:
            written = self._writer.behind_key(value, path, indent=indent)
        if old.is_collection and not old.in_brackets:
            cut = self._cut_below(found)
            return (
                [Splice(cut[0].start, cut[-1].end, written)]
                if written.startswith(self._break)
                else [Splice(part.after, part.after, written), *cut]
            )
        if not written.startswith(self._break):
            return (
                [Splice(old.start, old.end, written.lstrip(" "))]
                if old.start < old.end
                else [Splice(part.after, part.after, written)]
            )
        line_end = self._line_end(old.end)
        gone = [Splice(part.after, old.end, "")] if old.start < old.end else []
        return [*gone, Splice(line_end, line_end, written)]

    def _cut_below(self, found: Found) -> list[Splice]:
        """Cut a mapping or a list out that stands on lines of its own; a comment behind its key stays."""
        part, value = found.part, found.part.value
        end = self._region(found).end
        line_end = self._line_end(part.after)
        if value.start < line_end:  # behind a dash, on its line
            return [Splice(part.after, end, "")]
        return [Splice(line_end, max(end, line_end), "")]

    def _region(self, found: Found) -> Region:
        return regions_of(self.text, found.around, is_root=found.is_root)[found.index]

    def add_key(self, path: KeyPath, key: str, value: Any, *, order: Sequence[str]) -> list[Splice]:
        """Put a new key into the mapping at ``path``, behind the last of those that stand before it in ``order``."""
        mapping = self.value_at(path)
        names = [part.key for part in mapping.parts]
        before = set(order[: order.index(key)]) if key in order else set(names)
        index = max((number + 1 for number, name in enumerate(names) if name in before), default=0)
        return self._put_in(path, mapping, index, {key: value})

    def insert_entry(self, path: KeyPath, index: int, value: Any) -> list[Splice]:
        """Put a new entry into the list at ``path``."""
        return self._put_in(path, self.value_at(path), index, value)

    def _put_in(self, path: KeyPath, around: Value, index: int, value: Any) -> list[Splice]:
        is_root = not path
        in_brackets = around.in_brackets or (not is_root and self.find(path).in_brackets)
        if in_brackets and (around.parts or is_root or self.find(path).in_brackets):
            return self._put_in_brackets(around, index, value)
        if not around.parts:
            return self._replace_by_collection(self.find(path), path, [value] if around.is_list else value)
        left = column(self.text, around.parts[0].start)
        if around.is_list:
            written = "- " + self._writer.behind_dash(value, (*path, index), indent=left)
        else:
            ((key, inner),) = value.items()
            written = self._writer.entry(key, inner, path, indent=left)
        regions = regions_of(self.text, around, is_root=is_root)
        gap = self._break * self._lines_between(path, around, regions)
        if index == len(regions):
            return [Splice(regions[-1].end, regions[-1].end, gap + " " * left + written)]
        here = regions[index]
        if here.is_behind_dash:
            return [Splice(here.start, here.start, written + gap + " " * left)]
        return [Splice(here.line, here.line, " " * left + written + gap)]

    def _lines_between(self, path: KeyPath, around: Value, regions: Sequence[Region]) -> int:
        """Count the line breaks between two entries: blocks have a blank line between them where it is not known."""
        if not around.is_list:
            return 1
        gaps = [self.text[one.end : other.start] for one, other in pairwise(regions)]
        breaks = [gap.count("\n") for gap in gaps if "#" not in gap]
        return max(set(breaks), key=breaks.count) if breaks else 2 if path == ("blocks",) else 1

    def _put_in_brackets(self, around: Value, index: int, value: Any) -> list[Splice]:
        written = self._writer.in_brackets(value)
        written = written if around.is_list else written[1:-1]
        if not around.parts:
            return [Splice(around.start, around.end, f"[{written}]" if around.is_list else f"{{{written}}}")]
        if index < len(around.parts):
            return [Splice(around.parts[index].start, around.parts[index].start, written + ", ")]
        return [Splice(around.parts[-1].end, around.parts[-1].end, ", " + written)]

    def remove(self, path: KeyPath) -> list[Splice]:
        """Take a key with its value, or an entry, out of the text."""
        found = self.find(path)
        around, index = found.around, found.index
        if around.in_brackets:
            return self._remove_from_brackets(around, index)
        regions = regions_of(self.text, around, is_root=found.is_root)
        if len(regions) == 1:
            return self._empty(path, around, regions[0])
        here = regions[index]
        if index + 1 < len(regions):
            below = regions[index + 1]
            start, end = (here.start, below.start) if here.is_behind_dash else (here.line, below.line)
            if gap_has_comment(self.text, here.end, end):
                end = self.text.index("#", here.end, end)
                end = end if here.is_behind_dash else self.text.rfind("\n", 0, end) + 1
            return [Splice(start, end, "")]
        start = regions[index - 1].end
        if gap_has_comment(self.text, start, here.start):
            start = self._line_end(self.text.rindex("#", start, here.start))
        return [Splice(start, here.end, "")]

    def _remove_from_brackets(self, around: Value, index: int) -> list[Splice]:
        parts = around.parts
        if index + 1 < len(parts):
            return [Splice(parts[index].start, parts[index + 1].start, "")]
        if index:
            return [Splice(parts[index - 1].end, parts[index].end, "")]
        return [Splice(around.start, around.end, "[]" if around.is_list else "{}")]

    def _empty(self, path: KeyPath, around: Value, region: Region) -> list[Splice]:
        """Leave an empty mapping or list where its only part was."""
        nothing = "[]" if around.is_list else "{}"
        if len(path) == 1:
            return [Splice(region.start, region.end, nothing)]
        outer = self.find(path[:-1])
        if around.start < self._line_end(outer.part.after):  # behind a dash, on its line
            return [Splice(around.start, region.end, nothing)]
        return [Splice(outer.part.after, outer.part.after, " " + nothing), *self._cut_below(outer)]

    def move(self, path: KeyPath, to: int) -> list[Splice]:
        """Move an entry within its list, with the comments about it; what stands between entries stays."""
        found = self.find(path)
        around, index = found.around, found.index
        if around.in_brackets:
            regions: Sequence[Region] = [Region(part.start, part.end, part.start, True) for part in around.parts]
        else:
            regions = regions_of(self.text, around)
        order = list(range(len(regions)))
        order.insert(to, order.pop(index))
        pairs = zip(regions, (regions[one] for one in order), strict=True)
        return [self._in_place_of(there, one) for there, one in pairs if there is not one]

    def _in_place_of(self, there: Region, one: Region) -> Splice:
        """Put the region ``one`` where another was; whichever stands behind a dash has no blanks in front."""
        if there.is_behind_dash:
            return Splice(there.start, there.end, self.text[one.start : one.end])
        written = self.text[one.line : one.end]
        return Splice(there.line, there.end, " " * column(self.text, one.start) * one.is_behind_dash + written)

    def duplicate(self, path: KeyPath) -> list[Splice]:
        """Put an entry into its list once more, right behind itself and as it is typed."""
        found = self.find(path)
        if found.around.in_brackets:
            return [Splice(found.part.end, found.part.end, ", " + self.text[found.part.start : found.part.end])]
        regions = regions_of(self.text, found.around)
        here = regions[found.index]
        gap = self._break * self._lines_between(path[:-1], found.around, regions)
        gap += " " * column(self.text, found.around.parts[0].start)
        return [Splice(here.end, here.end, gap + self.text[here.start : here.end])]
