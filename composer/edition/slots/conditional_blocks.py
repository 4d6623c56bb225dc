"""Blocks that only some readers see are rendered once in every form, between two *edges* in the text.

Enters: the blocks of an issue and their conditions. Leaves: texts with edges, which later become ConditionalContent. A
block looks different beside another one (a call-out hangs under the picture before it), so a block whose neighbours
come and go is rendered for each pair of neighbours that a reader may see; forms that come out equal are one.

::

    blocks            A    B if b    C
    C's neighbours    b: B before it      not b: A before it
    C's forms         the same text twice: one form, always shown; else two, of which a reader sees one
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from composer.edition.conditions.condition import AllOf, AnyOf, Condition, Not
from composer.edition.slots.marks import Marks
from composer.issue.blocks import Item

_MAX_NEIGHBOURS = 4
"""So many blocks in a row may come and go and still be drawn for each neighbour exactly. What would stand beside a
block when all of these are hidden is drawn as if the next one further were shown: the number of forms stays small."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of what is shown to some readers."""

    condition: Condition
    opens: bool


class Neighbour(NamedTuple):
    """What stands beside a block for the readers of whom all ``when`` hold; ``block`` is none at the mail's edge."""

    when: tuple[Condition, ...]
    block: Item | None


class Form(NamedTuple):
    """A text of a block; it is shown to those of whom all ``when`` hold."""

    when: tuple[Condition, ...]
    text: str


def forms_of(
    index: int,
    blocks: Sequence[Item],
    conditions: Sequence[Condition | None],
    render: Callable[[Item | None, Item | None], str],
) -> Iterator[Form]:
    """Render the forms of the block at ``index``. ``render`` gives its text between two neighbours."""
    befores = _neighbours(range(index - 1, -1, -1), blocks, conditions)
    afters = _neighbours(range(index + 1, len(blocks)), blocks, conditions)
    by_text: dict[str, list[tuple[Neighbour, Neighbour]]] = {}
    for before in befores:
        for after in afters:
            by_text.setdefault(render(before.block, after.block), []).append((before, after))
    own = conditions[index]
    for text, pairs in by_text.items():
        when = () if len(by_text) == 1 else (_either(pairs),)
        yield Form(((own,) if own is not None else ()) + when, text)


def _neighbours(
    others: Iterable[int], blocks: Sequence[Item], conditions: Sequence[Condition | None]
) -> list[Neighbour]:
    """Find what may stand beside a block, the nearest first."""
    found: list[Neighbour] = []
    hidden: list[Condition] = []
    for other in others:
        condition = conditions[other]
        if condition is None or len(found) == _MAX_NEIGHBOURS:
            return [*found, Neighbour(tuple(hidden), blocks[other])]
        found.append(Neighbour((*hidden, condition), blocks[other]))
        hidden.append(Not(condition))
    return [*found, Neighbour(tuple(hidden), None)]


def _either(pairs: Collection[tuple[Neighbour, Neighbour]]) -> Condition:
    return _any(_all((*before.when, *after.when)) for before, after in pairs)


def _all(conditions: Iterable[Condition]) -> Condition:
    parts = tuple(conditions)
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _any(conditions: Iterable[Condition]) -> Condition:
    parts = tuple(dict.fromkeys(conditions))
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def with_edges(form: Form, edges: Marks[Edge], *, wrap: str = "{}") -> str:
    """Return the form's text, between edges if only some see it. ``wrap`` is what an edge stands in."""
    if not form.when:
        return form.text
    condition = _all(form.when)
    opening, closing = (wrap.format(edges.mark(Edge(condition, opens))) for opens in (True, False))
    return f"{opening}\n{form.text}\n{closing}"


class Stretch(NamedTuple):
    """A stretch of a text, and for whom it is; ``condition`` is none for what all see."""

    start: int
    end: int
    condition: Condition | None


def split_at_edges(text: str, edges: Marks[Edge] | None) -> Iterator[Stretch]:
    """Split the text at its edges. ValueError if a layout has torn the edges of a block apart."""
    at = 0
    opened: Condition | None = None
    for match, edge in edges.find(text) if edges is not None else ():
        if edge.opens == (opened is not None) or (opened is not None and edge.condition != opened):
            break
        yield Stretch(at, match.start(), opened)
        at, opened = match.end(), edge.condition if edge.opens else None
    else:
        if opened is None:
            yield Stretch(at, len(text), None)
            return
    raise ValueError("a block with show_if is cut by the layout; it must print each block whole and side by side")


def settle_lines(text: str, edges: Marks[Edge]) -> str:
    """Set the lines of a text part so that they are right with and without each piece between edges.

    The empty lines behind a piece belong to it, so that hiding it leaves those before it; and an edge has no line.
    """
    places = [(match.start(), match.end(), edge.opens) for match, edge in edges.find(text)]
    for start, end, opens in reversed(places):
        mark = text[start:end]
        if opens:
            text = text[:start] + mark + text[end:].lstrip("\n")
        else:
            before, after = text[:start].rstrip("\n"), text[end:]
            breaks = len(after) - len(after.lstrip("\n"))
            text = before + after[:breaks] + mark + after[breaks:]
    return re.sub(r"\n{3,}", "\n\n", text)
