"""Four readers of other makers see the same headers and the same text: no reader's data became more than text."""

import base64
import email
import email.policy
import json
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass, replace
from email.header import decode_header, make_header
from pathlib import Path

import mailparser
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from composer.edition.slots.fill import fill
from composer.message.headers import header_text
from composer.message.links import slot_values
from composer.message.recipient import Recipient
from tests.message.test_compile import HEADERS
from tests.support.messages import EDITION, SITE, compiled, recipient
from tests.support.node import npm_package, run_script

# Written by people, copied from spreadsheets, or made to do harm.
HOSTILE = [
    "Ana", "Zoë", "O'Brien", 'Ana "Ace" Lima', "José María", "Łukasz", "山田太郎", "محمد", "مریم\u200cزاده", "שרה",
    "👩\u200d🌾🌳", "Ana\u202egro.live", "\ufeffAna", "Nguyễn Thị Minh Khai", "\u00a0nbsp\u00a0", "\u0301e",
    "=?utf-8?q?Ana?=", "=?utf-8?b?QW5h?= =?x?", "?=", "=", "==", "=3D", "a,b;c:d@e<f>(g)[h]\\i",
    "<script>alert(1)</script>", "&lt;&amp;", "{{ 7*7 }}", "%0d%0aBcc:x", "Bcc: eve@example.test",
    ".", "..", "From me", "-- ", "--=_", "", " lead", "trail ", "two  spaces", "x" * 300, "é" * 150, "word " * 60,
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]), max_size=60),
    st.tuples(st.sampled_from(HOSTILE), st.sampled_from(HOSTILE)).map(" ".join),
)
local_parts = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\.[a-z0-9]{1,8})?", fullmatch=True)


@dataclass(frozen=True)
class Mail:
    """One mail, and what a reader should find in it."""

    data: bytes
    reader: Recipient
    sender: tuple[str, str]
    subject: str
    text: str
    html: str
    unsubscribe: str
    message_id: str


def words(text: str) -> list[str]:
    """Readers differ in the white space they keep at the edges of a header."""
    return text.split()


def body(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")


def composed(text: str) -> str:
    """mail-parser gives what it reads in Unicode's form C."""
    return unicodedata.normalize("NFC", text)


@pytest.fixture(scope="module")
def mails() -> list[Mail]:
    made: list[Mail] = []

    @given(texts, texts, texts, local_parts, st.integers(0, 2**63 - 1))
    @example("=?utf-8?q?Ana?=", "Nice", "Zoë", "ana", 1)
    @example("", "", "", "ana", 1)
    @settings(max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def make(first_name: str, city: str, sender_name: str, local_part: str, subscriber: int) -> None:
        sender = (sender_name, "news@example.org")
        reader = recipient(first_name, email=f"{local_part}@example.test", subscriber=subscriber, city=city)
        edition = replace(EDITION, sender=sender)
        values = slot_values(reader, site=SITE, edition=edition)
        message = compiled(edition).render(reader)
        made.append(
            Mail(
                message.data,
                reader,
                (header_text(edition.sender[0], field="From"), "news@example.org"),
                header_text(fill(edition.subject, values), field="Subject"),
                body(fill(edition.text, values)),
                body(fill(edition.html, values)),
                values["links.unsubscribe"],
                message.message_id,
            )
        )

    make()
    return made


def test_the_standard_library(mails: list[Mail]) -> None:
    for mail in mails:
        message = email.message_from_bytes(mail.data, policy=email.policy.default)
        assert message.keys() == HEADERS
        assert words(message["Subject"]) == words(mail.subject)
        assert message["Subject"].defects == ()
        (sender,) = message["From"].addresses
        # In a name it shows a space between encoded-words, which RFC 2047 6.2 says belong together.
        assert "".join(words(sender.display_name)) == "".join(words(mail.sender[0]))
        assert sender.addr_spec == mail.sender[1]
        (to,) = message["To"].addresses
        assert (to.display_name, to.addr_spec) == ("", mail.reader.email)
        assert message["List-Unsubscribe"] == f"<{mail.unsubscribe}>"
        assert message["Message-ID"] == mail.message_id
        assert body(message.get_body(("plain",)).get_content()) == mail.text
        assert body(message.get_body(("html",)).get_content()) == mail.html


def test_mail_parser_of_pypi(mails: list[Mail]) -> None:
    for mail in mails:
        message = mailparser.parse_from_bytes(mail.data)
        assert sorted(message.headers) == sorted(HEADERS)
        assert words(composed(message.subject)) == words(composed(mail.subject))
        ((name, address),) = message.from_
        assert (words(composed(name.strip('"'))), address) == (words(composed(mail.sender[0])), mail.sender[1])
        assert message.to == [("", mail.reader.email)]
        assert message.headers["List-Unsubscribe"] == f"<{mail.unsubscribe}>"
        assert message.message_id == mail.message_id
        assert [composed(body(text)) for text in message.text_plain] == [composed(mail.text)]
        assert [composed(body(text)) for text in message.text_html] == [composed(mail.html)]


@pytest.mark.skipif(not shutil.which("mhdr") or not shutil.which("reformime"), reason="mblaze or maildrop is missing")
def test_mblaze_and_reformime_of_debian(mails: list[Mail], tmp_path: Path) -> None:
    files = []
    for number, mail in enumerate(mails):
        files.append(tmp_path / f"{number:04}.eml")
        files[-1].write_bytes(mail.data)

    def header(name: str) -> list[str]:
        run = subprocess.run(
            ["mhdr", "-d", "-h", name, *map(str, files)], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
        )
        return run.stdout.decode().split("\n")[:-1]

    assert [words(found) for found in header("subject")] == [words(mail.subject) for mail in mails]
    assert header("to") == [mail.reader.email for mail in mails]
    assert header("message-id") == [mail.message_id for mail in mails]
    assert header("list-unsubscribe") == [f"<{mail.unsubscribe}>" for mail in mails]
    for mail, file in zip(mails, files, strict=True):
        for section, expected in (("1.1", mail.text), ("1.2", mail.html)):
            run = subprocess.run(
                ["reformime", "-e", "-s", section], input=file.read_bytes(), capture_output=True, check=True
            )
            assert body(run.stdout.decode()) == expected


@pytest.fixture(scope="module")
def node_modules(request: pytest.FixtureRequest) -> Path:
    """npm's mailparser, fetched once into pytest's cache."""
    return npm_package(request.config, "mailparser", "3.14.2")


def test_mailparser_of_npm(mails: list[Mail], node_modules: Path) -> None:
    lines = "\n".join(json.dumps(base64.b64encode(mail.data).decode()) for mail in mails)
    script = Path(__file__).with_name("read_mails.mjs")
    answers = run_script(script, node_modules, lines).splitlines()
    read = [json.loads(line) for line in answers]
    assert len(read) == len(mails)
    for mail, message in zip(mails, read, strict=True):
        assert message["names"] == [name.lower() for name in HEADERS]
        assert words(message["subject"]) == words(mail.subject)
        assert [(words(found["name"]), found["address"]) for found in message["from"]] == [
            (words(mail.sender[0]), mail.sender[1])
        ]
        assert [found["address"] for found in message["to"]] == [mail.reader.email]
        assert message["messageId"] == mail.message_id
        assert message["unsubscribe"] == mail.unsubscribe
        assert body(message["text"]) == mail.text
        assert body(message["html"]) == mail.html


def test_encoded_words_are_whole_and_in_one_charset(mails: list[Mail]) -> None:
    for mail in mails:
        header = mail.data.partition(b"\r\n\r\n")[0].decode()
        for word in re.findall(r"=\?\S+\?=", header):
            assert len(word) <= 75
            assert word.startswith("=?utf-8?")
            str(make_header(decode_header(word)))
