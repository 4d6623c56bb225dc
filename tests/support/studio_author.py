"""An author at the studio of a small project: requests as the page makes them, a real relay, a real database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from composer.studio.app import create_studio
from composer.studio.session import FORGERY_HEADER
from tests.support.databases import Cluster
from tests.support.hanging import HANGS_S, wait_until
from tests.support.projects import SESSION, SLUG, ProjectFolder
from tests.support.truth_sink import Sink

KEY = "a key for the tests of the studio, long enough"

PEOPLE = "email,first_name,language\n" + "".join(f"reader{n}@example.org,Ana {n},en\n" for n in range(40))


class Author:
    """Asks as the page does. ``client`` has the cookie; ``token`` is the one against forgery."""

    def __init__(self, client: httpx.Client, *, token: str) -> None:
        self.client = client
        self.headers = {FORGERY_HEADER: token}

    def get(self, path: str, **query: Any) -> Any:
        """Read something; it has to be there."""
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, path: str, **body: Any) -> httpx.Response:
        """Change something, or be refused."""
        return self.client.post(path, json=body, headers=self.headers)

    def post(self, path: str, **body: Any) -> Any:
        """Change something; it has to succeed."""
        answer = self.ask(path, **body)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def drop(self, text: str, *, name: str = "people.csv") -> Any:
        """Drop a file of people."""
        answer = self.client.post(
            "/api/sending/files", params={"name": name}, content=text.encode(), headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def import_people(self, text: str = PEOPLE, *, list_name: str = "members") -> Any:
        """Take people in, as they are."""
        file = self.drop(text)["file"]
        asked = {"list": list_name, "new_list": True}
        seen = self.post(f"/api/sending/files/{file}/dry-run", **asked)["seen"]
        return self.post(f"/api/sending/files/{file}/import", **asked, seen=seen)["report"]

    def plan(self, slug: str = SLUG, **more: Any) -> int:
        """Plan the issue for the list."""
        number = self.post(f"/api/sending/issues/{slug}/plan", **{"lists": ["members"], **more})["mailing"]
        assert isinstance(number, int)
        return number

    def last_page(self, mailing: int) -> Any:
        """Look at the last page."""
        return self.get(f"/api/sending/mailings/{mailing}/last-page")

    def send(self, mailing: int) -> Any:
        """Look at the last page, and send what is seen there."""
        return self.post(f"/api/sending/mailings/{mailing}/send", seen=self.last_page(mailing)["seen"])

    def report(self, mailing: int) -> Any:
        """Look at everything about a mailing."""
        return self.get(f"/api/sending/mailings/{mailing}")

    def wait_for(self, mailing: int, state: str) -> Any:
        """Wait until a mailing stands so, and no process is at it any more; its report."""
        wait_until(
            lambda: (status := self.report(mailing)["status"])["state"] == state and not status["is_at_it"],
            every_s=0.1,
            what=f"mailing {mailing} to be {state}",
        )
        return self.report(mailing)

    def follow_once(self, mailing: int) -> Any:
        """Read the first report of the progress."""
        with self.client.stream("GET", f"/api/sending/mailings/{mailing}/progress") as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    return json.loads(line.removeprefix("data: "))
        raise AssertionError("the progress is empty")

    def follow(self, mailing: int) -> list[tuple[str, Any]]:
        """Read the progress to its end: events with their data."""
        events = []
        with self.client.stream("GET", f"/api/sending/mailings/{mailing}/progress") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            name = ""
            for line in answer.iter_lines():
                word, _, rest = line.partition(": ")
                if word == "event":
                    name = rest
                elif word.startswith("data"):
                    events.append((name, json.loads(rest) if rest else None))
                if name == "end":
                    break
        return [event for event in events if event[1] is not None] + [("end", None)] * (name == "end")


@dataclass(frozen=True, slots=True)
class RunningStudio:
    """The real program, as a process that leads a group of its own, and an author whose browser has opened it."""

    process: subprocess.Popen[str]
    author: Author

    def kill(self) -> None:
        """End it and all of its group without warning, as a power cut of the session would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_studio(folder: Path | None = None) -> Iterator[RunningStudio]:
    """Start the studio in a folder, or in the one where we are; it is ended with the block."""
    command = [sys.executable, "-m", "composer", "studio", "--no-open", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, cwd=folder) as process:
        assert process.stdout is not None
        start = process.stdout.readline().split()[-1]
        try:
            origin, _, query = start.partition("/?")
            with httpx.Client(base_url=origin, timeout=HANGS_S) as client:
                token = re.search(r'name="studio-token" content="(\w+)"', client.get(f"/?{query}").text)
                assert token is not None
                yield RunningStudio(process, Author(client, token=token[1]))
        finally:
            process.kill()


@pytest.fixture
def sending_folder(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, sink: Sink
) -> Iterator[ProjectFolder]:
    """The project as the folder that the program runs in, with the sink as its relay."""
    monkeypatch.chdir(project_folder.root)
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", KEY)
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}?tls=none")
    yield project_folder
    end_senders(project_folder.root)


def end_senders(folder: Path) -> None:
    """End the processes that still send from this folder: those of a test that has failed."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve() == folder.resolve() and b"send" in (process / "cmdline").read_bytes().split(
                b"\0"
            ):
                os.kill(int(process.name), signal.SIGKILL)


@pytest.fixture
def author(sending_folder: ProjectFolder, built_page: None) -> Iterator[Author]:
    """Somebody at the studio of a project that has no database yet (SQLite)."""
    yield from _author(sending_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def author_of_each(
    request: pytest.FixtureRequest,
    sending_folder: ProjectFolder,
    built_page: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Author]:
    """The same on each database."""
    if request.param == "sqlite":
        yield from _author(sending_folder)
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    url = cluster.create_migrated()
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", url)
    yield from _author(sending_folder)
    cluster.drop(url)


def _author(folder: ProjectFolder) -> Iterator[Author]:
    from starlette.testclient import TestClient  # warns of its own future, in every run of every test

    app = create_studio(folder.project, run="test", session=SESSION)
    with TestClient(app, base_url="http://127.0.0.1:8027") as client:
        cookie = SESSION.new_cookie()
        client.cookies.set(SESSION.cookie_name, cookie)
        yield Author(client, token=SESSION.forgery_token(cookie))


def database_files(folder: Path) -> list[str]:
    """The files of a database in the folder."""
    return sorted(path.name for path in folder.glob("newsletter.db*"))
