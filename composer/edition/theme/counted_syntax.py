"""A template's syntax tree is changed, so that what it does by itself is counted too.

Loops, ``~``, comparisons, slices and new lists are plain Python in what Jinja compiles. Here each is led through a
filter of the environment, which counts it or holds it to a size. A loop's round, and a call of a macro, weighs as
much as what stands in it: a step for each sixteen nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from jinja2 import nodes

ROUNDS = "rounds of a loop"
JOINED = "a joined text"
HELD = "a new list"
LOOKED_AT = "a value looked at"
SPENT = "steps spent"
# No template can name these filters, for a filter's name has no spaces.

_NODES_A_STEP = 16


def counted_template(tree: nodes.Template) -> nodes.Template:
    """Change a template's tree in place, and return it."""
    for node in [tree, *_all_nodes(tree)]:
        _weigh_body(node)
    return cast("nodes.Template", _led(tree))


def _all_nodes(tree: nodes.Node) -> list[nodes.Node]:
    return list(tree.find_all(nodes.Node))


def _weigh_body(node: nodes.Node) -> None:
    """Put what a macro, a block or a template weighs before its first words, and what a round weighs beside a loop."""
    if isinstance(node, nodes.For):
        node.iter = _through(node.iter, ROUNDS, 1 + len(_all_nodes(node)) // _NODES_A_STEP)
    elif isinstance(node, nodes.Template | nodes.Block | nodes.Macro | nodes.CallBlock):
        weight = nodes.Const(len(_all_nodes(node)) // _NODES_A_STEP, lineno=node.lineno)
        spent = nodes.ExprStmt(_through(weight, SPENT), lineno=node.lineno)
        _settle(spent, node)
        node.body.insert(0, spent)


def _led(node: nodes.Node) -> nodes.Node:
    """Lead what is in ``node``, and then the node itself, through the filters."""
    for name, part in node.iter_fields():
        if isinstance(part, list):
            setattr(node, name, [_led(item) if isinstance(item, nodes.Node) else item for item in part])
        elif isinstance(part, nodes.Node):
            setattr(node, name, _led(part))
    change = _CHANGES.get(type(node))
    return change(node) if change else node


def _join(node: Any) -> nodes.Node:
    parts = nodes.List(node.nodes, lineno=node.lineno)
    _settle(parts, node)
    return _through(parts, JOINED)


def _hold(node: Any) -> nodes.Node:
    return node if _is_constant(node) or getattr(node, "ctx", "load") != "load" else _through(node, HELD)


def _compare(node: Any) -> nodes.Node:
    first = node.ops[0]
    within = first.op in ("in", "notin")
    if len(node.ops) == 1 and (_is_constant(first.expr) or (_is_constant(node.expr) and not within)):
        return cast("nodes.Node", node)  # no longer than what stands in the template
    for side in (node, *node.ops):
        if not _is_constant(side.expr):
            side.expr = _through(side.expr, LOOKED_AT)
    return cast("nodes.Node", node)


def _slice(node: Any) -> nodes.Node:
    if isinstance(node.arg, nodes.Slice):
        node.node = _through(node.node, LOOKED_AT)
    return cast("nodes.Node", node)


_CHANGES: Mapping[type, Callable[[Any], nodes.Node]] = {
    nodes.Concat: _join,
    nodes.List: _hold,
    nodes.Tuple: _hold,
    nodes.Dict: _hold,
    nodes.Compare: _compare,
    nodes.Getitem: _slice,
}


def _is_constant(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Tuple | nodes.List):
        return all(map(_is_constant, node.items))
    if isinstance(node, nodes.Dict):
        return all(_is_constant(pair.value) for pair in node.items)
    return isinstance(node, nodes.Const | nodes.TemplateData)


def _through(node: nodes.Node, filter_: str, *told: int) -> nodes.Filter:
    arguments: list[nodes.Expr] = [nodes.Const(number, lineno=node.lineno) for number in told]
    led = nodes.Filter(cast("nodes.Expr", node), filter_, arguments, [], None, None, lineno=node.lineno)
    _settle(led, node)
    return led


def _settle(made: nodes.Node, like: nodes.Node) -> None:
    made.set_environment(cast("Any", like.environment))
