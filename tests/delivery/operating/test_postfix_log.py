"""A Postfix log as evidence, in every form that it is kept in."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import smtplib
import threading
import tracemalloc
from pathlib import Path

import pytest

from composer.delivery.operating.postfix_log import read_logs, taken_over
from composer.errors import NewsletterError
from tests.support.postfix import Postfix

WANTED = {"<1@x>", "<2@x>"}

NAMED = "mx postfix/cleanup[11]: {id}: message-id={named}"
ACTIVE = "mx postfix/qmgr[12]: {id}: from=<news@example.org>, size=812, nrcpt=1 (queue active)"
LOG = [f"Nov 22 10:00:00 {NAMED.format(id='4bQ', named='<1@x>')}", f"Nov 22 10:00:00 {ACTIVE.format(id='4bQ')}"]


def taken(*lines: str) -> dict[str, str]:
    return dict(taken_over(lines, wanted=WANTED).taken)


def test_only_what_postfix_has_queued_counts_as_taken_over() -> None:
    assert taken(*LOG) == {"<1@x>": "4bQ"}
    assert taken(LOG[0]) == {}
    assert taken(LOG[1]) == {}


def test_a_queue_id_that_is_used_again_is_of_the_later_message() -> None:
    cut = NAMED.format(id="9A", named="<2@x>")
    assert taken(cut, NAMED.format(id="9A", named="<of.somebody@else>"), ACTIVE.format(id="9A")) == {}


@pytest.mark.parametrize("other", ["mx2 postfix", "mx postfix-out"], ids=["host", "instance"])
def test_a_queue_id_of_another_host_or_instance_is_another_one(other: str) -> None:
    assert taken(LOG[0], LOG[1].replace("mx postfix", other)) == {}


@pytest.mark.parametrize(
    "form",
    [
        "{0} mx postfix/{1}[11]: {2}",  # syslog, and Postfix's own
        "2026-11-22T10:00:00.123456+01:00 mx postfix/{1}[11]: {2}",
        "<22>1 2026-11-22T10:00:00Z mx postfix/{1} 11 - - {2}",  # RFC 5424
        "10:00:00 postfix/submission/{1}[11]: {2}",  # no host
        "fe80::1 postfix/{1}[11]: {2}",
    ],
)
def test_the_forms_of_syslog_are_understood(form: str) -> None:
    said = (("cleanup", "4bQ: message-id=<1@x>"), ("qmgr", "4bQ: from=<>, size=1, nrcpt=1 (queue active)"))
    times = ("Dec 31 23:59:59", "Jan  1 00:00:00")
    assert taken(*(form.format(time, *line) for time, line in zip(times, said, strict=True))) == {"<1@x>": "4bQ"}


def test_the_journal_as_json_is_understood() -> None:
    lines = [
        {"_HOSTNAME": "mx", "SYSLOG_IDENTIFIER": "postfix/cleanup", "MESSAGE": "4bQ: message-id=<1@x>"},
        {"_HOSTNAME": "mx", "SYSLOG_IDENTIFIER": "postfix/qmgr", "MESSAGE": "4bQ: from=<>, nrcpt=1 (queue active)"},
        {"MESSAGE": "/cleanup (queue active)"},
    ]
    assert taken(*map(json.dumps, lines), '{"/cleanup": broken', "[]/cleanup") == {"<1@x>": "4bQ"}


def test_rotated_and_packed_files_are_one_log_in_order_of_age(tmp_path: Path) -> None:
    older, newer = f"{LOG[0]}\n".encode(), f"{LOG[1]}\n\xff\n".encode("latin-1")
    for pack, suffix in ((gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz"), (bytes, "txt")):
        (tmp_path / f"mail.1.{suffix}").write_bytes(pack(older))
        os.utime(tmp_path / f"mail.1.{suffix}", (1_790_000_000, 1_790_000_000))
        (tmp_path / "mail.log").write_bytes(newer)
        found = read_logs([tmp_path / "mail.log", tmp_path / f"mail.1.{suffix}"], wanted=WANTED)
        assert (found.taken, found.lines, found.queued) == ({"<1@x>": "4bQ"}, 3, 1), suffix


def test_a_pipe_is_read_from_its_first_line(tmp_path: Path) -> None:
    pipe = tmp_path / "log"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_text, args=("\n".join(LOG),), daemon=True).start()
    assert read_logs(iter([pipe]), wanted=WANTED).taken == {"<1@x>": "4bQ"}


def test_the_log_of_a_real_postfix_proves_what_it_took_and_not_what_was_cut(postfix: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as relay:
        for number, end in ((1, b"\r\n.\r\n"), (2, b"\r\n")):
            relay.ehlo_or_helo_if_needed()
            for command in ("MAIL FROM:<news@example.org>", "RCPT TO:<ana@example.org>", "DATA"):
                relay.docmd(command)
            relay.send(f"Message-ID: <{number}.of.the.log@x>\r\n\r\nNews".encode() + end)
            if number == 1:
                _, reply = relay.getreply()
        relay.close()
    postfix.settle(reply.decode())
    wanted = {"<1.of.the.log@x>", "<2.of.the.log@x>"}
    assert list(read_logs([postfix.folder / "log"], wanted=wanted).taken) == ["<1.of.the.log@x>"]


def test_an_enormous_log_takes_no_memory() -> None:
    lines = (
        line.format(id=f"4b{number}", named=f"<{number}@else>") for number in range(20_000) for line in (NAMED, ACTIVE)
    )
    tracemalloc.start()
    evidence = taken_over(lines, wanted=WANTED)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (evidence.lines, evidence.queued) == (40_000, 20_000)
    assert peak < 100_000


def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "mail.gz"
    broken.write_bytes(gzip.compress(b"a line\n" * 1000)[:-20])
    with pytest.raises(NewsletterError, match=r"mail\.gz cannot be read: the packed file is damaged"):
        read_logs([broken], wanted=WANTED)
    with pytest.raises(NewsletterError, match=r"nothing\.log cannot be read: No such file"):
        read_logs([tmp_path / "nothing.log"], wanted=WANTED)
    with pytest.raises(NewsletterError, match="cannot be read: Is a directory"):
        read_logs([tmp_path], wanted=WANTED)
