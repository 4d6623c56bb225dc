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
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from composer import audience, database
from composer.audience import Answers, Fate, ImportReport, SubscriptionStatus
from composer.audience.doors import require_new_or_known
from composer.audience.identities import without_addresses
from composer.audience.imports.columns import column_key
from composer.audience.imports.export_formats import ANY
from composer.audience.imports.file_source import FileSource
from composer.audience.imports.survey import value_key
from composer.audience.tags import change_tags
from composer.control_characters import one_line
from composer.errors import ImportRefused
from composer.workflow.decision_log import log_event, name_of
from composer.workflow.newsletter import declared_fields
from composer.workflow.project_database import has_database, the_digests, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.audience import SuppressionReason
    from composer.audience.imports.suppression_list import SuppressionImport
    from composer.audience.imports.undo import UndoReport

_AS_FOUND: Mapping[str, str] = MappingProxyType({})

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
    fields: Mapping[str, str] = _AS_FOUND,
) -> Answers:
    """Make the answers of what is said: column → value → what it means, ``*`` for every value that is not named.

    ``ignored`` are columns that say nothing of leaving; ``everybody`` is what the file's name means, if it asks.
    ``fields`` is what columns are, whatever they are called: column → one of ``audience.imports.columns.CHOICES``.
    """
    meanings = {
        value_key(column): {
            value if value == ANY else value_key(value): said.status for value, said in column_values.items()
        }
        for column, column_values in values.items()
    }
    return Answers(
        meanings,
        frozenset(map(value_key, ignored)),
        everybody.status if everybody else None,
        {column_key(column): field for column, field in fields.items()},
    )


def import_people(
    data: bytes | FileSource,
    *,
    list_name: str,
    file_name: str,
    source: str = "",
    encoding: str | None = None,
    answers: Answers | None = None,
    new_list: bool = False,
    dry_run: bool = False,
    seen: str = "",
    by: str | None = None,
) -> ImportReport:
    """Put the people of a file on a list, and record that; with ``dry_run``, only tell what would happen.

    ``source`` is kept as the evidence of their consent; the file's name otherwise. A dry run leaves nothing behind, no
    database either. ``seen`` is ``ImportReport.digest`` of a dry run that somebody has looked at: with another outcome,
    nothing is changed, and ImportRefused says so.
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
            by=name_of(by),
            digests=the_digests(),
            declared=declared_fields(),
        )
        if seen and report.digest() != seen:
            raise ImportRefused("What would happen is not what you have seen: look at it again. Nobody was imported")
        if dry_run:
            connection.rollback()
    if not dry_run:
        log_event("import.finished", "people are imported", list=list_name, **report.counts(), rows=report.rows)
    return report


def import_suppressions(
    data: FileSource,
    *,
    reason: SuppressionReason,
    file_name: str,
    source: str = "",
    list_name: str | None = None,
    by: str | None = None,
    dry_run: bool = False,
) -> SuppressionImport:
    """Never mail the addresses of a file again, and record that; with ``dry_run``, only tell what would happen."""
    from composer.audience.imports.suppression_list import import_suppressions as bring_in

    with _practising() if dry_run else writing() as connection:
        report = bring_in(
            connection,
            data,
            reason=reason,
            source=one_line(source or f"import of {file_name}"),
            now=int(time.time()),
            file_name=file_name,
            list_id=None if list_name is None else audience.find_list(connection, list_name),
            by=name_of(by),
        )
        if dry_run:
            connection.rollback()
    if not dry_run:
        log_event("suppressions.imported", "addresses are never mailed again", rows=report.rows, added=report.added)
    return report


def take_back(import_id: int, *, by: str | None = None, dry_run: bool = False) -> UndoReport:
    """Take an import back, and record that; with ``dry_run``, only tell what would happen."""
    from composer.audience.imports.undo import undo_import

    with writing() as connection:
        report = undo_import(connection, import_id, by=name_of(by), now=int(time.time()))
        if dry_run:
            connection.rollback()
    if not dry_run:
        log_event("import.undone", "an import is taken back", number=import_id, gone=report.gone)
    return report


def add_person(
    email: str,
    *,
    list_name: str,
    new_list: bool = False,
    source: str,
    asked_anew: bool = False,
    tags: Sequence[str] = (),
    **known: Any,
) -> Fate:
    """Add one person to a list, or complete what is ``known`` of them (``audience.add_subscriber``).

    Raises AudienceError for an address that was erased, or that somebody has given up, unless they ``asked_anew``.
    """
    now = int(time.time())
    with writing() as connection:
        if not asked_anew:
            require_new_or_known(connection, email, the_digests())
        list_id = (
            audience.ensure_list(connection, list_name, now=now)
            if new_list
            else audience.find_list(connection, list_name, new=True)
        )
        fate = audience.add_subscriber(
            connection,
            email,
            list_id=list_id,
            source=without_addresses(source, email),
            now=now,
            asked_anew=asked_anew,
            declared=declared_fields() if known.get("attributes") else {},
            **known,
        )
        if tags and fate.has_effect:
            change_tags(connection, audience.find_subscriber(connection, email), add=tags)
        return fate


def unsubscribe_person(email: str, *, list_name: str | None, source: str) -> bool:
    """Take somebody off a list, or off all of them; False if they were on none."""
    with writing() as connection:
        subscriber = audience.find_subscriber(connection, email)
        lists = None if list_name is None else [audience.find_list(connection, list_name)]
        left = audience.unsubscribe(
            connection,
            subscriber=subscriber,
            lists=lists,
            source=without_addresses(source, email),
            now=int(time.time()),
        )
    return bool(left)


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
