"""The service as an operator starts it: ``newsletter run``, on each database, with a relay that keeps the truth."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from composer.database.schema import mailings
from tests.support.databases import Cluster
from tests.support.hanging import wait_until
from tests.torture.stage import CONNECTIONS, Rig, Sender, Stage

PEOPLE = 400


@pytest.fixture(params=["sqlite", "postgresql"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    cluster: Cluster | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return Rig(tmp_path, random.Random(0), cluster=cluster)


@pytest.fixture
def stage(rig: Rig) -> Iterator[Stage]:
    """A planned mailing, a relay that takes its time, and the tables of the service."""
    database = "postgresql" if rig.cluster else "sqlite"
    with rig.stage("dot=wait 0.02", people=PEOPLE, database=database) as stage:
        if rig.cluster:
            assert stage.start("db", "upgrade").finish() == 0
        yield stage


def serve(stage: Stage, **more: str) -> Sender:
    """A service, once it works."""
    service = stage.start("run", "--port", "0", **more)
    stage.wait_until(lambda: "service.started" in service.said, service)
    assert not service.is_over, service.said
    return service


def make_due(stage: Stage) -> None:
    """The mailing's time has come."""
    with stage.engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=1))


def is_sent(stage: Stage) -> bool:
    return set(stage.states().values()) == {"accepted"}


def end(service: Sender) -> None:
    """SIGTERM, and an end in order."""
    service.signal(signal.SIGTERM)
    assert service.finish() == 0, service.said
    assert "finished=True" in service.said


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
