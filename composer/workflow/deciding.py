"""What a person decides about a mailing: each is one transaction, and one record in the log once it is committed.

Enters: the database, the number of a mailing, what is decided and by whom. Leaves: what has come of it, as data.
Never: sends. Raises what ``delivery/operating`` and ``delivery/ledger/approval.py`` raise: NoSuchMailing, StateError,
MailingError.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from composer.database.engine import reading
from composer.delivery.ledger.approval import approve_mailing
from composer.delivery.ledger.ledger import recover
from composer.delivery.mailing import find_mailing
from composer.delivery.operating.choose_subject import SubjectChoice, choose_winner
from composer.delivery.operating.decisions import decide_mailing, retry_deliveries, settle_unknown
from composer.delivery.operating.postfix_log import read_logs
from composer.delivery.operating.used_links import unknown_with_used_links
from composer.delivery.reporting.records import DeliveryRecord, delivery_records
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingEvent, MailingState
from composer.errors import NewsletterError, StateError
from composer.workflow.decision_log import log_event, name_of, note_of
from composer.workflow.message_ids import message_ids

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.message.links import Site

_DECIDED = {
    MailingEvent.PAUSE: {"action": "mailing.paused", "message": "somebody has paused a mailing"},
    MailingEvent.RESUME: {"action": "mailing.resumed", "message": "somebody has resumed a mailing"},
    MailingEvent.CANCEL: {"action": "mailing.cancelled", "message": "somebody has cancelled a mailing"},
}


class Retried(enum.StrEnum):
    """States that may be tried again."""

    REFUSED = "refused"
    EXPIRED = "expired"
    DEFERRED = "deferred"


class Settled(enum.StrEnum):
    """What a person can say of deliveries that are unknown."""

    SENT = "sent"  # the relay has them
    NOT_SENT = "not sent"  # they are sent again


def decide(engine: Engine, mailing: int, event: MailingEvent) -> MailingState:
    """Pause, resume or cancel a mailing, and return its state afterwards."""
    with engine.begin() as connection:
        state = decide_mailing(connection, mailing, event, now=int(time.time()))
    log_event(**_DECIDED[event], mailing=mailing)
    return state


def approve(engine: Engine, mailing: int, *, digest: str, by: str | None, site: Site) -> tuple[str, str]:
    """Record somebody's word that exactly this may be sent, and return their name and its digest.

    ``digest`` is what they have seen, or its first characters. Raises StateError if that is not what would be sent.
    """
    name = name_of(by)
    with engine.begin() as connection:
        approved = approve_mailing(connection, mailing, name=name, site_url=site.url, now=int(time.time()))
        if not approved.startswith(digest.lower()):
            raise StateError(
                f"mailing {mailing} is not what you have seen: its digest is {approved}; nothing is approved"
            )
    log_event("mailing.approved", "somebody has approved a mailing", mailing=mailing, by=name)
    return name, approved


def choose(engine: Engine, mailing: int, variant: str, *, by: str | None, early: bool) -> tuple[str, SubjectChoice]:
    """Choose the winner of a subject test, and return whose word that is, and what was chosen."""
    name = name_of(by)
    with engine.begin() as connection:
        chosen = choose_winner(connection, mailing, variant.upper(), by=name, now=int(time.time()), early=early)
    fields = {"mailing": mailing, "variant": chosen.winner, "by": name, "people": chosen.held}
    log_event("subject.chosen", "somebody has chosen the subject for all who wait", **fields)
    return name, chosen


def try_again(
    engine: Engine, mailing: int, *, state: Retried, to: Collection[str] = (), by: str | None = None, why: str = ""
) -> int:
    """Make deliveries of that state pending again, or those to these addresses only, and return how many."""
    note = note_of(by, f"retry of what was {state}", why)
    with engine.begin() as connection:
        count = retry_deliveries(
            connection, mailing, state=DeliveryState(state), to=to, note=note, now=int(time.time())
        )
    log_event("deliveries.retried", "deliveries are tried again", mailing=mailing, state=str(state), count=count)
    return count


@dataclass(frozen=True, slots=True)
class LogsRead:
    """What the logs of a relay say of deliveries that were unknown, and how much was read: lines, and queued mails."""

    unknown: int
    lines: int
    queued: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What has been settled, and what is still unknown.

    ``by_links`` and ``by_logs`` have the evidence by address; ``by_word`` counts what somebody has said; ``log`` is
    there if logs were read and something was unknown.
    """

    left: Sequence[DeliveryRecord]
    by_links: Mapping[str, str] = field(default_factory=dict)
    by_logs: Mapping[str, str] = field(default_factory=dict)
    log: LogsRead | None = None
    by_word: int = 0


def settle(
    engine: Engine,
    mailing: int,
    *,
    seen_from: str,
    site: Callable[[], Site],
    logs: Sequence[Path] = (),
    said: Settled | None = None,
    to: Sequence[str] = (),
    by: str | None = None,
    why: str = "",
) -> Settlement:
    """Settle what is unknown: by links that were used, by the relay's logs, by somebody's word, in that order.

    ``seen_from`` names this process (``this_sender``): what a sender that is gone left open is called unknown first.
    ``site`` is asked for only if there are logs; ``to`` limits the word to these addresses.
    """
    if to and said is None:
        raise NewsletterError("these addresses are named, and nothing is said of them")
    _leave_unknown(engine, mailing, seen_from=seen_from)
    with reading(engine) as connection:
        used = unknown_with_used_links(connection, mailing)
    by_links = {email: f"has used a link of it ({source})" for email, source in used.items()}
    _count_as_sent(engine, mailing, by_links, by=by)
    log, by_logs = _read_evidence(engine, mailing, logs, site()) if logs else (None, {})
    _count_as_sent(engine, mailing, by_logs, by=by)
    by_word = _settle_by_word(engine, mailing, said, to=to, by=by, why=why) if said else 0
    with reading(engine) as connection:
        left = list(delivery_records(connection, mailing, state=DeliveryState.UNKNOWN))
    return Settlement(left, by_links, by_logs, log, by_word)


def _leave_unknown(engine: Engine, mailing: int, *, seen_from: str) -> None:
    """Call unknown from now on what a sender that is gone left open."""
    with engine.begin() as connection:
        find_mailing(connection, mailing)
        recover(connection, mailing, seen_from=seen_from, now=int(time.time()))


def _read_evidence(
    engine: Engine, mailing: int, logs: Sequence[Path], site: Site
) -> tuple[LogsRead | None, Mapping[str, str]]:
    """Find what the relay's logs prove.

    They are read in no transaction: an enormous log takes minutes, and readers must be able to leave meanwhile.
    """
    with reading(engine) as connection:
        message_id = message_ids(connection, mailing, site=site)
        unknown = {
            message_id(record): record.email
            for record in delivery_records(connection, mailing, state=DeliveryState.UNKNOWN)
        }
    if not unknown:
        return None, {}
    evidence = read_logs(logs, wanted=unknown)
    words = {unknown[known]: f"queued by the relay as {queue_id}" for known, queue_id in evidence.taken.items()}
    return LogsRead(len(unknown), evidence.lines, evidence.queued), words


def _count_as_sent(engine: Engine, mailing: int, evidence: Mapping[str, str], *, by: str | None) -> None:
    """Settle these people's deliveries, each with the evidence for it; a sender may have come before us."""
    if not evidence:
        return
    now, event = int(time.time()), DeliveryEvent.SETTLE_ACCEPTED
    with engine.begin() as connection:
        for email, words in evidence.items():
            settle_unknown(connection, mailing, event=event, to=[email], note=note_of(by, words, ""), now=now)
    _log_settled(mailing, Settled.SENT, count=len(evidence))


def _settle_by_word(engine: Engine, mailing: int, said: Settled, *, to: Sequence[str], by: str | None, why: str) -> int:
    is_sent = said is Settled.SENT
    event = DeliveryEvent.SETTLE_ACCEPTED if is_sent else DeliveryEvent.SETTLE_NOT_ACCEPTED
    note = note_of(by, "count as sent" if is_sent else "send again", why)
    with engine.begin() as connection:
        count = settle_unknown(connection, mailing, event=event, to=to, note=note, now=int(time.time()))
    _log_settled(mailing, said, count=count)
    return count


def _log_settled(mailing: int, said: Settled, *, count: int) -> None:
    fields = {"mailing": mailing, "counted_as": str(said), "count": count}
    log_event("deliveries.settled", "what was unknown is settled", **fields)
