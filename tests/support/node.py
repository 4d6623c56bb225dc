"""Packages of npm that read what we write: other makers' opinions."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest


def npm_package(config: pytest.Config, name: str, version: str) -> Path:
    """A folder with ``node_modules`` that hold the package, fetched once into pytest's cache. Skips without npm."""
    if not shutil.which("npm"):
        pytest.skip(f"npm is missing: its {name} was not asked")
    cache = Path(config.rootpath, ".pytest_cache", "d")
    folder = cache / f"{name}-{version}"
    if not (folder / "node_modules" / name).is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        # Elsewhere first: another test process may fetch it at this moment, and must never see half of it.
        fetched = Path(tempfile.mkdtemp(dir=cache))
        command = ["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", str(fetched)]
        run = subprocess.run([*command, f"{name}@{version}"], capture_output=True, check=False)
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
    command = ["node", str(script), str(folder)]
    run = subprocess.run(command, input=json.dumps(question).encode(), capture_output=True, check=True)
    return json.loads(run.stdout)
