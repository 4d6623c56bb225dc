"""The places of a mail that are the reader's: each gives its bytes from the reader's values.

A *piece* of a mail is bytes that all readers share, a ``Value``, or ``Shown`` pieces, which only those get of whom a
condition holds. Equal values are computed once for a mail, however often they stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from composer.address import wire_address
from composer.edition.conditions.condition import Condition, holds
from composer.edition.model import Context, Slot, SlottedText, every_piece
from composer.edition.slots.fill import slot_value
from composer.message.headers import text_field
from composer.message.links import Purpose
from composer.message.quoted_printable import SOFT_BREAK

MESSAGE_ID = "message-id"
"""The name of the Message-ID among a reader's values."""

Value = Callable[[Mapping[str, str]], bytes]
"""From a reader's values, by slot name, to the bytes of one place in the mail."""

# What most values are: a word or two of ASCII, which neither cleaning nor escaping changes.
_is_plain = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.:_-]*[A-Za-z0-9.])?").fullmatch
_ADDRESSES = (Context.URL, Context.URL_PART)


def _takes_plain(slot: Slot) -> bool:
    """Whether a plain value stands in this place as it is: no address is made of it, and no filter may change it."""
    return slot.context not in _ADDRESSES and all(name == "default" for name, _ in slot.filters)


@dataclass(frozen=True, slots=True)
class Shown:
    """Pieces that only those see of whom the condition holds. In quoted-printable they are whole lines."""

    condition: Condition
    pieces: tuple[bytes | Value, ...]


Piece = bytes | Value | Shown


@dataclass(frozen=True, slots=True)
class Token:
    """The part of a link that is the reader's; ``soft_break`` makes it a piece of quoted-printable, for the body."""

    purpose: Purpose
    soft_break: bool = False

    def __call__(self, values: Mapping[str, str]) -> bytes:
        token = values[self.purpose].encode("ascii")
        return token + SOFT_BREAK if self.soft_break else token


@dataclass(frozen=True, slots=True)
class SlotValue:
    """Fills a slot of the body; ``write`` encodes what stands there for one reader."""

    slot: Slot
    write: Callable[[str], bytes]
    _takes_plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_takes_plain", _takes_plain(self.slot))

    def __call__(self, values: Mapping[str, str]) -> bytes:
        if self._takes_plain and _is_plain(value := values.get(self.slot.name, "")):
            return self.write(value)
        return self.write(slot_value(self.slot, values))


@dataclass(frozen=True, slots=True)
class AddressValue:
    """Fills a slot with the reader's address; one that has more than ``most`` octets gets its domain in A-labels."""

    slot: Slot
    write: Callable[[str], bytes]
    most: int

    def __call__(self, values: Mapping[str, str]) -> bytes:
        written = self.write(slot_value(self.slot, values))
        if len(written) <= self.most:
            return written
        on_the_wire = {self.slot.name: wire_address(values[self.slot.name])}
        return self.write(slot_value(self.slot, on_the_wire))


@dataclass(frozen=True, slots=True)
class Truths:
    """Says which of the conditions hold, in a letter for each: "y" or "n"."""

    conditions: tuple[Condition, ...]

    def __call__(self, values: Mapping[str, str]) -> bytes:
        return b"".join([b"y" if holds(condition, values) else b"n" for condition in self.conditions])


@dataclass(frozen=True, slots=True)
class _SubjectField:
    """Writes the Subject of one reader, where it has slots."""

    segments: SlottedText

    def __call__(self, values: Mapping[str, str]) -> bytes:
        words = (part if isinstance(part, str) else slot_value(part, values) for part in every_piece(self.segments))
        return text_field("Subject", "".join(words))


def subject_piece(segments: SlottedText) -> bytes | Value:
    """The Subject: bytes if all readers share it, a ``Value`` if it has slots."""
    if any(isinstance(piece, Slot) for piece in every_piece(segments)):
        return _SubjectField(segments)
    return text_field("Subject", "".join(piece for piece in every_piece(segments) if isinstance(piece, str)))


def to_field(values: Mapping[str, str]) -> bytes:
    """Write the To field of one reader. Raises AddressError."""
    return f"To: {wire_address(values['subscriber.email'])}\r\n".encode()


def message_id_value(values: Mapping[str, str]) -> bytes:
    """Give the Message-ID, which has angle brackets around it."""
    return values[MESSAGE_ID].encode("ascii")
