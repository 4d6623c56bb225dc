"""The plan: editions × lists → a row for everyone before the first send, and a digest of exactly what goes to whom.

1. the audience is frozen, with a reason for everyone left out;
2. each person gets the edition in their language, or in the default one;
3. *every* message is made once, in memory: its values escaped and encoded, which is all that can fail (the
   rest is a join). What cannot stand in a message stops the plan, naming the people; nothing has been written;
4. one transaction writes the mailing, its editions, a delivery for everyone and the exclusions. Plans of the
   same issue that were never begun are cancelled with it, so that no two can be sent.

A delivery keeps the values of the merge fields that its edition uses, as planned: so a retry, days later
and in another process, is the same bytes. Never: sends, or reads an issue's files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, insert, select, update

from composer.audience import Member, freeze_audience
from composer.database.engine import reading
from composer.database.schema import deliveries, exclusions, leases, mailing_editions, mailings
from composer.delivery.editions import store_edition
from composer.delivery.published import follow_sent
from composer.delivery.states import DeliveryState, MailingState
from composer.edition.condition import ON_LIST, list_of
from composer.edition.model import Edition
from composer.errors import MailingError, MessageError
from composer.message.compile import compile_message
from composer.message.links import Site
from composer.message.recipient import Recipient

_CHUNK = 2000
_SHOWN_FAULTS = 20

# Ids are numbered from 1, so the links of a message that was only tried out belong to no mailing.
_NO_MAILING = 0


class Place(NamedTuple):
    """One person's place in a mailing: the edition they get, and its values."""

    subscriber: int
    email: str
    language: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """Who would get what, every message made once; nothing is written yet. ``digest`` names exactly this."""

    issue: str
    digest: str
    editions: Mapping[str, Edition]
    places: Sequence[Place]
    excluded: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A mailing that can be sent."""

    mailing: int
    issue: str
    digest: str
    planned: int
    excluded: Mapping[str, int]
    editions: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """The keys that programs read (`newsletter plan --json`)."""
        return {
            "mailing": self.mailing,
            "issue": self.issue,
            "digest": self.digest,
            "planned": self.planned,
            "excluded": dict(self.excluded),
            "editions": dict(self.editions),
        }


def plan_mailing(
    engine: Engine,
    *,
    editions: Mapping[str, Edition],
    lists: Sequence[int],
    site: Site,
    allowed: Collection[str] = (),
    now: int,
    again: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Fix who gets what. ``editions`` has the default language first; the gate is open already.

    ``allowed`` are the codes of checks that were overruled; ``again`` permits a second mailing of the same issue;
    ``progress`` is told how many messages have been made. Raises MailingError for a second mailing or
    nobody to write to, MessageError for values that cannot stand in a message.
    """
    with reading(engine) as connection:
        if not again:
            _refuse_second(connection, _issue_of(editions))
        draft = draft_mailing(connection, editions=editions, lists=lists, site=site, now=now, progress=progress)
    with engine.begin() as connection:
        if not again:
            _refuse_second(connection, draft.issue)
        mailing = _write(connection, draft, lists=lists, allowed=allowed, now=now)
    languages = Counter(place.language for place in draft.places)
    return Plan(
        mailing=mailing,
        issue=draft.issue,
        digest=draft.digest,
        planned=len(draft.places),
        excluded=dict(sorted(Counter(draft.excluded.values()).items())),
        editions={language: languages[language] for language in editions},
    )


def draft_mailing(
    connection: Connection,
    *,
    editions: Mapping[str, Edition],
    lists: Sequence[int],
    site: Site,
    now: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Draft:
    """Steps 1 to 3: what a plan would write. Raises as ``plan_mailing``."""
    editions = follow_sent(connection, editions)
    read_fields = frozenset[str]().union(*(edition.subscriber_fields() for edition in editions.values()))
    read_lists = {name for field in read_fields if (name := list_of(field)) is not None}
    audience = freeze_audience(connection, lists=lists, read_lists=read_lists)
    if not audience.members:
        raise MailingError(f"nobody would get this mailing ({len(audience.excluded)} people are left out)")
    names = {language: _fields_used(edition) for language, edition in editions.items()}
    places = [_place(member, names) for member in audience.members]
    _try_out(places, editions, site=site, now=now, progress=progress)
    return Draft(
        issue=_issue_of(editions),
        digest=_digest(editions, places, site=site),
        editions=editions,
        places=places,
        excluded=audience.excluded,
    )


def choose_language(wanted: str | None, available: Collection[str]) -> str:
    """The edition for someone who reads ``wanted``: that language, or its base ("fr" for "fr-CA"), or the first."""
    if wanted:
        for candidate in (wanted, wanted.partition("-")[0]):
            if candidate in available:
                return candidate
    return next(iter(available))


def _issue_of(editions: Mapping[str, Edition]) -> str:
    return next(iter(editions.values())).issue


def _fields_used(edition: Edition) -> tuple[str, ...]:
    """The subscriber's fields that decide what they read; the address is kept in its own column."""
    return tuple(sorted(edition.subscriber_fields() - {"email"}))


def _place(member: Member, names: Mapping[str, Sequence[str]]) -> Place:
    language = choose_language(member.language, names)
    fields = {name: value for name in names[language] if (value := _field(member, name, language))}
    return Place(member.subscriber, member.email, language, fields)


def _field(member: Member, name: str, language: str) -> str:
    match name:
        case "first_name":
            return member.first_name
        case "last_name":
            return member.last_name
        case "name":
            return f"{member.first_name} {member.last_name}".strip()
        case "language":
            return member.language or language
        case _ if (list_name := list_of(name)) is not None:
            return ON_LIST if list_name in member.lists else ""
        case _:
            return str(member.attributes.get(name, ""))


def _try_out(
    places: Sequence[Place],
    editions: Mapping[str, Edition],
    *,
    site: Site,
    now: int,
    progress: Callable[[int], None],
) -> None:
    date = dt.datetime.fromtimestamp(now, dt.UTC)
    messages = {
        language: compile_message(edition, site=site, mailing=_NO_MAILING, date=date)
        for language, edition in editions.items()
    }
    faults: list[str] = []
    for number, place in enumerate(places, start=1):
        try:
            messages[place.language].values(Recipient(place.email, place.subscriber, _NO_MAILING, place.fields))
        except MessageError as error:
            faults.append(f"{place.email}: {error}")
        if number % _CHUNK == 0 or number == len(places):
            progress(number)
    if faults:
        shown = "\n".join(faults[:_SHOWN_FAULTS])
        rest = f"\nand {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        raise MessageError(f"{shown}{rest}\nNothing was planned. Correct these people's data, and plan again.")


def _digest(editions: Mapping[str, Edition], places: Sequence[Place], *, site: Site) -> str:
    """SHA-256 over the editions, the site that their links lead to, and everyone's address, language and values.

    The mailing's number is not in it: the same issue to the same people has the same digest. No value holds a
    control character, so the separators are safe.
    """
    digest = hashlib.sha256()
    for language, edition in sorted(editions.items()):
        digest.update(f"{language}\0{edition.digest}\n".encode())
    digest.update(f"{site.url}\n".encode())
    for subscriber, email, language, fields in places:
        digest.update("\0".join((str(subscriber), email, language, *map("=".join, fields.items()), "\n")).encode())
    return digest.hexdigest()


def _refuse_second(connection: Connection, issue: str) -> None:
    begun = connection.scalar(
        select(mailings.c.id)
        .where(mailings.c.issue == issue, mailings.c.state.not_in([MailingState.PLANNED, MailingState.CANCELLED]))
        .order_by(mailings.c.id.desc())
        .limit(1)
    )
    if begun is not None:
        raise MailingError(
            f"{issue} has been sent already, as mailing {begun}. Go on with that one: newsletter send {begun}; "
            "or give --again to send the issue once more"
        )


def _write(connection: Connection, draft: Draft, *, lists: Sequence[int], allowed: Collection[str], now: int) -> int:
    connection.execute(
        update(mailings)
        .where(mailings.c.issue == draft.issue, mailings.c.state == MailingState.PLANNED)
        .values(state=MailingState.CANCELLED, updated_at=now)
    )
    mailing: int = connection.scalars(
        insert(mailings)
        .values(
            issue=draft.issue,
            digest=draft.digest,
            state=MailingState.PLANNED,
            planned=len(draft.places),
            list_ids=list(lists),
            allowed=sorted(allowed),
            sent_as=now,
            created_at=now,
            updated_at=now,
        )
        .returning(mailings.c.id)
    ).one()
    # The lease is there from the start, so that taking it is always the same conditional UPDATE.
    connection.execute(insert(leases).values(mailing_id=mailing, holder="", epoch=0, expires_at=0))
    for language, edition in draft.editions.items():
        digest = store_edition(connection, edition, now=now)
        connection.execute(
            insert(mailing_editions).values(mailing_id=mailing, language=language, edition_digest=digest)
        )
    for rows in _chunks(draft, mailing, now):
        connection.execute(insert(deliveries), rows)
    if draft.excluded:
        left_out = [{"mailing_id": mailing, "subscriber_id": one, "reason": why} for one, why in draft.excluded.items()]
        connection.execute(insert(exclusions), left_out)
    return mailing


def _chunks(draft: Draft, mailing: int, now: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(draft.places), _CHUNK):
        yield [
            {
                "mailing_id": mailing,
                "subscriber_id": place.subscriber,
                "email": place.email,
                "language": place.language,
                "fields": place.fields,
                "state": DeliveryState.PENDING,
                "updated_at": now,
            }
            for place in draft.places[start : start + _CHUNK]
        ]
