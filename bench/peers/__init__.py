"""The JavaScript peers are installed once, beside their scripts, and run by node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def node_available() -> bool:
    """Whether the JavaScript peers can be run here."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def run_peer(script: str, *arguments: object) -> Any:
    """Run one of the scripts beside this file; its last line of output is JSON."""
    done = subprocess.run(peer_command(script, *arguments), check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def peer_command(script: str, *arguments: object) -> tuple[str, ...]:
    """Return the command that runs one of the scripts beside this file, and see to its packages."""
    if not (_FOLDER / "node_modules").is_dir():
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
        subprocess.run(install, cwd=_FOLDER, check=True)
    return ("node", str(_FOLDER / script), *map(str, arguments))
