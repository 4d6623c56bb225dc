"""What is kept of a mailing that is over for long: counts, and nobody's name. ``upkeep/packing.py`` makes them.

::

    as it was sent      a row of ``deliveries`` for each of its people, of ``exclusions`` for each who was left out
    packed              ``mailings.packed_at`` and ``mailings.packed``: how many came to which state, by language,
                        domain and subject; how many were left out and why

Every report of such a mailing has the same numbers as before. Who they were is not known any more: nobody can be tried
again, nothing can be sent to "the others", and the links of its mails show what somebody sees of whom nothing is known.
Rows that are still there, because a clear-up was interrupted, count for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from composer.database.schema import mailings
from composer.errors import MailingError, Remedy, StateError


@dataclass(frozen=True, slots=True)
class PackedSubject:
    """What one subject of a test came to in the sample: state → people, and how many left by a link in the mail."""

    states: Mapping[str, int]
    left: int


@dataclass(frozen=True, slots=True)
class PackedCounts:
    """Holds the numbers of a packed mailing.

    ``deliveries`` is state → people; ``excluded`` and ``suppressed`` reason → people; ``languages`` language → people;
    ``domains`` domain → state → people, under "" all that have few; ``subjects`` is by variant, empty where none were
    tested; ``refused_about_us`` is what `status --json` has under that name. ``readers`` is how many have it, or may.
    """

    deliveries: Mapping[str, int]
    excluded: Mapping[str, int]
    languages: Mapping[str, int]
    suppressed: Mapping[str, int]
    domains: Mapping[str, Mapping[str, int]]
    subjects: Mapping[str, PackedSubject]
    refused_about_us: Mapping[str, Any] | None
    readers: int

    def by_domain(self) -> Iterator[tuple[str, str, int]]:
        """Give each domain, state and count of deliveries."""
        for domain, states in self.domains.items():
            for state, count in states.items():
                yield domain, state, count

    def as_json(self) -> dict[str, Any]:
        """Give what is kept in the mailing's row."""
        return asdict(self)


def find_packed(connection: Connection, mailing: int) -> PackedCounts | None:
    """Read the counts of a packed mailing; None if its deliveries are there, or there is no such mailing."""
    kept = connection.scalar(select(mailings.c.packed).where(mailings.c.id == mailing, _IS_PACKED))
    if kept is None:
        return None
    return PackedCounts(**{**kept, "subjects": {name: PackedSubject(**one) for name, one in kept["subjects"].items()}})


def packed_since(connection: Connection, mailing: int) -> str | None:
    """Tell the day, as YYYY-MM-DD in UTC, since when only counts are kept of a mailing; None if its deliveries are."""
    moment = connection.scalar(select(mailings.c.packed_at).where(mailings.c.id == mailing))
    return _day(moment) if moment is not None else None


def require_unpacked(connection: Connection, mailing: int) -> None:
    """Raise StateError for a packed mailing: nothing can be done with people who are not known any more."""
    if (day := packed_since(connection, mailing)) is not None:
        raise StateError(f"mailing {mailing} is over, and since {day} only its counts are kept", mailing=mailing)


def require_known_readers(connection: Connection, issue: str, *, remedy: Remedy | None = None) -> None:
    """Raise MailingError if somebody has the issue by a packed mailing: who has, and who has not, is not known then."""
    packed = select(mailings.c.id, mailings.c.packed_at).where(mailings.c.issue == issue, HAD_READERS)
    for mailing, moment in connection.execute(packed.order_by(mailings.c.id.desc()).limit(1)):
        raise MailingError(
            f"who has got {issue} by mailing {mailing} is not known: since {_day(moment)} only its counts are kept",
            mailing=mailing,
            remedy=remedy,
        )


def require_known_outcomes(connection: Connection, issue: str) -> None:
    """Raise MailingError if a mailing of the issue is packed that came to something for somebody, were it a refusal."""
    from composer.edition.conditions.asked import OUTCOMES  # what is sent needs nothing of conditions

    packed = select(mailings.c.id, mailings.c.packed_at, mailings.c.packed).where(mailings.c.issue == issue, _IS_PACKED)
    for mailing, moment, counts in connection.execute(packed.order_by(mailings.c.id.desc())):
        if any(counts["deliveries"].get(outcome) for outcome in OUTCOMES):
            raise MailingError(
                f"what became of {issue} by mailing {mailing} is not known of anybody: since {_day(moment)} only its "
                "counts are kept",
                mailing=mailing,
            )


def _day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).date().isoformat()


_IS_PACKED = mailings.c.packed_at.is_not(None)

HAD_READERS: ColumnElement[bool] = _IS_PACKED & (mailings.c.packed["readers"].as_integer() > 0)
"""SQL that tells, for a row of ``mailings``, whether it is packed and somebody has it, or may."""
