"""A translation laid over ``issue.yaml``.

The rule, as ``docs/issue-format.md`` tells it: *write again only what differs.* A key that is there replaces,
a key that is not is taken from ``issue.yaml``. Lists of blocks, entries, sessions and events have the same
number of entries in the same order. Two exceptions, for ``blocks`` alone: if every block says what it is
(``block: …``), the list stands on its own; if every block has an ``id`` and none says what it is, each is laid
over the block of that ``id`` and the others stay. Lists of words replace.
"""

from __future__ import annotations

from composer.errors import Problem
from composer.issue.nearest import advice
from composer.issue.tree import Entry, Node


def lay_over(base: Node, translation: Node, *, problems: list[Problem]) -> Node:
    """Make the tree of the whole translation; every value keeps the place where it was written."""
    if not isinstance(base.content, dict) or not isinstance(translation.content, dict):
        return translation
    merged = dict(base.content)
    for key, entry in translation.content.items():
        below = base.content.get(key)
        node = entry.node
        if below is not None:
            node = (
                _lay_list(key, below.node, node, problems)
                if _is_list_of_mappings(below.node)
                else lay_over(below.node, node, problems=problems)
            )
        merged[key] = Entry(entry.position, node)
    return Node(translation.position, merged)


def _is_list_of_mappings(node: Node) -> bool:
    return isinstance(node.content, list) and any(isinstance(item.content, dict) for item in node.content)


def _lay_list(key: str, base: Node, translation: Node, problems: list[Problem]) -> Node:
    if not isinstance(base.content, list) or not isinstance(translation.content, list):
        return translation
    if key == "blocks" and all(_has(item, "block") for item in translation.content):
        return translation
    if key == "blocks" and all(_has(item, "id") and not _has(item, "block") for item in translation.content):
        return _lay_by_id(base, translation, problems)
    if len(base.content) != len(translation.content):
        problems.append(_different_length(key, base, translation))
        return base
    laid = [
        lay_over(below, item, problems=problems) for below, item in zip(base.content, translation.content, strict=True)
    ]
    return Node(translation.position, laid)


def _lay_by_id(base: Node, translation: Node, problems: list[Problem]) -> Node:
    assert isinstance(base.content, list)
    assert isinstance(translation.content, list)
    laid = list(base.content)
    places = {_word(item, "id"): place for place, item in enumerate(laid) if _has(item, "id")}
    for item in translation.content:
        name = _word(item, "id")
        if name in places:
            laid[places[name]] = lay_over(base.content[places[name]], item, problems=problems)
        else:
            choices = ", ".join(places) or "none; give the block an id there first"
            first = base.position.file.name
            hint = advice(name, places, f"ids in {first}: {choices}")
            problems.append(Problem(item.position, f"{first} has no block with the id {name!r}", hint))
    return Node(translation.position, laid)


def _has(node: Node, key: str) -> bool:
    return isinstance(node.content, dict) and key in node.content


def _word(node: Node, key: str) -> str:
    found = node.content[key].node.content if isinstance(node.content, dict) and key in node.content else None
    return found if isinstance(found, str) else ""


def _different_length(key: str, base: Node, translation: Node) -> Problem:
    assert isinstance(base.content, list)
    assert isinstance(translation.content, list)
    hint = f"write one entry for each, in the same order; {{}} for one that stays as it is (see {base.position})"
    if key == "blocks":
        hint += "; or give each block an id, or write every block in full, beginning with block:"
    message = f"{key!r} has {len(translation.content)} of the {len(base.content)} entries of {base.position.file.name}"
    return Problem(translation.position, message, hint)
