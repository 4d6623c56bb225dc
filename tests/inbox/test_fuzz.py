"""Whatever is sent to the inbox is taken and shown, and nothing takes it down."""

from __future__ import annotations

import smtplib
import socket
from contextlib import suppress
from email.message import EmailMessage

import httpx

from composer.inbox.running import Inbox
from tests.support.fuzzing import ODD, broken_bytes, cases

VIEWS = ("", "?view=html", "?view=text", "?view=headers", "?view=source", "/html?scheme=dark", "/files/0")


def letter() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Élodie <elodie@example.org>"
    mail["To"] = "ana@example.org, =?utf-8?q?B=C3=A9n?= <ben@example.org>"
    mail["Subject"] = "Une lettre à tous"
    mail["Date"] = "Thu, 26 Nov 2026 10:00:00 +0100"
    mail["List-Unsubscribe"] = "<http://127.0.0.1:8025/u/x>, <mailto:leave@example.org?subject=x>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("Bonjour à tous")
    mail.add_alternative('<p>Bonjour <img src="cid:logo"></p>', subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="été.png", cid="<logo>")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="a.ics")
    return mail.as_bytes().replace(b"\n", b"\r\n")


def test_no_message_takes_the_inbox_down(inbox: Inbox, web: httpx.Client) -> None:
    good = letter()
    for number, rng in cases(40, "inbox"):
        data = broken_bytes(good, rng)
        message = inbox.store.add_message(mail_from="", recipients=("a@example.org",), data=data, received_at=0)
        for view in VIEWS:
            answer = web.get(f"{inbox.url}/messages/{message.id}{view}")
            assert answer.status_code in (200, 404), (number, view, data)
        for path in ("/", "/api/messages", f"/api/messages/{message.id}", f"/api/messages/{message.id}/raw"):
            assert web.get(inbox.url + path).status_code == 200, (number, path, data)
        assert web.post(f"{inbox.url}/api/messages/{message.id}/unsubscribe").status_code in (200, 409), number


def test_no_command_takes_its_door_down(inbox: Inbox) -> None:
    host, port = inbox.smtp_url.removeprefix("smtp://").split(":")
    talk = (
        b"EHLO x\r\n",
        b"MAIL FROM:<a@example.org> SIZE=9\r\n",
        b"RCPT TO:<b@example.org>\r\n",
        b"DATA\r\n",
        b"x\r\n.\r\n",
    )
    for _, rng in cases(40, "inbox door"):
        with socket.create_connection((host, int(port))) as sock, suppress(ConnectionError):
            sock.recv(100)
            sock.sendall(b"".join(broken_bytes(line, rng) if rng.random() < 0.4 else line for line in talk))
            sock.recv(1000)
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], letter())
    assert inbox.store.page("", before=None, length=1)[0]


def test_no_question_takes_its_pages_down(inbox: Inbox, web: httpx.Client) -> None:
    inbox.store.add_message(mail_from="", recipients=("a@example.org",), data=letter(), received_at=0)
    for number, rng in cases(60, "inbox pages"):
        odd = rng.choice(ODD).encode("utf-8", "surrogatepass")
        path = rng.choice(("/", "/messages/1", "/messages/1/html", "/api/messages", "/assets/x", "/messages/1/files/0"))
        query = {rng.choice(("q", "before", "view", "scheme", "limit", "x")): odd}
        answer = web.get(inbox.url + path, params=query, cookies={"settings": "%22", rng.choice(("width", "x")): "]"})
        assert answer.status_code < 500, (number, path, query)
