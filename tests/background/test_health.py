"""What programs ask a service: it lives, it is ready or says why not, and Prometheus can read what it measures."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text, update

from composer.background.health import create_health
from composer.background.process import ServiceProcess
from composer.background.state import MailingToLookAt, ServiceState
from composer.database.schema import mailings
from tests.background.test_service import PEOPLE, make_due
from tests.support.hanging import wait_until
from tests.support.mailings import plan
from tests.support.ports import free_port
from tests.support.services import end
from tests.support.web import in_thread, serve_in_thread
from tests.torture.stage import Rig

NOW = 1_790_000_000
DOCUMENTED = re.compile(r"`(newsletter_\w+|process_\w+)")


def a_state() -> ServiceState:
    state = ServiceState(ServiceProcess("here:1:x", NOW - 60), is_ready=True, has_lease=True, last_sweep_at=NOW - 1.5)
    state.jobs = {("send", "waiting"): 2, ("clear", "failed"): 1}
    state.due, state.oldest_due_at = (1,), NOW - 90
    state.to_look_at = (MailingToLookAt(1, "reader0@example.org was refused"),)
    state.sent.by_state = {"accepted": 5, "refused": 3}
    return state


@pytest.fixture
def state() -> ServiceState:
    return a_state()


@pytest.fixture
def asked(engine: Engine, state: ServiceState) -> Iterator[str]:
    """The address of its health and metrics."""
    answers = {"2xx": 7, "5xx": 1}
    with in_thread(
        serve_in_thread(create_health(engine, state, answers=answers, has_relay=True, clock=lambda: NOW))
    ) as url:
        yield url


def measured(web: httpx.Client, url: str) -> dict[str, float]:
    """Name with labels → value, as Prometheus' own parser reads it; every metric has its HELP and TYPE."""
    answer = web.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        assert family.type in ("gauge", "counter")
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_prometheus_reads_what_is_measured_and_nobody_is_named(
    engine: Engine, state: ServiceState, asked: str, web: httpx.Client
) -> None:
    mailing = plan(engine, 4).mailing
    with engine.begin() as connection:
        connection.execute(update(mailings).where(mailings.c.id == mailing).values(state="sending"))
    found = measured(web, asked)
    for name, value in {
        "newsletter_database_up": 1,
        "newsletter_deliveries{state=pending}": 4,
        "newsletter_deliveries{state=accepted}": 0,
        "newsletter_mailings{state=sending}": 1,
        "newsletter_mailings{state=paused}": 0,
        "newsletter_deliveries_total{outcome=accepted}": 5,
        "newsletter_site_answers_total{class=2xx}": 7,
        "newsletter_jobs{kind=send,state=waiting}": 2,
        "newsletter_mailings_due": 1,
        "newsletter_oldest_due_seconds": 90,
        "newsletter_mailings_need_person": 1,
        "newsletter_service_ready": 1,
        "newsletter_last_sweep_timestamp_seconds": NOW - 1.5,
    }.items():
        assert found[name] == value, name
    assert found["newsletter_database_size_bytes"] > 50_000
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["process_start_time_seconds"] > 1_600_000_000
    written = web.get(f"{asked}/metrics").text
    assert "@" not in written
    assert "reader0" not in written

    guide = (Path(__file__).parents[2] / "docs" / "run.md").read_text(encoding="utf-8")
    told = {name for name in DOCUMENTED.findall(guide) if name != "process_"}
    assert {name.partition("{")[0] for name in found if name.startswith("newsletter_")} <= told | {
        "newsletter_database_free_bytes"
    }
    assert {name for name in told if name != "newsletter_database_free_bytes"} <= {
        name.partition("{")[0] for name in found
    }

    state.sent.by_state["refused"] = 1  # they were given back
    assert measured(web, asked)["newsletter_deliveries_total{outcome=refused}"] == 3, "a counter never falls"
    promtool = shutil.which("promtool")
    if promtool:
        judge = [promtool, "check", "metrics"]
        judged = subprocess.run(judge, input=written, text=True, capture_output=True, check=False)
        assert (judged.returncode, judged.stdout + judged.stderr) == (0, "")


def test_it_is_ready_while_it_can_work_and_says_what_is_missing(
    engine: Engine, state: ServiceState, asked: str, web: httpx.Client
) -> None:
    answer = web.get(f"{asked}/readyz")
    assert (answer.status_code, answer.text.count("ok  ")) == (200, 5)
    for name, wrong, told in (
        ("is_draining", True, "no  service: it has been told to end"),
        ("is_ready", False, "no  service: it has not begun yet"),
        ("has_lease", False, "no  lease: another process has this one's place"),
        ("last_sweep_at", NOW - 301.0, "no  sweep: it has not looked for work for minutes"),
    ):
        right = getattr(state, name)
        setattr(state, name, wrong)
        answer = web.get(f"{asked}/readyz")
        assert (answer.status_code, told in answer.text) == (503, True), answer.text
        setattr(state, name, right)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    answer = web.get(f"{asked}/readyz")
    assert "no  database: its tables are not those of this program" in answer.text
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("DROP TABLE leases"))
    assert web.get(f"{asked}/readyz").status_code == 503
    assert web.get(f"{asked}/healthz").status_code == 200, "it lives all the same"
    assert web.get(f"{asked}/other").status_code == 404


def test_a_service_that_sends_is_measured_while_it_does(tmp_path: Path, web: httpx.Client) -> None:
    with Rig(tmp_path, random.Random(0)).stage("dot=wait 0.02", people=PEOPLE, database="sqlite") as stage:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        service = stage.start("run", "--port", "0", NEWSLETTER_METRICS_PORT=str(port))
        stage.wait_until(lambda: "service.started" in service.said, service)
        assert web.get(f"{url}/healthz").text == "ok\n"
        wait_until(lambda: web.get(f"{url}/readyz").status_code == 200)
        pages = re.findall(r"address=(http://\S+)", service.said)
        site = next(one for one in pages if one != url)
        assert web.get(f"{site}/robots.txt").status_code == 200
        assert measured(web, url)["newsletter_site_answers_total{class=2xx}"] == 1
        make_due(stage)
        accepted = "newsletter_deliveries_total{outcome=accepted}"
        stage.wait_until(lambda: 0 < measured(web, url)[accepted] < PEOPLE, service)
        stage.wait_until(lambda: measured(web, url)[accepted] == PEOPLE, service)
        end(service)
