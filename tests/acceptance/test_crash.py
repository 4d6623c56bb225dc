"""What an operator sees of a send that was interrupted. That it keeps its promise is shown by the torture."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hanging import wait_until
from tests.support.ports import answers, free_port
from tests.torture.stage import CONNECTIONS, Rig, Stage

_ON_TERMINAL = """
import fcntl, os, sys, termios
terminal = os.open(sys.argv[1], os.O_RDWR)
fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
for number in (0, 1, 2):
    os.dup2(terminal, number)
os.close(terminal)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Runs a program with a terminal of its own, as the leader of a session that a terminal's end is told to."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A mailing to 1,000 people, planned, and a relay that takes its time."""
    with Rig(tmp_path, random.Random(0)).stage("dot=wait 0.005", people=1000) as stage:
        yield stage


def test_what_a_kill_left_open_is_named_and_needs_a_person(stage: Stage) -> None:
    stage.sink.script("taken@200+=silent")
    killed = stage.start()
    stage.wait_for(199 + CONNECTIONS, killed)
    killed.kill()
    stage.sink.script()
    stage.cut()
    sender = stage.send()
    states = stage.check()
    assert states["accepted"] + states["unknown"] == 1000
    assert states["unknown"] == CONNECTIONS
    assert sender.process.returncode == 1
    assert "Unknown" in sender.said


def test_sigterm_finishes_what_is_open_and_the_next_send_goes_on(stage: Stage) -> None:
    sender = stage.start()
    stage.wait_for(100, sender)
    sender.signal(signal.SIGTERM)
    assert sender.finish() == 130
    assert "Go on with: newsletter send 1" in sender.said
    assert set(stage.check()) == {"accepted", "pending"}
    sender = stage.send()
    assert sender.process.returncode == 0, sender.said
    assert "nobody is missing" in sender.said
    assert stage.check() == {"accepted": 1000}


def test_a_closed_terminal_finishes_what_is_open_too(stage: Stage) -> None:
    """The real end of a terminal: it sends the signal, and every write to it is an error from then on."""
    master, slave = os.openpty()
    sender = stage.start(under=[sys.executable, "-c", _ON_TERMINAL, os.ttyname(slave)])
    os.close(slave)
    stage.wait_for(100, sender)
    os.close(master)
    assert sender.finish() == 130
    assert set(stage.check()) == {"accepted", "pending"}


def test_nohup_goes_on_without_its_terminal(stage: Stage) -> None:
    sender = stage.start(under=["nohup"])
    stage.wait_for(100, sender)
    sender.signal(signal.SIGHUP)
    assert sender.finish() == 0, sender.said
    assert stage.check() == {"accepted": 1000}


def test_a_second_send_is_refused_while_the_first_one_works(stage: Stage) -> None:
    stage.sink.script("dot=wait 0.5")
    first = stage.start()
    stage.wait_for(1, first)
    second = stage.send()
    stage.sink.script()
    assert second.process.returncode == 1
    assert f"mailing 1 is being sent by process {first.pid}" in second.said
    assert first.finish() == 0, first.said
    assert stage.check() == {"accepted": 1000}


def test_a_postfix_sink_takes_every_message(stage: Stage) -> None:
    smtp_sink = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if smtp_sink is None:
        pytest.skip("needs smtp-sink (apt install postfix)")
    port = free_port()
    unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen([smtp_sink, *unprivileged, f"127.0.0.1:{port}", "100"]) as sink:
        wait_until(lambda: answers(port), what="smtp-sink")
        sender = stage.start(NEWSLETTER_SMTP_URL=f"smtp://127.0.0.1:{port}")
        assert sender.finish() == 0, sender.said
        sink.kill()
    assert set(stage.states().values()) == {"accepted"}
