"""``newsletter studio``, and ``preview``, its other name: the real program, from its first line to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import httpx
import pytest

from tests.support.projects import SLUG, ProjectFolder

pytestmark = pytest.mark.usefixtures("built_page")


def start(folder: ProjectFolder, *words: str, name: str = "studio") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "composer", name, "--no-open", "--port", "0", *words],
        cwd=folder.root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "NEWSLETTER_LOG_LEVEL": "warning"},
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


def test_an_unknown_issue_is_told_before_anything_is_served(project_folder: ProjectFolder) -> None:
    program = start(project_folder, "2026-12-harbor")
    out, error = program.communicate()
    assert (program.returncode, out) == (1, "")
    assert SLUG in error
