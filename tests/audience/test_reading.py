"""What is read of many rows by one look is what is read of each, and no word of leaving is passed over."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.audience.imports import leaving_words
from composer.audience.imports.columns import read_columns
from composer.audience.imports.csv_file import RowBatch, open_csv
from composer.audience.imports.file_source import FileSource, spooled
from composer.audience.imports.leaving_words import leaving_mentions, that_may_mention_leaving
from composer.audience.imports.person import read_person
from composer.audience.imports.reading import PeopleReader, read_row
from composer.audience.imports.status_columns import Answers, settle_columns
from composer.audience.imports.survey import ColumnValues
from composer.audience.subscriptions import SubscriptionStatus
from composer.errors import ImportRefused

ADDRESSES = st.from_regex(r"[A-Za-z0-9.+_'-]{1,9}@[A-Za-z0-9.-]{1,12}", fullmatch=True) | st.sampled_from(
    [
        *("", " ana@example.org", "ANA@Example.ORG", "ana@example", "Ana <ana@example.org>", "mailto:b@example.org"),
        *("zoë@example.org", "a@bücher.example", "a@xn--bcher-kva.example", "a..b@example.org", "a@example.org\u200b"),
        *("'=a@example.org", "a@-x.org", "a" * 65 + "@example.org", "a@" + "b" * 64 + ".org", "a@1.2"),
    ]
)
VALUES = st.text(max_size=6) | st.sampled_from(
    [
        *("Zoë", "Zoe\u0308", "'=1", "'x", "a  b", " a", "a ", "=?utf-8?q?=0A?=", "\u00a0", "a\u00adb", "x" * 201),
        *(
            "Иван",
            "Й",
            "И\u0306",
            "a\nb",
            "a\tb",
            "\x07",
            "\u200d",
            "Silva, Ana",
            "Silva, Ana, B",
            "x" * 5001,
            "\u0387",
        ),
    ]
)
ROWS = st.lists(
    st.tuples(ADDRESSES, VALUES, VALUES, VALUES, st.sampled_from(["fr", "FR_ch", "français", "", "xx", " en"]), VALUES)
    .map(list)
    .flatmap(lambda cells: st.sampled_from([cells, cells[:3], [*cells, "more"], [*cells, ""]])),
    min_size=1,
    max_size=30,
)
HEADER = ("email", "first_name", "last_name", "name", "language", "city")


@given(rows=ROWS)
def test_many_rows_at_once_are_read_as_one_by_one(rows: list[list[str]]) -> None:
    columns = read_columns(HEADER, ())
    one_by_one, wrong = [], []
    for line, cells in enumerate(rows):
        try:
            one_by_one.append(read_row(line, read_person(columns, cells)))
        except ValueError as error:
            wrong.append((line, str(error)))
    reader = PeopleReader(columns, everybody=SubscriptionStatus.CONFIRMED)
    people, rejected = reader.read(RowBatch(range(len(rows)), rows))
    assert people == [row[: reader.width] for row in one_by_one]
    assert [(row.line, row.problem) for row in rejected] == wrong


@given(
    rows=st.lists(st.tuples(ADDRESSES, st.sampled_from(["subscribed", "unsubscribed", "pending", "gone"])).map(list)),
    everybody=st.sampled_from(list(SubscriptionStatus)),
)
def test_how_people_stand_is_read_alike(rows: list[list[str]], everybody: SubscriptionStatus) -> None:
    columns = read_columns(("email", "status"), ())
    known = [["a@example.org", word] for word in ("subscribed", "unsubscribed", "pending")]
    columns, _ = settle_columns(columns, [known], answers=Answers())
    expected = []
    for line, cells in enumerate(rows):
        try:
            expected.append(read_row(line, read_person(columns, cells, everybody=everybody)).standing)
        except ValueError:
            continue
    reader = PeopleReader(columns, everybody=everybody)
    assert [row[-1] for row in reader.read(RowBatch(range(len(rows)), rows))[0]] == expected


@given(text=st.from_regex(leaving_words._IN_TEXTS), around=st.text(max_size=10))
def test_every_text_in_which_leaving_is_mentioned_is_looked_at(text: str, around: str) -> None:
    value = f"{around} {text}"
    assert value in that_may_mention_leaving(["Nice", value, "Rome"]) or not leaving_mentions(value)


@pytest.mark.parametrize("word", sorted(leaving_words._LEFT_WORDS))
@pytest.mark.parametrize("shape", ["{}", "vip, {}", "{}; vip", "V.I.P.|{}"])
def test_every_tag_by_which_somebody_has_left_is_looked_at(word: str, shape: str) -> None:
    value = shape.format(word.upper())
    assert leaving_mentions(value)
    assert that_may_mention_leaving(["Nice", value]) == [value]


@given(st.lists(st.sampled_from(["", " ", "yes", "no", "'=x", "2020-01-01", "unsubscribed", "a", "Left"]), max_size=90))
def test_counting_by_batches_is_counting_cell_by_cell(cells: list[str]) -> None:
    together, apart = ColumnValues(), ColumnValues()
    together.add(cells, open_ended=True)
    for cell in cells:
        apart.add([cell], open_ended=True)
    assert together == apart


def test_what_comes_through_a_pipe_is_kept_while_it_is_read_and_measured() -> None:
    with spooled(io.BytesIO(b"email\na@example.org\n"), most_bytes=100) as source:
        assert [row.cells for row in open_csv(source).rows()] == [("a@example.org",)]
        kept = source.place
    assert isinstance(kept, Path)
    assert not kept.exists()
    with pytest.raises(ImportRefused, match="larger than"), spooled(io.BytesIO(b"x" * 101), most_bytes=100):
        pass


def test_a_file_that_is_gone_meanwhile_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        FileSource(tmp_path / "people.csv").start(8)
