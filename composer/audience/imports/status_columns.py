"""Finds out which columns of a file say who has left, and what each of their values says. Never guesses.

::

    column ──▶ says nothing       its name and values speak of another thing, or somebody has said so (Answers)
           ──▶ a Standing         known from the table of exports, or a status in words that every program means alike,
                                  or every value of it was explained (Answers)
           ──▶ words in texts     tags or notes in which leaving is mentioned: only of those words it is asked
           ──▶ a ColumnQuestion   it may tell who has left: then nothing of the file is taken in

The whole file is read for this before anybody is written down. Where several columns of a row, or several rows of an
address, say different things, the strictest counts: who has left by one of them has left.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import PurePath

from composer.audience.imports.columns import Column
from composer.audience.imports.csv_file import unguarded
from composer.audience.imports.export_formats import (
    A_TIME,
    ADDRESS_BOOKS,
    ANY,
    BLANK,
    LEFT_BY_FILE_NAME,
    SAYS_NOTHING,
    STATUS_COLUMNS,
)
from composer.audience.imports.leaving_words import (
    bare,
    is_yes_or_no,
    leaving_mentions,
    may_tell_of_leaving,
    status_word,
    tells_a_time,
    tells_of_leaving,
    tells_of_sending,
)
from composer.audience.imports.survey import VALUES_MAX, ColumnValues, survey_columns, value_key
from composer.audience.subscriptions import SubscriptionStatus
from composer.errors import ColumnQuestion, ImportRefused, ImportUnclear

_CHOICE_MAX = 6
"""Whether mail is sent is said in so many different values: “Allow” and “Do not allow”."""

_STRICTNESS = (SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED)
_LEFT = SubscriptionStatus.UNSUBSCRIBED


@dataclass(frozen=True, slots=True)
class Answers:
    """What whoever has the file says of it.

    ``values`` has, by the bare name of a column, what its values say, each as ``value_key`` writes it, ANY for all that
    are not named; ``ignored`` are bare names of columns that say nothing of leaving; ``everybody`` is what the whole
    file says, where its name raised the question; ``fields`` is what columns are, by ``column_key``: one of
    ``columns.CHOICES``.
    """

    values: Mapping[str, Mapping[str, SubscriptionStatus]] = field(default_factory=dict)
    ignored: Set[str] = frozenset()
    everybody: SubscriptionStatus | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def settle_columns(
    columns: Sequence[Column], batches: Iterable[Sequence[Sequence[str]]], *, answers: Answers, file_name: str = ""
) -> tuple[tuple[Column, ...], SubscriptionStatus]:
    """Give the columns with what each says of leaving, and what the whole file says of everybody in it.

    Reads all rows, some thousand at a time. Raises ImportUnclear with every question that is open, ImportRefused for
    an answer that cannot be.
    """
    _require_known(columns, answers)
    values = survey_columns(columns, batches)
    names = frozenset(map(_key, columns))
    settled: list[Column] = []
    questions: list[ColumnQuestion] = []
    for column, found in zip(columns, values, strict=True):
        decided = _settle(column, found, names=names, answers=answers)
        if isinstance(decided, ColumnQuestion):
            questions.append(decided)
        settled.append(column if isinstance(decided, ColumnQuestion) else decided)
    everybody = _by_file_name(file_name, answers)
    told = bool(questions) or any(column.says and _LEFT in column.says.values() for column in settled)
    book = next((program for program, known in ADDRESS_BOOKS.items() if known <= set(map(bare, names))), "")
    if everybody is None and book:
        raise ImportUnclear(questions, file_name=PurePath(file_name).name or book, address_book=book)
    if everybody is None and not told and tells_of_leaving(PurePath(file_name).stem):
        raise ImportUnclear(questions, file_name=PurePath(file_name).name)
    if questions and everybody is not _LEFT:
        raise ImportUnclear(questions)
    return tuple(settled), everybody or SubscriptionStatus.CONFIRMED


def strictest(statuses: Iterable[SubscriptionStatus]) -> SubscriptionStatus:
    """Of several things that a file says of somebody, the one by which they get least."""
    return max(statuses, key=_STRICTNESS.index, default=SubscriptionStatus.CONFIRMED)


def status_said(column: Column, cell: str) -> SubscriptionStatus:
    """What a cell says of somebody, by what the column's values say. Raises ValueError if that is not known."""
    says = column.says or {}
    if column.mentions:
        words = leaving_mentions(unguarded(cell).strip())
        return strictest(says.get(value_key(word), SubscriptionStatus.CONFIRMED) for word in words)
    status = says.get(value_key(cell)) or (_LEFT if status_word(cell) is _LEFT else None) or _by_kind(says, cell)
    if status is None:
        raise ValueError(f"{column.header} says “{cell[:40]}”, and it is not known whether they have left")
    return status


def _by_kind(says: Mapping[str, SubscriptionStatus], cell: str) -> SubscriptionStatus | None:
    """What a value says that is not named: a time, or any."""
    value = unguarded(cell).strip()
    return (says.get(A_TIME) if tells_a_time(value) else None) or (says.get(ANY) if value else None)


def _settle(column: Column, found: ColumnValues, *, names: frozenset[str], answers: Answers) -> Column | ColumnQuestion:
    name = _key(column)
    if column.tells_rejection or column.is_of_person:
        return column
    if name in answers.ignored:
        if found.seen_left and may_tell_of_leaving(column.header):
            raise ImportRefused(
                f"“{column.header}” says “{found.seen_left}” of somebody, so it says who has left and cannot be ignored"
            )
        return column
    if not found.counts:
        return column
    says = _known_column(column, names)
    given = answers.values.get(name)
    if says is None and (_says_nothing(name, names, found) or not _is_suspicious(column, found)):
        if given is None and not found.mentions:
            return column
        if (given or {}).keys() <= set(map(value_key, found.mentions)):
            return _of_mentions(column, found, given or {})
    by_words = column.field == "status" or says is not None or given is not None
    meaning = _meaning(column, found, says or {}, given or {}, by_words=by_words)
    return meaning if isinstance(meaning, ColumnQuestion) else dataclasses.replace(column, says=meaning)


def _of_mentions(
    column: Column, found: ColumnValues, given: Mapping[str, SubscriptionStatus]
) -> Column | ColumnQuestion:
    """What the words of leaving in the texts of a column mean; whoever's text has none of them stays."""
    certain = found.seen_left and value_key(found.seen_left)
    for word in found.mentions:
        if status_word(word) is _LEFT and given.get(value_key(word), _LEFT) is not _LEFT and certain == value_key(word):
            raise ImportRefused(f"“{column.header}” says “{word}” of somebody: they have left, and stay away")
    unclear = [(word, rows) for word, rows in found.mentions.most_common() if value_key(word) not in given]
    if unclear:
        return ColumnQuestion(
            _shown_name(column),
            tuple(unclear[:VALUES_MAX]),
            in_texts=True,
            certain=any(value_key(word) == certain for word, _ in unclear),
        )
    return dataclasses.replace(column, says=dict(given), mentions=True)


def _meaning(
    column: Column,
    found: ColumnValues,
    says: Mapping[str, SubscriptionStatus],
    given: Mapping[str, SubscriptionStatus],
    *,
    by_words: bool,
) -> dict[str, SubscriptionStatus] | ColumnQuestion:
    """What each value of the column says, or the question about those of which that is not known."""
    meaning: dict[str, SubscriptionStatus] = {}
    unclear: list[tuple[str, int]] = []
    for value, rows in _each_value(found):
        key = value_key(value)
        word = status_word(value)
        status = says.get(key) or _by_kind(says, value) or (word if by_words else None)
        said = given.get(key) or _by_kind(given, value)
        if said is not None and _LEFT in (status, word) and said is not _LEFT:
            raise ImportRefused(f"“{column.header}” says “{value}” of somebody: they have left, and stay away")
        status = said or status
        if status is None:
            unclear.append((value, rows))
        else:
            meaning[key] = status
    if found.many:
        rest = given.get(ANY) or says.get(ANY)
        if rest is not None:
            meaning[ANY] = rest
        elif A_TIME in says:
            meaning[A_TIME] = says[A_TIME]
        elif not unclear:
            unclear.append((ANY, 0))
    if unclear:
        certain = any(status_word(value) is _LEFT for value, _ in unclear)
        return ColumnQuestion(_shown_name(column), tuple(unclear), more_values=found.many, certain=certain)
    return meaning


def _each_value(found: ColumnValues) -> Iterator[tuple[str, int]]:
    yield from found.counts.most_common()
    if found.blank:
        yield BLANK, found.blank


def _known_column(column: Column, names: frozenset[str]) -> Mapping[str, SubscriptionStatus] | None:
    """What the values of a column of a known export say; none if no program is known by these columns."""
    name = bare(column.header)
    for known in STATUS_COLUMNS:
        if bare(known.column) == name and names.issuperset(map(bare, known.beside)):
            return known.values
    return None


def _says_nothing(name: str, names: frozenset[str], found: ColumnValues) -> bool:
    return not any(map(status_word, found.counts)) and any(
        name in map(bare, headers.split()) and not names.isdisjoint(map(bare, beside))
        for headers, beside in SAYS_NOTHING.items()
    )


def _is_suspicious(column: Column, found: ColumnValues) -> bool:
    """Whether the column may say who has left, by its name or by its values."""
    if column.field == "status":
        return True
    if may_tell_of_leaving(column.header):
        # When somebody joined or agreed, told of everybody, is no word of leaving.
        return tells_of_leaving(column.header) or not found.all_dates or found.blank > 0
    if found.many:
        return False
    if found.smells and not found.mentions:  # of those alone it is asked
        return True
    different = len(found.counts) + bool(found.blank)
    if all(map(is_yes_or_no, found.counts)):
        return different > 1 or tells_of_sending(column.header)
    is_choice = 1 < different <= _CHOICE_MAX and not any(_is_no_choice(value) for value in found.counts)
    return is_choice and tells_of_sending(column.header)


def _is_no_choice(value: str) -> bool:
    return "@" in value or value.isdecimal() or tells_a_time(value)


def _by_file_name(file_name: str, answers: Answers) -> SubscriptionStatus | None:
    name = PurePath(file_name).name
    if any(known.pattern.fullmatch(name) for known in LEFT_BY_FILE_NAME):
        return _LEFT
    return answers.everybody


def _require_known(columns: Sequence[Column], answers: Answers) -> None:
    headers = {_key(column): _shown_name(column) for column in columns}
    for name in (*answers.values, *answers.ignored):
        if name not in headers:
            near = difflib.get_close_matches(name, headers, n=1)
            hint = f"did you mean “{headers[near[0]]}”?" if near else f"it has {', '.join(headers.values())}"
            raise ImportRefused(f"The file has no column “{name}”; {hint}")


def _key(column: Column) -> str:
    return value_key(_shown_name(column))


def _shown_name(column: Column) -> str:
    """How a column is called in a question: one without a name by its place."""
    return column.header or f"column {column.number}"
