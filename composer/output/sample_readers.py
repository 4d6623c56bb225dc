"""Sample people are made up, through whose eyes the studio and ``build`` show a mail.

Enters: the publication's own fields, and values that the author typed over a sample. Leaves: a Reader, whose
``fields`` are merge fields without their ``subscriber.``. Nobody here is a real subscriber, so sample values cannot
leak into a real mail, and a sample mail carries nobody's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from composer.issue.model import SubscriberField, SubscriberFieldType

STANDARD_FIELDS = ("email", "first_name", "last_name", "language")
"""The fields that every subscriber has, in the order in which the studio asks for them."""

_MAX_VALUE_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who reads a sample. ``fields`` has no empty values."""

    key: str
    label: str
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(filter(None, (self.fields.get("first_name"), self.fields.get("last_name"))))

    def values(self, links: Mapping[str, str]) -> dict[str, str]:
        """Gather every slot's value for this reader: their fields, and ``links`` by their full names."""
        values = {f"subscriber.{field}": value for field, value in self.fields.items()}
        return {**values, "subscriber.name": self.name, **links}

    def with_values(self, typed: Mapping[str, str]) -> Reader:
        """Return the same person with some values replaced; an empty one is a value that is not known."""
        trimmed = {field: value.strip()[:_MAX_VALUE_CHARACTERS] for field, value in typed.items()}
        fields = {**self.fields, **trimmed}
        return replace(self, fields={field: value for field, value in fields.items() if value})


_SAMPLES: Mapping[SubscriberFieldType, str] = {"number": "42", "date": "2026-01-31", "yes/no": "yes"}
"""A value of each type that says more than any text does."""


def sample_readers(language: str, own_fields: Mapping[str, SubscriberField]) -> tuple[Reader, ...]:
    """Make the readers to look through, the fullest first.

    ``own_fields`` is the publication's ``fields``: what each of them means stands in for a value that is a text, so
    that a place that uses it can be seen; any other has a value of its type.
    """
    own = {name: _sample_value(field) for name, field in own_fields.items()}
    people: tuple[tuple[str, str, str, str, str, Mapping[str, str]], ...] = (
        ("full", "Everything known", "ana.petrescu@example.org", "Ana", "Petrescu", own),
        ("nameless", "Only an address", "reader@example.org", "", "", {}),
        (
            "long",
            "A long name",
            "maximiliane.von.hohenstein-waldeck@communications.regional-assembly.example.org",
            "Maximiliane-Alexandrine",
            "von Hohenstein-Waldeck-Pyrmont",
            own,
        ),
        ("awkward", "Awkward characters", "o'brien+news@example.org", 'Zoë "Zo" <&>', "O’Brien {{ x }}", own),
    )
    return tuple(
        Reader(key, label, {}).with_values(
            {"email": email, "first_name": first, "last_name": last, "language": language, **fields}
        )
        for key, label, email, first, last, fields in people
    )


def _sample_value(field: SubscriberField) -> str:
    return field.choices[0] if field.choices else _SAMPLES.get(field.type, field.meaning.rstrip("."))
