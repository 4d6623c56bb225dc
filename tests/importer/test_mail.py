"""A mail that was saved is read as a newsletter, whatever stands in it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from composer.errors import NewsletterError
from composer.importer.mail import is_mail, read_mail
from composer.importer.pieces import Image, Passage
from tests.support.authoring import png

FILE = Path("letter.eml")


def mail(html: str, *, subject: str = "News", date: str = "Tue, 31 Mar 2020 10:00:00 +0200") -> bytes:
    head = f"Subject: {subject}\r\nDate: {date}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return head.encode() + html.encode()


def test_words_that_begin_the_line_of_a_mailbox_stay_where_they_are_none() -> None:
    found = read_mail(mail("<p>Words\nFrom the field\nand more.</p>", subject="A letter From Nice"), file=FILE)
    assert (found.subject, found.date) == ("A letter From Nice", "2020-03-31")
    assert [piece.words for piece in found.pieces if isinstance(piece, Passage)] == ["Words From the field and more."]
    assert not is_mail(b"<p>Greetings From Nice\nSubject: none</p>")


def test_the_line_of_a_mailbox_before_a_mail_is_none_of_its_own() -> None:
    data = b"From ana Tue Mar 31 10:00:00 2020\n" + mail("<p>Words.</p>")
    assert is_mail(data)
    assert read_mail(data, file=FILE).subject == "News"


@pytest.mark.parametrize(
    "date", ["Mon, 2 Nov 2026 10:00:00 +99999999999999999999", "Mon, 2 Nov 99999999999 10:00 +0000"]
)
def test_a_day_that_no_calendar_has_is_none(date: str) -> None:
    found = read_mail(mail("<p>Words.</p>", date=date), file=FILE)
    assert (found.subject, found.date) == ("News", "")


def test_of_a_header_without_end_only_the_beginning_is_read() -> None:
    """The library reads a header in the square of its length: one of a megabyte would take hours."""
    long = f"text/html; {'a=b; ' * 10_000}charset=utf-16"
    data = f"Subject: {'=?utf-8?q?a?= ' * 10_000}\r\nContent-Type: {long}\r\n\r\n<p>a</p>".encode()
    found = read_mail(data, file=FILE)
    assert len(found.subject) < 3000
    assert [piece.words for piece in found.pieces if isinstance(piece, Passage)] == ["a"], (
        "the charset is too far behind"
    )


def test_a_mail_of_very_many_parts_is_refused_in_words() -> None:
    head = b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    data = head + b"--b\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n" * 1001
    with pytest.raises(NewsletterError, match="more than 1,000 parts; save the newsletter as HTML"):
        read_mail(data, file=FILE)


def test_a_large_picture_that_a_mail_names_often_is_read_once() -> None:
    """A mail of some megabytes could ask for the memory of the whole machine otherwise."""
    often = 2000
    content = png(9, 9) + bytes(9_000_000)
    head = "Content-Type: image/png\r\nContent-ID: <quay@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    shown = 'Content-Type: text/html\r\n\r\n<img alt="" src="cid:none">' + "<img alt='' src='CID:quay%40x'>" * often
    parts = "\r\n".join(f"--~~\r\n{part}" for part in (shown, head + base64.b64encode(content).decode()))
    data = f"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=~~\r\n\r\n{parts}\r\n--~~--"
    missing, *sources = [
        piece.source for piece in read_mail(data.encode(), file=FILE).pieces if isinstance(piece, Image)
    ]
    assert missing == "cid:none"
    assert len(sources) == often
    assert base64.b64decode(sources[0].removeprefix("data:image/png;base64,")) == content
    assert len(set(map(id, sources))) == 1
