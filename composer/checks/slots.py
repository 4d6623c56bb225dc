"""Checks that merge fields are known and resolved, and say something when a reader's value is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Rendered, Text, joined
from composer.checks.stand_ins import without_code
from composer.edition.conditions.condition import Condition, fills
from composer.edition.conditions.show_if import parse_condition
from composer.edition.model import ConditionalContent, Context, Slot, SlottedText, every_piece
from composer.edition.segments import subscriber_fields
from composer.edition.slots.merge_fields import LINK_FIELDS
from composer.errors import Mend, Position
from composer.issue import Newsletter
from composer.issue.blocks import TextKind
from composer.issue.nearest import advice, nearest_mend

ALWAYS_FILLED = frozenset({"subscriber.email", "subscriber.language"})
"""Merge fields of which every subscriber has a value."""
_WHOLE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_ESCAPED = re.compile(r"\\(\{\{|\}\}|\{%)")
_FOREIGN = re.compile(
    r"\[\[(?:[^\W\d]\w*|(?:data|var):[^\[\]\n]{1,60})\]\]|\*\|\w+(?::\w+)?\|\*|%%\w+%%"
    r"|%(?:FIRST|LAST|FULL|USER)_?NAME%|%E-?MAIL%|\[[A-Z]\w*,fallback=[^\[\]\n]{0,60}\]"
)
"""Merge fields of Mailjet, Mailchimp, Salesforce, ActiveCampaign and Sendy."""
_HALF = re.compile(rf"\{{\{{|\}}\}}|\{{%|%\}}|{_FOREIGN.pattern}")
_HOW = "a merge field is written {{ subscriber.first_name }}"


def known_slots(newsletter: Newsletter) -> tuple[str, ...]:
    """List the names that a merge field of this newsletter can have."""
    return (*subscriber_fields(newsletter), *(f"links.{name}" for name in (*LINK_FIELDS, "assets")))


def check_slot_names(rendered: Rendered) -> Iterator[Finding]:
    """Every slot has a name that subscribers have."""
    known = known_slots(rendered.proof.newsletter)
    for name in dict.fromkeys(slot.name for slot in rendered.edition.slots()):
        if name not in known:
            hint = advice(name, known, f"fields are {', '.join(known)}; your own are in newsletter.yaml under fields")
            mend = nearest_mend(name, known)
            yield find("slot-unknown", _place_of(name, rendered), f"there is no merge field {name!r}", hint, mend)


def check_defaults(rendered: Rendered) -> Iterator[Finding]:
    """A field that readers may have left empty says what to write instead, wherever it stands.

    Where a block is shown only to readers who have a value (``show_if: subscriber.city``), nothing is missing.
    """
    edition = rendered.edition
    texts = (edition.subject, edition.preheader, edition.html, edition.text)
    bare = dict.fromkeys(name for segments in texts for name in _bare_names(segments))
    for name in bare:
        words = f"{name!r} is empty for readers who did not give it"
        places = list(_places_without_default(name, rendered))
        for place, quotes, written in places or [(_place_of(name, rendered), '""', "")]:
            what = "reader" if name.endswith("name") else f"your {name.rpartition('.')[2].replace('_', ' ')}"
            right = f"{{{{ {name} | default({quotes[0]}{what}{quotes[1]}) }}}}"
            mend = Mend(written, right) if written else None
            yield find("slot-no-default", place, words, f"write {right}", mend)


def _bare_names(segments: SlottedText) -> Iterator[str]:
    """Name the fields of subscribers that may leave a gap in what somebody reads."""
    for segment in segments:
        condition = segment.condition if isinstance(segment, ConditionalContent) else None
        for piece in (segment,) if condition is None else every_piece((segment,)):
            if isinstance(piece, Slot) and _may_leave_a_gap(piece) and not (condition and fills(condition, piece.name)):
                yield piece.name


def _may_leave_a_gap(slot: Slot) -> bool:
    has_default = any(name == "default" for name, _ in slot.filters)
    is_of_subscribers = slot.name.startswith("subscriber.") and slot.name not in ALWAYS_FILLED
    return is_of_subscribers and not has_default and slot.context is not Context.URL_PART


def _places_without_default(name: str, rendered: Rendered) -> Iterator[tuple[Position, str, str]]:
    """Find where an author wrote the field without a default, and the quotation marks that can stand there.

    The last is what is written there, if it is no more than the field.
    """
    written = re.compile(r"(?<!\\)\{\{\s*" + re.escape(name) + r"(?![\w.-])(?!(?:[^{}]|\{(?!\{))*?\|\s*default\b)")
    proof = rendered.proof
    for text in proof.all_texts:
        condition = _condition_around(text, rendered)
        if not text.kind.is_for_people or (condition and fills(condition, name)):
            continue
        for match in written.finditer(text.value):
            place = text.position(match.start())
            # In a quoted value of YAML, quotes of the same sort would end it; these never do.
            alone = re.match(r"\s*\}\}", text.value[match.end() :])
            yield place, "“”" if _is_quoted(text) else '""', match[0] + alone[0] if alone else ""


def _is_quoted(text: Text) -> bool:
    begins, value = text.position(), text.source.position(text.path)
    return begins.line == value.line and begins.column == value.column + 1


def _condition_around(text: Text, rendered: Rendered) -> Condition | None:
    if text.path[:1] != ("blocks",) or text.source is not rendered.proof.source:
        return None
    shown_to = rendered.proof.content.blocks[int(text.path[1])].show_if
    fields = subscriber_fields(rendered.proof.newsletter)
    return parse_condition(shown_to, fields=fields) if shown_to else None


def check_foreign_fields(proof: Proof) -> Iterator[Finding]:
    """No text has a merge field as another product writes it; what is shown as code is meant."""
    for text in proof.all_texts:
        if text.kind.is_for_people and _FOREIGN.search(text.value):
            words = without_code(text.value) if text.kind is TextKind.MARKDOWN else text.value
            for match in _FOREIGN.finditer(words):
                yield find("template-syntax", text.position(match.start()), f"readers would see {match[0]!r}", _HOW)


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
        is_told = _FOREIGN.fullmatch(half) and any(half in text.value for text in rendered.proof.all_texts)
        if not is_told and not _is_meant(half, rendered):
            yield find("template-syntax", rendered.proof.place(half), f"readers would see {half!r}", _HOW)


def _is_meant(braces: str, rendered: Rendered) -> bool:
    """Whether the author wrote the braces with a backslash, which says: show them."""
    written = (text.value for text in rendered.proof.texts if _ESCAPED.search(text.value))
    return any(_as_set(braces) in _as_set(text) for text in written)


def _as_set(text: str) -> str:
    """Make what is written and what is shown comparable: without backslashes, and whatever the quotation marks."""
    return " ".join(re.sub(r"[“”„«»‘’‚']", '"', re.sub(r"\\(?=[^\w\s])", "", text)).split())


def _place_of(name: str, rendered: Rendered) -> Position:
    for text in rendered.proof.texts:
        match = re.search(r"\{\{[-\s]*" + re.escape(name) + r"\b", text.value)
        if match:
            return text.position(match.start())
    return rendered.proof.source.key_position(("blocks",))
