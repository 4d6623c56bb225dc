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

from composer.delivery.reply import Phase, clean_text
from composer.delivery.smtp.envelope import Envelope, Unsupported, build_envelope, read_capabilities
from composer.delivery.smtp.relay import Relay, Security, Timeouts
from composer.delivery.smtp.transaction import Transaction, TransactionProtocol
from composer.errors import ConnectionFailed, SettingsError

_UNKNOWN_COMMAND = frozenset({500, 502, 504})  # RFC 5321 4.2.4
_FULL_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

Release = Callable[[], Awaitable[bool]]
"""It gives True if the intent to send is durable and the dot may go, False if this message must not be sent."""


async def open_connection(relay: Relay, *, timeouts: Timeouts) -> SmtpConnection:
    """Connect, protect, log in. Raises ConnectionFailed, which says how far it came and what the relay replied.

    A relay that does not understand EHLO, or answers it with what is no reply, is greeted with HELO on a new connection
    (RFC 5321 4.1.4), if nothing is needed that only EHLO brings. Raises SettingsError if the file with the authority to
    trust cannot be used.
    """
    try:
        return await _open(relay, timeouts=timeouts, is_extended=True)
    except _NeedsHelo:
        return await _open(relay, timeouts=timeouts, is_extended=False)


class _NeedsHelo(Exception):
    """EHLO is nothing that this relay knows."""


async def _open(relay: Relay, *, timeouts: Timeouts, is_extended: bool) -> SmtpConnection:
    phase = Phase.CONNECT
    try:
        tls_context = _tls_context(relay.ca_file) if relay.security is not Security.PLAIN else None
        tcp = await _connect(relay, limit_s=timeouts.connect_s)
        client = aiosmtplib.SMTP(
            hostname=relay.host,  # whose certificate it must be
            sock=tcp,
            use_tls=relay.security is Security.TLS,
            start_tls=False,  # asked for below, to tell a failure of it from one of the connection
            tls_context=tls_context,
            timeout=timeouts.greeting_s,
            local_hostname=_own_name(tcp),
        )
        await client.connect()
        try:
            await (_say_ehlo(client, relay) if is_extended else client.helo())
            if relay.security is Security.STARTTLS:
                phase = Phase.TLS
                _need(client, "STARTTLS")
                await client.starttls()
                await client.ehlo()  # what was offered in the clear does not count (RFC 3207 4.2)
            if relay.username is not None:
                phase = Phase.LOGIN
                _need(client, "AUTH")
                await client.login(relay.username, relay.password.get_secret_value() if relay.password else "")
        except BaseException:
            client.close()
            raise
    except aiosmtplib.SMTPResponseException as error:
        code = error.code if error.code > 0 else None  # aiosmtplib's own -1: what came was no reply
        raise ConnectionFailed(f"{relay.name}: {_said(error, relay)}", phase=phase, code=code) from None
    except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
        raise ConnectionFailed(f"{relay.name}: {_words(error, timeouts)}", phase=phase) from None
    return SmtpConnection(client, relay=relay, timeouts=timeouts)


async def _say_ehlo(client: aiosmtplib.SMTP, relay: Relay) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPResponseException as error:
        may_do_without = relay.security is Security.PLAIN and relay.username is None
        if may_do_without and (error.code in _UNKNOWN_COMMAND or error.code < 0):
            raise _NeedsHelo from error
        raise


def _need(client: aiosmtplib.SMTP, extension: str) -> None:
    if not client.supports_extension(extension):
        raise aiosmtplib.SMTPNotSupported(f"it does not offer {extension}")


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


def _said(error: aiosmtplib.SMTPResponseException, relay: Relay) -> str:
    """The relay's reply, without the login, should it have repeated what it was given."""
    words = clean_text(str(error.message).encode("utf-8", "replace"))
    if relay.password is not None and (password := relay.password.get_secret_value()):
        login = f"\0{relay.username}\0{password}"
        for secret in (password, *(b64encode(text.encode()).decode() for text in (login, password))):
            words = words.replace(secret, "…")
    if error.code > 0:
        return f"{error.code} {words}"
    line = words.removeprefix("Malformed SMTP response line:").strip()
    return f"it answers, but not as SMTP does: {line or 'an empty line stands in its answer'}"


def _words(error: Exception, timeouts: Timeouts) -> str:
    """What went wrong on the way to the relay, plainly, and without naming the relay again."""
    cause = error.__cause__ or error  # aiosmtplib's own words repeat the address
    match cause:
        case ConnectionRefusedError():
            return "nobody answers there"
        case socket.gaierror(errno=socket.EAI_AGAIN):
            return "the name service does not answer"
        case socket.gaierror() | UnicodeError():
            return "there is no such host"
        case aiosmtplib.SMTPServerDisconnected() | ConnectionResetError() | ConnectionAbortedError():
            return "it hung up"
        case aiosmtplib.SMTPTimeoutError():
            return f"no answer within {timeouts.greeting_s:g} s"
        case ssl.SSLCertVerificationError():
            return f"its certificate cannot be trusted: {cause.verify_message}"
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER"):
            return "it does not speak TLS on this port; smtps:// is for 465, smtp:// for 587 and 25"
        case OSError(strerror=str(words)):
            return words
    return str(cause)


@functools.lru_cache(maxsize=8)
def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SettingsError(f"NEWSLETTER_SMTP_URL has ca={ca_file}, which cannot be used: {error.strerror}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    return context


def _own_name(tcp: socket.socket) -> str:
    """What we say in EHLO: our full name, or else our address (RFC 5321 4.1.4). Relays turn away "localhost".

    The name service is not asked: it may take seconds to say that it does not know us.
    """
    name = socket.gethostname()
    if _FULL_NAME.fullmatch(name):
        return name
    address = tcp.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


class SmtpConnection:
    """An open connection to a relay, which carries one transaction at a time."""

    def __init__(self, client: aiosmtplib.SMTP, *, relay: Relay, timeouts: Timeouts) -> None:
        self.relay = relay
        self._capabilities = read_capabilities(client.esmtp_extensions)
        self._transactions = 0
        self._last_envelope: tuple[tuple[str, str, str | None, bytes], Envelope | Unsupported] | None = None
        transport = cast(asyncio.Transport, client.transport)
        certificate = transport.get_extra_info("peercert") or {}
        ends = certificate.get("notAfter")
        self._certificate_ends = float(ssl.cert_time_to_seconds(ends)) if ends else None
        self._protocol = TransactionProtocol(transport, timeouts=timeouts, pipelining=self._capabilities.pipelining)
        transport.set_protocol(self._protocol)

    @property
    def usable(self) -> bool:
        """Whether the next one can begin. It cannot if the relay hung up, spoke unasked, or has had its number."""
        return self._protocol.closed is None and not self._is_used_up

    @property
    def size_max(self) -> int:
        """How many bytes a message may have by what the relay announced (RFC 1870); 0 where there is no limit."""
        return self._capabilities.size_max

    @property
    def certificate_ends(self) -> float | None:
        """When the relay's certificate ends, in Unix seconds; None if the connection has none."""
        return self._certificate_ends

    @property
    def has_announced(self) -> bool:
        """Whether a message has been announced, which is then the only one that may be offered next."""
        return self._protocol.has_announced

    @property
    def _is_used_up(self) -> bool:
        return 0 < self._capabilities.mail_max <= self._transactions

    async def transact(
        self,
        *,
        sender: str,
        recipient: str,
        data: bytes,
        release: Release | None = None,
        comes_soon: bool = False,
        envelope_id: str | None = None,
    ) -> Transaction:
        """Offer one message to one recipient. Never raises for what the relay does.

        ``release`` is awaited while envelope and body are on their way; the final dot leaves only when it
        has returned True. On False, or if it raises, or if we are cancelled before, no dot is sent and the
        connection is closed. Without it the dot follows the body. If the release ``comes_soon``, a body that is not
        long waits for it, and both leave together. ``envelope_id`` comes back in reports on this
        message, where the relay can (DSN). Raises MessageError for an address that cannot stand in a command.
        """
        envelope = self._envelope_of(sender=sender, recipient=recipient, data=data, envelope_id=envelope_id)
        if isinstance(envelope, Unsupported):
            return Transaction(Phase.MAIL, None, None, reusable=True, unsupported=envelope.reason)
        self._transactions += 1
        outcome = self._protocol.begin(
            mail=envelope.mail, rcpt=envelope.rcpt, data=data, released=release is None, holds_body=comes_soon
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

    def announce(self, *, sender: str, recipient: str, data: bytes, envelope_id: str | None = None) -> None:
        """Say which message will be offered next on this connection, while one is on its way, before its dot.

        Its commands travel with that dot (RFC 2920), if the relay can take them so. Nothing else may be offered then,
        but nothing is lost if the connection ends first. Raises MessageError like ``transact``.
        """
        envelope = self._envelope_of(sender=sender, recipient=recipient, data=data, envelope_id=envelope_id)
        if isinstance(envelope, Envelope) and not self._is_used_up:
            self._protocol.announce(mail=envelope.mail, rcpt=envelope.rcpt)

    def _envelope_of(
        self, *, sender: str, recipient: str, data: bytes, envelope_id: str | None
    ) -> Envelope | Unsupported:
        """Build the envelope of a message, or return the one that was built when the message was announced."""
        message = (recipient, sender, envelope_id, data)
        if self._last_envelope is None or self._last_envelope[0] != message:
            envelope = build_envelope(
                self._capabilities,
                sender=sender,
                recipient=recipient,
                data=data,
                envelope_id=envelope_id,
                tell_success=self.relay.tell_success,
            )
            self._last_envelope = (message, envelope)
        return self._last_envelope[1]

    async def quit(self) -> None:
        """Take leave, then close. A relay that does not answer is not waited for long."""
        await self._protocol.quit()

    def close(self) -> None:
        """Close the connection at once, without a word to the relay."""
        self._protocol.abandon("closed by us")
