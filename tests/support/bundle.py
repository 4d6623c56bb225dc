"""The studio's page, bundled before the first test that shows it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BUILDER = Path(__file__).parents[2] / "tools" / "build_studio.py"


@pytest.fixture(scope="session")
def built_page() -> None:
    """The page as its sources are now. Several test processes may ask at once; one builds."""
    run = subprocess.run([sys.executable, str(BUILDER)], capture_output=True, text=True, check=False)
    if run.returncode:
        if os.environ.get("CI"):
            pytest.fail(run.stderr)
        pytest.skip(f"the studio's page cannot be built: {run.stderr}")
