"""What the send benchmarks share: a sink that takes everything, and a project to send from."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SIZE_BYTES = 40_000
"""The size of one message: a newsletter of middling length."""

SESSIONS = 16

PARAGRAPHS = 31  # with the theme around them and the text part, a message of about SIZE_BYTES


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's smtp-sink on a free port of the loopback interface; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen(
        [_postfix("smtp-sink"), *user, "-c", f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def smtp_source_rate(port: int, *, count: int, sessions: int = SESSIONS, reuse: bool = False) -> float:
    """How many messages a second Postfix's load generator sends, in C: it has one message and records nothing.

    ``reuse`` its connections, as a mailer does; by itself it makes one for every message.
    """
    start = time.perf_counter()
    source = [
        _postfix("smtp-source"),
        *(["-d"] if reuse else []),
        "-s",
        str(sessions),
        "-m",
        str(count),
        "-l",
        str(SIZE_BYTES),
        f"127.0.0.1:{port}",
    ]
    subprocess.run(source, check=True)
    return count / (time.perf_counter() - start)


def make_project(
    folder: Path,
    *,
    subscribers: int,
    port: int,
    paragraphs: int = PARAGRAPHS,
    database: str = "sqlite:///newsletter.db",
) -> Mapping[str, str]:
    """A project with one issue and a list of subscribers; gives the environment to run it in."""
    issue = folder / "issues" / "bench"
    issue.mkdir(parents=True)
    (folder / "issues" / "newsletter.yaml").write_text(_NEWSLETTER, encoding="utf-8")
    body = "\n\n".join(["      " + _SENTENCE * 5] * paragraphs)
    (issue / "issue.yaml").write_text(_ISSUE + body + "\n", encoding="utf-8")
    with (folder / "people.csv").open("w", encoding="utf-8") as people:
        people.write("email,first_name,city\n")
        people.writelines(f"reader{n}@example.test,Reader {n},City {n % 97}\n" for n in range(subscribers))
    environment = {
        # As it is installed, with its modules compiled: Python may keep what it has compiled.
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "NEWSLETTER_SECRET_KEY": "for-benchmarks-only-" + "x" * 20,
        "NEWSLETTER_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none",
        "NEWSLETTER_CONNECTIONS": str(SESSIONS),
        "NEWSLETTER_DATABASE_URL": database,
    }
    newsletter(
        "subscribers",
        "import",
        "people.csv",
        "--list",
        "everyone",
        "--new-list",
        folder=folder,
        environment=environment,
    )
    return environment


def newsletter(*words: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run the real command in a project; gives what it prints."""
    command = [sys.executable, "-m", "composer", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"newsletter {' '.join(words)} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def plan(folder: Path, environment: Mapping[str, str]) -> str:
    """Plan a mailing of the project's issue; gives its number."""
    planned = newsletter("plan", "bench", "--json", "--again", folder=folder, environment=environment)
    return str(json.loads(planned)["mailing"])


def _postfix(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/lib/postfix/sbin")
    if found is None:
        raise RuntimeError(f"{program} is missing; `make packages` installs it (Debian package postfix)")
    return found


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


_SENTENCE = "Cities write to each other about how to be safe, and what they have tried lately. "

_NEWSLETTER = """\
name: Bench
organisation: Bench
sender: {name: Bench, email: news@example.org}
postal_address: 1 Bench Street, 1000 Benchville
reason: You measure.
languages: [en]
lists: [everyone]
fields: {city: Where the reader lives.}
"""

_ISSUE = """\
subject: Hello {{ subscriber.first_name }}
preheader: News for {{ subscriber.city }}
date: 2026-11-22
blocks:
  - block: text
    title: Dear {{ subscriber.first_name | default("reader") }}
    body: |
"""
