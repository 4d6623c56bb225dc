"""The linter tells what is wrong in a mail's MJML. The renderer accepts it all in silence.

Enters: the assembled MJML. Leaves: mistakes at offsets, in the order of the text. Whether it is well-formed is not
judged: the renderer reads no other. The verdicts are those of MJML's own validator, and where they differ we are the
stricter; ``tests/edition/mjml/lint/test_oracle.py`` lists where.

::

    mjml-element      an element that MJML has not, or words where elements belong
    mjml-nesting      an element where it cannot stand
    mjml-attribute    an attribute that its element has not, or twice
    mjml-value        a value that is not of the attribute's type
    mjml-missing      an element without what it needs
    mjml-unsupported  MJML that our renderer ignores or refuses
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from textwrap import shorten

from composer.edition.mjml.lint.elements import Attribute, Element, StrayWords, read_elements
from composer.edition.mjml.lint.vocabulary import (
    EVERYWHERE,
    ElementKind,
    Vocabulary,
    is_valid,
    type_in_words,
    vocabulary,
)

REQUIRED: Mapping[str, Mapping[str, str]] = {
    "mj-image": {
        "src": "name the picture's address",
        "alt": 'say what the picture shows, or write alt="" if it is pure decoration',
    },
    "mj-button": {"href": "say where it leads"},
    "mj-navbar-link": {"href": "say where it leads"},
    "mj-carousel-image": {"src": "name the picture's address", "alt": "say what the picture shows"},
    "mj-font": {"name": "name the font", "href": "name the address of its style sheet"},
    "mj-breakpoint": {"width": 'write width="480px"'},
    "mj-class": {"name": "name the class"},
}
"""What an element is nothing without, and what to do. MJML itself asks for nothing."""

UNSUPPORTED: Mapping[str, str] = {
    "mj-include": "use Jinja: {% include %}",
    "mj-html-attributes": "write the attributes into the HTML of an mj-text or mj-raw",
    "mj-preview": "leave it out: the preheader of the issue is put in for you",
    "mj-font": "fonts are never loaded from elsewhere: name a family that readers have",
}
"""Elements that this product does not use, and what to do instead."""

_ROOT_ATTRIBUTES = frozenset({"lang", "dir", "owa", "version"})
_FREE = frozenset({"mj-all", "mj-class"})
"""They carry the attributes of others."""


@dataclass(frozen=True, slots=True, order=True)
class MjmlMistake:
    """A mistake at a place in MJML: its code, what is wrong, and what to do."""

    offset: int
    code: str
    message: str
    hint: str = ""


@lru_cache(maxsize=8)
def lint_mjml(mjml: str) -> Sequence[MjmlMistake]:
    """Find the mistakes of a whole document, in the order of the text.

    Kept, because Markdown stands in it as marks: what an author changes there changes no MJML.
    """
    linter = _Linter(vocabulary())
    for part in read_elements(mjml, linter.words):
        linter.read(part)
    return tuple(sorted(linter.finish()))


@dataclass(slots=True)
class _Linter:
    words: Vocabulary
    mistakes: list[MjmlMistake] = field(default_factory=list)
    _elements: list[Element] = field(default_factory=list)

    def read(self, part: Element | StrayWords) -> None:
        """Note what is wrong with one element, or with words that stand where MJML has none."""
        if isinstance(part, StrayWords):
            words = shorten(part.words, 40, placeholder=" …")
            self._note_mistake(
                part, "mjml-element", f"the words {words!r} stand directly in <{part.parent.tag}>", _TEXT_PLACES
            )
            return
        self._elements.append(part)
        kind = self.words.kinds.get(part.tag)
        if part.tag in UNSUPPORTED:
            self._note_mistake(part, "mjml-unsupported", f"<{part.tag}> is not used here", UNSUPPORTED[part.tag])
        elif kind is None:
            self._note_mistake(part, "mjml-element", f"<{part.tag}> is no element of MJML", self._nearest_tag(part.tag))
        if kind is not None:
            self._judge_place(part)
            self._judge_attributes(part, kind)

    def finish(self) -> Sequence[MjmlMistake]:
        """Add what needs the whole document, and return all the mistakes."""
        roots = [element for element in self._elements if element.parent is None]
        if [root.tag for root in roots] != ["mjml"]:
            wrong = next((root for root in roots if root.tag != "mjml"), None)
            self.mistakes.append(
                MjmlMistake(wrong.offset if wrong else 0, "mjml-nesting", "the document is not one <mjml>", "")
            )
        elif not any(element.tag == "mj-body" for element in self._elements):
            self._note_mistake(roots[0], "mjml-nesting", "there is no <mj-body>", "the blocks stand in an mj-body")
        given = _given_by_attributes(self._elements)
        for element in self._elements:
            if not element.is_in("mj-attributes"):
                self._judge_missing(element, given)
        return self.mistakes

    def _note_mistake(self, part: Element | StrayWords | Attribute, code: str, message: str, hint: str = "") -> None:
        self.mistakes.append(MjmlMistake(part.offset, code, message, hint))

    # --- where it stands ------------------------------------------------------------------------------------

    def _judge_place(self, element: Element) -> None:
        parent = element.parent
        around = self.words.kinds.get(parent.tag) if parent else None
        # What stands in an unknown element is judged when that is mended.
        if parent is None or around is None or around.may_hold(element.tag):
            return
        what = "is no MJML there: it reaches readers as it is" if around.holds_text else "cannot stand there"
        parents = self.words.parents(element.tag)
        hint = f"it stands in {_listed(parents)}" if parents else ""
        self._note_mistake(element, "mjml-nesting", f"<{element.tag}> in <{parent.tag}> {what}", hint)

    def _nearest_tag(self, tag: str) -> str:
        if tag.lower() in self.words.kinds:
            return f"write <{tag.lower()}>: capitals make another element"
        bare = {known.removeprefix("mj-"): known for known in self.words.kinds}
        near = get_close_matches(tag.lower().removeprefix("mj-"), bare, n=1, cutoff=0.6)
        meant = f"did you mean <{bare[near[0]]}>?" if near else ""
        if tag.lower().startswith("mj-"):
            return meant
        return " ".join(filter(None, (meant, f"HTML stands in {_TEXT_ELEMENTS}")))

    # --- attributes -----------------------------------------------------------------------------------------

    def _judge_attributes(self, element: Element, kind: ElementKind) -> None:
        seen: set[str] = set()
        for attribute in element.attributes:
            if attribute.name in seen:
                self._note_mistake(
                    attribute, "mjml-attribute", f"{attribute.name} is there twice in <{element.tag}>", "keep one"
                )
            seen.add(attribute.name)
            self._judge_attribute(element, kind, attribute)

    def _judge_attribute(self, element: Element, kind: ElementKind, attribute: Attribute) -> None:
        name = attribute.name
        if name in EVERYWHERE or (element.tag in _FREE and name == "name"):
            return
        if element.tag == "mjml" and (name in _ROOT_ATTRIBUTES or name.startswith("xmlns")):
            return
        attributes = self.words.every_attribute() if element.tag in _FREE else kind.attributes
        type_ = attributes.get(name)
        if type_ is None:
            hint = _nearest_attribute(name, attributes)
            self._note_mistake(attribute, "mjml-attribute", f"<{element.tag}> has no attribute {name!r}", hint)
        elif name in kind.ignored or (element.tag == "mj-style" and name == "inline"):
            hint = _INSTEAD.get((element.tag, name), "leave it out")
            self._note_mistake(attribute, "mjml-unsupported", f"{name} of <{element.tag}> has no effect here", hint)
        elif element.tag not in _FREE and not is_valid(attribute.value, type_):
            bare = attribute.value.strip()
            if is_valid(bare, type_):  # MJML shows it all the same, but its validator lets none stand before a value
                value, hint = attribute.value, f'leave out the blanks around it: {name}="{bare}"'
            else:
                value, hint = shorten(bare, 40, placeholder=" …"), f"write {type_in_words(type_)}"
            message = f"{value!r} is no value for {name} of <{element.tag}>"
            self._note_mistake(attribute, "mjml-value", message, hint)

    def _judge_missing(self, element: Element, given: Mapping[str, frozenset[str]]) -> None:
        for name, advice in REQUIRED.get(element.tag, {}).items():
            classes = (f".{word}" for word in element.value("mj-class").split())
            sources = ("mj-all", element.tag, *classes)
            if not element.has(name) and not any(name in given.get(source, ()) for source in sources):
                self._note_mistake(element, "mjml-missing", f"<{element.tag}> has no {name}", advice)


_TEXT_ELEMENTS = "<mj-text>, <mj-table> or <mj-raw>"
_TEXT_PLACES = f"put them into {_TEXT_ELEMENTS}"
_INSTEAD = {
    ("mj-style", "inline"): "put the rules into css/prose.css, which is inlined",
    ("mj-text", "background-color"): "use container-background-color",
}


def _given_by_attributes(elements: Sequence[Element]) -> Mapping[str, frozenset[str]]:
    """Name the attributes that mj-attributes gives, by tag, ``mj-all`` or ``.class``."""
    given: dict[str, frozenset[str]] = {}
    for element in elements:
        if element.parent is not None and element.parent.tag == "mj-attributes":
            key = f".{element.value('name')}" if element.tag == "mj-class" else element.tag
            names = frozenset(attribute.name for attribute in element.attributes)
            given[key] = given.get(key, frozenset()) | names
    return given


def _nearest_attribute(name: str, attributes: Mapping[str, str]) -> str:
    if name == "class":
        return "did you mean 'css-class'?"
    if name == "style":
        return "write its attributes, or give it a css-class"
    near = get_close_matches(re.sub(r"[A-Z]", lambda big: f"-{big[0].lower()}", name).lstrip("-"), attributes, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    if not attributes:
        return "it has none but css-class and mj-class"
    return f"its attributes are {shorten(', '.join(sorted(attributes)), 200, placeholder=' …')}"


def _listed(tags: Sequence[str]) -> str:
    names = [f"<{tag}>" for tag in tags]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
