"""What a plan would write: who gets what, page by page, every value proved sendable, and a digest of it all.

1. the audience is frozen, with a reason for everyone left out;
2. each person gets the edition in their language, or in the default one, and the values that it reads;
3. everyone's values are tried: what cannot stand in a message is found now, not half-way through the send.
   Nearly all values are plain beyond doubt (``plain.py``), which one look at a page tells; of the others the
   message's values are made, as the send will make them. The rest of a message is a join, which cannot fail.

A million people pass through in pages; never are they all in memory. Never: writes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from composer.audience import Member, freeze_audience
from composer.delivery.digest import MailingDigest
from composer.delivery.published import follow_sent
from composer.edition.condition import ON_LIST, list_of
from composer.edition.model import Edition
from composer.errors import MailingError, MessageError
from composer.message.compile import compile_message
from composer.message.links import Site
from composer.message.plain import are_plain
from composer.message.recipient import Recipient

_SHOWN_FAULTS = 20

# Ids are numbered from 1, so the links of a message that was only tried out belong to no mailing.
NO_MAILING = 0

_FieldOf = Callable[[Member], str]


class Place(NamedTuple):
    """One person's place in a mailing: the edition they get, and its values as JSON, by name."""

    subscriber: int
    email: str
    language: str
    fields: str

    def recipient(self, mailing: int = NO_MAILING) -> Recipient:
        """For the message room."""
        return Recipient(self.email, self.subscriber, mailing, orjson.loads(self.fields))


class Draft:
    """A mailing that may become a plan. Made by ``draft_mailing``; lives as long as its connection.

    ``digest`` and ``languages`` (edition → people) are there once ``pages`` has come to its end.
    """

    digest: str

    def __init__(
        self, connection: Connection, editions: Mapping[str, Edition], lists: Sequence[int], site: Site, now: int
    ) -> None:
        self.editions = editions
        self.languages: Counter[str] = Counter()
        fields = frozenset[str]().union(*(edition.subscriber_fields() for edition in editions.values()))
        read_lists = {name for field in fields if (name := list_of(field)) is not None}
        self.audience = freeze_audience(connection, lists=lists, read_lists=read_lists)
        self._values = {language: _values_of(edition, language) for language, edition in editions.items()}
        self._chosen: dict[str | None, str] = {}
        self._site = site
        self._faults: list[str] = []
        date = dt.datetime.fromtimestamp(now, dt.UTC)
        self._messages = {
            language: compile_message(edition, site=site, mailing=NO_MAILING, date=date)
            for language, edition in editions.items()
        }

    @property
    def issue(self) -> str:
        """Its name."""
        return issue_of(self.editions)

    @property
    def planned(self) -> int:
        """How many people have come by so far."""
        return self.languages.total()

    def pages(self) -> Iterator[Sequence[Place]]:
        """Everyone, by rising id.

        Raises MailingError for nobody at all, and MessageError, at the end, for values that cannot stand in
        a message, naming the people: then nothing of it may count.
        """
        editions = {language: edition.digest for language, edition in self.editions.items()}
        digest = MailingDigest(editions, site_url=self._site.url)
        for members in self.audience.pages():
            places = self._places(members)
            digest.add(places)
            yield places
        if not self.planned:
            raise MailingError(f"nobody would get this mailing ({len(self.audience.excluded)} people are left out)")
        if self._faults:
            shown = "\n".join(self._faults[:_SHOWN_FAULTS])
            rest = f"\nand {len(self._faults) - _SHOWN_FAULTS} more" if len(self._faults) > _SHOWN_FAULTS else ""
            raise MessageError(f"{shown}{rest}\nNothing was planned. Correct these people's data, and plan again.")
        self.digest = digest.hexdigest()

    def _places(self, members: Sequence[Member]) -> Sequence[Place]:
        places: list[Place] = []
        used: list[str] = []
        for member in members:
            language = self._language_of(member.language)
            fields = {name: value for name, value_of in self._values[language] if (value := value_of(member))}
            used += fields.values()
            places.append(Place(member.subscriber, member.email, language, orjson.dumps(fields).decode()))
        self.languages.update([place.language for place in places])
        if not are_plain(used, addresses=[member.email for member in members]):
            self._try_out(places)
        return places

    def _language_of(self, wanted: str | None) -> str:
        if wanted not in self._chosen:
            self._chosen[wanted] = choose_language(wanted, self.editions)
        return self._chosen[wanted]

    def _try_out(self, places: Sequence[Place]) -> None:
        for place in places:
            try:
                self._messages[place.language].values(place.recipient())
            except MessageError as error:
                self._faults.append(f"{place.email}: {error}")


def draft_mailing(
    connection: Connection, *, editions: Mapping[str, Edition], lists: Sequence[int], site: Site, now: int
) -> Draft:
    """What a plan of these editions would write. ``connection`` sees one moment of the database."""
    return Draft(connection, follow_sent(connection, editions), lists, site, now)


def choose_language(wanted: str | None, available: Collection[str]) -> str:
    """The edition for someone who reads ``wanted``: that language, or its base ("fr" for "fr-CA"), or the first."""
    if wanted:
        for candidate in (wanted, wanted.partition("-")[0]):
            if candidate in available:
                return candidate
    return next(iter(available))


def issue_of(editions: Mapping[str, Edition]) -> str:
    """The issue that they are editions of."""
    return next(iter(editions.values())).issue


def _values_of(edition: Edition, language: str) -> Sequence[tuple[str, _FieldOf]]:
    """The subscriber's fields that decide what they read; the address is kept in its own column."""
    return [(name, _field(name, language)) for name in sorted(edition.subscriber_fields() - {"email"})]


def _field(name: str, language: str) -> _FieldOf:
    match name:
        case "first_name" | "last_name":
            return attrgetter(name)
        case "name":
            return lambda member: f"{member.first_name} {member.last_name}".strip()
        case "language":
            return lambda member: member.language or language
        case _ if (list_name := list_of(name)) is not None:
            return lambda member: ON_LIST if list_name in member.lists else ""
        case _:
            return lambda member: str(member.attributes.get(name, ""))
