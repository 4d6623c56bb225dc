"""The words of one paragraph are made into Markdown: text, links, emphasis, line breaks.

Enters: pieces of text and their marks, in order. Leaves: CommonMark that means the same, whatever characters the
text has. Merge tags of other programs become our merge fields where we have one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from composer.emphasis import leans_on
from composer.link_address import LinkError, spell_link
from composer.pasted_address import unwrapped, without_litter

_SPECIAL = re.compile(r"([\\`*_\[\]<>~])|&(?=#?\w+;)")
_AT_LINE_START = re.compile(r"^([ \t]*)(#{1,6}(?=\s|$)|[-+=|](?=\s|$|-|=)|:{3,}|>|(\d{1,9})([.)])(?=\s|$))")
_BRACES = re.compile(r"\{\{|\}\}|\{%")
_HARMLESS = re.compile(r"\\(\{\{|\}\}|\{%)")
"""Braces that somebody has made harmless already."""
_OPENS, _CLOSES = "\ue001", "\ue002"
_MARK = re.compile(f"([{_OPENS}{_CLOSES}])(\\*\\*|\\*|~~)")
_ELEMENTS = {"**": "b", "*": "i", "~~": "s"}
_COUNTING = re.compile(r"[?&](utm_\w+|mc_[ce]id|fbclid|gclid)=[^&#]*")
_FIRST_NAME = (
    r"\*\|FNAME(:[^|]*)?\|\*|\{\{\s*(contact\.)?first_?name[^{}]*\}\}|%%?FIRST_?NAME%%?|\[\[first_?name\]\]"
    r"|\{\{\s*subscriber\.first_name[^{}]*\}\}"
)
_FIELDS = tuple(
    (re.compile(pattern, re.IGNORECASE), ours)
    for pattern, ours in (
        (_FIRST_NAME, '{{ subscriber.first_name | default("reader") }}'),
        (r"\*\|LNAME\|\*|\{\{\s*last_?name[^{}]*\}\}|%%?LAST_?NAME%%?", '{{ subscriber.last_name | default("") }}'),
        (r"\*\|EMAIL\|\*|\{\{\s*(contact\.)?email\s*\}\}|%%?EMAIL%%?", "{{ subscriber.email }}"),
    )
)
_TAG = re.compile(r"\*\|[\w: ]+\|\*|\{\{[^{}]*\}\}|\{%[^%]*%\}|%%\w+%%|\[\[\w+\]\]")


@dataclass
class Words:
    """Collects the words of a paragraph."""

    note: Callable[[str], None]
    parts: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    sizes: dict[float | None, int] = field(default_factory=dict)
    bold_length: int = 0

    def add(self, text: str, *, size_px: float | None, is_bold: bool) -> None:
        """Add text as a browser would show it: several blanks are one, line breaks are none."""
        text = re.sub(r"[\u200b\u200c\ufeff\ue001\ue002]", "", re.sub(r"[ \t\r\n\f]+", " ", text))
        shown = len(text.strip())
        self.sizes[size_px] = self.sizes.get(size_px, 0) + shown
        self.bold_length += shown if is_bold else 0
        self.plain.append(text)
        self.parts.append(escaped(text, note=self.note))

    def add_code(self, text: str, *, size_px: float | None) -> None:
        """Add words of a program, letter by letter: nothing in them is Markdown."""
        code = " ".join(text.split())
        if not code:
            return
        self.sizes[size_px] = self.sizes.get(size_px, 0) + len(code)
        self.plain.append(code)
        fence = "`" * (1 + max(map(len, re.findall("`+", code)), default=0))
        blank = " " if code.startswith("`") or code.endswith("`") else ""
        self.parts.append(without_fields(f"{fence}{blank}{code}{blank}{fence}"))

    def enclose(self, tag: str, since: int) -> None:
        """Put the parts from ``since`` on into an element of HTML."""
        inner = "".join(self.parts[since:])
        if inner.strip() and "\n" not in inner:
            self.parts[since:] = [f"<{tag}>{inner}</{tag}>"]

    def add_break(self) -> None:
        """Break the line, as ``<br>`` does."""
        self.plain.append(" ")
        self.parts.append("\n")

    def wrap(self, mark: str, since: int) -> None:
        """Put the parts from ``since`` on between marks; blanks stay outside of them."""
        inner = "".join(self.parts[since:])
        words = inner.strip()
        if words and "\n\n" not in inner:
            before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
            self.parts[since:] = [f"{before}{_OPENS}{mark}{words}{_CLOSES}{mark}{after}"]

    def link(self, url: str, since: int) -> None:
        """Make a link of the parts from ``since`` on."""
        inner = "".join(self.parts[since:])
        words = " ".join(inner.split())
        address = clean_address(url)
        if not words:
            return
        if not is_address(address):
            self.note(f"a link that leads nowhere in a mail: {words[:60]} ({url[:80]})")
            return
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        self.parts[since:] = [f"{before.replace(chr(10), ' ')}[{words}]({target(address)}){after}"]

    @property
    def markdown(self) -> str:
        """The paragraph as Markdown; an empty line stands where two line breaks were."""
        lines = [" ".join(line.split()) for line in _emphasised("".join(self.parts)).split("\n")]
        paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip("\n"))
        return "\n\n".join("\\\n".join(map(_line_start, part.strip("\n").split("\n"))) for part in paragraphs if part)

    @property
    def words(self) -> str:
        """The words as they are without marks and addresses."""
        return " ".join("".join(self.plain).split())

    @property
    def size_px(self) -> float | None:
        """The size that most of the letters have; None if nothing says it."""
        return max(self.sizes, key=lambda size: self.sizes[size], default=None)


def _emphasised(text: str) -> str:
    """Write the marks of emphasis; as HTML where a letter beside a bracket or a quotation mark keeps them from it."""
    pieces = _MARK.split(text)  # words, then which end, mark, and words again
    opened: list[int] = []
    for at in range(1, len(pieces), 3):
        if pieces[at] == _OPENS:
            opened.append(at)
        elif opened:
            begins = opened.pop()
            if not (_is_read(pieces, begins) and _is_read(pieces, at)):
                pieces[begins + 1], pieces[at + 1] = (f"<{end}{_ELEMENTS[pieces[at + 1]]}>" for end in ("", "/"))
    return "".join(piece for at, piece in enumerate(pieces) if at % 3 != 1)


def _is_read(pieces: list[str], at: int) -> bool:
    """Whether Markdown reads the mark at that place, by the letters on both of its sides."""
    before, after = "".join(pieces[:at:3])[-1:] or " ", "".join(pieces[at + 2 :: 3])[:1] or " "
    return leans_on(after, outside=before) if pieces[at] == _OPENS else leans_on(before, outside=after)


def escaped(text: str, *, note: Callable[[str], None]) -> str:
    """Write text so that Markdown shows it as it is, with our merge fields in the place of others."""
    text, fields = _without_fields(text)
    for tag in _TAG.findall(text):
        note(f"the merge tag {tag} means nothing here; it stands in the text as it was")
    text = _SPECIAL.sub(lambda match: f"\\{match[0]}", text)
    return _with_fields(text, fields)


def without_fields(code: str) -> str:
    """Make braces in words of a program harmless: they are no merge fields of ours."""
    return _BRACES.sub(lambda match: f"\\{match[0]}", code)


def one_line(text: str) -> str:
    """Write text for a subject or a preheader, which are no Markdown: only merge fields mean something there."""
    return _with_fields(*_without_fields(_HARMLESS.sub(lambda match: match[1], text)))


def _without_fields(text: str) -> tuple[str, list[str]]:
    """Put a mark in the place of each merge field that we have too, and return those fields as we write them."""
    fields: list[str] = []

    def keep(ours: str) -> str:
        fields.append(ours)
        return f"\0{len(fields) - 1}\0"

    for pattern, ours in _FIELDS:
        text = pattern.sub(lambda _, ours=ours: keep(ours), text)  # type: ignore[misc]
    return text, fields


def _with_fields(text: str, fields: list[str]) -> str:
    """Put the merge fields back in their places, and make the braces of others harmless."""
    text = _BRACES.sub(lambda match: f"\\{match[0]}", text)
    return re.sub("\0(\\d+)\0", lambda match: fields[int(match[1])], text)


def clean_address(url: str) -> str:
    """Take out of an address what only counts visitors, and spell it as links have it."""
    address = without_litter(re.sub(r"[\t\r\n]+", "", url))
    with suppress(LinkError, ValueError):
        address = spell_link(unwrapped(spell_link(address)))
    cleaned = _COUNTING.sub("", address)
    # The first of several may have been one that counts.
    return cleaned if "?" in cleaned or "&" not in cleaned or "?" not in address else cleaned.replace("&", "?", 1)


def is_address(url: str) -> bool:
    """Tell whether a link may lead to this address."""
    try:
        return not spell_link(url).startswith(("#", "{{"))
    except LinkError:
        return False


def target(url: str) -> str:
    """Write the address as it stands in a link of Markdown."""
    return f"<{url}>" if re.search(r"[()<>]", url) and not re.search(r"[<>]", url) else url


def _line_start(line: str) -> str:
    """Make characters harmless that would begin a headline, a list or a fence."""
    return _AT_LINE_START.sub(
        lambda match: f"{match[1]}{match[3]}\\{match[4]}" if match[3] else f"{match[1]}\\{match[2]}", line
    )
