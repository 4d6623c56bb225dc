"""What a signed link may do to the consent of the reader it belongs to.

Leaving is for the lists of the mailing that the link came with. It is recorded with how it came about: "one-click,
mailing 3" (the reader's mail provider, RFC 8058) or "page, mailing 3" (the reader, here). For one hour the same
link takes it back, and only what this link did.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from composer.audience import return_to_lists, unsubscribe
from composer.audience.identities import current_person
from composer.database.schema import deliveries, mailings
from composer.delivery.editions import find_packed_reader
from composer.delivery.link_use import LinkUse
from composer.delivery.mailing import find_mailing
from composer.errors import MailingError, TokenError
from composer.message.links import SignedLink, Site, claimed_mailing, read_link

UNDO_S = 3600
NO_MAILING = 0


@dataclass(frozen=True, slots=True)
class SentMail:
    """The mail that a link stands in: the digest of its edition, and the lists that its mailing went to."""

    edition: str
    lists: tuple[int, ...]
    is_known: bool = True  # whether this person had this mailing, as far as we know


@dataclass(frozen=True, slots=True)
class ProvedLink:
    """A link that we have signed, and the site with the key of its mailing. Of a trial's link, ``mailing`` is 0."""

    link: SignedLink
    site: Site


def prove_link(connection: Connection, token: str, *, site: Site) -> ProvedLink:
    """Read a token that this database has signed: for one of its mailings, or to be looked at. Raises TokenError."""
    row = connection.execute(select(mailings.c.nonce).where(mailings.c.id == claimed_mailing(token))).first()
    if row is not None:
        site = site.of_mailing(row.nonce or "")
        with suppress(TokenError):
            return ProvedLink(read_link(token, key=site.link_key), site)
    trial = site.for_trial()
    return ProvedLink(replace(read_link(token, key=trial.link_key), mailing=NO_MAILING), trial)


def find_sent_mail(connection: Connection, link: SignedLink) -> SentMail | None:
    """Find the mail that this link stands in; None if nothing was sent (the link of a preview, or of a test mail)."""
    try:
        mailing = find_mailing(connection, link.mailing)
    except MailingError:
        return None
    language = connection.scalar(
        select(deliveries.c.language).where(
            deliveries.c.mailing_id == link.mailing,
            deliveries.c.subscriber_id == link.subscriber,
            deliveries.c.email != "",
        )
    )
    if language is None and (
        reader := find_packed_reader(connection, mailing=link.mailing, subscriber=link.subscriber)
    ):
        language = reader.language
    # If there is no delivery, or none with an address, the person has been erased since, and the page need not tell
    # that. Nothing is done then: in a database that is no longer the same, the number may be somebody else's.
    digests = mailing.digests_by_language
    edition = digests.get(language or "") or next(iter(digests.values()))
    return SentMail(edition=edition, lists=tuple(mailing.lists), is_known=language is not None)


def leave(connection: Connection, link: SignedLink, sent: SentMail, *, one_click: bool, now: int) -> None:
    """Take the reader off the lists of the mailing, whoever they are by now. Doing it twice is harmless."""
    if not sent.is_known:
        return
    use = LinkUse.ONE_CLICK if one_click else LinkUse.PAGE
    source = use.source(link.mailing)
    unsubscribe(
        connection, subscriber=current_person(connection, link.subscriber), lists=sent.lists, source=source, now=now
    )


def come_back(connection: Connection, link: SignedLink, sent: SentMail, *, now: int) -> bool:
    """Undo what this link did within the last hour; returns False if there is nothing to undo."""
    return sent.is_known and return_to_lists(
        connection,
        subscriber=current_person(connection, link.subscriber),
        lists=sent.lists,
        left_by=(LinkUse.ONE_CLICK.source(link.mailing), LinkUse.PAGE.source(link.mailing)),
        since=now - UNDO_S,
        source=LinkUse.UNDO.source(link.mailing),
        now=now,
    )
