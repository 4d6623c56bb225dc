"""What one try to send a delivery has come to: for the delivery, for the relay's breaker, for the speed.

::

    what came back              the delivery                     the breaker hears    the speed
    2yz after the dot           accepted                         the reply            –
    421                         deferred                         the reply            halved for the relay
    4yz                         deferred; the try is not counted the reply            too much: shut, provider
                                if it is about us                                     too
    4yz that may be greylisting deferred, likewise               that it answers      –
    5yz                         refused, and in doubt until the  that it answers, if  –
                                relay takes another message      it is about us: the
                                                                 ledger weighs those
    5yz about us, to a probe    deferred                         the reply            –
    nothing, before the dot     deferred                         a lost connection    –
    nothing, after the dot      unknown                          a lost message       –
    not offered: unsupported    refused                          –                    –

Before this table is asked, a message that may have met a connection of which the relay had enough has had its second
try on a new one (``smtp/connection_habit.py``).

A *probe* is the one message that asks a half-open relay how it is. Which reply means what for a delivery is said in
``reply.py``; here is what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from composer.delivery.judgement import About, says_too_much, whom_it_is_about
from composer.delivery.outcome import Delivery, Outcome
from composer.delivery.reply import Reply
from composer.delivery.sending.retry import retry_delay_s
from composer.delivery.smtp.breaker import Breaker
from composer.delivery.smtp.relay import Relay
from composer.delivery.smtp.transaction import Transaction
from composer.delivery.states import DeliveryEvent
from composer.delivery.streak import same_words
from composer.feedback.policy import suppression_for

_CLOSING = 421

_WITHOUT_REPLY: Mapping[DeliveryEvent, Callable[[Breaker, str], None]] = {
    DeliveryEvent.DEFER: Breaker.connection_failed,
    DeliveryEvent.LOSE: Breaker.lost,
}
"""What happened to a delivery that nobody answered for → what the breaker hears of it."""


def tell_breaker(breaker: Breaker, transaction: Transaction, *, is_greylisting: bool = False) -> None:
    """Let the relay's breaker count how the transaction went."""
    if transaction.reply:
        # Of refusals the ledger rules, which knows whether they are about one provider only.
        is_weighed = transaction.event is DeliveryEvent.REFUSE
        breaker.answered(transaction.reply, transaction.phase, is_greylisting=is_greylisting, is_weighed=is_weighed)
    elif transaction.unsupported:
        breaker.not_offered(transaction.unsupported)
    elif tell := _WITHOUT_REPLY.get(transaction.event):
        tell(breaker, transaction.lost or "")


def outcome_of(
    delivery: Delivery,
    transaction: Transaction,
    *,
    relay: Relay,
    is_probe: bool,
    took_ms: int,
    began_at: float = 0.0,
    ended_at: float = 0.0,
) -> Outcome:
    """The outcome of a delivery that was offered to the relay, with its times in Unix seconds. Pure."""
    reply, event = transaction.reply, transaction.event
    about = _about(transaction)
    if is_probe and event is DeliveryEvent.REFUSE and about is About.US:
        event = DeliveryEvent.DEFER
    is_deferred, is_dead = event is DeliveryEvent.DEFER, event is DeliveryEvent.REFUSE and about is About.PERSON
    suppressed_as = suppression_for(reply.code, reply.enhanced) if reply and is_dead else None
    text = reply.text if reply else transaction.lost or transaction.unsupported or ""
    is_uncounted = is_deferred and reply is not None and _is_for_our_sake(reply, about)
    return Outcome(
        delivery=delivery.id,
        event=event,
        relay=relay.name,
        account=relay.account,
        phase=transaction.phase,
        code=reply.code if reply else None,
        enhanced=reply.enhanced if reply else None,
        text=text,
        took_ms=took_ms,
        retry_in_s=_retry_in_s(delivery, reply, is_uncounted=is_uncounted) if is_deferred else None,
        dead_address=(delivery.email, suppressed_as) if suppressed_as else None,
        about=about,
        words=same_words(text, delivery.email) if event is DeliveryEvent.REFUSE else "",
        is_uncounted=is_uncounted,
        began_at=began_at,
        ended_at=ended_at,
        email=delivery.email,
    )


def _about(transaction: Transaction) -> About:
    if transaction.event is DeliveryEvent.ACCEPT:
        return About.UNCLEAR
    if transaction.reply is None:
        return About.US if transaction.unsupported else About.UNCLEAR
    return whom_it_is_about(transaction.reply, transaction.phase)


def _is_for_our_sake(reply: Reply, about: About) -> bool:
    """Whether a delivery is put off for a reason that is ours. A 421 is about a connection, unless it says too much."""
    return says_too_much(reply) if reply.code == _CLOSING else about is About.US


def _retry_in_s(delivery: Delivery, reply: Reply | None, *, is_uncounted: bool) -> int | None:
    counted = delivery.attempt if is_uncounted else delivery.attempt - delivery.uncounted
    return retry_delay_s(counted, reply, is_uncounted=is_uncounted)
