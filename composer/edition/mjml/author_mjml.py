"""The designer's own MJML in an issue is looked through before it stands in a mail.

Enters: the text of a ``mjml`` block. Leaves: mistakes, each with its words and line. Never changes the text. What
it refuses runs, loads, or asks for something in a mail program, or would break the mail around it; whether the
MJML is good MJML is for the linter.

It is judged twice: as written, where every mistake has its line, by what may stand there (``allowed_html.py``); and
as the renderer has made HTML of it, read as a browser would, for whatever slipped through the first time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from xml.parsers import expat

from composer.edition.mjml import allowed_html
from composer.edition.mjml.render import MjmlError, mjml_to_html
from composer.edition.prose.markdown import TextMistake

_OUTERMOST = ("mj-section", "mj-wrapper", "mj-hero")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_WORD = re.compile(r"\w+")
_LONG_WORD = 200
_DOCTYPE = re.compile(r"<!(?!--|\[CDATA\[)|<\?", re.IGNORECASE)


def find_mistakes(mjml: str, *, is_mark: Callable[[str], bool] = lambda _: False) -> list[TextMistake]:
    """Tell what is wrong in ``mjml``; nothing if it may stand in a mail.

    ``is_mark`` tells whether an address begins with a merge field, whose value is checked when it is filled.
    """
    if declared := _DOCTYPE.search(mjml):
        line = mjml.count("\n", 0, declared.start())
        return [TextMistake(declared[0], line, "a declaration cannot stand in a mail", "leave it out")]
    parser = expat.ParserCreate()
    reader = _Reader(lambda: parser.CurrentLineNumber - 1, is_mark)
    parser.UseForeignDTD(True)  # an entity that HTML does not know either is no mistake here
    parser.StartElementHandler = reader.open
    parser.EndElementHandler = reader.close
    parser.CharacterDataHandler = reader.read
    parser.CommentHandler = reader.comment
    try:
        parser.Parse(f"<mjml>{_ENTITY.sub(_as_number, mjml)}</mjml>", True)
    except expat.ExpatError as error:
        line = min(error.lineno - 1, mjml.count("\n"))
        hint = "close every tag, as in <br />, quote every attribute, and write & as &amp;"
        reader.mistakes.append(TextMistake("", line, f"the MJML cannot be read: {expat.ErrorString(error.code)}", hint))
    if not reader.mistakes:
        reader.mistakes += _in_rendered(mjml, reader.fields, is_mark)
    return reader.mistakes


def _as_number(entity: re.Match[str]) -> str:
    """Write an entity that only HTML knows by its number: to a browser ``&colon;`` is a colon, to XML it is nothing."""
    meant = unescape(entity[0])
    return (
        entity[0] if entity[1] in _XML_ENTITIES or meant == entity[0] else "".join(f"&#{ord(sign)};" for sign in meant)
    )


def _in_rendered(
    mjml: str, fields: Mapping[str, tuple[int, str]], is_mark: Callable[[str], bool]
) -> Iterator[TextMistake]:
    try:
        html = mjml_to_html(f"<mjml><mj-body>{mjml}</mj-body></mjml>")
    except MjmlError:
        return  # told with its line once it stands in the mail
    for mark, (line, place) in fields.items():
        if mark.lower() not in html.lower():
            hint = "use it in a text, an alt text, or in the path or query of an address"
            yield TextMistake(mark, line, f"{mark} is lost in {place}, which no reader's value can change", hint)
    for message, hint in allowed_html.judge_document(html, is_mark=is_mark):
        yield TextMistake("", 0, message, hint)


class _Reader:
    """Walks the tags. ``line`` tells in which one it is, from 0.

    ``fields`` are the marks of merge fields in attributes, each with its line and what it stands in.
    """

    def __init__(self, line: Callable[[], int], is_mark: Callable[[str], bool]) -> None:
        self.mistakes: list[TextMistake] = []
        self.fields: dict[str, tuple[int, str]] = {}
        self._line = line
        self._is_mark = is_mark
        self._depth = 0

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.lower()
        if self._depth == 1 and name not in _OUTERMOST:
            self._note_mistake(tag, f"<{tag}> cannot stand on its own", "put it into an <mj-column> of an <mj-section>")
        if self._depth and not allowed_html.may_stand(name):
            self._note_mistake(tag, f"<{tag}> cannot stand in a mail", "leave it out")
        for attribute, value in attributes.items():
            for mark in self._marks(value):
                self.fields.setdefault(mark, (self._line(), f"{attribute}=… of <{tag}>"))
            for message, hint in allowed_html.judge_attribute(name, attribute, value, is_mark=self._is_mark):
                self._note_mistake(value if value.strip() else attribute, message, hint)
        self._depth += 1

    def _marks(self, value: str) -> Iterator[str]:
        """Find marks in the words of an attribute, with what hangs on behind; in long words only at their beginning."""
        for word in _WORD.findall(value):
            starts = range(len(word)) if len(word) < _LONG_WORD else (0,)
            yield from (word[at:] for at in starts if self._is_mark(word[at:]))

    def close(self, _tag: str) -> None:
        self._depth -= 1

    def read(self, text: str) -> None:
        if self._depth == 1 and text.strip():
            self._note_mistake(
                text.strip(), f"{text.strip()[:40]!r} stands outside of every section", "put it into an <mj-text>"
            )

    def comment(self, words: str) -> None:
        if re.match(r"\s*\[\s*(if|endif)\b", words, re.IGNORECASE) or "[endif]" in words.lower():
            hint = "leave it out; mj-section and mj-column write what Outlook needs"
            self._note_mistake("<!--", "a comment for Outlook cannot stand in a mail", hint)

    def _note_mistake(self, words: str, message: str, hint: str) -> None:
        self.mistakes.append(TextMistake(words, self._line(), message, hint))
