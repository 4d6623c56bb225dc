"""The public pages as a command serves them, and what it says of them."""

from __future__ import annotations

import socket
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.project import Project
from composer.settings import ProjectSettings, ServiceSettings, SiteSettings, load_settings
from composer.workflow.wiring import the_routes

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.types import ASGIApp

    from composer.background.state import ServiceState
    from composer.message.links import Site


@dataclass(slots=True)
class SiteServer:
    """The pages, and the socket that they will answer on."""

    app: ASGIApp
    site: Site
    socket: socket.socket

    def serving(self) -> AbstractAsyncContextManager[str]:
        """Serve them while the block runs; gives the address."""
        from composer.web.serving import serving

        return serving(self.app, self.socket)


def open_site(engine: Engine, site: Site, *, host: str | None, port: int | None) -> SiteServer:
    """Make the pages of this database and listen, where the settings say if nothing else is given. Raises PortTaken."""
    from composer.site import create_site
    from composer.web.listening import listen

    settings, files = load_settings(SiteSettings), load_settings(ProjectSettings)
    project = Project.at(files.issues_dir, files.templates_dir)
    app = create_site(engine, site=site, templates=project.templates)
    return SiteServer(app, site, listen(host or settings.serve_host, settings.serve_port if port is None else port))


@dataclass(frozen=True, slots=True)
class HealthServer:
    """What programs ask the service, and the socket that it will answer on."""

    app: ASGIApp
    socket: socket.socket

    def serving(self) -> AbstractAsyncContextManager[str]:
        """Serve it while the block runs; gives the address."""
        from composer.web.serving import serving

        return serving(self.app, self.socket)


def open_health(
    engine: Engine, state: ServiceState, server: SiteServer, settings: ServiceSettings
) -> HealthServer | None:
    """Listen for those who ask how the service is, and count the pages' answers; None without a port.

    Raises PortTaken.
    """
    if not settings.metrics_port:
        return None
    from composer.background.health import AnswerCounts, create_health
    from composer.web.listening import listen

    server.app = counts = AnswerCounts(server.app)
    app = create_health(engine, state, answers=counts.by_class, has_relay=bool(the_routes()))
    return HealthServer(app, listen(settings.metrics_host, settings.metrics_port))


def say_where(address: str, site: Site, *, what: str) -> None:
    """Tell where the pages answer, and where links of mails lead."""
    console = Terminal(soft_wrap=True)
    console.print(Text.assemble((what, "green"), f"  {address}"))
    console.print(Text.assemble(("Links of mails begin with", "dim"), f"  {site.url}"))
    if urlsplit(site.url).scheme == "http" and urlsplit(site.url).hostname not in ("127.0.0.1", "localhost"):
        told = "Mail providers post only to https; set NEWSLETTER_SITE_URL to an https address."
        console.print(told, style="yellow")
    console.print("Ctrl-C stops.", style="dim")
