"""The promise of a send, by the real program: killed at random, resumed, and compared with the relay's own record.

The invariants, after any number of kills (DESIGN section 5):

I1  the states add up to what was planned;
I2  everything that we call accepted is in the relay's record;
I3  everything in the relay's record is accepted or unknown;
I4  nobody stands in the relay's record twice;
I5  each kill leaves at most one unknown delivery per connection.

The seed is printed; NEWSLETTER_TEST_SEED repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from composer.database import open_database, reading
from composer.database.schema import deliveries
from tests.support.mailings import SITE, count_states, make_edition, plan

PEOPLE = 2000
KILLS = 10
CONNECTIONS = 8
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The program's database."""
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def dice() -> random.Random:
    """What decides when to kill."""
    seed = int(os.environ.get("NEWSLETTER_TEST_SEED") or time.time())
    print(f"NEWSLETTER_TEST_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[Path]:
    """The record of a well-behaved relay."""
    with relay(tmp_path) as record:
        yield record


@contextmanager
def relay(folder: Path, *script: str) -> Iterator[Path]:
    """The record of a relay that runs as a process of its own; its port stands beside it in ``port``."""
    record = folder / "truth.jsonl"
    record.touch()
    command = [sys.executable, "-m", "tests.support.truth_sink", "--truth", str(record)]
    command += [f"--script={fault}" for fault in script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as sink:
        assert sink.stdout is not None
        (folder / "port").write_text(sink.stdout.readline())
        yield record
        sink.kill()


def start_send(
    folder: Path, mailing: int, *, port: int | None = None, connections: int = CONNECTIONS, under: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """``newsletter send`` as a process; ``under`` is a command that runs it."""
    port = port or int((folder / "port").read_text())
    settings = {
        "NEWSLETTER_DATABASE_URL": f"sqlite:///{folder / 'newsletter.db'}",
        "NEWSLETTER_SECRET_KEY": SITE.secret_key.decode(),
        "NEWSLETTER_SITE_URL": SITE.url,
        "NEWSLETTER_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "NEWSLETTER_CONNECTIONS": str(connections),
    }
    return subprocess.Popen(
        [*under, sys.executable, "-m", "composer", "send", str(mailing), "--yes"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(truth: Path, size: int, process: subprocess.Popen[str]) -> None:
    """Until the relay's record has grown to this size in bytes, or the program has ended."""
    while truth.stat().st_size < size and process.poll() is None:
        time.sleep(0.001)


def recipients(truth: Path) -> Counter[str]:
    return Counter(json.loads(line)["recipient"] for line in truth.read_text().splitlines())


def addresses(engine: Engine, mailing: int, state: str) -> set[str]:
    with reading(engine) as connection:
        chosen = (deliveries.c.mailing_id == mailing) & (deliveries.c.state == state)
        return set(connection.scalars(select(deliveries.c.email).where(chosen)))


def check_invariants(engine: Engine, mailing: int, truth: Path, *, planned: int, kills: int) -> None:
    states, taken = count_states(engine, mailing), recipients(truth)
    accepted, unknown = addresses(engine, mailing, "accepted"), addresses(engine, mailing, "unknown")
    assert sum(states.values()) == planned, "I1"
    assert accepted <= taken.keys(), "I2"
    assert taken.keys() <= accepted | unknown, "I3"
    assert max(taken.values(), default=1) == 1, "I4"
    assert len(unknown) <= kills * CONNECTIONS, "I5"


def test_ten_kills_lose_nobody_and_mail_nobody_twice(
    engine: Engine, truth: Path, tmp_path: Path, dice: random.Random
) -> None:
    mailing = plan(engine, PEOPLE, editions={"en": make_edition(size_bytes=4000)}).mailing
    for kill in range(1, KILLS + 1):
        before = truth.stat().st_size
        process = start_send(tmp_path, mailing)
        wait_for(truth, before + dice.randrange(1, 30_000), process)
        time.sleep(dice.random() * 0.02)
        process.kill()
        process.communicate()
        check_invariants_while_open(engine, mailing, truth, planned=PEOPLE, kills=kill)
    process = start_send(tmp_path, mailing)
    output, _ = process.communicate()
    check_invariants(engine, mailing, truth, planned=PEOPLE, kills=KILLS)
    states = count_states(engine, mailing)
    print(f"{KILLS} kills: {dict(states)}")
    assert states["accepted"] + states["unknown"] == PEOPLE, output
    assert states["unknown"] > 0, "no kill hit an open transaction; the test shows nothing"
    assert process.returncode == 1, "the unknown ones need a person"
    assert "Unknown" in output


def check_invariants_while_open(engine: Engine, mailing: int, truth: Path, *, planned: int, kills: int) -> None:
    """The same right after a kill, when what was open still stands as offered."""
    states, taken = count_states(engine, mailing), recipients(truth)
    open_ = addresses(engine, mailing, "offered")
    settled = addresses(engine, mailing, "accepted")
    assert sum(states.values()) == planned
    assert settled <= taken.keys()
    assert taken.keys() <= settled | open_ | addresses(engine, mailing, "unknown")
    assert max(taken.values(), default=1) == 1
    assert len(open_) <= CONNECTIONS


def test_sigterm_finishes_what_is_open_and_the_next_send_goes_on(engine: Engine, truth: Path, tmp_path: Path) -> None:
    mailing = plan(engine, PEOPLE).mailing
    process = start_send(tmp_path, mailing)
    wait_for(truth, 10_000, process)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate()
    assert process.returncode == 130, output
    assert f"Go on with: newsletter send {mailing}" in output
    assert set(count_states(engine, mailing)) == {"accepted", "pending"}
    process = start_send(tmp_path, mailing)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    assert "nobody is missing" in output
    assert count_states(engine, mailing) == {"accepted": PEOPLE}
    check_invariants(engine, mailing, truth, planned=PEOPLE, kills=0)


def test_a_second_send_is_refused_while_the_first_one_works(engine: Engine, tmp_path: Path) -> None:
    mailing = plan(engine, 400).mailing
    with relay(tmp_path, "dot=wait 0.1") as truth:
        first = start_send(tmp_path, mailing)
        wait_for(truth, 1, first)
        second = start_send(tmp_path, mailing)
        said, _ = second.communicate()
        output, _ = first.communicate()
    assert second.returncode == 1
    assert f"mailing {mailing} is being sent by process {first.pid}" in said
    assert first.returncode == 0, output
    check_invariants(engine, mailing, truth, planned=400, kills=0)


def test_no_final_dot_leaves_before_the_intent_is_on_disk(engine: Engine, truth: Path, tmp_path: Path) -> None:
    """A kill keeps what the system holds in memory, so it cannot show a missing sync; the system calls can."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")
    mailing = plan(engine, 100).mailing
    calls = tmp_path / "calls"
    trace = [strace, "-f", "-y", "-s", "100000", "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg"]
    process = start_send(tmp_path, mailing, connections=1, under=[*trace, "-o", str(calls)])
    output, _ = process.communicate()
    assert process.returncode == 0, output
    dots = unsynced = 0
    is_synced = False
    for line in calls.read_text(errors="replace").splitlines():
        if "sync(" in line and "newsletter.db" in line:
            is_synced = True
        elif re.search(r'"(.*\\r\\n)?\.\\r\\n"', line):
            dots, unsynced, is_synced = dots + 1, unsynced + (not is_synced), False
    assert dots == 100
    assert unsynced == 0


def test_a_postfix_sink_takes_every_message(engine: Engine, tmp_path: Path) -> None:
    smtp_sink = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if smtp_sink is None:
        pytest.skip("needs smtp-sink (apt install postfix)")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [smtp_sink, *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "100"]
    ) as sink:
        mailing = plan(engine, 200).mailing
        process = start_send(tmp_path, mailing, port=port)
        output, _ = process.communicate()
        sink.kill()
    assert process.returncode == 0, output
    assert count_states(engine, mailing) == {"accepted": 200}
