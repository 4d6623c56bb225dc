"""The peers: those in JavaScript are installed once, beside their scripts, the one in Go is built once, in build/."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_GO_PEER = _FOLDER.parent.parent / "build" / "go-peer"


def node_available() -> bool:
    """Whether the JavaScript peers can be run here."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def run_peer(script: str, *arguments: object) -> Any:
    """Run one of the scripts beside this file; its last line of output is JSON."""
    done = subprocess.run(peer_command(script, *arguments), check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def peer_command(script: str, *arguments: object) -> tuple[str, ...]:
    """Return the command that runs one of the scripts beside this file, and see to its packages."""
    packages = json.loads((_FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    if not all((_FOLDER / "node_modules" / name).is_dir() for name in packages):
        install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
        subprocess.run(install, cwd=_FOLDER, check=True)
    return ("node", str(_FOLDER / script), *map(str, arguments))


def go_peer_available() -> bool:
    """Whether the peer in Go can be run here; where it cannot be built, says why and gives False."""
    if shutil.which("go") is None:
        print("go is not installed: without its peer (Debian package golang-go, 1.25 or newer)")
        return False
    built = subprocess.run(
        ["go", "build", "-o", str(_GO_PEER), "."], cwd=_FOLDER / "go", check=False, capture_output=True, text=True
    )
    if built.returncode:
        print(f"the peer in Go could not be built, so it is left out:\n{built.stderr}")
    return built.returncode == 0


def run_go_peer(*arguments: object) -> Any:
    """Run the peer in Go, which has been built; its last line of output is JSON."""
    done = subprocess.run([str(_GO_PEER), *map(str, arguments)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
