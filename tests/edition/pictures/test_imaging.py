"""What is done to the bytes of a picture: turned, scaled, stripped, and nothing else."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFile
from PIL.PngImagePlugin import PngInfo

from composer.edition.pictures import imaging
from composer.edition.pictures.imaging import (
    UnreadableError,
    for_mail,
    measure,
    plate_for,
    prepared,
    squared,
    with_play_mark,
)

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
SECRET = b"Rue de la Paix 7"


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 200), *, orientation: int = 1, mode: str = "RGB") -> bytes:
    """Left half red, right half blue, with everything in it that a camera writes."""
    image = Image.new("RGB", size, "#c02020")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="#2020c0")
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (43.0, 42.0, 0.0), 29: SECRET.decode()})
    data = io.BytesIO()
    notes = PngInfo()
    notes.add_text("Comment", SECRET.decode())
    more: dict[str, object] = {"comment": SECRET, "quality": 95} if kind == "JPEG" else {"pnginfo": notes}
    image.convert(mode).save(data, kind, exif=exif, icc_profile=_profile(), **more)
    return data.getvalue()


@cache
def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("max_width", [None, 400, 100])
def test_nobody_learns_where_a_picture_was_taken(kind: str, max_width: int | None) -> None:
    content = photo(kind)
    assert SECRET in content
    made = prepared(content, max_width=max_width)
    assert SECRET not in made
    assert not opened(made).getexif()
    assert opened(made).info["icc_profile"] == _profile()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_fits_keeps_its_pixels(kind: str) -> None:
    content = photo(kind)
    made = prepared(content, max_width=400)
    assert opened(made).tobytes() == opened(content).tobytes()
    assert len(made) < len(content)


def test_a_film_behind_a_photo_is_left_out() -> None:
    assert prepared(photo() + b"ftypmp4" + SECRET, max_width=None) == prepared(photo(), max_width=None)
    assert SECRET not in prepared(photo("PNG") + SECRET, max_width=None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(kind: str, orientation: int) -> None:
    content = photo(kind, orientation=orientation)
    made = opened(prepared(content, max_width=None))
    assert made.size == measure(content)[1:] == ((400, 200) if orientation < 5 else (200, 400))
    corner = made.convert("RGB").getpixel((4, 4))
    assert isinstance(corner, tuple)
    assert (corner[0] > corner[2]) is (orientation in (1, 4, 5, 6))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_wide_photo_is_scaled_down(mode: str) -> None:
    content = photo(mode="RGB") if mode == "RGB" else photo(mode=mode)
    made = prepared(content, max_width=100)
    assert opened(made).size == (100, 50)
    assert opened(made).mode in ("RGB", "L")
    assert len(made) < len(content)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_wide_drawing_is_scaled_down_and_stays_transparent(mode: str) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGBA")
    noise.putalpha(Image.new("L", (300, 300), 90))
    data = io.BytesIO()
    noise.convert(mode).save(data, "PNG")
    made = opened(prepared(data.getvalue(), max_width=100))
    assert made.size == (100, 100)
    if mode in ("LA", "RGBA"):
        assert made.getpixel((50, 50))[3] == 90  # type: ignore[index]


def test_scaling_never_makes_a_file_larger() -> None:
    data = io.BytesIO()
    stripes = Image.new("P", (2000, 400))
    stripes.putpalette([0, 0, 0, 255, 255, 255])
    for x in range(0, 2000, 2):
        stripes.paste(1, (x, 0, x + 1, 400))
    stripes.save(data, "PNG", optimize=True)
    assert len(prepared(data.getvalue(), max_width=1999)) <= len(data.getvalue())


def test_a_moving_picture_stays_as_it_is() -> None:
    data = io.BytesIO()
    frames = [Image.new("P", (300, 100), number) for number in range(3)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    assert prepared(data.getvalue(), max_width=10) == data.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_play_mark_is_drawn_in_the_middle_of_a_copy(kind: str) -> None:
    content = photo(kind) if kind != "GIF" else _gif()
    made = opened(with_play_mark(content))
    assert made.size == (400, 200)
    assert made.convert("L").getpixel((200, 100)) == pytest.approx(255, abs=12)
    dark = made.convert("L").getpixel((182, 100))
    assert isinstance(dark, int | float)
    assert dark < opened(content).convert("L").getpixel((182, 100))  # type: ignore[operator]
    assert made.convert("RGB").getpixel((2, 2)) == pytest.approx(opened(content).convert("RGB").getpixel((2, 2)), abs=6)


def _gif() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (400, 200), "#c02020").save(data, "GIF")
    return data.getvalue()


@given(cut=st.integers(0, 3000), flip=st.integers(0, 3000), kind=st.sampled_from(["JPEG", "PNG"]))
def test_damaged_files_are_made_or_refused(cut: int, flip: int, kind: str) -> None:
    content = bytearray(photo(kind))
    content[flip % len(content)] ^= 0x5A
    for work in (lambda data: prepared(data, max_width=50), with_play_mark):
        try:
            assert work(bytes(content[: len(content) - cut % len(content)]))
        except UnreadableError as error:
            assert "picture" in str(error)  # noqa: PT017  not every damage is seen


@pytest.mark.parametrize("lenient", [True, False])
def test_half_a_picture_is_refused_whatever_other_libraries_allow(
    monkeypatch: pytest.MonkeyPatch, lenient: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    content = photo(size=(1203, 601))
    with pytest.raises(UnreadableError, match="damaged"):
        prepared(content[: len(content) * 2 // 3], max_width=50)
    assert lenient is ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "_MAX_PIXELS_JPEG", 407 * 200 - 1)
    with pytest.raises(UnreadableError, match="407 × 200"):
        measure(photo(size=(407, 200)))  # of no other test: what was measured is kept


def test_the_same_bytes_come_out_in_another_process() -> None:
    script = (
        "import sys, hashlib; from composer.edition.pictures.imaging import prepared;"
        "print(hashlib.sha256(prepared(sys.stdin.buffer.read(), max_width=99)).hexdigest())"
    )
    content = photo()
    run = [
        subprocess.run([sys.executable, "-c", script], input=content, capture_output=True, check=True) for _ in range(2)
    ]
    assert run[0].stdout == run[1].stdout != b""


def test_a_large_png_is_refused_before_it_is_read_and_a_large_jpeg_is_read_small() -> None:
    bomb, photo_of_a_city = io.BytesIO(), io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    with pytest.raises(UnreadableError, match="9000 × 9000"):
        measure(bomb.getvalue())
    Image.new("L", (9000, 9000), 90).save(photo_of_a_city, "JPEG")
    assert opened(prepared(photo_of_a_city.getvalue(), max_width=300)).size == (300, 300)


@pytest.mark.parametrize(("focus", "is_red"), [((0.0, 0.5), True), ((1.0, 0.5), False), ((0.2, 0.0), True)])
def test_a_square_is_cut_around_its_focus(focus: tuple[float, float], is_red: bool) -> None:
    made = opened(squared(photo(), max_width=100, focus=focus)).convert("RGB")
    assert made.size == (100, 100)
    pixel = made.getpixel((50, 50))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel
    assert (red > blue) is is_red


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_what_mail_programs_do_not_show_is_turned_into_what_they_do(kind: str) -> None:
    content, suffix = for_mail(photo(kind))
    assert (suffix, measure(content)) == (".jpg", ("image/jpeg", 400, 200))
    drawing = io.BytesIO()
    Image.new("RGBA", (40, 20), (200, 20, 20, 0)).save(drawing, kind)
    content, suffix = for_mail(drawing.getvalue())
    assert (suffix, measure(content)) == (".png", ("image/png", 40, 20))
    with pytest.raises(UnreadableError):
        for_mail(photo(kind)[:200])


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_drawing_that_is_dark_or_light_on_nothing_needs_a_plate(kind: str, mode: str) -> None:
    def drawn(ink: tuple[int, int, int, int]) -> bytes:
        image = Image.new("RGBA", (80, 40), (0, 0, 0, 0))
        ImageDraw.Draw(image).rectangle((20, 10, 60, 30), fill=ink)
        data = io.BytesIO()
        image.convert(mode if kind == "PNG" else "RGBA").save(data, kind)
        return data.getvalue()

    assert plate_for(drawn((10, 10, 40, 255))) == "light"
    assert plate_for(drawn((240, 240, 250, 255))) == "dark"
    assert plate_for(drawn((220, 80, 30, 255))) == ""
    assert plate_for(photo()) == ""


def test_what_needs_a_plate_is_judged_by_its_edges() -> None:
    """Thin lines, and dark words beside a colourful sign, are seen by their edges; round corners are none."""

    def drawn(*shapes: tuple[str, tuple[int, int, int, int], str]) -> str:
        image = Image.new("RGBA", (1000, 500), (0, 0, 0, 0))
        pencil = ImageDraw.Draw(image)
        for shape, box, ink in shapes:
            getattr(pencil, shape)(box, fill=ink)
        data = io.BytesIO()
        image.save(data, "PNG")
        return plate_for(data.getvalue())

    lines = [("rectangle", (50 * x, 0, 50 * x + 5, 499)) for x in range(18)]
    assert drawn(*((shape, box, "#0a0a0a") for shape, box in lines)) == "light"
    assert drawn(*((shape, box, "#fafafa") for shape, box in lines)) == "dark"
    sign = ("ellipse", (0, 0, 480, 480), "#dc501e")
    assert drawn(sign) == ""
    words = [("rectangle", (520, y, 960, y + 30), "#000000") for y in (200, 260)]
    assert drawn(sign, *words) == "light"
    assert drawn(("rectangle", (8, 0, 991, 499), "#0a0a3c"), ("rectangle", (0, 8, 999, 491), "#0a0a3c")) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("max_width", [None, 400, 50])
def test_a_picture_that_is_cut_short_is_told_even_if_it_needs_no_work(kind: str, max_width: int | None) -> None:
    content = photo(kind)
    with pytest.raises(UnreadableError, match="damaged"):
        prepared(content[: len(content) // 2 + 1000 if kind == "JPEG" else len(content) - 60], max_width=max_width)


def frames(kind: str, *, count: int = 3, size: tuple[int, int] = (400, 200)) -> bytes:
    """A red square that moves, on nothing."""
    drawn = []
    for number in range(count):
        image = Image.new("RGBA", size, (0, 0, 0, 0))
        ImageDraw.Draw(image).rectangle((number * 50, 20, number * 50 + 60, 120), fill="#c02020")
        image.putpixel((size[0] - 1, 0), (0, 0, 0, 90))
        drawn.append(image)
    data = io.BytesIO()
    exact = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    drawn[0].save(data, kind, save_all=True, append_images=drawn[1:], duration=200, loop=0, **exact)
    return data.getvalue()


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(400, 200), (1600, 800)])
def test_what_moves_goes_on_moving_as_a_gif(kind: str, size: tuple[int, int]) -> None:
    content, suffix = for_mail(frames(kind, size=size))
    assert suffix == ".gif"
    made = Image.open(io.BytesIO(content))
    assert (made.format, getattr(made, "n_frames", 1)) == ("GIF", 3)
    assert made.size == ((400, 200) if size[0] == 400 else (640, 320))
    assert made.info["duration"] == 200
    scale = made.width / size[0]
    made.seek(2)
    colours = made.convert("RGBA")
    red = colours.getpixel((round(130 * scale), round(60 * scale)))
    assert isinstance(red, tuple)
    assert red[0] > 150 > red[2]
    assert colours.getpixel((round(20 * scale), round(60 * scale)))[3] == 0  # type: ignore[index]


def test_a_film_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = frames("WEBP", count=5)
    monkeypatch.setattr(imaging, "_MAX_PIXELS_JPEG", 4 * 400 * 200)
    with pytest.raises(UnreadableError, match="5 frames of 400 × 200"):
        imaging._turn_into_mail_picture(content)


def test_a_png_that_moves_is_not_stopped_by_scaling() -> None:
    made = Image.open(io.BytesIO(prepared(frames("PNG"), max_width=100)))
    assert getattr(made, "n_frames", 1) == 3


@pytest.mark.parametrize("work", [with_play_mark, lambda data: squared(data, max_width=100)])
def test_sixteen_bits_of_grey_stay_that_grey(work: Callable[[bytes], bytes]) -> None:
    data = io.BytesIO()
    Image.new("I;16", (900, 600), 30_000).save(data, "PNG")
    assert opened(work(data.getvalue())).convert("L").getpixel((3, 3)) == 30_000 // 256
    assert opened(prepared(data.getvalue(), max_width=90)).size == (90, 60)


@given(cut=st.integers(1, 900))
def test_a_gif_that_is_cut_short_is_told(cut: int) -> None:
    content = frames("GIF")
    assert prepared(content[:-1], max_width=50) == content[:-1], "a missing end harms nothing"
    assert prepared(content, max_width=50) == content
    shorter = content[: max(20, len(content) - 2 - cut)]
    # Between two of its blocks (a frame, or the eight bytes of how the next is shown) only the end is missing.
    ends = {found.start() + 1 for found in re.finditer(rb"\x00(?=!\xf9\x04)", content)}
    assume(len(shorter) not in ends | {end + 8 for end in ends})
    with pytest.raises(UnreadableError, match="damaged"):
        prepared(shorter, max_width=50)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_a_picture_of_which_only_the_beginning_is_there_is_damaged(kind: str) -> None:
    for length in (30, 200):
        with pytest.raises(UnreadableError, match="damaged"):
            for_mail(photo(kind)[:length])
