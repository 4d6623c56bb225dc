"""A mailing is sent by a process of its own: the command ``send``, which outlives whoever has started it.

::

    start_sending ──▶ .newsletter/mailing-3.log    locked as long as the process lives: it is its standard error
                      .newsletter/mailing-3.json   its end report

The database alone says how the mailing stands, and keeps anybody from getting it twice: the process takes its lease
like any other sender. The lock only tells whether one is at it already, waiting for its time too, when no lease shows
it; it belongs to the open file and not to a process (flock(2)), so the child has it when we are gone, and nobody has it
when the child has ended, however that was. Where there are no such locks (Windows) the lease alone decides.

The files are the owner's alone, because a relay's words have addresses in them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from composer.database.locked_file import is_locked, lock
from composer.errors import NewsletterError
from composer.settings import DEFAULT_FILE, settings_file

FOLDER = Path(".newsletter")
"""Where the studio keeps what is no part of the author's files; git ignores it."""

_READ_BYTES = 64_000
_SHOWN_CHARACTERS = 4000
_LOOK_EVERY_S = 0.2
_LOG_OF_RECORDS = {"NEWSLETTER_LOG": "json"}
"""So that what it says of a failure is told from what it tells while it goes on."""


@dataclass(frozen=True, slots=True)
class StartWords:
    """What somebody says when they let a mailing be sent.

    ``confirmed``: it is still to be sent. ``believes_refusals``: a relay that refuses everybody is right.
    """

    confirmed: bool = False
    believes_refusals: bool = False


NO_WORDS = StartWords()


@dataclass(frozen=True, slots=True)
class FormerRun:
    """What the last process of a mailing has left: its end report, if it has come to one, and its last words.

    ``has_run``: there was one, and it is gone. Without report and words it was ended from outside.
    """

    report: dict[str, Any] | None
    words: str
    has_run: bool


def start_sending(mailing: int, *, words: StartWords = NO_WORDS) -> bool:
    """Let a process of its own send the mailing, until every later try is done; False if one is at it already.

    Raises NewsletterError if no process can be started.
    """
    try:
        _make_folder()
        with _open_private(_log(mailing)) as log:
            if not lock(log):
                return False
            log.truncate(0)
            with _open_private(_report(mailing)) as report:
                report.truncate(0)
                process = _spawn(_command(mailing, words), stdout=report, stderr=log)
    except OSError as error:
        raise NewsletterError(f"no process can be started to send mailing {mailing}: {error.strerror}") from error
    # So that it does not stay in the table of processes when it has ended.
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def go_on_sending(mailing: int, *, is_wanted: Callable[[], bool], words: StartWords = NO_WORDS) -> None:
    """Let a process go on with a mailing that may be sent again, as soon as the last one is done with what it had open.

    Where the last one goes on itself, because it never heard of the pause, no other is needed. ``is_wanted`` is asked
    before one is started: somebody may have decided otherwise meanwhile.
    """

    log = _log(mailing).absolute()

    def wait_and_start() -> None:
        while is_locked(log):
            time.sleep(_LOOK_EVERY_S)
        if is_wanted():
            start_sending(mailing, words=words)

    if is_at_it(mailing):
        threading.Thread(target=wait_and_start, daemon=True).start()
    else:
        start_sending(mailing, words=words)


def is_at_it(mailing: int) -> bool:
    """Whether a process that was started here sends the mailing, or waits for its time."""
    return is_locked(_log(mailing))


def former_run(mailing: int) -> FormerRun:
    """Read what the last process has left; nothing while one is at it, or if there was none."""
    if is_at_it(mailing):
        return FormerRun(None, "", has_run=False)
    report = None
    with suppress(OSError, ValueError):
        report = json.loads(_report(mailing).read_bytes())
    words, has_run = "", False
    with suppress(OSError), _log(mailing).open("rb") as log:
        has_run = True
        log.seek(start := max(0, log.seek(0, os.SEEK_END) - _READ_BYTES))
        lines = log.read().decode("utf-8", "replace").splitlines()
        words = _last_words(lines[1:] if start else lines)
    return FormerRun(report, words, has_run=has_run)


def _last_words(lines: Sequence[str]) -> str:
    """Find why a process could not go on: what it said of its failure, or what was printed where no log had begun."""
    records = [_record(line) for line in lines]
    failures = [one["message"] for one in records if one and one.get("action") == "command.failed"]
    printed = [line for line, one in zip(lines, records, strict=True) if one is None]
    return str(failures[-1]) if failures else "\n".join(printed).strip()[-_SHOWN_CHARACTERS:]


def _record(line: str) -> dict[str, Any] | None:
    """Read a line of the log; None if it is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "message" in found else None


def _command(mailing: int, words: StartWords) -> Sequence[str]:
    # -P: the folder of a project is no place to import modules from.
    file = settings_file()
    settings = ["--env-file", str(file)] if file != DEFAULT_FILE else []
    said = {"--confirm": words.confirmed, "--believe-refusals": words.believes_refusals}
    return [
        sys.executable,
        "-P",
        "-m",
        "composer",
        *settings,
        "send",
        str(mailing),
        "--yes",
        "--wait",
        "--json",
        *(option for option, is_said in said.items() if is_said),
    ]


def _spawn(command: Sequence[str], *, stdout: IO[bytes], stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, which no terminal's end and no Ctrl-C reaches."""
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return subprocess.Popen(  # noqa: S603  ours, with a number in it
        command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env={**os.environ, **_LOG_OF_RECORDS}, **apart
    )


def _make_folder() -> None:
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    ignored = FOLDER / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")


def _open_private(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)


def _log(mailing: int) -> Path:
    return FOLDER / f"mailing-{mailing}.log"


def _report(mailing: int) -> Path:
    return FOLDER / f"mailing-{mailing}.json"
