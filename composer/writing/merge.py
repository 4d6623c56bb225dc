"""Two people changed one file: what both did is kept where it touches different blocks or fields.

Enters: the file as both began with it (``base``), mine and theirs. Leaves: theirs with my changes in it, and the
conflicts: the fields that both gave another value. First by lines, which keeps the comments of both; where lines of
both meet, by values, block by block and field by field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from composer.errors import EditRefused
from composer.issue.source import KeyPath
from composer.writing.document import Document
from composer.writing.editing import edited
from composer.writing.edits import AddEntry, MoveEntry, RemoveField, SetField
from composer.writing.history import line_splices
from composer.writing.text import Splice, spliced
from composer.writing.values import JsonValue, same

Side = Literal["mine", "theirs"]
_NOTHING: Any = object()
_NOTE = re.compile(r"(?m)(?:^|[ \t])(#[^\r\n]*|<!--.*?-->)")


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """A value that both sides changed. None stands for nothing: the field, or the block, was taken out.

    Its path is that in mine; the path () means the whole text, where a side cannot be read.
    """

    path: KeyPath
    base: JsonValue
    mine: JsonValue
    theirs: JsonValue

    def as_json(self) -> dict[str, Any]:
        """Make JSON of it, for both to be shown side by side."""
        return {"path": list(self.path), "base": self.base, "mine": self.mine, "theirs": self.theirs}


@dataclass(frozen=True, slots=True)
class Merged:
    """The document with what both did; where there are conflicts, it has theirs."""

    document: Document
    conflicts: tuple[MergeConflict, ...] = ()


def merge(base: Document, mine: Document, theirs: Document, *, choices: Mapping[KeyPath, Side] | None = None) -> Merged:
    """Bring my changes into theirs. ``choices`` settle conflicts, by their paths."""
    if mine.file == base.file or mine.file == theirs.file:
        return Merged(theirs)
    if theirs.file == base.file:
        return Merged(mine)
    by_lines, choices = _by_lines(base, mine, theirs), choices or {}
    if not all(document.can_be_edited for document in (base, mine, theirs)):
        return _of_texts(base, mine, theirs, by_lines, choices.get(()))
    merging = _Merging(choices)
    values = merging.value(base.values, mine.values, theirs.values, ())
    if by_lines is not None and not merging.conflicts and same(by_lines.values, values):
        return Merged(by_lines)
    try:
        document = _rewritten(theirs, values, merging.blocks)
    except EditRefused:
        document = None
    if document is None or _lost_notes(base, mine, document):
        return _of_texts(base, mine, theirs, None, choices.get(()))
    return Merged(document, tuple(merging.conflicts))


def _lost_notes(base: Document, mine: Document, merged: Document) -> bool:
    """Tell whether a comment of mine is not there: comments are no values, and this is no reason to lose them."""
    before, after = ({note.strip() for note in _NOTE.findall(one.text)} for one in (base, mine))
    return any(note not in merged.text for note in after - before)


def _of_texts(
    base: Document, mine: Document, theirs: Document, by_lines: Document | None, choice: Side | None
) -> Merged:
    if by_lines is not None:
        return Merged(by_lines)
    if choice is not None:
        return Merged(mine if choice == "mine" else theirs)
    return Merged(theirs, (MergeConflict((), base.text, mine.text, theirs.text),))


def _by_lines(base: Document, mine: Document, theirs: Document) -> Document | None:
    """Merge as version control does; None if lines of both meet."""
    ours, others = line_splices(base.text, mine.text), line_splices(base.text, theirs.text)
    only_mine = [splice for splice in ours if splice not in others]
    if any(_meet(one, other) for one in only_mine for other in others):
        return None
    return theirs.with_text(spliced(base.text, [*only_mine, *others]))


def _meet(one: Splice, other: Splice) -> bool:
    return one.start <= other.end and other.start <= one.end


@dataclass
class _Merging:
    """Merges values, and notes conflicts. ``blocks`` is how the list of blocks is to be made of theirs."""

    choices: Mapping[KeyPath, Side]
    conflicts: list[MergeConflict] = field(default_factory=list)
    blocks: list[tuple[int | None, JsonValue]] | None = None

    def value(self, base: JsonValue, mine: JsonValue, theirs: JsonValue, path: KeyPath) -> JsonValue:
        if _is_same(mine, base) or _is_same(mine, theirs):
            return theirs
        if _is_same(theirs, base):
            return mine
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._mapping(base if isinstance(base, dict) else {}, mine, theirs, path)
        if isinstance(mine, list) and isinstance(theirs, list):
            merged = self._list(base if isinstance(base, list) else [], mine, theirs, path)
            return [value for _, value in merged]
        return self._settled(base, mine, theirs, path)

    def _settled(self, base: JsonValue, mine: JsonValue, theirs: JsonValue, path: KeyPath) -> JsonValue:
        choice = self.choices.get(path)
        if choice is None:
            self.conflicts.append(
                MergeConflict(path, *(None if one is _NOTHING else one for one in (base, mine, theirs)))
            )
        return mine if choice == "mine" else theirs

    def _mapping(
        self, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], path: KeyPath
    ) -> dict[str, Any]:
        merged = {}
        for key in dict.fromkeys((*theirs, *mine)):
            was, here, there = (side.get(key, _NOTHING) for side in (base, mine, theirs))
            value = self.value(was, here, there, (*path, key))
            if value is not _NOTHING:
                merged[key] = value
        return merged

    def _list(
        self, base: list[Any], mine: list[Any], theirs: list[Any], path: KeyPath
    ) -> list[tuple[int | None, JsonValue]]:
        """Merge entry by entry. Each is told with its place in theirs, None if it is new there."""
        to_mine, to_theirs = align(base, mine), align(base, theirs)
        of_mine, of_theirs = ({there: here for here, there in pairs.items()} for pairs in (to_mine, to_theirs))
        merged: dict[str, tuple[int | None, JsonValue]] = {}
        for index, was in enumerate(base):
            here, there = to_mine.get(index), to_theirs.get(index)
            mine_now = _NOTHING if here is None else mine[here]
            theirs_now = _NOTHING if there is None else theirs[there]
            value = self.value(was, mine_now, theirs_now, (*path, index if here is None else here))
            if value is not _NOTHING:
                merged[f"b{index}"] = (there, value)
        theirs_order = [f"b{of_theirs[index]}" if index in of_theirs else f"t{index}" for index in range(len(theirs))]
        mine_order = [f"b{of_mine[index]}" if index in of_mine else f"m{index}" for index in range(len(mine))]
        merged |= {f"t{index}": (index, value) for index, value in enumerate(theirs) if index not in of_theirs}
        new = {f"m{index}": value for index, value in enumerate(mine) if index not in of_mine}
        twice = {name: other for name, value in new.items() if (other := _equal(value, merged)) is not None}
        merged |= {name: (None, value) for name, value in new.items() if name not in twice}
        mine_order = [twice.get(name, name) for name in mine_order]
        order = _order([f"b{index}" for index in range(len(base))], mine_order, theirs_order)
        result = [merged[name] for name in order if name in merged]
        if path == ("blocks",):
            self.blocks = result
        return result


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    return same(one, other)


def _equal(value: JsonValue, merged: Mapping[str, tuple[int | None, JsonValue]]) -> str | None:
    """Find what the other side has added and is the same."""
    return next((name for name, (_, other) in merged.items() if name[0] == "t" and same(value, other)), None)


def _order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Order the entries: as the side has them that moved some (theirs, if both did), with those of the other put in."""

    def has_moved(side: Sequence[str]) -> bool:
        common = [name for name in side if name in base]
        return common != [name for name in base if name in common]

    lead, other = (mine, theirs) if has_moved(mine) and not has_moved(theirs) else (theirs, mine)
    order = list(lead)
    for place, name in enumerate(other):
        if name not in order:
            before = next((one for one in reversed(other[:place]) if one in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, name)
    return order


def align(base: Sequence[JsonValue], other: Sequence[JsonValue]) -> dict[int, int]:
    """Find which entry of ``other`` each of ``base`` has become: by its id, by what it says, then by what is left."""
    found: dict[int, int] = {}
    taken: set[int] = set()

    def pair(here: int, there: int) -> None:
        if here not in found and there not in taken:
            found[here] = there
            taken.add(there)

    ids = {_id(entry): index for index, entry in enumerate(other) if _id(entry)}
    for index, entry in enumerate(base):
        if _id(entry) in ids:
            pair(index, ids[_id(entry)])
    matcher = SequenceMatcher(None, [*map(_said, base)], [*map(_said, other)], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            pair(block.a + step, block.b + step)
    # Moved as they are, then changed where they stand.
    places: dict[str, list[int]] = {}
    for index, entry in enumerate(other):
        if index not in taken:
            places.setdefault(_said(entry), []).append(index)
    for index, entry in enumerate(base):
        if index not in found and places.get(_said(entry)):
            pair(index, places[_said(entry)].pop(0))
    _pair_the_changed(base, other, found, taken, pair)
    return found


def _pair_the_changed(
    base: Sequence[JsonValue],
    other: Sequence[JsonValue],
    found: Mapping[int, int],
    taken: set[int],
    pair: Callable[[int, int], None],
) -> None:
    """Pair what is left and of one kind where it stands between the same neighbours."""
    for index, entry in enumerate(base):
        if index in found:
            continue
        before = max((there for here, there in found.items() if here < index), default=-1)
        after = min((there for here, there in found.items() if here > index and there > before), default=len(other))
        for there in range(before + 1, after):
            if there not in taken and _is_akin(entry, other[there]):
                pair(index, there)
                break


def _is_akin(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        if _id(one) and _id(other):
            return False  # two names are two blocks
        if one.get("block") != other.get("block"):
            return False
        alike = sum(same(value, other[key]) for key, value in one.items() if key in other and key != "block")
        return alike > 0 or len(one) <= 2 or SequenceMatcher(None, _said(one), _said(other)).quick_ratio() > 0.6
    return type(one) is type(other)


def _id(entry: JsonValue) -> str:
    name = entry.get("id") or entry.get("uid") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _said(entry: JsonValue) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _rewritten(
    theirs: Document, values: Mapping[str, Any], blocks: Sequence[tuple[int | None, JsonValue]] | None
) -> Document:
    """Make their document say the values, with their blocks moved as a whole."""
    now = theirs
    if blocks is not None:
        here = list(range(len(theirs.values["blocks"])))  # which of their blocks stands at each place now
        for place in reversed(here[:]):
            if place not in {origin for origin, _ in blocks}:
                now = edited(now, RemoveField(path=("blocks", place)))
                here.remove(place)
        for place, (origin, value) in enumerate(blocks):
            if origin is None:
                now = edited(now, AddEntry(path=("blocks",), index=place, value=value))
                here.insert(place, -1)
            elif here.index(origin) != place:
                now = edited(now, MoveEntry(path=("blocks", here.index(origin)), to=place))
                here.insert(place, here.pop(here.index(origin)))
    for key in [key for key in now.values if key not in values]:
        now = edited(now, RemoveField(path=(key,)))
    for key, value in values.items():
        if key == "blocks" and isinstance(value, list) and isinstance(now.values.get("blocks"), list):
            for index, block in enumerate(value):
                now = edited(now, SetField(path=("blocks", index), value=block))
        else:
            now = edited(now, SetField(path=(key,), value=value))
    return now
