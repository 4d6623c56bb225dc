"""Yesterday's database, back from a backup or on another machine, while today's mails are out."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.torture.invariants import Broken
from tests.torture.stage import Rig, Stage


def restored_in_its_place(rig: Rig, rounds: int) -> None:
    """A backup takes the place of the database after more has been sent: refused until a person says that it may be."""

    def put_back(stage: Stage, backup: Path) -> str:
        backup.replace(stage.folder / "newsletter.db")
        return stage.url

    _restore(rig, rounds, put_back)


def written_over(rig: Rig, rounds: int) -> None:
    """A backup is written over the database, which stays the same file: refused."""

    def write_over(stage: Stage, backup: Path) -> str:
        shutil.copyfile(backup, stage.folder / "newsletter.db")
        return stage.url

    _restore(rig, rounds, write_over)


def loaded_from_a_dump(rig: Rig, rounds: int) -> None:
    """The database of before is dumped, and loaded into a new file in the same place: refused."""

    def load(stage: Stage, backup: Path) -> str:
        with closing(sqlite3.connect(backup)) as connection:
            script = "\n".join(connection.iterdump())
        path = stage.folder / "newsletter.db"
        path.unlink()
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
        return stage.url

    _restore(rig, rounds, load)


def folder_written_over(rig: Rig, rounds: int) -> None:
    """The database and the file beside it, as they were before, are written over those of now: refused."""

    def write_over(stage: Stage, backup: Path) -> str:
        for suffix in ("", "-sent"):
            shutil.copyfile(f"{backup}{suffix}", stage.folder / f"newsletter.db{suffix}")
        return stage.url

    _restore(rig, rounds, write_over)


def copied_elsewhere(rig: Rig, rounds: int) -> None:
    """The project's folder is copied in the midst of a mailing, and the copy sends too: refused."""

    def copy(stage: Stage, backup: Path) -> str:
        elsewhere = stage.folder / "elsewhere"
        elsewhere.mkdir()
        shutil.copy(backup, elsewhere / "newsletter.db")
        return f"sqlite:///{elsewhere / 'newsletter.db'}"

    _restore(rig, rounds, copy)


def _restore(rig: Rig, rounds: int, restore: Callable[[Stage, Path], str]) -> None:
    for _ in range(rounds):
        with rig.stage(people=600) as stage:
            sender = stage.start()
            stage.wait_for(rig.dice.randint(1, 500), sender)
            sender.signal(signal.SIGTERM)
            sender.finish()
            backup = _copy(stage, "backup.db")
            stage.finish()
            today = _copy(stage, "today.db")
            restored = stage.start(NEWSLETTER_DATABASE_URL=restore(stage, backup))
            if restored.finish() != 1 or "--confirm" not in restored.said:
                raise Broken(f"a database of yesterday is not refused: {restored.said[-500:]}")
            stage.engine.dispose()
            today.replace(stage.folder / "newsletter.db")
            stage.check()
        rig.score.rounds += 1


def _copy(stage: Stage, name: str) -> Path:
    """A whole copy: nobody has the database open, so it is one file."""
    stage.engine.dispose()
    shutil.copy(stage.folder / "newsletter.db-sent", stage.folder / f"{name}-sent")
    return Path(shutil.copy(stage.folder / "newsletter.db", stage.folder / name))
