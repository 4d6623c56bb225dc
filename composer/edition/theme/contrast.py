"""The contrast of two colours tells how well they stand apart, for eyes that see less.

Enters: colours as themes write them, ``#1a2b3c`` or ``#1bc``. Leaves: a ratio from 1 to 21 (WCAG 2.2, "contrast
ratio" and "relative luminance").
"""

from __future__ import annotations

READABLE = 4.5
"""What running text needs for eyes that see less (WCAG 2.2, 1.4.3)."""

SEEN = 1.5
"""What words need to be seen at all: half of the 3:1 that ISO 9241-3 asks for eyes that see well.

APCA's table, by size and weight, has no letters for such colours either (below Lc 30): not the largest and boldest.
"""


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[float, ...]:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
