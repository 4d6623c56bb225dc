"""The same sending through a network that takes 10 ms each way: does the rate last?

A small relay process of our own stands between the sender and smtp-sink. It hands every octet on, 10 ms after it
came, in both directions, and so makes each round trip 20 ms without making the line any narrower.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from bench.measure import Row, Table
from bench.sending import SESSIONS, SIZE_BYTES, make_project, newsletter, plan, smtp_sink, smtp_source_rate

COUNT = 10_000
WAY_S = 0.010
ALL_SESSIONS = (SESSIONS, 64, 160)


def measure() -> tuple[Table, ...]:
    """Send with ours and with smtp-source to a relay near and far, over few and over many connections."""
    rows = []
    with tempfile.TemporaryDirectory() as place, smtp_sink() as port:
        environment = dict(make_project(Path(place), subscribers=COUNT, port=port))
        for sessions in ALL_SESSIONS:
            near: dict[str, float] = {}
            for way_s in (0.0, WAY_S):
                with delaying_relay(port, way_s=way_s) as relay:
                    environment["NEWSLETTER_SMTP_URL"] = f"smtp://127.0.0.1:{relay}?tls=none"
                    environment["NEWSLETTER_CONNECTIONS"] = str(sessions)
                    rates = {
                        "smtp-source (C)": smtp_source_rate(relay, count=COUNT, sessions=sessions, reuse=True),
                        "newsletter send": _our_rate(Path(place), environment),
                    }
                for contender, rate in rates.items():
                    near.setdefault(contender, rate)
                    name = f"{contender}, {sessions} connections, {2 * way_s * 1000:.0f} ms"
                    rows.append(Row(name, rate, "messages/s", rate / near[contender]))
    method = (
        f"{COUNT:,} messages of {SIZE_BYTES / 1000:.0f} kB through a process that hands on what it gets, at once or "
        f"{WAY_S * 1000:.0f} ms later in each direction. Both keep their connections; smtp-source waits for each "
        "command's answer, we for one a message. One round. `make bench ARGS=delay`."
    )
    return (Table("delay", "Sending over a distance", method, tuple(rows), "no delay"),)


def _our_rate(folder: Path, environment: dict[str, str]) -> float:
    mailing = plan(folder, environment)
    start = time.perf_counter()
    newsletter("send", mailing, "--yes", folder=folder, environment=environment)
    return COUNT / (time.perf_counter() - start)


@contextmanager
def delaying_relay(port: int, *, way_s: float) -> Iterator[int]:
    """A process that connects its callers to a port of this machine, with a delay each way; gives its own port."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(port, way_s, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _run(port: int, way_s: float, told: Connection) -> None:
    import uvloop

    uvloop.run(_serve(port, way_s, told))


async def _serve(port: int, way_s: float, told: Connection) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(_Near, port, way_s), "127.0.0.1", 0, backlog=1000)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _End(asyncio.Protocol):
    """One end of a line; what comes in leaves at the other end, later."""

    def __init__(self, way_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._way_s = way_s
        self._on_the_way: deque[bytes] = deque()
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def lead_to(self, transport: asyncio.Transport) -> None:
        """Write to ``transport`` from now on, and at once what has come in before it was there."""
        self._out = transport
        while self._on_the_way:
            transport.write(self._on_the_way.popleft())

    def data_received(self, data: bytes) -> None:
        self._on_the_way.append(data)
        if self._out:
            self._loop.call_later(self._way_s, self._arrive)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._loop.call_later(self._way_s, self._hang_up)

    def _arrive(self) -> None:
        if self._out and self._on_the_way:
            self._out.write(self._on_the_way.popleft())

    def _hang_up(self) -> None:
        if self._out:
            self._out.close()


class _Near(_End):
    """The sender's end. It opens the far one."""

    def __init__(self, port: int, way_s: float) -> None:
        super().__init__(way_s)
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        far = _End(self._way_s)
        transport, _ = await self._loop.create_connection(lambda: far, "127.0.0.1", self._port)
        far.lead_to(self.transport)
        self.lead_to(transport)
