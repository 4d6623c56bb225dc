"""A newsletter in another program's Markdown is read: its front matter, and its text by way of HTML."""

from __future__ import annotations

from pathlib import Path

from composer.commonmark import markdown_parser
from composer.errors import NewsletterError, Problem
from composer.importer.html import read_html
from composer.importer.pieces import ForeignNewsletter
from composer.issue.tree import plain
from composer.issue.yaml.read import decode, read_yaml_text

_SUBJECTS = ("subject", "title", "headline")
_PREHEADERS = ("preheader", "preview", "description", "summary", "excerpt")


def read_foreign_markdown(data: bytes, *, file: Path) -> ForeignNewsletter:
    """Read the newsletter in a Markdown file. NewsletterError if it is no text."""
    problems: list[Problem] = []
    text = decode(data, file=file, problems=problems)
    if text is None:
        raise NewsletterError(str(problems[0]))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head: dict[str, str] = {}
    if lines[0].rstrip() == "---" and "---" in (line.rstrip() for line in lines[1:]):
        end = [line.rstrip() for line in lines].index("---", 1)
        root = read_yaml_text("\n".join(lines[1:end]) + "\n", file=file, problems=problems)
        values = plain(root) if root is not None else {}
        head = {key.lower(): value for key, value in values.items() if isinstance(value, str)}
        lines = lines[end + 1 :]
    html = markdown_parser(foreign=True).render("\n".join(lines))
    found = read_html(f"<html><body>{html}</body></html>".encode())
    found.subject = next((head[key] for key in _SUBJECTS if key in head), "")
    found.preheader = next((head[key] for key in _PREHEADERS if key in head), found.preheader)
    found.date = head.get("date", "")
    for key in head.keys() - {*_SUBJECTS, *_PREHEADERS, "date"}:
        found.leave_out(f"the key {key!r} of the front matter: {head[key][:80]}")
    for problem in problems:
        found.leave_out(f"front matter that cannot be read: {problem.message}")
    return found
