"""``newsletter doctor`` tells whether everything is there that a send needs, and what to do about what is not.

Nothing is sent and nothing is written, but for a SQLite database that did not exist. The relay is asked what a
send would ask first: connect, greet, protect, log in.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table
from rich.text import Text

from composer.cli.database import open_database
from composer.cli.terminal.console import Terminal
from composer.cli.wiring import the_route, the_site
from composer.cli.wording import say_error
from composer.database.migrating import REVISIONS
from composer.delivery.smtp.connection import open_connection
from composer.errors import ConnectionFailed, NewsletterError
from composer.settings import ProjectSettings, SiteSettings, load_settings

_PATIENCE_S = 20.0
"""For the relay's answers. A send waits minutes (RFC 5321 4.5.3.2); a person at a terminal does not."""


_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of one thing that was looked at, and what to do about it; ``advice`` is empty if it is well."""

    subject: str
    found: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done about it."""
        return not self.advice


def command(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> int:
    """Check the settings, the database and the relay. Exits with 1 if something is to be done."""
    diagnoses = [_examine(subject, look) for subject, look in _EXAMINATIONS.items()]
    if as_json:
        print(json.dumps([{"well": one.well, **dataclasses.asdict(one)} for one in diagnoses], ensure_ascii=False))
    else:
        _print(diagnoses)
    return 0 if all(one.well for one in diagnoses) else 1


def _examine(subject: str, look: Callable[[], tuple[str, str]]) -> Diagnosis:
    try:
        return Diagnosis(subject, *look())
    except NewsletterError as error:
        found, _, advice = say_error(error).partition("\n")
        return Diagnosis(subject, found, advice.strip() or "Correct this first.")


def _issues() -> tuple[str, str]:
    folder = load_settings(ProjectSettings).issues_dir
    if (folder / "newsletter.yaml").is_file():
        return f"{folder / 'newsletter.yaml'} is there", ""
    return f"{folder / 'newsletter.yaml'} is missing", "Go to the folder of your project, or begin one: newsletter init"


def _secret_key() -> tuple[str, str]:
    return f"long enough ({len(the_site().secret_key)} bytes)", ""


def _site_url() -> tuple[str, str]:
    url = load_settings(SiteSettings).site_url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"{url} is no address of a site", "Set NEWSLETTER_SITE_URL, such as https://news.example.org"
    if parts.hostname in _THIS_MACHINE:
        if the_route().relay.host in _THIS_MACHINE:
            return f"{url}, this machine: enough to try things out", ""
        return (
            f"{url} is this machine, but the relay is not: nobody could unsubscribe",
            "Set NEWSLETTER_SITE_URL to the public HTTPS address of `newsletter serve`.",
        )
    if parts.scheme != "https":
        return f"{url} is not HTTPS", "One-click unsubscribing needs HTTPS (RFC 8058 3.1): use an https:// address."
    return url, ""


def _database() -> tuple[str, str]:
    engine = open_database()
    try:
        place = engine.url.render_as_string(hide_password=True)
    finally:
        engine.dispose()
    return f"{place}, revision {REVISIONS[-1]}", ""


def _relay() -> tuple[str, str]:
    route = the_route()
    relay = route.relay

    async def look() -> None:
        async with asyncio.timeout(_PATIENCE_S):
            connection = await open_connection(relay, timeouts=route.timeouts)
            await connection.quit()

    try:
        asyncio.run(look())
    except TimeoutError:
        return f"{relay.name} does not answer", "Check NEWSLETTER_SMTP_URL, and that a firewall lets the port through."
    except ConnectionFailed as error:
        return str(error), _RELAY_ADVICE.get(str(error.phase), _RELAY_ADVICE["connect"])
    login = f", logged in as {relay.username}" if relay.username else ", without a login"
    return f"{relay.name} answers ({relay.security}{login})", ""


_RELAY_ADVICE = {
    "connect": "Check host and port of NEWSLETTER_SMTP_URL; to try things out, run: newsletter inbox",
    "tls": "The relay's encryption cannot be trusted. Use the name that its certificate is made for, or ?ca=FILE.",
    "login": "Check user name and password in NEWSLETTER_SMTP_URL; special characters are percent-encoded.",
}

_EXAMINATIONS: dict[str, Callable[[], tuple[str, str]]] = {
    "Project": _issues,
    "Secret key": _secret_key,
    "Site address": _site_url,
    "Database": _database,
    "Relay": _relay,
}
"""What is looked at → the function that tells what it found, and what to do about it (nothing: it is well)."""


def _print(diagnoses: list[Diagnosis]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for one in diagnoses:
        mark = Text("✓", style="green") if one.well else Text("✗", style="red")
        table.add_row(mark, one.subject, Text(one.found))
        if one.advice:
            table.add_row("", "", Text(one.advice, style="dim"))
    console = Terminal()
    console.print(table)
    ill = sum(not one.well for one in diagnoses)
    console.print(Text(f"\n{ill} to look after." if ill else "\nAll is well."))
