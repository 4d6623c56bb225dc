"""What a list is set to: public or not, how one comes onto it, its languages, its sender, its words in each language.

Enters: a ListChange, of which only what is given changes anything. All that is wrong with it is told at once, and then
nothing is changed. Never: asks whether an issue or a language of the newsletter is there; that is known above.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, update

from composer.address import parse_address
from composer.audience.imports.person import parse_language
from composer.audience.lists import TITLE_MAX, ListCount, count_lists, find_list
from composer.control_characters import control_character, hidden_control_character, one_line
from composer.database.schema import lists
from composer.errors import AddressError, AudienceError

DESCRIPTION_MAX = 2_000
NAME_MAX = 200


class OptIn(enum.StrEnum):
    """How somebody comes onto a list by a form."""

    DOUBLE = "double"  # by the link in a mail to them
    SINGLE = "single"  # at once


@dataclass(frozen=True, slots=True)
class ListSettings:
    """A list as it is set, and who is on it. Without languages or a sender it has those of the newsletter.

    ``title`` is in the newsletter's first language, ``titles`` in others, ``descriptions`` in all: language → text.
    """

    count: ListCount
    is_public: bool
    opt_in: OptIn
    languages: Sequence[str]
    sender_name: str | None
    sender_email: str | None
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    welcome: str | None
    created_at: int
    updated_at: int | None

    def as_json(self) -> dict[str, Any]:
        """Give the settings and the counts as one object, for programs."""
        own = {name: getattr(self, name) for name in self.__slots__ if name != "count"}
        counted = {name: getattr(self.count, name) for name in self.count.__slots__}
        return {**counted, **own}


@dataclass(frozen=True, slots=True)
class ListChange:
    """What is to be set. None leaves a thing as it is, and an empty text takes it away.

    ``titles`` and ``descriptions`` are by language; languages that are not named stay as they are.
    """

    title: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    is_public: bool | None = None
    opt_in: OptIn | None = None
    languages: Sequence[str] | None = None
    sender_name: str | None = None
    sender_email: str | None = None
    welcome: str | None = None


def find_list_settings(connection: Connection, name: str) -> ListSettings:
    """Read how a list is set. Raises AudienceError with the nearest name."""
    number = find_list(connection, name)
    return next(one for one in all_list_settings(connection) if one.count.id == number)


def all_list_settings(connection: Connection) -> Sequence[ListSettings]:
    """Read how every list is set, in the order of their names."""
    rows = {row.id: row for row in connection.execute(select(lists))}
    return [
        ListSettings(
            count,
            bool(rows[count.id].is_public),
            OptIn(rows[count.id].opt_in),
            tuple(rows[count.id].languages or ()),
            rows[count.id].sender_name,
            rows[count.id].sender_email,
            rows[count.id].titles or {},
            rows[count.id].descriptions or {},
            rows[count.id].welcome,
            rows[count.id].created_at,
            rows[count.id].updated_at,
        )
        for count in count_lists(connection)
    ]


def change_list(connection: Connection, list_id: int, change: ListChange, *, now: int) -> bool:
    """Set what ``change`` says; True if that changed anything. Raises AudienceError with everything that is wrong."""
    if problems := list(_problems(change)):
        raise AudienceError("\n".join(problems))
    row = connection.execute(select(lists).where(lists.c.id == list_id)).mappings().one()
    values: dict[str, Any] = {}
    for name in ("title", "sender_name", "welcome"):
        if (text := getattr(change, name)) is not None:
            values[name] = one_line(text.strip()) or None
    if change.sender_email is not None:
        values["sender_email"] = parse_address(change.sender_email) if change.sender_email.strip() else None
    if change.is_public is not None:
        values["is_public"] = change.is_public
    if change.opt_in is not None:
        values["opt_in"] = str(change.opt_in)
    if change.languages is not None:
        values["languages"] = [parse_language(one) for one in change.languages] or None
    for name in ("titles", "descriptions"):
        if said := getattr(change, name):
            values[name] = _laid_over(row[name] or {}, said)
    changed = {name: value for name, value in values.items() if value != row[name]}
    if changed:
        connection.execute(update(lists).where(lists.c.id == list_id).values(**changed, updated_at=now))
    return bool(changed)


def _laid_over(former: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str] | None:
    texts = {**former, **{str(parse_language(language)): _clean(text) for language, text in said.items()}}
    return {language: text for language, text in sorted(texts.items()) if text} or None


def _clean(text: str) -> str:
    return "\n".join(one_line(line.rstrip()) for line in text.strip().splitlines())


def _problems(change: ListChange) -> Iterator[str]:
    for language in (*change.titles, *change.descriptions, *(change.languages or ())):
        try:
            if parse_language(language) is None:
                yield "a language is empty; write its code, such as en or fr"
        except ValueError as error:
            yield str(error)
    for what, text, most in _texts(change):
        if len(text) > most:
            yield f"{what} has at most {most:,} characters, and this has {len(text):,}"
    name = change.sender_name or ""
    if control_character(name) or hidden_control_character(name):
        yield "the sender's name has a control character in it, which no header may have"
    if change.sender_email and change.sender_email.strip():
        try:
            parse_address(change.sender_email)
        except AddressError as error:
            yield f"the sender's address: {error}"


def _texts(change: ListChange) -> Iterator[tuple[str, str, int]]:
    for text in (change.title or "", *change.titles.values()):
        yield "the title of a list", text, TITLE_MAX
    for text in change.descriptions.values():
        yield "the description of a list", text, DESCRIPTION_MAX
    yield "the sender's name", change.sender_name or "", NAME_MAX
