"""The palette and the few cuts that every picture is made of. Lengths are in units of the picture's own viewBox."""

from __future__ import annotations

import math
from collections.abc import Iterable

INK = "#14213d"
NIGHT = "#22345f"
SEA = "#2f7f86"
MIST = "#b9d7d6"
SAND = "#f5ead9"
OCHRE = "#f2b441"
CORAL = "#e2562d"
BLUSH = "#f2b79d"
BROWN = "#7a3f2a"

# The same papers in another light.
WHITE = "#ffffff"
TAN = "#c98a63"
FOREST = "#28717a"
SHADE = "#235f66"
DUSK = "#31487f"
DEEP = "#0c152b"

SKINS = (BLUSH, BROWN, TAN)

Point = tuple[float, float]


def sheet(width: int, height: int, ground: str, *cuts: str) -> str:
    """A picture: a sheet of paper with cuts laid on it, the first at the bottom."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>{"".join(cuts)}</svg>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>'


def disc(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, stroke: str, width: float) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'


def points(coordinates: str) -> list[Point]:
    """Points written as SVG writes them: ``"0,90 0,60 430,60"``."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in coordinates.split())]


def polygon(points: Iterable[Point], fill: str) -> str:
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{fill}"/>'


def path(d: str, fill: str) -> str:
    return f'<path d="{d}" fill="{fill}"/>'


def line(d: str, stroke: str, width: float) -> str:
    """Draw an open line with round ends."""
    return (
        f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width:g}"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


def group(*cuts: str, x: float = 0, y: float = 0, turn: float = 0, scale: float = 1, flip: bool = False) -> str:
    """Cuts moved together; ``turn`` in degrees, clockwise."""
    across = -scale if flip else scale
    return f'<g transform="translate({x:g} {y:g}) rotate({turn:g}) scale({across:g} {scale:g})">{"".join(cuts)}</g>'


def clipped(name: str, window: str, *cuts: str) -> str:
    """Cuts seen through a window."""
    return f'<clipPath id="{name}">{window}</clipPath><g clip-path="url(#{name})">{"".join(cuts)}</g>'


def around(x: float, y: float, radius: float, degrees: float) -> Point:
    """A point on a circle; 0 degrees is the top, clockwise."""
    turn = math.radians(degrees - 90)
    return x + radius * math.cos(turn), y + radius * math.sin(turn)


def walker(
    x: float, ground: float, *, height: float, coat: str, skin: str, hair: str, legs: str = INK, flip: bool = False
) -> str:
    """Draw somebody walking to the right, standing on ``ground``; drawn 200 units high, then scaled."""
    return group(
        path("M-10 -92 L-34 -4 L-20 0 L4 -70 L22 -2 L38 -6 L20 -92 Z", legs),
        path("M-37 -6 h20 l4 8 h-24 Z M20 -6 h20 l8 8 h-28 Z", legs),
        path("M-16 -156 Q2 -168 18 -154 L32 -70 Q4 -58 -30 -72 Z", coat),
        path("M-6 -146 L-36 -100 L-28 -94 L6 -126 Z", coat),
        path("M0 -168 h12 v16 h-12 Z", skin),
        disc(6, -178, 17, skin),
        path("M-14 -168 Q-18 -200 8 -200 Q26 -198 24 -182 Q8 -186 4 -178 Q0 -160 -14 -156 Z", hair),
        x=x,
        y=ground,
        scale=height / 200,
        flip=flip,
    )


def stander(x: float, ground: float, *, height: float, coat: str, skin: str, hair: str, legs: str = INK) -> str:
    """Draw somebody standing, seen from the front or the back; drawn 200 units high, then scaled."""
    return group(
        rect(-16, -84, 14, 84, legs),
        rect(2, -84, 14, 84, legs),
        path("M-26 -150 Q0 -166 26 -150 L30 -66 H-30 Z", coat),
        rect(-6, -170, 12, 18, skin),
        disc(0, -180, 17, skin),
        path("M-18 -176 Q-20 -202 0 -202 Q20 -202 18 -176 Q10 -190 0 -190 Q-10 -190 -18 -176 Z", hair),
        x=x,
        y=ground,
        scale=height / 200,
    )
