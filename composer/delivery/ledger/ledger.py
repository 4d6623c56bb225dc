"""The ledger: a row for every delivery, and the only code that changes their states while a mailing is sent.

What enters are intents ("may the final dot of this message leave?") and outcomes; what leaves are verdicts. One
call of ``settle`` is one durable transaction:

1. the lease is renewed, with its epoch in the condition (``lease.py``), which raises LeaseLost if another sender has
   ended it. The same statement tells whether a person has paused or cancelled the mailing;
2. outcomes are written: ``offered`` with our epoch → accepted, deferred, refused, unknown or expired. What was refused
   is in doubt until it is known whom that is about, and may be given back, ``refused`` → ``pending`` (``doubts.py``);
3. intents are written: ``pending`` → ``offered`` with our epoch, if the person still wants the mail. For the others the
   verdict says why they may not be sent.

So a delivery is ``offered`` on disk before its final dot leaves, and the previous outcome of its connection is on disk
with it. Whatever dies, at most one delivery per open connection is left ``offered``. Another sender then ends the dead
one's lease, and turns these deliveries into ``unknown``, never into ``pending``.

Both states of every UPDATE, the one in its WHERE and the one that it SETs, come from the table in
``delivery/states.py``, so a change that the table does not have cannot be written. All calls block; ``GroupCommit``
makes them in a thread of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, select, text, update

from composer.database.leaving import shared_leaving_lock
from composer.database.schema import deliveries, mailings
from composer.database.sender_session import SenderSession
from composer.database.watermark import ENDED, SendingProgress, Watermark, watermark_of
from composer.delivery.ledger.backoffs import correct_future_backoffs, keep_backoffs, read_backoffs
from composer.delivery.ledger.claim import Claims, leave_unknown, still_wanted, suppress_unwanted
from composer.delivery.ledger.doubts import Doubts, RelayRuling
from composer.delivery.ledger.lease import (
    RENEW,
    Renewal,
    acquire_lease,
    end_dead_leases,
    note_progress,
    release_lease,
    renew_lease,
    sender_name,
)
from composer.delivery.ledger.pace_reports import write_pace_report
from composer.delivery.ledger.prepared import PreparedStatement, parameter
from composer.delivery.ledger.sendable import NO_TERMS, SendTerms, lock_sendable
from composer.delivery.ledger.shared_limits import forget_old, grant_requests
from composer.delivery.ledger.stops import StoppedNow
from composer.delivery.ledger.transitions import LAST_ATTEMPT, transition
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingState
from composer.errors import StateError

_log = logging.getLogger("composer.delivery")

# PostgreSQL plans its queries by statistics that are a minute old at best. A mailing that was planned since then looks
# empty to it, so it would read a whole list for every commit: fifty milliseconds at 20,000 people.
_REFRESH_STATISTICS = text("ANALYZE deliveries, subscribers, subscriptions, suppressions")
# The new state is Outcome.state, which takes it from the table of states.
_RECORD = (
    update(deliveries)
    .where(
        deliveries.c.id == parameter("delivery"),
        deliveries.c.state == DeliveryState.OFFERED,
        deliveries.c.epoch == parameter("epoch"),
    )
    .values({name: parameter(f"new_{name}") for name in ("state", "next_attempt_at", "updated_at", *LAST_ATTEMPT)})
)
_SPARE = update(deliveries).values(uncounted_attempts=deliveries.c.uncounted_attempts + 1)


class Ledger:
    """The deliveries of one mailing, as a sender with a lease may claim and change them. ``open_ledger`` makes it.

    ``left_unknown`` is how many deliveries earlier senders left open, which are ``unknown`` now.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        mailing: int,
        holder: str,
        epoch: int,
        lists: Sequence[int],
        left_unknown: int,
        watermark: Watermark,
        session: SenderSession,
        terms: SendTerms = NO_TERMS,
    ) -> None:
        self.left_unknown = left_unknown
        self.decided = MailingState.SENDING
        """What a person has decided about the mailing, as of the last transaction. Only while it is SENDING is anything
        offered."""
        self.rulings: Sequence[RelayRuling] = ()
        """What the refusals of relays have come to in the last transaction."""
        self._connection = connection
        self._is_shared = connection.dialect.name != "sqlite"
        self._mailing = mailing
        self._epoch = epoch
        self._claims = Claims(connection, mailing=mailing, holder=holder, epoch=epoch, lists=lists)
        self._doubts = Doubts(connection, mailing=mailing, believes=terms.believes_refusals, domains=terms.domains)
        self._suppress = suppress_unwanted(lists)
        self._watermark = watermark
        self._session = session
        self._renewal = PreparedStatement(RENEW, connection.dialect)
        locking = RENEW.returning(shared_leaving_lock()) if self._is_shared else RENEW
        self._renewal_before_offers = PreparedStatement(locking, connection.dialect)
        self._record = PreparedStatement(_RECORD, connection.dialect)
        self._offer = (
            transition(DeliveryState.PENDING, DeliveryEvent.OFFER)
            .where(still_wanted(lists))
            .values(attempts=deliveries.c.attempts + 1, epoch=epoch)
            .returning(deliveries.c.id)
        )
        self._offer_statements: dict[int, PreparedStatement] = {}  # by the number of intents they have room for

    def settle(self, outcomes: Sequence[Outcome], intents: Sequence[int], *, now: int) -> Mapping[int, Verdict]:
        """Write outcomes and intents in one durable transaction, and return the verdict on each intent by delivery id.

        Raises LeaseLost or DatabaseError. Then nothing of it is written, and no final dot may leave.
        """
        rulings: Sequence[RelayRuling] = ()
        with self._connection.begin():
            renewal = self._renew(now, offers=bool(intents), comes_on=bool(outcomes))
            if outcomes:
                self._record_all(outcomes, now)
                rulings = self._doubts.weigh(outcomes, now=now)
            if renewal.decided is MailingState.SENDING:
                verdicts = self._offer_all(intents, now) if intents else {}
            else:
                verdicts = dict.fromkeys(intents, Verdict.TAKEN)
        self.rulings = rulings
        self._watermark.raise_to(self._mailing, SendingProgress(self._epoch, renewal.commits))
        return verdicts

    def claim(
        self, *, in_hand: Collection[int], at_most: int, now: int, avoid: Collection[str] = ()
    ) -> Sequence[Delivery]:
        """Claim the next deliveries to send, retries that are due among them; none while the mailing is paused.

        Those ``in_hand`` are claimed already, and those to the domains to ``avoid`` are left for later (``claim.py``).
        """
        with self._connection.begin():
            renewal = self._renew(now)
            if renewal.decided is not MailingState.SENDING:
                return ()
            return self._claims.next_page(renewal, in_hand=in_hand, at_most=at_most, avoid=avoid, now=now)

    def stopped(self) -> StoppedNow:
        """Read which relays have refused everybody in this mailing, and which have of one provider, with the words."""
        with self._connection.begin():
            return self._doubts.stopped()

    def conclude(self, *, now: int) -> Sequence[RelayRuling]:
        """Rule on the refusals that are still in doubt, as nobody is left to send to (``doubts.py``)."""
        with self._connection.begin():
            self._renew(now)
            return self._doubts.conclude(now=now)

    def grant(self, requests: Sequence[GrantRequest], *, now: int) -> Sequence[Grant]:
        """Take from limits that all mailings share. It is on disk when this returns (``shared_limits.py``)."""
        sender = sender_name(self._mailing, self._epoch)
        with self._connection.begin():
            return grant_requests(self._connection, requests, sender=sender, now=now)

    def keep_backoffs(self, backoffs: Mapping[str, Backoff], *, now: int) -> None:
        """Write down that relays or providers have asked for less (``backoffs.py``)."""
        with self._connection.begin():
            keep_backoffs(self._connection, backoffs, now=now)

    def backoffs(self, *, now: float) -> Mapping[str, Backoff]:
        """Read which relays and providers have asked any sender for less."""
        with self._connection.begin():
            correct_future_backoffs(self._connection, now=now)
            return read_backoffs(self._connection, now=now)

    def report_pace(self, report: PaceReport, *, now: int) -> None:
        """Write down what limits the pace of this sender now, for whoever looks at the status."""
        with self._connection.begin():
            write_pace_report(self._connection, self._mailing, report, epoch=self._epoch, now=now)

    def renew(self, *, now: int) -> None:
        """Renew the lease, which shows that this sender is alive. Raises LeaseLost."""
        with self._connection.begin():
            self._renew(now)

    def next_retry_at(self, *, now: int, avoid: Collection[str] = ()) -> int | None:
        """When there may be something to claim again, in Unix seconds; None if there will be nothing (``claim.py``)."""
        with self._connection.begin():
            return self._claims.next_claim_at(now, avoid)

    def close(self) -> None:
        """Give the lease back, and mark the watermark as ended."""
        with self._connection.begin():
            release_lease(self._connection, mailing=self._mailing, epoch=self._epoch)
        self._session.end()
        self._watermark.raise_to(self._mailing, SendingProgress(self._epoch, ENDED))

    def _renew(self, now: int, *, offers: bool = False, comes_on: bool = False) -> Renewal:
        renewal = renew_lease(
            self._connection,
            self._renewal_before_offers if offers else self._renewal,
            mailing=self._mailing,
            epoch=self._epoch,
            now=now,
            comes_on=comes_on,
        )
        self.decided = renewal.decided
        return renewal

    def _record_all(self, outcomes: Sequence[Outcome], now: int) -> None:
        rows = [_as_row(outcome, epoch=self._epoch, now=now) for outcome in outcomes]
        written = self._record.run_many(self._connection, rows)
        if written != len(outcomes):
            raise StateError(f"{len(outcomes)} outcomes, but {written} deliveries that we had offered")
        if uncounted := [outcome.delivery for outcome in outcomes if outcome.is_uncounted]:
            self._connection.execute(_SPARE.where(deliveries.c.id.in_(uncounted)))

    def _offer_all(self, intents: Sequence[int], now: int) -> Mapping[int, Verdict]:
        # Room for a power of two, so that few statements are compiled; the last intent stands in what is left of it.
        room = 1 << (len(intents) - 1).bit_length()
        asked = {f"id{number}": intents[min(number, len(intents) - 1)] for number in range(room)}
        offered = self._offer_statement(room).run(self._connection, {**asked, "now": now})
        verdicts = {delivery: Verdict.GO for (delivery,) in offered.rows}
        if len(verdicts) < len(intents):
            rest = [delivery for delivery in intents if delivery not in verdicts]
            suppressed = set(self._connection.scalars(self._suppress, {"ids": rest, "now": now}))
            if suppressed:
                note_progress(self._connection, self._mailing, now)
            verdicts |= {one: Verdict.SUPPRESSED if one in suppressed else Verdict.TAKEN for one in rest}
        return verdicts

    def _offer_statement(self, size: int) -> PreparedStatement:
        if size not in self._offer_statements:
            ids = [parameter(f"id{number}") for number in range(size)]
            self._offer_statements[size] = PreparedStatement(
                self._offer.where(deliveries.c.id.in_(ids)), self._connection.dialect
            )
        return self._offer_statements[size]


@contextmanager
def hold_ledger(
    engine: Engine, *, mailing: int, holder: str, clock: Callable[[], float], terms: SendTerms = NO_TERMS
) -> Iterator[Ledger]:
    """Open the ledger on a connection of its own; at an orderly end, give the lease back.

    Raises what ``open_ledger`` raises.
    """
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder, now=int(clock()), terms=terms)
        yield ledger
        ledger.close()


def open_ledger(connection: Connection, *, mailing: int, holder: str, now: int, terms: SendTerms = NO_TERMS) -> Ledger:
    """Acquire a lease, and turn what dead senders left open into ``unknown``, in one transaction.

    Raises NoSuchMailing, MailingError on SQLite if somebody is sending it already, StateError if it may not be sent.
    """
    with connection.begin():
        row = lock_sendable(connection, mailing, terms=terms, now=now)
        epoch, session = acquire_lease(connection, mailing=mailing, holder=holder, now=now)
        left = leave_unknown(connection, mailing, newest=epoch, now=now)
        forget_old(connection, now=now)
        if row.state == MailingState.PLANNED:
            # The Date header of all its messages is the time when sending began. It never changes after this.
            begun = {"state": MailingState.SENDING, "sent_as": now, "updated_at": now}
            connection.execute(update(mailings).where(mailings.c.id == mailing).values(begun))
        watermark = watermark_of(connection)
        watermark.move(connection, but=mailing)
    with connection.begin():
        watermark.put(connection)
    watermark.begin(mailing, SendingProgress(epoch, 0))
    fields = {"mailing": mailing, "epoch": epoch, "sender": holder, "left_unknown": left}
    _log.info("a sender has its lease", extra={"action": "lease.acquired", **fields})
    if row.state == MailingState.PLANNED and connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(_REFRESH_STATISTICS)
    return Ledger(
        connection,
        mailing=mailing,
        holder=holder,
        epoch=epoch,
        lists=row.list_ids,
        left_unknown=left,
        watermark=watermark,
        session=session,
        terms=terms,
    )


def recover(connection: Connection, mailing: int, *, seen_from: str, now: int) -> int:
    """Turn what dead senders left open into ``unknown`` without sending anything, and return how many those are.

    ``seen_from`` names this process as a lease's ``holder`` does.
    """
    newest = connection.scalar(select(mailings.c.epoch).where(mailings.c.id == mailing).with_for_update())
    end_dead_leases(connection, mailing=mailing, seen_from=seen_from, now=now)
    return leave_unknown(connection, mailing, newest=newest or 0, now=now)


def _as_row(outcome: Outcome, *, epoch: int, now: int) -> dict[str, Any]:
    state = outcome.state
    return {
        "delivery": outcome.delivery,
        "epoch": epoch,
        "new_state": str(state),
        "new_next_attempt_at": now + (outcome.retry_in_s or 0) if state is DeliveryState.DEFERRED else None,
        "new_updated_at": now,
        "new_relay": outcome.relay,
        "new_phase": str(outcome.phase),
        "new_code": outcome.code,
        "new_enhanced": outcome.enhanced,
        "new_text": outcome.text,
        "new_took_ms": outcome.took_ms,
    }
