"""A message is read as a mail program reads it."""

from __future__ import annotations

from email.message import EmailMessage

from composer.inbox.parsing import parse_message, preheader


def built(html: str | None = None, text: str = "Plain words") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Größe und Café: " + "ein sehr langer Betreff, " * 6
    message["To"] = "Jörg Ähre <joerg@example.org>"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_headers_are_decoded_and_kept_as_they_came() -> None:
    reading = parse_message(bytes(built()))
    subject = next(header for header in reading.headers if header.name == "Subject")
    assert subject.value.startswith("Größe und Café: ein sehr langer Betreff, ein sehr")
    assert "=?utf-8?" in subject.raw
    assert "\n" in subject.raw
    assert reading.header("to") == "Jörg Ähre <joerg@example.org>"


def test_html_text_and_files_are_told_apart() -> None:
    message = built("<p>Hübsch</p>")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="Überblick.ics")
    message.add_attachment("a text file", filename="notes.txt")
    reading = parse_message(bytes(message))
    assert reading.html is not None
    assert "Hübsch" in reading.html
    assert reading.text == "Plain words\n"
    assert [(file.name, file.media_type) for file in reading.files] == [
        ("Überblick.ics", "text/calendar"),
        ("notes.txt", "text/plain"),
    ]


def test_the_preheader_is_the_first_words_without_the_padding_behind_them() -> None:
    html = (
        "<html><head><title>No</title><style>p{color:red}</style></head><body>"
        "<div style='display:none'>Ten cities &amp; one plan&#847;&zwnj;&nbsp;&#847;&shy;</div>"
        "<p>Dear Ana</p></body></html>"
    )
    assert preheader(parse_message(bytes(built(html)))) == "Ten cities & one plan Dear Ana"


def test_without_html_the_preheader_is_the_beginning_of_the_text() -> None:
    assert preheader(parse_message(bytes(built(text="Line one\nline two")))) == "Line one line two"


def test_an_unknown_charset_is_shown_rather_than_refused() -> None:
    data = b"Content-Type: text/plain; charset=martian\r\nSubject: =?martian?q?hello?=\r\n\r\ncaf\xe9\r\n"
    reading = parse_message(data)
    assert reading.text == "café\r\n"
    assert reading.header("subject") == "=?martian?q?hello?="
