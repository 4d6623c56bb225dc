"""Forced dark: what a mail program makes of a mail's colours that does not ask for its dark styles, in one model.

Enters: a colour of the mail by day, ``#1a2b3c``. Leaves: the colour that the preview's "forced dark" shows, by the same
arithmetic. Pictures stay as they are.

Each program has its own arithmetic and none is published. Gmail on iOS and Outlook on Windows turn light into dark and
dark into light and keep the hue (hteumeuleu.com, "Fixing Gmail's dark mode issues", 2021); Outlook.com darkens grounds
and corrects letters until they stand out ("Dealing with Outlook.com's dark mode", 2019), which is kinder. The model is
of the first kind: ``invert()`` and ``hue-rotate(180deg)`` of Filter Effects Module Level 1, whose black is not quite.
"""

from __future__ import annotations

INVERTED = 0.92
_HUE_ROTATED = ((-0.574, 1.43, 0.144), (0.426, 0.43, 0.144), (0.426, 1.43, -0.856))
"""The standard's matrix for half a turn."""

# Twice inverted is as it was: pictures keep their colours, as in the programs that do this.
FORCED_DARK_STYLE = (
    f"html{{background:#fff;filter:invert({f'{INVERTED:g}'.lstrip('0')}) hue-rotate(180deg)}}"
    "img,video,svg{filter:invert(1) hue-rotate(180deg)}"
)


def in_forced_dark(colour: str) -> str:
    """Give the colour that ``#1a2b3c`` or ``#1bc`` becomes."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    levels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    inverted = [INVERTED + (1 - 2 * INVERTED) * level for level in levels]
    turned = (sum(part * level for part, level in zip(row, inverted, strict=True)) for row in _HUE_ROTATED)
    return "#" + "".join(f"{round(255 * min(max(level, 0), 1)):02x}" for level in turned)
