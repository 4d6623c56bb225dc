"""An edit is made in a Document: what it does not touch stays byte for byte, and what it makes is read again.

Enters: a Document and an Edit. Leaves: the Document as it is then. Raises EditRefused, in words, if the file would not
say what was meant.
"""

from __future__ import annotations

import re

from composer.errors import EditRefused
from composer.writing.document import Document
from composer.writing.edits import Edit, FieldEdit, SetText
from composer.writing.markdown.editing import MarkdownEditing
from composer.writing.values import JsonValue, same
from composer.writing.yaml.editing import YamlEditing

_ROUNDS = 3


def edited(document: Document, edit: Edit) -> Document:
    """Make the edit. Raises EditRefused, and then the document is as it was."""
    if isinstance(edit, SetText):
        return document.with_text(_with_its_line_breaks(edit.text, document.text))
    if not document.can_be_edited:
        told = str(document.problems[0].message) if document.problems else "it is empty"
        raise EditRefused(f"{document.name} cannot be edited field by field yet: {told}; mend it in its source")
    intended = edit.intended(document.values)
    if same(intended, document.values):
        return document
    after = document.with_text(_edited_text(document, edit, intended))
    if after.problems or not same(after.values, intended):
        words = after.problems[0].message if after.problems else "it would not say what was meant"
        raise EditRefused(f"this cannot be written into {document.name} as it is: {words}; write it in the source")
    return after


def _edited_text(document: Document, edit: FieldEdit, intended: JsonValue) -> str:
    if document.is_markdown:
        markdown = MarkdownEditing(document.text, document.shape, intended)
        markdown.make(edit)
        return markdown.text
    editing = YamlEditing(document.text, document.shape)
    editing.make(edit)
    # What a step could not foresee is set right value by value: the text at the end of a file that has no line break
    # there, moved into its midst; the id of a copy.
    for _ in range(_ROUNDS):
        if same(editing.values, intended):
            break
        editing.set_value((), intended)
    return editing.text


def _with_its_line_breaks(text: str, before: str) -> str:
    """Give a text the line breaks of the file: an editor in a browser knows only one kind."""
    breaks = set(re.findall(r"\r\n|\r|\n", before))
    return re.sub(r"\r\n|\n", "\r\n", text) if breaks == {"\r\n"} else text
