"""The types of pictures that every mail program shows are PNG, JPEG and GIF; authors have, and browsers show, more."""

from __future__ import annotations

from dataclasses import dataclass

IN_WORDS = "PNG, JPEG or GIF"
TAKEN_IN_WORDS = "PNG, JPEG, GIF, WebP or AVIF"


@dataclass(frozen=True, slots=True)
class PictureType:
    """A type of pictures. ``suffixes`` are how its files may end, the usual one first; ``signature`` tells it from byte
    ``at`` on.
    """

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    signature: bytes
    at: int = 0

    def begins(self, content: bytes) -> bool:
        """Tell whether ``content``, a file's first 16 bytes or more, begins as a picture of this type does."""
        return content.startswith(self.signature, self.at)


MAIL_PICTURES = (
    PictureType("PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
    PictureType("JPEG", "image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    PictureType("GIF", "image/gif", (".gif",), b"GIF8"),
)

TAKEN_PICTURES = (
    *MAIL_PICTURES,
    PictureType("WEBP", "image/webp", (".webp",), b"WEBP", at=8),
    PictureType("AVIF", "image/avif", (".avif",), b"ftypavi", at=4),
)
"""What an author may put in: the last two are turned into JPEG, or into PNG where they have holes."""

BROWSER_MEDIA_TYPES = frozenset({*(kind.media_type for kind in MAIL_PICTURES), "image/webp"})
"""Media types that every browser draws and none runs scripts in: SVG is not among them."""


def type_by_suffix(suffix: str) -> PictureType | None:
    """Find the type whose files end in ``suffix`` (".jpeg"), in any letter case."""
    return next((kind for kind in TAKEN_PICTURES if suffix.lower() in kind.suffixes), None)


def type_by_content(content: bytes) -> PictureType | None:
    """Find the type of a picture by how its bytes begin."""
    return next((kind for kind in TAKEN_PICTURES if kind.begins(content)), None)
