"""Open connections to a relay, and transactions on them. The only module that names aiosmtplib.

aiosmtplib connects, greets, protects (STARTTLS or TLS, certificate checked) and logs in. Then our own
protocol takes the transport over (``transport.set_protocol``), because aiosmtplib's exceptions do not
tell a connection lost before the final dot, which is safe to repeat, from one lost after it.

The TCP connection is made here, with a limit of its own: a host that does not answer must not hold a worker for
the five minutes that a greeting may take. No login, in whatever spelling, stands in an error that leaves here.
"""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import aiosmtplib

from composer.delivery.envelope import Lacking, read_offers, seal
from composer.delivery.relay import Limits, Relay, Security, parse_relay
from composer.delivery.reply import Phase, Reply, clean_text, judge
from composer.delivery.transaction import Transaction, TransactionProtocol
from composer.errors import ConnectionFailed

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
            hostname=relay.host,  # whose certificate it must be
            sock=await _connect(relay, limit_s=limits.connect_s),
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
        words = f"{error.code} {clean_text(str(error.message).encode('utf-8', 'replace'))}"
        raise ConnectionFailed(f"{relay.name}: {_without_login(words, relay)}", phase=phase, code=error.code) from None
    except (aiosmtplib.SMTPException, OSError, ssl.CertificateError) as error:
        raise ConnectionFailed(f"{relay.name}: {_without_login(str(error), relay)}", phase=phase) from None
    return SmtpConnection(client, relay=relay, limits=limits)


async def _connect(relay: Relay, *, limit_s: float) -> socket.socket:
    """A TCP connection to the first of the host's addresses that answers in time. Raises OSError."""
    loop = asyncio.get_running_loop()
    failure: OSError = OSError(f"{relay.host} has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(relay.host, relay.port, type=socket.SOCK_STREAM):
        connection = socket.socket(family, kind, protocol)
        connection.setblocking(False)
        try:
            async with asyncio.timeout(limit_s):
                await loop.sock_connect(connection, address)
        except TimeoutError:
            failure = TimeoutError(f"no connection within {limit_s:g} s")
        except OSError as error:
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
        connection.close()
    raise failure


def _without_login(words: str, relay: Relay) -> str:
    """What the relay said, without the password, should it have repeated what it was given."""
    if relay.password is None or not (password := relay.password.get_secret_value()):
        return words
    login = f"\0{relay.username}\0{password}"
    for secret in (password, *(b64encode(text.encode()).decode() for text in (login, password))):
        words = words.replace(secret, "…")
    return words


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
        self._offers = read_offers(client.esmtp_extensions)
        self._transactions = 0
        transport = cast(asyncio.Transport, client.transport)
        self._protocol = TransactionProtocol(transport, limits=limits, pipelining=self._offers.pipelining)
        transport.set_protocol(self._protocol)

    @property
    def usable(self) -> bool:
        """Can the next transaction begin? Not if the relay hung up, said something unasked, or has had its number."""
        used_up = 0 < self._offers.mail_max <= self._transactions
        return self._protocol.closed is None and not used_up

    async def transact(
        self,
        *,
        sender: str,
        recipient: str,
        data: bytes,
        release: Release | None = None,
        envelope_id: str | None = None,
    ) -> Transaction:
        """Offer one message to one recipient. Never raises for what the relay does.

        ``release`` is awaited while envelope and body are on their way; the final dot leaves only when it
        has returned True. On False, or if it raises, or if we are cancelled before, no dot is sent and the
        connection is closed. Without it the dot follows the body. ``envelope_id`` comes back in reports on this
        message, where the relay can (DSN). Raises MessageError for an address that cannot stand in a command.
        """
        envelope = seal(
            self._offers,
            sender=sender,
            recipient=recipient,
            data=data,
            envelope_id=envelope_id,
            tell_success=self.relay.tell_success,
        )
        if isinstance(envelope, Lacking):
            return Transaction(Phase.MAIL, None, None, reusable=True, lacking=envelope.reason)
        self._transactions += 1
        outcome = self._protocol.begin(mail=envelope.mail, rcpt=envelope.rcpt, data=data, released=release is None)
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

    async def quit(self) -> None:
        """Take leave, then close. A relay that does not answer is not waited for long."""
        await self._protocol.quit()

    def close(self) -> None:
        """Close at once, without a word."""
        self._protocol.abandon("closed by us")
