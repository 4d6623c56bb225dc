"""Writes the tree of a mail's parts (RFC 2045, 2046) as pieces.

::

    multipart/mixed                    if files go along
    ├── multipart/alternative
    │   ├── text/plain
    │   └── multipart/related          if pictures are embedded (RFC 2387)
    │       ├── text/html
    │       └── image/png …            Content-ID (RFC 2392)
    └── text/calendar …

Each multipart has a boundary of its own. It contains "=_", which neither quoted-printable nor base64 ever writes. A
part that is 7bit may have these two signs, but not what follows: a hash of the edition's digest, which is made of that
part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from composer.message.reader_values import Piece


@dataclass(frozen=True, slots=True)
class MimePart:
    """A leaf of the tree: it holds one text, picture or file.

    ``header`` has its fields without their line ends; ``content`` ends with the line break before a delimiter.
    """

    header: tuple[str, ...]
    content: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Multipart:
    """Parts that stand under one header. ``parameters`` are those of its Content-Type besides the boundary."""

    subtype: str
    parts: tuple[Entity, ...]
    parameters: tuple[str, ...] = ()


Entity = MimePart | Multipart


def in_multipart(
    subtype: str, first: Entity, others: tuple[Entity, ...], *, parameters: tuple[str, ...] = ()
) -> Entity:
    """Put ``first`` into a multipart with ``others``; without others, leave it as it is."""
    return Multipart(subtype, (first, *others), parameters) if others else first


def entity_pieces(entity: Entity, *, digest: str) -> Iterator[Piece]:
    """Write a part with all that is in it, from its Content-Type on."""
    if isinstance(entity, MimePart):
        yield _lines(*entity.header, "")
        yield from entity.content
        return
    boundary = f"=_{hashlib.sha256(f'{digest} {entity.subtype}'.encode()).hexdigest()[:40]}"
    parameters = (*entity.parameters, f'boundary="{boundary}"')
    yield _lines(f"Content-Type: multipart/{entity.subtype}" + "".join(f";\r\n {one}" for one in parameters), "")
    for part in entity.parts:
        yield _lines(f"--{boundary}")
        yield from entity_pieces(part, digest=digest)
    yield _lines(f"--{boundary}--")


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
