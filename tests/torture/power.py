"""The power is cut: what the disk holds then is rebuilt from the system calls of a real send.

A kill can't show a missing sync, because what the system holds in memory survives it. So ``strace`` writes down every
write to the database and every sync, beside everything that is said to the relay. The file is then built again as a
disk may hold it at the moment of each final dot: what had been synced, and of the rest any part, or nothing.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.invariants import Broken
from tests.torture.stage import CONNECTIONS, STRACE, Rig, Stage

_DATABASE, _LOG = "newsletter.db", "newsletter.db-wal"
_TRACE = "trace=pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate"
# 4711 fdatasync(7</tmp/newsletter.db-wal>) = 0; and in two lines, if another thread called something meanwhile
_CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\(\d+<(?P<file>[^>]*)>(?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. f(?:data)?sync resumed>.*= 0")
_OCTETS = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_LAST_NUMBER = re.compile(r", (\d+)(?:\) +=| <unfinished)")
_SAID = re.compile(rb"(?:^|\r\n)(\.)\r\n|RCPT TO:<([^>]*)>")


@dataclass
class _Disk:
    """The database's folder, as a disk may hold it."""

    files: dict[str, bytearray]
    dice: random.Random
    unsynced: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=lambda: defaultdict(list))
    knows_names: bool = False  # the folder has been synced since the log was made
    syncs: int = 0

    def write(self, name: str, at: int, octets: bytes | None) -> None:
        """Without octets: cut off there."""
        self.unsynced[name].append((at, octets))

    def sync(self, name: str, writes: int) -> None:
        """So many writes were there when the sync began."""
        for at, octets in self.unsynced[name][:writes]:
            _apply(self.files.setdefault(name, bytearray()), at, octets)
        del self.unsynced[name][:writes]
        self.syncs += name in (_DATABASE, _LOG)

    def lose_power(self, folder: Path) -> Path:
        """What is left, as files; of what was not synced, a part that chance decides."""
        share = self.dice.choice((0, 0.5))
        for name in (_DATABASE, _LOG):
            content = bytearray(self.files.get(name, b""))
            for at, octets in self.unsynced[name]:
                if self.dice.random() < share:
                    _apply(content, at, octets)
            (folder / name).unlink(missing_ok=True)
            if name == _DATABASE or self.knows_names:
                (folder / name).write_bytes(content)
        (folder / f"{_DATABASE}-shm").unlink(missing_ok=True)
        return folder / _DATABASE


def power_cuts(rig: Rig, rounds: int) -> None:
    """The power is cut at each final dot: everybody whose dot has left stands in the database as offered, or later."""
    for _ in range(rounds):
        with rig.stage(people=200) as stage:
            before = (stage.folder / _DATABASE).read_bytes()
            disk = _Disk({_DATABASE: bytearray(before)}, rig.dice)
            gone: list[str] = []
            for recipient in _dots(_record(stage, connections=CONNECTIONS), disk):
                gone.append(recipient)
                _expect_offered(stage, disk, gone)
            _expect_all(stage, gone)
            stage.finish()
        rig.score.rounds += 1
    rig.score.remarks.append(f"{rounds * 200} cuts")


def audit_syncs(rig: Rig, rounds: int) -> None:
    """No final dot without a sync of the database, begun and ended since the last dot on that connection."""
    dots = unsynced = 0
    for _ in range(rounds):
        with rig.stage(people=200) as stage:
            disk = _Disk({}, rig.dice)
            last = 0
            gone: list[str] = []
            for recipient in _dots(_record(stage, connections=1), disk):
                gone.append(recipient)
                unsynced += disk.syncs == last
                last = disk.syncs
            _expect_all(stage, gone)
            dots += len(gone)
            stage.finish()
        rig.score.rounds += 1
    rig.score.remarks.append(f"{unsynced} of {dots} dots without a sync before")
    if unsynced:
        raise Broken(rig.score.remarks[-1])


def _record(stage: Stage, *, connections: int) -> Path:
    """Send it all, and write down the calls."""
    calls = stage.folder / "calls"
    under = [*STRACE, "-y", "-xx", "-s", "1000000", "-e", _TRACE, "-o", str(calls)]
    stage.start(under=under, connections=connections).finish()
    return calls


def _dots(calls: Path, disk: _Disk) -> Iterator[str]:
    """Whom each final dot is for, at the moment when it leaves; the disk is as it is then."""
    waiting: Mapping[str, deque[str]] = defaultdict(deque)  # connection → recipients named
    syncing: dict[str, tuple[str, int]] = {}  # thread → the file, and how much had been written to it
    for line in calls.read_text(encoding="ascii").splitlines():
        if resumed := _RESUMED.match(line):
            disk.sync(*syncing.pop(resumed["thread"]))
        if (call := _CALL.match(line)) is None:
            continue
        file, rest = Path(_unhex(call["file"]).decode()), call["rest"]
        if "sync" in call["name"]:
            disk.knows_names |= file == calls.parent
            began = (file.name, len(disk.unsynced[file.name]))
            if rest.endswith("= 0"):
                disk.sync(*began)
            else:
                syncing[call["thread"]] = began
        elif call["name"] == "pwrite64":
            disk.write(file.name, _last_number(rest), _octets(rest))
        elif call["name"] == "ftruncate":
            disk.write(file.name, _last_number(rest), None)
        elif file.name.startswith("socket:"):
            for said in _SAID.finditer(_octets(rest)):
                if said[1]:
                    yield waiting[file.name].popleft()
                else:
                    waiting[file.name].append(said[2].decode())


def _last_number(text: str) -> int:
    """The last argument of a call."""
    found = _LAST_NUMBER.search(text)
    assert found, text[-80:]
    return int(found[1])


def _octets(text: str) -> bytes:
    return b"".join(map(_unhex, _OCTETS.findall(text)))


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _apply(content: bytearray, at: int, octets: bytes | None) -> None:
    if octets is None:
        del content[at:]
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(octets)] = octets


def _expect_offered(stage: Stage, disk: _Disk, gone: list[str]) -> None:
    folder = stage.folder / "after-the-cut"
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(disk.lose_power(folder))) as connection:
        states = dict(connection.execute("SELECT email, state FROM deliveries"))
        [whole] = connection.execute("PRAGMA quick_check").fetchone()
    if whole != "ok" or len(states) != stage.people:
        raise Broken(f"after {len(gone)} dots the power was cut, and the database is broken: {whole}")
    if forgotten := [email for email in gone if states[email] == "pending"]:
        raise Broken(f"after {len(gone)} dots the power was cut, and these would be sent again: {forgotten[:5]}")


def _expect_all(stage: Stage, gone: list[str]) -> None:
    if len(gone) != stage.people:
        raise Broken(f"{len(gone)} dots were seen, of {stage.people}: the calls do not show them all")
