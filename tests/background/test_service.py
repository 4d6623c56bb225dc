"""The service as an operator starts it: ``newsletter run``, on each database, with a relay that keeps the truth."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from composer.background.alive import running_services
from composer.background.registering import leave_to_service
from composer.database import reading
from composer.database.schema import mailings
from tests.support.hanging import wait_until
from tests.support.services import end, serve
from tests.torture.stage import CONNECTIONS, Rig, Sender, Stage

PEOPLE = 400


@pytest.fixture
def stage(rig: Rig) -> Iterator[Stage]:
    """A planned mailing, a relay that takes its time, and the tables of the service."""
    with rig.stage("dot=wait 0.02", people=PEOPLE, database=rig.database) as stage:
        if rig.cluster:
            assert stage.start("db", "upgrade").finish() == 0
        yield stage


def make_due(stage: Stage) -> None:
    """The mailing was left to the service, and its time has come."""
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=1))
        leave_to_service(connection, 1, now=1, by="ana")


def is_sent(stage: Stage) -> bool:
    return set(stage.states().values()) == {"accepted"}


def looks(service: Sender) -> int:
    """How often it has looked for work."""
    return service.said.count("service.looked")


def test_a_mailing_whose_time_has_come_is_sent_beside_the_public_pages(stage: Stage, web) -> None:  # type: ignore[no-untyped-def]
    service = serve(stage)
    address = re.search(r"Running  (http://\S+)", service.said) or re.search(r"address=(http://\S+)", service.said)
    assert address
    make_due(stage)
    stage.wait_for(10, service)
    assert web.get(f"{address[1]}/healthz").status_code == 200
    stage.wait_until(lambda: is_sent(stage), service)
    end(service)
    assert stage.check() == {"accepted": PEOPLE}


def test_a_service_that_is_told_to_end_finishes_what_is_open_and_the_next_one_goes_on(stage: Stage) -> None:
    make_due(stage)
    service = serve(stage)
    stage.wait_for(50, service)
    end(service)
    states = stage.check()
    assert set(states) == {"accepted", "pending"}
    service = serve(stage)
    stage.wait_until(lambda: is_sent(stage), service)
    end(service)
    assert stage.check() == {"accepted": PEOPLE}


def test_what_a_killed_service_has_begun_is_gone_on_with_by_the_next_one(stage: Stage) -> None:
    make_due(stage)
    service = serve(stage)
    stage.wait_for(50, service)
    service.kill()
    stage.cut()
    service = serve(stage)
    stage.wait_until(lambda: not {"pending", "offered"} & set(stage.states().values()), service)
    end(service)
    states = stage.check()
    assert states["accepted"] + states["unknown"] == PEOPLE
    assert states["unknown"] <= CONNECTIONS


def test_retries_that_are_due_are_made(stage: Stage) -> None:
    make_due(stage)
    stage.sink.script("rcpt@1=451 4.2.1 not now")
    service = serve(stage)
    stage.wait_until(lambda: set(stage.states().values()) == {"accepted", "deferred"}, service)
    stage.let_retries_come_due()
    stage.wait_until(lambda: is_sent(stage), service)
    end(service)
    assert stage.check() == {"accepted": PEOPLE}


def test_a_second_service_beside_one_on_sqlite_is_refused_by_name(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage(people=1) as stage:
        service = serve(stage)
        second = stage.start("run", "--port", "0")
        assert second.finish() == 1
        assert f"has its service already: process {service.pid} on " in second.said
        service.kill()
        end(serve(stage))  # a lock that nobody holds any more keeps nobody out
        wait_until(lambda: not stage.sink.sessions)
        with stage.engine.begin() as connection:
            connection.execute(update(mailings).values(state="cancelled"))
        stage.sink.script()


def test_a_time_is_left_to_the_service_if_one_works_and_waited_for_if_none_does(stage: Stage) -> None:
    asked = ("send", "1", "--yes", "--at", "2099-01-01 09:00")
    waiting = stage.start(*asked)
    stage.wait_until(lambda: "Waiting until" in waiting.said, waiting)
    assert "Where `newsletter run` works, it waits instead" in waiting.said
    waiting.signal(signal.SIGTERM)
    assert waiting.finish() == 130
    service = serve(stage)
    left = stage.start(*asked)
    assert left.finish() == 0, left.said
    assert f"The service (process {service.pid} on " in left.said
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=1))
    stage.wait_until(lambda: is_sent(stage), service)
    end(service)
    assert stage.check() == {"accepted": PEOPLE}


def test_a_time_that_nobody_has_left_to_the_service_begins_nothing(stage: Stage) -> None:
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=1))
    service = serve(stage, NEWSLETTER_LOG_LEVEL="debug")
    with reading(stage.engine) as connection:
        [known] = running_services(connection)
    assert known.pid == service.pid
    wait_until(lambda: looks(service) >= 3)
    end(service)
    assert stage.check() == {"pending": PEOPLE}
