"""A picture of other colours than sRGB looks the same in a mail, where nobody reads its profile."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from composer.edition.pictures.files import read_picture
from composer.edition.pictures.imaging import for_mail, prepared, squared, with_play_mark
from composer.writing.pictures import picture_for_mail
from tests.support.colour_profiles import ADOBE_RGB, DISPLAY_P3, Triple, grey_profile, ink_profile, rgb_profile, srgb_of

P3, ADOBE, GREY = rgb_profile(DISPLAY_P3, 2.2), rgb_profile(ADOBE_RGB, 2.2), grey_profile(1.8)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
COLOUR = (200, 90, 60)
INKS = {(1, 0, 0): (60, -40, -40), (0, 1, 0): (50, 70, -5), (0, 0, 1): (90, -5, 90), (0, 0, 0): (96, 0, 0)}
"""What one ink on paper looks like, in L*, a*, b*; all others are made black."""


def looks(inks: Triple, black: float) -> Triple:
    return INKS.get((round(inks[0]), round(inks[1]), round(inks[2])), (20, 0, 0)) if not black else (8, 0, 0)


PRINT = ink_profile(looks)


def made(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    data = io.BytesIO()
    more: dict[str, object] = {"quality": 95} if kind in ("JPEG", "WEBP", "AVIF") else {}
    image.save(data, kind, **more, **options)
    return data.getvalue()


def flat(mode: str, colour: object, *, size: tuple[int, int] = (120, 60)) -> Image.Image:
    return Image.new(mode, size, colour)  # type: ignore[arg-type]


def seen(content: bytes, at: tuple[int, int] = (4, 4)) -> tuple[int, ...]:
    """Read a pixel as a mail program does that knows nothing of profiles."""
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.mode != "CMYK"
    assert "icc_profile" not in image.info
    pixel = image.convert("RGBA").getpixel(at)
    assert isinstance(pixel, tuple)
    return pixel if pixel[3] < 255 else pixel[:3]


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "stored": picture_for_mail,
    "whole": lambda content: prepared(content, max_width=None),
    "fits": lambda content: prepared(content, max_width=120),
    "scaled": lambda content: prepared(content, max_width=50),
    "squared": lambda content: squared(content, max_width=40),
    "cut": lambda content: squared(content, max_width=60),
    "marked": with_play_mark,
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    return WAYS[request.param]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(("profile", "primaries"), [(P3, DISPLAY_P3), (ADOBE, ADOBE_RGB)], ids=["P3", "Adobe"])
def test_a_photo_of_a_wider_profile_looks_the_same_without_it(
    way: Callable[[bytes], bytes], kind: str, profile: bytes, primaries: tuple[Triple, Triple, Triple]
) -> None:
    wanted = srgb_of(primaries, 2.2, COLOUR)
    assert max(abs(a - b) for a, b in zip(wanted, COLOUR, strict=True)) > 8, "the profile makes a difference"
    assert seen(way(made(flat("RGB", COLOUR), kind, icc_profile=profile))) == pytest.approx(wanted, abs=4)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_so_does_one_that_is_turned_into_what_mails_show(kind: str, mode: str) -> None:
    image = flat("RGB", COLOUR)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    content = made(image, kind, icc_profile=P3)
    for turned in (for_mail(content)[0], picture_for_mail(content)):
        assert seen(turned, (60, 57))[:3] == pytest.approx(srgb_of(DISPLAY_P3, 2.2, COLOUR), abs=6)


def test_so_does_one_that_moves() -> None:
    frames = [flat("RGB", COLOUR), flat("RGB", (20, 160, 60))]
    content, suffix = for_mail(made(frames[0], "WEBP", save_all=True, append_images=frames[1:], icc_profile=P3))
    moving = Image.open(io.BytesIO(content))
    assert (suffix, getattr(moving, "n_frames", 1)) == (".gif", 2)
    for number, colour in enumerate((COLOUR, (20, 160, 60))):
        moving.seek(number)
        assert moving.convert("RGB").getpixel((4, 4)) == pytest.approx(srgb_of(DISPLAY_P3, 2.2, colour), abs=8)


INK = [((0, 0, 0, 0), (96, 0, 0)), ((255, 0, 0, 0), (60, -40, -40)), ((0, 0, 255, 0), (90, -5, 90))]


def srgb_of_lab(lab: Triple) -> list[float]:
    height = (lab[0] + 16) / 116
    parts = (height + lab[1] / 500, height, height - lab[2] / 200)
    light = [part**3 if part > 6 / 29 else 3 * (6 / 29) ** 2 * (part - 4 / 29) for part in parts]
    xyz = (light[0] * 0.9642, light[1], light[2] * 0.8249)
    return srgb_of(((xyz[0], xyz[1], xyz[2]), (0, 0, 0), (0, 0, 0)), 1.0, (255, 0, 0))


@pytest.mark.parametrize(("inks", "lab"), INK)
def test_ink_is_what_its_profile_says(way: Callable[[bytes], bytes], inks: tuple[int, ...], lab: Triple) -> None:
    """The tolerance is for black: the darkest ink is made the darkest of the screen, so all gets darker."""
    shown = seen(way(made(flat("CMYK", inks), icc_profile=PRINT)))
    assert shown == pytest.approx(srgb_of_lab(lab), abs=14)


@pytest.mark.parametrize("profile", [b"", b"damaged", P3], ids=["none", "damaged", "of light"])
def test_ink_without_a_profile_is_mixed(way: Callable[[bytes], bytes], profile: bytes) -> None:
    for inks, colour in [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 128, 255, 64), (191, 95, 0)),
    ]:
        assert seen(way(made(flat("CMYK", inks), icc_profile=profile))) == pytest.approx(colour, abs=4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_printer_s_grey_is_the_same_grey(way: Callable[[bytes], bytes], kind: str) -> None:
    level = srgb_of(DISPLAY_P3, 1.8, (100, 100, 100))[0]
    shown = seen(way(made(flat("L", 100), kind, icc_profile=GREY)))
    assert shown == pytest.approx([level] * 3, abs=4)


def test_a_drawing_whose_half_tones_would_be_larger_is_only_put_right() -> None:
    stripes = flat("P", 0, size=(1600, 200))
    stripes.putpalette([*COLOUR, 255, 255, 255])
    for x in range(0, 1600, 2):
        stripes.paste(1, (x, 0, x + 1, 200))
    content = made(stripes, "PNG", icc_profile=P3, optimize=True)
    shown = prepared(content, max_width=1400)
    assert len(shown) <= len(prepared(content, max_width=None))
    assert seen(shown, at=(1, 4)) == pytest.approx(srgb_of(DISPLAY_P3, 2.2, COLOUR), abs=4)


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_what_has_holes_keeps_them(way: Callable[[bytes], bytes], mode: str) -> None:
    profile, wanted = (
        (GREY, srgb_of(DISPLAY_P3, 1.8, (100,) * 3)) if mode == "LA" else (P3, srgb_of(DISPLAY_P3, 2.2, COLOUR))
    )
    image = flat("RGBA", (*((100,) * 3 if mode == "LA" else COLOUR), 255))
    image.paste((0, 0, 0, 0), (0, 30, 120, 60))
    content = made(image.convert(mode), "PNG", icc_profile=profile)
    assert seen(way(content)) == pytest.approx(wanted, abs=4)
    side = Image.open(io.BytesIO(way(content))).height
    assert seen(way(content), (4, side - 3))[3] == 0


@pytest.mark.parametrize("transparent", [True, False])
def test_a_colour_that_is_a_hole_stays_one(transparent: bool) -> None:
    image = flat("RGB", COLOUR)
    image.paste((10, 200, 10), (0, 30, 120, 60))
    content = made(image, "PNG", icc_profile=P3, **({"transparency": (10, 200, 10)} if transparent else {}))
    shown = prepared(content, max_width=None)
    assert seen(shown) == pytest.approx(srgb_of(DISPLAY_P3, 2.2, COLOUR), abs=3)
    assert (len(seen(shown, (4, 50))) == 4) is transparent


def sixteen_bits(colour: tuple[int, ...], kind: int, *, profile: bytes = b"", hole: tuple[int, ...] = ()) -> bytes:
    """Write a PNG of 16 bits a channel (PNG specification 11.2), which Pillow only writes of greys."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    row = b"\0" + struct.pack(f">{len(colour)}H", *colour) * 120
    named = chunk(b"iCCP", b"made\0\0" + zlib.compress(profile)) if profile else b""
    named += chunk(b"tRNS", struct.pack(f">{len(hole)}H", *hole)) if hole else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 120, 60, 16, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + named + chunk(b"IDAT", zlib.compress(row * 60)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("profile", [b"", P3], ids=["none", "P3"])
@pytest.mark.parametrize("alpha", [(), (0x8000,)], ids=["whole", "half"])
def test_sixteen_bits_a_channel_look_the_same(profile: bytes, alpha: tuple[int, ...]) -> None:
    content = sixteen_bits((*(part * 257 for part in COLOUR), *alpha), 6 if alpha else 2, profile=profile)
    wanted = srgb_of(DISPLAY_P3, 2.2, COLOUR) if profile else COLOUR
    for name, way in WAYS.items():
        assert seen(way(content))[:3] == pytest.approx(wanted, abs=4), name
        assert (seen(way(content))[3:] == (128,)) is bool(alpha), name


@pytest.mark.parametrize("profile", [b"", GREY], ids=["none", "grey"])
@pytest.mark.parametrize("alpha", [(), (0x8000,)], ids=["whole", "half"])
def test_sixteen_bits_of_grey_look_the_same(profile: bytes, alpha: tuple[int, ...]) -> None:
    content = sixteen_bits((100 * 257, *alpha), 4 if alpha else 0, profile=profile)
    level = srgb_of(DISPLAY_P3, 1.8, (100,) * 3)[0] if profile else 100
    for name in ("scaled", "squared", "cut"):
        assert seen(WAYS[name](content))[:3] == pytest.approx([level] * 3, abs=4), name


@pytest.mark.parametrize("kind", [0, 2], ids=["grey", "colour"])
@pytest.mark.parametrize("name", ["scaled", "squared", "cut"])
def test_a_colour_of_sixteen_bits_that_is_a_hole_stays_one(kind: int, name: str) -> None:
    colour = (100 * 257,) if kind == 0 else tuple(part * 257 for part in COLOUR)
    assert seen(WAYS[name](sixteen_bits(colour, kind, hole=colour)))[3] == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    "profile",
    [SRGB, rgb_profile(((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)), 2.2)],
    ids=["sRGB", "gamma"],
)
def test_only_what_is_not_srgb_is_drawn_again(kind: str, profile: bytes) -> None:
    content = made(flat("RGB", COLOUR), kind, icc_profile=profile)
    unchanged = Image.open(io.BytesIO(prepared(content, max_width=None))).info.get("icc_profile") == profile
    assert unchanged is (profile == SRGB)


def test_a_picture_that_lies_in_the_folder_is_put_right_when_the_mail_is_composed(tmp_path: Path) -> None:
    (tmp_path / "ink.jpg").write_bytes(made(flat("CMYK", (0, 255, 255, 0)), icc_profile=b""))
    asset = read_picture(tmp_path, "ink.jpg").asset
    assert seen(prepared(asset.content, max_width=1280)) == pytest.approx((255, 0, 0), abs=4)
