"""A translation is read beside the first language: which text stands for which, what is missing, what is older.

Enters: what the file of the first language says, what a translation's file says, and what was seen of both before.
Leaves: rows of texts, each with its place in both files. A text of the first language that was changed after its
translation is told by memory, not by times: a Memory keeps, for each text of the translation, the text that it was
made from. Blocks find each other as the loader lays them over each other (``issue/translation.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from composer.checks.languages import needs_translation
from composer.checks.proof import Text
from composer.errors import EditRefused
from composer.issue.blocks import TextKind
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks
from composer.issue.source import KeyPath, Source
from composer.writing.forms import FormField, block_form, issue_form
from composer.writing.labels import block_label
from composer.writing.values import JsonValue, at_path

State = Literal["translated", "missing", "newer", "same"]
"""``missing`` is not written yet, ``newer`` says that the source was changed since; ``same`` needs no translation."""

Memory = Mapping[str, str]
"""Digest of a translation's text → digest of the text that it was made from."""

_OF_ISSUE = ("subject", "preheader", "title")
_NAMES = frozenset({"name", "person", "speaker", "place", "figure", "credit", "contact", "duration", "network", "sign"})
"""Lines that may well be the same in two languages, as the checks have them."""
_LEAST_LETTERS, _LEAST_LETTERS_OF_HEADLINE = 3, 12  # a headline may be a name


@dataclass(frozen=True, slots=True)
class TextPair:
    """One text of the first language and what stands for it; ``here`` is None where its list is not there yet."""

    there: KeyPath
    here: KeyPath | None
    label: str
    kind: str
    source: str
    text: str | None
    state: State


@dataclass(frozen=True, slots=True)
class BlockRow:
    """The texts of one block, or of the issue itself (``index`` is None); ``here`` is the block's place, if any."""

    index: int | None
    here: int | None
    kind: str
    label: str
    pairs: tuple[TextPair, ...]

    def as_json(self) -> dict[str, Any]:
        """Make what the browser gets: paths are lists of keys and places."""
        return asdict(self)


def rows_of(
    first: JsonValue, here: JsonValue, *, own: OwnBlocks = NO_OWN_BLOCKS, memory: Memory, first_language: str = "en"
) -> list[BlockRow]:
    """Pair the texts of two files. Blocks without a text that people read are left out."""
    fields = tuple(one for one in issue_form().fields if one.name in _OF_ISSUE)
    pairing = _Pairing(first, here, memory, first_language)
    rows = [BlockRow(None, None, "issue", "Issue", tuple(pairing.fields(fields, (), ())))]
    blocks = _blocks(first)
    places = _places(blocks, _blocks(here))
    for index, block in enumerate(blocks):
        form = block_form(str(block.get("block")), own)
        if form is None:
            continue
        place = places.get(index)
        path = None if place is None else ("blocks", place)
        pairs = tuple(pairing.fields(form.fields, ("blocks", index), path))
        if pairs:
            rows.append(BlockRow(index, place, form.kind, block_label(form.kind), pairs))
    return rows


def remembered(memory: Memory, rows: Sequence[BlockRow]) -> Memory:
    """Take in what is translated now: a text that was not seen before was made from what its source says."""
    seen = dict(memory)
    for row in rows:
        for pair in row.pairs:
            if pair.text and pair.text.strip() != pair.source.strip():
                seen.setdefault(digest(pair.text), digest(pair.source))
    return seen


def confirmed(memory: Memory, rows: Sequence[BlockRow], there: KeyPath) -> Memory:
    """Take in that a translation is right as it is, though its source was changed."""
    found = [pair for row in rows for pair in row.pairs if pair.there == there and pair.text]
    return {**memory, **{digest(pair.text or ""): digest(pair.source) for pair in found}}


def begun_block(first: JsonValue, here: JsonValue, index: int) -> tuple[int, JsonValue] | None:
    """Say where a block that a translation lacks would stand in it, and what it begins with: the source's words.

    None where the translation names its blocks by ids and this one has none. Raises EditRefused if there is no such
    block.
    """
    blocks, written = _blocks(first), _blocks(here)
    if not 0 <= index < len(blocks):
        raise EditRefused(f"there is no block {index + 1} in the first language; it has {len(blocks)}")
    places = _places(blocks, written)
    before = [places[other] for other in range(index) if other in places]
    block = dict(blocks[index])
    if _is_by_ids(written):
        if not block.get("id"):
            return None
        block.pop("block", None)
    return (max(before) + 1 if before else 0), block


def digest(text: str) -> str:
    """Name a text by its words: line breaks and blanks at its ends mean nothing."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _blocks(values: JsonValue) -> list[dict[str, Any]]:
    """List the blocks. A name that is no text, which the checks tell, is none here."""
    blocks = values.get("blocks") if isinstance(values, dict) else None
    return [_with_its_name(block) for block in blocks] if isinstance(blocks, list) else []


def _with_its_name(block: JsonValue) -> dict[str, Any]:
    if not isinstance(block, dict):
        return {}
    return {key: value for key, value in block.items() if key != "id" or isinstance(value, str)}


def _is_by_ids(written: Sequence[Mapping[str, Any]]) -> bool:
    return bool(written) and all("id" in block and "block" not in block for block in written)


def _places(blocks: Sequence[Mapping[str, Any]], written: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Find each block's place in the translation: by ids, by kinds in their order, or by order alone."""
    if _is_by_ids(written):
        ids = {block["id"]: place for place, block in enumerate(written)}
        return {index: ids[block["id"]] for index, block in enumerate(blocks) if block.get("id") in ids}
    if not all("block" in block for block in written):
        return {index: index for index in range(min(len(blocks), len(written)))}
    shared = {block.get("id") for block in blocks} & {block.get("id") for block in written} - {None}
    there, here = ([_name(block, shared) for block in one] for one in (blocks, written))
    matcher = SequenceMatcher(None, there, here, autojunk=False)
    pairs = {a + step: b + step for a, b, size in matcher.get_matching_blocks() for step in range(size)}
    ids = {name: place for place, name in enumerate(here) if name in shared}
    return pairs | {index: ids[name] for index, name in enumerate(there) if name in shared}


def _name(block: Mapping[str, Any], shared: set[Any]) -> str:
    return str(block["id"] if block.get("id") in shared else str(block.get("block")).upper())


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Pairs the values of two files along a form; ``place`` is None where the translation has nothing to write into."""

    first: JsonValue
    here: JsonValue
    memory: Memory
    first_language: str

    def fields(self, fields: Sequence[FormField], there: KeyPath, place: KeyPath | None) -> Iterator[TextPair]:
        for field in fields:
            inner = None if place is None else (*place, field.name)
            yield from self._value(field, (*there, field.name), inner)

    def _value(self, field: FormField, there: KeyPath, place: KeyPath | None) -> Iterator[TextPair]:
        value = at_path(self.first, there)
        written = None if place is None else at_path(self.here, place)
        if isinstance(value, dict) and field.fields:
            yield from self.fields(field.fields, there, place)
        elif isinstance(value, list) and field.entry is not None:
            entry = replace(field.entry, label=field.entry.label or field.label)
            for index in range(len(value)):
                is_there = place is not None and isinstance(written, list) and index < len(written)
                inner = (*place, index) if place is not None and is_there else None
                yield from self._value(entry, (*there, index), inner)
        elif isinstance(value, str) and value.strip() and field.kind in ("line", "markdown"):
            text = written if isinstance(written, str) else None
            state = _state(there, field.kind, value, text, self)
            yield TextPair(there, place, field.label, field.kind, value, text, state)


def _state(there: KeyPath, kind: str, source: str, text: str | None, pairing: _Pairing) -> State:
    if text is None or not text.strip() or text.strip() == source.strip():
        return "missing" if _is_lacking(there, kind, source, text, pairing.first_language) else "same"
    known = pairing.memory.get(digest(text))
    return "newer" if known is not None and known != digest(source) else "translated"


def _is_lacking(there: KeyPath, kind: str, source: str, text: str | None, first: str) -> bool:
    """Judge as the checks do; words that were copied to be translated are more often lacking than those left out."""
    said = Text(there, source, Source(Path()), TextKind.MARKDOWN if kind == "markdown" else TextKind.LINE)
    if text is None:
        return needs_translation(said, first=first)
    least = _LEAST_LETTERS_OF_HEADLINE if said.field in ("title", "kicker") else _LEAST_LETTERS
    return said.field not in _NAMES and sum(letter.isalpha() for letter in source) >= least
