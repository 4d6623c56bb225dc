"""The service with its hands full (two mailings that are due, an import, an export, an erasure), killed or frozen."""

from __future__ import annotations

import io
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, update

from composer.background.people_job import ImportAsked, ask_for_erasure, ask_for_export, ask_for_import
from composer.background.registering import leave_to_service
from composer.database import reading
from composer.database.schema import consent_events, jobs, lists, mailings, subscribers, subscriptions
from tests.support.mailings import add_people
from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Sender, Stage

_IMPORTED = 3000
_PEOPLE = 500  # of each mailing
_LIST = "newcomers"
_LEAVING = "leaving.example"
_KINDS = ("erase", "export", "import")
_OPEN = frozenset({"pending", "offered"})


def service_killed(rig: Rig, rounds: int) -> None:
    """kill -9 of the service again and again, on SQLite; the next one goes on with all of it."""
    _kill_again_and_again(rig, rounds, database="sqlite")


def service_killed_on_postgresql(rig: Rig, rounds: int) -> None:
    """The same, where what a dead one had under way is taken up when its lease is over."""
    _kill_again_and_again(rig, rounds, database="postgresql")


def one_of_two_services_is_killed(rig: Rig, rounds: int) -> None:
    """Two services on PostgreSQL, kill -9 of one: the other does the rest."""
    for _ in range(rounds):
        with _busy(rig, database="postgresql") as stage:
            services = [_serve(stage), _serve(stage)]
            stage.wait_for(rig.dice.randint(1, 2 * _PEOPLE), services[0])
            dead = services.pop(rig.dice.randrange(2))
            dead.kill()
            stage.may_be_open += _CONNECTIONS_OF_A_SERVICE
            _end_in_order(stage, services[0])
        rig.score.rounds += 1


def one_of_two_services_freezes(rig: Rig, rounds: int) -> None:
    """Two services on PostgreSQL, one frozen past its lease and woken: the other has its work, and it ends itself."""
    for _ in range(rounds):
        with _busy(rig, database="postgresql", script="dot=wait 0.05") as stage:
            _freeze_one(rig, stage, _serve(stage), _serve(stage))
        rig.score.rounds += 1


def _freeze_one(rig: Rig, stage: Stage, frozen: Sender, other: Sender) -> None:
    stage.wait_for(rig.dice.randint(1, _PEOPLE), frozen)
    frozen.signal(signal.SIGSTOP)
    stage.may_be_open += _CONNECTIONS_OF_A_SERVICE
    stage.wait_until(lambda: "work.taken" in other.said or _is_done(stage), other)
    has_lost = "work.taken" in other.said
    frozen.signal(signal.SIGCONT)
    if not has_lost:  # it had nothing under way, and may have its lease still
        frozen.signal(signal.SIGTERM)
    code = frozen.wait()
    if code != 75 and has_lost:
        raise Broken(f"the frozen one has ended with {code}: {frozen.said[-500:]}")
    _end_in_order(stage, other)


_CONNECTIONS_OF_A_SERVICE = 8


def _kill_again_and_again(rig: Rig, rounds: int, *, database: str) -> None:
    killed = 0
    while killed < rounds:
        with _busy(rig, database=database) as stage:
            while killed < rounds and not _is_done(stage):
                service = stage.start("run", "--port", "0")
                _wait_a_random_while(rig, stage, service)
                service.kill()
                stage.cut()
                killed += 1
            _end_in_order(stage, _serve(stage))
    rig.score.rounds += killed


def _wait_a_random_while(rig: Rig, stage: Stage, service: Sender) -> None:
    if rig.dice.random() < 0.4:
        time.sleep(rig.dice.uniform(0, 4))  # anywhere: while it starts, imports, exports
        return
    offered = len(stage.sink.offered) + rig.dice.randint(1, 120)
    stage.wait_until(lambda: len(stage.sink.offered) >= offered or _is_done(stage), service)


@contextmanager
def _busy(rig: Rig, *, database: str, script: str = "") -> Iterator[Stage]:
    """A stage on which everything is to be done, and of which everything has been done once when the block ends."""
    with rig.stage(*([script] if script else []), people=_PEOPLE, mailings=2, database=database) as stage:
        if database == "postgresql" and stage.start("db", "upgrade").finish():
            raise Broken("the tables of the service cannot be made")
        file = io.BytesIO(b"email,first_name\n" + b"".join(b"new%d@example.net,Ana\n" % n for n in range(_IMPORTED)))
        with stage.engine.begin() as connection:
            asked = ImportAsked(_LIST, "people.csv", new_list=True)
            ask_for_import(connection, file, asked, now=1, by="the torture")
            ask_for_export(connection, list_name="members", now=1, by="the torture")
            add_people(connection, 1, list_name="leaving", domains=[_LEAVING])
            ask_for_erasure(connection, f"reader0@{_LEAVING}", now=1, by="the torture")
            connection.execute(update(mailings).values(send_at=1))
            for mailing in connection.scalars(select(mailings.c.id)).all():
                leave_to_service(connection, mailing, now=1, by="the torture")
        yield stage
        _all_was_done_once(stage)


def _serve(stage: Stage) -> Sender:
    service = stage.start("run", "--port", "0")
    stage.wait_until(lambda: "service.started" in service.said, service)
    return service


def _end_in_order(stage: Stage, service: Sender) -> None:
    stage.sink.script()
    stage.wait_until(lambda: _is_done(stage), service)
    service.signal(signal.SIGTERM)
    if code := service.finish():
        raise Broken(f"the service has ended with {code}: {service.said[-1000:]}")
    stage.check()


def _is_done(stage: Stage) -> bool:
    if _OPEN & set(stage.states().values()):
        return False
    with reading(stage.engine) as connection:
        waiting = select(func.count()).where(jobs.c.kind.in_(_KINDS), jobs.c.state == "waiting")
        return connection.scalar(waiting) == 0


def _all_was_done_once(stage: Stage) -> None:
    with reading(stage.engine) as connection:
        states = dict(connection.execute(select(jobs.c.kind, jobs.c.state).where(jobs.c.kind.in_(_KINDS))).all())
        if states != dict.fromkeys(_KINDS, "done"):
            raise Broken(f"the jobs are {states}")
        number = connection.scalars(select(lists.c.id).where(lists.c.name == _LIST)).one()
        people = connection.scalar(select(func.count()).where(subscriptions.c.list_id == number))
        events = connection.scalar(select(func.count()).where(consent_events.c.list_id == number))
        if connection.scalar(select(func.count()).where(subscribers.c.email_key.like(f"%{_LEAVING}"))):
            raise Broken("who was to be erased is there")
        # The file itself goes with the erasure, if that came later: whoever was erased may stand in it.
        report = connection.scalars(select(jobs.c.report).where(jobs.c.kind == "export")).one()
    exported = report["people"]
    if (people, events, exported) != (_IMPORTED, _IMPORTED, _PEOPLE):
        raise Broken(f"{people} people, {events} entries of consent, {exported} people exported")
