"""Where a fault happens: a planned mailing in a database of its own, a relay that keeps the truth, and senders.

A sender is the real program, ``newsletter send``, as a process.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, delete, func, select, update

from composer.database import open_database, reading
from composer.database.schema import attempts, deliveries, leases, mailings, pace
from composer.delivery.mailing import compile_mailing, find_mailing
from composer.delivery.planning.plan import plan_mailing
from composer.delivery.planning.sample import PlannedSubjectTest
from composer.delivery.variant import VARIANT_OF_DELIVERY
from composer.message.recipient import Recipient
from tests.support.databases import Cluster
from tests.support.hanging import HANGS_S
from tests.support.mailings import SITE, add_people, make_edition
from tests.support.truth_sink import Sink, make_certificate, truth_sink
from tests.torture.invariants import Broken, Evidence, Record, check

PEOPLE = 2000
CONNECTIONS = 8
STRACE = ("strace", "-f", "--seccomp-bpf")  # stops at the calls that are asked for, not at every one
WAITING = frozenset({"pending", "offered", "deferred"})

_ROOT = Path(__file__).parent.parent.parent
_MAILING = 1


@dataclass
class Score:
    """What one fault came to, over all its rounds."""

    rounds: int = 0
    planned: int = 0
    taken: int = 0
    lost: int = 0
    doubled: int = 0
    unknown: int = 0
    most_open: int = 0  # unknown by one cut at most
    remarks: list[str] = field(default_factory=list)


class Sender:
    """A running ``newsletter send``, with all the processes that it is made of: a group of its own."""

    def __init__(self, command: Sequence[str], transcript: Path, *, cwd: Path, environment: Mapping[str, str]) -> None:
        self._transcript = transcript
        self._began = time.monotonic()
        with transcript.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**environment, "PYTHONFAULTHANDLER": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """All of it, without warning, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def wait(self) -> int:
        """Wait for its end; the exit code, or minus the signal that ended it."""
        while not self.is_over:
            self.hangs_not()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=1)
        return int(self.process.returncode)

    def finish(self) -> int:
        """Wait for its end; the exit code. A bug in the program is told with its words."""
        code = self.wait()
        if code == 3 or "Traceback" in self.said:
            raise Broken(f"the program failed: {self.said[-2000:]}")
        return code

    def hangs_not(self) -> None:
        """Raises Broken, with what it is doing, if it has been at it for far too long."""
        if time.monotonic() - self._began > HANGS_S:
            os.killpg(self.pid, signal.SIGABRT)  # prints where each thread stands
            time.sleep(1)
            raise Broken(f"the sender hangs: {self.said[-3000:]}")

    @property
    def said(self) -> str:
        return self._transcript.read_text(encoding="utf-8", errors="replace")


class Stage:
    """One mailing, its database and its relay."""

    def __init__(self, folder: Path, url: str, *, people: int, sink: Sink, score: Score, relay: str) -> None:
        self.folder = folder
        self.url = url
        self.people = people
        self.sink = sink
        self.score = score
        self.relay = relay
        self.may_be_open = 0
        self._open = 0  # as of the last check
        self._planned: Mapping[str, str] = {}
        self._engine: Engine | None = None
        self._senders: list[Sender] = []

    @property
    def engine(self) -> Engine:
        """Our own view of the database."""
        self._engine = self._engine or open_database(self.url)
        return self._engine

    def start(
        self,
        *words: str,
        under: Sequence[str] = (),
        connections: int = CONNECTIONS,
        dot_timeout_s: float = 600,
        uvloop: bool = True,
        **more: str,
    ) -> Sender:
        """Begin to send, or what ``words`` say. ``under``: a command that runs it; ``more``: its environment."""
        path = str(_ROOT) if uvloop else f"{_without_uvloop(self.folder)}:{_ROOT}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
        settings = {
            "NEWSLETTER_DATABASE_URL": self.url,
            "NEWSLETTER_SECRET_KEY": SITE.secret_key.decode(),
            "NEWSLETTER_SITE_URL": SITE.url,
            "NEWSLETTER_SMTP_URL": self.relay,
            "NEWSLETTER_CONNECTIONS": str(connections),
            "NEWSLETTER_DOT_TIMEOUT_S": str(dot_timeout_s),
        }
        sender = Sender(
            [*under, sys.executable, "-m", "composer", *(words or ("send", str(_MAILING), "--yes"))],
            self.folder / f"sender-{len(self._senders)}.txt",
            cwd=self.folder,
            environment={**clean, "PYTHONPATH": path, **settings, **more},
        )
        self._senders.append(sender)
        return sender

    def send(self, **options: float) -> Sender:
        """Send until the program ends by itself."""
        sender = self.start(**options)  # type: ignore[arg-type]
        sender.finish()
        return sender

    def wait_for(self, messages: int, sender: Sender) -> None:
        """Until so many messages have come to the relay, taken or not, or the sender is over."""
        self.wait_until(lambda: len(self.sink.offered) >= messages, sender)

    def wait_until(self, condition: Callable[[], bool], sender: Sender) -> None:
        """Until then, or until the sender is over."""
        while not (condition() or sender.is_over):
            sender.hangs_not()
            time.sleep(0.0005)

    def cut(self, *, connections: int = CONNECTIONS) -> None:
        """Something has ended so many open transactions: so many more may be open now. Checks what must hold."""
        before = self._open
        self.may_be_open = before + connections
        self.check()
        self.score.most_open = max(self.score.most_open, self._open - before)

    def check(self) -> Counter[str]:
        """The invariants, now that no sender runs. Gives the number of deliveries in each state."""
        self._let_the_relay_finish()
        records = self._records()
        states = {email: record.state for email, record in records.items()}
        check(
            Evidence(
                planned=self.people,
                records=records,
                taken=Counter(entry["recipient"] for entry in self.sink.taken()),
                sent_bytes=tuple(self.sink.offered),
                planned_bytes=self._planned_bytes() if self.sink.offered else {},
                may_be_open=self.may_be_open,
            )
        )
        counts = Counter(states.values())
        self._open = counts["offered"] + counts["unknown"]
        return counts

    def _let_the_relay_finish(self) -> None:
        """What a dead sender's kernel still hands over is taken too, so the truth is complete when we read it."""
        if any(not sender.is_over for sender in self._senders):
            raise AssertionError("a sender still runs: what the witnesses say now means nothing")
        while self.sink.sessions:
            time.sleep(0.001)

    def _records(self) -> Mapping[str, Record]:
        kept = select(func.count()).where(attempts.c.delivery_id == deliveries.c.id).scalar_subquery()
        with reading(self.engine) as connection:
            rows = connection.execute(select(deliveries.c.email, deliveries.c.state, deliveries.c.attempts, kept))
            return {row[0]: Record(*row[1:]) for row in rows}

    def states(self) -> Mapping[str, str]:
        """Address → state."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(deliveries.c.email, deliveries.c.state))
            return {row.email: row.state for row in rows}

    def let_retries_come_due(self) -> None:
        """As if their time had passed, and the relay's complaints were forgotten."""
        with self.engine.begin() as connection:
            connection.execute(delete(pace))
            connection.execute(update(deliveries).where(deliveries.c.state == "deferred").values(next_attempt_at=1))

    def let_lease_expire(self) -> None:
        """As if its time had passed."""
        with self.engine.begin() as connection:
            connection.execute(update(leases).values(expires_at=1))

    def finish(self) -> Counter[str]:
        """Send with a relay that behaves until nothing is waiting any more; the numbers in the end."""
        self.sink.script()
        for _ in range(5):
            states = self.check()
            self.may_be_open = self._open  # a send that nothing disturbs leaves nobody unknown
            if not WAITING & states.keys():
                return states
            self.let_retries_come_due()
            sender = self.send()
        raise Broken(f"the mailing does not finish: {dict(states)}; {sender.said[-1000:]}")

    def close(self, *, count: bool) -> None:
        """End what still runs; ``count``: add up."""
        for sender in self._senders:
            if not sender.is_over:
                sender.kill()
        if count:
            states, taken = self.states(), Counter(entry["recipient"] for entry in self.sink.taken())
            self.score.planned += self.people
            self.score.taken += len(taken)
            self.score.lost += sum(state in WAITING for state in states.values()) + self.people - len(states)
            self.score.doubled += sum(copies > 1 for copies in taken.values())
            self.score.unknown += sum(state == "unknown" for state in states.values())
        if self._engine is not None:
            self._engine.dispose()

    def _planned_bytes(self) -> Mapping[str, str]:
        """Address → SHA-256, as of the first time that something had been sent: it never changes after that.

        Who waits for the winner of a subject test is added when it is chosen.
        """
        if len(self._planned) < self.people:
            self._planned = {**self._render_all(), **self._planned}
        return self._planned

    def _render_all(self) -> Mapping[str, str]:
        with reading(self.engine) as connection:
            # What has not begun gets its date when it does.
            begun = mailings.c.state != "planned"
            numbers = connection.scalars(select(mailings.c.id).where(begun)).all()
            compiled = {
                (number, *key): found
                for number in numbers
                for key, found in compile_mailing(connection, find_mailing(connection, number), site=SITE).items()
            }
            rows = connection.execute(
                select(
                    deliveries.c.mailing_id,
                    deliveries.c.language,
                    VARIANT_OF_DELIVERY,
                    deliveries.c.email,
                    deliveries.c.subscriber_id,
                    deliveries.c.fields,
                ).where(deliveries.c.state != "held", deliveries.c.mailing_id.in_(numbers))
            ).all()
        return {
            email: hashlib.sha256(
                compiled[mailing, language, variant][1].render(Recipient(email, subscriber, mailing, fields)).data
            ).hexdigest()
            for mailing, language, variant, email, subscriber, fields in rows
        }


def _without_uvloop(folder: Path) -> Path:
    """A folder that hides uvloop from a program that finds it first."""
    hiding = folder / "without-uvloop"
    hiding.mkdir(exist_ok=True)
    (hiding / "uvloop.py").write_text("raise ImportError\n")
    return hiding


class Rig:
    """Makes stages, counts what happens on them. ``dice`` decides everything that is left to chance."""

    def __init__(self, folder: Path, dice: random.Random, *, cluster: Cluster | None = None) -> None:
        self.folder = folder
        self.dice = dice
        self.cluster = cluster
        self.score = Score()
        self._made = 0

    @property
    def database(self) -> str:
        """What a stage is on if a cluster is to be used where there is one."""
        return "postgresql" if self.cluster else "sqlite"

    @contextmanager
    def stage(
        self,
        *script: str,
        people: int = PEOPLE,
        mailings: int = 1,
        database: str = "sqlite",
        at: Path | None = None,
        login: bool = False,
        subject_test: PlannedSubjectTest | None = None,
    ) -> Iterator[Stage]:
        """A new one, with the relay's faults; ``at`` is a folder for the database. Kept if something breaks on it.

        Each of the ``mailings`` has ``people`` of its own. ``login``: the relay asks for one, on STARTTLS;
        ``subject_test``: a subject test.
        """
        self._made += 1
        folder = self.folder / f"stage-{self._made}"
        folder.mkdir(parents=True)
        url = self._make(database, at or folder)
        for number in range(1, mailings + 1):
            self._plan(url, number, people=people, subject_test=subject_test)
        dice = random.Random(self.dice.random())
        certificate = make_certificate(folder, "IP:127.0.0.1") if login else None
        tls = certificate.server_context() if certificate else None
        with truth_sink(folder / "truth.jsonl", keep=False, dice=dice, tls=tls) as sink:
            sink.script(*script)
            relay = f"127.0.0.1:{sink.port}"
            relay = f"smtp://we:a-secret@{relay}?ca={certificate.file}" if certificate else f"smtp://{relay}"
            stage = Stage(folder, url, people=people * mailings, sink=sink, score=self.score, relay=relay)
            try:
                yield stage
            except BaseException:
                stage.close(count=False)
                raise
            stage.close(count=True)
        if database == "postgresql":
            assert self.cluster
            self.cluster.drop(url)
        shutil.rmtree(folder)

    def _make(self, database: str, folder: Path) -> str:
        """An empty database with all its tables; its URL."""
        url = f"sqlite:///{folder / 'newsletter.db'}"
        if database == "postgresql":
            assert self.cluster
            url = self.cluster.create_migrated()
        return url

    def _plan(self, url: str, number: int, *, people: int, subject_test: PlannedSubjectTest | None) -> None:
        """The mailing of that number, to people of its own."""
        engine = open_database(url)
        is_first = number == _MAILING
        name, domains = ("members", ()) if is_first else (f"list-{number}", (f"list-{number}.example",))
        with engine.begin() as connection:
            list_id = add_people(connection, people, list_name=name, domains=domains)
        editions = {"en": make_edition(size_bytes=4000, **({} if is_first else {"issue": f"news-{number}"}))}
        planned = plan_mailing(
            engine, editions=editions, lists=[list_id], site=SITE, now=int(time.time()), subject_test=subject_test
        )
        engine.dispose()
        assert planned.mailing == number
