"""Settings come from the environment and a file, prefix ``NEWSLETTER_``; each consumer has a small class of its own.

The file is ``.env`` of the folder where the program runs, unless ``read_from`` has named another one.
``.env.example`` explains every setting; a test keeps the two in step. Secrets are ``SecretStr``: they
print as stars, and their value is taken out only where it is used.

A name that is no setting is told, never ignored: whoever writes NEWSLETTER_RAET believes that a limit holds. In
the file, which is ours alone, that is any such name; in the environment, which we share, one that resembles a setting.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError

from composer.errors import SettingsError, UnknownSetting, UnknownSettings
from composer.starting.unread import unread

with unread("asyncio"):  # for command lines that pydantic-settings would make; building a mail needs no event loop
    from pydantic_settings import BaseSettings, SettingsConfigDict

_PREFIX = "NEWSLETTER_"
DEFAULT_FILE = Path(".env")
_RESEMBLES = 0.7
_KEPT_AT_LEAST_DAYS = 30  # a mailing may be tried again, and its replies be looked at, for some weeks

# What Kubernetes and Docker's links put into the environment for a service that is called newsletter.
_OF_A_SERVICE = re.compile(r"(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)\w*)?)\Z")


class _Source:
    """Which file the settings are read from: one for the whole program, as the environment is."""

    file = DEFAULT_FILE


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file_encoding="utf-8", extra="ignore", frozen=True)


class ProjectSettings(_Settings):
    """Where the author's files are."""

    issues_dir: Path = Field(Path("issues"), description="The folder of issues, with newsletter.yaml in it.")
    templates_dir: Path = Field(
        Path("templates"),
        description="Your own templates; each file here replaces the shipped one of that name.",
    )


class DatabaseSettings(_Settings):
    """Where people, mailings and deliveries are kept."""

    database_url: SecretStr = Field(
        SecretStr("sqlite:///newsletter.db"),
        description="sqlite:///FILE, or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
    )
    erasures_file: str = Field(
        "",
        description="Who was erased, as keyed hashes, so that a restored backup does not bring them back. Empty: "
        "beside a SQLite database (newsletter.db-erased); PostgreSQL has none unless you name one. Never restore it.",
    )


class SiteSettings(_Settings):
    """The public pages: unsubscribe, view in browser."""

    site_url: str = Field(
        "http://127.0.0.1:8025",
        description="Public address of `newsletter serve`; links in mails begin with it. HTTPS in production.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs unsubscribe links and Message-IDs. At least 32 characters; keep it as long as mails live.",
    )
    serve_host: str = Field("127.0.0.1", description="Address that `newsletter serve` listens on.")
    serve_port: int = Field(8025, ge=1, le=65535, description="Port that `newsletter serve` listens on.")


class SmtpSettings(_Settings):
    """The relay that takes our mail."""

    smtp_url: SecretStr = Field(
        SecretStr("smtp://127.0.0.1:1025"),
        description="smtp://USER:PASSWORD@HOST:587 (STARTTLS, required) or smtps://USER:PASSWORD@HOST:465 (TLS from "
        "the start); percent-encode odd characters. ?ca=FILE trusts your own authority; ?tls=none sends in the clear. "
        "Several relays are separated by spaces; their options (weight, from, limits) are told in docs/sending.md.",
    )
    connections: int = Field(8, ge=1, le=200, description="Connections to each relay at the same time.")
    dot_timeout_s: float = Field(
        600.0,
        gt=0,
        description="Seconds to wait for the answer to a message. RFC 5321 4.5.3.2.6 asks for 600.",
    )


class PaceSettings(_Settings):
    """How fast and when mail leaves. Empty: no limit. docs/sending.md tells more."""

    rate: str = Field("", description="All mail together, as in 50/second 20000/day; by second, minute, hour, day.")
    rate_from: str = Field(
        "", description="By the sender's domain, as in news.example.org 1000/hour; * is each of the others."
    )
    rate_to: str = Field(
        "",
        description="By the receiving provider or domain, as in gmail 20/second 10 connections; * 5/second. "
        "Separated by semicolons; * is each of the others.",
    )
    providers: str = Field(
        "", description="More domains of a provider, as in gmail: school.example; cities: nice.example lyon.example."
    )
    sending_window: str = Field("", description="Days and hours, as in Mon-Fri 08:00-18:00 Europe/Paris.")


class SendSettings(_Settings):
    """What must be so before anything is sent."""

    approval: Literal["", "required"] = Field(
        "", description="required: a mailing is sent only after a second person's `newsletter approve MAILING`."
    )


class ConsentSettings(_Settings):
    """What is kept of how people gave their consent."""

    consent_ip: bool = Field(
        False,
        description="true: the IP address and the browser of whoever fills in a form are kept as evidence. Ask "
        "yourself whether you need them: a confirmed address proves more.",
    )
    consent_ip_days: int = Field(
        90, ge=1, le=3650, description="Days for which these are kept; then hashes take their place."
    )


class ServiceSettings(_Settings):
    """What `newsletter run` does beside the public pages."""

    drain_s: float = Field(
        30.0,
        ge=0,
        le=3600,
        description="Seconds that `newsletter run` gives what is under way to finish when it is told to end.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address for /healthz, /readyz and /metrics of the service.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port for these three; 0: none. docs/run.md tells more.")


def _long_enough(days: int) -> int:
    if 0 < days < _KEPT_AT_LEAST_DAYS:
        raise ValueError(f"at least {_KEPT_AT_LEAST_DAYS} days, or 0 to keep it for ever")
    return days


_Days = Annotated[int, Field(ge=0, le=36_500), AfterValidator(_long_enough)]


class KeepingSettings(_Settings):
    """How long the record of sending is kept. Empty or 0: for ever."""

    keep_deliveries_days: _Days = Field(
        0,
        description="Days after the end of a mailing; then it is packed to counts, and who got it is not known any "
        "more. At least 30. docs/operating.md tells what goes with it.",
    )
    keep_attempts_days: _Days = Field(
        0, description="Days after the end of a mailing for which the earlier tries are kept. At least 30."
    )


class LogSettings(_Settings):
    """What is told on stderr while the program works."""

    log: Literal["text", "json"] = Field(
        "text", description="text is for people, json a document a line for programs. docs/operating.md tells more."
    )
    log_level: Literal["", "debug", "info", "warning", "error"] = Field(
        "",
        description="From which level on. Empty: warning for text on a terminal, info for json and for a daemon's text "
        "elsewhere.",
    )


S = TypeVar("S", bound=BaseSettings)


def read_from(file: Path) -> None:
    """Read the settings from ``file`` from now on. Raises SettingsError if it is none, or cannot be read."""
    try:
        file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{file} cannot be read: {reason}") from error
    _Source.file = file.absolute()


def settings_file() -> Path:
    """The file that settings are read from, which need not be there."""
    return _Source.file


def load_settings(kind: type[S]) -> S:
    """Read one settings class from the environment and the file. Raises SettingsError, naming each variable."""
    try:
        found = kind(_env_file=_Source.file)
    except ValidationError as error:
        wrong = [(str(one["loc"][0]), one["msg"]) for one in error.errors(include_url=False, include_input=False)]
        lines = [f"{_PREFIX}{name.upper()}: {said}. {kind.model_fields[name].description}" for name, said in wrong]
        raise SettingsError("\n".join(lines)) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{_Source.file} cannot be read: {reason}") from error
    if unknown := list(_unknown()):
        raise UnknownSettings(unknown)
    return found


def _unknown() -> Iterator[UnknownSetting]:
    """Find each name that has our prefix and is no setting."""
    known = [f"{_PREFIX}{field}".upper() for one in _Settings.__subclasses__() for field in one.model_fields]
    written = dotenv_values(_Source.file, interpolate=False, encoding="utf-8") if _Source.file.is_file() else {}
    for name in written:
        if _is_strange(name, known):
            yield UnknownSetting(name, str(_Source.file), _nearest(name, known))
    for name in os.environ:
        if name not in written and _is_strange(name, known) and (near := _nearest(name, known)):
            yield UnknownSetting(name, "the environment", near)


def _is_strange(name: str, known: list[str]) -> bool:
    ours = name.upper()
    return ours.startswith(_PREFIX) and ours not in known and not _OF_A_SERVICE.match(ours.removeprefix(_PREFIX))


def _nearest(name: str, known: list[str]) -> str | None:
    from difflib import get_close_matches  # only for somebody who has mistyped

    bare = [one.removeprefix(_PREFIX) for one in known]
    near = get_close_matches(name.upper().removeprefix(_PREFIX), bare, n=1, cutoff=_RESEMBLES)
    return _PREFIX + near[0] if near else None
