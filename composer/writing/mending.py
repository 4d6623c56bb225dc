"""A finding that one text in the place of another mends becomes an edit of the file: a press of a button.

Enters: a Document, and what the finding says: a place, what stands there, what is right. Leaves: an edit of the whole
text, which differs in these characters alone. What has been changed since is not guessed at: EditRefused.
"""

from __future__ import annotations

from composer.errors import EditRefused, Mend
from composer.writing.document import Document
from composer.writing.edits import SetText


def mending(document: Document, mend: Mend, *, line: int, column: int) -> SetText:
    """Return the edit that puts ``mend.by`` in the place of ``mend.replace`` at ``line`` and ``column``, from 1."""
    lines = document.text.split("\n")
    at = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    if not mend.replace or line > len(lines) or not document.text.startswith(mend.replace, at):
        words = f"{mend.replace!r} does not stand at line {line}, column {column} of {document.name} any more"
        raise EditRefused(f"{words}; the checks will tell what does")
    return SetText(text=f"{document.text[:at]}{mend.by}{document.text[at + len(mend.replace) :]}")
