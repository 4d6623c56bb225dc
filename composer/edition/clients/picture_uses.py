"""In which formats a mail's pictures are, as far as their addresses say.

Enters: the address of a picture, or a list of them (``srcset``), or a media type. Leaves: features of caniemail's.
Never: a look at a file; an address without an ending tells nothing. A film counts where it stands as a picture.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

_BY_ENDING = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp"), "image-jpg"),
    **dict.fromkeys(("svg", "svgz"), "image-svg"),
    **dict.fromkeys(("bmp", "dib"), "image-bmp"),
    **dict.fromkeys(("ico", "cur"), "image-ico"),
    **dict.fromkeys(("tif", "tiff"), "image-tiff"),
    **dict.fromkeys(("heic", "heif", "hif", "heics", "heifs"), "image-heif"),
    **dict.fromkeys(("avif", "avifs"), "image-avif"),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm"), "image-mp4"),
    **{ending: f"image-{ending}" for ending in ("apng", "gif", "hdr", "png", "webp")},
}
_BY_MEDIA_TYPE = {
    **dict.fromkeys(("image/jpeg", "image/jpg", "image/pjpeg"), "image-jpg"),
    **dict.fromkeys(("image/bmp", "image/x-ms-bmp", "image/x-bmp"), "image-bmp"),
    **dict.fromkeys(("image/x-icon", "image/vnd.microsoft.icon"), "image-ico"),
    **dict.fromkeys(("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"), "image-heif"),
    **dict.fromkeys(("image/vnd.radiance", "image/x-hdr"), "image-hdr"),
    **dict.fromkeys(("image/apng", "image/vnd.mozilla.apng"), "image-apng"),
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/webm", "video/x-m4v"), "image-mp4"),
    **{f"image/{name}": f"image-{name}" for name in ("avif", "gif", "png", "tiff", "webp")},
    "image/svg+xml": "image-svg",
}
BASE64 = "image-base64"
_BASE64 = re.compile(r";\s*base64\s*$", re.IGNORECASE)
_DATA = re.compile(r"data:([^,]*),", re.IGNORECASE)
# Addresses are written with what belongs behind a question mark directly behind the name: pic.jpg&text=a
_ENDING = re.compile(r"\.([a-z0-9]{2,6})(?:$|[&;:@!,=].*)", re.IGNORECASE | re.DOTALL)
_CANDIDATE = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]+)")
_ANIMATED = b"acTL"
"""The chunk that makes a PNG move."""


def picture_words(feature: str) -> str:
    """Say which format a feature is."""
    others = {"image-mp4": "a film as a picture", BASE64: "a picture that is written as data"}
    return others.get(feature) or f"a picture in {feature.removeprefix('image-').upper()}"


def formats_of_type(media_type: str) -> Iterator[str]:
    """Tell the format that a media type names: ``image/webp; q=1``."""
    name = media_type.partition(";")[0].strip().lower()
    if name in _BY_MEDIA_TYPE:
        yield _BY_MEDIA_TYPE[name]


@lru_cache(maxsize=1024)
def formats_of(address: str) -> tuple[str, ...]:
    """Tell the formats of the picture at an address; one of data is in its own and in Base 64."""
    address = re.sub(r"[\t\n\r]", "", address).strip()
    data = _DATA.match(address)
    if data is None:
        if re.match(r"(?:cid|blob|about|javascript):", address, re.IGNORECASE):
            return ()
        path = re.split(r"[?#]", address, maxsplit=1)[0].replace("\\", "/")
        path = re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//[^/]*", "", path, flags=re.IGNORECASE)
        found = _ENDING.search(unquote(path.rpartition("/")[2]))
        return (_BY_ENDING[found[1].lower()],) if found and found[1].lower() in _BY_ENDING else ()
    formats = list(formats_of_type(data[1]))
    if _BASE64.search(data[1]):
        formats.append(BASE64)
        if "image-png" in formats and _is_animated(address[data.end() :]):
            formats.append("image-apng")
    return tuple(formats)


def _is_animated(letters: str) -> bool:
    try:
        return _ANIMATED in base64.b64decode(unquote(letters)[:400], validate=False)
    except (binascii.Error, ValueError):
        return False


_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?)*+,?")
"""What stands behind an address of a ``srcset``, to the comma that ends it."""


def addresses_in_srcset(srcset: str) -> Iterator[tuple[str, int]]:
    """Read the addresses of a ``srcset`` with their offsets (HTML, 4.8.4.2.3); one of data has commas."""
    at = 0
    while (one := _CANDIDATE.match(srcset, at)) is not None:
        address, at = one[1], one.end()
        yield address.rstrip(","), one.start(1)
        if not address.endswith(",") and (behind := _DESCRIPTORS.match(srcset, at)) is not None:
            at = behind.end()
