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

from sqlalchemy import Connection, Engine, bindparam, case, exists, select, text, update

from composer.audience import confirmed, fold_address, mailable, suppress
from composer.database.leaving import nobody_leaves
from composer.database.schema import deliveries, leases, mailings
from composer.database.watermark import ENDED, Mark, Watermark, watermark_of
from composer.delivery.changes import LAST_ATTEMPT, change, go_on
from composer.delivery.complaint import keep_slowdowns, read_slowdowns
from composer.delivery.lease import (
    IS_LEASED,
    RENEW,
    Renewal,
    end_dead_leases,
    end_lease,
    name_sender,
    renew_lease,
    take_lease,
)
from composer.delivery.note import Note, write_note
from composer.delivery.outcome import Delivery, Outcome, Verdict
from composer.delivery.prepared import Prepared, later
from composer.delivery.reserve import Grant, Wish, forget_old, reserve
from composer.delivery.sendable import NO_TERMS, Terms, lock_sendable
from composer.delivery.slowdown import Slowdown
from composer.delivery.states import DeliveryEvent, DeliveryState, MailingState
from composer.delivery.variant import VARIANT
from composer.delivery.winner import release_held
from composer.errors import StateError

LEFT_LISTS = "has left the lists since the plan"
SUPPRESSED_SINCE = "the address has been suppressed since the plan"
LEFT_OPEN = "the sender stopped before the relay's answer was recorded"


_IN_HAND = (DeliveryState.PENDING, DeliveryState.OFFERED)
_in_ids = deliveries.c.id.in_(bindparam("ids", expanding=True))
_of_mailing = deliveries.c.mailing_id == bindparam("mailing")
# A sender that came after we looked for the newest may not be seen in ``leases`` yet, although its rows are.
_is_abandoned = ~IS_LEASED & (deliveries.c.epoch <= bindparam("newest"))

_SUPPRESS = change(DeliveryState.PENDING, DeliveryEvent.SUPPRESS).where(_in_ids).returning(deliveries.c.id)
_LEAVE_UNKNOWN = (
    change(DeliveryState.OFFERED, DeliveryEvent.LOSE).where(_of_mailing, _is_abandoned).values(text=LEFT_OPEN)
)
_MARK = update(deliveries).where(_in_ids).values(epoch=later("held"))
# PostgreSQL plans by what its tables were like when it last looked, which is a minute ago at best. A mailing that was
# planned since looks empty to it, and it reads all of a list for every commit: fifty milliseconds at 20,000 people.
_TAKE_STOCK = text("ANALYZE deliveries, subscribers, subscriptions, suppressions")
# Outcome.state has taken the new state from the table.
_RECORD = (
    update(deliveries)
    .where(
        deliveries.c.id == later("delivery"),
        deliveries.c.state == DeliveryState.OFFERED,
        deliveries.c.epoch == later("held"),
    )
    .values({name: later(f"new_{name}") for name in ("state", "next_attempt_at", "updated_at", *LAST_ATTEMPT)})
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
        self._holder = holder
        self._epoch = epoch
        # In a SELECT of its own, so that PostgreSQL asks it of each delivery: it would read the whole list for a dozen.
        wanted = select(mailable(deliveries.c.subscriber_id, lists)).scalar_subquery()
        why = case((confirmed(deliveries.c.subscriber_id, lists), SUPPRESSED_SINCE), else_=LEFT_LISTS)
        # The reply of an earlier attempt stays in the history; here it would speak of something else.
        self._suppress = _SUPPRESS.values(text=why, code=None, enhanced=None)
        self._watermark = watermark
        self._renewal = Prepared(RENEW, connection.dialect)
        asking = RENEW.returning(nobody_leaves()) if self._is_shared else RENEW
        self._renewal_before_offers = Prepared(asking, connection.dialect)
        self._record = Prepared(_RECORD, connection.dialect)
        self._offer = (
            change(DeliveryState.PENDING, DeliveryEvent.OFFER)
            .where(wanted)
            .values(attempts=deliveries.c.attempts + 1, epoch=epoch)
            .returning(deliveries.c.id)
        )
        self._offers: dict[int, Prepared] = {}  # by the number of intents
        self._next = (
            select(
                deliveries.c.id,
                deliveries.c.subscriber_id,
                deliveries.c.email,
                deliveries.c.language,
                deliveries.c.fields,
                deliveries.c.attempts + 1,
                VARIANT,
                wanted,
            )
            # As a range of states, because only the index by state has that in order; by the id alone, PostgreSQL would
            # pass by all that is sent already, for as long as it believes that most is pending.
            .where(_of_mailing, deliveries.c.state.between(DeliveryState.PENDING, DeliveryState.PENDING))
            .order_by(deliveries.c.state, deliveries.c.id)
            .limit(bindparam("at_most"))
        )
        if self._is_shared:
            is_mine = deliveries.c.epoch == epoch
            self._next = self._next.where(is_mine | _is_abandoned).with_for_update(skip_locked=True, of=deliveries)

        self._others = select(
            exists().where(leases.c.mailing_id == mailing, leases.c.epoch != epoch)
            & exists().where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_(_IN_HAND))
        )

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
        self._watermark.rise(self._mailing, Mark(self._epoch, renewal.commits))
        return verdicts

    def claim(
        self, *, in_hand: Collection[int], at_most: int, now: int, avoid: Collection[str] = ()
    ) -> Sequence[Delivery]:
        """The next deliveries to send, those due for a retry among them; ``in_hand`` are claimed already.

        Those to the domains to ``avoid`` are left for later.

        People who have left since the plan are suppressed on the way. If we alone send, a claim is not written
        down: the lease makes it ours, and if we die it never was. Where several do, it is our epoch in the pending
        row, which counts as long as our lease; and each looks after what a dead one has left open.
        """
        with self._connection.begin():
            renewal = self._renew(now)
            if renewal.decided is not MailingState.SENDING:
                return ()
            self._return_due(now)
            query = self._next.where(
                *(~deliveries.c.email.iendswith(f"@{domain}", autoescape=True) for domain in avoid)
            )
            asked = {"mailing": self._mailing, "at_most": at_most + len(in_hand), "newest": renewal.newest}

            def page() -> Sequence[Any]:
                return [row for row in self._connection.execute(query, asked) if row[0] not in in_hand][:at_most]

            rows = page()
            # The rest of a subject test waits for its winner, and is let go when it is needed.
            if len(rows) < at_most and release_held(self._connection, self._mailing, at_most=at_most, now=now):
                rows = page()
            if self._is_shared:
                self._share([row[0] for row in rows], renewal, now)
            if gone := [row[0] for row in rows if not row[-1]]:
                self._connection.execute(self._suppress, {"ids": gone, "now": now})
            return [Delivery(*row[:-1]) for row in rows if row[-1]]

    def reserve(self, wishes: Sequence[Wish], *, now: int) -> Sequence[Grant]:
        """Take from limits that all mailings share; on disk when this returns. See ``reserve.py``."""
        sender = name_sender(self._mailing, self._epoch)
        with self._connection.begin():
            return reserve(self._connection, wishes, sender=sender, now=now)

    def keep_slowdowns(self, slowdowns: Mapping[str, Slowdown], *, now: int) -> None:
        """Write down what the other side has complained of."""
        with self._connection.begin():
            keep_slowdowns(self._connection, slowdowns, now=now)

    def slowdowns(self, *, now: float) -> Mapping[str, Slowdown]:
        """What all senders have heard."""
        with self._connection.begin():
            return read_slowdowns(self._connection, now=now)

    def note(self, note: Note, *, now: int) -> None:
        """Write down what governs the pace."""
        with self._connection.begin():
            write_note(self._connection, self._mailing, note, epoch=self._epoch, now=now)

    def renew(self, *, now: int) -> None:
        """Show that we are alive. Raises LeaseLost."""
        with self._connection.begin():
            self._renew(now)

    def next_retry_at(self, *, now: int) -> int | None:
        """When there is something to claim again at the earliest; None if there will not be.

        The first deferred delivery is due then; or at once, while other senders have some in hand: they may die.
        """
        first = (
            select(deliveries.c.next_attempt_at)
            .where(deliveries.c.mailing_id == self._mailing, deliveries.c.state == DeliveryState.DEFERRED)
            .order_by(deliveries.c.next_attempt_at)
            .limit(1)
        )
        with self._connection.begin():
            due: int | None = self._connection.scalar(first)
            return now + 1 if self._is_shared and self._connection.scalar(self._others) else due

    def close(self) -> None:
        """Give the lease back."""
        with self._connection.begin():
            end_lease(self._connection, mailing=self._mailing, epoch=self._epoch)
        self._watermark.rise(self._mailing, Mark(self._epoch, ENDED))

    def _renew(self, now: int, *, offers: bool = False) -> Renewal:
        renew = self._renewal_before_offers if offers else self._renewal
        renewal = renew_lease(self._connection, renew, mailing=self._mailing, epoch=self._epoch, now=now)
        self.decided = renewal.decided
        return renewal

    def _share(self, claimed: Sequence[int], renewal: Renewal, now: int) -> None:
        """Tell the other senders what is ours; with nothing left to claim, see whether one of them has died."""
        if claimed:
            self._connection.execute(_MARK, {"ids": claimed, "held": self._epoch})
            return
        end_dead_leases(self._connection, mailing=self._mailing, seen_from=self._holder, now=now)
        abandoned = {"mailing": self._mailing, "newest": renewal.newest, "now": now}
        self._connection.execute(_LEAVE_UNKNOWN, abandoned)

    def _record_all(self, outcomes: Sequence[Outcome], now: int) -> None:
        rows = [_as_row(outcome, held=self._epoch, now=now) for outcome in outcomes]
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

    def _offer_for(self, size: int) -> Prepared:
        if size not in self._offers:
            ids = [later(f"id{place}") for place in range(size)]
            self._offers[size] = Prepared(self._offer.where(deliveries.c.id.in_(ids)), self._connection.dialect)
        return self._offers[size]

    def _return_due(self, now: int) -> None:
        """deferred → pending for those whose time has come; their last attempt moves to the history."""
        is_due = (deliveries.c.mailing_id == self._mailing) & (deliveries.c.next_attempt_at <= now)
        go_on(self._connection, DeliveryState.DEFERRED, DeliveryEvent.RETURN, is_due, now=now, wait=False)


@contextmanager
def hold_ledger(
    engine: Engine, *, mailing: int, holder: str, clock: Callable[[], float], terms: Terms = NO_TERMS
) -> Iterator[Ledger]:
    """The ledger on a connection of its own; the lease is given back at an orderly end. Raises as ``open_ledger``."""
    with engine.connect() as connection:
        ledger = open_ledger(connection, mailing=mailing, holder=holder, now=int(clock()), terms=terms)
        yield ledger
        ledger.close()


def open_ledger(connection: Connection, *, mailing: int, holder: str, now: int, terms: Terms = NO_TERMS) -> Ledger:
    """Take a lease, then turn what dead senders left open into ``unknown``, in one transaction.

    Raises MailingError if there is no such mailing, or somebody sends it where only one can; StateError if it may
    not be sent.
    """
    with connection.begin():
        row = lock_sendable(connection, mailing, terms=terms, now=now)
        epoch = take_lease(connection, mailing=mailing, holder=holder, now=now)
        left = connection.execute(_LEAVE_UNKNOWN, {"mailing": mailing, "newest": epoch, "now": now}).rowcount
        forget_old(connection, now=now)
        if row.state == MailingState.PLANNED:
            # The Date of all its messages is when the sending began; from here on it never changes.
            begun = {"state": MailingState.SENDING, "sent_as": now, "updated_at": now}
            connection.execute(update(mailings).where(mailings.c.id == mailing).values(begun))
        watermark = watermark_of(connection)
    watermark.begin(mailing, Mark(epoch, 0))
    if row.state == MailingState.PLANNED and connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(_TAKE_STOCK)
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
    return connection.execute(_LEAVE_UNKNOWN, {"mailing": mailing, "newest": newest or 0, "now": now}).rowcount


def _as_row(outcome: Outcome, *, held: int, now: int) -> dict[str, Any]:
    state = outcome.state
    return {
        "delivery": outcome.delivery,
        "held": held,
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
