"""``newsletter studio`` shows the studio in the browser; ``newsletter preview`` is its other name."""

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
from composer.settings import ProjectSettings, SiteSettings, load_settings

if TYPE_CHECKING:
    from composer.project import Project


def command(
    issue: Annotated[str | None, typer.Argument(metavar="ISSUE", help="The issue to show first.")] = None,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.", min=0, max=65535)] = 8027,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> int:
    """Write the issue in the browser, and see it as each reader will.

    The page repaints at every change, of yours or of an editor, and only this machine can open it. Its address has a
    key that is new at every start.
    """
    from composer.issue import resolve_issue
    from composer.project import Project
    from composer.studio import page

    if not page.is_built():
        raise NewsletterError(page.NOT_BUILT)
    settings = load_settings(ProjectSettings)
    project = Project.at(settings.issues_dir, settings.templates_dir)
    shown = {"issue": resolve_issue(issue, issues_dir=project.issues_dir).name} if issue else {}
    asyncio.run(_serve(project, port=port, shown=shown, open_browser=open_browser))
    return 0


async def _serve(project: Project, *, port: int, shown: dict[str, str], open_browser: bool) -> None:
    from composer.studio.app import create_studio
    from composer.studio.session import BrowserSession
    from composer.web.serving import listen, serving, until_stopped

    secret = load_settings(SiteSettings).secret_key.get_secret_value()
    session = BrowserSession.new(secret, project=str(project.issues_dir.resolve()))
    app = create_studio(project, run=secrets.token_hex(8), session=session)
    query = urlencode({**shown, "token": session.token})
    async with serving(app, listen("127.0.0.1", port)) as address:
        console = Terminal()
        console.print(Text.assemble(("Studio", "green"), f"  {address}/?{query}"), soft_wrap=True)
        console.print(Text.assemble(("Watching", "dim"), f" {project.issues_dir}; Ctrl-C stops."))
        if open_browser:
            await asyncio.to_thread(webbrowser.open, f"{address}/?{query}")
        await until_stopped()
        app.state.changes.end()
