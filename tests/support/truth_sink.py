"""An SMTP server that keeps the truth, and misbehaves on demand.

It writes what it takes over to an append-only file, one JSON object a line, *before* it answers the final
dot: ``{"message_id": …, "recipient": …, "sha256": …}``. What stands in the file was accepted, whatever its
client came to know.

A fault is written ``PHASE[@N[+]][%SHARE][/DOMAIN]=ACTION``: at the N-th time that phase is reached (from 1; ``N+``:
from then on; alone: every time), or at this share of those times (0.1), and with a domain (``rcpt`` and ``dot``) only
for people there. Phases: ``connect``, ``ehlo``, ``starttls``, ``auth``, ``mail``, ``rcpt``, ``data``, ``body`` (after
its first line), ``dot`` (a message that gets an answer
like 250 all the same is taken), ``taken`` (the truth has it already), ``reset``. Actions::

    550 5.1.1 no such user     this answer instead of the usual one; "\\n" between lines of a multi-line one
    drop                       close the connection without an answer
    cut                        close it in the middle of the usual answer
    silent                     never answer, keep the connection
    wait 0.5                   answer late, then as usual
    slow                       answer as usual, byte by byte
    drip 0.3                   the same, with that many seconds between the bytes
    huge                       a reply that never ends
    garbage                    octets that are no reply
    leave                      answer as usual, then close the connection
    babble                     answer as usual, and go on with a refusal that nobody asked for

Use ``truth_sink()`` in a test, or run ``python -m tests.support.truth_sink --truth FILE``; it prints its port.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import hashlib
import json
import random
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ACCEPTED = "250 2.0.0 ok"
_USUAL = {"mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "data": "354 go on", "reset": "250 2.0.0 ok"}


@dataclass(frozen=True)
class Fault:
    """What to do when a phase is reached, and at which times. ``chance``: only this share of those times."""

    phase: str
    action: str
    first: int = 1
    last: float = float("inf")
    chance: float = 1.0
    domain: str = ""

    @classmethod
    def parse(cls, text: str) -> Fault:
        """``phase``, ``phase@N``, ``phase@N+`` or ``phase%SHARE``, ``/domain`` or not, then ``=action``."""
        where, _, action = text.partition("=")
        where, _, domain = where.partition("/")
        phase, _, share = where.partition("%")
        phase, _, times = phase.partition("@")
        first = int(times.rstrip("+")) if times else 1
        last = float("inf") if times.endswith("+") or not times else first
        return cls(phase, action.replace("\\n", "\n"), first, last, float(share) if share else 1.0, domain)


@dataclass
class Sink:
    """A running server. ``faults`` may be changed while it runs; ``commands`` is every line that clients sent."""

    truth: Path
    faults: list[Fault] = field(default_factory=list)
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10000000")
    tls: ssl.SSLContext | None = None
    tls_at_once: bool = False
    port: int = 0
    commands: list[bytes] = field(default_factory=list)
    in_clear: list[bytes] = field(default_factory=list)  # those of them that came without TLS
    messages: list[bytes] = field(default_factory=list)  # as they came, dots still stuffed; if ``keep``
    accepted_at: list[float] = field(default_factory=list)  # time.monotonic() of each message taken over
    keep: bool = True
    times: collections.Counter[str] = field(default_factory=collections.Counter)
    struck: collections.Counter[str] = field(default_factory=collections.Counter)  # phase → faults since the start
    # (recipient, SHA-256) of every whole message that came, taken or not
    offered: list[tuple[str, str]] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    sessions: int = 0  # open now
    connections: int = 0  # since the start
    # (phase, N, action): a connection that has had N messages taken does this when the phase is reached
    worn_out: tuple[str, int, str] | None = None

    def script(self, *faults: str) -> None:
        """From now on, these faults only; counting begins anew."""
        self.times.clear()
        self.faults = [Fault.parse(fault) for fault in faults]

    def fault(self, phase: str, recipient: str = "") -> str | None:
        """What to do now that this phase is reached."""
        self.times[phase] += 1
        for fault in self.faults:
            is_there = recipient.endswith(f"@{fault.domain}") if fault.domain else True
            if fault.phase == phase and is_there and fault.first <= self.times[phase] <= fault.last:
                if fault.chance < 1 and self.dice.random() >= fault.chance:
                    continue
                self.struck[phase] += 1
                return fault.action
        return None

    def taken(self) -> list[dict[str, str]]:
        """The truth: every message taken over, in order."""
        if not self.truth.exists():
            return []
        return [json.loads(line) for line in self.truth.read_text().splitlines()]

    def take(self, recipient: str, body: bytes) -> None:
        """Write the message down; it is ours from here on."""
        header = body[: body.index(b"\r\n\r\n") + 2] if b"\r\n\r\n" in body else body
        message_id = next(
            (line[11:].strip() for line in header.split(b"\r\n") if line.lower().startswith(b"message-id:")), b""
        )
        entry = {
            "message_id": message_id.decode(),
            "recipient": recipient,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        with open(self.truth, "ab", buffering=0) as file:  # one write: whole lines, whoever else appends
            file.write(json.dumps(entry).encode() + b"\n")
        self.accepted_at.append(time.monotonic())
        if self.keep:
            self.messages.append(body)

    async def serve(self) -> asyncio.Server:
        """Listen on 127.0.0.1."""
        context = self.tls if self.tls_at_once else None
        server = await asyncio.start_server(
            lambda reader, writer: _Session(self, reader, writer).run(),
            "127.0.0.1",
            self.port,
            ssl=context,
            limit=1 << 24,
            backlog=1000,
        )
        self.port = server.sockets[0].getsockname()[1]
        return server


class _HangUp(Exception):
    """The connection ends here."""


class _Session:
    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.has_sender = False
        self.recipient: str | None = None
        self.taken = 0

    async def run(self) -> None:
        # Cancelled: the whole server ends. The streams of asyncio would report it as an error.
        expected = (_HangUp, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError)
        self.sink.sessions += 1
        self.sink.connections += 1
        try:
            with contextlib.suppress(*expected):
                await self.converse()
        finally:
            self.sink.sessions -= 1
            self.writer.close()

    async def converse(self) -> None:
        await self.answer("connect", "220 truth ESMTP")
        while line := await self.reader.readline():
            self.sink.commands.append(line)
            if self.writer.get_extra_info("sslcontext") is None:
                self.sink.in_clear.append(line)
            await self.command(line.rstrip(b"\r\n").decode("utf-8", "replace"))

    async def command(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        match word.upper():
            case "EHLO":
                await self.answer("ehlo", "\n".join(["250 truth", *(f"250 {item}" for item in self.offers())]))
            case "HELO":
                await self.answer("helo", "250 truth")
            case "STARTTLS":
                await self.start_tls()
            case "AUTH":
                await self.answer("auth", "235 2.7.0 welcome")
            case "MAIL":
                said = await self.answer("mail", _USUAL["mail"])
                self.has_sender = said.startswith("2")
            case "RCPT":
                usual = _USUAL["rcpt"] if self.has_sender else "503 5.5.1 MAIL first"
                recipient = rest.partition("<")[2].rpartition(">")[0]
                said = await self.answer("rcpt", usual, recipient)
                self.recipient = recipient if said.startswith("2") else None
            case "DATA":
                await self.data()
            case "RSET":
                self.has_sender, self.recipient = False, None
                await self.answer("reset", _USUAL["reset"])
            case "QUIT":
                await self.say("221 2.0.0 bye")
                raise _HangUp
            case _:
                await self.say("500 5.5.1 what?")

    def offers(self) -> Sequence[str]:
        secured = self.writer.get_extra_info("sslcontext") is not None
        offers = [*self.sink.extensions]
        if self.sink.tls and not secured:
            offers.append("STARTTLS")
        if secured or not self.sink.tls:
            offers.append("AUTH PLAIN")
        return offers

    async def start_tls(self) -> None:
        if self.sink.tls is None:
            await self.say("454 4.7.0 no TLS here")
            return
        await self.answer("starttls", "220 2.0.0 go on")
        await self.writer.start_tls(self.sink.tls)

    async def data(self) -> None:
        usual = _USUAL["data"] if self.recipient else "554 5.5.1 no valid recipients"
        said = await self.answer("data", usual)
        if not said.startswith("3"):
            return
        body = await self.reader.readline()
        await self.answer("body", "")
        if body != b".\r\n":  # which would be an empty message
            body += await self.reader.readuntil(b"\r\n.\r\n")
            body = body[:-3]
        if self.recipient:
            self.sink.offered.append((self.recipient, hashlib.sha256(body).hexdigest()))
        action = self.worn_out("dot") or self.sink.fault("dot", self.recipient or "")
        if self.recipient and _takes(action):
            self.sink.take(self.recipient, body)
            self.taken += 1
            action = self.worn_out("taken") or self.sink.fault("taken") or action
        self.has_sender, self.recipient = False, None
        await self.act(action or ACCEPTED, ACCEPTED)

    def worn_out(self, phase: str) -> str | None:
        """What this connection does now if it has carried all that it may."""
        if self.sink.worn_out is None:
            return None
        where, most, action = self.sink.worn_out
        return action if phase == where and self.taken >= most else None

    async def answer(self, phase: str, usual: str, recipient: str = "") -> str:
        """Answer as usual, unless there is a fault; what was said."""
        action = self.worn_out(phase) or self.sink.fault(phase, recipient) or usual
        return await self.act(action, usual) if action else ""

    async def act(self, action: str, usual: str) -> str:
        """Do it; what was said, if it was a reply."""
        word, _, argument = action.partition(" ")
        match word:
            case "drop" | "cut" | "silent":
                await self.end(word, usual)
            case "wait":
                await asyncio.sleep(float(argument))
                return await self.act(usual, usual)
            case "slow" | "drip":
                for octet in _octets(usual):
                    if self.writer.is_closing():
                        raise _HangUp
                    self.writer.write(bytes([octet]))
                    await asyncio.sleep(float(argument or 0.001))
                return usual
            case "huge":
                for _ in range(100):
                    self.writer.write(b"250-" + b"x" * 8000 + b"\r\n")
                    await self.writer.drain()
            case "leave":
                await self.say(usual)
                raise _HangUp
            case "babble":
                # In one write: what comes later can't be told from the answer to the next command.
                self.writer.write(_octets(usual) + _octets("550 5.0.0 and another thing"))
                return usual
            case "garbage":
                self.writer.write(b"\x00\xff25x what\r\n")
            case _:
                await self.say(action)
                if word == "421":
                    raise _HangUp
        return action

    async def end(self, how: str, usual: str) -> None:
        """The ways to say no more."""
        match how:
            case "drop":
                self.writer.transport.abort()
            case "cut":
                octets = _octets(usual)
                self.writer.write(octets[: len(octets) // 2])
                self.writer.close()
            case "silent":
                await self.reader.read()
        raise _HangUp

    async def say(self, reply: str) -> None:
        self.writer.write(_octets(reply))
        await self.writer.drain()


def _takes(action: str | None) -> bool:
    """Whether the message is taken over in spite of this fault at its dot."""
    return action is None or action.startswith(("2", "slow", "drip", "wait", "leave", "babble"))


def _octets(reply: str) -> bytes:
    """A reply's lines, "-" after the code of every one but the last."""
    *before, last = reply.split("\n")
    return "".join([*(f"{line[:3]}-{line[4:]}\r\n" for line in before), f"{last}\r\n"]).encode()


@contextlib.contextmanager
def truth_sink(truth: Path, **options: Any) -> Iterator[Sink]:
    """A sink in a thread of its own, on a free port. ``options`` are the fields of Sink."""
    sink = Sink(truth, **options)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(sink.serve())
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for one name, which is its own authority."""

    file: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path, *names: str, days: int = 2) -> Certificate:
    """Made by openssl: "DNS:mail.example.test", "IP:127.0.0.1"."""
    certificate = Certificate(folder / "certificate.pem", folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=truth", "-days", str(days), "-addext", f"subjectAltName={','.join(names)}"]
    command += ["-keyout", str(certificate.key), "-out", str(certificate.file)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """A well-behaved sink, until a test scripts it otherwise."""
    with truth_sink(tmp_path / "truth.jsonl") as running:
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Valid for 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "IP:127.0.0.1")


def taken_twice(*sinks: Sink) -> list[str]:
    """Who has had more than one mail, of any of these relays."""
    copies = collections.Counter(one["recipient"] for sink in sinks for one in sink.taken())
    return [email for email, count in copies.items() if count > 1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until ended, as a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--script", action="append", default=[], metavar="PHASE[@N[+]][%%SHARE]=ACTION")
    parser.add_argument("--seed", type=int, default=0, help="of the dice that %%SHARE throws")
    options = parser.parse_args(arguments)
    sink = Sink(options.truth, port=options.port, keep=False, dice=random.Random(options.seed))
    sink.script(*options.script)

    async def run() -> None:
        server = await sink.serve()
        print(sink.port, flush=True)
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


if __name__ == "__main__":
    main()
