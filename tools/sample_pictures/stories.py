"""Draws the pictures of the three articles, 3:2."""

from __future__ import annotations

from .pen import (
    BLUSH,
    BROWN,
    CORAL,
    DEEP,
    DUSK,
    FOREST,
    INK,
    MIST,
    NIGHT,
    OCHRE,
    SAND,
    SEA,
    SHADE,
    SKINS,
    TAN,
    WHITE,
    around,
    clipped,
    disc,
    ellipse,
    group,
    line,
    path,
    points,
    polygon,
    rect,
    sheet,
    walker,
)


def street_at_night() -> str:
    """Security in public and in private: a lit street, a lit room, and who is in them."""
    moon = disc(1060, 118, 46, SAND) + disc(1082, 104, 42, NIGHT)
    stars = "".join(disc(x, y, 3.5, SAND) for x, y in points("520,110 660,70 760,150 930,60 590,190"))
    pavement = rect(0, 706, 1200, 94, "#0f1930") + polygon(points("560,706 1130,706 1200,800 490,800"), SAND)
    cone = polygon(points("806,176 886,176 1130,706 560,706"), OCHRE) + ellipse(845, 708, 285, 30, OCHRE)
    lamp = (
        line("M1046 706 V206 Q1046 150 990 150 H870", INK, 14)
        + path("M800 178 Q806 134 846 134 Q886 134 892 178 Z", CORAL)
        + rect(1026, 660, 40, 50, INK)
    )
    shadow = polygon(points("772,716 812,716 706,800 620,800"), "#d99a2b")
    woman = walker(800, 724, height=330, coat=CORAL, skin=BLUSH, hair=INK, legs=NIGHT)
    bag = path("M756 556 h34 l8 46 h-48 Z", SAND) + line("M760 556 Q773 520 788 556", SAND, 5)
    return sheet(1200, 800, NIGHT, moon, stars, _far_roofs(), _house(), pavement, cone, shadow, lamp, woman, bag)


def _far_roofs() -> str:
    roofs = points(
        "420,800 420,330 520,250 620,330 620,390 700,390 700,300 860,300 860,360 930,300 1000,360 "
        "1000,260 1120,260 1120,340 1200,340 1200,800"
    )
    windows = points(
        "480,340 540,340 480,400 540,400 730,340 790,340 730,400 1030,300 1070,300 1030,360 "
        "1150,380 1150,440 660,440 900,400 960,400"
    )
    return polygon(roofs, "#2c4174") + "".join(rect(x, y, 16, 24, NIGHT) for x, y in windows)


def _house() -> str:
    """Draw a dark house with one room lit, and a door."""
    dark = points("52,140 166,140 280,140 52,520 166,520")
    panes = "".join(rect(x, y, 76, 118, DUSK) + rect(x, y + 118, 76, 8, CORAL) for x, y in dark)
    door = rect(280, 520, 80, 190, CORAL) + rect(292, 534, 56, 80, INK) + disc(346, 640, 5, OCHRE)
    return (
        rect(0, 90, 400, 620, INK)
        + polygon(points("0,90 0,60 430,60 430,90"), CORAL)
        + panes
        + clipped("room", rect(52, 322, 304, 134, OCHRE), *_room())
        + rect(202, 322, 6, 134, INK)
        + rect(40, 456, 328, 12, CORAL)
        + door
    )


def _room() -> tuple[str, ...]:
    """Draw two people at a table under a lamp."""
    one = (
        disc(0, -58, 21, BROWN),
        path("M-22 -52 Q-26 -84 0 -84 Q26 -84 22 -46 Q14 -66 0 -66 Q-16 -66 -22 -52 Z", INK),
        path("M-42 20 Q-42 -34 0 -36 Q42 -34 42 20 Z", SEA),
    )
    other = (
        disc(0, -52, 19, BLUSH),
        path("M-21 -40 Q-24 -76 0 -76 Q24 -76 21 -30 L12 -34 Q16 -58 0 -60 Q-12 -58 -21 -40 Z", BROWN),
        path("M-38 20 Q-38 -28 0 -30 Q38 -28 38 20 Z", SAND),
    )
    return (
        rect(52, 322, 304, 134, OCHRE),
        polygon(points("52,322 150,322 52,420"), "#f7ca72"),
        line("M300 322 V352", INK, 4),
        path("M278 372 Q300 332 322 372 Z", CORAL),
        group(*one, x=128, y=456),
        group(*other, x=238, y=456),
        rect(160, 432, 40, 6, INK),
    )


def round_table() -> str:
    """A meeting whose table is the plan of a city: twelve people, seen from above."""
    light = polygon(points("0,0 420,0 0,520"), "#3a8f95") + polygon(points("1200,240 1200,800 760,800"), FOREST)
    jackets = (CORAL, INK, OCHRE, SAND, INK, BLUSH, CORAL, SAND, NIGHT, OCHRE, SAND, CORAL)
    hairs = (INK, BROWN, INK, TAN, OCHRE, INK, BROWN, INK, MIST, BROWN, INK, BLUSH)
    people = "".join(
        _seen_from_above(30 * place + 15, jacket=jacket, hair=hair, skin=SKINS[place % 3])
        for place, (jacket, hair) in enumerate(zip(jackets, hairs, strict=True))
    )
    table = disc(0, 0, TABLE + 16, INK) + clipped("plan", disc(0, 0, TABLE, SAND), *_city_plan())
    papers = "".join(
        _paper(*around(0, 0, TABLE - 34, at), turn=turn) for at, turn in points("12,18 104,96 196,204 283,280")
    )
    cups = "".join(
        disc(*around(0, 0, TABLE - 26, at), 13, WHITE) + disc(*around(0, 0, TABLE - 26, at), 8, BROWN)
        for at in (62, 150, 240, 330)
    )
    shade = ellipse(22, 30, TABLE + 30, TABLE + 26, SHADE)
    return sheet(1200, 800, SEA, light, group(shade, people, table, papers, cups, x=600, y=400, scale=1.2))


TABLE = 236.0
"""The radius of the round table."""


def _city_plan() -> tuple[str, ...]:
    """Draw a square in the middle, two rings of blocks, a river and two bridges' roads."""
    inner = (OCHRE, BLUSH, BLUSH, OCHRE, BLUSH, CORAL, BLUSH, BLUSH)
    outer = (BLUSH, BLUSH, CORAL, BLUSH, OCHRE, BLUSH, BLUSH, OCHRE)
    return (
        disc(0, 0, TABLE, SAND),
        *(_city_block(45 * place + 4, 37, 60, 118, tone) for place, tone in enumerate(inner)),
        *(_city_block(22.5 * place + 2, 18.5, 132, 176, tone) for place, tone in enumerate(outer * 2)),
        line("M-260 120 Q-90 30 0 150 T270 70", SEA, 40),
        line("M-60 20 L-120 240 M70 20 L130 240", SAND, 12),
        disc(0, 0, 50, SEA),
        disc(0, 0, 32, SAND),
        disc(0, 0, 12, CORAL),
    )


def _city_block(start: float, sweep: float, inner: float, outer: float, tone: str) -> str:
    end = start + sweep
    return polygon(
        [around(0, 0, r, at) for r, at in ((inner, start), (outer, start), (outer, end), (inner, end))], tone
    )


def _paper(x: float, y: float, *, turn: float) -> str:
    lines = (rect(-11, -16, 22, 4, MIST), rect(-11, -6, 22, 4, MIST), rect(-11, 4, 14, 4, MIST))
    return group(rect(-19, -26, 38, 52, WHITE), *lines, x=x, y=y, turn=turn)


def _seen_from_above(at: float, *, jacket: str, hair: str, skin: str) -> str:
    """Draw somebody at the table, looking at its middle; ``at`` in degrees around it."""
    x, y = around(0, 0, TABLE + 66, at)
    return group(
        ellipse(10, 14, 66, 40, SHADE),
        line("M-48 2 Q-54 34 -26 44 M48 2 Q54 34 26 44", jacket, 22),
        disc(-24, 46, 11, skin),
        disc(24, 46, 11, skin),
        ellipse(0, 0, 62, 30, jacket),
        disc(0, 2, 27, hair),
        path("M-13 24 Q0 34 13 24 Z", skin),
        x=x,
        y=y,
        turn=at,
    )


def bars_into_trees() -> str:
    """From prison back to town: bars that turn into trees, and a path that leads on."""
    sun = disc(770, 300, 150, OCHRE)
    cell = polygon(points("0,0 400,0 300,800 0,800"), NIGHT) + polygon(points("0,560 330,560 300,800 0,800"), INK)
    meadow = path("M300 800 L330 560 Q760 530 1200 560 V800 Z", SEA)
    way = path("M250 800 Q560 690 690 640 T1010 556 L1060 556 Q900 620 840 660 T640 800 Z", SAND)
    bars = "".join(rect(x, 0, 22, 800 if x < 300 else 760, DEEP) for x in (40, 130, 220, 310))
    bars += rect(0, 150, 372, 20, DEEP) + rect(0, 420, 344, 20, DEEP)
    sprouts = "".join(
        path(f"M{x} {y} q{8 * side} -34 {44 * side} -40 q{-2 * side} 36 {-44 * side} 40 Z", tone)
        for x, y, side, tone in (
            (332, 300, 1, SEA),
            (310, 560, -1, SEA),
            (332, 640, 1, OCHRE),
            (242, 330, 1, SEA),
            (220, 640, -1, SEA),
        )
    )
    trees = (
        _tree(420, 640, height=500, crown=70, shade=SEA, lit="#3c959a")
        + _tree(540, 600, height=310, crown=76, shade=CORAL, lit="#ec7a52")
        + _tree(1090, 640, height=250, crown=84, shade=FOREST, lit=SEA)
        + _tree(965, 590, height=170, crown=54, shade=OCHRE, lit="#f6c96f")
    )
    somebody = walker(700, 706, height=270, coat=CORAL, skin=BROWN, hair=INK)
    shadow = polygon(points("680,706 720,706 560,770 500,770"), "#dcc9ab")
    bundle = rect(652, 566, 40, 50, OCHRE, radius=14)
    birds = line("M610 150 q16 -16 30 0 q16 -16 30 0 M930 120 q12 -12 22 0 q12 -12 22 0", INK, 6)
    return sheet(
        1200, 800, SAND, sun, birds, _sunny_town(), meadow, cell, way, bars, sprouts, trees, shadow, bundle, somebody
    )


def _sunny_town() -> str:
    roofs = points(
        "560,560 560,470 620,420 680,470 680,440 760,440 760,380 800,330 840,380 840,470 900,470 "
        "900,410 990,410 990,460 1050,410 1110,460 1110,430 1200,430 1200,560"
    )
    windows = points("600,480 630,480 700,470 730,470 793,410 920,440 950,440 1040,480 1140,460 1170,460")
    return polygon(roofs, BLUSH) + "".join(rect(x, y, 14, 22, SAND) for x, y in windows)


def _tree(x: float, ground: float, *, height: float, crown: float, shade: str, lit: str) -> str:
    """Draw a bar for a trunk, a disc for a crown, half of it in the light."""
    lit_half = f"M0 {-crown} A{crown} {crown} 0 0 1 0 {crown} Q{crown * 0.5} 0 0 {-crown} Z"
    branch = f"M0 {crown * 0.9} V{-crown * 0.3} M0 {crown * 0.4} l{crown * 0.4} {-crown * 0.4}"
    return group(
        rect(-11, 0, 22, height, DEEP),
        disc(0, 0, crown, shade),
        path(lit_half, lit),
        line(branch, DEEP, 7),
        x=x + 11,
        y=ground - height,
    )
