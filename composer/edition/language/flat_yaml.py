"""Files of name: text lines, as locales and themes are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from composer.errors import Position, Problem, TemplateError
from composer.issue.source import Source
from composer.issue.tree import Entry, source_of
from composer.issue.yaml.read import read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@lru_cache(maxsize=128)
def read_flat_yaml(file: Path, data: bytes, *, but: str = "") -> Mapping[str, str]:
    """Read a file of ``name: text`` lines. TemplateError, with the line of everything else but of the name ``but``."""
    return MappingProxyType({name: text for name, (text, _) in read_placed_texts(file, data, but=but).items()})


@lru_cache(maxsize=128)
def read_placed_texts(file: Path, data: bytes, *, but: str = "") -> Mapping[str, tuple[str, Source]]:
    """Read a file as ``read_flat_yaml`` does, each text with the source that knows where it and its name stand."""
    tree, problems = read_yaml(data, file=file)
    content = tree.content if tree is not None else None
    if not isinstance(content, dict):
        raise TemplateError(problems or [Problem(Position(file, 1, 1), "must be lines of name: text")])
    source = source_of(tree, file=file) if tree is not None else Source(file)
    texts: dict[str, tuple[str, Source]] = {}
    told = {problem.position for problem in problems}
    for name, entry in content.items():
        if name == but:
            continue
        if (wrong := _wrong_entry(name, entry)) is not None:
            if wrong.position not in told:
                problems.append(wrong)
        elif isinstance(entry.node.content, str):
            texts[name] = entry.node.content, source
    if problems:
        raise TemplateError(problems)
    return MappingProxyType(texts)


def _wrong_entry(name: str, entry: Entry) -> Problem | None:
    if not _NAME.fullmatch(name):
        return Problem(entry.position, f"{name!r} cannot be a name", "use small letters, digits and _")
    if not isinstance(entry.node.content, str):
        is_empty = not entry.node.content
        kind = "nothing" if is_empty else "a list" if isinstance(entry.node.content, list) else "keys and values"
        hint = f"delete the line, or write its text behind {name}:" if is_empty else f"write one text behind {name}:"
        return Problem(entry.node.position, f"{name} must be one text, not {kind}", hint)
    return None
