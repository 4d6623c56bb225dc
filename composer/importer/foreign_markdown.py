"""A newsletter in another program's Markdown is read: its front matter, and its text by way of HTML."""

from __future__ import annotations

import re
from pathlib import Path

from composer.commonmark import markdown_parser
from composer.errors import NewsletterError, Problem
from composer.importer.front_matter import read_front_matter
from composer.importer.html import read_html
from composer.importer.pieces import ForeignNewsletter
from composer.issue.yaml.read import decode

_SUBJECTS = ("subject", "title", "headline")
_PREHEADERS = ("preheader", "preview", "description", "summary", "excerpt")


def read_foreign_markdown(data: bytes, *, file: Path) -> ForeignNewsletter:
    """Read the newsletter in a Markdown file. NewsletterError if it is no text."""
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    if text is None:
        raise NewsletterError(str(problems[0]))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head, rest = read_front_matter(lines, file=file, problems=problems)
    html = markdown_parser(foreign=True).render("\n".join(rest))
    found = read_html(f"<html><body>{html}</body></html>".encode())
    if not found.pieces:
        why = (
            "nothing in it can be read; is it nested very deeply?"
            if re.search(r"\w", "\n".join(rest))
            else "it is empty"
        )
        raise NewsletterError(f"there is no newsletter in this file: {why}")
    found.subject = next((head[key] for key in _SUBJECTS if key in head), "")
    found.preheader = next((head[key] for key in _PREHEADERS if key in head), found.preheader)
    found.date = head.get("date", "")
    for key in sorted(head.keys() - {*_SUBJECTS, *_PREHEADERS, "date"}):
        found.leave_out(f"the key {key!r} of the front matter: {head[key]}")
    for problem in problems:
        found.leave_out(f"front matter that cannot be read: {problem.message}")
    return found
