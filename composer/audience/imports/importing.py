"""Puts the people of a file on a list, and makes a report in which every row has exactly one fate.

::

    row ──▶ rejected   it cannot be read; kept aside, to be corrected and imported again
        ──▶ skipped    a second row for an address, or somebody who is not to be touched (fates.py says who)
        ──▶ added, as what the file says they are: confirmed, pending, unsubscribed
            | updated | unchanged | left (the file says that somebody of the list has)

The file is read twice: for what it says of who has left (status_columns.py; while a question about that is open, nobody
is taken in), and for its people, who are staged in temporary tables of the database, so that memory stays flat. All in
the caller's one transaction: with an exception nothing of the file is there. Two imports at once take turns; on SQLite
all writers do, on PostgreSQL by a lock (``database/turns.py``), so that they never wait for each other in a circle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, func, select

from composer.address import fold_address
from composer.audience.attributes import FieldDeclaration
from composer.audience.erasure.digests import AddressDigests
from composer.audience.imports.batches import ImportedFile, close_batch, open_batch
from composer.audience.imports.columns import Column, read_columns
from composer.audience.imports.csv_file import Row
from composer.audience.imports.enrol import Enrolment, count_fates, each_of, enrol_staged, turn_away
from composer.audience.imports.fates import Fate
from composer.audience.imports.file_source import FileSource, source_of
from composer.audience.imports.opening import OpenedFile, PeopleFile, line_in_file, opened
from composer.audience.imports.person import read_address, read_status
from composer.audience.imports.reading import STANDINGS, PeopleReader, ReadRow
from composer.audience.imports.report import ImportReport, Rejected, Skipped
from composer.audience.imports.staging import meet_people, settle_addresses, stage, staging
from composer.audience.imports.status_columns import Answers, settle_columns
from composer.audience.imports.typed_values import typed_columns
from composer.audience.known_values import NO_DECLARATIONS
from composer.audience.lists import ensure_list, find_list
from composer.audience.subscriptions import SubscriptionStatus
from composer.database.bulk import roomy
from composer.database.schema import lists
from composer.database.turns import take_turn

_LEFT_ALONE = (Fate.LEFT_ELSEWHERE, Fate.UNSUBSCRIBED, Fate.SUPPRESSED, Fate.PENDING, Fate.ERASED, Fate.FORMER)


def import_subscribers(
    connection: Connection,
    data: bytes | FileSource,
    *,
    list_name: str,
    source: str,
    now: int,
    encoding: str | None = None,
    file_name: str = "",
    answers: Answers | None = None,
    new_list: bool = False,
    by: str = "",
    digests: AddressDigests | None = None,
    declared: Mapping[str, FieldDeclaration] = NO_DECLARATIONS,
) -> ImportReport:
    """Put the people of a file on a list, with ``source`` as the evidence of their consent.

    ``file_name`` may say that everybody in it has left; ``answers`` explain what columns say; ``new_list`` makes the
    list if there is none of that name; ``by`` is who does it; ``digests`` recognises who was erased; ``declared`` are
    the types of the newsletter's fields. Raises ImportRefused if the file cannot be read, ImportUnclear while it is
    not known who of it has left, AudienceError for a list that is not there or an impossible name of one.
    """
    take_turn(connection)
    list_id, is_new = _list(connection, list_name, new=new_list, now=now)
    bytes_of_file = source_of(data)
    with opened(bytes_of_file, file_name, encoding=encoding) as found:
        report, everybody = _understand(found, list_name, answers or Answers())
        kept = ImportedFile(file_name, bytes_of_file.digest(), found.format)
        report.import_id = open_batch(connection, kept, list_id=list_id, source=source, now=now, by=by)
        with roomy(connection), staging(connection):
            typed = typed_columns(report.columns, declared, (batch.rows for batch in found.file.batches()))
            reader = PeopleReader(report.columns, everybody=everybody, typed=typed)
            _stage_people(connection, found.file, report, reader)
            for line, email, first_line in settle_addresses(connection):
                report.skip(line_in_file(line), email, f"duplicate of line {line_in_file(first_line)}")
            meet_people(connection, list_id=list_id)
            if digests is not None:
                turn_away(connection, digests)
            enrol_staged(connection, Enrolment(list_id, source, now, report.import_id))
            _count(connection, report)
    close_batch(connection, report.import_id, {**report.summary(), "new_list": is_new})
    return report


def _understand(found: OpenedFile, list_name: str, answers: Answers) -> tuple[ImportReport, SubscriptionStatus]:
    """Find out what the columns are and say; gives the report to be filled, and what the file says of everybody."""
    file = found.file
    first = next(file.rows(), None)
    columns = read_columns(file.header, first.cells if first else (), chosen=answers.fields)
    batches = (batch.rows for batch in file.batches())
    columns, everybody = settle_columns(columns, batches, answers=answers, file_name=found.name)
    return ImportReport(list_name, file.encoding.removesuffix("-sig"), file.separator, columns), everybody


def _list(connection: Connection, name: str, *, new: bool, now: int) -> tuple[int, bool]:
    """Find the list, or with ``new`` make it if there is none; and tell whether it was made."""
    before = connection.scalar(select(func.max(lists.c.id))) or 0
    found = ensure_list(connection, name, now=now) if new else find_list(connection, name, new=True)
    return found, found > before


def _stage_people(connection: Connection, file: PeopleFile, report: ImportReport, reader: PeopleReader) -> None:
    """Put the people of the file into the staging table, and the rows that cannot be read into the report."""
    says = any(column.says is not None for column in report.columns)
    for batch in file.batches():
        report.rows += len(batch)
        read, rejected = reader.read(batch)
        stage(connection, read)
        for value in reader.values_left_out():
            report.values_left_out.append(dataclasses.replace(value, line=line_in_file(value.line)))
        for row in sorted([*batch.problems, *rejected], key=lambda row: row.line):
            report.rejected.append(Rejected(line_in_file(row.line), row.problem, row.cells))
        if says and rejected:
            stage(connection, list(_told_of(report.columns, rejected)), only_told=True)


def _told_of(columns: Sequence[Column], rejected: Sequence[Row]) -> Iterator[ReadRow]:
    """What rejected rows say of who has left, which counts all the same where their address can be read."""
    for row in rejected:
        with suppress(ValueError):
            status = read_status(columns, row.cells)
            email = read_address(columns, row.cells)
            if status is not SubscriptionStatus.CONFIRMED:
                yield ReadRow(row.line, fold_address(email), email, "", "", None, "{}", STANDINGS.index(status))


def _count(connection: Connection, report: ImportReport) -> None:
    for (fate, status), count in count_fates(connection).items():
        match fate:
            case Fate.ADDED | Fate.JOINED:
                report.added[status] += count
            case Fate.UPDATED:
                report.updated += count
            case Fate.UNCHANGED:
                report.unchanged += count
    for line, email, fate in each_of(connection, [Fate.LEFT]):
        report.left.append(Skipped(line_in_file(line), email, fate))
    for line, email, fate in each_of(connection, _LEFT_ALONE):
        report.skip(line_in_file(line), email, fate)
