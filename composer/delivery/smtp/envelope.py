"""Makes the envelope of one message, by what the relay has announced. Pure.

::

    EHLO's answer ── read_capabilities ──▶ Capabilities
                                               └─ build_envelope(sender, recipient, data) ─┬─▶ Envelope(MAIL, RCPT)
                                                                                           └─▶ Unsupported

    MAIL FROM:<…> SIZE=        announced SIZE (RFC 1870)
                  BODY=8BITMIME      a message beyond ASCII (RFC 6152)
                  SMTPUTF8           an address or a header beyond ASCII (RFC 6531 3.4)
                  RET=HDRS ENVID=    announced DSN (RFC 3461 4.3, 4.4)
    RCPT TO:<…>   NOTIFY= ORCPT=     announced DSN (RFC 3461 4.1, 4.2; ORCPT by RFC 6533 3 with SMTPUTF8)

What the relay did not announce is never sent, and a message that needs it is not sent either: nothing is
downgraded in silence. The reports that come back tell headers only; nobody needs the newsletter a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from composer.address import wire_address

_ENVELOPE_ID_MAX = 100  # RFC 3461 4.4
_ORIGINAL_MAX = 500  # RFC 3461 4.2
_SIZE_DIGITS = 20  # RFC 1870 3
_limits = re.compile(r"(?:^|\s)(?:MAILMAX|RCPTDOMAINMAX)=([1-9][0-9]{0,5})(?=\s|$)", re.IGNORECASE).findall
_not_xtext = re.compile(r"[^!-*,-<>-~]")
_not_unitext = re.compile(r"[\x00-\x20+=\\\x7f]")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the relay can do. ``size_max`` and ``mail_max`` are 0 where there is no limit."""

    pipelining: bool
    eight_bit: bool
    utf8: bool
    size: bool
    size_max: int  # bytes (RFC 1870 4)
    dsn: bool
    mail_max: int  # transactions on one connection (RFC 9422 4.1), each of which may be for a new domain (4.3)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The two commands that go before a message, as octets."""

    mail: bytes
    rcpt: bytes


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why this relay cannot carry the message."""

    reason: str


def read_capabilities(extensions: Mapping[str, str]) -> Capabilities:
    """Read EHLO's keywords, in lower case, and their parameters. What is malformed counts as not said."""
    size = extensions.get("size", "").strip()
    return Capabilities(
        pipelining="pipelining" in extensions,
        eight_bit="8bitmime" in extensions,
        utf8="smtputf8" in extensions,
        size="size" in extensions,
        size_max=int(size) if size.isdecimal() and len(size) <= _SIZE_DIGITS else 0,
        dsn="dsn" in extensions,
        mail_max=min(map(int, _limits(extensions.get("limits", ""))), default=0),
    )


def build_envelope(
    capabilities: Capabilities,
    *,
    sender: str,
    recipient: str,
    data: bytes,
    envelope_id: str | None,
    tell_success: bool,
) -> Envelope | Unsupported:
    """Make the commands that go before a message, or say why the relay cannot carry it.

    ``sender`` may be empty (RFC 5321 4.5.5); ``envelope_id`` comes back in every report on the message.

    Raises MessageError for an address that cannot stand in a command.
    """
    sent_by, sent_to = wire_address(sender) if sender else "", wire_address(recipient)
    seven_bit = data.isascii()
    utf8 = not (sent_by.isascii() and sent_to.isascii() and (seven_bit or _header(data).isascii()))
    if unsupported := _unsupported(capabilities, size_bytes=len(data), seven_bit=seven_bit, utf8=utf8):
        return Unsupported(unsupported)
    mail, rcpt = f"MAIL FROM:<{sent_by}>", f"RCPT TO:<{sent_to}>"
    if capabilities.size:
        mail += f" SIZE={len(data)}"
    if not seven_bit or (utf8 and capabilities.eight_bit):
        mail += " BODY=8BITMIME"
    if utf8:
        mail += " SMTPUTF8"
    if capabilities.dsn:
        identity = xtext(envelope_id or "")
        mail += " RET=HDRS" + (f" ENVID={identity}" if 0 < len(identity) <= _ENVELOPE_ID_MAX else "")
        rcpt += " NOTIFY=SUCCESS,FAILURE" if tell_success else " NOTIFY=FAILURE"
        original = _original(sent_to)
        rcpt += f" ORCPT={original}" if len(original) <= _ORIGINAL_MAX else ""
    return Envelope(f"{mail}\r\n".encode(), f"{rcpt}\r\n".encode())


def xtext(text: str) -> str:
    """Encode ASCII text as RFC 3461 4 wants it: what is not printable, and + and =, become +XX."""
    return _not_xtext.sub(lambda found: f"+{ord(found[0]):02X}", text)


def _original(address: str) -> str:
    """The original recipient with its address type. UTF-8 may stand in it as it is, for SMTPUTF8 is in force then."""
    if address.isascii():
        return f"rfc822;{xtext(address)}"
    return "utf-8;" + _not_unitext.sub(lambda found: f"\\x{{{ord(found[0]):02X}}}", address)


def _unsupported(capabilities: Capabilities, *, size_bytes: int, seven_bit: bool, utf8: bool) -> str | None:
    if utf8 and not capabilities.utf8:
        return "needs SMTPUTF8"
    if not seven_bit and not capabilities.eight_bit:
        return "needs 8BITMIME"
    if 0 < capabilities.size_max < size_bytes:
        return f"is {size_bytes} bytes; the relay takes {capabilities.size_max}"
    return None


def _header(data: bytes) -> bytes:
    return data.partition(b"\r\n\r\n")[0]
