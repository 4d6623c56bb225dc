"""A site over a mailing to three people, in English and in French, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

from composer.database.schema import consent_events, mailings, subscribers, subscriptions
from composer.edition.model import Asset, Context, Slot
from composer.message.links import Purpose, Site, sign_link
from composer.site import create_site
from tests.support.mailings import SITE, make_edition, plan
from tests.support.web import in_thread, serve_in_thread

ASSETS = (
    Asset("dot.png", "image/png", b"\x89PNG"),
    Asset("fact sheet é.pdf", "application/pdf", b"%PDF"),
    Asset("fonts/brand.woff2", "font/woff2", b"wOF2"),
    Asset("evil.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
    Asset("evil.html", "text/html", b"<script>alert(1)</script>"),
)
HEAD = '<html><head><meta name="theme-color" media="(prefers-color-scheme: light)" content="#b8391b"></head><body>'


@dataclass
class ServedSite:
    """A site that runs, and the mailing that its links are of. Subscribers are 1 (en), 2 (fr) and 3 (en)."""

    url: str
    site: Site
    engine: Engine
    mailing: int
    digest: str

    def link(self, purpose: Purpose, subscriber: int, *, mailing: int | None = None) -> str:
        with self.engine.connect() as connection:
            nonce = connection.scalar(select(mailings.c.nonce).where(mailings.c.id == self.mailing))
        is_ours = mailing in (None, self.mailing)
        key = (self.site.of_mailing(nonce) if is_ours else self.site.for_trial()).link_key
        token = sign_link(purpose, mailing=mailing or self.mailing, subscriber=subscriber, key=key)
        return f"{self.url}/{purpose.value}/{token}"

    def leaving(self, subscriber: int) -> str:
        return self.link(Purpose.UNSUBSCRIBE, subscriber)

    def status(self, subscriber: int) -> str | None:
        with self.engine.connect() as connection:
            query = select(subscriptions.c.status).where(subscriptions.c.subscriber_id == subscriber)
            return connection.scalar(query)

    def evidence(self, subscriber: int) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            query = (
                select(consent_events.c.event, consent_events.c.source)
                .where(consent_events.c.subscriber_id == subscriber)
                .order_by(consent_events.c.id)
            )
            return [(row.event, row.source) for row in connection.execute(query)]

    def state(self) -> list[object]:
        """Everything that a link could change."""
        with self.engine.connect() as connection:
            tables = (subscribers, subscriptions, consent_events)
            return [row for table in tables for row in connection.execute(select(table).order_by(*table.primary_key))]


@pytest.fixture
def served(engine: Engine) -> Iterator[ServedSite]:
    """The site, running."""
    name = Slot("subscriber.first_name", Context.TEXT)
    links = ('<a href="', Slot("links.unsubscribe", Context.URL), '">x</a>', f'<img src="{SITE.url}/a/x.png">')
    english = make_edition(html=(HEAD, "<p>Dear ", name, "</p>", *links, "</body></html>"), assets=ASSETS)
    french = make_edition("fr", html=(HEAD, "<p>Cher ", name, "</p></body></html>"), newsletter="La Lettre")
    mailing = plan(engine, 3, editions={"en": english, "fr": french}).mailing
    with in_thread(serve_in_thread(create_site(engine, site=SITE))) as url:
        yield ServedSite(url, SITE, engine, mailing, english.digest)
