"""What becomes of jobs that fail, and what two processes do at the same moment; on each database where it matters."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, update

from composer.audience.erasure.digests import AddressDigests
from composer.background.alive import running_services
from composer.background.job_files import file_names
from composer.background.jobs import Ended, Job, JobKind
from composer.background.people_job import ask_for_export, export_job
from composer.background.process import ServiceProcess
from composer.background.reconcile import reconcile
from composer.background.registering import leave_to_service
from composer.background.rows import find_job
from composer.background.service import Service
from composer.background.state import ServiceState
from composer.background.upkeep_job import ensure_clearing
from composer.background.work import TRIES, JobContext, Stopping, Work, perform
from composer.database import open_database, reading
from composer.database.schema import jobs, mailings
from composer.delivery.operating.erasing import erase_person
from composer.delivery.planning.plan import plan_mailing
from composer.errors import NewsletterError, ServiceRuns
from tests.support.hanging import wait_until
from tests.support.mailings import NOW, SITE, add_people, make_edition
from tests.support.services import end, serve
from tests.torture.stage import Rig

NAME = "here:1:x"


class Keys:
    """A queue that keeps what it is told, and has all of it ended in order."""

    def __init__(self) -> None:
        self.told: list[Job] = []

    def enqueue(self, jobs: Sequence[Job]) -> None:
        self.told.extend(jobs)

    def look_up(self, jobs: Collection[Job]) -> Mapping[Job, Ended]:
        return {one: Ended.IN_ORDER for one in jobs if one in self.told}

    def forget(self, *, before: float) -> int:
        return 0


def a_context(engine: Engine, job: Job, *, now: int) -> JobContext:
    return JobContext(engine, job, Stopping(), Keys(), ServiceState(ServiceProcess(NAME, 1)), clock=lambda: now)


def look(engine: Engine, queue: Keys, *, now: int) -> ServiceState:
    state = ServiceState(ServiceProcess(NAME, 1))
    reconcile(engine, queue, tuple(JobKind), state=state, seen_from=NAME, now=now)
    return state


def plan_due(engine: Engine) -> int:
    with engine.begin() as connection:
        list_id = add_people(connection, 3)
    mailing = plan_mailing(engine, editions={"en": make_edition()}, lists=[list_id], site=SITE, now=NOW).mailing
    with engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=NOW))
    return mailing


def fail_until_given_up(engine: Engine, job: int, kind: JobKind, work: Work) -> int:
    """Let a job fail as often as it may; gives the moment of the last time."""
    now = NOW
    for _ in range(TRIES):
        with reading(engine) as connection:
            row = find_job(connection, job)
        assert row is not None
        now = max(now, row.not_before or 0)
        perform(a_context(engine, Job(kind, job, row.run), now=now), {kind: work})
    return now


def fails(_: JobContext) -> None:
    raise NewsletterError("no room on the disk")


def test_a_mailing_that_has_failed_too_often_is_sent_once_a_person_has_left_it_again(engine: Engine) -> None:
    mailing = plan_due(engine)
    with engine.begin() as connection:
        leave_to_service(connection, mailing, now=NOW, by="ana")
        job = connection.scalars(select(jobs.c.id)).one()
    now = fail_until_given_up(engine, job, JobKind.SEND, fails)
    queue = Keys()
    assert look(engine, queue, now=now + 10**6).to_look_at[0].words == "no room on the disk"
    assert not queue.told  # nobody has acted
    with engine.begin() as connection:
        leave_to_service(connection, mailing, now=now, by="ana")
    assert not look(engine, queue, now=now).to_look_at
    assert [one.kind for one in queue.told] == [JobKind.SEND]


def test_clearing_up_that_has_failed_too_often_is_tried_again_the_next_day(engine: Engine) -> None:
    with engine.begin() as connection:
        ensure_clearing(connection, now=NOW)
        job = connection.scalars(select(jobs.c.id)).one()
    now = fail_until_given_up(engine, job, JobKind.CLEAR, fails)
    queue = Keys()
    look(engine, queue, now=now + 3600)
    assert not queue.told
    look(engine, queue, now=now + 86_400)
    assert [one.kind for one in queue.told] == [JobKind.CLEAR]


def test_no_address_stands_in_the_row_of_a_job(engine: Engine) -> None:
    with engine.begin() as connection:
        add_people(connection, 1)
        job = ask_for_export(connection, list_name="members", now=NOW, by="ana")

    def refuses(_: JobContext) -> None:
        raise NewsletterError("550 5.1.1 <reader0@example.org> is unknown")

    perform(a_context(engine, Job(JobKind.EXPORT, job), now=NOW), {JobKind.EXPORT: refuses})
    with reading(engine) as connection:
        words = connection.scalars(select(jobs.c.words)).one()
    assert words.startswith("550 5.1.1 <")
    assert "reader0" not in words


def test_two_services_that_begin_at_one_moment_clear_up_once(engine: Engine) -> None:
    is_done = threading.Event()

    def begin_too() -> None:
        with engine.begin() as connection:
            ensure_clearing(connection, now=NOW)
        is_done.set()

    def is_waiting() -> bool:
        if engine.dialect.name == "sqlite":
            return True  # there it waits before it looks
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())

    with engine.begin() as connection:
        ensure_clearing(connection, now=NOW)
        other = threading.Thread(target=begin_too)
        other.start()
        wait_until(lambda: is_done.is_set() or is_waiting())
    other.join()
    with reading(engine) as connection:
        assert len(connection.scalars(select(jobs.c.id)).all()) == 1


def test_a_mailing_that_a_person_has_sent_by_hand_needs_nobody_any_more(engine: Engine) -> None:
    mailing = plan_due(engine)
    with engine.begin() as connection:
        leave_to_service(connection, mailing, now=NOW, by="ana")
        # as it is left where something stands in the way that is looked at every minute
        connection.execute(update(jobs).values(needs_person=True, words="not approved", not_before=NOW + 60))
    assert look(engine, Keys(), now=NOW).to_look_at
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET state = 'accepted'")
        connection.execute(update(mailings).values(state="sending"))
    look(engine, Keys(), now=NOW)
    assert not look(engine, Keys(), now=NOW).to_look_at


def test_whoever_is_erased_while_a_list_is_exported_stands_in_no_file(engine: Engine) -> None:
    with engine.begin() as connection:
        add_people(connection, 3)
        job = ask_for_export(connection, list_name="members", now=NOW, by="ana")
    works = {JobKind.EXPORT: export_job}
    given_back = []

    def erase(*_: object) -> None:
        # The row is looked at first: the second connection that is given back has read the list.
        given_back.append(1)
        if len(given_back) == 2:
            digests = AddressDigests(b"k" * 40)
            erase_person(engine, "reader0@example.org", digests=digests, journal=None, by="ana", now=NOW)

    context = a_context(engine, Job(JobKind.EXPORT, job), now=NOW)
    event.listen(engine, "checkin", erase)
    perform(context, works)
    with reading(engine) as connection:
        assert not file_names(connection, job)
        assert find_job(connection, job).run == 2  # type: ignore[union-attr]
    perform(a_context(engine, Job(JobKind.EXPORT, job, 2), now=NOW), works)
    with reading(engine) as connection:
        assert find_job(connection, job).report["people"] == 2  # type: ignore[union-attr]


def test_a_database_that_is_opened_by_a_link_has_the_one_service_all_the_same(tmp_path: Path) -> None:
    home, link = tmp_path / "newsletter.db", tmp_path / "current.db"
    engine = open_database(f"sqlite:///{home}")
    link.symlink_to(home)
    with Service(open_database(f"sqlite:///{link}"), name=NAME).place():
        with reading(engine) as connection:
            assert [one.name for one in running_services(connection)] == [NAME]
        with pytest.raises(ServiceRuns, match="process 1 on here"), Service(engine, name="here:2:x").place():
            pass


def test_a_word_for_a_mailing_is_none_for_a_copy_of_its_database(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage(people=2) as stage:
        with stage.engine.begin() as connection:
            leave_to_service(connection, 1, now=int(time.time()), by="ana", confirmed=True)
            connection.execute(update(mailings).values(send_at=1))
        home = stage.folder / "newsletter.db"
        copy = tmp_path / "copy.db"
        stage.engine.dispose()
        shutil.copy(home, copy)
        service = serve(stage, NEWSLETTER_DATABASE_URL=f"sqlite:///{copy}")
        stage.wait_until(lambda: "mailing.stuck" in service.said or "mailing.finished" in service.said, service)
        end(service)
        assert "of which this one is a copy" in service.said
        assert stage.check() == {"pending": 2}


@pytest.mark.parametrize("days", [6, 8])
def test_a_mailing_is_sent_at_the_time_that_it_was_given_weeks_before(tmp_path: Path, days: int) -> None:
    with Rig(tmp_path, random.Random(0)).stage(people=2) as stage:
        now = int(time.time())
        with stage.engine.begin() as connection:
            connection.execute(update(mailings).values(created_at=now - 30 * 86_400, send_at=now - days * 86_400))
            leave_to_service(connection, 1, now=now, by="ana")
        service = serve(stage)
        stage.wait_until(lambda: "mailing.stuck" in service.said or "mailing.finished" in service.said, service)
        end(service)
        assert stage.check() == ({"accepted": 2} if days < 7 else {"pending": 2})
