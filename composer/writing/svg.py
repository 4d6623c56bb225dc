"""A drawing (SVG) is made a PNG, in a process of its own: it may be a stranger's, and nothing of the machine may go in.

Enters: the bytes of an SVG. Leaves: a PNG. Nothing is fetched and no other file is read: links to anything outside of
the drawing, entities and scripts are taken out first. The process that draws has limits of time and memory, so that a
drawing that never ends, or is larger than the memory, is a message and no crash.
"""

from __future__ import annotations

import math
import sys
from typing import Any

from lxml import etree

from composer.errors import FileRefused
from composer.limited_process import TookTooLong, limit_this_process, run_limited

MAX_BYTES = 5_000_000
MAX_PIXELS = 20_000_000
MAX_HEIGHT = 10_000
_WIDTH = 1280
"""Twice as wide as a mail, for sharp screens."""
_OWN_PICTURES = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
_TAKEN_OUT = frozenset({"script", "foreignObject", "iframe", "audio", "video", "animate", "set"})


def drawn(svg: bytes) -> bytes:
    """Draw an SVG as a PNG of the width that mails need. Raises FileRefused if it is none, or too much to draw."""
    if len(svg) > MAX_BYTES:
        raise FileRefused(f"the drawing has more than {MAX_BYTES:,} bytes")
    try:
        png = run_limited("composer.writing.svg", _harmless(svg))
    except TookTooLong as error:
        raise FileRefused("the drawing takes too long to draw; export it as PNG") from error
    if png is None or not png.startswith(b"\x89PNG"):
        raise FileRefused("this SVG cannot be drawn; export it as PNG")
    return png


def _harmless(svg: bytes) -> bytes:
    """Leave out whatever leads out of the drawing; the document type goes too, with its entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(svg, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused("this is no SVG") from error
    if etree.QName(root).localname != "svg":
        raise FileRefused("this is no SVG")
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _remove(element)  # entities, comments, instructions to programs
        elif etree.QName(element).localname in _TAKEN_OUT:
            _remove(element)
        else:
            _keep_inside(element)
    return bytes(etree.tostring(root))


def _keep_inside(element: Any) -> None:
    for name, value in list(element.attrib.items()):
        is_link = etree.QName(name).localname == "href"
        if is_link and not value.strip().startswith(("#", *_OWN_PICTURES)):
            del element.attrib[name]


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:  # the text behind it stays
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _size(svg: bytes) -> tuple[float, float]:
    """Say how large the drawing is, in units of its own."""
    root = etree.fromstring(svg)
    box = (root.get("viewBox") or "").replace(",", " ").split()
    sides = [_number(root.get("width")), _number(root.get("height"))]
    if all(sides):
        return sides[0], sides[1]
    return (_number(box[2]) or 100.0, _number(box[3]) or 100.0) if len(box) == 4 else (100.0, 100.0)


def _number(text: str | None) -> float:
    digits = (text or "").strip().rstrip("pxtmcine")
    try:
        number = float(digits)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def _draw() -> int:
    """Draw what comes on standard input, as the program of the process that has limits."""
    limit_this_process()
    import resvg_py

    svg = sys.stdin.buffer.read(MAX_BYTES * 2)
    width, height = _size(svg)
    drawn_width = max(1, min(_WIDTH, round(width * 4)))
    drawn_height = drawn_width * height / width
    if drawn_height > MAX_HEIGHT or drawn_width * drawn_height > MAX_PIXELS:
        return 1
    sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=drawn_width)))
    return 0


if __name__ == "__main__":
    sys.exit(_draw())
