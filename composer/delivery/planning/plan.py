"""The plan: editions × lists → a row for everyone before the first send, and a digest of exactly what goes to whom.

One transaction, which sees one moment of the database:

1. plans of the same issue that were never begun are cancelled, so that no two can be sent;
2. the mailing and its editions are written;
3. the roll (``roll.py``) is read page by page: each person on it gets a delivery, and each person left out a reason;
4. the digest and the number of people complete the mailing. Whatever goes wrong before that leaves nothing behind.

A delivery keeps the values of the merge fields that its edition uses, as planned: so a retry, days later
and in another process, is the same bytes. Never: sends, or reads an issue's files.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, exists, insert, literal, select, update

from composer.audience.freeze import ExclusionReason
from composer.database.bulk import insert_many
from composer.database.engine import writing
from composer.database.identity import database_identity
from composer.database.schema import deliveries, exclusions, mailing_editions, mailings
from composer.database.watermark import SendingProgress, Watermark, watermark_of
from composer.delivery.editions import store_edition
from composer.delivery.mailing import MAY_HAVE_IT, count_exclusions, wait_for_other_plans
from composer.delivery.packed import HAD_READERS
from composer.delivery.planning.calendar_history import count_dates
from composer.delivery.planning.roll import MailingRoll, RollEntry, issue_of, prepare_roll
from composer.delivery.planning.sample import PlannedSubjectTest
from composer.delivery.states import DeliveryState, MailingState
from composer.edition.model import Edition
from composer.edition.segments import Segment
from composer.errors import MailingError, Remedy
from composer.message.links import Site

_log = logging.getLogger("composer.delivery")


@dataclass(frozen=True, slots=True)
class Plan:
    """A mailing as it was planned: its number, its digest, and how many get what. It can be sent."""

    mailing: int
    issue: str
    digest: str
    planned: int
    excluded: Mapping[str, int]
    editions: Mapping[str, int]
    sample: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """In a subject test: language → how many get each variant, and how many are held until one is chosen."""
    dates: Mapping[str, int] = field(default_factory=dict)
    """How many events readers' calendars learn of: those that are "new", "changed" and "cancelled"."""
    replaces: Sequence[int] = ()
    """Plans of the same issue that were not begun, and are cancelled by this one."""
    segment: str = ""
    """The segment that it is for, by its name or as it was written out; empty: everybody of the lists."""
    condition: str = ""
    """What that segment says, with the days that its relative ones are on the day of the plan."""
    relays: Sequence[str] = ()
    """The relays that may carry it; none: all."""
    unsendable: Sequence[str] = ()
    """Who is left out because a value of theirs cannot stand in a message: each an address with the reason."""

    def as_json(self) -> dict[str, Any]:
        """Return the plan under the keys that programs read."""
        return {
            "mailing": self.mailing,
            "issue": self.issue,
            "digest": self.digest,
            "planned": self.planned,
            "excluded": dict(self.excluded),
            **({"segment": self.segment, "condition": self.condition} if self.segment else {}),
            **({"relays": list(self.relays)} if self.relays else {}),
            **({"unsendable": list(self.unsendable)} if self.unsendable else {}),
            "editions": dict(self.editions),
            **({"subject_test": {name: dict(counts) for name, counts in self.sample.items()}} if self.sample else {}),
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
    only_missing: bool = False,
    subject_test: PlannedSubjectTest | None = None,
    segment: Segment | None = None,
    relays: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Decide who gets what, and write it down. ``editions`` has the default language first and has passed the gate.

    ``allowed`` are the codes of checks that were overruled; ``again`` permits a second mailing of the same issue,
    ``only_missing`` one to those alone who have not had it; ``subject_test`` has the other subjects of a test, and on
    how many people they are tried; ``segment`` leaves out all who are not in it; ``relays`` names those that may carry
    the mailing, all if none is named; ``progress`` is told how many messages have been made. Raises MailingError for a
    second mailing, nobody to write to, or a sample that cannot be drawn.
    """
    with writing(engine) as connection:
        wait_for_other_plans(connection)
        if not (again or only_missing):
            _refuse_second(connection, issue_of(editions))
        replaces = _cancel_unbegun(connection, issue_of(editions), now=now)
        roll = prepare_roll(
            connection,
            editions=editions,
            lists=lists,
            site=site,
            now=now,
            subject_test=subject_test,
            only_missing=only_missing,
            segment=segment,
        )
        chosen = _chosen(lists, segment, relays, allowed)
        mailing = _write_mailing(connection, roll, chosen, site=site, now=now)
        for entries in roll.pages():
            _write_deliveries(connection, mailing, entries, tested=subject_test is not None, now=now)
            progress(roll.planned)
        plan = _complete(connection, mailing, roll, chosen, subject_test=subject_test)
        watermark = watermark_of(connection)
        watermark.move(connection, but=mailing)
    _begin(engine, watermark, mailing)
    _log_plan(plan)
    return replace(plan, replaces=replaces)


def _complete(
    connection: Connection,
    mailing: int,
    roll: MailingRoll,
    chosen: Mapping[str, Any],
    *,
    subject_test: PlannedSubjectTest | None,
) -> Plan:
    """Write down who is left out, and the digest and the number of people, which are known when all have their row."""
    excluded = _write_exclusions(connection, mailing, roll)
    complete = update(mailings).where(mailings.c.id == mailing)
    connection.execute(complete.values(digest=roll.digest, planned=roll.planned))
    return Plan(
        mailing=mailing,
        issue=roll.issue,
        digest=roll.digest,
        planned=roll.planned,
        excluded=excluded,
        editions={language: roll.languages[language] for language in roll.editions},
        sample=_sample(roll, subject_test) if subject_test else {},
        dates=count_dates(connection, roll.editions),
        segment=chosen["segment"] or chosen["segment_condition"] or "",
        condition=chosen["segment_resolved"] or "",
        relays=tuple(chosen["relays"]),
        unsendable=tuple(roll.unsendable.values()),
    )


def _begin(engine: Engine, watermark: Watermark, mailing: int) -> None:
    with engine.begin() as connection:
        watermark.put(connection)
    watermark.begin(mailing, SendingProgress(0, 0))  # not what a lost mailing of the same number has left there


def _log_plan(plan: Plan) -> None:
    left_out = sum(plan.excluded.values())
    fields = {"mailing": plan.mailing, "issue": plan.issue, "planned": plan.planned, "left_out": left_out}
    _log.info("a mailing is planned", extra={"action": "mailing.planned", **fields})


def _sample(roll: MailingRoll, subject_test: PlannedSubjectTest) -> Mapping[str, Mapping[str, int]]:
    variants = {name: name for name in subject_test.variants} | {str(DeliveryState.HELD): None}
    return {
        language: {word: roll.variants[language, variant] for word, variant in variants.items()}
        for language in roll.editions
    }


def _refuse_second(connection: Connection, issue: str) -> None:
    somebody_has_it = (
        exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state.in_(MAY_HAVE_IT)) | HAD_READERS
    )
    begun, state = connection.execute(
        select(mailings.c.id, mailings.c.state)
        .where(mailings.c.issue == issue, mailings.c.state != MailingState.PLANNED)
        .where((mailings.c.state != MailingState.CANCELLED) | somebody_has_it)
        .order_by(mailings.c.id.desc())
        .limit(1)
    ).first() or (None, None)
    if state == MailingState.CANCELLED:
        raise MailingError(
            f"{issue} has been sent to some people, as mailing {begun}, and then cancelled",
            mailing=begun,
            remedy=Remedy.SEE_WHO_HAS_IT,
        )
    if begun is not None:
        raise MailingError(
            f"{issue} has been sent already, as mailing {begun}", mailing=begun, remedy=Remedy.GO_ON_OR_SEND_AGAIN
        )


def _cancel_unbegun(connection: Connection, issue: str, *, now: int) -> Sequence[int]:
    unbegun = update(mailings).where(mailings.c.issue == issue, mailings.c.state == MailingState.PLANNED)
    cancelled = unbegun.values(state=MailingState.CANCELLED, updated_at=now).returning(mailings.c.id)
    return sorted(connection.scalars(cancelled))


def _chosen(
    lists: Sequence[int], segment: Segment | None, relays: Sequence[str], allowed: Collection[str]
) -> Mapping[str, Any]:
    """Give what was chosen for a mailing, by column."""
    return {
        "list_ids": list(lists),
        "segment": (segment.name or None) if segment else None,
        "segment_condition": segment.written if segment else None,
        "segment_resolved": (segment.resolved or segment.written) if segment else None,
        "relays": list(relays),
        "allowed": sorted(allowed),
    }


def _write_mailing(
    connection: Connection, roll: MailingRoll, chosen: Mapping[str, Any], *, site: Site, now: int
) -> int:
    mailing: int = connection.scalars(
        insert(mailings)
        .values(
            issue=roll.issue,
            digest="",
            state=MailingState.PLANNED,
            planned=0,
            sent_as=now,
            home=database_identity(connection),
            nonce=secrets.token_hex(16),
            site_url=site.url,
            key_check=site.key_check,
            created_at=now,
            updated_at=now,
            **chosen,
        )
        .returning(mailings.c.id)
    ).one()
    for (language, variant), edition in roll.all_editions.items():
        digest = store_edition(connection, edition, now=now)
        row = {"mailing_id": mailing, "language": language, "variant": variant, "edition_digest": digest}
        connection.execute(insert(mailing_editions).values(row))
    return mailing


_COLUMNS = ("subscriber_id", "email", "language", "fields", "variant")


def _write_deliveries(
    connection: Connection, mailing: int, entries: Sequence[RollEntry], *, tested: bool, now: int
) -> None:
    """Write a delivery for each entry. In a subject test, the people outside the sample are held."""
    drawn = [entry for entry in entries if entry.variant] if tested else entries
    rest = [entry for entry in entries if not entry.variant] if tested else ()
    for state, chosen in ((DeliveryState.PENDING, drawn), (DeliveryState.HELD, rest)):
        same = {"mailing_id": mailing, "state": str(state), "attempts": 0, "epoch": 0, "updated_at": now}
        insert_many(connection, deliveries, _COLUMNS, chosen, same=same)


def _write_exclusions(connection: Connection, mailing: int, roll: MailingRoll) -> Mapping[str, int]:
    """Write down who is left out, and count them by reason."""
    left_out = roll.audience.exclusions.subquery()
    query = select(literal(mailing), left_out.c.subscriber_id, left_out.c.reason)
    connection.execute(insert(exclusions).from_select(["mailing_id", "subscriber_id", "reason"], query))
    if roll.unsendable:
        same = {"mailing_id": mailing, "reason": str(ExclusionReason.UNSENDABLE)}
        connection.execute(insert(exclusions), [{**same, "subscriber_id": one} for one in roll.unsendable])
    return count_exclusions(connection, mailing)
