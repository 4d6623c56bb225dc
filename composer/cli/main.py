"""Holds the table of commands, and starts the one that is asked for.

Only the command that was asked for is imported; the others are known by their line of help.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from composer import __version__
from composer.cli.exits import exit_code
from composer.cli.log import log_command

PANELS = {"compose": "Compose", "people": "People", "send": "Send", "run": "Run"}

COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": ("init", "compose", "Start a project: settings, a first issue, your templates."),
    "new": ("new", "compose", "Start a new issue."),
    "import": ("importing", "compose", "Start an issue from an existing newsletter, HTML or Markdown."),
    "schema": ("schema", "compose", "JSON Schemas, so that editors complete and check your files."),
    "check": ("check", "compose", "Find mistakes before your readers do."),
    "build": ("build", "compose", "Write the mail, its text, and its printable form to files."),
    "gallery": ("gallery", "compose", "Show every block in every theme, on one page."),
    "templates": ("templates", "compose", "Copy shipped templates into your own, to change them."),
    "studio": ("studio", "compose", "Write an issue in the browser, and see it as each reader will."),
    "preview": ("studio", "compose", "The studio, by its other name."),
    "subscribers": ("subscribers", "people", "Import, export, add, show and list subscribers."),
    "lists": ("lists", "people", "The mailing lists."),
    "segments": ("segments", "people", "Conditions over subscribers, and of how many each holds."),
    "imports": ("imports", "people", "Files of people that were taken in; takes one back."),
    "suppressions": ("suppressions", "people", "Addresses that are never mailed."),
    "test-send": ("test_send", "send", "Send one real message to yourself."),
    "plan": ("plan", "send", "Fix who gets what, and show it, before anything is sent."),
    "send": ("send", "send", "Send an issue, or go on with a mailing."),
    "status": ("status", "send", "Where a mailing stands."),
    "deliveries": ("deliveries", "send", "What happened to each recipient of a mailing."),
    "choose": ("choose", "send", "Choose the best subject of a test for all who wait."),
    "approve": ("approve", "send", "A second person's word that a mailing may be sent."),
    "pause": ("pause", "send", "Stop a mailing, for now."),
    "resume": ("resume", "send", "Let a paused mailing be sent again."),
    "cancel": ("cancel", "send", "End a mailing for good."),
    "retry": ("retry", "send", "Try again what was refused, has expired, or waits."),
    "reconcile": ("reconcile", "send", "Settle what is unknown, by the relay's log or by your word."),
    "run": ("run", "run", "The service: public pages, mailings that are due, retries, clearing up."),
    "jobs": ("jobs", "run", "What the service is to do, does and has done."),
    "worker": ("worker", "run", "More hands for the mailings that are being sent (PostgreSQL)."),
    "serve": ("serve", "run", "The public pages: leaving, and reading in the browser."),
    "inbox": ("inbox", "run", "A mailbox on this machine, to try things out; nothing leaves it."),
    "demo": ("demo", "run", "The whole way, with a sample issue and twelve sample readers."),
    "db": ("db", "run", "The database."),
    "doctor": ("doctor", "run", "Check the settings, the database and the relay."),
}
"""Command → (module of composer.cli.commands, panel of the help, its line of help)."""

DAEMONS = frozenset({"run", "send", "worker", "serve", "studio", "preview", "inbox"})
"""Commands that act for a long while by themselves; their log tells what they do."""


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"newsletter {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    directory: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", exists=True, file_okay=False, help="Run as if started in this folder."),
    ] = None,
    env_file: Annotated[
        Path | None,
        typer.Option("--env-file", metavar="FILE", help="Settings from this file, and not from .env."),
    ] = None,
    version: Annotated[  # noqa: ARG001  its callback has shown it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Newsletters as files: composed, checked, previewed, sent, with a record for every recipient."""
    if directory:
        os.chdir(directory)
    if env_file:
        from composer.settings import read_from  # the help must not wait for it

        read_from(env_file)
    name = context.invoked_subcommand
    if name in COMMANDS and "--help" not in (context.obj or ()):
        log_command(is_daemon=name in DAEMONS)


_WITH_VALUE = ("-C", "--env-file")
"""Options that stand before the command, and whose value is the next word."""


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """Make the program, and import the one command that ``arguments`` ask for."""
    app = typer.Typer(name="newsletter", no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)
    app.callback()(_options)
    wanted = _wanted(arguments)
    for name, (module, panel, line) in COMMANDS.items():
        command: Any = _unimported
        if name == wanted:
            command = importlib.import_module(f"composer.cli.commands.{module}").command
        if isinstance(command, typer.Typer):
            for one in command.registered_commands:
                one.help = _flowing(one.callback)
            app.add_typer(command, name=name, help=line, rich_help_panel=PANELS[panel])
        else:
            register: Callable[..., Any] = app.command(
                name, rich_help_panel=PANELS[panel], short_help=line, help=_flowing(command)
            )
            register(command)
    return app


def _wanted(arguments: Sequence[str]) -> str | None:
    words = iter(arguments)
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _flowing(command: Callable[..., Any] | None) -> str:
    """Join a docstring's lines, whose ends only its source needs: the help is as wide as the window."""
    paragraphs = (command.__doc__ if command else None) or ""
    return "\n\n".join(" ".join(one.split()) for one in paragraphs.split("\n\n"))


def _unimported() -> None:
    """Stands for a command that was not asked for."""


def collect_seldom(objects: int = 20_000) -> None:
    """Let Python look for garbage after so many new ``objects`` that could hold each other, not after every 700.

    A build makes some thousands of them, which the issue and its editions keep: looking through those again and again
    was a tenth of its time (`make bench ARGS=compose`). What it may cost is the memory of as many small objects.
    """
    gc.set_threshold(objects, 20, 20)


_OF_A_SHORT_COMMAND = 200_000
"""More than a build of the sample makes in all, modules included; of 20,000 it looked through all twice, in 40 ms."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if _wanted(words) in DAEMONS:
        collect_seldom()
    else:
        collect_seldom(_OF_A_SHORT_COMMAND)
    code = exit_code(lambda: _run(words))
    if arguments is None:
        # At its end Python looks through all that there is for garbage, several times; the system frees it too.
        gc.freeze()
    sys.exit(code)


def _run(words: Sequence[str]) -> object:
    if not words or "--help" in words:
        from composer.cli.terminal.help import read_lightly

        read_lightly()
    return build_app(words)(list(words), standalone_mode=False, obj=words)
