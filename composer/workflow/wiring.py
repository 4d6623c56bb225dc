"""Makes settings into the parts that the stages ask for: planning, sending and a test begin with it."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from composer.errors import NewsletterError, Remedy, SettingsError
from composer.settings import (
    PaceSettings,
    ProjectSettings,
    SendSettings,
    SiteSettings,
    SmtpSettings,
    load_settings,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from composer.checks import Finding
    from composer.compose import CheckedIssue
    from composer.delivery.ledger.sendable import SendTerms
    from composer.delivery.limits.settings import LimitSettings
    from composer.delivery.planning.sample import PlannedSubjectTest
    from composer.delivery.smtp.pool import Route
    from composer.issue import Issue
    from composer.message.links import Site

KEY_CHARACTERS = 32


def the_site() -> Site:
    """Give the public address and the key. Raises SettingsError, saying how to make a key."""
    from composer.message.links import Site

    settings = load_settings(SiteSettings)
    key = settings.secret_key.get_secret_value()
    if len(key) < KEY_CHARACTERS:
        found = f"has {len(key)} characters, which is too few" if key else "is not set"
        raise SettingsError(
            f"NEWSLETTER_SECRET_KEY {found}. It signs the unsubscribe links of every mail. Make one with\n"
            "    python3 -c 'import secrets; print(\"NEWSLETTER_SECRET_KEY=\" + secrets.token_urlsafe(32))' >> .env\n"
            "and keep it: with another key, the links of mails that were sent before stop working."
        )
    return Site(settings.site_url, key.encode())


def the_routes() -> tuple[Route, ...]:
    """Give the relays of the settings, and how each is used."""
    from composer.delivery.smtp.pool import Route
    from composer.delivery.smtp.relay import Timeouts, parse_relays

    settings = load_settings(SmtpSettings)
    timeouts = Timeouts(dot_s=settings.dot_timeout_s)
    relays = parse_relays(settings.smtp_url.get_secret_value())
    return tuple(Route(relay, timeouts, relay.limits.connections or settings.connections) for relay in relays)


def find_relays(names: Sequence[str], *, senders: Collection[str]) -> tuple[str, ...]:
    """Name the relays of the settings that are meant by ``names``, each by its host, with its port or without.

    ``senders`` are the addresses that a mailing comes from, which each of them has to carry. Raises NewsletterError.
    """
    from difflib import get_close_matches

    from composer.address import domain_of
    from composer.delivery.sending.relay_choice import relays_for

    if not names:
        return ()
    relays = [route.relay for route in the_routes()]
    known = list(dict.fromkeys(relay.name for relay in relays))
    meant: set[str] = set()
    for name in names:
        found = [relay for relay in relays if name.strip().lower() in (relay.name.lower(), relay.host.lower())]
        if not found:
            near = get_close_matches(name, known, n=1)
            choices = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise NewsletterError(f"NEWSLETTER_SMTP_URL names no relay {name!r}; {choices}")
        for sender in senders:
            carrying = {relays[number].name for number in relays_for(domain_of(sender), relays)}
            if foreign := next((relay.name for relay in found if relay.name not in carrying), None):
                raise NewsletterError(f"{foreign} carries no mail from {domain_of(sender)}; {', '.join(carrying)} does")
        meant.update(relay.name for relay in found)
    return tuple(name for name in known if name in meant)


def the_route(sender: str | None = None) -> Route:
    """Give the first relay, or the first that carries mail from the address ``sender``."""
    from composer.address import domain_of
    from composer.delivery.sending.relay_choice import relays_for

    routes = the_routes()
    if not sender:
        return routes[0]
    return routes[relays_for(domain_of(sender), [route.relay for route in routes])[0]]


def the_terms(site: Site, *, confirmed: bool = False, believes_refusals: bool = False) -> SendTerms:
    """Make the terms on which the settings let a mailing be sent; the others are a person's word for it."""
    from composer.delivery.ledger.sendable import SendTerms

    approved_for = site.url if needs_approval() else None
    return SendTerms(confirmed=confirmed, approved_for=approved_for, site=site, believes_refusals=believes_refusals)


def needs_approval() -> bool:
    """Whether the settings want a second person's word before anything is sent."""
    return load_settings(SendSettings).approval == "required"


def this_sender() -> str:
    """Name this process as the ledger knows senders: ``host:pid:random``."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def sending_window() -> str:
    """Give the days and hours in which mail may leave, as the settings write them; empty: at any time."""
    return load_settings(PaceSettings).sending_window


def the_limits() -> LimitSettings:
    """Give the limits of the settings that do not belong to one relay. Raises SettingsError."""
    from composer.delivery.limits.settings import parse_limits

    return parse_limits(**load_settings(PaceSettings).model_dump())


def check_issue(name: str) -> CheckedIssue:
    """Build and check the issue. Raises NewsletterError if there is no such issue."""
    from composer import shipped
    from composer.compose import check_folder
    from composer.edition.starts import compiled_before
    from composer.issue import resolve_issue

    settings = load_settings(ProjectSettings)
    folder = resolve_issue(name, issues_dir=settings.issues_dir)
    with compiled_before():
        return check_folder(folder, templates=(settings.templates_dir, shipped.TEMPLATES))


def check_to_send(name: str, *, allow: Collection[str], engine: Engine) -> CheckedIssue:
    """Build the issue and let it through the gate, if no letter with its words has been sent yet. Raises GateClosed."""
    from composer.checks.gate import open_gate

    checked = check_issue(name)
    open_gate((*checked.findings, *_sent_before(checked, engine)), allow=allow)
    return checked


def _sent_before(checked: CheckedIssue, engine: Engine) -> Iterator[Finding]:
    """Tell of each language whose words were sent before, and are in no folder that says so."""
    from composer.checks.finding import find
    from composer.database.engine import reading
    from composer.delivery.planning.repetition import sent_before
    from composer.issue.repetition.earlier import has_words

    if checked.issue is None or any(finding.code == "issue-repeated" for finding in checked.findings):
        return
    wordless = {language for language, content in checked.issue.contents.items() if not has_words(content)}
    with reading(engine) as connection:
        found = sent_before(connection, checked.editions, wordless=wordless)
    for language, before in found.items():
        words = f"the texts are those of {before.issue}, which was sent as mailing {before.mailing}"
        place = checked.issue.sources[language].position(("subject",))
        yield find("issue-repeated", place, words, "write this issue's own")


def the_subject_test(checked: CheckedIssue) -> PlannedSubjectTest | None:
    """Give the subject test of an issue, if it has one."""
    from composer.delivery.planning.sample import PlannedSubjectTest

    contents = checked.issue.contents if checked.issue else {}
    tests = {language: content.subject_test for language, content in contents.items() if content.subject_test}
    return PlannedSubjectTest(checked.variants, tests) if tests else None


def named_lists(issue: Issue | None) -> tuple[str, ...]:
    """Name the lists that an issue goes to if nothing else is said: its own, or the newsletter's."""
    if issue is None:
        return ()
    return next(iter(issue.contents.values())).lists or issue.newsletter.lists


def choose_lists(engine: Engine, names: Sequence[str] | None, issue: Issue) -> tuple[int, ...]:
    """Find the lists given, or those that the issue names. Raises NewsletterError if there are none."""
    from composer.audience import find_lists
    from composer.database.engine import reading

    chosen = names or named_lists(issue)
    if not chosen:
        raise NewsletterError("no mailing list is named", remedy=Remedy.NAME_A_LIST)
    with reading(engine) as connection:
        return find_lists(connection, chosen)
