"""A mail with a calendar file: the same words as without, and a file that every reader finds, names and opens."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import shutil
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import mailparser
import pytest

from composer.edition.model import Asset
from composer.edition.slots.fill import fill
from composer.message.links import slot_values
from tests.message.test_compile import HEADERS
from tests.message.test_readers import body, node_modules
from tests.support.messages import EDITION, SITE, compiled, recipient
from tests.support.node import run_script

__all__ = ["node_modules"]

CONTENT = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:PUBLISH\r\n"
    + b".A line with a dot, and From here on:\r\n" * 40
    + b"END:VCALENDAR\r\n"
)
ISSUES = ["2026-11-network-news", "réseau des villes, n° 3", "網絡" * 40, 'a"quoted"\\name', "=?utf-8?q?x?="]
READER = recipient("Zoë", city="Nîmes")


def with_calendar(issue: str) -> bytes:
    assets = (*EDITION.assets, Asset(f"{issue}.ics", "text/calendar", CONTENT))
    return compiled(issue=issue, calendar="attach", assets=assets).render(READER).data


@pytest.fixture(scope="module")
def mails() -> dict[str, bytes]:
    return {issue: with_calendar(issue) for issue in ISSUES}


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_file_stands_beside_the_alternatives_not_among_them(mails: dict[str, bytes]) -> None:
    for issue, data in mails.items():
        message = read(data)
        assert message.keys() == HEADERS
        assert message.get_content_type() == "multipart/mixed"
        alternative, file = message.iter_parts()
        assert alternative.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
        assert (file.get_content_type(), file.get_content_disposition()) == ("text/calendar", "attachment")
        assert (file.get_param("method"), file.get_param("charset")) == ("PUBLISH", "utf-8")
        assert file.get_filename() == f"{issue}.ics"
        assert file.get_payload(decode=True) == CONTENT


def test_the_words_are_those_of_the_edition(mails: dict[str, bytes]) -> None:
    for issue, data in mails.items():
        assets = (*EDITION.assets, Asset(f"{issue}.ics", "text/calendar", CONTENT))
        edition = replace(EDITION, issue=issue, calendar="attach", assets=assets)
        values = slot_values(READER, site=SITE, edition=edition)
        message = read(data)
        assert body(message.get_body(("plain",)).get_content()) == body(fill(edition.text, values))
        assert body(message.get_body(("html",)).get_content()) == body(fill(edition.html, values))


def test_the_bytes_need_no_care_on_the_way(mails: dict[str, bytes]) -> None:
    for data in mails.values():
        assert data.isascii()
        assert data.endswith(b"\r\n")
        lines = data.split(b"\r\n")
        assert not any(line.startswith((b".", b"From ")) for line in lines)
        assert max(map(len, lines)) <= 998
        assert b"\n" not in b"".join(lines)


def test_a_retry_is_the_same_bytes(mails: dict[str, bytes]) -> None:
    assert {issue: with_calendar(issue) for issue in ISSUES} == mails


def test_without_attaching_there_is_no_file() -> None:
    assets = (*EDITION.assets, Asset(f"{EDITION.issue}.ics", "text/calendar", CONTENT))
    message = read(compiled(calendar="link", assets=assets).render(READER).data)
    assert message.get_content_type() == "multipart/alternative"


def test_mail_parser_of_pypi_finds_the_file(mails: dict[str, bytes]) -> None:
    for issue, data in mails.items():
        (file,) = mailparser.parse_from_bytes(data).attachments
        assert base64.b64decode(file["payload"]) == CONTENT
        assert file["mail_content_type"] == "text/calendar"
        assert Path(file["filename"]).suffix == ".ics", issue


@pytest.mark.skipif(not shutil.which("reformime"), reason="maildrop is missing")
def test_reformime_of_debian_finds_the_file(mails: dict[str, bytes]) -> None:
    for data in mails.values():
        run = subprocess.run(["reformime", "-e", "-s", "1.2"], input=data, capture_output=True, check=True)
        assert run.stdout == CONTENT


def test_mailparser_of_npm_finds_the_file(mails: dict[str, bytes], node_modules: Path) -> None:
    lines = "\n".join(json.dumps(base64.b64encode(data).decode()) for data in mails.values())
    script = Path(__file__).with_name("read_attachments.mjs")
    answers = run_script(script, node_modules, lines).splitlines()
    for (issue, data), line in zip(mails.items(), answers, strict=True):
        found = json.loads(line)
        (file,) = found["files"]
        assert (file["name"], file["type"], file["disposition"]) == (f"{issue}.ics", "text/calendar", "attachment")
        assert base64.b64decode(file["content"]) == CONTENT
        assert body(found["text"]) == body(read(data).get_body(("plain",)).get_content())
