"""``newsletter studio`` shows the studio in the browser; ``newsletter preview`` is its other name."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer
from rich.text import Text

from composer.cli.terminal.browser import begin_to_open
from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.settings import ProjectSettings, SiteSettings, load_settings

if TYPE_CHECKING:
    from composer.project import Project

PORT = 8027
"""Where the studio is looked for first."""
_TURN_S = 0.0005
"""So long a thread that composes keeps Python for itself when a request waits: ten of Python's own 5 ms, one for each
step of an answer, are what the page would wait for a script of it."""


def command(
    issue: Annotated[str | None, typer.Argument(metavar="ISSUE", help="The issue to show first.")] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"Port on this machine; 0 takes any free one.  [{PORT}, or the next]", min=0, max=65535),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> int:
    """Write the issue in the browser, and see it as each reader will.

    The page repaints at every change, of yours or of an editor, and only this machine can open it. Its address has a
    key that is new at every start. In an empty folder it begins a newsletter.
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


async def _serve(project: Project, *, port: int | None, shown: dict[str, str], open_browser: bool) -> None:
    """Let the browser open while the program imports what will answer it: until then the socket keeps it waiting."""
    from composer.studio.session import BrowserSession
    from composer.web.listening import listen, listen_from, socket_address
    from composer.web.signals import until_stopped

    sys.setswitchinterval(_TURN_S)
    stopped = asyncio.create_task(until_stopped())
    await asyncio.sleep(0)  # from here on a signal ends it in order, though all of it is yet to begin
    secret = load_settings(SiteSettings).secret_key.get_secret_value()
    session = BrowserSession.new(secret, project=str(project.issues_dir.resolve()))
    query = urlencode({**shown, "token": session.token})
    with closing(listen_from("127.0.0.1", PORT) if port is None else listen("127.0.0.1", port)) as sock:
        start = f"{socket_address(sock)}/?{query}"
        _tell(project, start, is_moved=port is None and sock.getsockname()[1] != PORT)
        opening = begin_to_open(start) if open_browser else None

        from composer.studio import page
        from composer.studio.app import create_studio
        from composer.web.serving import serving

        app = create_studio(project, run=page.version(), session=session, first=shown.get("issue", ""))
        async with serving(app, sock):
            preparing: asyncio.Task[None] = app.state.preparing
            await _until_ended(stopped, opening, preparing)
            app.state.changes.end()
        await preparing  # what it could not import when the signal came is told all the same


async def _until_ended(
    stopped: asyncio.Task[None], opening: asyncio.Future[bool] | None, preparing: asyncio.Task[None]
) -> None:
    """Return at the signal that ends the program, or when ``preparing`` has failed; tell of a browser that cannot be
    opened, and wait for none: one that runs in this terminal is open until its person closes it.
    """
    waiting: set[asyncio.Future[Any]] = {stopped, preparing} | ({opening} if opening else set())
    while not stopped.done() and not (preparing.done() and preparing.exception()):
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if opening in done and not opening.result():
            Terminal().print("No browser could be opened here: open that address in one on this machine.")


def _tell(project: Project, start: str, *, is_moved: bool) -> None:
    """Print the address, and what there is to know about it and the folder, a line each."""
    console = Terminal(soft_wrap=True)
    console.print(Text.assemble(("Studio", "green"), f"  {start}"))
    if is_moved:
        console.print(Text(f"Port {PORT} is taken, by another studio perhaps, so this one is at the next.", "dim"))
    if (project.issues_dir / "newsletter.yaml").is_file():
        console.print(Text.assemble(("Watching", "dim"), f" {project.issues_dir}; Ctrl-C stops."))
    else:
        console.print("There is no newsletter in this folder yet; the page begins one. Ctrl-C stops.")
