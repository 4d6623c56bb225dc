"""From a delivery to the bytes that go to the relay, by the compiled message of its edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from composer.delivery.outcome import Delivery
from composer.delivery.variant import EditionKey
from composer.message.compile import CompiledMessage
from composer.message.recipient import Recipient


@dataclass(frozen=True, slots=True)
class EditionMessage:
    """What all deliveries with one edition are made of: the compiled message, and the envelope's sender."""

    compiled: CompiledMessage
    sender: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One delivery with its message, ready to be offered. ``envelope_id`` comes back in reports on it."""

    delivery: Delivery
    sender: str
    data: bytes
    envelope_id: str


def render_delivery(
    delivery: Delivery, messages: Mapping[EditionKey, EditionMessage], *, mailing: int
) -> OutgoingMessage:
    """Fill what is the recipient's own into the message of the delivery's edition."""
    message = messages[delivery.language, delivery.variant]
    recipient = Recipient(delivery.email, delivery.subscriber, mailing, delivery.fields)
    rendered = message.compiled.render(recipient)
    return OutgoingMessage(delivery, message.sender, rendered.data, rendered.message_id.strip("<>"))
