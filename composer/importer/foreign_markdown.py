"""A newsletter in another program's Markdown is read: its front matter, and its text by way of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from composer.commonmark import markdown_parser
from composer.errors import NewsletterError, Problem
from composer.importer.front_matter import read_front_matter
from composer.importer.html import read_html
from composer.importer.pieces import ForeignNewsletter, ForeignPiece, Heading, Passage
from composer.issue.yaml.read import decode

_SUBJECTS = ("subject", "title", "headline")
_PREHEADERS = ("preheader", "preview", "description", "summary", "excerpt")


_NOTE = re.compile(r"^ {0,3}\[\^([\w-]{1,60})\]:[ \t]*(.*(?:\n(?: {2,}|\t)\S.*)*)\n?", re.MULTILINE)
_REFERENCE = re.compile(r"\[\^([\w-]{1,60})\]")
# Letters of the private use area pass through HTML and back; foreign Markdown has none of them.
_MARKED = re.compile("\ue0f0(.{1,60}?)\ue0f1")


def read_foreign_markdown(data: bytes, *, file: Path) -> ForeignNewsletter:
    """Read the newsletter in a Markdown file. NewsletterError if it is no text."""
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    if text is None:
        raise NewsletterError(str(problems[0]))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, rest = read_front_matter(lines, file=file, problems=problems)
    text, notes = _without_notes("\n".join(rest))
    html = markdown_parser(foreign=True).render(text)
    found = read_html(f"<html><body>{html}</body></html>".encode())
    if not found.pieces:
        why = (
            "nothing in it can be read; is it nested very deeply?"
            if re.search(r"\w", "\n".join(rest))
            else "it is empty"
        )
        raise NewsletterError(f"there is no newsletter in this file: {why}")
    found.pieces = list(_with_notes(found, notes))
    found.subject = next((head[key] for key in _SUBJECTS if key in head), "")
    found.preheader = next((head[key] for key in _PREHEADERS if key in head), found.preheader)
    found.date = head.get("date", "")
    for key in sorted(head.keys() - {*_SUBJECTS, *_PREHEADERS, "date"}):
        found.leave_out(f"the key {key!r} of the front matter: {head[key]}")
    for problem in problems:
        found.leave_out(f"front matter that cannot be read: {problem.message}")
    return found


def _without_notes(text: str) -> tuple[str, dict[str, str]]:
    """Take the footnotes out of a text, and mark the places that refer to them; code is left alone."""
    notes: dict[str, str] = {}
    kept = []
    for number, part in enumerate(_CODE.split(text)):
        if number % 2 == 0:
            for found in _NOTE.finditer(part):
                notes.setdefault(found[1], " ".join(found[2].split()))
            part = _NOTE.sub("", part)
        kept.append(part)
    for number in range(0, len(kept), 2):
        kept[number] = _REFERENCE.sub(
            lambda found: f"\ue0f0{found[1]}\ue0f1" if found[1] in notes else found[0], kept[number]
        )
    return "".join(kept), notes


_CODE = re.compile(r"(^ {0,3}(?:```|~~~)[\s\S]*?^ {0,3}(?:```|~~~)[^\n]*$|`[^`\n]+`)", re.MULTILINE)


def _with_notes(found: ForeignNewsletter, notes: dict[str, str]) -> Iterator[ForeignPiece]:
    """Put each footnote below the paragraph that refers to it: a footnote is read in the text in which it stands."""
    told: set[str] = set()
    for piece in found.pieces:
        if isinstance(piece, Heading):
            told = set()
            yield replace(piece, words=_MARKED.sub("", piece.words))
        elif isinstance(piece, Passage):
            names = [name.replace("\\", "") for name in _MARKED.findall(piece.markdown)]
            new = [name for name in dict.fromkeys(names) if name not in told]
            told.update(new)
            marked = _MARKED.sub(lambda mark: f"[^{mark[1].replace(chr(92), '')}]", piece.markdown)
            below = "".join(f"\n\n[^{name}]: {notes.get(name, '')}" for name in new)
            yield replace(piece, markdown=marked + below, words=_MARKED.sub("", piece.words))
        else:
            yield piece
