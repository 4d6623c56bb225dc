"""``newsletter run`` is the service: the public pages, and everything that is to be done in the background."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.run_in_terminal import stop_on_signal
from composer.cli.site_server import open_health, open_site, say_where
from composer.settings import ServiceSettings, load_settings
from composer.workflow.project_database import open_database
from composer.workflow.sending import in_loop
from composer.workflow.wiring import the_limits, the_routes, the_site, this_sender

if TYPE_CHECKING:
    from composer.background.service import Service
    from composer.cli.site_server import HealthServer, SiteServer

_DRAINING = "Ending: what is under way is being finished. Once more to end at once."


def command(
    host: Annotated[str | None, typer.Option(help="Address to listen on; NEWSLETTER_SERVE_HOST otherwise.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; NEWSLETTER_SERVE_PORT otherwise.", min=0, max=65535)
    ] = None,
) -> int:
    """Run the newsletter: its public pages, mailings whose time has come, retries, and clearing up.

    One on SQLite; on PostgreSQL as many as you like, on as many machines. Ctrl-C or SIGTERM ends it in order: what is
    under way is finished, for NEWSLETTER_DRAIN_S seconds at most, and goes on with the next one.
    """
    from composer.background.service import Service

    site, settings = the_site(), load_settings(ServiceSettings)
    the_routes(), the_limits()  # told now, while somebody is there to mend them
    engine = open_database()
    try:
        service = Service(engine, name=this_sender())
        with service.place():
            server = open_site(engine, site, host=host, port=port)
            health = open_health(engine, service.state, server, settings)
            is_done = in_loop(_run(service, server, health, within_s=settings.drain_s))
    finally:
        engine.dispose()
    if not is_done:
        # Threads that still work would be waited for; what they have not committed is the next one's.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


async def _run(service: Service, server: SiteServer, health: HealthServer | None, *, within_s: float) -> bool:
    stop = asyncio.Event()
    with stop_on_signal(stop, words=_DRAINING):
        async with health.serving() if health else nullcontext(), server.serving() as address:
            await asyncio.to_thread(service.begin)
            say_where(address, server.site, what="Running")
            await stop.wait()
            # The pages answer until the end: who leaves meanwhile has left.
            return await asyncio.to_thread(service.drain, within_s=within_s)
