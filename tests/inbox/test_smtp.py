"""What is sent to the inbox is there, byte for byte, and nowhere else."""

from __future__ import annotations

import smtplib
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from composer.errors import PortTaken
from composer.inbox.running import Inbox, open_inbox
from composer.inbox.smtp import MAX_MESSAGE_BYTES
from composer.inbox.store import Store
from tests.support.web import in_thread

MESSAGE = (
    b"From: News <news@example.org>\r\nTo: Ana <ana@example.org>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"Message-ID: <1@example.org>\r\n\r\nHello\r\n..a line with dots\r\nlast \xe2\x82\xac\r\n"
)


def connect(inbox: Inbox) -> smtplib.SMTP:
    target = urlsplit(inbox.smtp_url)
    return smtplib.SMTP(target.hostname or "", target.port or 0)


def test_a_message_is_kept_byte_for_byte_with_its_envelope(inbox: Inbox, web: httpx.Client) -> None:
    with connect(inbox) as smtp:
        smtp.sendmail("bounces@example.org", ["ana@example.org", "bo@example.test"], MESSAGE)

    listed = web.get(f"{inbox.url}/api/messages").json()
    shown = web.get(f"{inbox.url}/api/messages/1").json()
    raw = web.get(f"{inbox.url}/api/messages/1/raw")

    assert listed["total"] == listed["unread"] == 1
    assert listed["messages"][0]["subject"] == "Café"
    assert listed["messages"][0]["message_id"] == "<1@example.org>"
    assert listed["messages"][0]["recipients"] == ["ana@example.org", "bo@example.test"]
    assert shown["mail_from"] == "bounces@example.org"
    assert raw.content == MESSAGE
    assert raw.headers["content-disposition"] == 'attachment; filename="message-1.eml"'


def test_an_address_and_a_body_in_utf_8_are_taken_as_they_are(inbox: Inbox, web: httpx.Client) -> None:
    data = "From: a@example.org\r\nTo: zoë@example.org\r\nSubject: Größe\r\n\r\nß\r\n".encode()
    with connect(inbox) as smtp:
        smtp.ehlo()
        smtp.sendmail("a@example.org", ["zoë@example.org"], data, mail_options=["SMTPUTF8", "BODY=8BITMIME"])

    found = web.get(f"{inbox.url}/api/messages").json()["messages"][0]
    assert found["recipients"] == ["zoë@example.org"]
    assert found["subject"] == "Größe"


def test_the_size_limit_is_announced(inbox: Inbox) -> None:
    with connect(inbox) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["size"] == str(MAX_MESSAGE_BYTES)


def test_hundreds_of_messages_over_one_connection_all_arrive_in_order(inbox: Inbox, web: httpx.Client) -> None:
    with connect(inbox) as smtp:
        for number in range(300):
            smtp.sendmail("a@example.org", [f"p{number}@example.org"], MESSAGE)

    listed = web.get(f"{inbox.url}/api/messages", params={"limit": 1000}).json()
    recipients = [message["recipients"][0] for message in reversed(listed["messages"])]
    assert recipients == [f"p{number}@example.org" for number in range(300)]


def test_a_folder_keeps_every_message_as_a_file(tmp_path: Path) -> None:
    with in_thread(open_inbox(Store(folder=tmp_path), site_url="http://127.0.0.1")) as inbox, connect(inbox) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], MESSAGE)
    assert (tmp_path / "000001.eml").read_bytes() == MESSAGE


def test_a_taken_port_is_named(inbox: Inbox) -> None:
    port = urlsplit(inbox.url).port or 0
    with (
        pytest.raises(PortTaken, match=str(port)),
        in_thread(open_inbox(Store(), site_url="http://127.0.0.1", port=port)),
    ):
        pass
