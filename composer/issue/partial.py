"""What is left of a file when its mistakes are taken out, so that the rest can still be checked.

Enters: the tree of a file that its model refuses. Leaves: the part of it that the model takes. A misspelt key is
read as the one that was meant, a wrong value is taken out, a missing one gets a stand-in, at the place of the value
that was taken out, where a mistake is told already; where that does not do, what is around it goes too, up to its
block. Such a part is only checked: it is never rendered for a reader, and never sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composer.errors import Position
from composer.issue.blocks import Model
from composer.issue.problems import meant, written_path
from composer.issue.source import KeyPath
from composer.issue.tree import Entry, Node, plain

_STAND_IN = "–"
STAND_IN_DAY = dt.date(1900, 1, 1)
"""It is before every date of the issue, so that none is told to be over."""

_STAND_INS: Mapping[str, str] = {"date": STAND_IN_DAY.isoformat(), "url": "#"}

# A round mends what it finds, and may uncover what is around it: not much deeper than a tree may be.
_ROUNDS = 25

M = TypeVar("M", bound=Model)

_Taken = dict[tuple[Position, str], Entry]
"""What was taken out, by the place of the mapping around it, which no round changes, and its key."""


def readable_part(tree: Node, *, model: type[M]) -> tuple[M, Node] | None:
    """Find what ``model`` takes of ``tree``, and return it with its tree; None if nothing is left."""
    taken: _Taken = {}
    for _ in range(_ROUNDS):
        if not isinstance(tree.content, dict):
            return None
        try:
            return model.model_validate(plain(tree)), tree
        except ValidationError as error:
            changes = _changes(error, tree, model)
        if () in changes:
            return None
        tree = _changed(tree, changes, taken)
    return None


def _changes(error: ValidationError, tree: Node, model: type[Model]) -> dict[KeyPath, str | None]:
    changes: dict[KeyPath, str | None] = {}
    mistakes = error.errors(include_url=False, include_context=False)
    for details in mistakes:
        # Pydantic counts only the valid entries of a list; the invalid ones have their own errors.
        if details["type"] == "too_short" and details["input"]:
            continue
        path, change = _change(details, tree, model)
        changes.setdefault(path, change)
    return changes or {(): None}


def _change(details: ErrorDetails, tree: Node, model: type[Model]) -> tuple[KeyPath, str | None]:
    """Decide what to do where: a new key for a misspelt one, a stand-in for a missing one, or None: take it out."""
    path = written_path(details["loc"])
    if details["type"] == "extra_forbidden":
        return path, meant(details["loc"], model) or None
    if details["type"] == "missing":
        return path, str(path[-1])
    while path and _find(tree, path) is None:
        path = path[:-1]  # a type of a union that did not fit
    node = _find(tree, path)
    if node is not None and node.content in (_STAND_IN, *_STAND_INS.values()):
        path = path[:-1]  # no stand-in does here
    return path, None


def _find(tree: Node, path: KeyPath) -> Node | None:
    node: Node | None = tree
    for key in path:
        if node is not None and isinstance(node.content, dict) and key in node.content:
            node = node.content[str(key)].node
        elif node is not None and isinstance(node.content, list) and isinstance(key, int) and key < len(node.content):
            node = node.content[key]
        else:
            return None
    return node


def _changed(node: Node, changes: Mapping[KeyPath, str | None], taken: _Taken, at: KeyPath = ()) -> Node:
    if isinstance(node.content, list):
        kept = [
            _changed(item, changes, taken, (*at, index))
            for index, item in enumerate(node.content)
            if (*at, index) not in changes
        ]
        return Node(node.position, kept)
    if not isinstance(node.content, dict):
        return node
    entries: dict[str, Entry] = {}
    for key, entry in node.content.items():
        new = changes.get((*at, key), key)
        # Of a key and a misspelling of it, the right one counts.
        if new is not None and (new == key or new not in node.content):
            entries[new] = Entry(entry.position, _changed(entry.node, changes, taken, (*at, key)))
        else:
            taken[node.position, key] = entry
    for path, name in changes.items():
        if path[:-1] == at and name == path[-1] and name not in entries:
            was = taken.get((node.position, name))
            own, value = (was.position, was.node.position) if was else (node.position, node.position)
            entries[name] = Entry(own, Node(value, _STAND_INS.get(name, _STAND_IN)))
    return Node(node.position, entries)
