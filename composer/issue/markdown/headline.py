"""A headline of a Markdown file may have keys in braces behind it.

::

    ## Who feels safe, and where? {#survey lead layout=right kicker="Gender and security"}

``#survey`` is the id, a word alone is ``true``, a value with blanks stands in quotes. Braces that are written in
another way belong to the headline.
"""

from __future__ import annotations

import re

from composer.errors import Problem
from composer.issue.markdown.page import Page, Part
from composer.issue.source import Span
from composer.issue.tree import Entry, Node

_VALUE = r'(?:[^\s{}"=]|\{\{[^{}]*\}\})+|"[^"]*"'
_KEY = rf"#?[\w-]+(?:=(?:{_VALUE}))?"
_BRACES = re.compile(rf"(?<=[ \t])\{{((?:[ \t]*{_KEY}(?=[ \t}}]))+)[ \t]*\}}[ \t]*(?:#+[ \t]*)?$")
_ONE_KEY = re.compile(rf"(?P<mark>#?)(?P<key>[\w-]+)(?:=(?P<value>{_VALUE}))?")


def read_headline(page: Page, part: Part, *, problems: list[Problem]) -> dict[str, Entry]:
    """Read ``title`` and the keys in braces, each with its place."""
    inline = part.tokens[1]
    words = page.words(page.inline(_BRACES.sub("", inline.content)))
    node = page.text_node(words, part.first, part.after)
    entries = {"title": Entry(node.position, node)}
    line = part.first + inline.content.count("\n")  # the underline of === or --- is no line of the content
    braces = _BRACES.search(page.lines[line])
    for found in _ONE_KEY.finditer(page.lines[line], *braces.span(1)) if braces else ():
        key, value = _key_and_value(found)
        place = page.place(line, found.start() + 1)
        if key in entries:
            problems.append(Problem(place, f"the headline has {key!r} already", "delete one of them"))
        is_bare = found["value"] is None and not found["mark"]
        at = place if is_bare else page.place(line, found.end() - len(value) - found[0].endswith('"') + 1)
        entries[key] = Entry(place, Node(at, value, (Span(0, at),)))
    return entries


def _key_and_value(found: re.Match[str]) -> tuple[str, str]:
    if found["mark"]:
        return "id", found["key"]
    return found["key"], "true" if found["value"] is None else found["value"].strip('"')
