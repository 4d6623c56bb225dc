"""Checks the mail as a whole: its length, its headings, its plain text, and texts still to be written.

Source of the clip: Gmail shows the first 102 kB of a message's HTML (hteumeuleu/email-bugs#41); what follows, the
link to leave included, is behind "View entire message".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from composer.checks.finding import Finding, find
from composer.checks.markdown.parts import check_parts
from composer.checks.proof import MERGE_FIELD, Proof, Rendered, heard, squeezed
from composer.checks.stand_ins import FIRST_TITLES, lost_picture, stand_ins
from composer.commonmark import markdown_parser
from composer.edition.weight import CLIP_BYTES, html_bytes
from composer.errors import Position
from composer.issue.inside import source_lines
from composer.remembered import remembered

_NEAR = 0.9
_MARKDOWN = markdown_parser()


def check_length(rendered: Rendered) -> Iterator[Finding]:
    """The HTML is so short that Gmail shows it to its end."""
    size, place = html_bytes(rendered.edition.html), rendered.proof.source.key_position(("blocks",))
    hint = "shorten it, or move a block to your website and link to it"
    if size > CLIP_BYTES:
        yield find("html-clipped", place, f"the HTML has {size:,} bytes; Gmail cuts off after {CLIP_BYTES:,}", hint)
    elif size > CLIP_BYTES * _NEAR:
        yield find("html-near-clip", place, f"the HTML has {size:,} of the {CLIP_BYTES:,} bytes that Gmail shows", hint)


def check_headings(rendered: Rendered) -> Iterator[Finding]:
    """Headings go down one level at a time: people who listen find their way by them."""
    level = 0
    for heading in rendered.page.headings:
        if level and heading.level > level + 1:
            words = f"the heading {heading.words.strip()[:60]!r} is of level {heading.level} below one of level {level}"
            hint = "write it with fewer #, or give the block a title"
            place = _heading_place(heading.words.strip(), rendered.proof)
            if (place.file, place.line) not in _told_of_parts(rendered.proof):
                yield find("heading-jump", place, words, hint)
        level = heading.level


def _told_of_parts(proof: Proof) -> set[tuple[Path, int]]:
    """Give the lines of headlines that have no place where they stand: that is told, and their level follows."""
    return {(finding.position.file, finding.position.line) for finding in check_parts(proof)}


def _heading_place(words: str, proof: Proof) -> Position:
    written = re.compile(rf"^#+[ \t]+{re.escape(words)}", re.MULTILINE)
    for text in proof.prose:
        if match := written.search(text.value):
            return text.position(match.start())
    return proof.place(words)


def check_text_part(rendered: Rendered) -> Iterator[Finding]:
    """What readers of the HTML are told, those of the plain text are told too: titles, and where every link leads."""
    plain, shown = heard(rendered.text), heard(rendered.page.words)
    hint = "look into the block's block.txt.j2"
    for text in rendered.proof.prose:
        if text.field != "title" or len(text.path) < 2:
            continue
        pieces = [heard(piece) for piece in _pieces_of(text.value)]
        if any(piece not in plain and piece in shown for piece in pieces if piece.strip()):
            words = f"the title {text.value[:60]!r} is not in the plain text"
            yield find("text-part-incomplete", text.position(), words, hint)
    addresses, leading_to = _address(rendered.text), {_address(link.href) for link in rendered.page.links}
    for link in rendered.proof.links:
        address = _address(link.url)
        is_shown = link.url.startswith("http") and "{{" not in link.url and address in leading_to
        if is_shown and link.is_closed and address not in addresses:
            words = f"the link {link.url} is not in the plain text"
            yield find("text-part-incomplete", link.position, words, hint)


@remembered
def _pieces_of(text: str) -> tuple[str, ...]:
    """Give the words of a text between its merge fields, without signs of Markdown."""
    pieces = MERGE_FIELD.split(text.replace("\\{{", "{{").replace("\\}}", "}}"))
    return tuple(
        "".join(child.content for token in _MARKDOWN.parseInline(piece) for child in token.children or ())
        for piece in pieces
    )


@remembered
def _address(text: str) -> str:
    """Make addresses comparable however they are encoded and wrapped; works on a text with many of them too."""
    plain = re.sub(r"xn--[a-z0-9-]+", _unicode_label, squeezed(unquote(unescape(text))))
    return unicodedata.normalize("NFC", plain).rstrip("/")


def _unicode_label(label: re.Match[str]) -> str:
    try:
        return label[0].removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label[0]


def check_placeholders(proof: Proof) -> Iterator[Finding]:
    """No text of the issue or the publication is a stand-in such as TODO, lorem ipsum or ???."""
    for text in proof.all_texts:
        for found in stand_ins(text.value) if text.kind.is_for_people else ():
            code, words = "text-placeholder", f"{found.words!r} looks like a text still to be written"
            if found.is_begun:
                code, words = "text-todo", f"{found.words!r} is still to be written"
            yield find(code, text.position(found.offset), words, "write it, or delete it")
    if proof.content.subject in FIRST_TITLES.values():
        words = f"{proof.content.subject!r} is the subject that the first issue begins with"
        yield find("text-placeholder", proof.source.position(("subject",)), words, "say what the letter is about")


def check_lost_pictures(proof: Proof) -> Iterator[Finding]:
    """No note of an import is left about a picture that it could not take over; such a note is in no text."""
    for number, line in enumerate(source_lines(proof.source.file), 1):
        if lost := lost_picture(line):
            words = f"the import found no picture {lost.words[:120]!r}"
            place = Position(proof.source.file, number, lost.offset + 1)
            yield find("text-placeholder", place, words, "put it in the place of the note, or delete the note")
