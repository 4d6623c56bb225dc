"""What a condition can ask: the fields of subscribers with their types, and the names of lists, tags and issues.

Enters: names as an author wrote them. Leaves: what is wrong with them, with the nearest that there is. Composing never
looks into the database, so names are known only to those who have looked; the others take every name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from composer.issue.model import SubscriberField

OUTCOMES = ("accepted", "refused", "expired", "unknown", "suppressed", "bounced", "complained")
"""What can become of a message to somebody; until it is one of these, it is missing."""

_TEXT = SubscriberField(meaning="A text")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of lists, tags and issues that there are; None where nobody has looked."""

    lists: Collection[str] | None = None
    tags: Collection[str] | None = None
    issues: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Askable:
    """What a condition can ask. ``fields`` are the subscriber's ("subscriber.city").

    Behind ``show_if`` that is less than in a segment (``is_segment``): a mail is made once for all its readers, so
    tags, what became of other mails, and what differs from day to day cannot decide what stands in it.
    """

    fields: Mapping[str, SubscriberField]
    is_segment: bool = False
    names: KnownNames = field(default_factory=KnownNames)

    def type_of(self, name: str) -> str:
        """Return the type of a field's values."""
        return self.fields[name].type

    def values_of(self, name: str) -> tuple[str, ...]:
        """List the values of a field that has only these; empty if it may have any."""
        declared = self.fields[name]
        return ("yes", "no") if declared.type == "yes/no" else declared.choices


def askable(fields: Collection[str], *, is_segment: bool, names: KnownNames | None) -> Askable:
    """Make what can be asked of fields with their types, or of names alone, which are texts."""
    typed = fields if isinstance(fields, Mapping) else dict.fromkeys(fields, _TEXT)
    return Askable(typed, is_segment, names or KnownNames())


def near_name(name: str, known: Collection[str], *, cutoff: float = 0.6) -> str:
    """Name the nearest of the known ones, whatever its case; "" if none is as near as ``cutoff`` (0 to 1)."""
    by_folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), by_folded, n=1, cutoff=cutoff)
    return by_folded[near[0]] if near else ""
