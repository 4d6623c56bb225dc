"""What operators are told of readers who leave: that somebody has, and never who."""

from __future__ import annotations

import logging

import httpx
import pytest
from sqlalchemy import select, text

from composer.database.schema import subscribers
from composer.logs import JsonFormatter
from composer.message.links import Purpose
from tests.site.conftest import ServedSite


def test_leaving_and_coming_back_are_told_without_the_reader(
    served: ServedSite, web: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "composer.site")
    web.post(served.leaving(1), data={"List-Unsubscribe": "One-Click"})
    web.post(served.leaving(1), data={"action": "return"})
    web.post(served.leaving(2), data={"action": "leave"})
    web.post(
        served.link(Purpose.UNSUBSCRIBE, 2, mailing=99), data={"action": "leave"}
    )  # of no mailing: nothing has happened
    told = [record for record in caplog.records if record.name == "composer.site"]
    known = [(vars(record)["action"], vars(record)["mailing"], vars(record).get("one_click")) for record in told]
    mailing = served.mailing
    assert known == [("site.left", mailing, True), ("site.returned", mailing, None), ("site.left", mailing, False)]
    lines = "".join(map(JsonFormatter().format, told))
    token = served.leaving(1).rpartition("/")[2]
    with served.engine.connect() as connection:
        people = connection.scalars(select(subscribers.c.email)).all()
    assert not [secret for secret in (*people, token) if secret in lines]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_is_away_is_told_with_its_reason(
    served: ServedSite, web: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with served.engine.begin() as connection:
        connection.execute(text("ALTER TABLE mailing_editions RENAME TO away"))
    assert web.post(served.leaving(1)).status_code == 503
    (record,) = [record for record in caplog.records if record.name == "composer.site"]
    assert (record.levelname, vars(record)["action"]) == ("ERROR", "site.failed")
    assert "no such table: mailing_editions" in vars(record)["reason"]
