"""``newsletter serve`` serves the pages that subscribers and their mail providers reach."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.site_server import open_site, say_where
from composer.workflow.project_database import open_database
from composer.workflow.wiring import the_site

if TYPE_CHECKING:
    from composer.cli.site_server import SiteServer


def command(
    host: Annotated[str | None, typer.Option(help="Address to listen on; NEWSLETTER_SERVE_HOST otherwise.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; NEWSLETTER_SERVE_PORT otherwise.", min=0, max=65535)
    ] = None,
) -> int:
    """Serve the pages behind the links of your mails: leaving, and reading in the browser.

    Put a proxy with TLS before it, and its address into NEWSLETTER_SITE_URL. Ctrl-C, or SIGTERM, ends it.
    """
    site = the_site()
    engine = open_database()
    try:
        asyncio.run(_serve(open_site(engine, site, host=host, port=port)))
    finally:
        engine.dispose()
    return 0


async def _serve(server: SiteServer) -> None:
    from composer.web.signals import until_stopped

    async with server.serving() as address:
        say_where(address, server.site, what="Serving")
        await until_stopped()
