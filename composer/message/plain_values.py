"""Tells values by which no message can fail: a quick look at many, in place of making each message.

``are_plain`` errs to one side only: what it passes, ``CompiledMessage.values`` takes (a property test holds them
together); of what it does not pass, most is fine all the same, and has to be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from composer.address import are_plain_addresses


def are_plain(values: Iterable[str], *, addresses: Sequence[str]) -> bool:
    """Whether all of these values and addresses are plain beyond doubt."""
    text = "".join(values)
    # Printable: no control characters, no unpaired surrogates. "=?" may begin an encoded-word, which hides anything;
    # joined up, two values may only look as if they had one.
    return text.isprintable() and "=?" not in text and are_plain_addresses(addresses)
