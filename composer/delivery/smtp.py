"""Open connections to a relay, and transactions on them. The only module that names aiosmtplib.

aiosmtplib connects, greets, protects (STARTTLS or TLS, certificate checked) and logs in. Then our own
protocol takes the transport over (``transport.set_protocol``), because aiosmtplib's exceptions do not
tell a connection lost before the final dot, which is safe to repeat, from one lost after it.
"""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

import aiosmtplib

from composer.delivery.relay import Limits, Relay, Security, parse_relay
from composer.delivery.reply import Phase, Reply, clean_text, judge
from composer.delivery.transaction import Transaction, TransactionProtocol
from composer.errors import ConnectionFailed
from composer.message.addresses import wire_address

__all__ = [
    "Limits",
    "Phase",
    "Relay",
    "Reply",
    "SmtpConnection",
    "Transaction",
    "judge",
    "open_connection",
    "parse_relay",
]

_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

Release = Callable[[], Awaitable[bool]]
"""True: the intent to send is durable, let the dot go. False: do not send this message."""


async def open_connection(relay: Relay, *, limits: Limits) -> SmtpConnection:
    """Connect, protect, log in. Raises ConnectionFailed, which says how far it came and what the relay replied."""
    phase = Phase.CONNECT
    try:
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.security is Security.TLS,
            start_tls=False,  # asked for below, to tell a failure of it from one of the connection
            tls_context=_tls_context(relay.ca_file) if relay.security is not Security.PLAIN else None,
            timeout=limits.greeting_s,
            local_hostname=_own_name(),
        )
        await client.connect()
        try:
            if relay.security is Security.STARTTLS:
                phase = Phase.TLS
                await client.starttls()
            await client.ehlo()
            if relay.username is not None:
                phase = Phase.LOGIN
                await client.login(relay.username, relay.password.get_secret_value() if relay.password else "")
        except BaseException:
            client.close()
            raise
    except aiosmtplib.SMTPResponseException as error:
        words = clean_text(str(error.message).encode("utf-8", "replace"))
        raise ConnectionFailed(f"{relay.name}: {error.code} {words}", phase=phase, code=error.code) from error
    except (aiosmtplib.SMTPException, OSError, ssl.CertificateError) as error:
        raise ConnectionFailed(f"{relay.name}: {error}", phase=phase) from error
    return SmtpConnection(client, relay=relay, limits=limits)


@functools.lru_cache(maxsize=8)
def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    return context


def _own_name() -> str:
    """For EHLO. Without asking the name service, which may take seconds to say that it does not know us."""
    name = socket.gethostname()
    return name if _HOST_NAME.fullmatch(name) else "localhost"


class SmtpConnection:
    """One open connection; one transaction at a time."""

    def __init__(self, client: aiosmtplib.SMTP, *, relay: Relay, limits: Limits) -> None:
        self.relay = relay
        self._extensions: Mapping[str, str] = dict(client.esmtp_extensions)
        size = self._extensions.get("size", "")
        self._size_max = int(size) if size.isdecimal() else 0  # 0: no fixed limit (RFC 1870 4)
        transport = cast(asyncio.Transport, client.transport)
        self._protocol = TransactionProtocol(transport, limits=limits, pipelining="pipelining" in self._extensions)
        transport.set_protocol(self._protocol)

    @property
    def usable(self) -> bool:
        """Can the next transaction begin? Not if the relay has hung up or said something unasked."""
        return self._protocol.closed is None

    async def transact(
        self, *, sender: str, recipient: str, data: bytes, release: Release | None = None
    ) -> Transaction:
        """Offer one message to one recipient. Never raises for what the relay does.

        ``release`` is awaited while envelope and body are on their way; the final dot leaves only when it
        has returned True. On False, or if it raises, or if we are cancelled before, no dot is sent and the
        connection is closed. Without it the dot follows the body.
        Raises MessageError for an address that cannot stand in a command.
        """
        mail, rcpt = wire_address(sender) if sender else "", wire_address(recipient)
        plain = mail.isascii() and rcpt.isascii() and data.isascii()
        if lacking := self._lacking(plain=plain, size_bytes=len(data)):
            return Transaction(Phase.MAIL, None, None, reusable=True, lacking=lacking)
        size = f" SIZE={len(data)}" if "size" in self._extensions else ""
        utf8 = "" if plain else " BODY=8BITMIME SMTPUTF8"
        outcome = self._protocol.begin(
            mail=f"MAIL FROM:<{mail}>{size}{utf8}\r\n".encode(),
            rcpt=f"RCPT TO:<{rcpt}>\r\n".encode(),
            data=data,
            released=release is None,
        )
        try:
            if release is not None:
                if await release():
                    self._protocol.release()
                else:
                    self._protocol.abandon("withheld before the final dot")
            return await outcome
        except BaseException:
            self._protocol.abandon("interrupted")
            raise

    def _lacking(self, *, plain: bool, size_bytes: int) -> str | None:
        if not plain and "smtputf8" not in self._extensions:
            return "needs SMTPUTF8"  # RFC 6531 3.2: never downgraded in silence
        if 0 < self._size_max < size_bytes:
            return f"is {size_bytes} bytes; the relay takes {self._size_max}"
        return None

    async def quit(self) -> None:
        """Take leave, then close. A relay that does not answer is not waited for long."""
        await self._protocol.quit()

    def close(self) -> None:
        """Close at once, without a word."""
        self._protocol.abandon("closed by us")
