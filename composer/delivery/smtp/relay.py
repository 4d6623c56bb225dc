"""The relays that take our mail, as a setting names them: addresses, protection, logins, limits. Pure.

::

    smtp://user:password@host:587     STARTTLS, required; the certificate is checked
    smtps://user:password@host:465    TLS from the start
    smtp://127.0.0.1:1025             in the clear: a loopback address without a login needs no TLS
    smtp://10.0.0.5:25?tls=none       in the clear, because you say so; never with a login
    smtps://host?ca=/etc/ssl/our.pem  trust this authority instead of the system's
    smtp://host?notify=success        ask for a report of every delivery, not of failures only (RFC 3461)

A user name or password with special characters is percent-encoded. Several relays are separated by spaces::

    smtp://a.example?weight=3 smtp://b.example                 three messages by a, then one by b
    smtp://a.example smtp://spare.example?weight=0             the second one only when the first is away
    smtp://a.example?from=cities.example smtp://b.example      by the sender's domain; from= may stand several times
    smtp://a.example?connections=4&per_second=20&per_day=5000  limits; per_minute and per_hour too
    smtp://new.example?warmup=200x1.5                          200 on the first day, half as many more each day
"""

from __future__ import annotations

import enum
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from composer.address import read_domain
from composer.delivery.limits.quota import Unit, parse_rates
from composer.delivery.limits.settings import UNLIMITED, LimitSet
from composer.delivery.limits.warmup import parse_warm_up
from composer.errors import SettingsError

_SETTING = "NEWSLETTER_SMTP_URL"
_ENCODE = "percent-encode / # ? [ ] % and @ in user name and password: %2F %23 %3F %5B %5D %25 %40"
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}

_RATES = {f"per_{unit}": unit for unit in Unit}
OPTIONS = ("tls", "ca", "notify", "weight", "from", "connections", *_RATES, "warmup")
_NEXT_RELAY = re.compile(r"[\s,]+(?=smtps?://)")


class Security(enum.StrEnum):
    """The ways in which a connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes our mail, as the setting names it: where it is, how to log in, what it is used for."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    tell_success: bool = False
    weight: int = 1  # its share of the messages; 0: only when no other is left
    senders: tuple[str, ...] = ()  # the From domains that it carries; none: all that no other one names
    limits: LimitSet = UNLIMITED

    @property
    def name(self) -> str:
        """The relay as records name it, without its login."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def account(self) -> str:
        """Whose limits these are: two logins at one host are two accounts."""
        return f"{self.username}@{self.name}" if self.username else self.name


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each answer may take, in seconds (RFC 5321 4.5.3.2). A shorter wait for the dot makes doubles."""

    connect_s: float = 30.0  # of our own: the RFC has none. For each address of the host, as Postfix does
    greeting_s: float = 300.0
    mail_s: float = 300.0
    rcpt_s: float = 300.0
    data_s: float = 120.0
    block_s: float = 180.0
    dot_s: float = 600.0
    quit_s: float = 5.0  # by now everything is recorded; nobody waits for a farewell


def parse_relays(urls: str) -> tuple[Relay, ...]:
    """Read the relays that the setting names, in its order. Raises SettingsError, without repeating a password."""
    addresses = _NEXT_RELAY.split(urls.strip(" \t\r\n,"))
    relays = []
    for number, address in enumerate(addresses, start=1):
        try:
            relays.append(parse_relay(address))
        except SettingsError as error:
            if len(addresses) == 1:
                raise
            raise SettingsError(f"{error} (relay {number} of {len(addresses)})") from None
    accounts = [relay.account for relay in relays]
    if twice := next((relay for relay in relays if accounts.count(relay.account) > 1), None):
        # Some providers' user name is as secret as the password.
        same = f"{twice.name} with the same login" if twice.username else twice.name
        raise SettingsError(f"{_SETTING} names {same} twice")
    return tuple(relays)


def parse_relay(url: str) -> Relay:
    """Read the relay that one address names. Raises SettingsError, without repeating the password.

    Nor any piece of it: where a sign in the login has cut the address, what stands after the cut is no host, port or
    option that could be shown.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        # What Python says of it repeats a part of the address.
        raise SettingsError(f"{_SETTING} is not an address, as smtp://mail.example.org:587 is; {_ENCODE}") from None
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        raise SettingsError(f"{_SETTING} has an @ after the host; {_ENCODE}")
    if parts.scheme not in _DEFAULT_PORTS:
        raise SettingsError(f"{_SETTING} begins with smtp:// or smtps://")
    if not host or port == 0 or not host.isprintable() or " " in host:
        raise SettingsError(f"{_SETTING} needs a host, as in smtp://mail.example.org:587")
    if parts.path not in ("", "/") or parts.fragment:
        raise SettingsError(f"{_SETTING} has something after the host; {_ENCODE}")
    options = _options(parts)
    username = unquote(parts.username) if parts.username else None
    if parts.password and not username:
        raise SettingsError(f"{_SETTING} has a password but no user name")
    security = _security(parts.scheme, options.get("tls"), host=host, has_login=username is not None)
    return Relay(
        host=host,
        port=port or _DEFAULT_PORTS[parts.scheme],
        security=security,
        username=username,
        password=SecretStr(unquote(parts.password or "")) if username else None,
        ca_file=Path(options["ca"]) if "ca" in options else None,
        tell_success=options.get("notify") == "success",
        weight=_number(options, "weight", at_least=0) if "weight" in options else 1,
        senders=tuple(map(read_domain, re.split(r"[\s,]+", options["from"]))) if options.get("from") else (),
        limits=_limit_set(options),
    )


def _options(parts: SplitResult) -> Mapping[str, str]:
    options: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in OPTIONS:
            raise SettingsError(f"{_SETTING} has an unknown option: {name!r}; it has {', '.join(OPTIONS)}")
        if name in options and name != "from":
            raise SettingsError(f"{_SETTING} has {name}= twice")
        options[name] = f"{options[name]} {value}" if name in options else value
    if options.get("tls", "none") not in ("none", "required"):
        raise SettingsError(f"{_SETTING} has tls={options['tls']!r}; it is none or required")
    if options.get("notify", "failure") not in ("failure", "success"):
        raise SettingsError(f"{_SETTING} has notify={options['notify']!r}; it is failure or success")
    return options


def _limit_set(options: Mapping[str, str]) -> LimitSet:
    rates = [f"{_number(options, name, at_least=1)}/{unit}" for name, unit in _RATES.items() if name in options]
    warm_up = parse_warm_up(options["warmup"], setting=_SETTING) if "warmup" in options else None
    connections = _number(options, "connections", at_least=1) if "connections" in options else None
    return LimitSet(parse_rates(rates, setting=_SETTING), connections, warm_up)


def _number(options: Mapping[str, str], name: str, *, at_least: int) -> int:
    text = options[name]
    if not (text.isascii() and text.isdigit() and at_least <= int(text) <= 1_000_000_000):
        raise SettingsError(f"{_SETTING} has {name}={text!r}; it is a whole number from {at_least} on")
    return int(text)


def _security(scheme: str, tls: str | None, *, host: str, has_login: bool) -> Security:
    if scheme == "smtps":
        if tls == "none":
            raise SettingsError(f"{_SETTING} asks for smtps:// and tls=none at once")
        return Security.TLS
    if tls == "none":
        if has_login and not _is_loopback(host):
            raise SettingsError(f"{_SETTING} would send a password in the clear; leave out tls=none")
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
