"""The rows of refusals in doubt: kept, read, settled for what they say, or given back. What is decided is elsewhere.

Everything happens within the caller's transaction. ``doubts.py`` says what a doubt is, and who decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from composer.address import fold_address
from composer.audience import suppress
from composer.database.schema import deliveries, doubts, mailings
from composer.delivery.judgement import About
from composer.delivery.ledger.transitions import advance_deliveries
from composer.delivery.mailing import whoever_has
from composer.delivery.outcome import Outcome
from composer.delivery.reply import Phase, in_words
from composer.delivery.states import WAITING, DeliveryEvent, DeliveryState, MailingState
from composer.delivery.streak import Doubt

GIVEN_BACK = "given back: the relay refused everybody, so the refusal was not about this address"
GIVEN_BACK_OF_PROVIDER = "given back: the relay refused everybody of this provider, so it was not about this address"
ONCE_MORE = "given back: refused in a row with others, so tried once more"

_LATEST = 5000
_PAGE = 1000
_OPEN = [str(state) for state in WAITING if state is not DeliveryState.HELD]
_TAKEN = (DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
_BEFORE_THE_RECIPIENT = frozenset({Phase.CONNECT, Phase.TLS, Phase.LOGIN, Phase.MAIL})


@dataclass(frozen=True, slots=True)
class HeldDoubt:
    """A refusal in doubt with what its row and its delivery tell. ``suppression``: for what, if it is as said."""

    doubt: Doubt
    mailing: int
    suppression: str | None
    reply: str
    refused_ms: int
    was_given_back: bool


class DoubtRows:
    """What is in doubt, on disk, for one sender of a mailing. ``provider`` names an address's provider."""

    def __init__(self, connection: Connection, *, mailing: int, provider: Callable[[str], str]) -> None:
        self._connection = connection
        self._mailing = mailing
        self._provider = provider

    def keep(self, refused: Sequence[Outcome]) -> None:
        """Write down refusals that have just been recorded, each in doubt of its relay."""
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
        self._connection.execute(delete(doubts).where(doubts.c.delivery_id.in_([one.delivery for one in refused])))
        self._connection.execute(insert(doubts), rows)

    def read(self, account: str, provider: str | None = None) -> Sequence[HeldDoubt]:
        """Read and lock what is in doubt of a relay, or of it and a provider, the oldest first.

        What another sender decides now is left out.
        """
        is_it = doubts.c.provider.is_(None) if provider is None else doubts.c.provider == provider
        return self._read(account, is_it)

    def read_of_providers(self, account: str) -> Sequence[HeldDoubt]:
        """Read and lock likewise what is in doubt of any provider, in this mailing alone."""
        return self._read(account, doubts.c.provider.is_not(None) & (doubts.c.mailing_id == self._mailing))

    def _read(self, account: str, condition: ColumnElement[bool]) -> Sequence[HeldDoubt]:
        query = (
            select(doubts, deliveries)
            .join(deliveries, deliveries.c.id == doubts.c.delivery_id)
            .where(doubts.c.account == account, deliveries.c.state == DeliveryState.REFUSED, condition)
            .order_by(doubts.c.refused_ms, doubts.c.delivery_id)
            .with_for_update(skip_locked=True, of=doubts)
        )
        return [self._held(row) for row in self._connection.execute(query).mappings()]

    def in_doubt(self) -> tuple[set[str], set[tuple[str, str]]]:
        """Read which relays are in doubt, and which providers of which relays, whoever has refused whom."""
        pairs = self._connection.execute(select(doubts.c.account, doubts.c.provider).distinct()).all()
        return (
            {account for account, provider in pairs if provider is None},
            {(account, provider) for account, provider in pairs if provider is not None},
        )

    def accounts_of_mailing(self) -> Sequence[str]:
        """Read which relays have something in doubt in this mailing."""
        query = select(doubts.c.account).where(doubts.c.mailing_id == self._mailing).distinct()
        return self._connection.scalars(query.order_by(doubts.c.account)).all()

    def leave_to_provider(self, held: Sequence[HeldDoubt]) -> None:
        """The relay is well: from here on it is the provider of each that is in doubt."""
        by_provider: dict[str, list[int]] = {}
        for one in held:
            by_provider.setdefault(one.doubt.provider, []).append(one.doubt.delivery)
        for provider, ids in by_provider.items():
            self._connection.execute(update(doubts).where(doubts.c.delivery_id.in_(ids)).values(provider=provider))

    def settle(self, as_said: Sequence[HeldDoubt], now: int) -> None:
        """Take refusals for what they say, and suppress the addresses that are dead by them."""
        # In the order of addresses, so that the senders of two mailings cannot wait for each other's rows.
        for one in sorted(as_said, key=lambda one: fold_address(one.doubt.email)):
            if one.suppression and one.doubt.email:  # who was erased meanwhile has none
                source = f"mailing {one.mailing}: {one.reply}"
                suppress(self._connection, one.doubt.email, reason=one.suppression, source=source, now=now)
        self.forget(as_said)

    def give_back(self, refused: Sequence[HeldDoubt], note: str, now: int) -> int:
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
        self.forget(refused)
        return count

    def forget(self, decided: Iterable[HeldDoubt]) -> None:
        """Delete the rows of what is decided."""
        ids = [one.doubt.delivery for one in decided]
        for start in range(0, len(ids), _PAGE):
            self._connection.execute(delete(doubts).where(doubts.c.delivery_id.in_(ids[start : start + _PAGE])))

    # What else is known

    def has_taken(self, held: Collection[HeldDoubt], domains: Sequence[str] = ()) -> bool:
        """Whether the relay has taken any message of this mailing, or any to one of the domains."""
        relays = select(deliveries.c.relay).where(deliveries.c.id.in_([one.doubt.delivery for one in held]))
        of_mailing = (deliveries.c.mailing_id == self._mailing) & deliveries.c.state.in_(_TAKEN)
        there = [is_to(domains)] if domains else []
        return bool(self._connection.scalar(select(exists().where(of_mailing, deliveries.c.relay.in_(relays), *there))))

    def last_taken_ms(self, streak: Collection[HeldDoubt]) -> int | None:
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

    def is_anybody_left(self, *, but: Sequence[str] = ()) -> bool:
        """Whether anybody of this mailing is left to send to, ``but`` those at some domains."""
        others = [~is_to(but)] if but else []
        left = exists().where(deliveries.c.mailing_id == self._mailing, deliveries.c.state.in_(_OPEN), *others)
        return bool(self._connection.scalar(select(left)))

    def is_over(self, mailing: int) -> bool:
        """Whether nobody of a mailing is left to send to, so that nothing will be concluded of it any more."""
        left = exists().where(deliveries.c.mailing_id == mailing, deliveries.c.state.in_(_OPEN))
        return not self._connection.scalar(select(left))

    def _held(self, row: Mapping[Any, Any]) -> HeldDoubt:
        email = row[deliveries.c.email]
        has_named_nobody = row[deliveries.c.phase] in _BEFORE_THE_RECIPIENT
        return HeldDoubt(
            doubt=Doubt(
                delivery=row[doubts.c.delivery_id],
                email=email,
                about=About(row[doubts.c.about]),
                words=row[doubts.c.words],
                provider="" if has_named_nobody else self._provider(email),
            ),
            mailing=row[doubts.c.mailing_id],
            suppression=row[doubts.c.suppression],
            reply=in_words(row[deliveries.c.code], row[deliveries.c.enhanced], row[deliveries.c.text]),
            refused_ms=row[doubts.c.refused_ms],
            was_given_back=row[deliveries.c.uncounted_attempts] > 0,
        )


def is_to(domains: Sequence[str]) -> ColumnElement[bool]:
    """SQL that tells, for a row of ``deliveries``, whether it goes to one of the domains."""
    first, *rest = (deliveries.c.email.iendswith(f"@{domain}", autoescape=True) for domain in domains)
    for one in rest:
        first = first | one
    return first
