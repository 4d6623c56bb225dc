"""The engine of the background: DBOS Transact, of which no other module knows. It keeps keys, and has their work done.

Enters: keys, and ``perform``, which does the work of one. Leaves: nothing; what came of it stands in the row.

SQLite       a file of its own, ``newsletter.db-work``; its own recovery takes up what its last process has left
PostgreSQL   a schema of its own, ``newsletter_work``, made by ``newsletter db upgrade``; what a dead process has left
             is taken up by whoever is told who lives (``take_over``)

A key is one workflow with one step, which is tried again for as long as the database is away. Nothing of the vendor's
server is used, and nothing leaves this machine: whoever sets one of its variables is refused.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from composer.background.jobs import Ended, Job, JobKind, Perform
from composer.errors import DatabaseError, Remedy, SettingsError

SCHEMA: Final = "newsletter_work"

# Another version's pending work is never taken up. What a job does may change, what its key means does not.
_VERSION: Final = "1"
_WORKFLOW: Final = "job.1"
_ALONE: Final = "local"

_QUEUES: Final[Mapping[str, tuple[int, float]]] = {"send": (1, 1.0), "heavy": (1, 2.0), "upkeep": (1, 5.0)}
"""Name → how much of it at a time in a process, and how many seconds pass between two looks."""
_QUEUE_OF: Final[Mapping[JobKind, str]] = {
    JobKind.SEND: "send",
    JobKind.IMPORT: "heavy",
    JobKind.EXPORT: "heavy",
    JobKind.ERASE: "upkeep",
    JobKind.CLEAR: "upkeep",
}

# 1 + 2 + 4 … seconds: four minutes without a database. After that, ``reconcile`` makes another key of it.
_TRIES: Final = 9
_DEATHS: Final = 10
_FORGOTTEN_AT_ONCE: Final = 1000

_ENDED: Final[Mapping[str, Ended]] = {
    "SUCCESS": Ended.IN_ORDER,
    "ERROR": Ended.FAILED,
    "CANCELLED": Ended.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": Ended.FATAL,
}


def prepare(engine: Engine) -> None:
    """Make the engine's tables on PostgreSQL, as the owner of the database; on SQLite it makes them when it starts."""
    if engine.dialect.name == "postgresql":
        _quieten()
        DBOS.migrate(_url(engine), schema=SCHEMA)


class BackgroundEngine:
    """Works on keys from when it is made until it is closed; there is one in a process."""

    def __init__(self, engine: Engine, *, name: str, perform: Perform) -> None:
        """Start it: from now on it works on what is there. ``name`` is that of this process among all.

        Raises SettingsError for a variable that would connect it, DatabaseError if its tables are not there.
        """
        if foreign := next((one for one in os.environ if one.startswith("DBOS__")), None):
            raise SettingsError(f"{foreign} is set: it would connect the background work to others; unset it")
        is_alone = engine.dialect.name == "sqlite"
        if is_alone:
            _make_file(_work_file(engine))
        _quieten()
        DBOS(config=_config(_url(engine), name=_ALONE if is_alone else name, makes_tables=is_alone))
        _register(perform)
        try:
            DBOS.launch()
            for queue, (at_a_time, looks_every_s) in _QUEUES.items():
                DBOS.register_queue(queue, worker_concurrency=at_a_time, polling_interval_sec=looks_every_s)
        except SQLAlchemyError as error:
            DBOS.destroy(destroy_registry=True)
            raise DatabaseError(f"the background work cannot begin: {error}") from error
        except Exception as error:
            DBOS.destroy(destroy_registry=True)
            if is_alone:
                raise
            raise DatabaseError(
                f"The tables of the background work are missing or old ({error}).", remedy=Remedy.UPGRADE_DATABASE
            ) from error

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Let these be done; a key that is known is left as it is."""
        for job in jobs:
            options: EnqueueOptions = {
                "workflow_name": _WORKFLOW,
                "queue_name": _QUEUE_OF[job.kind],
                "workflow_id": job.key,
                "app_version": _VERSION,
            }
            DBOS.enqueue_workflow_with_options(options, str(job.kind), job.id, job.run)

    def look_up(self, jobs: Collection[Job]) -> Mapping[Job, Ended]:
        """Tell of those that are known how they stand."""
        by_key = {job.key: job for job in jobs}
        if not by_key:
            return {}
        found = DBOS.list_workflows(workflow_ids=list(by_key), load_input=False, load_output=False)
        return {by_key[one.workflow_id]: _ENDED.get(one.status, Ended.NOT_YET) for one in found}

    def forget(self, *, before: float) -> int:
        """Delete what is kept of keys that ended before then (Unix seconds), and count them."""
        moment = dt.datetime.fromtimestamp(before, dt.UTC).isoformat()
        count = 0
        while found := DBOS.list_workflows(
            completed_before=moment, limit=_FORGOTTEN_AT_ONCE, load_input=False, load_output=False
        ):
            DBOS.delete_workflows([one.workflow_id for one in found])
            count += len(found)
        return count

    def workers(self) -> set[str]:
        """Name the processes that have work under way, dead ones too."""
        found = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.executor_id for one in found if one.executor_id}

    def take_over(self, dead: Collection[str]) -> int:
        """Put back what processes had under way that are dead, and count it.

        The vendor's own server does that by the same function, which has no public name: without it a key's deaths
        would not be counted, and nothing would hold the one that is put back to the dead process.
        """
        return len(DBOS._recover_pending_workflows(sorted(dead))) if dead else 0

    def close(self, *, within_s: float) -> bool:
        """Take nothing more, and wait for what is under way, at most so long; False if some of it is not done."""
        began = time.monotonic()
        DBOS.destroy(workflow_completion_timeout_sec=int(within_s), destroy_registry=True)
        return time.monotonic() - began < within_s or within_s <= 0


def _register(perform: Perform) -> None:
    @DBOS.step(
        name="perform", retries_allowed=True, max_attempts=_TRIES, interval_seconds=1.0, should_retry=_is_for_a_while
    )
    def step(kind: str, number: int, run: int) -> None:
        perform(JobKind(kind), number, run)

    @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=_DEATHS)
    def job(kind: str, number: int, run: int) -> None:
        step(kind, number, run)


def _is_for_a_while(error: BaseException) -> bool:
    return isinstance(error, DatabaseError)


def _config(url: str, *, name: str, makes_tables: bool) -> DBOSConfig:
    return DBOSConfig(
        name="newsletter",
        system_database_url=url,
        dbos_system_schema=SCHEMA,
        run_migrations=makes_tables,
        application_version=_VERSION,
        executor_id=name,
        serializer=DBOSPortableJSONSerializer(),  # the other one runs what it reads
        sys_db_pool_size=4,
        max_executor_threads=16,
        use_listen_notify=False,
        notification_coalesce_sec=1.0,
        scheduler_polling_interval_sec=60.0,
        log_level="WARNING",
        enable_otlp=False,
    )


def _url(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{_work_file(engine)}"
    return engine.url.render_as_string(hide_password=False)


def _work_file(engine: Engine) -> Path:
    return Path(f"{Path(str(engine.url.database)).resolve()}-work")


def _make_file(path: Path) -> None:
    """Make the file for its owner alone, and in WAL, which the engine leaves as it is: twice the jobs a second."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"{path} cannot be written: {error}") from error


class _Seldom(logging.Filter):
    """Passes on the same words once a minute: a database that is away is complained of many times a second."""

    _EVERY_S = 60.0
    _OWN = ("applicationID", "applicationVersion", "executorID", "operationUUID")

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to pass it on; the fields that the engine adds say nothing to our readers."""
        if record.name.partition(".")[0] != "dbos":  # the handler is that of our own log
            return True
        for name in self._OWN:
            record.__dict__.pop(name, None)
        key, now = f"{record.module}:{record.lineno}", time.monotonic()
        if now - self._told.get(key, -self._EVERY_S) < self._EVERY_S:
            return False
        self._told[key] = now
        return True


_seldom = _Seldom()


def _quieten() -> None:
    """Keep the engine from making a log of its own: what it warns of goes where ours goes."""
    logger: Any = logging.getLogger("dbos")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    for handler in logger.handlers:
        if _seldom not in handler.filters:
            handler.addFilter(_seldom)
