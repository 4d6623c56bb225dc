"""Checks that merge fields are known and resolved, and say something when a reader's value is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import Rendered, joined
from composer.edition.model import Context, Slot
from composer.edition.slots.merge_fields import LINK_FIELDS, SUBSCRIBER_FIELDS
from composer.errors import Position
from composer.issue import Newsletter
from composer.issue.problems import advice

_ALWAYS_FILLED = frozenset({"subscriber.email", "subscriber.language"})
_WHOLE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_ESCAPED = re.compile(r"\\(\{\{|\}\}|\{%)")
_HALF = re.compile(r"\{\{|\}\}|\{%|%\}|\[\[\w+\]\]|\*\|\w+\|\*")


def known_slots(newsletter: Newsletter) -> tuple[str, ...]:
    """List the names that a merge field of this newsletter can have."""
    fields = [f"subscriber.{name}" for name in (*SUBSCRIBER_FIELDS, *newsletter.fields)]
    return (*fields, *(f"links.{name}" for name in (*LINK_FIELDS, "assets")))


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
    """Readers see no braces, but those that the author meant to show."""
    edition = rendered.edition
    words = (rendered.page.words, rendered.text, joined(edition.subject), joined(edition.preheader))
    attributes = [link.href for link in rendered.page.links]
    for whole in dict.fromkeys(match[0] for text in (*words, *attributes) for match in _WHOLE.finditer(text)):
        if _is_meant(whole, rendered):
            continue
        hint = "write {{ field }} with a known field; if the braces are meant, \\{{ and \\}}"
        yield find("slot-unresolved", rendered.proof.place(whole), f"readers would see {whole!r}", hint)
    rest = [_WHOLE.sub("", text) for text in words]
    for half in dict.fromkeys(match[0] for text in rest for match in _HALF.finditer(text)):
        if _is_meant(half, rendered):
            continue
        hint = "a merge field is written {{ subscriber.first_name }}"
        yield find("template-syntax", rendered.proof.place(half), f"readers would see {half!r}", hint)


def _is_meant(braces: str, rendered: Rendered) -> bool:
    """Whether the author wrote the braces with a backslash, which says: show them."""
    written = (text.value for text in rendered.proof.texts if _ESCAPED.search(text.value))
    return any(braces in _ESCAPED.sub(r"\1", text) for text in written)


def _place_of(name: str, rendered: Rendered) -> Position:
    for text in rendered.proof.texts:
        match = re.search(r"\{\{[-\s]*" + re.escape(name) + r"\b", text.value)
        if match:
            return text.position(match.start())
    return rendered.proof.source.key_position(("blocks",))
