"""All that is to be seen before a mailing is sent; and the send, which has to name what was seen.

Enters: a mailing. Leaves: a LastPage. Its ``seen`` names the mailing exactly (who gets which bytes), the issue as its
files are now, the time and the relays: whoever begins with it begins what they have looked at, and nothing else.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from composer.audience.lists import list_names
from composer.database.engine import reading
from composer.database.schema import approvals, deliveries, mailings, subscribers
from composer.delivery.editions import load_edition
from composer.delivery.ledger.approval import current_digest
from composer.delivery.ledger.sendable import lock_sendable
from composer.delivery.mailing import Mailing, count_exclusions, find_mailing
from composer.delivery.packed import find_packed
from composer.delivery.planning.calendar_history import follow_sent
from composer.delivery.sending.relay_choice import routes_of
from composer.delivery.states import MailingState
from composer.delivery.variant import FIRST_VARIANT, EditionKey
from composer.errors import NewsletterError, Remedy, StateError
from composer.workflow.sending import set_time
from composer.workflow.sending_process import StartWords
from composer.workflow.wiring import check_issue, needs_approval, the_routes, the_terms

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from composer.checks import Finding
    from composer.compose import CheckedIssue
    from composer.edition.model import Edition
    from composer.message.links import Site

_FIRST_NAMES = 12
_PART_CHARACTERS = 16
_TIME = "its time has changed"
_PARTS = ("the mailing itself has changed", "the issue's files have changed", _TIME, "the relays have")


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has approved a mailing and when (Unix seconds); ``is_valid``: exactly what would be sent now."""

    name: str
    at: int
    is_valid: bool


@dataclass(frozen=True, slots=True)
class LastPage:
    """What is seen of a mailing before it is sent.

    ``editions`` has the frozen ones; ``people`` how many get each language; ``first`` the names or addresses of the
    first few. ``is_issue_as_planned``: the files still make these editions. ``hindrance`` is what would stop it now.
    """

    mailing: Mailing
    seen: str
    lists: Sequence[str]
    editions: Mapping[EditionKey, Edition]
    people: Mapping[str, int]
    excluded: Mapping[str, int]
    first: Sequence[str]
    allowed: Sequence[str]
    findings: Sequence[Finding]
    is_issue_as_planned: bool
    relays: Sequence[str]
    needs_approval: bool
    approvals: Sequence[Approval]
    hindrance: NewsletterError | None


def look_before_sending(engine: Engine, mailing: int, *, site: Site) -> LastPage:
    """Gather what is to be seen of a mailing. Raises NoSuchMailing."""
    with reading(engine) as connection:
        found = find_mailing(connection, mailing)
    checked = _check_now(found)
    relays = found.relays or [route.relay.name for route in the_routes()]
    with reading(engine) as connection:
        found = find_mailing(connection, mailing)
        digest = current_digest(connection, mailing, site_url=site.url)
        now = _digests_now(connection, checked)
        is_begun = found.state is not MailingState.PLANNED
        as_planned = is_begun or (now == dict(found.edition_digests) and _is_segment_as_planned(found, checked))
        page = LastPage(
            mailing=found,
            seen=_name_parts(digest, "" if is_begun else repr(sorted(now.items())), str(found.send_at), repr(relays)),
            lists=list_names(connection, found.lists),
            editions={key: load_edition(connection, one) for key, one in found.edition_digests.items()},
            people=_people(connection, mailing),
            excluded=count_exclusions(connection, mailing),
            first=_first_names(connection, mailing),
            allowed=connection.scalars(select(mailings.c.allowed).where(mailings.c.id == mailing)).one(),
            findings=checked.findings if checked else (),
            is_issue_as_planned=as_planned,
            relays=relays,
            needs_approval=needs_approval(),
            approvals=_approvals(connection, mailing, digest),
            hindrance=None,
        )
    return replace(page, hindrance=_hindrance(engine, page, site=site, confirmed=False))


def release_what_was_seen(
    engine: Engine, mailing: int, *, seen: str, words: StartWords, site: Site, start: int | None = None
) -> int:
    """Make sure that a mailing is what somebody has seen, and may be sent; gives its time (Unix seconds, 0: none).

    ``seen`` is that of the LastPage that somebody has looked at, ``words`` what they say besides, ``start`` from when
    on it is to be sent (Unix seconds), whatever time it had; None leaves the time that was seen. Raises StateError if
    it is not what they have seen, or what hinders it. Nothing is sent by that.
    """
    page = look_before_sending(engine, mailing, site=site)
    if changed := _what_changed(page.seen, seen, is_time_said=start is not None):
        raise StateError(f"mailing {mailing} is not what you have seen: {changed}", mailing=mailing)
    if start is not None:
        set_time(engine, mailing, start, terms=None)
    if hindrance := _hindrance(engine, page, site=site, confirmed=words.confirmed):
        raise hindrance
    return start if start is not None else page.mailing.send_at or 0


def _check_now(mailing: Mailing) -> CheckedIssue | None:
    """Build and check the issue as its files are now; None if there is no such issue any more."""
    try:
        return check_issue(mailing.issue)
    except NewsletterError:
        return None


def _digests_now(connection: Connection, checked: CheckedIssue | None) -> Mapping[EditionKey, str]:
    """Tell which editions a plan of now would have."""
    if checked is None or not checked.editions:
        return {}
    variants = {FIRST_VARIANT: checked.editions, **checked.variants}
    return {
        (language, name): edition.digest
        for name, editions in variants.items()
        for language, edition in follow_sent(connection, editions).items()
    }


def _is_segment_as_planned(found: Mailing, checked: CheckedIssue | None) -> bool:
    """Whether the newsletter's segment still says what it said when the mailing was planned."""
    segments = checked.issue.newsletter.segments if checked and checked.issue else {}
    return found.segment is None or segments.get(found.segment) == found.segment_condition


def _hindrance(engine: Engine, page: LastPage, *, site: Site, confirmed: bool) -> NewsletterError | None:
    """Find what would stop the mailing now; nothing is written by that."""
    number = page.mailing.id
    if not page.is_issue_as_planned:
        words = f"the issue {page.mailing.issue} has been changed since mailing {number} was planned."
        return StateError(words, mailing=number, remedy=Remedy.PLAN_AGAIN)
    with engine.connect() as connection:
        try:
            routes_of(page.mailing, the_routes())
            lock_sendable(connection, number, terms=the_terms(site, confirmed=confirmed), now=int(time.time()))
        except NewsletterError as error:
            return error
        finally:
            connection.rollback()
    return None


def _name_parts(*parts: str) -> str:
    return "-".join(hashlib.sha256(part.encode()).hexdigest()[:_PART_CHARACTERS] for part in parts)


def _what_changed(now: str, seen: str, *, is_time_said: bool) -> str:
    """Say what is another than was seen, "" if nothing is; of a time that is said with the send, nothing is asked."""
    if now == seen:
        return ""
    told = seen.split("-")
    changed = [words for one, other, words in zip(now.split("-"), told, _PARTS, strict=False) if one != other]
    if changed == [_TIME] and is_time_said and len(told) == len(_PARTS):
        return ""
    return f"{', and '.join(changed) or 'that was another page'}. Look at it again; nothing was sent"


def _people(connection: Connection, mailing: int) -> Mapping[str, int]:
    if packed := find_packed(connection, mailing):
        return packed.languages
    language = deliveries.c.language
    query = select(language, func.count()).where(deliveries.c.mailing_id == mailing).group_by(language)
    return dict(connection.execute(query.order_by(language)).all())


def _first_names(connection: Connection, mailing: int) -> Sequence[str]:
    """Name the first few who get it: by their names, or addresses where they have none."""
    rows = connection.execute(
        select(subscribers.c.first_name, subscribers.c.last_name, deliveries.c.email)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == mailing)
        .order_by(deliveries.c.id)
        .limit(_FIRST_NAMES)
    )
    return [f"{first} {last}".strip() or email for first, last, email in rows]


def _approvals(connection: Connection, mailing: int, digest: str) -> Sequence[Approval]:
    rows = connection.execute(select(approvals).where(approvals.c.mailing_id == mailing).order_by(approvals.c.at))
    return [Approval(row.name, row.at, row.digest == digest) for row in rows]
