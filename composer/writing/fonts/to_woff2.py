"""A font of any usual type is made WOFF2, and its own notes are read, in a process of its own: it may be a stranger's.

Enters, on standard input: a font. Leaves, on standard output: a line of JSON (family, weight, style, may_embed) and the
WOFF2. It ends with 1 for what is no font, or is damaged. Source of the notes: OpenType 1.9, tables name, OS/2 and fvar.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping
from typing import Any

from composer.limited_process import limit_this_process

_TYPOGRAPHIC_FAMILY, _FAMILY = 16, 1
_ITALIC = 0x0001  # OS/2 fsSelection
_RESTRICTED = 0x0002  # OS/2 fsType: "must not be … embedded … without first obtaining explicit permission"


def _notes(font: Any) -> Mapping[str, Any]:
    names, metrics = font["name"], font["OS/2"]
    axes = {axis.axisTag: axis for axis in font["fvar"].axes} if "fvar" in font else {}
    weight = str(_as_weight(metrics.usWeightClass))
    if "wght" in axes:
        lightest, boldest = _as_weight(axes["wght"].minValue), _as_weight(axes["wght"].maxValue)
        weight = f"{lightest} {boldest}" if lightest < boldest else str(lightest)
    return {
        "family": names.getDebugName(_TYPOGRAPHIC_FAMILY) or names.getDebugName(_FAMILY) or "",
        "weight": weight,
        "style": "italic" if metrics.fsSelection & _ITALIC else "normal",
        "may_embed": not metrics.fsType & _RESTRICTED,
    }


def _as_weight(said: float) -> int:
    """Give the nearest weight that style sheets know: fonts say 0, or 1200, too."""
    return min(max(round(said), 1), 1000)


def _make() -> int:
    limit_this_process()
    from fontTools.ttLib import TTFont

    content = sys.stdin.buffer.read()
    try:
        # Without a time of its own, so that the same font is the same file.
        font = TTFont(io.BytesIO(content), recalcTimestamp=False)
        notes = _notes(font)
        if font.flavor != "woff2":
            font.flavor = "woff2"
            made = io.BytesIO()
            font.save(made)
            content = made.getvalue()
    except Exception:
        return 1
    sys.stdout.buffer.write(json.dumps(notes).encode() + b"\n" + content)
    return 0


if __name__ == "__main__":
    sys.exit(_make())
