"""``newsletter inbox`` runs a mailbox on this machine. Nothing that is sent to it leaves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.inbox.running import open_inbox
from composer.inbox.store import Store
from composer.settings import SiteSettings, load_settings
from composer.web.signals import until_stopped


def command(
    smtp_port: Annotated[int, typer.Option(help="Port that takes mail.", min=0, max=65535)] = 1025,
    port: Annotated[int, typer.Option(help="Port of the pages.", min=0, max=65535)] = 8026,
    folder: Annotated[Path | None, typer.Option(help="Also write every message here, as .eml.")] = None,
) -> int:
    """Take any mail on this machine and show it in the browser. Stop with Ctrl-C."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NewsletterError(f"cannot write to {folder}: {error.strerror}") from error
    site_url = load_settings(SiteSettings).site_url
    asyncio.run(_serve(Store(folder=folder), site_url=site_url, smtp_port=smtp_port, port=port))
    return 0


async def _serve(store: Store, *, site_url: str, smtp_port: int, port: int) -> None:
    async with open_inbox(store, site_url=site_url, smtp_port=smtp_port, port=port) as inbox:
        console = Terminal(soft_wrap=True)
        console.print(Text.assemble(("Inbox", "green"), f"   {inbox.url}"))
        console.print(f"SMTP    {inbox.smtp_url}")
        console.print("Whatever is sent there appears here and goes nowhere else. Ctrl-C stops.", style="dim")
        await until_stopped()
