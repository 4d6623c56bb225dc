"""The pictures of the three articles, 3:2."""

from __future__ import annotations

from sample_pictures.pen import (
    BLUSH,
    BROWN,
    CORAL,
    INK,
    MIST,
    NIGHT,
    OCHRE,
    SAND,
    SEA,
    SKINS,
    around,
    clipped,
    disc,
    ellipse,
    group,
    line,
    path,
    polygon,
    rect,
    ring,
    sheet,
    walker,
)


def street_at_night() -> str:
    """Security in public and in private: a lit street, a lit room, and who is in them."""
    roofs = polygon(
        [(420, 800), (420, 330), (520, 250), (620, 330), (620, 390), (700, 390), (700, 300), (860, 300), (860, 360),
         (930, 300), (1000, 360), (1000, 260), (1120, 260), (1120, 340), (1200, 340), (1200, 800)],
        "#2c4174",
    )  # fmt: skip
    far_windows = "".join(
        rect(x, y, 16, 24, NIGHT)
        for x, y in ((480, 340), (540, 340), (480, 400), (540, 400), (730, 340), (790, 340), (730, 400), (1030, 300),
                     (1070, 300), (1030, 360), (1150, 380), (1150, 440), (660, 440), (900, 400), (960, 400))
    )  # fmt: skip
    house = rect(0, 90, 400, 620, INK) + polygon([(0, 90), (0, 60), (430, 60), (430, 90)], CORAL)
    panes = "".join(
        rect(x, y, 76, 118, "#31487f") + rect(x, y + 118, 76, 8, CORAL)
        for y in (140, 330, 520)
        for x in (52, 166, 280)
        if (x, y) not in ((166, 330), (280, 330), (52, 330), (280, 520))
    )
    room = (
        rect(52, 322, 304, 134, OCHRE)
        + clipped(
            "room",
            rect(52, 322, 304, 134, OCHRE),
            rect(52, 322, 304, 134, OCHRE),
            polygon([(52, 322), (150, 322), (52, 420)], "#f7ca72"),
            line("M300 322 V352", INK, 4),
            path("M278 372 Q300 332 322 372 Z", CORAL),
            group(disc(0, -58, 21, BROWN), path("M-22 -52 Q-26 -84 0 -84 Q26 -84 22 -46 Q14 -66 0 -66 Q-16 -66 -22 -52 Z", INK),
                  path("M-42 20 Q-42 -34 0 -36 Q42 -34 42 20 Z", SEA), x=128, y=456),
            group(disc(0, -52, 19, BLUSH), path("M-21 -40 Q-24 -76 0 -76 Q24 -76 21 -30 L12 -34 Q16 -58 0 -60 Q-12 -58 -21 -40 Z", BROWN),
                  path("M-38 20 Q-38 -28 0 -30 Q38 -28 38 20 Z", SAND), x=238, y=456),
            rect(160, 432, 40, 6, INK),
        )
        + rect(202, 322, 6, 134, INK)
        + rect(40, 456, 328, 12, CORAL)
    )  # fmt: skip
    door = rect(280, 520, 80, 190, CORAL) + rect(292, 534, 56, 80, INK) + disc(346, 640, 5, OCHRE)
    pavement = rect(0, 706, 1200, 94, "#0f1930") + polygon([(560, 706), (1130, 706), (1200, 800), (490, 800)], SAND)
    cone = polygon([(806, 176), (886, 176), (1130, 706), (560, 706)], OCHRE) + ellipse(845, 708, 285, 30, OCHRE)
    lamp = (
        line("M1046 706 V206 Q1046 150 990 150 H870", INK, 14)
        + path("M800 178 Q806 134 846 134 Q886 134 892 178 Z", CORAL)
        + rect(1026, 660, 40, 50, INK)
    )
    shadow = polygon([(772, 716), (812, 716), (706, 800), (620, 800)], "#d99a2b")
    woman = walker(800, 724, height=330, coat=CORAL, skin=BLUSH, hair=INK, legs=NIGHT)
    bag = path("M756 556 h34 l8 46 h-48 Z", SAND) + line("M760 556 Q773 520 788 556", SAND, 5)
    moon = disc(1060, 118, 46, SAND) + disc(1082, 104, 42, NIGHT)
    stars = "".join(disc(x, y, r, SAND) for x, y, r in ((520, 110, 4), (660, 70, 3), (760, 150, 3), (930, 60, 4), (590, 190, 3)))
    return sheet(
        1200, 800, NIGHT, moon, stars, roofs, far_windows, house, panes, room, door, pavement, cone, shadow, lamp, woman, bag
    )  # fmt: skip


def round_table() -> str:
    """A meeting whose table is the plan of a city: twelve people, seen from above."""
    x, y, r = 600.0, 400.0, 236.0
    light = polygon([(0, 0), (420, 0), (0, 520)], "#3a8f95") + polygon([(1200, 240), (1200, 800), (760, 800)], "#28717a")
    jackets = (CORAL, INK, OCHRE, SAND, INK, BLUSH, CORAL, SAND, NIGHT, OCHRE, SAND, CORAL)
    hairs = (INK, BROWN, INK, "#c98a63", OCHRE, INK, BROWN, INK, MIST, BROWN, INK, BLUSH)
    people = "".join(
        _seen_from_above(*around(x, y, r + 66, 15 + 30 * place), turn=15 + 30 * place, jacket=jackets[place],
                         hair=hairs[place], skin=SKINS[place % 3])
        for place in range(12)
    )  # fmt: skip
    plan = clipped(
        "plan",
        disc(x, y, r, SAND),
        disc(x, y, r, SAND),
        *(polygon([around(x, y, 60, a + 5), around(x, y, 118, a + 3), around(x, y, 118, a + 42), around(x, y, 60, a + 40)], tone)
          for a, tone in ((0, OCHRE), (45, BLUSH), (90, BLUSH), (135, OCHRE), (180, BLUSH), (225, CORAL), (270, BLUSH), (315, BLUSH))),
        *(polygon([around(x, y, 132, a + 2), around(x, y, 176, a + 2), around(x, y, 176, a + 20.5), around(x, y, 132, a + 20.5)], tone)
          for a, tone in zip(range(0, 360, 22), (BLUSH, BLUSH, CORAL, BLUSH, OCHRE, BLUSH, BLUSH, OCHRE, BLUSH, BLUSH, CORAL, BLUSH,
                             BLUSH, OCHRE, BLUSH, BLUSH, BLUSH), strict=True)),
        line(f"M{x - 260} {y + 120} Q{x - 90} {y + 30} {x} {y + 150} T{x + 270} {y + 70}", SEA, 40),
        line(f"M{x - 60} {y + 20} L{x - 120} {y + 240}", SAND, 12),
        line(f"M{x + 70} {y + 20} L{x + 130} {y + 240}", SAND, 12),
        disc(x, y, 50, SEA), disc(x, y, 32, SAND), disc(x, y, 12, CORAL),
    )  # fmt: skip
    papers = "".join(
        group(rect(-19, -26, 38, 52, "#ffffff"), rect(-11, -16, 22, 4, MIST), rect(-11, -6, 22, 4, MIST), rect(-11, 4, 14, 4, MIST),
              x=px, y=py, turn=angle)
        for px, py, angle in ((*around(x, y, r - 34, 12), 18), (*around(x, y, r - 34, 104), 96), (*around(x, y, r - 34, 196), 204),
                              (*around(x, y, r - 34, 283), 280))
    )  # fmt: skip
    cups = "".join(
        disc(*around(x, y, r - 26, a), 13, "#ffffff") + disc(*around(x, y, r - 26, a), 8, BROWN) for a in (62, 150, 240, 330)
    )
    return sheet(
        1200, 800, SEA, light,
        group(ellipse(x + 22, y + 30, r + 30, r + 26, "#235f66"), people, disc(x, y, r + 16, INK), plan, papers, cups,
              x=-120, y=-80, scale=1.2),
    )  # fmt: skip


def _seen_from_above(x: float, y: float, *, turn: float, jacket: str, hair: str, skin: str) -> str:
    return group(
        ellipse(10, 14, 66, 40, "#235f66"),
        line("M-48 2 Q-54 34 -26 44 M48 2 Q54 34 26 44", jacket, 22),
        disc(-24, 46, 11, skin), disc(24, 46, 11, skin),
        ellipse(0, 0, 62, 30, jacket),
        disc(0, 2, 27, hair),
        path("M-13 24 Q0 34 13 24 Z", skin),
        x=x, y=y, turn=turn,
    )  # fmt: skip


def bars_into_trees() -> str:
    """From prison back to town: bars that turn into trees, and a path that leads on."""
    sun = disc(770, 300, 150, OCHRE)
    town = polygon(
        [(560, 560), (560, 470), (620, 420), (680, 470), (680, 440), (760, 440), (760, 380), (800, 330), (840, 380), (840, 470),
         (900, 470), (900, 410), (990, 410), (990, 460), (1050, 410), (1110, 460), (1110, 430), (1200, 430), (1200, 560)],
        BLUSH,
    )  # fmt: skip
    windows = "".join(
        rect(x, y, 14, 22, SAND)
        for x, y in ((600, 480), (630, 480), (700, 470), (730, 470), (793, 410), (920, 440), (950, 440), (1040, 480), (1140, 460), (1170, 460))
    )
    cell = polygon([(0, 0), (400, 0), (300, 800), (0, 800)], NIGHT) + polygon([(0, 560), (330, 560), (300, 800), (0, 800)], INK)
    meadow = path("M300 800 L330 560 Q760 530 1200 560 V800 Z", SEA)
    way = path("M250 800 Q560 690 690 640 T1010 556 L1060 556 Q900 620 840 660 T640 800 Z", SAND)
    bars = "".join(rect(x, 0, 22, 800 if x < 300 else 760, "#0c152b") for x in (40, 130, 220, 310))
    bars += rect(0, 150, 372, 20, "#0c152b") + rect(0, 420, 344, 20, "#0c152b")
    sprouts = "".join(
        path(f"M{x} {y} q{8 * side} -34 {44 * side} -40 q{-2 * side} 36 {-44 * side} 40 Z", tone)
        for x, y, side, tone in ((332, 300, 1, SEA), (310, 560, -1, SEA), (332, 640, 1, OCHRE), (242, 330, 1, SEA), (220, 640, -1, SEA))
    )
    trees = (
        _tree(420, 640, 500, 70, SEA, "#3c959a")
        + _tree(540, 600, 310, 76, CORAL, "#ec7a52")
        + _tree(1090, 640, 250, 84, "#28717a", SEA)
        + _tree(965, 590, 170, 54, OCHRE, "#f6c96f")
    )
    somebody = walker(700, 706, height=270, coat=CORAL, skin=BROWN, hair=INK)
    shadow = polygon([(680, 706), (720, 706), (560, 770), (500, 770)], "#dcc9ab")
    bundle = rect(652, 566, 40, 50, OCHRE, radius=14)
    birds = line("M610 150 q16 -16 30 0 q16 -16 30 0 M930 120 q12 -12 22 0 q12 -12 22 0", INK, 6)
    return sheet(1200, 800, SAND, sun, birds, town, windows, meadow, cell, way, bars, sprouts, trees, shadow, bundle, somebody)


def _tree(x: float, ground: float, height: float, crown: float, shade: str, lit: str) -> str:
    """A bar for a trunk, a disc for a crown, half of it in the light."""
    top = ground - height
    return (
        rect(x, top, 22, height, "#0c152b")
        + disc(x + 11, top, crown, shade)
        + path(f"M{x + 11} {top - crown} A{crown} {crown} 0 0 1 {x + 11} {top + crown} Q{x + 11 + crown * 0.5} {top} {x + 11} {top - crown} Z", lit)
        + line(f"M{x + 11} {top + crown * 0.9} V{top - crown * 0.3} M{x + 11} {top + crown * 0.4} l{crown * 0.4} {-crown * 0.4}", "#0c152b", 7)
    )
