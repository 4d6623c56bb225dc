"""Pictures that are dropped into an issue become files that mails can show, and nothing else of anybody's."""

from __future__ import annotations

import base64
import io
import random
from pathlib import Path

import pytest
from PIL import Image

from composer.errors import FileRefused
from composer.issue.pictures import find_picture_file
from composer.writing.pictures import clean_name, picture_for_mail, store_picture
from composer.writing.svg import drawn
from tests.support.colour_profiles import DISPLAY_P3, srgb_of

# 32 × 24, blue on the left and red on the right, made with libheif for this test
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAAAERA"
    "AAIAAQAAAAAB4QABAAAAAAAAAK4AAgAAAAACjwABAAAAAAAAADgAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQAC"
    "AABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAA"
    "AAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAA"
    "AAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAYAAAAAf///+AAAAAC////2AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAA"
    "AAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAADubWRhdAAAAKooAa8JyGetqjkjV3//53IOR+2Hv/6VHirx+DhH/+FUNv+zNP5T"
    "r/TJqi7CJ6cg4m2zp+lHsYHLw5KAXHaqPjIw4VNwP4ntp9qwVhRcFcYsAq/Y0PsFu5TiVylBmPi/L8rpmqEqrrgDbZCOcEBg+s7ye1oUYBxGQAeS+EDg"
    "m32I0IfL2GtFxB8X5flaxQniu9UhAyEr9tr1cb997uhFWrZmBg2bz8qzKPDeQgAAAAZFeGlmAABNTQAqAAAACAACAQ8AAgAAAAcAAAAmARIAAwAAAAEA"
    "BgAAAAAAAENhbWVyYQAA"
)
# 64 × 64, of the grey 100 by a profile of gamma 1.8, made with libheif for this test
GREY_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAApttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAACvwABAAAAAAAAABMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAACG2lwcnAAAAH8"
    "aXBjbwAAAHJodmNDAQQIAAAAn/gAAAAAHvAA/Pz4+AAADwNgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAYQABACZCAQEECAAAAwCf+AAAAwAA"
    "HsCCBBZbqSSmubAgAAADAyAAAAMAIWIAAQAHRAHBcrAiQAAAAWBjb2xycHJvZgAAAVQAAAAAAhAAAG1udHJHUkFZWFlaIAfkAAEAAQAAAAAAAGFj"
    "c3AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD21gABAAAAANMtAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAABGRlc2MAAAC0AAAAamNwcnQAAAEgAAAAD3d0cHQAAAEwAAAAFGtUUkMAAAFEAAAAEGRlc2MAAAAAAAAAEG1hZGUgZm9yIGEgdGVz"
    "dAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAHRl"
    "eHQAAAAAcHVibGljAABYWVogAAAAAAAA9tYAAQAAAADTLWN1cnYAAAAAAAAAAQHNAAAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAA5waXhpAAAAAAEI"
    "AAAAF2lwbWEAAAAAAAAAAQABBIECAwQAAAAbbWRhdAAAAA8oAa4J8GQ8lm/7UIL+aXA="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def picture(kind: str, *, width: int = 40, height: int = 30, mode: str = "RGB", **options: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, (width, height), (200, 30, 30, 100)[: len(mode)]).save(made, kind, **options)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colour(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "PNG"),
        (picture("JPEG"), "JPEG"),
        (picture("GIF", mode="RGB"), "GIF"),
        (picture("WEBP"), "JPEG"),
        (picture("WEBP", mode="RGBA"), "PNG"),
        (picture("AVIF"), "JPEG"),
        (HEIC, "JPEG"),
        (f'<?xml version="1.0"?>\n<!-- a drawing -->\n{SVG}width="40" height="30"/>'.encode(), "PNG"),
    ],
    ids=["png", "jpeg", "gif", "webp", "webp with holes", "avif", "heic", "svg"],
)
def test_every_type_that_is_taken_becomes_one_that_mails_show(content: bytes, kind: str) -> None:
    made = opened(picture_for_mail(content))
    made.load()
    assert made.format == kind
    assert made.width * 3 == made.height * 4


def test_a_heic_has_its_colours_and_no_notes() -> None:
    made = opened(picture_for_mail(HEIC))
    left, right = colour(made, 4, 12), colour(made, 28, 12)
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]
    assert not made.getexif()
    with pytest.raises(FileRefused):
        picture_for_mail(HEIC[:400])


def test_a_grey_heic_is_the_grey_of_its_profile() -> None:
    made = opened(picture_for_mail(GREY_HEIC))
    assert (made.mode, "icc_profile" in made.info) == ("L", False)
    assert made.getpixel((30, 30)) == pytest.approx(srgb_of(DISPLAY_P3, 1.8, (100,) * 3)[0], abs=4)


def test_a_large_picture_is_made_small_and_upright_and_loses_what_the_camera_noted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"  # lies on its side
    stored = store_picture(tmp_path, "IMG 1.JPG", picture("JPEG", width=1500, height=4200, exif=exif))
    assert (stored.name, stored.width) == ("img-1.jpg", 2000)
    made = opened((tmp_path / "img-1.jpg").read_bytes())
    assert made.size == (stored.width, stored.height)
    assert not made.getexif()


def test_a_picture_is_never_stored_over_another_and_never_twice(tmp_path: Path) -> None:
    (tmp_path / "bridge.png").write_bytes(b"something else")
    (tmp_path / "bridge-2.png").symlink_to("/etc/hostname")
    first = store_picture(tmp_path, "Bridge.png", picture("PNG"))
    assert first.name == "bridge-3.png"
    assert store_picture(tmp_path, "Bridge.png", picture("PNG")) == first
    assert store_picture(tmp_path, "bridge.svg", picture("PNG", width=9)).name == "bridge-4.png"
    assert (tmp_path / "bridge.png").read_bytes() == b"something else"
    assert find_picture_file(tmp_path, "bridge-3.png")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Été à Nice (2).HEIC", "ete-a-nice-2"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\Straße.png", "strasse"),
        ("写真.png", "picture"),
        ("", "picture"),
        (".env", "env"),
        ("a" * 300 + ".png", "a" * 60),
        ("photo", "photo"),
        ("a\0b\n.png", "a-b"),
    ],
)
def test_a_name_is_clean(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7",
        b"<html><body>",
        b"<html><svg >",
        picture("PNG")[:40],
        picture("TIFF"),
        b"RIFF....WEBP",
    ],
)
def test_what_is_no_picture_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileRefused):
        store_picture(tmp_path, "x.png", content)
    assert list(tmp_path.iterdir()) == []


def test_any_bytes_are_a_picture_or_are_refused() -> None:
    chance = random.Random(7)
    for whole in (picture("PNG"), picture("JPEG"), picture("WEBP"), picture("AVIF"), HEIC):
        for _ in range(25):
            content = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            try:
                made = picture_for_mail(bytes(content))
            except FileRefused:
                continue
            assert opened(made).format in ("PNG", "JPEG", "GIF")


# --- Drawings


def test_a_drawing_is_as_wide_as_mails_need() -> None:
    made = opened(drawn(f'{SVG}viewBox="0 0 400 100"><rect width="400" height="100" fill="#f00"/></svg>'.encode()))
    assert made.size == (1280, 320)
    assert made.getpixel((600, 150)) == (255, 0, 0, 255)


def test_a_drawing_without_numbers_has_a_size_all_the_same() -> None:
    assert opened(drawn(f'{SVG}width="nan" height="inf"/>'.encode())).size == (400, 400)


def test_nothing_of_the_machine_gets_into_a_drawing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("PNG", width=100, height=100))
    inner = base64.b64encode(secret.read_bytes()).decode()
    for link in (f"{secret}", f"file://{secret}", f" {secret}", f"data:image/svg+xml;base64,{inner}"):
        for attribute in ("href", "xlink:href"):
            svg = f'{SVG}width="100" height="100"><image {attribute}="{link}" width="100" height="100"/></svg>'
            made = opened(drawn(svg.encode()))
            assert set(made.getchannel("A").tobytes()) == {0}, link
    own = f'{SVG}width="100" height="100"><image href="data:image/png;base64,{inner}" width="100" height="100"/></svg>'
    assert opened(drawn(own.encode())).getpixel((50, 50)) == (200, 30, 30, 255)


def test_entities_scripts_and_comments_are_left_out() -> None:
    svg = (
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "text">]>'
        f'{SVG}width="10" height="10"><script>x</script><text>&a;&b;</text><!-- c -->'
        '<rect width="10" height="10"/></svg>'
    )
    assert opened(drawn(svg.encode())).getpixel((5, 5)) == (0, 0, 0, 255)


MANY = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))


@pytest.mark.parametrize(
    "svg",
    [
        f'{SVG}width="1" height="1000000"/>',
        f'{SVG}width="1e300" height="1e-300"/>',
        f'{SVG}width="9" height="9"><defs><g id="g0"><path d="M0 0h9"/></g>{MANY}</defs><use href="#g9"/></svg>',
        "<svg",
        "<svg/>x",
    ],
    ids=["tall", "thin", "nested uses", "cut short", "more behind"],
)
def test_a_drawing_that_is_too_much_is_refused_and_ends(svg: str) -> None:
    with pytest.raises(FileRefused):
        drawn(svg.encode())
