"""What may be known of a person: names, a language, values of fields, tags; and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from composer.audience.attributes import FieldDeclaration, canonical_all
from composer.audience.imports.person import clean_name, clean_value, parse_language

NO_DECLARATIONS: Mapping[str, FieldDeclaration] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be known of somebody. None leaves a thing as it is, and an empty text takes it away."""

    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()
    untag: Sequence[str] = ()

    def problems(self, declared: Mapping[str, FieldDeclaration]) -> Iterator[str]:
        """Tell everything that is wrong with the values, each in words. Tags are looked at when they are changed."""
        for name in ("first_name", "last_name"):
            try:
                clean_name(getattr(self, name) or "", field=name.replace("_", " "))
            except ValueError as error:
                yield str(error)
        try:
            parse_language(self.language or "")
        except ValueError as error:
            yield str(error)
        clean: dict[str, str] = {}
        for name, value in self.attributes.items():
            try:
                clean[name] = clean_value(value, field=name)
            except ValueError as error:
                yield str(error)
        yield from (f"{name}: {words}" for name, words in canonical_all(clean, declared)[1].items())


def canonical_attributes(attributes: Mapping[str, str], declared: Mapping[str, FieldDeclaration]) -> Mapping[str, str]:
    """Bring values into the one spelling of their fields' types; they must have no problems."""
    return canonical_all({name: clean_value(value, field=name) for name, value in attributes.items()}, declared)[0]
