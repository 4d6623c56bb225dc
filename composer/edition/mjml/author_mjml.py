"""The designer's own MJML in an issue is looked through before it stands in a mail.

Enters: the text of a ``mjml`` block. Leaves: mistakes, each with its words and line. Never changes the text. What
it refuses runs, loads, or asks for something in a mail program, or would break the mail around it; whether the
MJML is good MJML is for the linter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from composer.edition.prose.markdown import TextMistake

_OUTERMOST = ("mj-section", "mj-wrapper", "mj-hero")
_REFUSED = frozenset(
    {
        "script",
        "iframe",
        "object",
        "embed",
        "applet",
        "base",
        "link",
        "meta",
        "style",
        "mj-include",
        "mj-head",
        "mj-body",
    }
    | {"mj-style", "mj-attributes", "form", "input", "button", "textarea", "select", "svg", "math", "audio"}
)
_ADDRESSES = frozenset({"href", "src", "background-url", "background", "action", "poster", "xlink:href"})
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def find_mistakes(mjml: str) -> list[TextMistake]:
    """Tell what is wrong in ``mjml``; nothing if it may stand in a mail."""
    parser = expat.ParserCreate()
    reader = _Reader(lambda: parser.CurrentLineNumber - 1)
    parser.UseForeignDTD(True)  # HTML's entities, such as &nbsp;, are not known to XML, and are no mistake here
    parser.StartElementHandler = reader.open
    parser.EndElementHandler = reader.close
    parser.CharacterDataHandler = reader.read
    try:
        parser.Parse(f"<mjml>{mjml}</mjml>", True)
    except expat.ExpatError as error:
        line = min(error.lineno - 1, mjml.count("\n"))
        hint = "close every tag, as in <br />, quote every attribute, and write & as &amp;"
        reader.mistakes.append(TextMistake("", line, f"the MJML cannot be read: {expat.ErrorString(error.code)}", hint))
    return reader.mistakes


class _Reader:
    """Walks the tags. ``line`` tells in which one it is, from 0."""

    def __init__(self, line: Callable[[], int]) -> None:
        self.mistakes: list[TextMistake] = []
        self._line = line
        self._depth = 0

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.lower()
        if self._depth == 1 and name not in _OUTERMOST:
            self._note_mistake(tag, f"<{tag}> cannot stand on its own", "put it into an <mj-column> of an <mj-section>")
        if name in _REFUSED:
            self._note_mistake(tag, f"<{tag}> cannot stand in a mail", "leave it out")
        for attribute, value in attributes.items():
            self._judge(attribute, value)
        self._depth += 1

    def close(self, _tag: str) -> None:
        self._depth -= 1

    def read(self, text: str) -> None:
        if self._depth == 1 and text.strip():
            self._note_mistake(
                text.strip(), f"{text.strip()[:40]!r} stands outside of every section", "put it into an <mj-text>"
            )

    def _judge(self, attribute: str, value: str) -> None:
        if attribute.lower().startswith("on"):
            self._note_mistake(attribute, f"{attribute}=… would run in the reader's browser", "leave it out")
        scheme = _SCHEME.match(value) if attribute.lower() in _ADDRESSES else None
        if scheme and scheme[1].lower() not in _SCHEMES:
            self._note_mistake(value, f"{value[:60]!r} is no address for a mail", "write https://…")

    def _note_mistake(self, words: str, message: str, hint: str) -> None:
        self.mistakes.append(TextMistake(words, self._line(), message, hint))
