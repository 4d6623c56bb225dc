"""The colours of a picture are made those of sRGB, the only ones that all mail programs know. By Pillow's LittleCMS.

Enters: a picture as it was decoded, perhaps with a profile (ICC.1) that says what its numbers mean: Display P3 of a
phone, Adobe RGB of a camera, CMYK or grey of a printing house. Leaves: a picture that looks the same in sRGB, without
a profile. Numbers without a profile that can be used are sRGB already; ink without one is mixed as browsers mix it.
That a JPEG has its ink inverted, as Adobe writes it, is taken for granted by Pillow and browsers alike.
Never: a file, or more than one thread in a transform at a time, which the caller sees to.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform

_ICC = "icc_profile"
_NEAR = 3
"""Levels of 255 by which a profile of sRGB may differ from another: they are rounded, and some are made small."""
_LEVELS = (0, 1, 16, 64, 128, 192, 255)
_WITH_HOLES = {"L": "LA", "RGB": "RGBA", "P": "P"}


def is_srgb(image: Image) -> bool:
    """Tell whether the numbers of the picture are those of sRGB; what it holds of its pixels is not looked at."""
    if image.mode == "CMYK":
        return False
    profile = image.info.get(_ICC)
    return not profile or _means_srgb(profile)


def in_srgb(image: Image) -> Image:
    """Return the picture in sRGB: itself if it is so already, else a copy in L, LA, P, RGB or RGBA and no profile."""
    if is_srgb(image):
        return image
    profile = image.info.get(_ICC) or b""
    # One colour that is a hole is named by its number, which would be another one afterwards.
    holed = image.convert(_WITH_HOLES.get(image.mode, "RGBA")) if "transparency" in image.info else image
    made = _converted(holed, profile)
    made = made.copy() if made is image else made
    made.info.pop(_ICC, None)
    return made


def _converted(image: Image, profile: bytes) -> Image:
    from PIL import Image as Images

    if image.mode == "CMYK":
        return _applied(image, profile) or image.convert("RGB")
    if image.mode == "P":
        colours = image.getpalette("RGB") or []
        strip = Images.frombytes("RGB", (len(colours) // 3, 1), bytes(colours))
        strip = _applied(strip, profile) or strip
        repainted = image.copy()
        repainted.putpalette(strip.tobytes())
        return repainted
    if image.mode == "PA":
        image = image.convert("RGBA")
    coloured = _applied(image, profile) if image.mode in ("RGB", "RGBA") else None
    # Pillow reads grey of 16 bits that has holes as RGBA.
    return coloured or (_grey(image, profile) if image.mode in ("L", "LA", "RGBA") else image)


def _grey(image: Image, profile: bytes) -> Image:
    from PIL import Image as Images

    bands = zip(image.getbands(), image.split(), strict=True)
    return Images.merge(image.mode, [band if name == "A" else _grey_band(band, profile) for name, band in bands])


def _grey_band(band: Image, profile: bytes) -> Image:
    made = _applied(band, profile)
    return made.convert("L") if made else band


def _applied(image: Image, profile: bytes) -> Image | None:
    transform = _transform(profile, image.mode)
    return transform.apply(image) if transform else None


@lru_cache(maxsize=16)
def _means_srgb(profile: bytes) -> bool:
    """Judge a profile by what it does: its name may be anything, and many are sRGB."""
    from PIL import Image as Images

    numbers = bytes(part for red in _LEVELS for green in _LEVELS for blue in _LEVELS for part in (red, green, blue))
    image = Images.frombytes("RGB", (len(numbers) // 3, 1), numbers)
    made = _applied(image, profile)
    return made is not None and all(abs(a - b) <= _NEAR for a, b in zip(made.tobytes(), numbers, strict=True))


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Make the way from the profile to sRGB; None if it is damaged, or one of other colours than the picture has."""
    from PIL import ImageCms

    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGBA" if mode == "RGBA" else "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
