"""The engine: what of it is not promised by its makers, and what it must never do."""

from __future__ import annotations

import inspect
import logging
from pathlib import Path

import pytest
from dbos import DBOS

from composer.background.dbos_engine import BackgroundEngine
from composer.database import open_database
from composer.errors import SettingsError
from composer.logs import start_log


def test_the_function_that_takes_up_a_dead_process_s_work_is_still_there() -> None:
    """It has no public name; if it goes, `take_over` needs `DBOS.resume_workflow` (docs/architecture.md)."""
    take_over = getattr(DBOS, "_recover_pending_workflows", None)
    assert take_over is not None, "this release of dbos has no _recover_pending_workflows: read `take_over`"
    assert list(inspect.signature(take_over).parameters) == ["executor_ids"]


def test_the_engine_s_complaints_are_told_once_a_minute_and_ours_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_log(as_json=False, level=logging.INFO)
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    background = BackgroundEngine(engine, name="here:1:a", perform=lambda *_: None)
    for _ in range(3):
        logging.getLogger("dbos").warning("the database is away", extra={"executorID": "here"})
        logging.getLogger("composer.background").info("it works", extra={"action": "a.b"})
    background.close(within_s=30)
    engine.dispose()
    said = capsys.readouterr().err
    assert said.count("the database is away") == 1
    assert said.count("it works") == 3
    assert "executorID" not in said


def test_what_would_connect_the_engine_to_its_makers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBOS__CONDUCTOR_KEY", "a key")
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    with pytest.raises(SettingsError, match="DBOS__CONDUCTOR_KEY is set"):
        BackgroundEngine(engine, name="here:1:a", perform=lambda *_: None)
    engine.dispose()
