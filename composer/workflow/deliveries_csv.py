"""What has happened to each recipient of a mailing, as a table that programs and spreadsheets read.

Enters: records, and what tells a record's Message-ID. Leaves: lines of CSV (RFC 4180, but for the line feed), whose
columns are promised. A cell that a spreadsheet would run as a formula is guarded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from composer.audience.imports.csv_file import guard_formula
from composer.delivery.reporting.records import DeliveryRecord

HEADER = "email,language,state,attempts,relay,code,enhanced,text,message_id,updated_at"
"""Programs read these columns; they are fixed."""


def csv_lines(records: Iterable[DeliveryRecord], message_id: Callable[[DeliveryRecord], str]) -> Iterator[str]:
    """Write the header, and a line for each record."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    yield f"{HEADER}\n"
    for record in records:
        writer.writerow(
            (
                guard_formula(record.email),
                record.language,
                record.state,
                record.attempts,
                guard_formula(record.relay or ""),
                record.code,
                record.enhanced,
                guard_formula(record.text or ""),
                message_id(record),
                record.updated_at.isoformat(),
            )
        )
        yield written.getvalue()
        written.seek(0)
        written.truncate()
