"""The log of real programs: what operators are told, on which stream, and what is told to nobody."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from composer.database.schema import deliveries
from tests.torture.stage import Rig, Sender, Stage

SECRET = "canary-in-the-login"
TO_FILE = ("bash", "-c", 'exec "$@" 2> log.txt', "bash")
LINE = re.compile(r"\d{4}-\d\d-\d\dT\S+ (INFO|WARNING|ERROR) [a-z]+\.[a-z]+: ")


def _send(stage: Stage, *words: str, **more: str) -> tuple[Sender, list[str]]:
    """Send with the standard error in a file; the sender at its end, and the lines of that file."""
    sender = stage.start("send", "1", "--yes", *words, under=TO_FILE, **more)
    sender.wait()
    return sender, (stage.folder / "log.txt").read_text(encoding="utf-8").splitlines()


def _people(stage: Stage) -> list[str]:
    with stage.engine.connect() as connection:
        return list(connection.scalars(select(deliveries.c.email)))


def test_json_lines_tell_a_whole_send_and_nobodys_address(tmp_path: Path) -> None:
    refusal = "rcpt%0.3=550 5.1.1 <somebody@example.org>: no such user"
    with Rig(tmp_path, random.Random(0)).stage(refusal, people=60) as stage:
        sender, lines = _send(stage, "--json", NEWSLETTER_LOG="json")
        records = [json.loads(line) for line in lines]
        assert json.loads(sender.said)["finished"] is True, "the standard output is the report, and nothing else"
        actions = [record["action"] for record in records]
        assert actions[:2] == ["lease.acquired", "send.started"]
        assert actions[-1] == "send.finished"
        assert all({"time", "level", "logger", "message"} <= set(record) for record in records)
        end = records[-1]
        assert (end["mailing"], end["end"]) == (1, "done")
        assert end["accepted"] + end["refused"] == 60
        assert not [person for person in _people(stage) if person in "\n".join(lines)]
        assert "@" not in "\n".join(lines)


def test_a_relay_that_turns_everything_away_is_told_without_the_address_it_names(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage("rcpt=550 5.7.1 <ana@example.org>: you are blocked", people=60) as stage:
        sender, lines = _send(stage, NEWSLETTER_LOG="json")
        assert sender.process.returncode == 1
        told = {record["action"]: record for record in map(json.loads, lines)}
        away = told["relay.away"]
        assert (away["level"], away["relay"]) == ("warning", f"127.0.0.1:{stage.sink.port}")
        assert "<***>: you are blocked" in away["reason"]
        assert told["send.finished"]["end"] == "breaker"
        assert told["command.failed"]["level"] == "error"
        assert "@" not in "\n".join(lines)


def test_text_lines_stand_beside_what_is_said_to_people(tmp_path: Path) -> None:
    with Rig(tmp_path, random.Random(0)).stage("connect@1=drop", people=20) as stage:
        _, lines = _send(stage)
        actions = [line.split()[2].rstrip(":") for line in lines if LINE.match(line)]
        assert actions == ["lease.acquired", "send.started", "relay.unreachable", "relay.reached", "send.finished"]
        _, lines = _send(stage, NEWSLETTER_LOG_LEVEL="error")
        assert lines == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_password_that_the_relay_repeats_is_told_to_nobody(tmp_path: Path, form: str) -> None:
    with Rig(tmp_path, random.Random(0)).stage(f"auth=535 5.7.8 {SECRET} is wrong", people=5) as stage:
        url = f"smtp://ana:{SECRET}@127.0.0.1:{stage.sink.port}?tls=none"
        _, lines = _send(stage, NEWSLETTER_LOG=form, NEWSLETTER_LOG_LEVEL="debug", NEWSLETTER_SMTP_URL=url)
        assert "relay.unreachable" in "\n".join(lines)
        assert SECRET not in "\n".join(lines)


def test_a_bug_is_told_with_its_traceback_where_a_daemon_is_not_watched(tmp_path: Path) -> None:
    program = (
        "import sys, composer.cli.commands.inbox as inbox, composer.cli.main as main\n"
        "def fail(*_, **__): raise RuntimeError('no room for ana@example.org')\n"
        "inbox.open_inbox = fail\n"
        "main.main(['inbox'])"
    )
    done = _run([sys.executable, "-c", program], tmp_path, NEWSLETTER_LOG="json", TMPDIR=str(tmp_path))
    crash, told = map(json.loads, done.stderr.splitlines())
    assert (done.returncode, crash["action"], told["action"]) == (3, "command.crashed", "command.failed")
    assert "RuntimeError: no room for ***" in crash["error"]
    assert "Traceback" in crash["error"]
    report = Path(crash["report"]).read_text().rpartition("RuntimeError")[2]
    assert "ana@example.org" not in report, "it is to be added to a report in public"


def test_a_command_line_that_is_wrong_is_a_json_line_too(tmp_path: Path) -> None:
    done = _run([sys.executable, "-m", "composer", "send", "--nonsense"], tmp_path, NEWSLETTER_LOG="json")
    record = json.loads(done.stderr)
    assert (done.returncode, record["action"], record["message"]) == (2, "command.failed", "No such option: --nonsense")


@pytest.mark.parametrize("command", ["inbox", "status"])
def test_a_wrong_setting_of_the_log_is_told(tmp_path: Path, command: str) -> None:
    done = _run([sys.executable, "-m", "composer", command], tmp_path, NEWSLETTER_LOG="yaml")
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "NEWSLETTER_LOG")


@pytest.mark.parametrize("command", ["inbox", "status"])
def test_a_mistyped_setting_is_a_json_line_where_these_are_asked_for(tmp_path: Path, command: str) -> None:
    told = {"NEWSLETTER_LOG": "json", "NEWSLETTER_SMTP_ULR": "smtp://localhost"}
    done = _run([sys.executable, "-m", "composer", command], tmp_path, **told)
    record = json.loads(done.stderr)
    assert (done.returncode, record["action"]) == (1, "command.failed")
    assert "did you mean NEWSLETTER_SMTP_URL?" in record["message"]


def test_an_import_shows_no_spinner_among_json_lines_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\nana@example.org\n")
    words = ["-m", "composer", "subscribers", "import", "people.csv", "--list", "news", "--new-list", "--json"]
    assert json.loads(_json_on_a_terminal(words, tmp_path))["action"] == "import.finished"


def test_a_plan_counts_no_messages_among_json_lines_on_a_terminal(tmp_path: Path) -> None:
    program = (
        "import sys, composer.logs, composer.cli.terminal.plan as planning\n"
        "composer.logs.start_log(as_json=True, level=20)\n"
        "planning._tell_progress(5)\n"
        "print('end', file=sys.stderr)"
    )
    assert _json_on_a_terminal(["-c", program], tmp_path).strip() == "end"


def _json_on_a_terminal(words: list[str], folder: Path) -> str:
    """What Python says on a terminal that is its standard error, if JSON lines are asked for."""
    ours, theirs = pty.openpty()
    under = ["bash", "-c", f'exec "$@" 2> {os.ttyname(theirs)}', "bash", sys.executable]
    more = {"NEWSLETTER_DATABASE_URL": "sqlite:///people.db"}
    done = _run([*under, *words], folder, NEWSLETTER_LOG="json", TERM="xterm", **more)
    shown = os.read(ours, 65536).decode()
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0
    return shown


def test_the_log_does_not_tear_the_progress_bar(tmp_path: Path) -> None:
    faults = ("dot=wait 0.05", "connect@1=drop")
    with Rig(tmp_path, random.Random(0)).stage(*faults, people=60) as stage:
        shown = _on_a_terminal(stage)
    lines = [line.replace("\x1b[2K", "").strip() for line in re.split(r"[\r\n]+", shown)]
    warnings = [line for line in lines if "relay.unreachable" in line]
    assert [bool(LINE.match(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line))) for line in warnings] == [True]
    assert "Sending" in shown
    assert "INFO" not in shown, "a person sees the bar and the report"


def _on_a_terminal(stage: Stage) -> str:
    """What a send shows on a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    said: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # reading fails once nobody has the other side open
            while piece := os.read(ours, 4096):
                said.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    under = ("bash", "-c", f'exec "$@" 2> {os.ttyname(theirs)}', "bash")
    stage.start("send", "1", "--yes", under=under, TERM="xterm", COLUMNS="200").wait()
    os.close(theirs)
    reader.join()
    os.close(ours)
    return b"".join(said).decode()


def _run(command: list[str], folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    environment = {**known, "PYTHONPATH": str(Path(__file__).parents[2]), **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
