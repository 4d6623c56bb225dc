"""The ledger: a row for every delivery, and the only code that changes their states while a mailing is sent.

What enters are intents ("may the final dot of this one leave?") and outcomes; what leaves are verdicts. One
call of ``settle`` is one durable transaction:

1. the lease is renewed, with its epoch in the condition (``lease.py``); LeaseLost if another sender ended it;
   the same statement tells whether a person has paused or cancelled the mailing;
2. outcomes are written: ``offered`` with our epoch → accepted, deferred, refused, unknown, expired;
3. intents: ``pending``, and the person still wants the mail → ``offered`` with our epoch; the others are told why not.

So a delivery is ``offered`` on disk before its dot, its connection's previous outcome is on disk with it, and
whatever dies, at most one delivery per open connection is left ``offered``. Another sender ends the dead one's lease,
and turns those into ``unknown``, never into ``pending``.

Both states of every UPDATE, the one in its WHERE and the one that it SETs, are read from the table in ``states``, so a
change that the table does not have cannot be written. Blocking; ``GroupCommit`` runs it in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, select, text, update

from composer.address import fold_address
from composer.audience import suppress
from composer.database.leaving import shared_leaving_lock
from composer.database.schema import deliveries, mailings
from composer.database.watermark import ENDED, SendingProgress, Watermark, watermark_of
from composer.delivery.ledger.backoffs import correct_future_backoffs, keep_backoffs, read_backoffs
from composer.delivery.ledger.claim import Claims, leave_unknown, still_wanted, suppress_unwanted
from composer.delivery.ledger.lease import (
    RENEW,
    Renewal,
    acquire_lease,
    end_dead_leases,
    release_lease,
    renew_lease,
    sender_name,
)
from composer.delivery.ledger.pace_reports import write_pace_report
from composer.delivery.ledger.prepared import PreparedStatement, parameter
from composer.delivery.ledger.sendable import NO_TERMS, SendTerms, lock_sendable
from composer.delivery.ledger.shared_limits import forget_old, grant_requests
from composer.delivery.ledger.transitions import LAST_ATTEMPT, transition
from composer.delivery.limits.backoff import Backoff
from composer.delivery.limits.grants import Grant, GrantRequest
from composer.delivery.limits.outlook import PaceReport
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingState
from composer.errors import StateError

# PostgreSQL plans by what its tables were like when it last looked, which is a minute ago at best. A mailing that was
# planned since looks empty to it, and it reads all of a list for every commit: fifty milliseconds at 20,000 people.
_REFRESH_STATISTICS = text("ANALYZE deliveries, subscribers, subscriptions, suppressions")
# Outcome.state has taken the new state from the table.
_RECORD = (
    update(deliveries)
    .where(
        deliveries.c.id == parameter("delivery"),
        deliveries.c.state == DeliveryState.OFFERED,
        deliveries.c.epoch == parameter("epoch"),
    )
    .values({name: parameter(f"new_{name}") for name in ("state", "next_attempt_at", "updated_at", *LAST_ATTEMPT)})
)


class Ledger:
    """One mailing's deliveries, in the hands of the sender that holds its lease. Made by ``open_ledger``.

    ``left_unknown`` is the number of deliveries that an earlier sender left open.
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
    ) -> None:
        self.left_unknown = left_unknown
        self.decided = MailingState.SENDING
        """What a person has decided about the mailing, as of the last transaction; it is offered only if "sending"."""
        self._connection = connection
        self._is_shared = connection.dialect.name != "sqlite"
        self._mailing = mailing
        self._epoch = epoch
        self._claims = Claims(connection, mailing=mailing, holder=holder, epoch=epoch, lists=lists)
        self._suppress = suppress_unwanted(lists)
        self._watermark = watermark
        self._renewal = PreparedStatement(RENEW, connection.dialect)
        asking = RENEW.returning(shared_leaving_lock()) if self._is_shared else RENEW
        self._renewal_before_offers = PreparedStatement(asking, connection.dialect)
        self._record = PreparedStatement(_RECORD, connection.dialect)
        self._offer = (
            transition(DeliveryState.PENDING, DeliveryEvent.OFFER)
            .where(still_wanted(lists))
            .values(attempts=deliveries.c.attempts + 1, epoch=epoch)
            .returning(deliveries.c.id)
        )
        self._offer_statements: dict[int, PreparedStatement] = {}  # by the number of intents

    def settle(self, outcomes: Sequence[Outcome], intents: Sequence[int], *, now: int) -> Mapping[int, Verdict]:
        """Write outcomes and intents in one durable transaction; gives the verdict on each intent, by delivery id.

        Raises LeaseLost or DatabaseError; then nothing of it counts, and no dot may leave.
        """
        with self._connection.begin():
            renewal = self._renew(now, offers=bool(intents))
            if outcomes:
                self._record_all(outcomes, now)
            if renewal.decided is MailingState.SENDING:
                verdicts = self._offer_all(intents, now) if intents else {}
            else:
                verdicts = dict.fromkeys(intents, Verdict.TAKEN)
        self._watermark.raise_to(self._mailing, SendingProgress(self._epoch, renewal.commits))
        return verdicts

    def claim(
        self, *, in_hand: Collection[int], at_most: int, now: int, avoid: Collection[str] = ()
    ) -> Sequence[Delivery]:
        """The next deliveries to send, those due for a retry among them; none while a person has it paused.

        ``in_hand`` are claimed already; those to the domains to ``avoid`` are left for later. See ``claim.py``.
        """
        with self._connection.begin():
            renewal = self._renew(now)
            if renewal.decided is not MailingState.SENDING:
                return ()
            return self._claims.next_page(renewal, in_hand=in_hand, at_most=at_most, avoid=avoid, now=now)

    def grant(self, requests: Sequence[GrantRequest], *, now: int) -> Sequence[Grant]:
        """Take from limits that all mailings share; on disk when this returns. See ``shared_limits.py``."""
        sender = sender_name(self._mailing, self._epoch)
        with self._connection.begin():
            return grant_requests(self._connection, requests, sender=sender, now=now)

    def keep_backoffs(self, backoffs: Mapping[str, Backoff], *, now: int) -> None:
        """Write down that the other side has asked for less."""
        with self._connection.begin():
            keep_backoffs(self._connection, backoffs, now=now)

    def backoffs(self, *, now: float) -> Mapping[str, Backoff]:
        """What all senders have heard."""
        with self._connection.begin():
            correct_future_backoffs(self._connection, now=now)
            return read_backoffs(self._connection, now=now)

    def report_pace(self, report: PaceReport, *, now: int) -> None:
        """Write down what governs the pace."""
        with self._connection.begin():
            write_pace_report(self._connection, self._mailing, report, epoch=self._epoch, now=now)

    def renew(self, *, now: int) -> None:
        """Show that we are alive. Raises LeaseLost."""
        with self._connection.begin():
            self._renew(now)

    def next_retry_at(self, *, now: int) -> int | None:
        """When there is something to claim again at the earliest; None if there will not be. See ``claim.py``."""
        with self._connection.begin():
            return self._claims.next_claim_at(now)

    def close(self) -> None:
        """Give the lease back."""
        with self._connection.begin():
            release_lease(self._connection, mailing=self._mailing, epoch=self._epoch)
        self._watermark.raise_to(self._mailing, SendingProgress(self._epoch, ENDED))

    def _renew(self, now: int, *, offers: bool = False) -> Renewal:
        renew = self._renewal_before_offers if offers else self._renewal
        renewal = renew_lease(self._connection, renew, mailing=self._mailing, epoch=self._epoch, now=now)
        self.decided = renewal.decided
        return renewal

    def _record_all(self, outcomes: Sequence[Outcome], now: int) -> None:
        rows = [_as_row(outcome, epoch=self._epoch, now=now) for outcome in outcomes]
        written = self._record.run_many(self._connection, rows).rowcount
        if written != len(outcomes):
            raise StateError(f"{len(outcomes)} outcomes, but {written} deliveries that we had offered")
        dead = [(*outcome.dead_address, outcome.text) for outcome in outcomes if outcome.dead_address]
        # In one order, so that the senders of two mailings cannot wait for each other.
        for email, reason, reply in sorted(dead, key=lambda one: fold_address(one[0])):
            suppress(self._connection, email, reason=reason, source=f"mailing {self._mailing}: {reply}", now=now)

    def _offer_all(self, intents: Sequence[int], now: int) -> Mapping[int, Verdict]:
        asked = {f"id{place}": delivery for place, delivery in enumerate(intents)}
        offered = self._offer_for(len(intents)).run(self._connection, {**asked, "now": now})
        verdicts = {delivery: Verdict.GO for (delivery,) in offered}
        if len(verdicts) < len(intents):
            rest = [delivery for delivery in intents if delivery not in verdicts]
            suppressed = set(self._connection.scalars(self._suppress, {"ids": rest, "now": now}))
            verdicts |= {one: Verdict.SUPPRESSED if one in suppressed else Verdict.TAKEN for one in rest}
        return verdicts

    def _offer_for(self, size: int) -> PreparedStatement:
        if size not in self._offer_statements:
            ids = [parameter(f"id{place}") for place in range(size)]
            self._offer_statements[size] = PreparedStatement(
                self._offer.where(deliveries.c.id.in_(ids)), self._connection.dialect
            )
        return self._offer_statements[size]


@contextmanager
def hold_ledger(
    engine: Engine, *, mailing: int, holder: str, clock: Callable[[], float], terms: SendTerms = NO_TERMS
) -> Iterator[Ledger]:
    """The ledger on a connection of its own; the lease is given back at an orderly end. Raises as ``open_ledger``."""
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder, now=int(clock()), terms=terms)
        yield ledger
        ledger.close()


def open_ledger(connection: Connection, *, mailing: int, holder: str, now: int, terms: SendTerms = NO_TERMS) -> Ledger:
    """Take a lease, then turn what dead senders left open into ``unknown``, in one transaction.

    Raises MailingError if there is no such mailing, or somebody sends it where only one can; StateError if it may
    not be sent.
    """
    with connection.begin():
        row = lock_sendable(connection, mailing, terms=terms, now=now)
        epoch = acquire_lease(connection, mailing=mailing, holder=holder, now=now)
        left = leave_unknown(connection, mailing, newest=epoch, now=now)
        forget_old(connection, now=now)
        if row.state == MailingState.PLANNED:
            # The Date of all its messages is when the sending began; from here on it never changes.
            begun = {"state": MailingState.SENDING, "sent_as": now, "updated_at": now}
            connection.execute(update(mailings).where(mailings.c.id == mailing).values(begun))
        watermark = watermark_of(connection)
    watermark.begin(mailing, SendingProgress(epoch, 0))
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
    )


def recover(connection: Connection, mailing: int, *, seen_from: str, now: int) -> int:
    """Without sending: what dead senders left open becomes ``unknown``; how many. ``seen_from`` as ``holder``."""
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
