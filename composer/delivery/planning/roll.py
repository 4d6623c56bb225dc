"""The roll of a mailing: who would get what, page by page, with every value checked, and a digest of it all.

1. the audience is frozen, with a reason for everyone left out;
2. each person gets the edition in their language, or in the default one, and the values that this edition shows;
3. everyone's values are checked: who has one that cannot stand in a message is left out now, with the reason, so that
   one person's data stops neither the plan nor the send half-way. Nearly all pages have only harmless values, which one
   test of the whole page shows (``message/plain_values.py``). For the other pages, each person's values are put into
   the form that the send will use. Everything else in a message is fixed text, which cannot fail.

A million people pass through in pages, and are never all in memory. Never: writes.
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
from composer.delivery.mailing import whoever_has
from composer.delivery.packed import require_known_readers
from composer.delivery.planning.calendar_history import follow_sent
from composer.delivery.planning.digest import MailingDigest
from composer.delivery.planning.sample import PlannedSubjectTest, VariantAssignment, assign_variants, sampling_hashes
from composer.delivery.planning.segment import in_segment, require_known_people
from composer.delivery.variant import FIRST_VARIANT, EditionKey
from composer.edition.conditions.condition import ON_LIST, list_of
from composer.edition.model import Edition
from composer.edition.segments import Segment
from composer.errors import MailingError, MessageError, Remedy
from composer.message.compile import compile_message
from composer.message.links import Site
from composer.message.plain_values import are_plain
from composer.message.recipient import Recipient

_SHOWN_FAULTS = 20

# Ids are numbered from 1, so the links of a message that was only tried out belong to no mailing.
NO_MAILING = 0


class RollEntry(NamedTuple):
    """One person on the roll: which edition they get, and the values in it, as a JSON object by field name."""

    subscriber: int
    email: str
    language: str
    fields: str
    variant: str | None  # of those in the sample of a subject test

    def recipient(self, mailing: int = NO_MAILING) -> Recipient:
        """Make the recipient that a message is rendered for."""
        return Recipient(self.email, self.subscriber, mailing, orjson.loads(self.fields))


class MailingRoll:
    """A mailing that may be planned. ``prepare_roll`` makes it, and it can be used as long as its connection is open.

    ``messages`` has a message for each edition, of no mailing yet, so that its links lead nowhere. ``digest``,
    ``languages`` (language → number of people) and ``variants`` are complete once ``pages`` has ended.
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
        only_missing: bool = False,
        segment: Segment | None = None,
    ) -> None:
        self.editions = editions
        self.all_editions = _all_editions(editions, subject_test)
        self.languages: Counter[str] = Counter()
        self.variants: Counter[tuple[str, str | None]] = Counter()
        # Each field that somebody's message shows or depends on, with the languages whose editions do so.
        # The address is not among them, because it has a column of its own.
        used = {language: _fields_of(language, self.all_editions) for language in editions}
        self._languages_using = {
            field: {language for language, fields in used.items() if field in fields}
            for field in sorted(frozenset[str]().union(*used.values()))
        }
        read_lists = {name for field in self._languages_using if (name := list_of(field)) is not None}
        if only_missing:
            require_known_readers(connection, issue_of(editions), remedy=Remedy.SEND_AGAIN)
        served = whoever_has(issue_of(editions)) if only_missing else None
        first = next(iter(editions))
        if segment:
            require_known_people(connection, segment.condition)
        chosen = in_segment(segment.condition, default_language=first, zone=segment.zone) if segment else None
        self.audience = freeze_audience(connection, lists=lists, read_lists=read_lists, served=served, segment=chosen)
        self._site = site
        self.unsendable: dict[int, str] = {}
        """Who is left out because a value of theirs cannot stand in a message: subscriber → address and reason."""
        date = dt.datetime.fromtimestamp(now, dt.UTC)
        self.messages = {
            key: compile_message(edition, site=site.for_trial(), mailing=NO_MAILING, date=date)
            for key, edition in self.all_editions.items()
        }
        self._assignment = self._assign_variants(subject_test) if subject_test else None

    @property
    def issue(self) -> str:
        """The name of the issue that this mailing sends."""
        return issue_of(self.editions)

    @property
    def planned(self) -> int:
        """How many people ``pages`` has given so far."""
        return self.languages.total()

    def pages(self) -> Iterator[Sequence[RollEntry]]:
        """Give everyone on the roll, a page at a time, in the order of their numbers.

        At the end, it raises MailingError if there was nobody. Then nothing that was done with the pages may be kept.
        """
        editions = {key: edition.digest for key, edition in self.all_editions.items()}
        digest = MailingDigest(editions, site_url=self._site.url)
        for members in self.audience.pages():
            entries = self._entries(members)
            digest.add_recipients(entries)
            yield entries
        if not self.planned:
            left_out = len(self.audience.excluded) + len(self.unsendable)
            why = "".join(f"\n{words}" for words in list(self.unsendable.values())[:_SHOWN_FAULTS])
            raise MailingError(f"nobody would get this mailing ({left_out} people are left out){why}")
        self.digest = digest.hexdigest()

    def _entries(self, members: Members) -> Sequence[RollEntry]:
        languages = self._languages_of(members)
        variants = self._variants_of(members, languages)
        names = list(self._languages_using)
        columns = [self._column(name, members, languages) for name in names]
        fields = _as_json(names, columns) if names else ["{}"] * len(languages)
        rows = zip(members.subscribers, members.emails, languages, fields, variants, strict=True)
        entries = list(map(RollEntry._make, rows))
        if not are_plain(chain.from_iterable(columns), addresses=members.emails):
            entries = [entry for entry in entries if self._is_sendable(entry)]
            languages = [entry.language for entry in entries]
        self.languages.update(languages)
        if self._assignment is not None:
            self.variants.update((entry.language, entry.variant) for entry in entries)
        return entries

    def _languages_of(self, members: Members) -> Sequence[str]:
        chosen = {wanted: choose_language(wanted, self.editions) for wanted in set(members.languages)}
        return [chosen[wanted] for wanted in members.languages]

    def _assign_variants(self, subject_test: PlannedSubjectTest) -> VariantAssignment:
        """Read the whole audience once before the pages, keeping eight bytes of each person."""
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
        return list(map(self._assignment.variant_of, languages, self._hashes_of(members)))

    def _column(self, name: str, members: Members, languages: Sequence[str]) -> Sequence[str]:
        """Each member's value of one field; it is empty where their edition does not use the field."""
        values = _values(name, members, languages)
        using = self._languages_using[name]
        if len(using) == len(self.editions):
            return values
        return [value if language in using else "" for value, language in zip(values, languages, strict=True)]

    def _is_sendable(self, entry: RollEntry) -> bool:
        """Whether all values of somebody can stand in their message; if not, they are written down with the reason."""
        try:
            for (language, _), message in self.messages.items():
                if language == entry.language:
                    message.values(entry.recipient())
        except MessageError as error:
            self.unsendable[entry.subscriber] = f"{entry.email}: {error}"
            return False
        return True


def prepare_roll(
    connection: Connection,
    *,
    editions: Mapping[str, Edition],
    lists: Sequence[int],
    site: Site,
    now: int,
    subject_test: PlannedSubjectTest | None = None,
    only_missing: bool = False,
    segment: Segment | None = None,
) -> MailingRoll:
    """Work out what a plan of these editions would write. ``connection`` must see one moment of the database.

    ``lists`` are the ids of the mailing lists, ``now`` is in Unix seconds, ``subject_test`` has the other subjects of a
    test. With ``only_missing``, whoever has the issue already is left out; so is whoever is not in the ``segment``.
    Raises MailingError if a sample for the test cannot be drawn.
    """
    if subject_test:
        followed = {name: follow_sent(connection, others) for name, others in subject_test.editions.items()}
        subject_test = replace(subject_test, editions=followed)
    carried_on = follow_sent(connection, editions)
    return MailingRoll(
        connection,
        carried_on,
        lists=lists,
        site=site,
        now=now,
        subject_test=subject_test,
        only_missing=only_missing,
        segment=segment,
    )


def _all_editions(
    editions: Mapping[str, Edition], subject_test: PlannedSubjectTest | None
) -> Mapping[EditionKey, Edition]:
    variants = {FIRST_VARIANT: editions, **(subject_test.editions if subject_test else {})}
    return {(language, name): others[language] for language in editions for name, others in variants.items()}


def _fields_of(language: str, all_editions: Mapping[EditionKey, Edition]) -> Set[str]:
    """Find the fields of a subscriber that the editions in that language use, whatever their subject.

    The address is left out, because it has a column of its own.
    """
    read = (edition.subscriber_fields() for (spoken, _), edition in all_editions.items() if spoken == language)
    return frozenset[str]().union(*read) - {"email"}


def choose_language(wanted: str | None, available: Collection[str]) -> str:
    """Choose the edition for someone who reads ``wanted``.

    It is the one in that language, or in its base language ("fr" for "fr-CA"), or else the first that is available.
    """
    if wanted:
        for candidate in (wanted, wanted.partition("-")[0]):
            if candidate in available:
                return candidate
    return next(iter(available))


def issue_of(editions: Mapping[str, Edition]) -> str:
    """Tell the name of the issue that all these editions belong to."""
    return next(iter(editions.values())).issue


def _values(name: str, members: Members, languages: Sequence[str]) -> Sequence[str]:
    """Each member's value of one field. ``languages`` has the language of the edition that each of them gets."""
    match name:
        case "first_name":
            return members.first_names
        case "last_name":
            return members.last_names
        case "name":
            names = zip(members.first_names, members.last_names, strict=True)
            return [f"{first} {last}".strip() for first, last in names]
        case "language":
            return [wanted or sent for wanted, sent in zip(members.languages, languages, strict=True)]
        case _ if (list_name := list_of(name)) is not None:
            return [ON_LIST if list_name in lists else "" for lists in members.lists]
        case _:
            return [str(attributes.get(name, "")) for attributes in members.attributes]


def _as_json(names: Sequence[str], columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """Write each member's values as a JSON object by field name, without the empty ones."""
    return [
        orjson.dumps({name: value for name, value in zip(names, values, strict=True) if value}).decode()
        for values in zip(*columns, strict=True)
    ]
