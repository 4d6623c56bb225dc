"""Checks the mail as a whole: its length, its headings, its plain text, and texts still to be written.

Source of the clip: Gmail shows the first 102 kB of a message's HTML (hteumeuleu/email-bugs#41); what follows, the
link to leave included, is behind "View entire message".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof, Rendered, squeezed
from composer.edition.model import Segments, every_piece
from composer.errors import Position

CLIP_BYTES = 102_400
_NEAR = 0.9
_SLOT_BYTES = {"links.unsubscribe": 160, "links.browser": 160, "links.print": 160, "links.assets": 70}
_OTHER_SLOT_BYTES = 20
_PLACEHOLDER = re.compile(r"\b((?i:lorem ipsum)|TODO|TBD|TBC|FIXME|XXX+)\b|\?\?\?+")


def html_bytes(html: Segments) -> int:
    """Count the bytes of the HTML for a reader who sees all of it; a slot has the usual length of its values."""
    return sum(
        len(piece.encode()) if isinstance(piece, str) else _SLOT_BYTES.get(piece.name, _OTHER_SLOT_BYTES)
        for piece in every_piece(html)
    )


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
            yield find("heading-jump", _heading_place(heading.words.strip(), rendered.proof), words, hint)
        level = heading.level


def _heading_place(words: str, proof: Proof) -> Position:
    written = re.compile(rf"^#+[ \t]+{re.escape(words)}", re.MULTILINE)
    for text in proof.prose:
        if match := written.search(text.value):
            return text.position(match.start())
    return proof.place(words)


def check_text_part(rendered: Rendered) -> Iterator[Finding]:
    """What the HTML says, the plain text says too: titles, and where every link leads."""
    plain = squeezed(rendered.text)
    for text in rendered.proof.prose:
        is_title = text.field == "title" and len(text.path) > 1 and not MERGE_FIELD.search(text.value)
        if is_title and squeezed(text.value) not in plain:
            words = f"the title {text.value[:60]!r} is not in the plain text"
            yield find("text-part-incomplete", text.position(), words, "look into the block's block.txt.j2")
    for link in rendered.proof.links:
        if link.url.startswith("http") and "{{" not in link.url and squeezed(link.url) not in plain:
            words = f"the link {link.url} is not in the plain text"
            yield find("text-part-incomplete", link.position, words, "look into the block's block.txt.j2")


def check_placeholders(proof: Proof) -> Iterator[Finding]:
    """No text is a stand-in such as TODO, lorem ipsum or ???."""
    for text in proof.prose:
        for match in _PLACEHOLDER.finditer(text.value):
            words = f"{match[0]!r} looks like a text still to be written"
            yield find("text-placeholder", text.position(match.start()), words, "write it, or delete it")
