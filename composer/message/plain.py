"""Which values are so plain that no message can fail by them: a quick look at many, in place of making each message.

``are_plain`` errs to one side only: what it passes, ``CompiledMessage.values`` takes (a property test holds them
together); of what it does not pass, most is fine all the same, and has to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# A part of the addresses that ``wire_address`` takes: ASCII, and far from every limit of length. Never given back
# what is matched (++), so a page of them is looked through once, at the speed of C.
_PLAIN_ADDRESSES = re.compile(
    r"(?:[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@[A-Za-z0-9]++(?:[.-][A-Za-z0-9]++)*+\n)*+",
)
_SAFE_LENGTH = 60


def are_plain(values: Iterable[str], *, addresses: Sequence[str]) -> bool:
    """Whether all of these values and addresses are plain beyond doubt."""
    text = "".join(values)
    # Printable: no control characters, no unpaired surrogates. "=?" may begin an encoded-word, which hides anything;
    # joined up, two values may only look as if they had one.
    if not text.isprintable() or "=?" in text:
        return False
    lines = "".join([f"{address}\n" for address in addresses])
    return (
        lines.count("\n") == len(addresses)
        and max(map(len, addresses), default=0) <= _SAFE_LENGTH
        and _PLAIN_ADDRESSES.fullmatch(lines) is not None
    )
