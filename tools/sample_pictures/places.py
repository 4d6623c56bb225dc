"""Draws the conference in Nice, 16:9, and the newsletter's own mark."""

from __future__ import annotations

from .pen import (
    BLUSH,
    CORAL,
    FOREST,
    INK,
    MIST,
    NIGHT,
    OCHRE,
    SAND,
    SEA,
    WHITE,
    around,
    disc,
    group,
    line,
    path,
    points,
    polygon,
    rect,
    sheet,
)


def baie_des_anges() -> str:
    """Nice: the blue chairs of the promenade, turned to the sea, one for whoever comes."""
    sun = disc(1010, 300, 118, CORAL)
    sea = rect(0, 426, 1600, 300, SEA)
    swell = "".join(
        path(f"M0 {y} Q200 {y - h} 400 {y} T800 {y} T1200 {y} T1600 {y} V760 H0 Z", tone)
        for y, h, tone in ((486, 14, "#3a8f95"), (546, 20, "#5fa9ab"), (616, 26, MIST), (668, 22, WHITE))
    )
    glitter = "".join(
        rect(1010 - w / 2, y, w, 9, "#f08a63", radius=4.5)
        for y, w in points("440,210 462,150 486,180 512,96 538,130 566,60")
    )
    boat = (
        path("M700 500 h150 l-26 34 h-100 Z", INK)
        + polygon(points("770,376 770,488 700,488"), SAND)
        + polygon(points("780,396 780,488 846,488"), CORAL)
    )
    promenade = path("M0 700 Q800 664 1600 700 V900 H0 Z", SAND) + path(
        "M0 722 Q800 686 1600 722 V732 Q800 696 0 732 Z", "#e3d3b9"
    )
    chairs = "".join(_chair(x, y) for x, y in points("300,822 560,812 820,808 1080,814"))
    palms = _palm(1330, 750, lean=26, scale=0.72) + _palm(1460, 790, lean=-30, scale=1.08)
    gulls = line(
        "M360 130 q24 -24 44 0 q24 -24 44 0 M560 190 q16 -16 30 0 q16 -16 30 0 M330 210 q14 -14 26 0 q14 -14 26 0",
        INK,
        7,
    )
    return sheet(1600, 900, OCHRE, sun, _old_town(), sea, swell, glitter, boat, gulls, promenade, palms, chairs)


def _old_town() -> str:
    """Draw the hills, and the houses at their foot."""
    hills = path("M0 430 V300 Q120 200 250 270 T520 300 Q640 330 700 430 Z", FOREST) + path(
        "M0 430 V350 Q160 290 300 350 T600 400 L640 430 Z", INK
    )
    houses = "".join(
        rect(x, y, w, 430 - y, tone)
        + polygon([(x - 4, y), (x + w + 4, y), (x + w - 6, y - 14), (x + 6, y - 14)], CORAL)
        for x, y, w, tone in (
            (0, 330, 60, BLUSH),
            (66, 352, 56, SAND),
            (128, 318, 48, OCHRE),
            (182, 348, 66, BLUSH),
            (254, 362, 54, SAND),
            (314, 346, 46, BLUSH),
            (366, 374, 60, OCHRE),
            (432, 380, 50, SAND),
        )
    )
    dome = path("M196 348 q18 -52 36 0 Z", SEA) + rect(212, 290, 4, 20, INK)
    shutters = "".join(
        rect(x, y, 9, 14, SEA)
        for x, y in points(
            "14,350 36,350 14,378 36,378 78,372 100,372 140,340 156,340 140,368 156,368 196,368 "
            "226,368 268,380 290,380 326,366 342,366 384,392 404,392"
        )
    )
    return hills + houses + dome + shutters


def _chair(x: float, ground: float) -> str:
    """Draw a blue chair from behind."""
    blue = "#2a4a9b"
    return group(
        polygon(points("-60,26 74,26 40,40 -110,40"), "#d5c3a4"),
        line("M-62 -150 L-66 34 M62 -150 L66 34", blue, 13),
        line("M-40 -40 L-44 10 M40 -40 L44 10", NIGHT, 11),
        path("M-66 -152 Q0 -172 66 -152 L68 -112 Q0 -130 -68 -112 Z", blue),
        rect(-64, -96, 128, 15, blue),
        rect(-65, -70, 130, 15, blue),
        path("M-64 -44 H64 L56 -22 H-56 Z", "#3b61c4"),
        x=x,
        y=ground,
    )


def _palm(x: float, ground: float, *, lean: float, scale: float = 1) -> str:
    leaves = "".join(
        group(path("M0 0 Q70 -70 190 -10 Q160 -14 150 6 Q126 -14 112 14 Q90 -8 76 18 Q50 -4 0 0 Z", tone), turn=turn)
        for turn, tone in (
            (18, FOREST),
            (-24, SEA),
            (-66, FOREST),
            (-114, SEA),
            (-160, FOREST),
            (-205, SEA),
            (56, SEA),
            (124, FOREST),
        )
    )
    trunk = path(f"M-15 0 Q{lean} -260 {lean - 9} -500 h18 Q{lean + 22} -260 17 0 Z", INK)
    return group(
        trunk,
        group(leaves, x=lean, y=-500),
        disc(lean - 10, -490, 13, CORAL),
        disc(lean + 12, -486, 13, CORAL),
        x=x,
        y=ground,
        scale=scale,
    )


def assembly() -> str:
    """The mark: an assembly seen from above, seats in half rings around whoever speaks."""
    seats = "".join(
        disc(*around(200, 264, radius, -90 + 180 * seat / (count - 1)), 20, SAND)
        for radius, count in ((76, 5), (134, 8))
        for seat in range(count)
    )
    return sheet(400, 400, "#b8391b", seats, disc(200, 264, 34, OCHRE))
