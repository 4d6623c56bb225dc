"""The relay that takes our mail, as a setting names it: an address, how it is protected, a login. Pure.

::

    smtp://user:password@host:587     STARTTLS, required; the certificate is checked
    smtps://user:password@host:465    TLS from the start
    smtp://127.0.0.1:1025             in the clear: a loopback address without a login needs no TLS
    smtp://10.0.0.5:25?tls=none       in the clear, because you say so; never with a login
    smtps://host?ca=/etc/ssl/our.pem  trust this authority instead of the system's
    smtp://host?notify=success        ask for a report of every delivery, not of failures only (RFC 3461)

A user name or password with special characters is percent-encoded.
"""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from composer.errors import SettingsError

_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class Security(enum.StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Relay:
    """Where our mail goes first."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    tell_success: bool = False

    @property
    def name(self) -> str:
        """For records: without the login."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each answer may take, in seconds (RFC 5321 4.5.3.2). A shorter wait for the dot makes doubles."""

    connect_s: float = 30.0  # of our own: the RFC has none. For each address of the host, as Postfix does
    greeting_s: float = 300.0
    mail_s: float = 300.0
    rcpt_s: float = 300.0
    data_s: float = 120.0
    block_s: float = 180.0
    dot_s: float = 600.0
    quit_s: float = 5.0  # by now everything is recorded; nobody waits for a farewell


def parse_relay(url: str) -> Relay:
    """The relay that the address names. Raises SettingsError, without repeating the password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError(f"NEWSLETTER_SMTP_URL is not an address: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise SettingsError("NEWSLETTER_SMTP_URL begins with smtp:// or smtps://")
    if not host or port == 0 or not host.isprintable() or " " in host:
        raise SettingsError("NEWSLETTER_SMTP_URL needs a host, as in smtp://mail.example.org:587")
    if parts.path not in ("", "/") or parts.fragment:
        raise SettingsError("NEWSLETTER_SMTP_URL has something after the host; percent-encode / # ? and @ in the login")
    options = _options(parts)
    username = unquote(parts.username) if parts.username else None
    if parts.password and not username:
        raise SettingsError("NEWSLETTER_SMTP_URL has a password but no user name")
    security = _security(parts.scheme, options.get("tls"), host=host, has_login=username is not None)
    return Relay(
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        security=security,
        username=username,
        password=SecretStr(unquote(parts.password or "")) if username else None,
        ca_file=Path(options["ca"]) if "ca" in options else None,
        tell_success=options.get("notify") == "success",
    )


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - {"tls", "ca", "notify"}:
        raise SettingsError(f"NEWSLETTER_SMTP_URL has an unknown option: {min(unknown)!r}; it has tls, ca, notify")
    if options.get("tls", "none") not in ("none", "required"):
        raise SettingsError(f"NEWSLETTER_SMTP_URL has tls={options['tls']!r}; it is none or required")
    if options.get("notify", "failure") not in ("failure", "success"):
        raise SettingsError(f"NEWSLETTER_SMTP_URL has notify={options['notify']!r}; it is failure or success")
    return options


def _security(scheme: str, tls: str | None, *, host: str, has_login: bool) -> Security:
    if scheme == "smtps":
        if tls == "none":
            raise SettingsError("NEWSLETTER_SMTP_URL asks for smtps:// and tls=none at once")
        return Security.TLS
    if tls == "none":
        if has_login and not _is_loopback(host):
            raise SettingsError("NEWSLETTER_SMTP_URL would send a password in the clear; leave out tls=none")
        return Security.PLAIN
    if tls is None and not has_login and _is_loopback(host):
        return Security.PLAIN
    return Security.STARTTLS


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
