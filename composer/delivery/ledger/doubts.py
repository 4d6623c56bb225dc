"""Refusals in doubt: kept from the commit that records them until it is known whether they are about the person or us.

A refusal suppresses nobody yet. Its doubt stands in a row of its own, written in the same transaction as its outcome,
so it survives a crash, and the senders of one database see the same streak (``delivery/streak.py``). What is decided
later is one transaction too:

    as said     the address is suppressed, if the reply says that it is dead
    about us    nobody is suppressed; everybody of the streak is pending again, the refused attempt stays in the history
                and is not counted against the person; the relay is marked as stopped in this mailing
    once more   the same, but the relay goes on

A message that is taken proves something only of refusals before its commands left: what was on its way when the relay
began to refuse everybody may still be taken. While a relay is stopped, what it refuses is given back at once; the first
message that it takes ends that. Acceptances cost nothing while nothing is in doubt: other senders' doubts are looked
for once a second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from composer.address import fold_address
from composer.audience import suppress
from composer.database.schema import deliveries, doubts, mailings, stopped_relays
from composer.database.upsert import upsert
from composer.delivery.judgement import About
from composer.delivery.ledger.transitions import advance_deliveries
from composer.delivery.mailing import whoever_has
from composer.delivery.outcome import Outcome
from composer.delivery.reply import in_words
from composer.delivery.states import WAITING, DeliveryEvent, DeliveryState, MailingState
from composer.delivery.streak import OUTWEIGHED, SUSPICIOUS, Doubt, Ruling, count_points, is_about_us, rule_at_the_end

GIVEN_BACK = "given back: the relay refused everybody, so the refusal was not about this address"
ONCE_MORE = "given back: refused in a row with others, so tried once more"

_LATEST = 5000
_OPEN = [str(state) for state in WAITING if state is not DeliveryState.HELD]


@dataclass(frozen=True, slots=True)
class RelayRuling:
    """What a relay's refusals have come to: how many deliveries of this mailing are pending again, and its last words.

    ``account`` names the relay's limits (``Relay.account``); ``is_stopped``: it refuses everybody.
    """

    account: str
    given_back: int
    is_stopped: bool
    reply: str


@dataclass(frozen=True, slots=True)
class _Held:
    doubt: Doubt
    mailing: int
    suppression: str | None
    reply: str
    refused_ms: int
    was_given_back: bool


class Doubts:
    """The refusals in doubt as one sender of a mailing sees and decides them, within the ledger's transactions.

    ``believes``: a person says that the relay is right, so a refusal is what it says at once.
    """

    def __init__(self, connection: Connection, *, mailing: int, believes: bool) -> None:
        self._connection = connection
        self._mailing = mailing
        self._believes = believes
        self._is_shared = connection.dialect.name != "sqlite"
        self._watched: set[str] = set()
        self._stopped: dict[str, int] = {}  # account → milliseconds of Unix time
        self._looked_at = 0
        self._suspicious: set[int] = set()  # deliveries that were part of a suspicious streak

    def stopped(self) -> Mapping[str, str]:
        """Read which relays have been stopped in this mailing: account → the words with which they refused."""
        rows = self._connection.execute(
            select(stopped_relays.c.account, stopped_relays.c.reply).where(stopped_relays.c.mailing_id == self._mailing)
        )
        return {} if self._believes else {row.account: row.reply for row in rows}

    def weigh(self, outcomes: Sequence[Outcome], *, now: int) -> Sequence[RelayRuling]:
        """Take in outcomes that have just been recorded, in their order; gives what has been decided by them."""
        if now != self._looked_at:
            self._look(now)
        told = [
            one
            for one in outcomes
            if one.event is DeliveryEvent.REFUSE
            or (self._watched and one.event is DeliveryEvent.ACCEPT and one.account in self._watched)
        ]
        if not told:
            return ()
        self._keep([one for one in told if one.event is DeliveryEvent.REFUSE])
        rulings = []
        for account in sorted({one.account for one in told}):
            ruling = self._weigh_relay(account, [one for one in told if one.account == account], now)
            rulings += [ruling] if ruling else []
        return rulings

    def conclude(self, *, now: int) -> Sequence[RelayRuling]:
        """Rule on what is left in doubt when nobody of this mailing is left to send to."""
        in_mailing = select(doubts.c.account).where(doubts.c.mailing_id == self._mailing).distinct()
        rulings = []
        for account in sorted(self._connection.scalars(in_mailing).all()):
            held = [one for one in self._held(account) if one.mailing == self._mailing]
            ruling = rule_at_the_end(
                [one.doubt for one in held], has_taken=self._has_taken(held), is_everybody=not self._is_anybody_left()
            )
            if ruling is Ruling.ABOUT_US:
                rulings.append(self._stop(account, held, now))
            elif ruling is Ruling.AS_SAID:
                self._settle(held, now)
        return rulings

    # One relay

    def _weigh_relay(self, account: str, told: Sequence[Outcome], now: int) -> RelayRuling | None:
        new = {one.delivery for one in told if one.event is DeliveryEvent.REFUSE}
        known = {one.doubt.delivery: one for one in self._held(account)}
        streak = [one for one in known.values() if one.doubt.delivery not in new]
        as_said: list[_Held] = []
        once_more: list[_Held] = []
        if self._believes:
            self._settle(list(known.values()), now)
            return None
        for outcome in told:
            if outcome.event is not DeliveryEvent.ACCEPT:
                streak += [known[outcome.delivery]] if outcome.delivery in known else []
            elif not is_about_us([one.doubt for one in streak]):
                began_ms = int(outcome.began_at * 1000)
                self._end_stop(account, began_ms)
                self._note_suspicion(streak)
                streak, said, again = _outweigh(streak, began_ms, self._suspicious)
                as_said += said
                once_more += again
        self._settle(as_said, now)
        count = self._give_back(once_more, ONCE_MORE, now)
        if account in self._stopped and streak:
            return self._stop(account, streak, now, already=count)
        if is_about_us([one.doubt for one in streak]):
            streak = self._leave_out_disproved(streak, now)
            if is_about_us([one.doubt for one in streak]):
                return self._stop(account, streak, now, already=count)
        return RelayRuling(account, count, is_stopped=False, reply="") if count else None

    def _note_suspicion(self, streak: Sequence[_Held]) -> None:
        if count_points(one.doubt for one in streak) >= SUSPICIOUS:
            self._suspicious.update(one.doubt.delivery for one in streak if not one.was_given_back)

    def _leave_out_disproved(self, streak: list[_Held], now: int) -> list[_Held]:
        """Settle what was refused before another sender's message was taken (PostgreSQL)."""
        if not self._is_shared or not (taken_ms := self._last_taken_ms(streak)):
            return streak
        before = [one for one in streak if one.refused_ms < taken_ms and one.doubt.about is not About.US]
        self._settle(before, now)
        return [one for one in streak if one not in before]

    def _stop(self, account: str, streak: Sequence[_Held], now: int, *, already: int = 0) -> RelayRuling:
        """Give everybody of the streak back, and remember that this relay refuses everybody."""
        reply = max(streak, key=lambda one: (one.refused_ms, one.doubt.delivery)).reply
        for mailing in sorted({one.mailing for one in streak}):
            people = sum(one.mailing == mailing for one in streak)
            row = {"mailing_id": mailing, "account": account, "reply": reply, "people": people, "stopped_at": now}
            written = upsert(self._connection, stopped_relays).values(row)
            self._connection.execute(
                written.on_conflict_do_update(
                    index_elements=["mailing_id", "account"],
                    set_={"people": stopped_relays.c.people + people, "reply": reply, "stopped_at": now},
                )
            )
        count = self._give_back(streak, GIVEN_BACK, now)
        self._stopped[account] = max(one.refused_ms for one in streak)
        self._watched.add(account)
        return RelayRuling(account, count + already, is_stopped=True, reply=reply)

    def _end_stop(self, account: str, began_ms: int) -> None:
        if self._stopped.get(account, began_ms) < began_ms:
            is_it = (stopped_relays.c.mailing_id == self._mailing) & (stopped_relays.c.account == account)
            self._connection.execute(delete(stopped_relays).where(is_it))
            del self._stopped[account]

    # The rows

    def _look(self, now: int) -> None:
        """See what other senders, and earlier runs, have left in doubt."""
        self._looked_at = now
        known = self.stopped()
        self._stopped = {account: self._stopped.get(account, 0) for account in known}
        self._watched = {*self._connection.scalars(select(doubts.c.account).distinct()), *self._stopped}

    def _keep(self, refused: Sequence[Outcome]) -> None:
        rows = [
            {
                "delivery_id": one.delivery,
                "mailing_id": self._mailing,
                "account": one.account,
                "about": str(one.about),
                "words": one.words,
                "suppression": one.dead_address[1] if one.dead_address else None,
                "refused_ms": int(one.ended_at * 1000),
            }
            for one in refused
        ]
        if rows:
            self._connection.execute(delete(doubts).where(doubts.c.delivery_id.in_([one.delivery for one in refused])))
            self._connection.execute(insert(doubts), rows)
            self._watched.update(one.account for one in refused)

    def _held(self, account: str) -> Sequence[_Held]:
        """Read and lock what is in doubt of a relay, the oldest first; what another sender decides now is left out."""
        query = (
            select(doubts, deliveries)
            .join(deliveries, deliveries.c.id == doubts.c.delivery_id)
            .where(doubts.c.account == account, deliveries.c.state == DeliveryState.REFUSED)
            .order_by(doubts.c.refused_ms, doubts.c.delivery_id)
            .with_for_update(skip_locked=True, of=doubts)
        )
        return [_read(row) for row in self._connection.execute(query).mappings()]

    def _settle(self, as_said: Sequence[_Held], now: int) -> None:
        """Take refusals for what they say, and suppress the addresses that are dead by them."""
        # In the order of addresses, so that the senders of two mailings cannot wait for each other's rows.
        for one in sorted(as_said, key=lambda one: fold_address(one.doubt.email)):
            if one.suppression:
                source = f"mailing {one.mailing}: {one.reply}"
                suppress(self._connection, one.doubt.email, reason=one.suppression, source=source, now=now)
        self._forget(as_said)

    def _give_back(self, refused: Sequence[_Held], note: str, now: int) -> int:
        """Make deliveries pending again, and return how many of this mailing.

        Of a mailing that is cancelled none, and nobody who has the issue by another mailing, or is planned in one.
        """
        if not refused:
            return 0
        count = 0
        for mailing in sorted({one.mailing for one in refused}):
            ids = [one.doubt.delivery for one in refused if one.mailing == mailing]
            issue = select(mailings.c.issue).where(mailings.c.id == mailing).scalar_subquery()
            is_cancelled = exists().where(mailings.c.id == mailing, mailings.c.state == MailingState.CANCELLED)
            is_refused = deliveries.c.state == DeliveryState.REFUSED
            spared = update(deliveries).where(deliveries.c.id.in_(ids), is_refused, ~is_cancelled)
            self._connection.execute(spared.values(uncounted_attempts=deliveries.c.uncounted_attempts + 1))
            advanced = advance_deliveries(
                self._connection,
                DeliveryState.REFUSED,
                DeliveryEvent.RETRY,
                deliveries.c.id.in_(ids)
                & ~is_cancelled
                & deliveries.c.subscriber_id.not_in(whoever_has(issue, but=mailing)),
                now=now,
                note=note,
            )
            count += advanced if mailing == self._mailing else 0
        self._forget(refused)
        return count

    def _forget(self, decided: Iterable[_Held]) -> None:
        ids = [one.doubt.delivery for one in decided]
        if ids:
            self._suspicious.difference_update(ids)
            self._connection.execute(delete(doubts).where(doubts.c.delivery_id.in_(ids)))

    # What else is known

    def _has_taken(self, held: Collection[_Held]) -> bool:
        """Whether the relay has taken any message of this mailing."""
        relays = select(deliveries.c.relay).where(deliveries.c.id.in_([one.doubt.delivery for one in held]))
        taken = (DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
        of_mailing = (deliveries.c.mailing_id == self._mailing) & deliveries.c.state.in_(taken)
        return bool(self._connection.scalar(select(exists().where(of_mailing, deliveries.c.relay.in_(relays)))))

    def _last_taken_ms(self, streak: Collection[_Held]) -> int | None:
        """When the commands of the latest message surely had not left that this relay took from any sender.

        A message's commands may leave with the end of the one before, which took about as long; and rows have seconds.
        """
        relays = select(deliveries.c.relay).where(deliveries.c.id.in_([one.doubt.delivery for one in streak]))
        latest = (
            select((deliveries.c.updated_at * 1000 - 2 * deliveries.c.took_ms - 1000).label("began_ms"))
            .where(
                deliveries.c.mailing_id == self._mailing,
                deliveries.c.state == DeliveryState.ACCEPTED,
                deliveries.c.relay.in_(relays),
            )
            .order_by(deliveries.c.id.desc())
            .limit(_LATEST)
            .subquery()
        )
        found: int | None = self._connection.scalar(select(func.max(latest.c.began_ms)))
        return found

    def _is_anybody_left(self) -> bool:
        left = exists().where(deliveries.c.mailing_id == self._mailing, deliveries.c.state.in_(_OPEN))
        return bool(self._connection.scalar(select(left)))


def _outweigh(
    streak: Sequence[_Held], began_ms: int, suspicious: Collection[int]
) -> tuple[list[_Held], list[_Held], list[_Held]]:
    """Part a streak by one message that was taken: what stays in doubt, what is as said, what is tried once more."""
    after = [one for one in streak if one.refused_ms >= began_ms]
    before = [one for one in streak if one.refused_ms < began_ms]
    once_more = [one for one in before if one.doubt.delivery in suspicious and not one.was_given_back]
    rest = [one for one in before if one not in once_more]
    ours = [one for one in rest if one.doubt.about is About.US]
    as_said = [one for one in rest if one.doubt.about is not About.US] + ours[:OUTWEIGHED]
    return ours[OUTWEIGHED:] + after, as_said, once_more


def _read(row: Mapping[Any, Any]) -> _Held:
    doubt = Doubt(row[doubts.c.delivery_id], row[deliveries.c.email], About(row[doubts.c.about]), row[doubts.c.words])
    return _Held(
        doubt=doubt,
        mailing=row[doubts.c.mailing_id],
        suppression=row[doubts.c.suppression],
        reply=in_words(row[deliveries.c.code], row[deliveries.c.enhanced], row[deliveries.c.text]),
        refused_ms=row[doubts.c.refused_ms],
        was_given_back=row[deliveries.c.uncounted_attempts] > 0,
    )
