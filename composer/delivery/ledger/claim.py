"""What a sender of a mailing takes next: pages of its pending deliveries, and what dead senders have left open.

On SQLite only one process sends, so a claim is not written down: the lease makes the pending deliveries ours, and if we
die they are simply pending. On PostgreSQL several send at once, and a claim is our epoch, written into the pending row;
it counts as long as our lease. Rows that another sender has locked are skipped. A sender that finds nothing more to
claim ends the leases of dead senders, and turns what these had offered into ``unknown``.

Everything happens within the caller's transaction, in which the lease has been renewed. Never: offers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, Update, bindparam, case, exists, select, update

from composer.audience import confirmed, mailable
from composer.database.schema import deliveries, leases, mailings, subscribers
from composer.delivery.ledger.doubt_rows import is_to
from composer.delivery.ledger.lease import IS_LEASED, Renewal, end_dead_leases, note_progress
from composer.delivery.ledger.prepared import parameter
from composer.delivery.ledger.transitions import advance_deliveries, transition
from composer.delivery.outcome import Delivery
from composer.delivery.states import DeliveryEvent, DeliveryState
from composer.delivery.variant import VARIANT_OF_DELIVERY

LEFT_LISTS = "has left the lists since the plan"
ERASED_SINCE = "has been erased since the plan"
MERGED_SINCE = "has been merged into another person since the plan"
SUPPRESSED_SINCE = "the address has been suppressed since the plan"
LEFT_OPEN = "the sender stopped before the relay's answer was recorded"

_IN_HAND = (DeliveryState.PENDING, DeliveryState.OFFERED)
_in_ids = deliveries.c.id.in_(bindparam("ids", expanding=True))
_of_mailing = deliveries.c.mailing_id == bindparam("mailing")
# A sender that began after we read the newest epoch may have written rows before we can see its lease.
_is_abandoned = ~IS_LEASED & (deliveries.c.epoch <= bindparam("newest"))

_SUPPRESS = transition(DeliveryState.PENDING, DeliveryEvent.SUPPRESS).where(_in_ids).returning(deliveries.c.id)
_LEAVE_UNKNOWN = (
    transition(DeliveryState.OFFERED, DeliveryEvent.LOSE).where(_of_mailing, _is_abandoned).values(text=LEFT_OPEN)
)
_MARK_AS_OURS = update(deliveries).where(_in_ids).values(epoch=parameter("new_epoch"))


def still_wanted(lists: Sequence[int]) -> ScalarSelect[bool]:
    """SQL that tells, for a row of ``deliveries``, whether the person is still on one of the lists and not suppressed.

    It is a SELECT of its own, so that PostgreSQL evaluates it for each delivery; joined, it would read a whole list to
    answer for a dozen people.
    """
    return select(mailable(deliveries.c.subscriber_id, lists)).scalar_subquery()


def suppress_unwanted(lists: Sequence[int]) -> Update:
    """Build an UPDATE that suppresses the pending deliveries among ``ids`` and returns their ids.

    It is run, with ``ids`` and ``now``, for people who have left the lists or are suppressed since the plan.
    """
    is_merged = exists().where(subscribers.c.id == deliveries.c.subscriber_id, subscribers.c.merged_into.is_not(None))
    why = case(
        (deliveries.c.email == "", ERASED_SINCE),
        (is_merged, MERGED_SINCE),
        (confirmed(deliveries.c.subscriber_id, lists), SUPPRESSED_SINCE),
        else_=LEFT_LISTS,
    )
    # The reply to an earlier attempt stays in the history; beside this reason it would be misleading.
    return _SUPPRESS.values(text=why, code=None, enhanced=None)


def leave_unknown(connection: Connection, mailing: int, *, newest: int, now: int) -> int:
    """Turn what dead senders have left offered into ``unknown``, and return how many deliveries that are.

    A sender is dead if it has no lease any more; those with a higher epoch than ``newest`` are not looked at.
    """
    left = connection.execute(_LEAVE_UNKNOWN, {"mailing": mailing, "newest": newest, "now": now}).rowcount
    if left:
        note_progress(connection, mailing, now)
    return left


class Claims:
    """Claims deliveries for one sender. ``lists`` are the ids of the lists that the mailing goes to."""

    def __init__(self, connection: Connection, *, mailing: int, holder: str, epoch: int, lists: Sequence[int]) -> None:
        self._connection = connection
        self._is_shared = connection.dialect.name != "sqlite"
        self._mailing = mailing
        self._holder = holder
        self._epoch = epoch
        self._suppress = suppress_unwanted(lists)
        self._claimable = _claimable(lists, epoch=epoch, is_shared=self._is_shared)
        self._newest = epoch
        self._avoided: frozenset[str] = frozenset()
        self._from_id = 0  # what is pending below it, and not in hand, was avoided

    def next_page(
        self, renewal: Renewal, *, in_hand: Collection[int], at_most: int, avoid: Collection[str], now: int
    ) -> Sequence[Delivery]:
        """Claim the next deliveries, except those ``in_hand`` and those to the domains to ``avoid``.

        Deliveries that are due for a retry become pending first. Deliveries to people who have left since the plan are
        suppressed, and are not among those returned.
        """
        self._newest = renewal.newest
        self._return_due(now)
        rows = self._read_page(in_hand, at_most, avoid)
        # Once a subject test has its winner, the held deliveries are released as they are needed.
        if len(rows) < at_most and release_held(self._connection, self._mailing, at_most=at_most, now=now):
            rows = self._read_page(in_hand, at_most, avoid)
        if self._is_shared and rows:
            self._mark_as_ours([row.id for row in rows])
        elif self._is_shared:
            self._look_for_dead_senders(renewal, now)
        if unwanted := [row.id for row in rows if not row.is_wanted]:
            self._connection.execute(self._suppress, {"ids": unwanted, "now": now})
            note_progress(self._connection, self._mailing, now)
        return [Delivery._make(row[:-1]) for row in rows if row.is_wanted]

    def _read_page(self, in_hand: Collection[int], at_most: int, avoid: Collection[str]) -> Sequence[Any]:
        """Read the next rows. Where domains are avoided, those that were passed over are not read for every page."""
        if self._avoided != frozenset(avoid):
            self._avoided, self._from_id = frozenset(avoid), 0
        query = self._claimable.where(*(~is_to([domain]) for domain in avoid))
        asked = {"mailing": self._mailing, "at_most": at_most + len(in_hand), "newest": self._newest}
        from_id = deliveries.c.id >= self._from_id
        found = self._connection.execute(query.where(from_id) if self._from_id else query, asked).all()
        if self._from_id and len(found) < at_most + len(in_hand):
            found = self._connection.execute(query, asked).all()
        self._from_id = found[0].id if avoid and found else 0
        return [row for row in found if row.id not in in_hand][:at_most]

    def next_claim_at(self, now: int, avoid: Collection[str] = ()) -> int | None:
        """When there may be something to claim again, in Unix seconds; None if there will be nothing.

        Nobody at the domains to ``avoid`` counts.

        That is when the first deferred delivery is due. It is now as long as anything is pending that nobody has: of
        the last page everybody may have left. While other senders have deliveries in hand it is in a second, because
        they may die and leave theirs to us.
        """
        any_claimable = _any_claimable(self._epoch, is_shared=self._is_shared, avoid=avoid)
        if self._connection.scalar(any_claimable, {"mailing": self._mailing, "newest": self._newest}):
            return now
        due: int | None = self._connection.scalar(
            select(deliveries.c.next_attempt_at)
            .where(deliveries.c.mailing_id == self._mailing, deliveries.c.state == DeliveryState.DEFERRED)
            .order_by(deliveries.c.next_attempt_at)
            .limit(1)
        )
        return now + 1 if self._is_shared and self._others_are_busy(avoid) else due

    def _others_are_busy(self, avoid: Collection[str]) -> bool:
        others = exists().where(leases.c.mailing_id == self._mailing, leases.c.epoch != self._epoch)
        in_hand = exists().where(deliveries.c.mailing_id == self._mailing, deliveries.c.state.in_(_IN_HAND))
        in_hand = in_hand.where(*(~is_to([domain]) for domain in avoid))
        return bool(self._connection.scalar(select(others & in_hand)))

    def _mark_as_ours(self, claimed: Sequence[int]) -> None:
        self._connection.execute(_MARK_AS_OURS, {"ids": claimed, "new_epoch": self._epoch})

    def _look_for_dead_senders(self, renewal: Renewal, now: int) -> None:
        """End the leases of dead senders, so that the next claim finds what they had claimed."""
        end_dead_leases(self._connection, mailing=self._mailing, seen_from=self._holder, now=now)
        leave_unknown(self._connection, self._mailing, newest=renewal.newest, now=now)

    def _return_due(self, now: int) -> None:
        """Make deferred deliveries pending whose time has come. Their last attempt moves to the history."""
        is_due = (deliveries.c.mailing_id == self._mailing) & (deliveries.c.next_attempt_at <= now)
        advance_deliveries(self._connection, DeliveryState.DEFERRED, DeliveryEvent.RETURN, is_due, now=now, wait=False)


def _claimable(lists: Sequence[int], *, epoch: int, is_shared: bool) -> Select[Any]:
    """Build the query for pending deliveries that we may claim: the columns of a Delivery, and ``is_wanted``."""
    query = (
        select(
            deliveries.c.id,
            deliveries.c.subscriber_id,
            deliveries.c.email,
            deliveries.c.language,
            deliveries.c.fields,
            deliveries.c.attempts + 1,
            VARIANT_OF_DELIVERY,
            deliveries.c.uncounted_attempts,
            still_wanted(lists).label("is_wanted"),
        )
        # The state is given as a range and sorted by, so that PostgreSQL reads the index on state and id. Asked to sort
        # by id alone, it may walk over everything that is sent already, as long as it believes that most is pending.
        .where(_of_mailing, deliveries.c.state.between(DeliveryState.PENDING, DeliveryState.PENDING))
        .order_by(deliveries.c.state, deliveries.c.id)
        .limit(bindparam("at_most"))
    )
    if is_shared:
        query = query.where(_is_ours_or_nobodys(epoch)).with_for_update(skip_locked=True, of=deliveries)
    return query


def _any_claimable(epoch: int, *, is_shared: bool, avoid: Collection[str]) -> Select[Any]:
    """Build the query that tells whether anything is pending that we may claim, locked at this moment or not."""
    is_pending = exists().where(_of_mailing, deliveries.c.state == DeliveryState.PENDING)
    is_pending = is_pending.where(*(~is_to([domain]) for domain in avoid))
    has_winner = exists().where(mailings.c.id == bindparam("mailing"), mailings.c.winner.is_not(None))
    is_held = exists().where(_of_mailing, deliveries.c.state == DeliveryState.HELD)
    return select((is_pending.where(_is_ours_or_nobodys(epoch)) if is_shared else is_pending) | (has_winner & is_held))


def _is_ours_or_nobodys(epoch: int) -> ColumnElement[bool]:
    return (deliveries.c.epoch == epoch) | _is_abandoned


def release_held(connection: Connection, mailing: int, *, at_most: int, now: int) -> int:
    """Make up to ``at_most`` held deliveries pending, if the subject test has its winner, and return how many."""
    page = (
        select(deliveries.c.id)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(
            deliveries.c.mailing_id == mailing,
            deliveries.c.state == DeliveryState.HELD,
            mailings.c.winner.is_not(None),
        )
        .order_by(deliveries.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    ids = connection.scalars(page).all()
    if ids:
        release = transition(DeliveryState.HELD, DeliveryEvent.RELEASE).where(deliveries.c.id.in_(ids))
        connection.execute(release, {"now": now})
    return len(ids)
