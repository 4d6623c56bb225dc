"""Where the files that ship with the product are: the default theme and the sample issue.

A wheel carries them in ``composer/_shipped``; a checkout has them at its top level.
"""

from __future__ import annotations

from pathlib import Path

_IN_WHEEL = Path(__file__).parent / "_shipped"
_ROOT = _IN_WHEEL if _IN_WHEEL.is_dir() else Path(__file__).parent.parent

TEMPLATES = _ROOT / "templates"
SAMPLE_ISSUES = _ROOT / "issues"
