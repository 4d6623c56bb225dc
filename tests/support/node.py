"""Packages of npm that read what we write: other makers' opinions."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def npm_package(config: pytest.Config, name: str, version: str) -> Path:
    """A folder with ``node_modules`` that hold the package, fetched once into pytest's cache. Skips without npm."""
    if not shutil.which("npm"):
        pytest.skip(f"npm is missing: its {name} was not asked")
    folder = Path(config.rootpath, ".pytest_cache", "d", f"{name}-{version}")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules" / name).is_dir():
        command = ["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", str(folder)]
        run = subprocess.run([*command, f"{name}@{version}"], capture_output=True, check=False)
        if run.returncode:
            pytest.skip(f"npm could not fetch {name}: {run.stderr.decode()[-200:]}")
    return folder


def run_node(script: Path, folder: Path, question: Any) -> Any:
    """What a script answers, with the packages of ``folder``: JSON in, JSON out."""
    command = ["node", str(script), str(folder)]
    run = subprocess.run(command, input=json.dumps(question).encode(), capture_output=True, check=True)
    return json.loads(run.stdout)
