"""Says whether two versions of Python make the same bytes of the sample issues.

``python tools/same_bytes.py python3.12`` makes a virtual environment of the other version in build/other-python (or
uses the one that is there), installs what constraints.txt pins, and compares the digests of everything that is built:
editions in every language and theme, whole messages with their pictures in them, and pictures made small. Exits with
1 if one differs. ``--prepare`` only makes the environment, of any other version that the machine has: ``make test``
does that, and says so where there is none.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
OTHER = ROOT / "build" / "other-python"
READY = OTHER / "installed"
_OLDEST, _NEWEST = (3, 11), (3, 19)


def main() -> int:
    """Compare, or print this version's digests."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("python", nargs="?", help="the other version's program, such as python3.12")
    parser.add_argument("--prepare", action="store_true", help="make the other version's environment, and stop")
    parser.add_argument("--digests", action="store_true", help="print this version's digests as JSON, and stop")
    arguments = parser.parse_args()
    if arguments.digests:
        print(json.dumps(dict(digests())))
        return 0
    if arguments.prepare:
        print(prepare())
        return 0
    python = install(arguments.python) if arguments.python else OTHER / "bin" / "python"
    here, there = digests_of(Path(sys.executable)), digests_of(python)
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) != there.get(name):
            print(f"differs: {name}\n  {here.get(name)}\n  {there.get(name)}")
    print(f"{sum(here.get(name) == digest for name, digest in there.items())} of {len(here)} are the same")
    return int(here != there)


def prepare() -> str:
    """Make the environment of another version, if the machine has one; says in words what came of it."""
    found = find_other()
    if found is None:
        return "NOT SHOWN HERE: the same bytes in another Python; the machine has no second one (3.11 or newer)"
    try:
        install(found)
    except subprocess.CalledProcessError as error:
        return f"NOT SHOWN HERE: the same bytes in another Python; {found} could not be prepared: {error}"
    return f"{found} is ready to show that it makes the same bytes"


def find_other() -> str | None:
    """Another version of Python that the project runs in and that can make environments: on the PATH, or of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    names = [f"python3.{minor}" for minor in range(_OLDEST[1], _NEWEST[1] + 1)]
    programs = [shutil.which(name) for name in names]
    programs += [str(made) for name in names for made in sorted(pyenv.glob(f"versions/*/bin/{name}"))]
    return next((program for program in programs if program and _is_other(program)), None)


def _is_other(program: str) -> bool:
    # Debian has venv without ensurepip, and pyenv a program for every version that answers for none.
    ask = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    done = subprocess.run([program, "-c", ask], capture_output=True, text=True, check=False)
    return done.returncode == 0 and tuple(map(int, done.stdout.split())) != sys.version_info[:2]


def install(python: str) -> Path:
    """The other version's virtual environment, with what the project needs."""
    program = OTHER / "bin" / "python"
    if not READY.exists():  # nor half of it, left by an installation that failed
        subprocess.run([python, "-m", "venv", "--clear", OTHER], check=True)
    pip = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(ROOT / "constraints.txt"), "--editable", str(ROOT)], check=True)
    READY.touch()
    return program


def digests_of(python: Path) -> Mapping[str, str]:
    """The digests that another program makes."""
    command = [str(python), __file__, "--digests"]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} could not build the samples:\n{done.stderr}")
    found: Mapping[str, str] = json.loads(done.stdout)
    return found


def digests() -> Iterator[tuple[str, str]]:
    """What is built here, by name: SHA-256."""
    from composer import shipped
    from composer.edition import build_edition
    from composer.edition.pictures.imaging import prepared
    from composer.edition.theme.tokens import theme_names
    from composer.issue import find_issues, load_issue

    for folder in find_issues(shipped.SAMPLE_ISSUES):
        issue = load_issue(folder)
        for theme in theme_names([shipped.TEMPLATES]):
            themed = replace(
                issue, newsletter=issue.newsletter.model_copy(update={"theme": {"name": theme}}), publications={}
            )
            for language in issue.languages:
                edition = build_edition(themed, language=language)
                name = f"{issue.slug} {language} {theme}"
                yield f"{name}: edition", edition.digest
                yield f"{name}: message", _message_digest(replace(edition, pictures="embedded"))
        for picture in sorted(folder.glob("*.png")):
            made = prepared(picture.read_bytes(), max_width=300)
            yield f"{issue.slug} {picture.name}: small", hashlib.sha256(made).hexdigest()


def _message_digest(edition: object) -> str:
    from composer.edition import Edition
    from composer.message.compile import compile_message
    from composer.message.links import Site
    from composer.message.recipient import Recipient

    assert isinstance(edition, Edition)
    site = Site("https://news.example.org", b"the same key in both versions of it")
    compiled = compile_message(edition, site=site, mailing=1, date=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    reader = Recipient("ana@example.org", 1, 1, {"first_name": "Zoë", "language": edition.language})
    return hashlib.sha256(compiled.render(reader).data).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
