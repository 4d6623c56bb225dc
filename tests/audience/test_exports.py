"""Exports of other programs, rebuilt by hand: of all who stand in them only the subscribed are planned for.

An address begins with how its owner stands there: in, wait (never confirmed), out (has left), back (mail came back, or
a complaint), contact (somebody knows them).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from composer.audience import (
    Answers,
    ImportReport,
    SubscriptionStatus,
    find_list,
    freeze_audience,
    import_subscribers,
)
from composer.audience.imports.survey import value_key
from composer.database import open_database
from composer.database.schema import subscribers, suppressions
from composer.errors import ImportUnclear

EXPORTS = sorted((Path(__file__).parent / "exports").iterdir())
CONFIRMED, PENDING, LEFT = SubscriptionStatus.CONFIRMED, SubscriptionStatus.PENDING, SubscriptionStatus.UNSUBSCRIBED
ASKED = {
    "civicrm.csv": Answers({"onhold": {"no": CONFIRMED, "onholdbounce": LEFT}}),
    "beehiiv.csv": Answers(ignored=frozenset({"gold"})),
    "phplist.csv": Answers(ignored=frozenset({"optedin", "bouncecount"})),
    **dict.fromkeys(("google-contacts.csv", "google-contacts-before.csv", "outlook.csv"), Answers(everybody=PENDING)),
    "sendy-unsubscribed.csv": Answers(everybody=LEFT),
}
"""Of these something is asked before anybody is taken in, and this is what is answered."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One engine is enough: what a file says is decided before the database is asked."""
    engine = open_database(f"sqlite:///{tmp_path / 'people.db'}")
    yield engine
    engine.dispose()


def bring_in(connection: Connection, file: Path, answers: Answers | None = None) -> ImportReport:
    return import_subscribers(
        connection,
        file.read_bytes(),
        list_name="members",
        source=file.name,
        now=1_700_000_000,
        file_name=file.name,
        new_list=True,
        answers=answers,
    )


def planned(connection: Connection) -> set[str]:
    members = freeze_audience(connection, lists=[find_list(connection, "members")]).members
    return {member.email for member in members}


@pytest.mark.parametrize("file", EXPORTS, ids=lambda file: file.stem)
def test_only_the_subscribed_of_an_export_are_planned_for(file: Path, engine: Engine) -> None:
    asked = ASKED.get(file.name)
    if asked is not None:
        with pytest.raises(ImportUnclear), engine.begin() as connection:
            bring_in(connection, file)
    with engine.begin() as connection:
        report = bring_in(connection, file, asked)
        emails = set(connection.scalars(select(subscribers.c.email)))
        assert not report.rejected
        assert len(emails) >= 1
        assert planned(connection) == {email for email in emails if email.startswith("in.")}


@pytest.mark.parametrize("file", EXPORTS, ids=lambda file: file.stem)
def test_whose_mail_came_back_is_suppressed_everywhere(file: Path, engine: Engine) -> None:
    with engine.begin() as connection:
        bring_in(connection, file, ASKED.get(file.name))
        found = dict(connection.execute(select(suppressions.c.email_key, suppressions.c.reason)).all())
        said = {email for email in connection.scalars(select(subscribers.c.email)) if email.startswith("back.")}
        assert set(found) <= said
        assert all(("bounced" if "bounced" in email else reason) == reason for email, reason in found.items())
        if file.stem in ("buttondown", "kit", "mailtrain", "mailerlite", "campaign-monitor"):
            assert set(found) == said


def test_there_are_exports_of_many_programs() -> None:
    assert len(EXPORTS) >= 18
    assert value_key("On Hold Bounce") == "onholdbounce"
