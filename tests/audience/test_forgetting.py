"""What is personal in the record of consent can be forgotten, and the record is still whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from composer.audience import add_subscriber, ensure_list, find_subscriber
from composer.audience.consent.event import ConsentEvent, Evidence
from composer.audience.consent.forgetting import forget_networks, forget_people
from composer.audience.consent.record import record_consent
from composer.audience.consent.verify import verify_chain
from composer.database.engine import reading
from composer.database.schema import consent_events
from composer.upkeep.as_set import the_keeping
from composer.upkeep.clearing import clear

NOW = 1_700_000_000
DAY = 86_400
SHOWN = Evidence(form="home-2", wording="Yes, write to me.", ip="203.0.113.7", user_agent="Firefox")


@pytest.fixture
def ana(engine: Engine) -> int:
    """Ana, who was added by hand, and has since signed a form on three days, once without her network."""
    with engine.begin() as connection:
        members = ensure_list(connection, "members", now=NOW)
        add_subscriber(connection, "ana@example.org", list_id=members, source="by hand", now=NOW)
        ana = find_subscriber(connection, "ana@example.org")
    for day, evidence in ((1, SHOWN), (2, Evidence(form="home-2")), (3, SHOWN)):
        with engine.begin() as connection:
            event = (ana, members, ConsentEvent.CONFIRMED)
            record_consent(connection, [event], source="the form", now=NOW + day * DAY, evidence=evidence)
    return ana


def test_networks_are_forgotten_after_their_time_and_only_then(engine: Engine, ana: int) -> None:
    with engine.begin() as connection:
        assert forget_networks(connection, before=NOW + 3 * DAY) == 1
        assert forget_networks(connection, before=NOW + 3 * DAY) == 0
        networks = select(consent_events.c.ip, consent_events.c.user_agent).order_by(consent_events.c.id)
        nothing = (None, None)
        assert connection.execute(networks).all() == [nothing, nothing, nothing, ("203.0.113.7", "Firefox")]
        assert set(connection.scalars(select(consent_events.c.email))) == {"ana@example.org"}
    with reading(engine) as connection:
        assert verify_chain(connection).is_whole


def test_a_person_is_forgotten_with_and_without_their_networks(engine: Engine, ana: int) -> None:
    with engine.begin() as connection:
        forget_networks(connection, before=NOW + 3 * DAY)
        assert forget_people(connection, [ana]) == 4
        assert forget_people(connection, [ana]) == 0
        assert forget_networks(connection, before=NOW + 99 * DAY) == 0
        columns = consent_events.c
        personal = select(columns.email, columns.ip, columns.user_agent, columns.salt).distinct()
        assert connection.execute(personal).all() == [(None, None, None, None)]
    with reading(engine) as connection:
        assert verify_chain(connection).is_whole


def test_the_service_forgets_networks_by_the_settings(
    engine: Engine, ana: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_CONSENT_IP", "true")
    monkeypatch.setenv("NEWSLETTER_CONSENT_IP_DAYS", "5")
    assert clear(engine, the_keeping(), now=NOW + 7 * DAY).networks == 1, "of the first day"
    monkeypatch.setenv("NEWSLETTER_CONSENT_IP", "false")
    assert clear(engine, the_keeping(), now=NOW + 7 * DAY).networks == 1, "of the third"
    with reading(engine) as connection:
        theirs = select(consent_events.c.ip).where(consent_events.c.subscriber_id == ana).distinct()
        assert connection.scalars(theirs).all() == [None]
        assert verify_chain(connection).is_whole
