"""Runs the whole inbox on two loopback ports, in the running event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from composer.inbox.smtp import accepting
from composer.inbox.store import Store
from composer.inbox.web import create_inbox
from composer.web.listening import listen
from composer.web.serving import serving

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Inbox:
    """A running inbox: where to send to, where its pages are, and what has come in."""

    smtp_url: str
    url: str
    store: Store


@asynccontextmanager
async def open_inbox(store: Store, *, site_url: str, smtp_port: int = 0, port: int = 0) -> AsyncIterator[Inbox]:
    """Run an inbox while the block runs. Port 0 takes any free one. Raises PortTaken."""
    smtp, web = listen(_HOST, smtp_port), listen(_HOST, port)
    app = create_inbox(store, site_url=site_url, smtp_port=smtp.getsockname()[1])
    async with accepting(store, smtp), serving(app, web) as url:
        try:
            yield Inbox(smtp_url=f"smtp://{_HOST}:{smtp.getsockname()[1]}", url=url, store=store)
        finally:
            store.changes.close()
