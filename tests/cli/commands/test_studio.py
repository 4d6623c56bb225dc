"""``newsletter studio``, and ``preview``, its other name: the real program, from its first line to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from composer.cli.commands.studio import PORT
from composer.errors import PortTaken
from composer.web.listening import listen
from tests.support.hanging import wait_until
from tests.support.projects import SLUG, ProjectFolder

pytestmark = pytest.mark.usefixtures("built_page")


def start(folder: ProjectFolder, *words: str, name: str = "studio", **environment: str) -> subprocess.Popen[str]:
    return start_in(folder.root, "--no-open", "--port", "0", *words, name=name, **environment)


def start_in(folder: Path, *words: str, name: str = "studio", **environment: str) -> subprocess.Popen[str]:
    screenless = {one: value for one, value in os.environ.items() if one not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.Popen(
        [sys.executable, "-m", "composer", name, *words],
        cwd=folder,
        env={**screenless, "PYTHONUNBUFFERED": "1", "NEWSLETTER_LOG_LEVEL": "warning", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "stop"), [("studio", signal.SIGINT), ("preview", signal.SIGTERM), ("preview", signal.SIGHUP)]
)
def test_it_tells_its_address_and_stops_at_once_with_a_browser_still_open(
    project_folder: ProjectFolder, name: str, stop: signal.Signals, web: httpx.Client
) -> None:
    program = start(project_folder, SLUG, name=name)
    assert program.stdout is not None
    found = re.search(r"(http://127\.0\.0\.1:\d+)/\?issue=(\S+)&token=(\S+)", program.stdout.readline())
    assert found is not None
    assert found[2] == SLUG
    assert web.get(f"{found[1]}/api/project").status_code == 403
    web.cookies = web.get(f"{found[1]}/?token={found[3]}").cookies
    with web.stream("GET", f"{found[1]}/events") as events:
        lines = events.iter_lines()
        while next(lines) != "event: hello":
            pass
        assert web.get(f"{found[1]}/api/project").json()["issues"][0]["slug"] == SLUG
        program.send_signal(stop)
        _, error = program.communicate()
    assert program.returncode == 0
    assert error == ""


def test_the_address_is_told_before_what_answers_there_is_imported(project_folder: ProjectFolder) -> None:
    program = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "composer", "studio", SLUG, "--no-open", "--port", "0"],
        cwd=project_folder.root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NEWSLETTER_LOG_LEVEL": "warning"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout is not None
    told = ""
    while not told.endswith("Watching issues; Ctrl-C stops.\n"):
        line = program.stdout.readline()
        assert line, f"the studio has ended:\n{told}"
        told += line
    address = re.search(r"http://\S+", told)
    assert address is not None
    assert not {"starlette.routing", "uvicorn", "composer.compose"} & {*told.split()}
    program.send_signal(signal.SIGTERM)  # it ends in order, though it has hardly begun
    rest = program.communicate()[0]
    assert "uvicorn" in rest.split()
    assert program.returncode == 0


def test_an_unknown_issue_is_told_before_anything_is_served(project_folder: ProjectFolder) -> None:
    program = start(project_folder, "2026-12-harbor")
    out, error = program.communicate()
    assert (program.returncode, out) == (1, "")
    assert SLUG in error


def test_a_port_that_is_taken_is_said_and_an_empty_folder_too(tmp_path: Path, web: httpx.Client) -> None:
    with suppress(PortTaken), closing(listen("127.0.0.1", PORT)):  # if it is not ours, it is another's
        program = start_in(tmp_path)
        assert program.stdout is not None
        address, moved, folder, no_browser = (program.stdout.readline() for _ in range(4))
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+$", address)
        assert found is not None
        assert int(found[1]) > PORT
        assert web.get(found[0]).status_code == 200
        program.send_signal(signal.SIGINT)
        assert program.communicate() == ("", "")
        assert moved == "Port 8027 is taken, by another studio perhaps, so this one is at the next.\n"
        assert folder == "There is no newsletter in this folder yet; the page begins one. Ctrl-C stops.\n"
        assert no_browser == "No browser could be opened here: open that address in one on this machine.\n"


def test_what_cannot_be_imported_ends_it_with_the_error_at_once(project_folder: ProjectFolder) -> None:
    (project_folder.root / "jinja2.py").write_text("raise ImportError('half of an installation')\n", encoding="utf-8")
    program = start(project_folder, TMPDIR=str(project_folder.root))
    out, error = program.communicate()
    assert program.returncode == 3
    assert out.startswith("Studio  http://127.0.0.1:")
    assert "ImportError: half of an installation" in error
    assert "shutdown failed" not in error


def test_the_start_address_is_opened_in_the_browser_that_is_named_and_a_signal_does_not_wait_for_that(
    project_folder: ProjectFolder,
) -> None:
    browser, opened, closed = (project_folder.root / name for name in ("browser", "opened", "closed"))
    os.mkfifo(closed)
    script = f'#!/bin/sh\nexec > {opened}.part 2>&1\necho "$1"\nmv {opened}.part {opened}\nread end < {closed}\n'
    browser.write_text(script, encoding="utf-8")
    browser.chmod(0o755)
    program = start_in(project_folder.root, "--port", "0", BROWSER=f"{browser} %s")
    wait_until(opened.exists)
    program.send_signal(signal.SIGINT)
    out, error = program.communicate()
    closed.write_text("end\n", encoding="utf-8")
    assert error == ""
    assert out == f"Studio  {opened.read_text('utf-8')}Watching issues; Ctrl-C stops.\n"
