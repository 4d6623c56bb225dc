"""Leaves what takes long to the service, and says where it will be found."""

from __future__ import annotations

import json
import time
from pathlib import Path

from composer.background.alive import running_services
from composer.background.people_job import ImportAsked, ask_for_erasure, ask_for_export, ask_for_import
from composer.cli.files_of_people import opened_file
from composer.errors import NewsletterError
from composer.workflow.decision_log import name_of
from composer.workflow.project_database import writing


def leave_import(file: Path, asked: ImportAsked, by: str | None = None, as_json: bool = False) -> int:
    """Let the service import a file, of which it gets a copy now. Raises ImportRefused if it cannot be read."""
    with opened_file(file) as source, source.open() as opened, writing() as connection:
        job = ask_for_import(connection, opened, asked, now=int(time.time()), by=name_of(by))
        is_served = bool(running_services(connection))
    if as_json:
        print(json.dumps({"job": job, "is_served": is_served}))
    else:
        _say(job, is_served=is_served, then=f"newsletter jobs show {job}")
    return 0


def leave_export(list_name: str, *, status: str | None, guard: bool, output: Path | None) -> None:
    """Let the service export a list. Raises AudienceError for a list that is not there."""
    if output is not None:
        raise NewsletterError("--background keeps the export for you: save it when it is done, and leave --out away")
    with writing() as connection:
        job = ask_for_export(
            connection, list_name=list_name, now=int(time.time()), by=name_of(None), status=status, guard=guard
        )
        is_served = bool(running_services(connection))
    _say(job, is_served=is_served, then=f"newsletter jobs save {job} FILE")


def leave_erasure(email: str, *, by: str | None) -> None:
    """Let the service erase somebody. Raises AudienceError where nobody is known by that address."""
    with writing() as connection:
        job = ask_for_erasure(connection, email, now=int(time.time()), by=name_of(by))
        is_served = bool(running_services(connection))
    _say(job, is_served=is_served, then=f"newsletter jobs show {job}")


def _say(job: int, *, is_served: bool, then: str) -> None:
    who = "the service does it" if is_served else "no service works now; it is done when one does: newsletter run"
    print(f"Job {job}: {who}. Then: {then}")
