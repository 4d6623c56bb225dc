"""Speaks one SMTP transaction (RFC 5321 3.3) on an open connection, by our own state machine.

::

    MAIL ─▶ RCPT ─▶ DATA ─▶ BODY ─▶ DOT ─▶ settled, connection reusable
      │       │       │       │       └── 4yz 5yz ─▶ RSET ─▶ settled
      └───────┴───────┴── 4yz 5yz ─▶ RSET ─▶ settled
    anywhere: silence, EOF, garbage, 421 ─▶ settled, connection closed

Where PIPELINING is announced, MAIL, RCPT and DATA go out in one write (RFC 2920). The body follows the 354 at once;
its final dot waits for ``release``: the durable record that we are about to offer this message. Where that record
comes soon, a body of ordinary length waits for it too, and leaves with its dot in one write, which costs both sides
half as much. If the release is withheld, the connection is closed instead, and a relay that never saw the dot has
accepted nothing. If RCPT was refused and DATA is answered 354 all the same, the connection is closed too: a lone dot
would end the dialogue, and at a careless relay deliver an empty mail.

A message that has been announced sends its three commands along with the dot of the one before, so that each costs one
round trip instead of two. It is no transaction until it begins: what the relay answers meanwhile is kept for it, a 421
or a lost connection in between is not its own, and its body waits for its beginning.

The data are written as they are: message/ has made every line end in CRLF and none begin with a dot. The phase says
how far we came; it becomes DOT in the same step that writes the dot.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from composer.delivery.reply import GarbledReply, Phase, Reply, ReplyReader, judge
from composer.delivery.smtp.relay import Timeouts
from composer.delivery.states import DeliveryEvent

_DATA = b"DATA\r\n"
_DONE, _GO_ON = 2, 3
_CLOSING = 421  # RFC 5321 3.8: the relay is about to hang up
_NEVER = float("inf")
_LONG_BYTES = 64 * 1024  # as much as a transport takes before it says that it is full
_RECORD = 64  # bytes that TLS adds, at most, to what is written at once


@dataclass(frozen=True, slots=True)
class Transaction:
    """How a transaction went: the phase it came to, and the reply that decided, or why there was none.

    ``event`` is what this means for the delivery, by the table of ``reply.py``.
    """

    phase: Phase
    reply: Reply | None
    lost: str | None  # instead of a reply: what happened
    reusable: bool  # the connection may carry the next one
    unsupported: str | None = None  # what the relay cannot do and this message needs; nothing was sent
    event: DeliveryEvent = field(init=False)

    def __post_init__(self) -> None:
        event = DeliveryEvent.REFUSE if self.unsupported else judge(self.phase, self.reply)
        object.__setattr__(self, "event", event)


_Outcome = asyncio.Future[Transaction]


class TransactionProtocol(asyncio.Protocol):
    """The conversation on a transport that has been greeted, protected and logged in; one message at a time."""

    def __init__(self, transport: asyncio.Transport, *, timeouts: Timeouts, pipelining: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport, self._pipelining = transport, pipelining
        self._waits = {
            Phase.MAIL: timeouts.mail_s,
            Phase.RCPT: timeouts.rcpt_s,
            Phase.DATA: timeouts.data_s,
            Phase.BODY: timeouts.block_s,
            Phase.DOT: timeouts.dot_s,
        }
        self._reader = ReplyReader()
        self._outcome: _Outcome | None = None
        self._phase = Phase.MAIL
        self._refused: Transaction | None = None  # decided, but the dialogue is not at its end
        self._commands: tuple[bytes, ...] = ()
        self._announced: tuple[bytes, ...] = ()  # the next message's commands, for the coming dot
        self._ahead: tuple[bytes, ...] = ()  # those that have left with the last dot
        self._kept: list[Reply] = []  # the answers to them
        self._data = b""
        self._released = self._holds_body = self._paused = self._resetting = False
        self._unsent = 0  # bytes of the body that were still here when the clock was last looked at
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = _NEVER
        self._farewell: asyncio.Future[None] | None = None
        self._quit_s = timeouts.quit_s
        self.closed: str | None = None  # why nothing more can be sent

    @property
    def has_announced(self) -> bool:
        """Whether the commands of a message have left that has not begun."""
        return bool(self._ahead)

    # What the connection asks for

    def begin(self, *, mail: bytes, rcpt: bytes, data: bytes, released: bool, holds_body: bool = False) -> _Outcome:
        """Start a transaction; the future gets how it went. ``released``: the dot need not wait, nor ``data`` for it.

        ``holds_body``: the release comes soon, so data that are not long wait for it.
        """
        assert self._outcome is None, "one transaction at a time"
        self._outcome = outcome = self._loop.create_future()
        self._refused, self._resetting = None, False
        self._commands = (mail, rcpt, _DATA)
        self._announced = ()
        self._data = data
        self._released = released
        self._holds_body = (holds_body or released) and len(data) <= _LONG_BYTES
        self._enter(Phase.MAIL)
        if self.closed:
            self._lose(self.closed)
        elif self._ahead:
            self._go_on()
        else:
            self._transport.write(b"".join(self._commands) if self._pipelining else mail)
        return outcome

    def announce(self, *, mail: bytes, rcpt: bytes) -> None:
        """Say which message begins next; its commands go with the dot of this one, if that is still here."""
        if self._pipelining:
            self._announced = (mail, rcpt, _DATA)

    def release(self) -> None:
        """Let the dot leave as soon as the body has, because the intent is durable."""
        self._released = True
        self._finish_body()

    def abandon(self, why: str) -> None:
        """Close without a dot, if it has not left; the relay then has nothing."""
        self._lose(why)

    async def quit(self) -> None:
        """Say QUIT, wait a little for the answer, close. Not after an announcement: it would be taken for a body."""
        if self._outcome is None and self.closed is None and not self._ahead:
            self._farewell = self._loop.create_future()
            self._transport.write(b"QUIT\r\n")
            await asyncio.wait([self._farewell], timeout=self._quit_s)
        self.abandon("closed by us")

    # What the event loop reports

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._reader.feed(data):
                self._on_reply(reply)
        except GarbledReply as error:
            self._lose(str(error))

    def eof_received(self) -> bool:
        self._lose("the relay closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"the connection broke: {exc}" if exc else "the connection was closed")
        if self._timer:
            self._timer.cancel()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._finish_body()

    # The steps

    def _go_on(self) -> None:
        """Begin a message whose commands are on their way already, and perhaps answered."""
        ahead, self._ahead = self._ahead, ()
        kept, self._kept = self._kept, []
        if ahead != self._commands:
            return self._lose("another message was announced")
        for reply in kept:
            self._on_reply(reply)
        return None

    def _on_reply(self, reply: Reply) -> None:
        if self._outcome is None:
            if len(self._kept) < len(self._ahead) and reply.code != _CLOSING:
                return self._kept.append(reply)
            self._lose(f"the relay said, unasked: {reply}")
        elif self._refused and self._resetting:
            self._settle(self._refused, reusable=reply.digit == _DONE)
        elif reply.code == _CLOSING:
            self._settle(self._refused or self._said(reply), reusable=False)
        elif self._phase is Phase.DOT:
            self._on_dot_reply(reply)
        elif self._phase is Phase.BODY:
            self._on_early_reply(reply)
        elif self._phase is Phase.DATA:
            self._on_data_reply(reply)
        else:
            self._on_envelope_reply(reply)
        return None

    def _on_envelope_reply(self, reply: Reply) -> None:
        if reply.digit in (4, 5):
            self._refused = self._refused or self._said(reply)
        elif reply.digit != _DONE:
            return self._lose_step(reply)
        if self._refused and not self._pipelining:
            return self._reset()
        following = Phase.RCPT if self._phase is Phase.MAIL else Phase.DATA
        self._enter(following)
        if not self._pipelining:
            self._transport.write(self._commands[1 if following is Phase.RCPT else 2])
        return None

    def _on_data_reply(self, reply: Reply) -> None:
        if self._refused and reply.digit == _GO_ON:
            self._settle(self._refused, reusable=False)
        elif reply.digit == _GO_ON:
            self._enter(Phase.BODY)
            if not self._holds_body:
                self._unsent = len(self._data)
                self._transport.write(self._data)
            self._finish_body()
        elif reply.digit in (4, 5):
            self._refused = self._refused or self._said(reply)
            self._reset()
        else:
            self._lose_step(reply)

    def _on_early_reply(self, reply: Reply) -> None:
        """The relay answers a message whose end it has not seen; what it says after that cannot be told apart."""
        if reply.digit in (4, 5):
            self._settle(self._said(reply), reusable=False)
        else:
            self._lose(f"the relay answered before the end: {reply}")

    def _finish_body(self) -> None:
        if self._phase is Phase.BODY and self._released and not self._paused and self._outcome:
            self._enter(Phase.DOT)
            self._ahead, self._announced = self._announced, ()
            end = b"".join((b".\r\n", *self._ahead))
            self._transport.writelines((self._data, end) if self._holds_body else (end,))

    def _on_dot_reply(self, reply: Reply) -> None:
        if reply.digit == _DONE or (reply.digit in (4, 5) and self._ahead):
            self._settle(self._said(reply), reusable=True)
        elif reply.digit in (4, 5):
            self._refused = self._said(reply)
            self._reset()
        else:
            self._lose_step(reply)

    def _reset(self) -> None:
        """Ask the relay to forget the transaction. Its answer also shows that no stale reply is on its way."""
        self._resetting = True
        self._wait_for(Phase.MAIL)
        self._transport.write(b"RSET\r\n")

    # Ends

    def _said(self, reply: Reply) -> Transaction:
        return Transaction(self._phase, reply, None, reusable=True)

    def _settle(self, transaction: Transaction, *, reusable: bool) -> None:
        if not reusable:
            transaction = replace(transaction, reusable=False)
            self._close(transaction.lost or f"the relay said: {transaction.reply}")
        outcome, self._outcome = self._outcome, None
        self._data = b""
        self._deadline = _NEVER
        if outcome and not outcome.done():
            outcome.set_result(transaction)

    def _lose(self, why: str) -> None:
        """End the transaction without an answer, with what is known so far as its outcome, and close the connection."""
        if self._outcome is None:
            return self._close(why)
        phase = Phase.BODY if self._phase is Phase.DOT and self._dot_is_here() else self._phase
        lost = self._refused or Transaction(phase, None, why, reusable=False)
        return self._settle(lost, reusable=False)

    def _lose_step(self, reply: Reply) -> None:
        """Which answer belongs to which command cannot be told any more; not even a refusal counts."""
        self._refused = None
        self._lose(f"the relay answered out of step: {reply}")

    def _dot_is_here(self) -> bool:
        """Whether the dot has certainly not left this process: more is left than what was written after it."""
        after = len(b"".join(self._ahead)) + _RECORD if self._ahead else 0
        return not self._transport.is_closing() and self._transport.get_write_buffer_size() > after

    def _close(self, why: str) -> None:
        self.closed = self.closed or why
        self._transport.abort()
        if self._farewell and not self._farewell.done():
            self._farewell.set_result(None)

    # The clock: one timer for the connection, moved only when it would ring too late

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._wait_for(phase)

    def _wait_for(self, phase: Phase) -> None:
        self._deadline = self._loop.time() + self._waits[phase]
        if self._rings_at > self._deadline:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._rings_at = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer, self._rings_at = None, _NEVER
        if self._outcome is None:
            return
        if self._loop.time() < self._deadline:
            self._set_timer()
        elif self._phase is Phase.BODY and self._moves():
            self._enter(Phase.BODY)
        else:
            self._lose(f"no answer within {self._waits[self._phase]:g} s")

    def _moves(self) -> bool:
        """Whether a long message gets on: the time limit is for each block of it (RFC 5321 4.5.3.2.5)."""
        before, self._unsent = self._unsent, self._transport.get_write_buffer_size()
        return self._unsent < before
