"""The types of pictures that every mail program shows are PNG, JPEG and GIF; browsers show some more without danger."""

from __future__ import annotations

from dataclasses import dataclass

IN_WORDS = "PNG, JPEG or GIF"


@dataclass(frozen=True, slots=True)
class PictureType:
    """A type of pictures. ``suffixes`` are how its files may end, the usual one first; ``signature`` how they begin."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    signature: bytes


MAIL_PICTURES = (
    PictureType("PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
    PictureType("JPEG", "image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    PictureType("GIF", "image/gif", (".gif",), b"GIF8"),
)

BROWSER_MEDIA_TYPES = frozenset({*(kind.media_type for kind in MAIL_PICTURES), "image/webp"})
"""Media types that every browser draws and none runs scripts in: SVG is not among them."""


def type_by_suffix(suffix: str) -> PictureType | None:
    """Find the type whose files end in ``suffix`` (".jpeg"), in any letter case."""
    return next((kind for kind in MAIL_PICTURES if suffix.lower() in kind.suffixes), None)


def type_by_content(content: bytes) -> PictureType | None:
    """Find the type of a picture by how its bytes begin."""
    return next((kind for kind in MAIL_PICTURES if content.startswith(kind.signature)), None)
