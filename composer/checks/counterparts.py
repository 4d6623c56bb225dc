"""Finds out which block and which text of a translation stands for which of the first language.

Blocks find each other by their id, and the others by their kind and their order: as a reader with both texts side
by side would pair them, whatever is missing or more on either side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from composer.checks.proof import Proof, Text
from composer.issue import Content
from composer.issue.source import KeyPath


@dataclass(frozen=True)
class Counterparts:
    """A translation, ``here``, as it is read beside the first language, ``there``."""

    here: Proof
    there: Proof

    @classmethod
    def of(cls, proof: Proof) -> Counterparts | None:
        """Put a language beside the first one; give None if it is the first itself."""
        first, *_ = proof.issue.languages
        return None if proof.language == first else cls(proof, proof.first or Proof(proof.issue, first))

    @cached_property
    def blocks(self) -> dict[int, int]:
        """The blocks that stand for each other: index here → index there."""
        shared = _ids(self.here.content) & _ids(self.there.content)
        here, there = (_names(proof.content, shared) for proof in (self.here, self.there))
        matcher = SequenceMatcher(None, there, here, autojunk=False)
        pairs = {b + step: a + step for a, b, size in matcher.get_matching_blocks() for step in range(size)}
        # An id ties its block wherever it has been moved to.
        places = {name: index for index, name in enumerate(there) if name in shared}
        return pairs | {index: places[name] for index, name in enumerate(here) if name in shared}

    @property
    def only_here(self) -> Iterator[int]:
        """Indexes of the blocks that the first language does not have."""
        return (index for index in range(len(self.here.content.blocks)) if index not in self.blocks)

    @property
    def only_there(self) -> Iterator[tuple[int, int | None]]:
        """Indexes of the blocks that are missing here, each with that of the block here which it would follow."""
        back = {there: here for here, there in self.blocks.items()}
        last: int | None = None
        for index in range(len(self.there.content.blocks)):
            last = back.get(index, last)
            if index not in back:
                yield index, last

    @property
    def texts(self) -> Iterator[tuple[Text, Text]]:
        """Pair the texts that people read, here and there."""
        others = {text.path: text for text in self.there.prose}
        for text in self.here.prose:
            path = self.path_there(text.path)
            if path in others:
                yield text, others[path]

    def path_there(self, path: KeyPath) -> KeyPath:
        """The path of a value's counterpart; () if its block has none."""
        if path[:1] != ("blocks",) or len(path) < 2:
            return path
        index = self.blocks.get(int(path[1]))
        return () if index is None else ("blocks", index, *path[2:])


def _ids(content: Content) -> set[str]:
    return {block.id for block in content.blocks if block.id}


def _names(content: Content, shared: set[str]) -> list[str]:
    """Name what each block is compared by: an id that both have, or else its kind, in capitals as no id is."""
    return [block.id if block.id in shared and block.id else block.block.upper() for block in content.blocks]
