"""What the addresses of people answer, one model per shape. Times are ISO 8601 in UTC; counts are by fate."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel


class ListLine(BaseModel):
    """Counts who stands where on a list."""

    id: int
    name: str
    title: str | None
    confirmed: int
    pending: int
    unsubscribed: int


class ListsReport(BaseModel):
    """All lists; none where there is no database yet."""

    has_database: bool
    lists: tuple[ListLine, ...]


class PersonLine(BaseModel):
    """One of the people found; ``lists`` are those that they are confirmed on."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str | None
    lists: tuple[str, ...]


class PeoplePage(BaseModel):
    """People that were found, by address, and how many there are together."""

    total: int
    people: tuple[PersonLine, ...]


class SubscriptionLine(BaseModel):
    """Where somebody stands on a list, and since when."""

    list: str
    status: str
    updated_at: dt.datetime | None


class ConsentLine(BaseModel):
    """Evidence of a consent or its end: where it came from."""

    list: str
    event: str
    source: str
    at: dt.datetime | None


class SuppressionLine(BaseModel):
    """Why an address is not mailed; ``list`` is null for every list."""

    reason: str
    list: str | None
    source: str
    created_at: dt.datetime | None


class AttemptLine(BaseModel):
    """One try to deliver a mail; ``note`` is who settled it, and why."""

    outcome: str
    relay: str | None
    phase: str | None
    reply: str
    took_ms: int | None
    at: dt.datetime | None
    note: str | None


class PersonDelivery(BaseModel):
    """A mail that somebody was sent, with every try."""

    mailing: int
    issue: str
    state: str
    updated_at: dt.datetime | None
    attempts: tuple[AttemptLine, ...]


class PersonReport(BaseModel):
    """All that is known of a person, and all that they were sent."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str | None
    fields: dict[str, str]
    created_at: dt.datetime | None
    updated_at: dt.datetime | None
    subscriptions: tuple[SubscriptionLine, ...]
    consent: tuple[ConsentLine, ...]
    suppressions: tuple[SuppressionLine, ...]
    deliveries: tuple[PersonDelivery, ...]


class FateReport(BaseModel):
    """What became of somebody who was added by hand (``audience.Fate``), and whether that changed anything."""

    fate: str
    has_effect: bool


class LeaveReport(BaseModel):
    """Whether somebody was on the list until now."""

    left: bool


class FileColumn(BaseModel):
    """A column of a dropped file: its first values, and the field that they go to; null if it is not read."""

    number: int
    header: str
    goes_to: str | None
    values: tuple[str, ...]


class FileReport(BaseModel):
    """A dropped file as it is read; ``choices`` is what a column can be said to be.

    ``proposed`` is what has to be said of columns (header → field) where no column is called like an address.
    """

    file: str
    name: str
    encoding: str
    separator: str
    columns: tuple[FileColumn, ...]
    choices: tuple[str, ...]
    proposed: dict[str, str]


class Question(BaseModel):
    """What has to be known of a column before anybody is taken in (``errors.ColumnQuestion``)."""

    column: str
    values: tuple[tuple[str, int], ...]
    more_values: bool
    certain: bool
    in_texts: bool


class RowLeftOut(BaseModel):
    """A row of the file that was not taken in, or who of it was taken off; ``email`` is empty if it has none."""

    line: int
    email: str
    reason: str


class ImportOutcome(BaseModel):
    """What an import comes to, or would: counts by fate, and the first rows of each that was left out."""

    list: str
    rows: int
    counts: dict[str, int]
    columns: dict[str, str | None]
    rejected: tuple[RowLeftOut, ...]
    skipped: tuple[RowLeftOut, ...]
    left: tuple[RowLeftOut, ...]


class ImportTrial(BaseModel):
    """A dry run: what is still asked, or what would happen; ``seen`` has to be brought to the import."""

    seen: str
    questions: tuple[Question, ...]
    asks_of_file_name: str
    report: ImportOutcome | None


class ImportDone(BaseModel):
    """An import that has happened."""

    report: ImportOutcome
