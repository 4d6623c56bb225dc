"""Colour profiles (ICC.1:2001-04) made by hand, and what colours in them are in sRGB, reckoned apart from Pillow.

Enters: primaries and a curve, or what inks look like. Leaves: the bytes of a profile as they stand in pictures.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import product

Triple = tuple[float, float, float]

_D50 = (0.9642, 1.0, 0.8249)
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
"""XYZ of red, green and blue, adapted to D50."""
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def rgb_profile(primaries: tuple[Triple, Triple, Triple], gamma: float) -> bytes:
    """Make a profile of three primaries and one curve, a power."""
    tags = {tag: _xyz(colour) for tag, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(gamma)))


def grey_profile(gamma: float) -> bytes:
    """Make a profile of greys that are this power of light."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _curve(gamma)})


def ink_profile(looks: Callable[[Triple, float], Triple]) -> bytes:
    """Make a profile of four inks: of (cyan, magenta, yellow) and black, 0 or 1 each, ``looks`` says L*, a*, b*."""
    corners = (looks((c, m, y), k) for c, m, y, k in product((0, 1), repeat=4))
    table = b"".join(bytes((round(light * 2.55), round(a + 128), round(b + 128))) for light, a, b in corners)
    straight = bytes(range(256))
    one = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + one + straight * 4 + table + straight * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut, b"A2B1": lut})


def srgb_of(primaries: tuple[Triple, Triple, Triple], gamma: float, colour: tuple[int, int, int]) -> list[float]:
    """Reckon what a colour of these primaries is in sRGB, in levels of 255, cut off where sRGB ends."""
    light = [(level / 255) ** gamma for level in colour]
    seen = [sum(light[n] * primaries[n][axis] for n in range(3)) for axis in range(3)]
    return [_level(part) for part in _solved(_SRGB, seen)]


def _level(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def _solved(columns: tuple[Triple, Triple, Triple], wanted: list[float]) -> list[float]:
    """Solve by Cramer's rule."""

    def determinant(a: Triple, b: Triple, c: Triple) -> float:
        minors = (b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0])
        return sum(x * y for x, y in zip(a, minors, strict=True))

    right = (wanted[0], wanted[1], wanted[2])
    whole = determinant(*columns)
    replaced = [[right if at == n else column for at, column in enumerate(columns)] for n in range(3)]
    return [determinant(*three) / whole for three in replaced]


def _profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"desc": _text(b"made for a test"), b"cprt": b"text\0\0\0\0public\0", b"wtpt": _xyz(_D50), **tags}
    at, index, body = 128 + 4 + 12 * len(tags), b"", b""
    for tag, content in tags.items():
        padded = content + b"\0" * (-len(content) % 4)
        index += tag + struct.pack(">II", at + len(body), len(content))
        body += padded
    white = struct.pack(">3i", *(round(part * 65536) for part in _D50))
    head = bytes(8) + b"\x02\x10\0\0" + kind + space + connection + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp"
    whole = (head.ljust(68, b"\0") + white).ljust(128, b"\0") + struct.pack(">I", len(tags)) + index + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _xyz(colour: Triple) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(part * 65536) for part in colour))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def _text(words: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + b"\0" + b"\0" * 78
