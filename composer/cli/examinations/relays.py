"""Looks at every relay as a send would: connects, greets, protects, logs in; and asks if it takes mail of our size."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Sequence

from composer.cli.examinations.diagnosis import Diagnosis, told
from composer.delivery.smtp.connection import SmtpConnection, open_connection
from composer.delivery.smtp.pool import Route
from composer.delivery.smtp.relay import Security
from composer.errors import ConnectionFailed, NewsletterError
from composer.settings import ProjectSettings, load_settings
from composer.workflow.sample_message import sample_message
from composer.workflow.wiring import check_issue, the_routes, the_site

_PATIENCE_S = 20.0
"""For a relay's answers. A send waits minutes (RFC 5321 4.5.3.2); a person at a terminal does not."""

_TYPICAL_BYTES = 100_000
"""The size of a newsletter with embedded calendar files, where there is no issue to measure."""

_ENDS_SOON_S = 14 * 86_400

_ADVICE = {
    "connect": "Check host and port of NEWSLETTER_SMTP_URL; to try things out, run: newsletter inbox",
    "tls": "The relay's encryption cannot be trusted. Use the name that its certificate is made for, or ?ca=FILE.",
    "login": "Check user name and password in NEWSLETTER_SMTP_URL; special characters are percent-encoded.",
}


def examine_relays() -> Sequence[Diagnosis]:
    """Look at all relays of the settings, at the same time."""
    try:
        routes = the_routes()
    except NewsletterError as error:
        return [told("Relay", error)]
    size_bytes, measured = _message_size()
    subjects = ["Relay"] if len(routes) == 1 else [f"Relay {number}" for number, _ in enumerate(routes, start=1)]

    async def look_at_all() -> list[Diagnosis]:
        looks = [_look(subject, route, size_bytes, measured) for subject, route in zip(subjects, routes, strict=True)]
        return await asyncio.gather(*looks)

    return asyncio.run(look_at_all())


async def _look(subject: str, route: Route, size_bytes: int, measured: str) -> Diagnosis:
    relay = route.relay
    try:
        async with asyncio.timeout(_PATIENCE_S):
            connection = await open_connection(relay, timeouts=route.timeouts)
            found = _what_it_is(route, connection)
            advice = _what_is_wrong(connection, size_bytes, measured)
            await connection.quit()
    except TimeoutError:
        words = f"{relay.name} does not answer"
        return Diagnosis(subject, words, "Check NEWSLETTER_SMTP_URL, and that a firewall lets the port through.")
    except ConnectionFailed as error:
        return Diagnosis(subject, str(error), _ADVICE.get(str(error.phase), _ADVICE["connect"]))
    except NewsletterError as error:
        return told(subject, error)
    return Diagnosis(subject, found, advice)


def _what_it_is(route: Route, connection: SmtpConnection) -> str:
    relay = route.relay
    parts = [f"{relay.name} answers ({relay.security}"]
    if connection.certificate_ends is not None:
        parts.append(f"certificate until {dt.datetime.fromtimestamp(connection.certificate_ends, dt.UTC):%Y-%m-%d}")
    if relay.security is Security.PLAIN:
        parts.append("not encrypted")
    parts.append(f"logged in as {relay.username})" if relay.username else "without a login)")
    size = connection.size_max
    return f"{', '.join(parts)}, messages up to {size:,} bytes" if size else ", ".join(parts)


def _what_is_wrong(connection: SmtpConnection, size_bytes: int, measured: str) -> str:
    advice = []
    if 0 < connection.size_max < size_bytes:
        advice.append(
            f"{measured} is {size_bytes:,} bytes, more than this relay takes: have its limit raised (Postfix: "
            "message_size_limit), name another relay, or make the mail smaller (pictures: hosted)."
        )
    if connection.certificate_ends is not None and connection.certificate_ends < time.time() + _ENDS_SOON_S:
        advice.append("Its certificate ends within 14 days: have it renewed, or sending stops that day.")
    return " ".join(advice)


def _message_size() -> tuple[int, str]:
    """The bytes of the largest message of the newest issue that can be built, and what was measured, in words."""
    from composer.issue import find_issues
    from composer.output.sample_readers import sample_readers

    try:
        site = the_site()
        folders = find_issues(load_settings(ProjectSettings).issues_dir)
        newest = max(folders, key=lambda folder: folder.name, default=None)
        checked = check_issue(str(newest)) if newest else None
        if checked and checked.editions and checked.issue:
            own = checked.issue.newsletter.fields
            messages = [
                sample_message(
                    edition, "reader@example.org", number=1, reader=sample_readers(edition.language, own)[0], site=site
                )
                for edition in checked.editions.values()
            ]
            return max(map(len, messages)), f"The newest issue ({checked.issue.slug})"
    except (NewsletterError, OSError):
        pass  # it is told where it belongs: here a mail of usual size will do
    return _TYPICAL_BYTES, "A usual newsletter"
