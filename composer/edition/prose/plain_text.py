"""The text part is made: Markdown as plain text, wrapped lines, underlined headings, numbered links.

Enters: parsed Markdown and the lines of text templates. Leaves: text of at most 72 columns that reads well aloud.
An address is never broken, so a line that holds one may be longer.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape

import nh3
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from composer.edition.prose.plain_words import html_address, inline_text, is_same_address

WIDTH = 72


def wrap(text: str, *, indent: int = 0, first: str | None = None) -> str:
    """Write ``text`` in lines of at most 72 columns, each indented; ``first`` stands before the first one."""
    margin = " " * indent
    start = margin if first is None else first
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(
            paragraph,
            WIDTH,
            initial_indent=margin if lines else start,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def underline(title: str, line: str = "=") -> str:
    """Write the title, wrapped, above a line of its length."""
    wrapped = wrap(title)
    return f"{wrapped}\n{line * max(map(len, wrapped.splitlines()), default=0)}"


def tidy(text: str) -> str:
    """Leave one empty line at most between lines, no spaces at their ends, one line end at the end."""
    stripped = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", stripped).strip("\n") + "\n"


def page_of_text(text: str) -> str:
    """Write a text as HTML that reads the same: paragraphs, and the lines in them."""
    paragraphs = re.split(r"\n{2,}", tidy(text).strip("\n"))
    lines = "\n".join(f"<p>{escape(words, quote=False)}</p>" for words in paragraphs if words)
    return "<section>\n{}\n</section>".format(re.sub(r"(?<!</p>)\n", "<br>\n", lines))


@dataclass(slots=True)
class References:
    """The addresses of the mail's text part, numbered in order. The same address keeps its number."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _cited: list[str] = field(default_factory=list)

    def cite(self, url: str) -> str:
        """Number the address, and return " [3]" to stand behind the words of its link."""
        number = self._numbers.setdefault(url, len(self._numbers) + 1)
        if url not in self._cited:
            self._cited.append(url)
        return f" [{number}]"

    def pop_cited(self, indent: int) -> str:
        """Return the addresses that were cited since the last time, a line each."""
        lines = [f"{' ' * indent}[{self._numbers[url]}] {url}" for url in self._cited]
        self._cited.clear()
        return "\n".join(lines)


def prose_text(tokens: Sequence[Token], references: References, *, indent: int = 0, width: int = WIDTH) -> str:
    """Write parsed Markdown as plain text of ``width`` columns, and under it the addresses of its links."""
    root = SyntaxTreeNode(tokens)
    lines = _stack([_Block(node, width - indent, references.cite).lines() for node in root.children])
    text = textwrap.indent("\n".join(lines), " " * indent)
    cited = references.pop_cited(indent)
    return f"{text}\n\n{cited}" if cited else text


def _stack(blocks: Iterable[list[str]], *, tight: bool = False) -> list[str]:
    """Join the lines of several blocks, an empty line between two unless they stand ``tight``."""
    lines: list[str] = []
    for block in blocks:
        if lines and block and not tight:
            lines.append("")
        lines += block
    return lines


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of Markdown that is to be written in ``width`` columns."""

    node: SyntaxTreeNode
    width: int
    cite: Callable[[str], str]

    def lines(self) -> list[str]:
        write = _WRITERS.get(self.node.type)
        return write(self) if write else _stack(self._within(0))

    def paragraph(self) -> list[str]:
        return [line for words in self._words().split("\n") for line in _wrap_line(words, self.width)]

    def heading(self) -> list[str]:
        lines = self.paragraph()
        return [*lines, "-" * max(map(len, lines), default=0)]

    def code(self) -> list[str]:
        return [f"    {line}".rstrip() for line in self.node.content.rstrip("\n").split("\n")]

    def html(self) -> list[str]:
        html = _HTML_LINK.sub(self._cited, self.node.content)
        words = unescape(nh3.clean(_HTML_BREAK.sub(lambda end: f"{end[0]}\N{LINE SEPARATOR}", html), tags=set()))
        lines = (" ".join(line.split()) for line in words.split("\N{LINE SEPARATOR}"))
        return [line for words in lines if words for line in _wrap_line(words, self.width)]

    def _cited(self, link: re.Match[str]) -> str:
        address = html_address(link[1])
        shown = unescape(re.sub(r"<[^<>]*>", "", link[2])).strip()
        cited = address.startswith("#") or is_same_address(shown, address)
        return link[0] if cited else f"{link[0]}{self.cite(address)}"

    def rule(self) -> list[str]:
        return ["-" * min(24, self.width)]

    def quote(self) -> list[str]:
        return [f"> {line}".rstrip() for line in _stack(self._within(2))]

    def bullets(self) -> list[str]:
        return self._items(["- "] * len(self.node.children))

    def numbers(self) -> list[str]:
        first = int(self.node.attrs.get("start", 1))
        return self._items([f"{first + index}. " for index in range(len(self.node.children))])

    def table(self) -> list[str]:
        rows = [row for part in self.node.children for row in part.children]
        return [" | ".join(_Block(cell, self.width, self.cite)._words() for cell in row.children) for row in rows]

    def _items(self, bullets: list[str]) -> list[str]:
        paragraphs = [child for item in self.node.children for child in item.children if child.type == "paragraph"]
        tight = all(paragraph.hidden for paragraph in paragraphs)
        items = []
        for item, bullet in zip(self.node.children, bullets, strict=True):
            margin = " " * len(bullet)
            lines = _stack(_Block(item, self.width, self.cite)._within(len(bullet)), tight=tight)
            items.append([((margin if at else bullet) + line).rstrip() for at, line in enumerate(lines or [""])])
        return _stack(items, tight=tight)

    def _within(self, margin: int) -> list[list[str]]:
        return [_Block(child, self.width - margin, self.cite).lines() for child in self.node.children]

    def _words(self) -> str:
        token = self.node.children[0].token if self.node.children else None
        return inline_text(token, self.cite) if token else ""


_WRITERS: dict[str, Callable[[_Block], list[str]]] = {
    "paragraph": _Block.paragraph,
    "heading": _Block.heading,
    "code_block": _Block.code,
    "fence": _Block.code,
    "html_block": _Block.html,
    "hr": _Block.rule,
    "blockquote": _Block.quote,
    "bullet_list": _Block.bullets,
    "ordered_list": _Block.numbers,
    "table": _Block.table,
}


_HTML_LINK = re.compile(r"(<a\s[^<>]*>)((?:[^<]|<(?!/?a[\s>]))*)</a\s*>", re.IGNORECASE)
_HTML_BREAK = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|tr|h[1-6]|blockquote|table|dt|dd)\s*>", re.IGNORECASE)


@lru_cache(maxsize=2048)
def _wrap_line(line: str, width: int) -> Sequence[str]:
    """Break a line of a paragraph. A preview has nearly the same paragraphs at each save."""
    return tuple(textwrap.wrap(line, max(width, 20), break_long_words=False, break_on_hyphens=False))
