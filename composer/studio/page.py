"""The page's own files, as they were bundled from ``browser/`` (``tools/build_studio.py``); a wheel carries them.

Enters: nothing. Leaves: where they are, and whether they are there: a checkout may not have been built yet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"

NOT_BUILT: Final = "the studio's page has not been built in this checkout; `make install` builds it"


def is_built() -> bool:
    """Whether there is a page to show."""
    return (STATIC / "index.html").is_file() and (STATIC / "studio.js").is_file()
