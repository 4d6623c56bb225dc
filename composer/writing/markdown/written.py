"""A block is written in Markdown: plainly if that says all of it, else as a fence with its keys and its body.

Enters: what a block says. Leaves: texts to try, the best first; whoever asked reads each and takes the first that says
what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from composer.issue.blocks import Item
from composer.issue.markdown.page import Page
from composer.writing.yaml.new_values import ValueWriter

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_BRACES = re.compile(r"(\{\{.*?\}\})")
_BARE = re.compile(r'[^\s{}"=]+')
_LEVELS_ABOVE = 2
_BODILY = ("block", "title", "body", "picture", "link")

Kinds = Mapping[str, type[Item]]


def ways_to_write(block: Mapping[str, Any], kinds: Kinds, writer: ValueWriter) -> Iterator[str]:
    """Write a block in every way that may say it: as plain Markdown, as a fence with a body, as a fence of keys."""
    plain = _plainly(block, kinds)
    if plain is not None:
        yield plain
    yield from fences(block, writer)


def fences(block: Mapping[str, Any], writer: ValueWriter) -> Iterator[str]:
    """Write a block as a fence: its body below three dashes, or, if that says something else, among its keys."""
    keys = {key: value for key, value in block.items() if key not in ("block", "body")}
    body = block.get("body")
    if isinstance(body, str) and body.strip() and (raised := raised_headlines(body)) is not None:
        yield _fence(str(block.get("block")), keys, raised, writer)
    yield _fence(str(block.get("block")), {key: block[key] for key in block if key != "block"}, None, writer)


def _fence(kind: str, keys: Mapping[str, Any], body: str | None, writer: ValueWriter) -> str:
    lines = writer.entries(keys, ("blocks", 0), indent=0)
    lines += ["---", body.strip("\n")] if body is not None else []
    inside = "\n".join(lines)
    marks = ":" * max((len(found) + 1 for found in re.findall(r"(?m)^ {0,3}(:{3,})", inside)), default=3)
    return "\n".join((f"{marks}{kind}", *lines, marks))


def _plainly(block: Mapping[str, Any], kinds: Kinds) -> str | None:
    match block.get("block"):
        case "divider" if len(block) == 1:
            return "---"
        case "text" if block.keys() == {"block", "body"}:
            return _raised(block["body"], kinds)
        case "image" if block.keys() <= {"block", "picture", "url"}:
            picture = _picture(block.get("picture"), kinds)
            return f"[{picture}]({block['url']})" if picture and "url" in block else picture
        case "button" if block.keys() == {"block", "label", "url"}:
            return _link(block, kinds)
    return _below_headline(block, kinds)


def _below_headline(block: Mapping[str, Any], kinds: Kinds) -> str | None:
    title = block.get("title")
    if not isinstance(title, str) or "\n" in title or not title.strip():
        return None
    keys = [_brace(key, value) for key, value in block.items() if key not in _BODILY]
    keys += [f"block={block.get('block')}"] if block.get("block") != "article" else []
    if None in keys:
        return None
    headline = f"## {as_words(title, kinds)}" + (f" {{{' '.join(map(str, keys))}}}" if keys else "")
    below = below_keys(block, kinds)
    return None if below is None else "\n\n".join(part for part in (headline, below) if part)


def below_keys(block: Mapping[str, Any], kinds: Kinds) -> str | None:
    """Write what may stand in a block as text: its picture, its body, its link; None if Markdown cannot say one."""
    parts = _parts(block, kinds)
    return None if None in parts.values() else "\n\n".join(map(str, parts.values()))


def _parts(block: Mapping[str, Any], kinds: Kinds) -> dict[str, str | None]:
    return {
        key: write(block[key], kinds)
        for key, write in (("picture", _picture), ("body", _raised), ("link", _link))
        if key in block
    }


def parts_exchanged(typed: str, old: Mapping[str, Any], new: Mapping[str, Any], kinds: Kinds) -> str | None:
    """Exchange picture, body and link where they stand; None if one is typed otherwise, or was not there."""
    before, after = _parts(old, kinds), _parts(new, kinds)
    for key in before:
        one, other = before[key], after.get(key)
        if one != other:
            if not one or other is None or typed.count(one) != 1:
                return None
            typed = typed.replace(one, other)
    return typed


def _brace(key: str, value: Any) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"[\w-]+", key) or '"' in value or "\n" in value:
        return None
    if key == "id" and re.fullmatch(r"[\w-]+", value):
        return f"#{value}"
    if value == "true":
        return key
    return f"{key}={value}" if _BARE.fullmatch(value) else f'{key}="{value}"'


def _picture(picture: Any, kinds: Kinds) -> str | None:
    if not isinstance(picture, Mapping) or not picture.keys() <= {"file", "alt", "caption"}:
        return None
    file, alt, caption = picture.get("file"), picture.get("alt"), picture.get("caption", "")
    if not all(isinstance(text, str) for text in (file, alt, caption)) or not file or not str(alt).strip():
        return None
    where = f"<{file}>" if re.search(r"[\s()]", str(file)) else file
    behind = f' "{caption}"' if caption else ""
    return f"![{as_words(str(alt), kinds)}]({where}{behind})"


def _link(link: Any, kinds: Kinds) -> str | None:
    if not isinstance(link, Mapping) or not {"label", "url"} <= link.keys() <= {"label", "url", "block"}:
        return None
    if not isinstance(link["label"], str) or not isinstance(link["url"], str):
        return None
    return f"[{as_words(link['label'], kinds)}]({link['url']})"


def as_words(text: str, kinds: Kinds) -> str:
    """Write a line so that Markdown reads the very words: as it is, or with a backslash before each of its signs."""
    page = Page(Path("issue.md"), [text], 0, 1, kinds)
    if page.words(page.inline(text)) == " ".join(text.split()):
        return text
    pieces = _BRACES.split(text)
    return "".join(piece if at % 2 else _SPECIAL.sub(r"\\\1", piece) for at, piece in enumerate(pieces))


def _raised(body: Any, kinds: Kinds) -> str | None:  # noqa: ARG001  as the others are called
    raised = raised_headlines(body) if isinstance(body, str) else None
    return None if raised is None else raised.strip("\n")


def raised_headlines(body: str) -> str | None:
    """Give headlines the two signs more that they have in a Markdown file; None if one would have more than six."""
    lines = body.split("\n")
    page = Page(Path("issue.md"), lines, 0, len(lines), {})
    for part in page.parts():
        for token in part.tokens:
            if token.type == "heading_open" and token.map is not None and token.markup.startswith("#"):
                if len(token.markup) + _LEVELS_ABOVE > 6:
                    return None
                at = token.map[0]
                lines[at] = lines[at].replace(token.markup, token.markup + "#" * _LEVELS_ABOVE, 1)
    return "\n".join(lines)
