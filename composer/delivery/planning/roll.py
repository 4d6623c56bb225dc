"""What a plan would write: who gets what, page by page, every value proved sendable, and a digest of it all.

1. the audience is frozen, with a reason for everyone left out;
2. each person gets the edition in their language, or in the default one, and the values that it reads;
3. everyone's values are tried: what cannot stand in a message is found now, not half-way through the send.
   Nearly all values are plain beyond doubt (``plain_values.py``), which one look at a page tells; of the others the
   message's values are made, as the send will make them. The rest of a message is a join, which cannot fail.

A million people pass through in pages; never are they all in memory. Never: writes.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from composer.audience import Members, freeze_audience
from composer.delivery.planning.calendar_history import follow_sent
from composer.delivery.planning.digest import MailingDigest
from composer.delivery.planning.sample import PlannedSubjectTest, VariantAssignment, assign_variants, sampling_hashes
from composer.delivery.variant import FIRST_VARIANT, EditionKey
from composer.edition.condition import ON_LIST, list_of
from composer.edition.model import Edition
from composer.errors import MailingError, MessageError
from composer.message.compile import compile_message
from composer.message.links import Site
from composer.message.plain_values import are_plain
from composer.message.recipient import Recipient

_SHOWN_FAULTS = 20

# Ids are numbered from 1, so the links of a message that was only tried out belong to no mailing.
NO_MAILING = 0


class RollEntry(NamedTuple):
    """One person's entry in a mailing: the edition they get, and its values as JSON, by name."""

    subscriber: int
    email: str
    language: str
    fields: str
    variant: str | None  # of those in the sample of a subject test

    def recipient(self, mailing: int = NO_MAILING) -> Recipient:
        """For the message room."""
        return Recipient(self.email, self.subscriber, mailing, orjson.loads(self.fields))


class MailingRoll:
    """A mailing that may become a plan. Made by ``prepare_roll``; lives as long as its connection.

    ``digest`` and ``languages`` (edition → people) are there once ``pages`` has come to its end.
    """

    digest: str

    def __init__(
        self,
        connection: Connection,
        editions: Mapping[str, Edition],
        *,
        lists: Sequence[int],
        site: Site,
        now: int,
        subject_test: PlannedSubjectTest | None,
    ) -> None:
        self.editions = editions
        self.all_editions = _all_editions(editions, subject_test)
        self.languages: Counter[str] = Counter()
        self.variants: Counter[tuple[str, str | None]] = Counter()
        # The fields that decide what somebody reads, each with the editions that do; the address has its own column.
        fields = {language: _fields_of(language, self.all_editions) for language in editions}
        self._readers = {
            name: {language for language, read in fields.items() if name in read}
            for name in sorted(frozenset[str]().union(*fields.values()))
        }
        read_lists = {name for field in self._readers if (name := list_of(field)) is not None}
        self.audience = freeze_audience(connection, lists=lists, read_lists=read_lists)
        self._site = site
        self._faults: list[str] = []
        date = dt.datetime.fromtimestamp(now, dt.UTC)
        self._messages = {
            version: compile_message(edition, site=site, mailing=NO_MAILING, date=date)
            for version, edition in self.all_editions.items()
        }
        self._assignment = self._assign_variants(subject_test) if subject_test else None

    @property
    def issue(self) -> str:
        """Its name."""
        return issue_of(self.editions)

    @property
    def planned(self) -> int:
        """How many people have come by so far."""
        return self.languages.total()

    def pages(self) -> Iterator[Sequence[RollEntry]]:
        """Everyone, by rising id.

        Raises MailingError for nobody at all, and MessageError, at the end, for values that cannot stand in
        a message, naming the people: then nothing of it may count.
        """
        editions = {version: edition.digest for version, edition in self.all_editions.items()}
        digest = MailingDigest(editions, site_url=self._site.url)
        for members in self.audience.pages():
            entries = self._entries(members)
            digest.add_recipients(entries)
            yield entries
        if not self.planned:
            raise MailingError(f"nobody would get this mailing ({len(self.audience.excluded)} people are left out)")
        if self._faults:
            shown = "\n".join(self._faults[:_SHOWN_FAULTS])
            rest = f"\nand {len(self._faults) - _SHOWN_FAULTS} more" if len(self._faults) > _SHOWN_FAULTS else ""
            raise MessageError(f"{shown}{rest}\nNothing was planned. Correct these people's data, and plan again.")
        self.digest = digest.hexdigest()

    def _entries(self, members: Members) -> Sequence[RollEntry]:
        languages = self._languages_of(members)
        variants = self._variants_of(members, languages)
        columns = [self._column(name, members, languages) for name in self._readers]
        fields = _documents(list(self._readers), columns) if columns else ["{}"] * len(languages)
        entries = list(
            map(RollEntry._make, zip(members.subscribers, members.emails, languages, fields, variants, strict=True))
        )
        self.languages.update(languages)
        if not are_plain(chain.from_iterable(columns), addresses=members.emails):
            self._try_out(entries)
        return entries

    def _languages_of(self, members: Members) -> Sequence[str]:
        chosen = {wanted: choose_language(wanted, self.editions) for wanted in set(members.languages)}
        return [chosen[wanted] for wanted in members.languages]

    def _assign_variants(self, subject_test: PlannedSubjectTest) -> VariantAssignment:
        """Everybody passes by once more, before the pages; eight bytes of each are kept."""
        hashes: dict[str, array[int]] = {language: array("Q") for language in self.editions}
        for members in self.audience.pages():
            languages = self._languages_of(members)
            for language, sampling_hash in zip(languages, self._hashes_of(members), strict=True):
                hashes[language].append(sampling_hash)
        return assign_variants(hashes, subject_test)

    def _hashes_of(self, members: Members) -> Sequence[int]:
        return sampling_hashes(members.subscribers, issue=self.issue, key=self._site.secret_key)

    def _variants_of(self, members: Members, languages: Sequence[str]) -> Sequence[str | None]:
        if self._assignment is None:
            return [None] * len(languages)
        drawn = list(map(self._assignment.variant_of, languages, self._hashes_of(members)))
        self.variants.update(zip(languages, drawn, strict=True))
        return drawn

    def _column(self, name: str, members: Members, languages: Sequence[str]) -> Sequence[str]:
        """Everyone's value of one field, empty where their edition does not read it."""
        values = _values(name, members, languages)
        readers = self._readers[name]
        if len(readers) == len(self.editions):
            return values
        return [value if language in readers else "" for value, language in zip(values, languages, strict=True)]

    def _try_out(self, entries: Sequence[RollEntry]) -> None:
        for entry in entries:
            try:
                for (language, _), message in self._messages.items():
                    if language == entry.language:
                        message.values(entry.recipient())
            except MessageError as error:
                self._faults.append(f"{entry.email}: {error}")


def prepare_roll(
    connection: Connection,
    *,
    editions: Mapping[str, Edition],
    lists: Sequence[int],
    site: Site,
    now: int,
    subject_test: PlannedSubjectTest | None = None,
) -> MailingRoll:
    """What a plan of these editions would write. ``connection`` sees one moment of the database.

    ``subject_test`` has the other subjects of a test. Raises MailingError if its sample cannot be drawn.
    """
    if subject_test:
        followed = {name: follow_sent(connection, others) for name, others in subject_test.editions.items()}
        subject_test = replace(subject_test, editions=followed)
    carried_on = follow_sent(connection, editions)
    return MailingRoll(connection, carried_on, lists=lists, site=site, now=now, subject_test=subject_test)


def _all_editions(
    editions: Mapping[str, Edition], subject_test: PlannedSubjectTest | None
) -> Mapping[EditionKey, Edition]:
    variants = {FIRST_VARIANT: editions, **(subject_test.editions if subject_test else {})}
    return {(language, name): others[language] for language in editions for name, others in variants.items()}


def _fields_of(language: str, all_editions: Mapping[EditionKey, Edition]) -> Set[str]:
    """What of a subscriber decides what they read in that language, whichever subject they get; without the address,
    which has its own column."""
    read = (edition.subscriber_fields() for (spoken, _), edition in all_editions.items() if spoken == language)
    return frozenset[str]().union(*read) - {"email"}


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


def _values(name: str, members: Members, languages: Sequence[str]) -> Sequence[str]:
    """Everyone's value of one field. ``languages`` are those of the editions that they get."""
    match name:
        case "first_name":
            return members.first_names
        case "last_name":
            return members.last_names
        case "name":
            names = zip(members.first_names, members.last_names, strict=True)
            return [f"{first} {last}".strip() for first, last in names]
        case "language":
            return [own or got for own, got in zip(members.languages, languages, strict=True)]
        case _ if (list_name := list_of(name)) is not None:
            return [ON_LIST if list_name in lists else "" for lists in members.lists]
        case _:
            return [str(attributes.get(name, "")) for attributes in members.attributes]


def _documents(names: Sequence[str], columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """Everyone's values as JSON, by name; what is empty is left out."""
    return [
        orjson.dumps({name: value for name, value in zip(names, values, strict=True) if value}).decode()
        for values in zip(*columns, strict=True)
    ]
