"""Tells what the columns of a file mean, by their names in many spellings and languages.

A name is compared without case, accents, spaces and signs. Whatever is not known here is a field of the
newsletter's own, kept under its name in lower case with underscores (“Code postal” → ``code_postal``).

Where a file has one column for the whole name, it is kept whole in ``last_name``: cutting a name at a space
is wrong for many people. Only “Last, First” is cut, at its comma.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from composer.audience.imports.csv_file import unguarded
from composer.audience.imports.leaving_words import bare, unaccented
from composer.audience.subscriptions import SubscriptionStatus
from composer.errors import ImportRefused

REJECTED_BECAUSE = "rejected_because"
"""The column that tells, in a file of rejected rows, what to correct. Ignored when that file is imported."""

_NAMES: dict[str, str] = {
    "email": "email mail emailaddress emailadress mailaddress emailid email1 email1value primaryemail "
    "courriel adressemail adresseemail adressecourriel adresseelectronique mel mailadresse emailadresse "
    "epost epostadresse emailadres adresemail correo correoelectronico direcciondecorreo indirizzoemail "
    "postaelettronica enderecodeemail",
    "first_name": "firstname first forename givenname prenom vorname rufname nombre nome voornaam fornavn fornamn imie",
    "last_name": "lastname last surname familyname nomdefamille nachname familienname zuname apellido "
    "apellidos cognome sobrenome apelido achternaam efternavn efternamn nazwisko",
    "name": "name nom fullname nomcomplet nometprenom prenometnom prenomnom nomprenom displayname contactname "
    "vollstandigername nombrecompleto nombreyapellidos nomecompleto nomecognome",
    "language": "language lang langue sprache idioma lingua taal jezyk sprak locale languagecode preferredlanguage",
    "tags": "tags labels",
    "status": "status subscriptionstatus emailstatus etat statut",
    "": REJECTED_BECAUSE.replace("_", ""),
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
# Also what people call a street address; believed only where there is no better one, and an @ below.
_MAYBE_EMAIL = frozenset({"adresse", "address", "contact", "subscriber", "adres", "direccion", "indirizzo"})
_KEY_MAX = 64

OWN_FIELD = "attributes"
"""What whoever has the file says of a column that is to be a field of the newsletter's own."""

CHOICES = ("email", "first_name", "last_name", "name", "language", "tags", OWN_FIELD, "")
"""What somebody can say that a column is; empty: it is not read."""

_BY_NAME: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Column:
    """A column and where its values go; ``field`` is empty for a column that is not read."""

    header: str
    field: str
    own: bool = False  # a field of the newsletter's own: goes to the attributes
    second: str = ""  # what it would have been, had no column before it been that already
    says: Mapping[str, SubscriptionStatus] | None = None  # what its values say of who has left, if they do
    mentions: bool = False  # ``says`` is of words in its texts, and it stays the field that it is
    number: int = dataclasses.field(default=0, compare=False)  # its place in the file, from 1

    @property
    def path(self) -> str | None:
        """The field that its values go to, as ``first_name`` or ``attributes.city``; none if it is not read."""
        if self.says is not None and not self.mentions:
            return "status"
        return f"attributes.{self.field}" if self.own else self.field or None

    @property
    def is_of_person(self) -> bool:
        """Whether its values are the person's address, name or language, whatever words stand in them."""
        return not self.own and self.field in ("email", "first_name", "last_name", "name", "language")

    @property
    def tells_rejection(self) -> bool:
        """Whether this is the column that an earlier import added to its rejected rows."""
        return bare(self.header) == bare(REJECTED_BECAUSE)


def read_columns(
    header: Sequence[str], first_row: Sequence[str], *, chosen: Mapping[str, str] = _BY_NAME
) -> tuple[Column, ...]:
    """Find the meaning of each column. ``first_row`` helps where a name could mean an address of the street.

    ``chosen`` is what somebody says that columns are, whatever they are called: ``column_key`` → one of CHOICES.

    Raises ImportRefused if no column is the mail address.
    """
    header = [_printable(name) for name in header]
    fields = _fields_of(header, chosen)
    if "email" not in fields:
        for index, (name, value) in enumerate(zip(header, first_row, strict=False)):
            if bare(name) in _MAYBE_EMAIL and "@" in value:
                fields[index] = "email"
                break
        else:
            named = ", ".join(f"“{name[:40]}”" for name in header[:20])
            raise ImportRefused(f"No column is called email. The first line must name the columns; it has {named}")
    if not any(field in ("first_name", "last_name", "name") for field in chosen.values()):
        _settle_names(fields)
    columns: list[Column] = []
    for number, (name, meant) in enumerate(zip(header, fields, strict=True), start=1):
        column = _column(name, meant, taken={column.field for column in columns})
        columns.append(replace(column, number=number))
    return tuple(columns)


def column_key(name: str) -> str:
    """Write the name of a column as it is compared: without case, accents, spaces and signs."""
    return bare(_printable(name)) or _printable(name)


def _fields_of(header: Sequence[str], chosen: Mapping[str, str]) -> list[str | None]:
    known = {column_key(name) for name in header}
    for name, field in chosen.items():
        if name not in known:
            raise ImportRefused(f"The file has no column “{name}”; it has {', '.join(header[:20])}")
        if field not in CHOICES:
            raise ImportRefused(f"A column cannot be “{field}”; it is one of {', '.join(filter(None, CHOICES))}")
    if list(chosen.values()).count("email") > 1:
        raise ImportRefused("Two columns are said to be the address; one of them is")
    fields: list[str | None] = [chosen.get(column_key(name), _FIELDS.get(bare(name))) for name in header]
    taken = set(chosen.values())
    return [
        None if field == OWN_FIELD or (field in taken and field and column_key(name) not in chosen) else field
        for name, field in zip(header, fields, strict=True)
    ]


def _settle_names(fields: list[str | None]) -> None:
    """In “prénom; nom” and “Vorname; Name” the second is the family name; beside a family name, the first."""
    if "name" in fields:
        if "first_name" in fields and "last_name" not in fields:
            fields[fields.index("name")] = "last_name"
        elif "last_name" in fields and "first_name" not in fields:
            fields[fields.index("name")] = "first_name"


def _column(name: str, field: str | None, *, taken: set[str]) -> Column:
    if field is not None and (field == "" or field not in taken):
        return Column(name, field)
    key = _key(name)
    number = 2
    while key in taken or key in _NAMES:
        key = f"{_key(name)}_{number}"
        number += 1
    return Column(name, key, own=True, second=field or "") if _key(name) else Column(name, "")


def _printable(name: str) -> str:
    return "".join(character for character in unguarded(name).strip() if character.isprintable())


def _key(name: str) -> str:
    return re.sub(r"\W+", "_", unaccented(name)).strip("_")[:_KEY_MAX]
