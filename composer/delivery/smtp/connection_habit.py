"""How much one relay lets a connection carry, learned from how its connections end. Pure.

::

    a connection that has carried messages is told 421, or hung up on, or "too many messages", before a dot is taken
        └─▶ the same message again at once, on a new connection
              ├── the relay goes on with it ─▶ it was the connection: what that had carried is noted
              └── it gets the same answer   ─▶ it was not: congestion, or about the message; judged as ever

    two connections in a row that end after the same number ─▶ that number is the relay's limit
        └─▶ connections are left with QUIT before they reach it

Relays count different things: messages they have taken (OpenSMTPD's ``max-mails``), MAIL commands (Exim's
``smtp_accept_max_per_connection``), errors (Postfix's ``smtpd_hard_error_limit``). So each end is noted with all
three, and the first one that two ends agree on is the limit. Ends that agree on nothing (a relay that
restarts, a connection that grew old) teach nothing. Now and then a connection is let past the limit, and if the relay
does not mind, the limit is forgotten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from composer.delivery.reply import Phase, Reply
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryEvent

_CLOSING = 421
_FIRST_TRIAL_AFTER = 32  # connections that were left at the limit; doubled after each trial that the relay did mind

_code_about_connection = re.compile(r"[45]\.(5\.3|4\.2)$").match
"""Too many recipients, of which we give one at a time (RFC 3463 3.6), and a bad connection (3.5)."""

_names_connection = re.compile(r"\b(connections?|sessions?|channel)\b", re.IGNORECASE).search
_names_limit = re.compile(
    r"too many|\b(max|maximum|most|limit(s|ed)?|exceed(s|ed)?|reached|enough|allowed|only|per|quota|new|another)\b"
    r"|\b(close[sd]?|closing|expired?|timed? ?out)\b",
    re.IGNORECASE,
).search
_asks_plainly = re.compile(
    r"too many (messages|mails?|e-?mails?|transactions|commands|errors)\b(?!.*\b(second|minute|hour|day|rate)s?\b)"
    r"|\bre-?connect\b",
    re.IGNORECASE,
).search


@dataclass(frozen=True, slots=True)
class Carried:
    """What a connection has carried: transactions ``begun``, of which so many were ``turned_away``."""

    begun: int = 0
    turned_away: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """Give what relays limit: messages taken, transactions begun, and those turned away."""
        return self.begun - self.turned_away, self.begun, self.turned_away


_NEVER = Carried().counts


@dataclass(frozen=True, slots=True)
class CarriedLimit:
    """A limit that was learned: of one of the ``Carried.counts``, no connection gets beyond ``most``."""

    counted: int
    most: int


class ConnectionHabit:
    """Learns what one relay lets a connection carry; shared by all connections to it.

    A message gets its second connection at once only if the first had carried something, and only once: a relay that
    turns away the first message of a connection, or greets with a 421, is busy, and is slowed down for.
    """

    def __init__(self) -> None:
        self.limit: CarriedLimit | None = None
        self._last_end = _NEVER
        self._in_vain: set[tuple[int, str | None]] = set()  # replies for which a new connection was no help
        self._left_at_limit = 0
        self._trial_after = _FIRST_TRIAL_AFTER

    def has_room(self, carried: Carried) -> bool:
        """Whether the relay lets a connection that has carried this much carry one message more."""
        return self.limit is None or carried.counts[self.limit.counted] < self.limit.most

    def may_be_why(self, transaction: Transaction, carried: Carried) -> bool:
        """Whether the relay may have had enough of the connection, which had ``carried`` this much before."""
        if not carried.begun or transaction.event not in (DeliveryEvent.DEFER, DeliveryEvent.REFUSE):
            return False
        reply = transaction.reply
        if reply is None:
            return transaction.lost is not None
        if reply.code == _CLOSING or is_about_connection(reply):
            return True
        is_at_beginning = reply.digit == 4 and transaction.phase is Phase.MAIL
        return is_at_beginning and (reply.code, reply.enhanced) not in self._in_vain

    def note_second_try(self, first: Transaction, second: Transaction, carried: Carried) -> None:
        """What became on a new connection of the message with which one ended that had ``carried`` this much before."""
        if _is_same(first, second):
            if first.reply:
                self._in_vain.add((first.reply.code, first.reply.enhanced))
        else:
            self.note_end(carried)

    def note_end(self, carried: Carried) -> None:
        """The relay has ended a connection that had carried this much, and is well."""
        ended = carried.counts
        agreed = (n for n, (before, now) in enumerate(zip(self._last_end, ended, strict=True)) if before == now > 0)
        if (counted := next(agreed, None)) is not None:
            self.limit = CarriedLimit(counted, ended[counted])
        self._last_end = ended

    def note_carried(self, carried: Carried) -> None:
        """A connection has carried this much: a limit that it has passed is none."""
        if self.limit and carried.counts[self.limit.counted] > self.limit.most:
            self.limit, self._last_end = None, _NEVER
            self._left_at_limit = 0

    def begins_trial(self) -> bool:
        """Whether a connection that is opened now is to find out if the limit is still there. Counts those opened."""
        if self.limit is None:
            return False
        self._left_at_limit += 1
        if self._left_at_limit < self._trial_after:
            return False
        self._left_at_limit, self._trial_after = 0, 2 * self._trial_after
        return True


def is_about_connection(reply: Reply) -> bool:
    """Whether the reply says that the connection, or the session, has had its share; whoever the message was for."""
    if reply.digit not in (4, 5):
        return False
    words = reply.text
    return bool(
        _code_about_connection(reply.enhanced or "")
        or _asks_plainly(words)
        or (_names_connection(words) and _names_limit(words))
    )


def _is_same(first: Transaction, second: Transaction) -> bool:
    """Whether a new connection was no help: it was hung up on as well, or got the same answer."""
    if second.event is not DeliveryEvent.DEFER and second.event is not first.event:
        return False
    if first.reply is None or second.reply is None or second.reply.code == _CLOSING:
        return second.reply is None or second.reply.code == _CLOSING
    return (first.reply.code, first.reply.enhanced) == (second.reply.code, second.reply.enhanced)
