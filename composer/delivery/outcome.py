"""What passes between the workers and the ledger: a Delivery to try, a Verdict on it, its Outcome."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from composer.delivery.judgement import About
from composer.delivery.states import DeliveryEvent, DeliveryState, advance
from composer.delivery.variant import FIRST_VARIANT


class Delivery(NamedTuple):
    """A delivery that is to be sent. ``attempt`` is the number of the coming try, from 1.

    ``uncounted`` of the tries before it said nothing about this person, and bring the last one no nearer.

    Like an Outcome, one is made for every message, and a frozen dataclass takes four times as long.
    """

    id: int
    subscriber: int
    email: str
    language: str
    fields: Mapping[str, str]
    attempt: int
    variant: str = FIRST_VARIANT
    uncounted: int = 0


class Verdict(enum.Enum):
    """The ledger's answer to "may the final dot of this one leave?"."""

    GO = enum.auto()  # offered, on disk
    SUPPRESSED = enum.auto()  # has left the lists, or is suppressed, since the plan
    TAKEN = enum.auto()  # not pending any more


class Outcome(NamedTuple):
    """What has become of a delivery that was offered.

    ``text`` is the relay's words, or what happened instead. ``retry_in_s`` belongs to DEFER; None with
    it means that we give up. ``dead_address`` is set when the refusal says that the address is no good
    (with the reason for its suppression). A refusal says ``about`` whom it is by itself, and has the ``words`` that
    the relay has for everybody. An ``is_uncounted`` try said nothing about the person. ``account`` is the relay with
    its login, ``email`` the address that it was for. Its commands left at ``began_at`` and its answer came at
    ``ended_at``, in Unix seconds.

    Like a Delivery, one is made for every message.
    """

    delivery: int
    event: DeliveryEvent
    relay: str
    phase: str
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    took_ms: int | None = None
    retry_in_s: int | None = None
    dead_address: tuple[str, str] | None = None
    account: str = ""
    about: About = About.UNCLEAR
    words: str = ""
    is_uncounted: bool = False
    began_at: float = 0.0
    ended_at: float = 0.0
    email: str = ""

    @property
    def state(self) -> DeliveryState:
        """The state that the delivery comes to, by the table of ``states.py``."""
        after = advance(DeliveryState.OFFERED, self.event)
        if after is DeliveryState.DEFERRED and self.retry_in_s is None:
            return advance(after, DeliveryEvent.EXPIRE)
        return after
