"""The page's own files, as they were bundled from ``browser/`` (``tools/build_studio.py``); a wheel carries them.

Enters: what only this answer has, a token and a nonce. Leaves: the page, and whether there is one: a checkout may not
have been built yet.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

NOT_BUILT: Final = "the studio's page has not been built in this checkout; `make install` builds it"


def is_built() -> bool:
    """Whether there is a page to show."""
    return (STATIC / "index.html").is_file() and (STATIC / "studio.js").is_file()


def version() -> str:
    """Return what tells this page from that of another version: pages that were opened before load that one then."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def html(*, token: str, nonce: str, saves: int) -> str:
    """Return the page with its token against forgery, and the nonce under which its editors may add styles.

    ``saves`` counts those of the files until now, so that the page notices one before it begins to listen. Token and
    nonce are of letters, digits, ``-`` and ``_`` alone.
    """
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    return text.replace("%TOKEN%", token).replace("%NONCE%", nonce).replace("%SAVES%", str(saves))
