"""Turns the pieces of a mail into its literals, its values, and a function that joins the two for one reader.

The pieces that a reader sees depend on which conditions hold of them. Readers of whom the same hold share an
arrangement; it is made when the first of them comes. A mail without conditions has one arrangement, made at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from composer.edition.conditions.condition import Condition
from composer.message.reader_values import Piece, Shown, Truths, Value, message_id_value

_KEPT_ARRANGEMENTS = 256

Arrange = Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
"""Picks, of all literals and values, those of one mail, in order; some stand in it more than once."""


class _PlacedPiece(NamedTuple):
    """A place in the mail: which piece stands there (literals are numbered first, then values), and who sees it.

    ``condition`` is the number of the condition that has to hold; with none, everybody sees it.
    """

    number: int
    condition: int | None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The parts of all mails of one edition, and how they are joined.

    ``arrange`` takes the literals followed by the values. ``shape`` is a text that two arrangements share if, and only
    if, they join alike.
    """

    literals: tuple[bytes, ...]
    values: tuple[Value, ...]
    arrange: Arrange
    shape: str


def arrange_pieces(pieces: Iterable[Piece]) -> Arrangement:
    """Join literals that stand beside each other, count equal values once, and note what stands where.

    The Message-ID is always the first value; if there are conditions, their ``Truths`` are the second.
    """
    conditions: dict[Condition, int] = {}
    flat: list[tuple[bytes | Value, int | None]] = []
    for piece in pieces:
        if isinstance(piece, Shown):
            number = conditions.setdefault(piece.condition, len(conditions))
            flat += ((part, number) for part in piece.pieces)
        else:
            flat.append((piece, None))
    truths = Truths(tuple(conditions))
    first_values: list[Value] = [message_id_value, truths] if conditions else [message_id_value]
    literals, values, places = _numbered(flat, first_values)
    if not conditions:
        order = [place.number for place in places]
        return Arrangement(literals, values, itemgetter(*order), repr(order))
    shape = repr([tuple(place) for place in places])
    return Arrangement(literals, values, _by_truths(places, at=len(literals) + 1), shape)


def _numbered(
    flat: Iterable[tuple[bytes | Value, int | None]], first_values: Iterable[Value]
) -> tuple[tuple[bytes, ...], tuple[Value, ...], list[_PlacedPiece]]:
    literals: list[bytes] = []
    values = {value: number for number, value in enumerate(first_values)}
    order: list[tuple[bool, int, int | None]] = []
    for piece, condition in flat:
        if not isinstance(piece, bytes):
            order.append((True, values.setdefault(piece, len(values)), condition))
        elif order and not order[-1][0] and order[-1][2] == condition:
            literals[-1] += piece
        else:
            order.append((False, len(literals), condition))
            literals.append(piece)
    places = [_PlacedPiece(number + len(literals) * varies, condition) for varies, number, condition in order]
    return tuple(literals), tuple(values), places


def _by_truths(places: list[_PlacedPiece], *, at: int) -> Arrange:
    """Arrange by the ``Truths`` at ``at`` among the pieces: a letter for each condition says whether it holds."""

    @lru_cache(maxsize=_KEPT_ARRANGEMENTS)
    def arrangement(truths: bytes) -> Arrange:
        return itemgetter(
            *(number for number, condition in places if condition is None or truths[condition] == ord("y"))
        )

    return lambda pieces: arrangement(pieces[at])(pieces)
