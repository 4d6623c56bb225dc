"""What the page is made from and checked by: exact versions, no addresses, and a plain word where it cannot be had."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "tools" / "npm-lock.json").read_text(encoding="utf-8")
PACKAGES = json.loads((ROOT / "tools" / "package.json").read_text(encoding="utf-8"))


def test_every_version_is_exact() -> None:
    versions = {**PACKAGES["dependencies"], **PACKAGES["devDependencies"]}
    assert versions
    assert {name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == set()


def test_the_lock_is_of_these_versions_and_knows_every_package_by_its_integrity() -> None:
    locked = json.loads(LOCK)["packages"]
    top = locked.pop("")
    assert (top["dependencies"], top["devDependencies"]) == (PACKAGES["dependencies"], PACKAGES["devDependencies"])
    assert [path for path, package in locked.items() if not package["integrity"].startswith("sha512-")] == []


def test_the_lock_has_no_addresses() -> None:
    assert "resolved" not in LOCK
    assert "://" not in LOCK


@pytest.mark.parametrize("program", ["npm_packages.py", "build_studio.py"])
def test_a_missing_npm_is_told_in_plain_words(tmp_path: Path, program: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tmp_path / "composer" / "studio" / "browser").mkdir(parents=True)
    for name in ("npm_packages.py", "build_studio.py", "package.json", "npm-lock.json"):
        (tools / name).write_bytes((ROOT / "tools" / name).read_bytes())
    # Whatever pip is asked for, this Python cannot do.
    python = tools / "python"
    python.symlink_to("/bin/false")
    code = (
        f"import runpy, sys; sys.path.insert(0, 'tools'); sys.executable = {str(python)!r}; "
        f"sys.argv = [{program!r}, 'out']; runpy.run_path('tools/{program}', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": "/nowhere"}, cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr.startswith(("npm is missing", "Node could not be fetched from the package index"))
    assert "Traceback" not in run.stderr
