"""Imports and exports that are left to the service, from the command line to what has come of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from composer.database import reading
from composer.database.schema import job_files, jobs, subscribers
from tests.support.services import end, serve
from tests.torture.stage import Rig, Stage

HERE = 5
PEOPLE = "".join(f"new{n}@example.org,Ana {n},{n or 'young'}\n" for n in range(300))
NEWSLETTER = """\
name: Harbour
organisation: Harbour friends
languages: [en]
sender: {name: Harbour, email: news@example.org}
fields: {age: {meaning: How old they are., type: number}}
"""
FILE = f"email,first_name,age\n{PEOPLE}not an address,Ben,1\n"


@pytest.fixture
def stage(request: pytest.FixtureRequest, rig: Rig) -> Iterator[Stage]:
    """A list with five people, and the tables of the service."""
    with rig.stage(people=HERE, database=rig.database) as stage:
        if rig.cluster:
            assert stage.start("db", "upgrade").finish() == 0
        yield stage
        stage.finish()


def say(stage: Stage, *words: str, code: int = 0) -> str:
    command = stage.start(*words)
    assert command.finish() == code, command.said
    return command.said


def jobs_of(stage: Stage) -> dict[str, Any]:
    """The jobs that people have asked for, by kind."""
    return {
        one["kind"]: one for one in json.loads(say(stage, "jobs", "--json")) if one["kind"] not in ("clear", "send")
    }


def is_over(stage: Stage) -> bool:
    with reading(stage.engine) as connection:
        waiting = select(func.count()).where(jobs.c.state == "waiting", jobs.c.kind.in_(("import", "export")))
        return connection.scalar(waiting) == 0


def test_an_import_and_an_export_are_done_by_the_service_and_handed_out(stage: Stage) -> None:
    (stage.folder / "people.csv").write_text(FILE)
    (stage.folder / "issues").mkdir(exist_ok=True)
    (stage.folder / "issues" / "newsletter.yaml").write_text(NEWSLETTER)
    said = say(stage, "subscribers", "import", "people.csv", "--list", "members", "--background")
    assert "no service works now" in said
    service = serve(stage)
    stage.wait_until(lambda: is_over(stage), service)
    said = say(stage, "subscribers", "export", "--list", "members", "--background")
    assert "the service does it" in said
    stage.wait_until(lambda: is_over(stage), service)
    end(service)
    found = jobs_of(stage)
    assert found["import"]["report"]["added"] == 300
    assert found["import"]["files"] == ["rejected.csv"]
    assert found["export"]["report"]["people"] == 300 + HERE
    say(stage, "jobs", "save", str(found["export"]["job"]), "export.csv")
    direct = say(stage, "subscribers", "export", "--list", "members")
    assert (stage.folder / "export.csv").read_text(encoding="utf-8-sig") == direct.removeprefix("\ufeff")
    assert ",299" in direct
    assert "young" not in direct, "no number is no value of a field of numbers"
    say(stage, "jobs", "save", str(found["import"]["job"]), "rejected.csv")
    assert "not an address" in (stage.folder / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "added 300" in say(stage, "jobs")


def test_a_file_that_asks_something_brings_nobody_and_says_what_it_asks(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage(people=1) as stage:
        (stage.folder / "people.csv").write_text("email,opt-out\nana@example.org,maybe\n")
        say(stage, "subscribers", "import", "people.csv", "--list", "members", "--background")
        service = serve(stage)
        stage.wait_until(lambda: is_over(stage), service)
        end(service)
        found = jobs_of(stage)["import"]
        assert found["state"] == "failed"
        assert found["needs_person"]
        assert "opt-out" in found["words"]
        with reading(stage.engine) as connection:
            assert connection.scalar(select(func.count()).select_from(subscribers)) == 1
            assert connection.scalar(select(func.count()).select_from(job_files)) == 1  # to be asked again from
        assert "there is no job 77" in say(stage, "jobs", "show", "77", code=1)
        assert "has no file" in say(stage, "jobs", "save", "77", "x", code=1)
        stage.finish()
