"""``newsletter serve`` serves the pages that subscribers and their mail providers reach."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.project import Project
from composer.settings import ProjectSettings, SiteSettings, load_settings
from composer.workflow.project_database import open_database
from composer.workflow.wiring import the_site

if TYPE_CHECKING:
    from fastapi import FastAPI

    from composer.message.links import Site


def command(
    host: Annotated[str | None, typer.Option(help="Address to listen on; NEWSLETTER_SERVE_HOST otherwise.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; NEWSLETTER_SERVE_PORT otherwise.", min=0, max=65535)
    ] = None,
) -> int:
    """Serve the pages behind the links of your mails: leaving, and reading in the browser.

    Put a proxy with TLS before it, and its address into NEWSLETTER_SITE_URL. Ctrl-C, or SIGTERM, ends it.
    """
    from composer.site import create_site

    settings, site = load_settings(SiteSettings), the_site()
    files = load_settings(ProjectSettings)
    project = Project.at(files.issues_dir, files.templates_dir)
    engine = open_database()
    try:
        app = create_site(engine, site=site, templates=project.templates)
        listen_on = settings.serve_port if port is None else port
        asyncio.run(_serve(app, site, host=host or settings.serve_host, port=listen_on))
    finally:
        engine.dispose()
    return 0


async def _serve(app: FastAPI, site: Site, *, host: str, port: int) -> None:
    from composer.web.listening import listen
    from composer.web.serving import serving
    from composer.web.signals import until_stopped

    async with serving(app, listen(host, port)) as address:
        console = Terminal(soft_wrap=True)
        console.print(Text.assemble(("Serving", "green"), f"  {address}"))
        console.print(Text.assemble(("Links of mails begin with", "dim"), f"  {site.url}"))
        if urlsplit(site.url).scheme == "http" and urlsplit(site.url).hostname not in ("127.0.0.1", "localhost"):
            told = "Mail providers post only to https; set NEWSLETTER_SITE_URL to an https address."
            console.print(told, style="yellow")
        console.print("Ctrl-C stops.", style="dim")
        await until_stopped()
