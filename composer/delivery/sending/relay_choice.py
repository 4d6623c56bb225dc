"""Which relay a message goes by: the From domain says which may, weights say how often each. Pure.

A relay with ``?from=`` carries that domain's mail and nothing else; if any relay names a domain, only those that do
carry its mail. Among those that may, the next one is chosen by smooth weighted round robin, so that 3:1 is A A B A,
not A A A B, and the order is the same in every run. A relay of weight 0 is only for when no other is left.

A mailing may be for some of the relays alone, by the names that records have of them; then it goes by no other, also
when these are away. Two logins at one host have one name, and are chosen together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Self

from composer.delivery.mailing import Mailing
from composer.delivery.smtp.pool import Route
from composer.delivery.smtp.relay import Relay
from composer.delivery.states import MailingState
from composer.errors import Remedy, SettingsError, StateError


@dataclass(frozen=True, slots=True)
class WeightedRoundRobin:
    """Says whose turn it is. ``credit`` is what each has saved up; the sum of all credits stays 0."""

    weights: tuple[int, ...]
    credit: tuple[int, ...]

    @classmethod
    def of(cls, weights: Sequence[int]) -> Self:
        """The round robin of these weights, before anybody had a turn."""
        return cls(tuple(weights), (0,) * len(weights))

    def choose(self, able: Collection[int]) -> tuple[int, Self]:
        """Choose one of those that are able, by number; gives also the round robin after it. ``able`` is not empty."""
        ordered = sorted(able)
        chosen_from = [one for one in ordered if self.weights[one]]
        if not chosen_from:
            return ordered[0], self
        credit = list(self.credit)
        for one in chosen_from:
            credit[one] += self.weights[one]
        chosen = max(chosen_from, key=lambda one: (credit[one], -one))
        credit[chosen] -= sum(self.weights[one] for one in chosen_from)
        return chosen, replace(self, credit=tuple(credit))


def relays_for(domain: str, relays: Sequence[Relay]) -> tuple[int, ...]:
    """The numbers of the relays that carry mail from this domain. Raises SettingsError if none does."""
    naming = tuple(number for number, relay in enumerate(relays) if domain.lower() in relay.senders)
    serving = naming or tuple(number for number, relay in enumerate(relays) if not relay.senders)
    if not serving:
        raise SettingsError(
            f"no relay of NEWSLETTER_SMTP_URL sends from {domain}; "
            f"give one ?from={domain}, or leave ?from= out of the one for everything else"
        )
    return serving


def routes_of(mailing: Mailing, routes: Sequence[Route]) -> Sequence[Route]:
    """Those of the routes that may carry this mailing. Raises StateError if the settings have none of them any more."""
    if not mailing.relays:
        return routes
    found = [route for route in routes if route.relay.name in mailing.relays]
    if found:
        return found
    is_begun = mailing.state is not MailingState.PLANNED
    raise StateError(
        f"mailing {mailing.id} is to go by {' or '.join(mailing.relays)} alone, which NEWSLETTER_SMTP_URL does not "
        "name.",
        mailing=mailing.id,
        remedy=Remedy.CANCEL_AND_PLAN_FOR_THE_REST if is_begun else Remedy.PLAN_AGAIN,
    )
