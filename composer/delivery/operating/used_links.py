"""A reader's own act as evidence: whoever has used a link of a mail has the mail, so the relay had it.

Only the mail of this mailing to this person carries the signed link, and what is done with it is kept with the consent
(``site/leaving.py`` writes it). A mail provider that asks for one-click leaving of its own accord has the
mail just as surely. Links that only show something leave no trace: no one is watched for this.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from composer.database.schema import consent_events, deliveries, subscribers
from composer.delivery.link_use import link_sources
from composer.delivery.states import DeliveryState


def unknown_with_used_links(connection: Connection, mailing: int) -> Mapping[str, str]:
    """Address → how its link was used ("one-click, mailing 3"), for every unknown delivery that has such a trace."""
    # Who was merged into another since uses the links of their old mails as that person.
    today = func.coalesce(subscribers.c.merged_into, subscribers.c.id)
    rows = connection.execute(
        select(deliveries.c.email, consent_events.c.source)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(consent_events, consent_events.c.subscriber_id.in_([deliveries.c.subscriber_id, today]))
        .where(
            deliveries.c.mailing_id == mailing,
            deliveries.c.state == DeliveryState.UNKNOWN,
            consent_events.c.source.in_(link_sources(mailing)),
        )
        .order_by(deliveries.c.id, consent_events.c.id.desc())
    )
    return dict(rows.all())
