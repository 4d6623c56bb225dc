"""``newsletter preview`` shows the studio in the browser."""

from __future__ import annotations

import asyncio
import secrets
import webbrowser
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer
from rich.text import Text

from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.settings import ProjectSettings, load_settings

if TYPE_CHECKING:
    from composer.project import Project


def command(
    issue: Annotated[str | None, typer.Argument(metavar="ISSUE", help="The issue to show first.")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8027,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> int:
    """See the issue in the browser, as you write.

    The page repaints at every save, and only this machine can open it.
    """
    from composer.issue import resolve_issue
    from composer.project import Project
    from composer.studio import page

    if not page.is_built():
        raise NewsletterError(page.NOT_BUILT)
    settings = load_settings(ProjectSettings)
    project = Project.at(settings.issues_dir, settings.templates_dir)
    query = f"?{urlencode({'issue': resolve_issue(issue, issues_dir=project.issues_dir).name})}" if issue else ""
    asyncio.run(_serve(project, port=port, query=query, open_browser=open_browser))
    return 0


async def _serve(project: Project, *, port: int, query: str, open_browser: bool) -> None:
    from composer.studio.app import create_studio
    from composer.web.serving import listen, serving, until_stopped

    app = create_studio(project, run=secrets.token_hex(8))
    async with serving(app, listen("127.0.0.1", port)) as address:
        console = Terminal()
        console.print(Text.assemble(("Preview", "green"), f"  {address}/{query}"))
        console.print(Text.assemble(("Watching", "dim"), f" {project.issues_dir}; Ctrl-C stops."))
        if open_browser:
            await asyncio.to_thread(webbrowser.open, f"{address}/{query}")
        await until_stopped()
        app.state.changes.end()
