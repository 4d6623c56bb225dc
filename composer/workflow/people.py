"""A file of people is put on a list; first as a dry run, if somebody wants to see what would happen.

Enters: the file's bytes, what whoever has it says of its columns, the list. Leaves: an ImportReport, in which every row
has one fate. Raises what ``audience.import_subscribers`` raises, ImportUnclear above all: then nobody was taken in.
"""

from __future__ import annotations

import enum
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from composer import audience, database
from composer.audience import Answers, ImportReport, SubscriptionStatus
from composer.audience.export_formats import ANY
from composer.audience.status_columns import value_key
from composer.control_characters import one_line
from composer.workflow.decision_log import log_event
from composer.workflow.project_database import has_database, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection

IMPORT_MAX_BYTES = 256 * 1024 * 1024
"""Two million people or so; more is a mistake, or for several files."""


class Said(enum.StrEnum):
    """What somebody can say of people in a file."""

    LEFT = "left"
    PENDING = "pending"
    SUBSCRIBED = "subscribed"

    @property
    def status(self) -> SubscriptionStatus:
        """How that is called on a list."""
        return {
            Said.LEFT: SubscriptionStatus.UNSUBSCRIBED,
            Said.PENDING: SubscriptionStatus.PENDING,
            Said.SUBSCRIBED: SubscriptionStatus.CONFIRMED,
        }[self]


def answers_of(
    values: Mapping[str, Mapping[str, Said]],
    *,
    ignored: Set[str] | Sequence[str] = (),
    everybody: Said | None = None,
) -> Answers:
    """Make the answers of what is said: column → value → what it means, ``*`` for every value that is not named.

    ``ignored`` are columns that say nothing of leaving; ``everybody`` is what the file's name means, if it asks.
    """
    meanings = {
        value_key(column): {
            value if value == ANY else value_key(value): said.status for value, said in column_values.items()
        }
        for column, column_values in values.items()
    }
    return Answers(meanings, frozenset(map(value_key, ignored)), everybody.status if everybody else None)


def import_people(
    data: bytes,
    *,
    list_name: str,
    file_name: str,
    source: str = "",
    encoding: str | None = None,
    answers: Answers | None = None,
    new_list: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Put the people of a CSV file on a list, and record that; with ``dry_run``, only tell what would happen.

    ``source`` is kept as the evidence of their consent; the file's name otherwise. A dry run leaves nothing behind, no
    database either.
    """
    with _practising() if dry_run else writing() as connection:
        report = audience.import_subscribers(
            connection,
            data,
            list_name=list_name,
            source=one_line(source or f"import of {file_name}"),
            now=int(time.time()),
            encoding=encoding,
            file_name=file_name,
            answers=answers,
            new_list=new_list,
        )
        if dry_run:
            connection.rollback()
    if not dry_run:
        log_event("import.finished", "people are imported", list=list_name, **report.counts(), rows=report.rows)
    return report


@contextmanager
def _practising() -> Iterator[Connection]:
    """Give a transaction to be rolled back, of the project's database or, where there is none yet, of an empty one."""
    if has_database():
        with writing() as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="newsletter-") as folder:
        engine = database.open_database(f"sqlite:///{Path(folder) / 'empty.db'}")
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()
