"""The bytes of a picture are made fit for their place, by Pillow. Only this module and ``colours.py`` name it.

Enters: the bytes of a PNG, JPEG or GIF. Leaves: bytes of the same type, made for their place: no wider than asked for,
upright, without what cameras and programs note in them (where it was taken, with what, by whom, thumbnails, a
film appended to a photo); in sRGB, without any other profile. One that needs no redrawing keeps its pixels bit by bit.
The same bytes give the same bytes with the same Pillow. Never: a file, or a picture that fills the memory.

GIFs and PNGs that move stay as they are. A WebP or AVIF that moves becomes a GIF, which is what moves in mail programs.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from composer.edition.pictures.colours import in_srgb, is_srgb
from composer.edition.pictures.gif import is_whole
from composer.edition.pictures.notes import without_notes
from composer.picture_types import MAIL_PICTURES

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_PIXELS = 40_000_000
"""What a PNG or a GIF may have: 160 MB while it is worked on. A JPEG is read at an eighth of its size at first."""
_MAX_PIXELS_JPEG = 160_000_000
_JPEG_QUALITY = 82
_MOVING_WIDTH = 640
_FORMATS = {kind.name: kind.media_type for kind in MAIL_PICTURES}
"""What Pillow calls them."""
_TURNED = ("WEBP", "AVIF")
_FOREIGN = re.compile(rb"RIFF....WEBP|....ftypavi", re.DOTALL)
_ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4
_KEPT_BYTES = 32_000_000


class UnreadableError(ValueError):
    """Bytes that are no picture, or a damaged one."""


class Measured(NamedTuple):
    """A picture's type, and its size in pixels when it stands upright."""

    media_type: str
    width: int
    height: int


@lru_cache(maxsize=32)
def measure(content: bytes) -> Measured:
    """Read type and size from the head of the file. UnreadableError if it is no picture."""
    image = _open(content)
    width, height = image.size
    if _turned(image):
        width, height = height, width
    return Measured(_FORMATS[str(image.format)], width, height)


def for_mail(content: bytes) -> tuple[bytes, str]:
    """Turn WebP and AVIF, which many mail programs do not show, into JPEG, PNG where there are holes, GIF if it moves.

    Returns the bytes and the new file's ending; "" if the picture is shown as it is. UnreadableError if it is damaged.
    """
    if not _FOREIGN.match(content[:16]):
        return content, ""
    made = _remembered(content, "mail", lambda: _turn_into_mail_picture(content))
    return made, {b"\x89": ".png", b"G": ".gif"}.get(made[:1], ".jpg")


def _turn_into_mail_picture(content: bytes) -> bytes:
    image = _open(content, formats=_TURNED)
    if getattr(image, "is_animated", False):
        return _moving(image)
    upright = _upright(image)
    made = io.BytesIO()
    has_holes = upright.mode in ("RGBA", "LA", "PA") and upright.getchannel("A").getextrema() != (255, 255)
    if has_holes:
        upright.save(made, "PNG", optimize=True)
    else:
        upright.convert("RGB").save(made, "JPEG", quality=90, icc_profile=upright.info.get("icc_profile"))
    return made.getvalue()


def _moving(image: Image) -> bytes:
    """Make a GIF of all frames, no wider than a mail: GIFs are not scaled later."""
    frames = getattr(image, "n_frames", 1)
    if frames * image.width * image.height > _MAX_PIXELS_JPEG:
        raise UnreadableError(
            f"a moving picture of {frames} frames of {image.width} × {image.height} pixels, too large to be worked on"
        )
    width = min(image.width, _MOVING_WIDTH)
    size = (width, max(1, round(image.height * width / image.width)))
    drawn, lasts_ms = [], []
    try:
        for number in range(frames):
            image.seek(number)
            drawn.append(in_srgb(image.convert("RGBA")).resize(size, _lanczos()))
            lasts_ms.append(int(image.info.get("duration") or 100))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableError("a damaged picture") from error
    made = io.BytesIO()
    loop = int(image.info.get("loop", 0))
    drawn[0].save(made, "GIF", save_all=True, append_images=drawn[1:], duration=lasts_ms, loop=loop, disposal=2)
    return made.getvalue()


def prepared(content: bytes, *, max_width: int | None) -> bytes:
    """Make the picture for a place of ``max_width`` pixels; of any width if None. UnreadableError if it is damaged."""
    return _remembered(content, f"{max_width}", lambda: _prepare(content, max_width))


def with_play_mark(content: bytes) -> bytes:
    """Make a copy of the picture with a play mark in its middle. UnreadableError if it is damaged."""
    return _remembered(content, "play", lambda: _mark(content))


def squared(content: bytes, *, max_width: int, focus: tuple[float, float] = (0.5, 0.5)) -> bytes:
    """Cut the picture to a square of at most ``max_width`` pixels around ``focus``, in parts of its width and height.

    UnreadableError if it is damaged.
    """
    return _remembered(content, f"square {max_width} {focus}", lambda: _square(content, max_width, focus))


def plate_for(content: bytes) -> Literal["", "light", "dark"]:
    """Say which ground a drawing on nothing needs to be seen everywhere: none if it has its own, or mid tones."""
    return _PLATES[_remembered(content, "plate", lambda: _plate_for(content))]


_PLATES: dict[bytes, Literal["", "light", "dark"]] = {b"": "", b"light": "light", b"dark": "dark"}


def _square(content: bytes, max_width: int, focus: tuple[float, float]) -> bytes:
    image = _open(content)
    image.draft("RGB", (max_width * 4, max_width * 4))
    upright = _upright(image)
    side = min(upright.size)
    middles = zip(upright.size, focus, strict=True)
    left, top = (min(max(round(length * part - side / 2), 0), length - side) for length, part in middles)
    cut = upright.crop((left, top, left + side, top + side))
    if side > max_width:
        mode = _RESIZED.get(cut.mode, "RGBA")
        cut = cut.convert(mode).resize((max_width, max_width), _lanczos(), reducing_gap=3)
    elif image.format == "GIF":
        cut = cut.convert("RGBA")
    return _saved(cut, like=image)


def _plate_for(content: bytes) -> bytes:
    image = _open(content)
    if image.format == "JPEG" or not (image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info):
        return b""
    side = 96
    small = _upright(image).convert("RGBA").resize((side, side), reducing_gap=2)
    alphas = small.getchannel("A").tobytes()
    if sum(alpha < 160 for alpha in alphas) < 0.05 * side * side:
        return b""  # round corners
    light = dark = seen = 0
    for place, (red, green, blue, alpha) in enumerate(zip(*[iter(small.tobytes())] * 4, strict=True)):
        around = [alphas[at] for at in (place - side, place - 1, place + 1, place + side) if 0 <= at < side * side]
        if alpha < 16 or (alpha > 160 and min(around) > 96):
            continue  # nothing, or the inside of a shape: what counts is how it stands out from what is behind it
        luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        seen, dark, light = seen + alpha, dark + alpha * (luma < 96), light + alpha * (luma > 216)
    if 4 * dark > seen:
        return b"light"
    return b"dark" if 2 * light > seen else b""


def _prepare(content: bytes, max_width: int | None) -> bytes:
    image = _open(content)
    if image.format == "GIF":
        if not is_whole(content):
            raise UnreadableError("a damaged picture")
        return content
    bare = _without_notes(content, str(image.format))
    too_wide = max_width is not None and measure(content).width > max_width
    looks_right = _orientation(image) == 1 and is_srgb(image)
    if getattr(image, "is_animated", False) or (not too_wide and looks_right):
        return bare
    if max_width is not None:
        image.draft(image.mode, (max_width * 2, max_width * 2))  # a JPEG is read at half, a fourth or an eighth
    upright = _upright(image)
    if max_width is None or not too_wide or upright.mode not in _RESIZED:
        return _saved(upright, like=image)
    height = max(1, round(upright.height * max_width / upright.width))
    wide = upright.convert(_RESIZED[upright.mode]).resize((max_width, height), _lanczos(), reducing_gap=3)
    small = _saved(wide, like=image)
    if image.format == "JPEG" and not looks_right:
        return small  # the other one was read at a part of its size
    # A drawing of few colours may be larger with the half-tones that scaling gives it.
    return min(bare if looks_right else _saved(upright, like=image), small, key=len)


_RESIZED = {"1": "L", "L": "L", "LA": "RGBA", "P": "RGBA", "PA": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}
"""The modes that are scaled, and in which; the others (16 bits a channel) are left as they are."""


def _open(content: bytes, *, formats: tuple[str, ...] = tuple(_FORMATS)) -> Image:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError as error:
        raise UnreadableError("a picture of too many pixels, too large to be worked on") from error
    except (OSError, ValueError, SyntaxError, struct.error, RuntimeError) as error:
        # What is to be turned was known by its beginning.
        damaged = formats == _TURNED
        raise UnreadableError("a damaged picture" if damaged else "not a picture that mail programs show") from error
    _check_size(image, _MAX_PIXELS_JPEG if image.format == "JPEG" else _MAX_PIXELS)
    return image


def _check_size(image: Image, most: int) -> None:
    if image.width * image.height > most:
        raise UnreadableError(f"a picture of {image.width} × {image.height} pixels, too large to be worked on")


def _upright(image: Image) -> Image:
    from PIL import ImageFile, ImageOps

    # WeasyPrint, once imported, lets half pictures pass everywhere; the lock of _remembered is held here.
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image.load()
        # 16 bits of grey: what comes after would cut them off at the lowest eight.
        image = image.point(lambda grey: grey / 256).convert("L") if image.mode.startswith("I") else image
        return in_srgb(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, struct.error, IndexError, RuntimeError) as error:
        raise UnreadableError("a damaged picture") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _orientation(image: Image) -> int:
    if image.format != "JPEG" and "exif" not in image.info:
        return 1  # asking would read the whole file
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, TypeError, struct.error):
        return 1  # notes that cannot be read turn nothing


def _turned(image: Image) -> bool:
    return _orientation(image) in (5, 6, 7, 8)


def _lanczos() -> int:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _saved(image: Image, *, like: Image) -> bytes:
    saved, profile = io.BytesIO(), image.info.get("icc_profile")
    if like.format == "JPEG":
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
        image.save(saved, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True, icc_profile=profile)
        return _without_notes(saved.getvalue(), "JPEG")
    image.save(saved, "PNG", optimize=True, icc_profile=profile)
    return _without_notes(saved.getvalue(), "PNG")


# --- what programs and cameras note -------------------------------------------------------------------------


def _without_notes(content: bytes, kind: str) -> bytes:
    """Leave the notes out, the pixels untouched; return the picture as it is if its parts cannot be told."""
    try:
        return without_notes(content, kind)
    except (struct.error, IndexError, ValueError):
        _upright(_open(content))  # cut short, or only unusual
        return content


# --- the play mark ------------------------------------------------------------------------------------------


def _mark(content: bytes) -> bytes:
    """Draw a dark disc with a light triangle, four times as large at first, for smooth edges."""
    from PIL import Image, ImageDraw

    original = _open(content)
    picture = _upright(original).convert("RGBA")
    size = max(24, min(picture.width, picture.height) // 4)
    mark = Image.new("RGBA", (size * 4, size * 4), (0, 0, 0, 0))
    draw = ImageDraw.Draw(mark)
    draw.ellipse((0, 0, size * 4 - 1, size * 4 - 1), fill=(0, 0, 0, 176), outline=(255, 255, 255, 255), width=size // 8)
    # The triangle's middle of weight, a third from its base, is the disc's middle.
    points = [(1.5, 1.1), (1.5, 2.9), (3.05, 2.0)]
    draw.polygon([(round(x * size), round(y * size)) for x, y in points], fill=(255, 255, 255, 255))
    small = mark.resize((size, size), Image.Resampling.LANCZOS)
    picture.alpha_composite(small, ((picture.width - size) // 2, (picture.height - size) // 2))
    return _saved(picture.convert("RGB") if original.format == "JPEG" else picture, like=original)


# --- remembered ---------------------------------------------------------------------------------------------

_lock = threading.Lock()
_done: OrderedDict[tuple[str, str], bytes] = OrderedDict()
"""What was made lately, by the hash of what it was made of: a preview builds the same pictures at every save."""


@lru_cache(maxsize=32)
def _digest(content: bytes) -> str:
    """Hash a picture once for as long as it is the same object, which it is while its file stays the same."""
    return hashlib.sha256(content).hexdigest()


def _remembered(content: bytes, work: str, make: Callable[[], bytes]) -> bytes:
    key = (_digest(content), work)
    with _lock:
        made = _done.pop(key, None)
        if made is None:
            made = make()
        _done[key] = made
        while sum(map(len, _done.values())) > _KEPT_BYTES and len(_done) > 1:
            _done.popitem(last=False)
        return made
