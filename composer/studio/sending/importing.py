"""Answers at the addresses of a file of people, which is dropped, read, tried and imported."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from composer.audience import ImportReport
from composer.audience.imports.columns import CHOICES, column_key, read_columns
from composer.audience.imports.csv_file import open_csv
from composer.errors import ColumnQuestion, ImportRefused, ImportUnclear
from composer.studio.sending.answering import AnsweringRoute, Line
from composer.studio.sending.dropped_files import DroppedFile, DroppedFiles
from composer.studio.sending.people_models import (
    FileColumn,
    FileReport,
    ImportDone,
    ImportTrial,
    Question,
)
from composer.studio.sending.reports import import_outcome
from composer.web.body import whole_body
from composer.workflow.people import IMPORT_MAX_BYTES, Said, answers_of, import_people

FILES_PATH = "/api/sending/files"
"""Where files of people are dropped, which may be larger than what else is sent to the studio."""

routes = APIRouter(prefix=FILES_PATH, route_class=AnsweringRoute)

_VALUES_SHOWN = 5
_VALUE_CHARACTERS = 100


class _ImportRequest(BaseModel):
    list: Line
    new_list: bool = False
    source: Line = ""
    encoding: Line | None = None
    columns: dict[str, Line] = Field(default_factory=dict)
    values: dict[str, dict[str, Said]] = Field(default_factory=dict)
    ignored: tuple[Line, ...] = ()
    everybody: Said | None = None
    seen: Line = ""


def _dropped_files(request: Request) -> DroppedFiles:
    files: DroppedFiles = request.app.state.dropped_files
    return files


Files = Annotated[DroppedFiles, Depends(_dropped_files)]


@routes.post("")
async def _drop(request: Request, files: Files, name: Line = "people.csv") -> FileReport:
    too_large = ImportRefused(f"The file is larger than {IMPORT_MAX_BYTES // 2**20} MB; split it")
    data = await whole_body(request, most_bytes=IMPORT_MAX_BYTES, too_large=too_large)
    return await run_in_threadpool(_read, files, name, data)


def _read(files: DroppedFiles, name: str, data: bytes) -> FileReport:
    file = open_csv(data)
    first = [row.cells for row in itertools.islice(file.rows(), _VALUES_SHOWN)]
    proposed: dict[str, str] = {}
    try:
        columns = read_columns(file.header, first[0] if first else ())
    except ImportRefused:
        # No column is called like an address: whoever has the file says which one it is.
        proposed = _propose_address(file.header, first)
        chosen = {column_key(header): field for header, field in proposed.items()}
        columns = read_columns(file.header, (), chosen=chosen) if chosen else ()
    goes_to = {column.number: column.path for column in columns}
    return FileReport(
        file=files.keep(name, data),
        name=name,
        encoding=file.encoding.removesuffix("-sig"),
        separator=file.separator,
        columns=tuple(
            FileColumn(
                number=number,
                header=header,
                goes_to=goes_to.get(number),
                values=tuple(cells[number - 1][:_VALUE_CHARACTERS] for cells in first if number <= len(cells)),
            )
            for number, header in enumerate(file.header, start=1)
        ),
        choices=CHOICES,
        proposed=proposed,
    )


def _propose_address(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Find the column whose first values look like addresses."""
    for index, name in enumerate(header):
        if name.strip() and any(index < len(cells) and "@" in cells[index] for cells in rows):
            return {name: "email"}
    return {}


@routes.post("/{file}/dry-run")
def _try(file: str, files: Files, asked: _ImportRequest) -> ImportTrial:
    dropped = files.find(file)
    try:
        report = _import(dropped, asked, dry_run=True)
    except ImportUnclear as unclear:
        return ImportTrial(
            seen="",
            questions=tuple(map(_question, unclear.questions)),
            asks_of_file_name=unclear.file_name,
            report=None,
        )
    return ImportTrial(seen=report.digest(), questions=(), asks_of_file_name="", report=import_outcome(report))


@routes.post("/{file}/import")
def _import_now(file: str, files: Files, asked: _ImportRequest) -> ImportDone:
    if not asked.seen:
        raise ImportRefused("Look first at what would happen. Nobody was imported")
    return ImportDone(report=import_outcome(_import(files.find(file), asked, dry_run=False)))


@routes.get("/{file}/rejected.csv")
def _rejected(file: str, files: Files) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="people.rejected.csv"'}
    return Response(files.find(file).rejected_csv, media_type="text/csv; charset=utf-8", headers=headers)


def _import(dropped: DroppedFile, asked: _ImportRequest, *, dry_run: bool) -> ImportReport:
    report = import_people(
        dropped.data,
        list_name=asked.list,
        file_name=dropped.name,
        source=asked.source,
        encoding=asked.encoding,
        answers=answers_of(asked.values, ignored=asked.ignored, everybody=asked.everybody, fields=asked.columns),
        new_list=asked.new_list,
        dry_run=dry_run,
        seen="" if dry_run else asked.seen,
    )
    dropped.rejected_csv = "".join(report.rejected_csv())
    return report


def _question(question: ColumnQuestion) -> Question:
    return Question(
        column=question.column,
        values=question.values,
        more_values=question.more_values,
        certain=question.certain,
        in_texts=question.in_texts,
    )
