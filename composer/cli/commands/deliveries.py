"""``newsletter deliveries`` lists what has happened to each recipient of a mailing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from composer.cli.log import tell
from composer.cli.visible import as_utf8
from composer.delivery.states import DeliveryState
from composer.errors import SettingsError
from composer.workflow.deliveries_csv import csv_lines
from composer.workflow.message_ids import message_ids
from composer.workflow.project_database import open_to_read
from composer.workflow.wiring import the_site

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from composer.delivery.reporting.records import DeliveryRecord


def command(
    mailing: Annotated[int, typer.Argument(help="Its number.")],
    state: Annotated[DeliveryState | None, typer.Option("--state", help="Only those in this state.")] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", metavar="B", help="Only those who get this subject of a test.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="For programs.")] = False,
) -> int:
    """List what has happened to each recipient of a mailing, with the relay's words."""
    from composer.database.engine import reading
    from composer.delivery.mailing import find_mailing, require_variant
    from composer.delivery.packed import packed_since
    from composer.delivery.reporting.records import delivery_records

    variant = variant.upper() if variant else None
    with reading(open_to_read()) as connection:
        found = find_mailing(connection, mailing)
        if variant:
            require_variant(found, variant)
        records = delivery_records(connection, mailing, state=state, variant=variant)
        if as_csv:
            _write_csv(records, _message_ids(connection, mailing))
        elif not _print_lines(records) and packed_since(connection, mailing) is None:
            tell(f"Nothing of mailing {mailing} is {state or 'there'}.")
        if (day := packed_since(connection, mailing)) is not None:
            tell(f"Only counts are kept of mailing {mailing}, since {day}: newsletter status {mailing}")
    return 0


def _message_ids(connection: Connection, mailing: int) -> Callable[[DeliveryRecord], str]:
    """Give what tells each record's Message-ID, or none of them, with a word why, rather than a wrong one."""
    try:
        return message_ids(connection, mailing, site=the_site())
    except SettingsError as error:
        tell(f"The column message_id is empty: {error}")
        return lambda _: ""


def _print_lines(records: Iterable[DeliveryRecord]) -> int:
    """Print a line for each record; gives how many there were."""
    told = 0
    for record in records:
        attempts = f"  ({record.attempts} attempts)" if record.attempts > 1 else ""
        print(f"{record.state:<11} {record.email:<40} {record.reply}{attempts}".rstrip())
        told += 1
    return told


def _write_csv(records: Iterable[DeliveryRecord], message_id: Callable[[DeliveryRecord], str]) -> None:
    as_utf8()
    sys.stdout.writelines(csv_lines(records, message_id))
