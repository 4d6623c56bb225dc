"""How many messages a second the whole ``newsletter send`` gets into Postfix's smtp-sink, beside its peers."""

from __future__ import annotations

import json
import smtplib
import tempfile
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

from bench.measure import Row, Table, median
from bench.peers import go_peer_available, node_available, run_go_peer, run_peer
from bench.sending import (
    SESSIONS,
    SIZE_BYTES,
    make_project,
    newsletter,
    plan,
    smtp_sink,
    smtp_source_rate,
)

COUNT = 20_000
SLOW_COUNT = 2_000
ROUNDS = 3


def measure() -> tuple[Table, ...]:
    """Ours, smtp-source, go-mail, nodemailer's pool, a loop over smtplib; rounds interleaved, medians compared."""
    has_go = go_peer_available()
    ours, running, source, kept = [], [], [], []
    with tempfile.TemporaryDirectory() as place, smtp_sink() as port:
        folder = Path(place)
        environment = make_project(folder, subscribers=COUNT, port=port)
        newsletter("build", "bench", "--out", "out", folder=folder, environment=environment)
        (message,) = folder.glob("out/**/message.eml")
        (page,) = folder.glob("out/**/message.html")
        for _ in range(ROUNDS):
            source.append(smtp_source_rate(port, count=COUNT))
            kept.append(smtp_source_rate(port, count=COUNT, reuse=True))
            mailing = plan(folder, environment)
            start = time.perf_counter()
            report = newsletter("send", mailing, "--yes", "--json", folder=folder, environment=environment)
            ours.append(COUNT / (time.perf_counter() - start))
            running.append(COUNT / float(json.loads(report)["run"]["seconds"]))
        plain = _smtplib_rate(port, html=page.read_text(encoding="utf-8"))
        pool = _pool_rate(run_peer("nodemailer_pool.mjs", port, COUNT, SESSIONS, page)) if node_available() else None
        go = _pool_rate(run_go_peer(port, COUNT, SESSIONS, page)) if has_go else None
        size_bytes, page_bytes = message.stat().st_size, page.stat().st_size
    ceiling = median(source)
    note = "whole process, from start to end report; the ledger durable before each final dot"
    rows = [
        Row("smtp-source (C)", ceiling, "messages/s", 1.0, "one constant message, a connection for each, no record"),
        Row("newsletter send", median(ours), "messages/s", median(ours) / ceiling, note),
        Row(
            "the same, while it sends",
            median(running),
            "messages/s",
            median(running) / ceiling,
            "without start and end",
        ),
        Row("smtp-source, connections kept", median(kept), "messages/s", median(kept) / ceiling, "its option -d"),
    ]
    if go is not None:
        rows.append(Row("go-mail, connections kept", go, "messages/s", go / ceiling, "HTML only, no record"))
    if pool is not None:
        rows.append(Row("nodemailer, pool", pool, "messages/s", pool / ceiling, "no record"))
    rows.append(Row("EmailMessage + smtplib", plain, "messages/s", plain / ceiling, "one connection, no record"))
    method = (
        f"{COUNT:,} messages of {size_bytes / 1000:.0f} kB, each with its reader's name, city, links and Message-ID, "
        f"to smtp-sink on loopback over {SESSIONS} connections (smtp-source: {SIZE_BYTES / 1000:.0f} kB). "
        f"Median of {ROUNDS} interleaved rounds; go-mail and nodemailer once, smtplib once with {SLOW_COUNT:,}, "
        f"the same mail's HTML of {page_bytes / 1000:.0f} kB. "
        "`make bench ARGS=send`."
    )
    return (Table("send", "Sending", method, tuple(rows), "smtp-source"),)


def _smtplib_rate(port: int, *, html: str) -> float:
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(SLOW_COUNT):
            message = EmailMessage()
            message["From"] = "news@example.org"
            message["To"] = f"reader{number}@example.test"
            message["Subject"] = f"Hello reader {number}"
            message["Date"] = formatdate()
            message["Message-ID"] = make_msgid(domain="example.org")
            message.set_content("The text part.")
            message.add_alternative(html, subtype="html")
            smtp.send_message(message)
    return SLOW_COUNT / (time.perf_counter() - start)


def _pool_rate(found: Any) -> float:
    """The rate of a peer that has told how many of COUNT messages were accepted, and in how many seconds."""
    if found["accepted"] != COUNT:
        raise RuntimeError(f"a peer sent {found['accepted']} of {COUNT}")
    return COUNT / float(found["seconds"])
