"""Whatever file of people is imported is taken row by row, or refused in words; nobody in it stops the others."""

from __future__ import annotations

from sqlalchemy import Engine

from composer import audience
from composer.errors import NewsletterError
from tests.support.fuzzing import broken, cases

PEOPLE = """email;first_name;last_name;language;city
ana@example.org;Ana;Älv;en;Paris
ben@example.org;"Ben; of ""Oslo"" ";Bø;fr;"two
lines"
=cmd@example.org;=1+1;@x;de;
cy@bücher.example;Çy;;;
"""
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")


def test_rows_or_words(engine: Engine) -> None:
    for number, rng in cases(60, "people"):
        data = broken(PEOPLE, rng).encode(rng.choice(ENCODINGS), "replace")
        with engine.connect() as connection:
            try:
                report = audience.import_subscribers(
                    connection, data, list_name="news", source="test", now=1_800_000_000, new_list=True
                )
                told = str(report.rows)
            except NewsletterError as error:
                told = str(error)
            assert told, number
            connection.rollback()
