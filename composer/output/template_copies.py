"""A shipped template comes into a project as a copy to be changed; later it is told if the shipped one has gone on.

Enters: the project's template folder, and what is to be copied. Leaves: the files, and ``copied.json`` beside them,
which keeps of each file the fingerprint that the shipped one had then. A copy is its owner's: it is never written over,
and never changed by a new version of the program.

::

    article                 the block: blocks/article/
    poster                  the theme: themes/poster/
    css/head.css, partials  a file or a folder by its path
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from composer import __version__, shipped
from composer.errors import NewsletterError
from composer.issue.inside import leads_outside
from composer.issue.nearest import advice

RECORD: Final = "copied.json"


@dataclass(frozen=True, slots=True)
class CopiedTemplates:
    """What a copy has done: the new files, and those that were there already and stayed as they are."""

    copied: tuple[PurePosixPath, ...]
    kept: tuple[PurePosixPath, ...]


@dataclass(frozen=True, slots=True)
class OutdatedTemplate:
    """A copy whose shipped file is another one now, or gone: then ``is_gone``. ``version`` is that of the copy."""

    path: PurePosixPath
    version: str
    is_gone: bool


def copy_templates(name: str, *, into: Path) -> CopiedTemplates:
    """Copy a block, a theme, a file or a folder of the shipped templates. Raises NewsletterError if there is none."""
    files = tuple(_files_of(name))
    record = dict(_record(into))
    copied: list[PurePosixPath] = []
    kept: list[PurePosixPath] = []
    for path in files:
        target = into / path
        if leads_outside(target, into):
            raise NewsletterError(f"{target} is a link to somewhere outside {into}; copy the folder itself")
        if target.exists():
            kept.append(path)
            continue
        content = (shipped.TEMPLATES / path).read_bytes()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        record[str(path)] = {"version": __version__, "sha256": _fingerprint(content)}
        copied.append(path)
    if copied:
        text = json.dumps(dict(sorted(record.items())), indent=2)
        (into / RECORD).write_text(f"{text}\n", encoding="utf-8")
    return CopiedTemplates(tuple(copied), tuple(kept))


def outdated_templates(folder: Path) -> tuple[OutdatedTemplate, ...]:
    """Find the copies in ``folder`` whose shipped file has changed since. What is not there any more does not count."""
    return tuple(_outdated(folder))


def _outdated(folder: Path) -> Iterator[OutdatedTemplate]:
    for name, about in sorted(_record(folder).items()):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not (folder / path).is_file():
            continue
        source = shipped.TEMPLATES / path
        now = source.read_bytes() if source.is_file() else None
        if now is None or _fingerprint(now) != about.get("sha256"):
            # Somebody who has taken the new one over as it is has nothing to do.
            if now is not None and (folder / path).read_bytes() == now:
                continue
            yield OutdatedTemplate(path, str(about.get("version", "")), now is None)


def _files_of(name: str) -> Iterator[PurePosixPath]:
    root = shipped.TEMPLATES
    blocks, themes = (sorted(each.name for each in (root / kind).iterdir()) for kind in ("blocks", "themes"))
    wanted = PurePosixPath(name.removeprefix("templates/").rstrip("/"))
    if wanted.is_absolute() or ".." in wanted.parts or not wanted.parts:
        raise NewsletterError(f"{name!r} is no path below the shipped templates")
    known = {each: PurePosixPath("blocks", each) for each in blocks} | {
        each: PurePosixPath("themes", each) for each in themes
    }
    path = known.get(str(wanted), wanted)
    if (root / path).is_file():
        yield path
        return
    if not (root / path).is_dir():
        files = [file.relative_to(root).as_posix() for file in sorted(root.rglob("*")) if file.is_file()]
        choices = f"blocks are {', '.join(blocks)}; themes are {', '.join(themes)}; or a path such as css/head.css"
        raise NewsletterError(f"there is no shipped template {name!r}; {advice(name, [*known, *files], choices)}")
    for file in sorted((root / path).rglob("*")):
        if file.is_file():
            yield PurePosixPath(file.relative_to(root).as_posix())


def _record(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    file = folder / RECORD
    if not file.is_file():
        return {}
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): dict(about) for name, about in told.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise NewsletterError(f"{file} cannot be read; restore it, or delete it") from error


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
