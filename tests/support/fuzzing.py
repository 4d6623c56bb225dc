"""Input from outside, broken in every way: made by dice whose seed is told, so that what fails can be had again.

``make test`` throws a few at every door; ``make torture`` fifty times as many, with a new seed each time.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence

SEED = int(os.environ.get("NEWSLETTER_TEST_SEED", "9"))
TIMES = int(os.environ.get("NEWSLETTER_TEST_FUZZ", "1"))

ODD = (
    *("", " ", "\0", "\x1b[2J", "\r\n", "\x7f", "\x85", "\u202e", "\u2028", "\ufeff", "\udc80", "\U0010ffff"),
    *("é", "ﬁ", "İ", "日", "[", "[/red]", "{{ ", "{% ", "${x}", "%s", "%00", "%ff", "..", "/../../etc/passwd", "//"),
    *("\\", "'", '"', "<b>", "&amp;", "=?utf-8?b?a?=", "=?utf-8?q?=0A?=", "9" * 400, "-1", "1e999", "NaN"),
    *("undefined", "null", "true", "9999-12-31", "0000-00-00", "@", "a@", "@a", "x" * 5000, "![" * 200, "- " * 200),
    *(sign * 200 for sign in "[`*<&({#|:"),
)
"""Pieces that have brought programs down."""


def dice(name: str) -> random.Random:
    """The dice of one door. Each door has its own, so that a new one does not change what the others get."""
    return random.Random(f"{SEED} {name}")


def cases(count: int, name: str) -> Iterator[tuple[str, random.Random]]:
    """``count`` cases, or as many times that as was asked for: how each can be had again, and its dice."""
    for number in range(count * TIMES):
        yield f"NEWSLETTER_TEST_SEED={SEED}, case {number}", dice(f"{name} {number}")


def broken(text: str, rng: random.Random, *, odd: Sequence[str] = ODD) -> str:
    """The text after some cuts, swaps, doublings and odd pieces."""
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, to = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        match rng.randrange(6):
            case 0:
                text = text[:at] + rng.choice(odd) + text[at:]
            case 1:
                text = text[:at] + rng.choice(odd) + text[to:]
            case 2:
                text = text[:at] + text[min(to, at + 20) :]
            case 3:
                text = text[:at] + text[at : at + 200] * rng.choice((2, 3, 30)) + text[at:]
            case 4:
                text = text[:at] + chr(rng.choice((rng.randrange(128), rng.randrange(0x3000)))) + text[at + 1 :]
            case _:
                text = text[:at]
    return text


def broken_bytes(data: bytes, rng: random.Random) -> bytes:
    """The same for octets."""
    text = broken(data.decode("latin-1"), rng)
    return (
        text.encode("latin-1", "surrogateescape" if rng.random() < 0.5 else "replace")
        if _fits(text)
        else text.encode("utf-8", "surrogatepass")
    )


def _fits(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)
