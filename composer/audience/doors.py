"""Who does not come in as somebody new: addresses that were erased, and those that somebody known has given up.

A file cannot know of either. Whoever asks for it themselves comes in all the same.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from composer.address import fold_address, parse_address
from composer.audience.erasure.digests import AddressDigests
from composer.database.schema import address_history, subscribers
from composer.errors import AudienceError, Remedy

_AT_A_TIME = 500


class TurnedAway(enum.StrEnum):
    """Why an address does not come in."""

    ERASED = "erased"  # whoever had it was erased
    FORMER = "former address"  # whoever had it goes by another one


def find_turned_away(
    connection: Connection, email_keys: Collection[str], digests: AddressDigests
) -> Mapping[str, TurnedAway]:
    """Find those of the addresses of unknown people, by their keys, that do not come in, and why."""
    found = dict.fromkeys(digests.erased_among(connection, email_keys), TurnedAway.ERASED)
    if connection.scalar(select(address_history.c.id).limit(1)) is None:
        return found
    keys = list(email_keys)
    for start in range(0, len(keys), _AT_A_TIME):
        part = address_history.c.email_key.in_(keys[start : start + _AT_A_TIME])
        given_up = connection.scalars(select(address_history.c.email_key).where(part))
        found |= dict.fromkeys(given_up, TurnedAway.FORMER)
    return found


def require_new_or_known(connection: Connection, email: str, digests: AddressDigests) -> None:
    """Raise AudienceError if nobody may be taken in by this address, unless they ask for it themselves."""
    key = fold_address(parse_address(email))
    if connection.scalar(select(subscribers.c.id).where(subscribers.c.email_key == key)) is not None:
        return
    why = find_turned_away(connection, [key], digests).get(key)
    if why is not None:
        raise AudienceError(
            f"{_WORDS[why].format(email=email)}; only they can ask for it", remedy=Remedy.SAY_ASKED_ANEW
        )


_WORDS = {
    TurnedAway.ERASED: "Whoever had the address {email} was erased",
    TurnedAway.FORMER: "Whoever had the address {email} goes by another one now",
}
