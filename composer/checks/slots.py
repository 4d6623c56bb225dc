"""Merge fields: known, resolved, and with something to say when a reader's value is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import Rendered, joined
from composer.edition.model import Context, Slot
from composer.errors import Position
from composer.issue import Newsletter
from composer.issue.problems import advice

_STANDARD = ("email", "first_name", "last_name", "name", "language")
_LINKS = ("unsubscribe", "browser", "print", "assets")
_ALWAYS_FILLED = frozenset({"subscriber.email", "subscriber.language"})
_WHOLE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_HALF = re.compile(r"\{\{|\}\}|\{%|%\}|\[\[\w+\]\]|\*\|\w+\|\*")


def known_slots(newsletter: Newsletter) -> tuple[str, ...]:
    """The names that a merge field of this newsletter can have."""
    fields = [f"subscriber.{name}" for name in (*_STANDARD, *newsletter.fields)]
    return (*fields, *(f"links.{name}" for name in _LINKS))


def check_slot_names(rendered: Rendered) -> Iterator[Finding]:
    """Every slot has a name that subscribers have."""
    known = known_slots(rendered.proof.newsletter)
    for name in dict.fromkeys(slot.name for slot in rendered.edition.slots()):
        if name not in known:
            hint = advice(name, known, f"fields are {', '.join(known)}; your own are in newsletter.yaml under fields")
            yield find("slot-unknown", _place_of(name, rendered), f"there is no merge field {name!r}", hint)


def check_defaults(rendered: Rendered) -> Iterator[Finding]:
    """A field that readers may have left empty says what to write instead."""
    bare: dict[str, Slot] = {}
    for slot in rendered.edition.slots():
        if any(name == "default" for name, _ in slot.filters):
            continue
        if slot.name.startswith("subscriber.") and slot.context is not Context.URL_PART:
            bare.setdefault(slot.name, slot)
    for name in bare:
        if name not in _ALWAYS_FILLED:
            hint = f'write {{{{ {name} | default("reader") }}}}'
            place = _place_of(name, rendered)
            yield find("slot-no-default", place, f"{name!r} is empty for readers who did not give it", hint)


def check_leftovers(rendered: Rendered) -> Iterator[Finding]:
    """No braces reach the readers."""
    edition = rendered.edition
    words = (rendered.page.words, rendered.text, joined(edition.subject), joined(edition.preheader))
    attributes = [link.href for link in rendered.page.links]
    for whole in dict.fromkeys(match[0] for text in (*words, *attributes) for match in _WHOLE.finditer(text)):
        hint = "write {{ field }} with a known field, or break the braces apart if they are meant"
        yield find("slot-unresolved", rendered.proof.place(whole), f"readers would see {whole!r}", hint)
    rest = [_WHOLE.sub("", text) for text in words]
    for half in dict.fromkeys(match[0] for text in rest for match in _HALF.finditer(text)):
        hint = "a merge field is written {{ subscriber.first_name }}"
        yield find("template-syntax", rendered.proof.place(half), f"readers would see {half!r}", hint)


def _place_of(name: str, rendered: Rendered) -> Position:
    for text in rendered.proof.texts:
        match = re.search(r"\{\{[-\s]*" + re.escape(name) + r"\b", text.value)
        if match:
            return text.position(match.start())
    return rendered.proof.source.key_position(("blocks",))
