"""Jobs about people: a file is imported, a list is exported, somebody is erased.

The first two are done in one transaction, with the job's row in it.

So a process that dies meanwhile has done nothing, and one that has done it has said so: a file is never imported twice,
and what is asked for is there as soon as the row says so. The export is read first, which keeps nobody from writing,
and then put into the database in one go. An erasure finds nothing to do where it was done.
"""

from __future__ import annotations

import codecs
import logging
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select

from composer.audience import (
    Answers,
    SubscriptionStatus,
    export_subscribers,
    find_list,
    find_subscriber,
    import_subscribers,
)
from composer.audience.erasure.erase import state_of_erasures
from composer.audience.identities import HAS_ADDRESS, current_person
from composer.audience.imports.file_source import FileSource
from composer.background.job_files import drop_file, keep_file, read_file
from composer.background.jobs import JobKind
from composer.background.rows import DONE, WAITING, JobOutcome, add_job, find_job, keep_outcome, lock_run
from composer.background.work import JobContext
from composer.control_characters import one_line
from composer.database.engine import reading
from composer.database.schema import subscribers
from composer.delivery.operating.erasing import erase_person
from composer.workflow.newsletter import declared_fields
from composer.workflow.project_database import erasures_file, the_digests

_log = logging.getLogger("composer.background")

PEOPLE, REJECTED, EXPORT = "people", "rejected.csv", "export.csv"
"""The names of the files: what is imported, which rows of it could not be read, and what is exported."""


@dataclass(frozen=True, slots=True)
class ImportAsked:
    """What is asked of an import, as of ``audience.import_subscribers``; ``answers`` explain what columns say.

    Where they are not enough, the job fails with the questions, and nobody is taken in.
    """

    list_name: str
    file_name: str
    source: str = ""
    encoding: str | None = None
    new_list: bool = False
    answers: Answers = field(default_factory=Answers)

    def as_json(self) -> dict[str, Any]:
        """Give what is kept in the job's row."""
        answers = self.answers
        said = {
            "values": {column: dict(ways) for column, ways in answers.values.items()},
            "ignored": sorted(answers.ignored),
            "everybody": answers.everybody,
            "fields": dict(answers.fields),
        }
        asked = {"list": self.list_name, "file_name": self.file_name, "source": self.source}
        return {**asked, "encoding": self.encoding, "new_list": self.new_list, "answers": said}

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> ImportAsked:
        """Make what was asked of what is kept in the row."""
        said = kept["answers"]
        values = {
            column: {value: SubscriptionStatus(status) for value, status in ways.items()}
            for column, ways in said["values"].items()
        }
        everybody = SubscriptionStatus(said["everybody"]) if said["everybody"] else None
        answers = Answers(values, frozenset(said["ignored"]), everybody, said["fields"])
        return ImportAsked(kept["list"], kept["file_name"], kept["source"], kept["encoding"], kept["new_list"], answers)


def ask_for_import(connection: Connection, file: IO[bytes], asked: ImportAsked, *, now: int, by: str) -> int:
    """Let the service put the people of a file on a list; gives the job's number."""
    job = add_job(connection, JobKind.IMPORT, asked.as_json(), now=now, by=by)
    keep_file(connection, job, PEOPLE, file)
    return job


def ask_for_export(
    connection: Connection, *, list_name: str, now: int, by: str, status: str | None = None, guard: bool = True
) -> int:
    """Let the service write a list as CSV; gives the job's number, whose file ``export.csv`` it is then."""
    find_list(connection, list_name)
    arguments = {"list": list_name, "status": status, "guard": guard}
    return add_job(connection, JobKind.EXPORT, arguments, now=now, by=by)


def ask_for_erasure(connection: Connection, email: str, *, now: int, by: str) -> int:
    """Let the service erase all that is held on a person; gives the job's number. Raises AudienceError."""
    return add_job(connection, JobKind.ERASE, {"subscriber": find_subscriber(connection, email)}, now=now, by=by)


def import_job(context: JobContext) -> JobOutcome | None:
    """Import the file of the job. Raises ImportRefused, ImportUnclear, AudienceError."""
    job = context.job
    with tempfile.NamedTemporaryFile(prefix="newsletter-") as file, context.engine.begin() as connection:
        row = lock_run(connection, job)
        if row is None:
            return None
        asked = ImportAsked.of_json(row.arguments)
        file.writelines(read_file(connection, job.id, PEOPLE))
        file.flush()
        report = import_subscribers(
            connection,
            FileSource(Path(file.name)),
            list_name=asked.list_name,
            source=one_line(asked.source or f"import of {asked.file_name}"),
            now=int(context.clock()),
            encoding=asked.encoding,
            file_name=asked.file_name,
            answers=asked.answers,
            new_list=asked.new_list,
            by=row.created_by,
            digests=the_digests(),
            declared=declared_fields(),
        )
        drop_file(connection, job.id, PEOPLE)
        if report.rejected:
            with tempfile.TemporaryFile() as rejected:
                _write(rejected, report.rejected_csv())
                keep_file(connection, job.id, REJECTED, rejected)
        counts = {"import": report.import_id, "rows": report.rows, **report.counts()}
        keep_outcome(connection, job, JobOutcome(DONE, report=counts), now=int(context.clock()))
    fields = {"list": asked.list_name, **counts}
    _log.info("people are imported", extra={"action": "import.finished", **fields})
    return None


def export_job(context: JobContext) -> JobOutcome | None:
    """Write the list of the job as a file of it. Raises AudienceError."""
    job = context.job
    with tempfile.TemporaryFile() as file:
        with reading(context.engine) as connection:
            row = find_job(connection, job.id)
            if row is None:
                return None
            erased = state_of_erasures(connection)
            how: Mapping[str, Any] = row.arguments
            number = find_list(connection, how["list"])
            lines = export_subscribers(connection, list_id=number, status=how["status"], guard=how["guard"])
            people = _write(file, lines) - 1
        with context.engine.begin() as connection:
            if lock_run(connection, job) is None:
                return None
            if state_of_erasures(connection, lock=True) != erased:
                return JobOutcome(WAITING, int(context.clock()))  # they may stand in it: it is made again
            size = keep_file(connection, job.id, EXPORT, file)
            report = {"people": people, "bytes": size}
            keep_outcome(connection, job, JobOutcome(DONE, report=report), now=int(context.clock()))
    return None


def erase_job(context: JobContext) -> JobOutcome:
    """Erase the person of the job; of somebody who was made one with another, the other."""
    with reading(context.engine) as connection:
        row = find_job(connection, context.job.id)
        assert row is not None
        number = current_person(connection, row.arguments["subscriber"])
        email = connection.scalar(select(subscribers.c.email).where(subscribers.c.id == number, HAS_ADDRESS))
    if email is None:
        return JobOutcome(DONE)
    now = int(context.clock())
    erased = erase_person(
        context.engine, email, digests=the_digests(), journal=erasures_file(), by=row.created_by, now=now
    )
    counts = {"addresses": erased.addresses, "deliveries": erased.deliveries}
    return JobOutcome(DONE, report=counts)


def _write(file: IO[bytes], lines: Iterable[str]) -> int:
    """Write lines as spreadsheets read them, and go back to the start; gives their number."""
    count = 0
    file.write(codecs.BOM_UTF8)
    for line in lines:
        file.write(line.encode())
        count += 1
    file.seek(0)
    return count
