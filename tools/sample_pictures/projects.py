"""Draws the square pictures of the four projects and of the fact sheet."""

from __future__ import annotations

import math

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
    TAN,
    Point,
    clipped,
    disc,
    ellipse,
    group,
    line,
    path,
    points,
    polygon,
    rect,
    ring,
    sheet,
    stander,
    walker,
)


def megaphone() -> str:
    """LOUD: a raised hand with a megaphone, and what comes out of it."""
    horn = group(
        polygon(points("0,-44 210,-128 210,128 0,44"), SAND),
        polygon(points("0,0 210,0 210,128 0,44"), "#e3d3b9"),
        rect(-92, -44, 92, 88, INK, radius=16),
        ellipse(210, 0, 34, 128, INK),
        ellipse(214, 0, 22, 100, BROWN),
        x=300,
        y=450,
        turn=-28,
    )
    arm = (
        polygon(points("170,800 190,560 300,548 336,800"), NIGHT)
        + polygon(points("186,588 190,552 302,540 306,576"), OCHRE)
        + rect(206, 440, 82, 122, BROWN, radius=34)
        + line("M232 462 H292 M232 492 H296 M232 522 H290", BROWN, 30)
        + line("M252 477 H296 M252 507 H296", "#5d2f20", 4)
    )
    words = (
        disc(640, 190, 78, OCHRE)
        + path("M600 250 L586 300 L650 262 Z", OCHRE)
        + rect(420, 70, 132, 104, INK, radius=22)
        + path("M456 170 L452 214 L500 170 Z", INK)
        + line("M452 108 h68 M452 136 h44", SAND, 10)
        + rect(640, 330, 120, 120, SEA, radius=60)
        + path("M648 410 L616 456 L690 446 Z", SEA)
        + line("M676 392 l16 16 l34 -38", SAND, 12)
        + line("M606 190 q17 -22 34 0 t34 0", INK, 10)
    )
    rays = line("M556 300 L590 280 M580 350 L624 344 M520 262 L540 228", SAND, 12)
    corner = path("M0 0 H300 A300 300 0 0 1 0 300 Z", "#ea7148")
    return sheet(800, 800, CORAL, corner, arm, horn, rays, words)


def football() -> str:
    """Draw MATCH-SPORT: one ball, sewn from patches of every colour."""
    x, y, r = 430.0, 370.0, 240.0
    stripes = "".join(rect(at, 0, 133, 800, "#3a8f95") for at in (0, 266, 532, 798))
    lines = line("M-20 690 H820", SAND, 14) + ring(430, 690, 250, SAND, 14)
    shadow = ellipse(x + 60, y + r + 16, r * 0.92, 44, "#1f6168")
    return sheet(800, 800, SEA, stripes, lines, shadow, disc(x, y, r, SAND), *_patches(x, y, r), _shade(x, y, r))


def _shade(x: float, y: float, r: float) -> str:
    return (
        f'<path d="M{x + r * 0.62} {y - r * 0.785} A{r} {r} 0 1 1 {x - r * 0.86} {y + r * 0.51}'
        f' A{r * 1.12} {r * 1.12} 0 0 0 {x + r * 0.62} {y - r * 0.785} Z" fill="{INK}" opacity="0.22"/>'
    )


def _patches(x: float, y: float, r: float) -> list[str]:
    """Give the visible faces of a truncated icosahedron: pentagons at the corners, seams between them."""
    tones = (CORAL, INK, OCHRE, INK, CORAL, OCHRE, INK, CORAL, INK, CORAL, INK, OCHRE)
    corners = sorted((_turned(corner) for corner in _icosahedron()), key=lambda corner: -corner[2])
    cuts = []
    for tone, corner in zip(tones, corners, strict=True):
        near = [other for other in corners if other is not corner and math.dist(corner, other) < 1.1]
        if corner[2] < -0.5:
            continue
        around = sorted((_between(corner, other, 1 / 3) for other in near), key=lambda at: _bearing(corner, at))
        ends = [_flat(at, x, y, r) for at in around]
        seams = [
            (_flat(_between(corner, other, 1 / 3), x, y, r), _flat(_between(corner, other, 0.5), x, y, r))
            for other in near
            if _between(corner, other, 0.5)[2] > 0
        ]
        cuts += [line(f"M{a[0]:.1f} {a[1]:.1f} L{b[0]:.1f} {b[1]:.1f}", INK, 7) for a, b in seams]
        if corner[2] > 0.25:
            cuts.append(polygon(ends, tone))
    return [clipped("ball", disc(x, y, r, SAND), *cuts)]


Space = tuple[float, float, float]


def _icosahedron() -> list[Space]:
    golden = (1 + math.sqrt(5)) / 2
    flat = [(0.0, s, t * golden) for s in (-1.0, 1.0) for t in (-1.0, 1.0)]
    corners = flat + [(a, b, c) for c, a, b in flat] + [(c, a, b) for a, b, c in flat]
    length = math.hypot(1, golden)
    return [(a / length, b / length, c / length) for a, b, c in corners]


def _turned(point: Space) -> Space:
    """Turn the ball a little, so that no pentagon looks straight at us."""
    x, y, z = point
    x, z = x * math.cos(0.42) + z * math.sin(0.42), z * math.cos(0.42) - x * math.sin(0.42)
    y, z = y * math.cos(0.3) - z * math.sin(0.3), z * math.cos(0.3) + y * math.sin(0.3)
    return x, y, z


def _between(a: Space, b: Space, part: float) -> Space:
    x, y, z = (p + (q - p) * part for p, q in zip(a, b, strict=True))
    length = math.hypot(x, y, z)
    return x / length, y / length, z / length


def _bearing(centre: Space, point: Space) -> float:
    return math.atan2(point[1] - centre[1], point[0] - centre[0])


def _flat(point: Space, x: float, y: float, r: float) -> Point:
    return x + r * point[0], y + r * point[1]


def edinburgh() -> str:
    """Draw PACTESUR: the castle above, a square for everyone below."""
    sun = disc(560, 250, 120, SAND)
    rock = polygon(
        points("0,520 60,430 150,400 190,330 300,316 330,300 560,316 620,380 680,420 800,540 800,640 0,640"),
        NIGHT,
    ) + polygon(
        points("330,300 560,316 620,380 680,420 800,540 800,640 430,640 470,450 400,400"),
        DUSK,
    )
    gables = "".join(
        _gable(x, width, height, tone)
        for x, width, height, tone in (
            (-20, 130, 190, CORAL),
            (110, 110, 240, SAND),
            (220, 130, 170, SEA),
            (350, 100, 220, BLUSH),
            (450, 130, 180, CORAL),
            (580, 110, 250, SAND),
            (690, 130, 190, SEA),
        )
    )
    place = rect(0, 610, 800, 190, MIST) + path("M0 690 Q400 640 800 690 V800 H0 Z", SAND)
    planters = "".join(
        rect(x - 4, 652, 8, 40, INK)
        + disc(x, 640, 32, FOREST)
        + path(f"M{x} 608 a32 32 0 0 1 0 64 Z", SEA)
        + polygon([(x - 30, 688), (x + 30, 688), (x + 22, 724), (x - 22, 724)], INK)
        for x in (90, 400, 710)
    )
    people = (
        walker(230, 764, height=128, coat=CORAL, skin=BLUSH, hair=BROWN)
        + stander(300, 764, height=132, coat=NIGHT, skin=BROWN, hair=INK, legs=BROWN)
        + walker(560, 772, height=134, coat=OCHRE, skin=TAN, hair=INK, flip=True)
        + stander(500, 770, height=84, coat=SEA, skin=BLUSH, hair=OCHRE)
    )
    return sheet(800, 800, OCHRE, sun, rock, _castle(), gables, place, planters, people)


def _castle() -> str:
    return (
        rect(200, 236, 90, 90, INK)
        + _battlements(200, 236, 90)
        + rect(290, 260, 150, 60, INK)
        + polygon(points("310,260 350,214 390,260"), INK)
        + rect(430, 210, 110, 112, INK)
        + _battlements(430, 210, 110)
        + rect(540, 262, 46, 60, INK)
        + rect(483, 130, 5, 84, INK)
        + path("M488 132 h66 l-18 20 l18 20 h-66 Z", CORAL)
        + "".join(rect(x, 256, 12, 20, OCHRE) for x in (222, 256, 456, 500))
        + rect(344, 280, 12, 18, OCHRE)
    )


def _battlements(x: float, y: float, width: float) -> str:
    count = int(width // 18)
    return "".join(rect(x + i * width / count, y - 12, 10, 14, INK) for i in range(count))


def _gable(x: float, width: float, height: float, tone: str) -> str:
    """Draw a house of the old town: crow-stepped gable, chimney, four windows."""
    top = 620 - height
    steps = [(x, 620.0), (x, top + 50)]
    for step in range(4):
        steps += [(x + step * width / 8, top + 50 - step * 14), (x + (step + 1) * width / 8, top + 50 - step * 14)]
    steps += [(x + width - (px - x), py) for px, py in reversed(steps)]
    windows = "".join(
        rect(
            x + width * at - 9,
            top + 66 + row * 46,
            18,
            28,
            OCHRE if (row + int(at * 10) + int(height)) % 3 == 0 else INK,
        )
        for row in range(int((height - 80) // 46) + 1)
        for at in (0.3, 0.7)
    )
    return rect(x + width * 0.62, top - 4, 18, 40, INK) + polygon(steps, tone) + windows


def turin_at_night() -> str:
    """Draw TO-Nite: the Mole above the roofs, bulbs on a string, people dancing."""
    moon = disc(640, 150, 70, SAND) + disc(612, 134, 62, NIGHT)
    stars = "".join(disc(x, y, 3.5, SAND) for x, y in points("90,110 210,210 160,60 520,70 720,290 560,250 90,300"))
    roofs = polygon(points("0,640 0,520 70,480 140,520 140,560 216,560 216,640"), INK) + polygon(
        points("536,640 536,540 620,540 620,500 690,460 760,500 800,500 800,640"), INK
    )
    roofs += "".join(rect(x, y, 16, 22, OCHRE) for x, y in points("36,540 90,540 170,585 650,520 700,520 570,570"))
    square = rect(0, 630, 800, 170, "#0f1930") + ellipse(400, 740, 330, 60, "#2c4174")
    strings = line("M-10 330 Q200 470 400 400 T810 380", SAND, 4)
    bulbs = "".join(
        disc(x, y + 14, 11, OCHRE)
        for x, y in points("40,361 110,395 180,414 250,420 320,415 480,385 560,372 640,366 720,366")
    )
    dancers = (
        _dancer(180, 760, 200, CORAL, BLUSH, turn=-6)
        + _dancer(300, 770, 190, OCHRE, BROWN, turn=8)
        + _dancer(430, 776, 210, SEA, TAN, turn=-4)
        + _dancer(550, 768, 190, SAND, BROWN, turn=9)
        + _dancer(660, 760, 200, CORAL, BLUSH, turn=-9)
    )
    return sheet(800, 800, NIGHT, moon, stars, roofs, _mole(), square, strings, bulbs, dancers)


def _mole() -> str:
    """Draw the Mole Antonelliana: hall, dome, lantern, spire."""
    return (
        polygon(points("372,190 376,40 380,190"), CORAL)
        + disc(376, 44, 8, OCHRE)
        + polygon(points("352,246 362,180 390,180 400,246"), SAND)
        + rect(340, 240, 72, 10, CORAL)
        + rect(346, 250, 60, 44, SAND)
        + "".join(rect(x, 256, 8, 34, NIGHT) for x in (352, 366, 380, 394))
        + path("M216 480 Q226 320 336 294 H416 Q526 320 536 480 Z", CORAL)
        + path("M376 294 H416 Q526 320 536 480 H376 Z", "#b8421f")
        + line(
            "M286 478 Q294 350 352 296 M336 478 Q340 360 366 296 M466 478 Q458 350 400 296 M416 478 Q412 360 386 296",
            "#f08a63",
            5,
        )
        + rect(200, 476, 352, 26, SAND)
        + rect(216, 502, 320, 140, BLUSH)
        + rect(376, 502, 160, 140, "#d99a80")
        + "".join(rect(x, 522, 22, 60, NIGHT, radius=11) for x in (236, 276, 316, 356, 396, 436, 476, 510))
    )


def _dancer(x: float, ground: float, height: float, shirt: str, skin: str, *, turn: float) -> str:
    """Draw somebody with both arms in the air."""
    return group(
        path("M-18 -86 L-34 0 h16 L0 -64 L20 0 h16 L18 -86 Z", "#3d5a9c"),
        line("M-18 -134 Q-44 -150 -40 -192 M18 -134 Q46 -148 38 -196", shirt, 15),
        disc(-40, -196, 9, skin),
        disc(38, -200, 9, skin),
        path("M-26 -136 Q0 -156 26 -136 L20 -78 H-20 Z", shirt),
        rect(-6, -158, 12, 18, skin),
        disc(0, -168, 17, skin),
        path("M-18 -164 Q-20 -190 0 -190 Q20 -190 18 -164 Q10 -178 0 -178 Q-10 -178 -18 -164 Z", INK),
        x=x,
        y=ground,
        turn=turn,
        scale=height / 200,
    )


def eye_of_data() -> str:
    """The fact sheet on predictive policing: an eye made of data points."""
    step, cuts = 25.0, []
    for row in range(1, 36):
        for column in range(1, 32):
            x, y = (column + row % 2 / 2) * step, row * step * 0.9
            reach = max(0.0, 1 - ((x - 400) / 345) ** 2)
            lid = abs(y - 400) / (205 * reach) if reach else 2.0
            away = math.hypot(x - 400, y - 400)
            if lid > 1:
                cuts.append(disc(x, y, max(2.0, 5.2 - 1.2 * lid), "#3d5a9c"))
            elif math.hypot(x - 432, y - 362) < 26:
                cuts.append(disc(x, y, 10.5, SAND))
            elif away < 62:
                cuts.append(disc(x, y, 11, DEEP))
            elif away < 140:
                cuts.append(disc(x, y, 11.5, OCHRE if away < 88 else CORAL))
            else:
                cuts.append(disc(x, y, 9.5 - 4 * lid, SAND))
    return sheet(800, 800, NIGHT, *cuts)
