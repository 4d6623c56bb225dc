"""``newsletter jobs`` shows what the service is to do, does and has done, and hands out what it has made."""

from __future__ import annotations

import codecs
import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from composer.background.job_files import file_names, read_file
from composer.background.rows import find_job, list_jobs
from composer.cli.private_file import write_private
from composer.cli.terminal.console import Terminal
from composer.errors import NewsletterError
from composer.workflow.project_database import reading
from composer.workflow.times import say_time

command = typer.Typer(invoke_without_command=True)

JobArgument = Annotated[int, typer.Argument(metavar="JOB", help="Its number.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


@command.callback()
def _list(context: typer.Context, as_json: JsonOption = False) -> int:
    """List the jobs of `newsletter run`, the newest first: what waits, what was done, and what needs you."""
    if context.invoked_subcommand:
        return 0
    with reading() as connection:
        found = [_document(row, file_names(connection, row.id)) for row in list_jobs(connection)]
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    if not found:
        print("There are no jobs. `newsletter run` makes them, and --background of subscribers import and export.")
        return 0
    table = Table(box=None, pad_edge=False)
    for name in ("job", "kind", "state", "what", "words"):
        table.add_column(name, overflow="fold", style="bold" if name == "job" else None)
    for one in found:
        state = Text(one["state"], style="red" if one["needs_person"] else "")
        what = one["list"] or (f"mailing {one['mailing']}" if one["mailing"] else "")
        table.add_row(str(one["job"]), one["kind"], state, Text(what), Text(one["words"] or _came_to(one)))
    Terminal().print(table)
    return 0


@command.command()
def show(job: JobArgument, as_json: JsonOption = False) -> int:
    """Show a job: what was asked for, what has come of it, and which files it has."""
    with reading() as connection:
        row = find_job(connection, job)
        if row is None:
            raise NewsletterError(f"there is no job {job}; `newsletter jobs` lists them")
        found = _document(row, file_names(connection, job))
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for name, value in found.items():
        if value not in (None, "", [], {}):
            print(f"{name:<12}{value}")
    return 1 if found["state"] == "failed" else 0


@command.command()
def save(
    job: JobArgument,
    output: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    name: Annotated[str, typer.Option("--name", help="Which file, if the job has several.")] = "",
) -> int:
    """Write a file that a job has made: an export, or the rows of an import that could not be read."""
    with reading() as connection:
        names = file_names(connection, job)
        if find_job(connection, job) is None or not names:
            raise NewsletterError(f"job {job} has no file; `newsletter jobs` lists what there is")
        if (name or names[0]) not in names or (not name and len(names) > 1):
            raise NewsletterError(f"say which file of job {job} with --name: {', '.join(names)}")
        try:
            pieces = read_file(connection, job, name or names[0])
            write_private(output, codecs.iterdecode(pieces, "utf-8-sig"))
        except OSError as error:
            raise NewsletterError(f"{output} cannot be written: {error.strerror}") from error
    print(f"{name or names[0]} of job {job} is in {output}.")
    return 0


def _document(row: Any, files: list[str]) -> dict[str, Any]:
    return {
        "job": row.id,
        "kind": row.kind,
        "state": row.state,
        "mailing": row.mailing_id,
        "list": (row.arguments or {}).get("list"),
        "needs_person": row.needs_person,
        "words": row.words,
        "failures": row.failures,
        "report": row.report,
        "files": files,
        "asked": say_time(row.created_at),
        "by": row.created_by,
        "ended": say_time(row.finished_at) if row.finished_at else None,
        "waits_until": say_time(row.not_before) if (row.not_before or 0) > time.time() else None,
    }


def _came_to(one: dict[str, Any]) -> str:
    report = ", ".join(f"{name} {count:,}" for name, count in (one["report"] or {}).items() if count)
    files = f"newsletter jobs save {one['job']} FILE" if one["files"] and one["state"] == "done" else ""
    return "; ".join(part for part in (report, files) if part)
