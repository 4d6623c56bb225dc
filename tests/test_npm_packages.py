"""What checks JavaScript and CSS: exact versions, and a plain word where it cannot be had."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_version_is_exact() -> None:
    packages = json.loads((ROOT / "tools" / "package.json").read_text(encoding="utf-8"))
    versions = packages["devDependencies"].values()
    assert versions
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_a_missing_npm_is_told_in_plain_words(tmp_path: Path) -> None:
    program = (
        "import runpy, sys; sys.executable = '/nowhere/python'; sys.argv = ['npm_packages.py', 'out']; "
        f"runpy.run_path({str(ROOT / 'tools' / 'npm_packages.py')!r}, run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PATH": "/nowhere"}, cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr.startswith("npm is missing, so JavaScript and CSS cannot be checked.")
    assert not (tmp_path / "out").exists()
