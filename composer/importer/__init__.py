"""Newsletters of other programs are read into the draft of an issue.

Enters: an HTML mail or page, or Markdown. Leaves: ``issue.md`` with its pictures, and a sentence for everything that
was left out. Layout (tables, spacers, fonts) is not taken over; words, links, lists, tables of data and pictures are.
Nothing is fetched. ::

    HTML, Markdown ─ reading.py, html.py ─▶ Pieces ─ draft.py ─▶ issue.md, pictures, what was left out
                                inline.py: words, links, emphasis of one paragraph
"""

from composer.importer.draft import IssueDraft, draft_of
from composer.importer.foreign_markdown import read_foreign_markdown
from composer.importer.html import read_html
from composer.importer.pieces import ForeignNewsletter
from composer.importer.reading import read_newsletter, short_name

__all__ = [
    "ForeignNewsletter",
    "IssueDraft",
    "draft_of",
    "read_foreign_markdown",
    "read_html",
    "read_newsletter",
    "short_name",
]
