"""What must hold after every fault, from three witnesses: the ledger, the relay's record, and the messages as planned.

::

    I1  the states add up to what was planned
    I2  everything that we call accepted is in the relay's record
    I3  everything in the relay's record is accepted, unknown, or still offered (nobody has recovered it yet)
    I4  nobody stands in the relay's record twice
    I5  no more are unknown or offered than there were open transactions cut
    I6  nobody who is suppressed in the ledger is in the relay's record
    I7  every message that reached the relay, at whichever try, has the bytes that were planned (SHA-256)
    I8  whoever the relay was offered so many messages for, has at least so many attempts in the ledger
    I9  the history is complete: every attempt but the last one stands in it, and the last one in the delivery
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_OPEN = frozenset({"unknown", "offered"})
_BEHIND_A_RECORD = _OPEN | {"accepted"}
_LAST_IN_HISTORY = frozenset({"pending", "suppressed"})


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger says of one delivery; ``kept`` is the number of attempts in its history."""

    state: str
    attempts: int
    kept: int

    @property
    def is_complete(self) -> bool:
        """Whether each attempt is told once. The last one's place is the delivery, until it is returned."""
        in_delivery = self.attempts > 0 and self.state not in _LAST_IN_HISTORY
        return self.kept == self.attempts - in_delivery


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the witnesses say. ``records`` and ``planned_bytes`` are by address, ``sent_bytes`` what the relay saw."""

    planned: int
    records: Mapping[str, Record]
    taken: Counter[str]
    sent_bytes: Iterable[tuple[str, str]]
    planned_bytes: Mapping[str, str]
    may_be_open: int


def check(evidence: Evidence) -> None:
    """Raises Broken, naming the invariant and some of those whom it failed."""
    records, taken = evidence.records, evidence.taken
    states = {who: record.state for who, record in records.items()}
    reached = Counter(who for who, _ in evidence.sent_bytes)
    _hold("I1", len(states) == evidence.planned, f"{len(states)} deliveries for {evidence.planned} planned")
    _nobody("I2", (who for who, state in states.items() if state == "accepted" and who not in taken))
    _nobody("I3", (f"{who} ({states.get(who)})" for who in taken if states.get(who) not in _BEHIND_A_RECORD))
    _nobody("I4", (f"{who} {copies} times" for who, copies in taken.items() if copies > 1))
    open_ = sum(state in _OPEN for state in states.values())
    _hold("I5", open_ <= evidence.may_be_open, f"{open_} are open, of {evidence.may_be_open} transactions cut")
    _nobody("I6", (who for who, state in states.items() if state == "suppressed" and who in taken))
    _nobody("I7", (who for who, digest in evidence.sent_bytes if evidence.planned_bytes.get(who) != digest))
    _nobody("I8", (who for who, times in reached.items() if who not in records or records[who].attempts < times))
    _nobody("I9", (f"{who} ({record})" for who, record in records.items() if not record.is_complete))


def _hold(name: str, holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(f"{name}: {otherwise}")


def _nobody(name: str, people: Iterable[str]) -> None:
    if found := list(people):
        raise Broken(f"{name}: {len(found)} deliveries, among them {', '.join(found[:5])}")
