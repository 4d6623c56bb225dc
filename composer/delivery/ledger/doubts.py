"""Refusals in doubt: kept from the commit that records them until it is known whether they are about the person or us.

A refusal suppresses nobody yet. Its doubt stands in a row of its own, written in the same transaction as its outcome,
so it survives a crash, and the senders of one database see the same streak (``delivery/streak.py``). What is decided
later is one transaction too:

    as said     the address is suppressed, if the reply says that it is dead
    about us    nobody is suppressed; everybody of the streak is pending again, the refused attempt stays in the history
                and is not counted against the person; the relay, or one provider of it, is stopped in this mailing
    once more   the same, but the relay goes on

A doubt has two stages. First it is about the relay; once that takes a message to somebody else, it is about the
provider, and only a message to that provider, or the end of the mailing, shows that it is as it is said::

    refused ──▶ about the relay ── it takes one to another provider ──▶ about the provider ── it takes one there ┐
                       └── it takes one to the same provider ───────────────────────────────────────────────────┴▶ said

A message that is taken proves something only of refusals before its commands left: what was on its way when the relay
began to refuse everybody may still be taken. While a relay or a provider is stopped, what is refused there is given
back at once; the first message that is taken ends that. A provider's other domains, those that are refused in the same
words about us, are stopped with it. Acceptances cost nothing while nothing is in doubt: other senders' doubts are
looked for once a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from composer.delivery.judgement import About
from composer.delivery.ledger.doubt_rows import GIVEN_BACK, GIVEN_BACK_OF_PROVIDER, ONCE_MORE, DoubtRows, HeldDoubt
from composer.delivery.ledger.stops import StoppedNow, Stops
from composer.delivery.ledger.weighing import Weighing
from composer.delivery.limits.providers import find_provider
from composer.delivery.outcome import Outcome
from composer.delivery.states import DeliveryEvent
from composer.delivery.streak import (
    Ruling,
    find_provider_of_streak,
    is_about_provider,
    is_about_us,
    rule_at_the_end,
)
from composer.mailbox_providers import PROVIDERS


@dataclass(frozen=True, slots=True)
class RelayRuling:
    """What a relay's refusals have come to: how many deliveries of this mailing are pending again, and its last words.

    ``account`` names the relay's limits (``Relay.account``); ``is_stopped``: it refuses everybody, or everybody of the
    ``provider``, if that is not "". ``is_back``: it has taken a message to that provider again.
    """

    account: str
    given_back: int
    is_stopped: bool
    reply: str
    provider: str = ""
    is_back: bool = False


class Doubts:
    """The refusals in doubt as one sender of a mailing sees and decides them, within the ledger's transactions.

    ``believes``: a person says that the relay is right, so a refusal is what it says at once. ``domains`` has the
    domains of each provider that has a name.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        mailing: int,
        believes: bool,
        domains: Mapping[str, tuple[str, ...]] = PROVIDERS,
    ) -> None:
        self._mailing = mailing
        self._believes = believes
        self._domains = domains
        self._provider = find_provider(domains)
        self._rows = DoubtRows(connection, mailing=mailing, provider=self._provider)
        self._stops = Stops(connection, mailing=mailing, believes=believes)
        self._is_shared = connection.dialect.name != "sqlite"
        self._watched: set[str] = set()  # relays in doubt, or stopped
        self._watched_providers: set[tuple[str, str]] = set()
        self._looked_at = 0
        self._suspicious: set[int] = set()  # deliveries that were part of a suspicious streak

    def stopped(self) -> StoppedNow:
        """Read which relays have been stopped in this mailing, and which providers, with their words."""
        return self._stops.read()

    def weigh(self, outcomes: Sequence[Outcome], *, now: int) -> Sequence[RelayRuling]:
        """Take in outcomes that have just been recorded, in their order; gives what has been decided by them."""
        if now != self._looked_at:
            self._look(now)
        told = [one for one in outcomes if one.event is DeliveryEvent.REFUSE or self._may_settle(one)]
        if not told:
            return ()
        if refused := [one for one in told if one.event is DeliveryEvent.REFUSE]:
            self._rows.keep(refused)
            self._watched.update(one.account for one in refused)
        rulings: list[RelayRuling] = []
        for account in sorted({one.account for one in told}):
            rulings += self._weigh_relay(account, [one for one in told if one.account == account], now)
        return rulings

    def conclude(self, *, now: int) -> Sequence[RelayRuling]:
        """Rule on what is left in doubt when nobody of this mailing is left to send to."""
        rulings: list[RelayRuling] = []
        self._look(now)
        for account in self._rows.accounts_of_mailing():
            held = [one for one in self._rows.read(account) if one.mailing == self._mailing]
            if self._believes:
                self._settle([*held, *self._rows.read_of_providers(account)], now)
                continue
            ruling = self._rule_on_rest(account, held)
            if ruling is Ruling.ABOUT_US:
                rulings.append(self._stop_what_it_is_about(account, held, now))
            rest = held if ruling is Ruling.AS_SAID else []
            rulings += self._conclude_providers(account, [*rest, *self._rows.read_of_providers(account)], now)
        return rulings

    def _may_settle(self, taken: Outcome) -> bool:
        """Whether an outcome is a message that was taken, of a relay or a provider in doubt."""
        if taken.event is not DeliveryEvent.ACCEPT or not (self._watched or self._watched_providers):
            return False
        return taken.account in self._watched or self._pair(taken) in self._watched_providers

    def _pair(self, outcome: Outcome) -> tuple[str, str]:
        return outcome.account, self._provider(outcome.email)

    # One relay

    def _weigh_relay(self, account: str, told: Sequence[Outcome], now: int) -> Sequence[RelayRuling]:
        new = {one.delivery for one in told if one.event is DeliveryEvent.REFUSE}
        known = {one.doubt.delivery: one for one in self._rows.read(account)}
        if self._believes:
            self._settle_all(account, list(known.values()), told, now)
            return ()
        streak = [one for one in known.values() if one.doubt.delivery not in new]
        weighed = Weighing(known, self._suspicious)
        back: list[str] = []
        for outcome in told:
            if outcome.event is not DeliveryEvent.ACCEPT:
                streak += [known[outcome.delivery]] if outcome.delivery in known else []
            elif not is_about_us([one.doubt for one in streak]):
                provider, began_ms = self._provider(outcome.email), int(outcome.began_at * 1000)
                self._stops.end_relay(account, began_ms)
                back += [provider] if self._stops.end_provider(account, provider, began_ms) else []
                if provider not in weighed.of_providers and (account, provider) in self._watched_providers:
                    weighed.of_providers[provider] = list(self._rows.read(account, provider))
                streak = weighed.outweigh(streak, began_ms, provider)
        return self._decide(account, streak, weighed, back, now)

    def _decide(
        self, account: str, streak: list[HeldDoubt], weighed: Weighing, back: Sequence[str], now: int
    ) -> list[RelayRuling]:
        """Write down what was settled, then see whether what is left is about us: the relay, or a provider."""
        self._settle(weighed.as_said, now)
        self._leave_to_providers(account, weighed.passed, now)
        count = self._give_back(weighed.once_more, ONCE_MORE, now)
        rulings = [RelayRuling(account, 0, is_stopped=False, reply="", provider=one, is_back=True) for one in back]
        if count:
            rulings.append(RelayRuling(account, count, is_stopped=False, reply=""))
        if account in self._stops.relays and streak:
            return [*rulings, self._stop(account, "", streak, now)]
        stopped, streak = self._stop_providers(account, streak, weighed.passed, now)
        rulings += stopped
        if is_about_us([one.doubt for one in streak]):
            streak = self._leave_out_disproved(account, streak, now)
            if is_about_us([one.doubt for one in streak]):
                rulings.append(self._stop_what_it_is_about(account, streak, now))
        return rulings

    def _leave_out_disproved(self, account: str, streak: list[HeldDoubt], now: int) -> list[HeldDoubt]:
        """Leave to the providers what was refused before another sender's message was taken (PostgreSQL)."""
        if not self._is_shared or not (taken_ms := self._rows.last_taken_ms(streak)):
            return streak
        before = [one for one in streak if one.refused_ms < taken_ms and one.doubt.about is not About.US]
        self._leave_to_providers(account, before, now)
        return [one for one in streak if one not in before]

    # One provider

    def _leave_to_providers(self, account: str, passed: Sequence[HeldDoubt], now: int) -> None:
        """The relay is well; of a mailing that is over, or without a provider, that settles it."""
        over = {one.mailing for one in passed if one.mailing != self._mailing and self._rows.is_over(one.mailing)}
        settled = [one for one in passed if one.mailing in over or not one.doubt.provider]
        self._settle(settled, now)
        left = [one for one in passed if one not in settled]
        self._rows.leave_to_provider(left)
        self._watched_providers.update((account, one.doubt.provider) for one in left)

    def _stop_providers(
        self, account: str, streak: list[HeldDoubt], passed: Sequence[HeldDoubt], now: int
    ) -> tuple[list[RelayRuling], list[HeldDoubt]]:
        """Stop the providers that turn out to refuse everybody; gives also what else is in doubt of the relay."""
        rulings: list[RelayRuling] = []
        for provider in sorted({one.doubt.provider for one in (*streak, *passed)} - {""}):
            of_it = [one for one in streak if one.doubt.provider == provider]
            if (account, provider) in self._watched_providers:
                of_it += self._rows.read(account, provider)
            is_stopped = (account, provider) in self._stops.providers or self._joins(account, of_it)
            # A streak that is the whole relay's is judged as that.
            is_well = len(of_it) > sum(one.doubt.provider == provider for one in streak)
            if of_it and (is_stopped or (is_well and is_about_us([one.doubt for one in of_it]))):
                rulings.append(self._stop(account, provider, of_it, now))
                streak = [one for one in streak if one.doubt.provider != provider]
        return rulings, streak

    def _joins(self, account: str, of_provider: Sequence[HeldDoubt]) -> bool:
        """Whether a relay that takes others refuses these in the very words of a provider that is stopped."""
        ours = [one for one in of_provider if one.doubt.about is About.US]
        has_words = any(self._stops.has_words(account, one.doubt.words) for one in ours)
        return has_words and self._rows.has_taken(of_provider)

    def _stop_what_it_is_about(self, account: str, streak: list[HeldDoubt], now: int) -> RelayRuling:
        """Stop the provider that the whole streak is about, if the relay may take others; else the relay."""
        provider = find_provider_of_streak([one.doubt for one in streak])
        if not provider or not self._may_take_others(account, provider, streak):
            return self._stop(account, "", streak, now)
        of_it = [one for one in streak if one.doubt.provider == provider]
        if (account, provider) in self._watched_providers:
            of_it += self._rows.read(account, provider)
        return self._stop(account, provider, of_it, now)

    def _may_take_others(self, account: str, provider: str, streak: Sequence[HeldDoubt]) -> bool:
        """Whether the relay has taken something, or there are others whom it has not been asked for yet."""
        if self._rows.has_taken(streak):
            return True
        if any(known == account for known, _ in self._stops.providers):
            return False
        return self._rows.is_anybody_left(but=self._domains_of(provider))

    def _rule_on_rest(self, account: str, held: Sequence[HeldDoubt]) -> Ruling:
        has_taken = bool(held) and self._rows.has_taken(held)
        stopped = [
            domain for known, one in self._stops.providers if known == account for domain in self._domains_of(one)
        ]
        is_everybody = not has_taken and not self._rows.is_anybody_left(but=stopped)
        return rule_at_the_end([one.doubt for one in held], has_taken=has_taken, is_everybody=is_everybody)

    def _conclude_providers(self, account: str, held: Sequence[HeldDoubt], now: int) -> Sequence[RelayRuling]:
        by_provider: dict[str, list[HeldDoubt]] = {}
        for one in held:
            by_provider.setdefault(one.doubt.provider, []).append(one)
        about_us = {
            provider: streak for provider, streak in by_provider.items() if self._is_about_provider(provider, streak)
        }
        self._settle([one for one in held if one.doubt.provider not in about_us], now)
        return [self._stop(account, provider, streak, now) for provider, streak in sorted(about_us.items())]

    def _is_about_provider(self, provider: str, streak: Sequence[HeldDoubt]) -> bool:
        doubts, is_large = [one.doubt for one in streak], provider in self._domains
        if not provider or not is_about_provider(doubts, has_taken=False, is_large=is_large):
            return False
        has_taken = self._rows.has_taken(streak, self._domains_of(provider))
        return is_about_provider(doubts, has_taken=has_taken, is_large=is_large)

    def _domains_of(self, provider: str) -> Sequence[str]:
        return self._domains.get(provider, (provider,))

    # What is written

    def _look(self, now: int) -> None:
        """See what other senders, and earlier runs, have left in doubt."""
        self._looked_at = now
        self._stops.look()
        relays, providers = self._rows.in_doubt()
        self._watched = {*relays, *self._stops.relays}
        self._watched_providers = {*providers, *self._stops.providers}

    def _settle_all(self, account: str, known: Sequence[HeldDoubt], told: Sequence[Outcome], now: int) -> None:
        pairs = sorted({self._pair(one) for one in told} & self._watched_providers)
        for _, provider in pairs:
            known = [*known, *self._rows.read(account, provider)]
        self._settle(known, now)

    def _stop(self, account: str, provider: str, streak: Sequence[HeldDoubt], now: int) -> RelayRuling:
        """Give everybody of the streak back, and remember that this relay refuses everybody, or all of the provider."""
        reply = self._stops.stop(account, provider, streak, now)
        count = self._give_back(streak, GIVEN_BACK_OF_PROVIDER if provider else GIVEN_BACK, now)
        if provider:
            self._watched_providers.add((account, provider))
        else:
            self._watched.add(account)
        return RelayRuling(account, count, is_stopped=True, reply=reply, provider=provider)

    def _settle(self, as_said: Sequence[HeldDoubt], now: int) -> None:
        self._rows.settle(as_said, now)
        self._suspicious.difference_update(one.doubt.delivery for one in as_said)

    def _give_back(self, refused: Sequence[HeldDoubt], note: str, now: int) -> int:
        self._suspicious.difference_update(one.doubt.delivery for one in refused)
        return self._rows.give_back(refused, note, now)
