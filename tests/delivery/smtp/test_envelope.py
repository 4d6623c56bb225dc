"""What stands in MAIL and RCPT, by what the relay announced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.smtp.envelope import Envelope, Unsupported, build_envelope, read_capabilities, xtext

PLAIN = b"Subject: hello\r\n\r\nbody\r\n"
EIGHT_BIT = "Subject: hello\r\n\r\nZoë\r\n".encode()
UTF8_HEADER = "Subject: Zoë\r\n\r\nbody\r\n".encode()
EVERYTHING = {"pipelining": "", "8bitmime": "", "smtputf8": "", "size": "1000", "dsn": "", "limits": "MAILMAX=20"}


def sealed(
    extensions: dict[str, str],
    *,
    sender: str = "news@example.org",
    recipient: str = "ana@example.test",
    data: bytes = PLAIN,
    envelope_id: str | None = None,
    tell_success: bool = False,
) -> str:
    envelope = build_envelope(
        read_capabilities(extensions),
        sender=sender,
        recipient=recipient,
        data=data,
        envelope_id=envelope_id,
        tell_success=tell_success,
    )
    if isinstance(envelope, Unsupported):
        return envelope.reason
    return (envelope.mail + envelope.rcpt).decode()


@pytest.mark.parametrize(
    ("extensions", "data", "recipient", "said"),
    [
        ({}, PLAIN, "ana@example.test", "MAIL FROM:<news@example.org>"),
        ({"size": ""}, PLAIN, "ana@example.test", "MAIL FROM:<news@example.org> SIZE=24"),
        ({"8bitmime": "", "smtputf8": ""}, PLAIN, "ana@example.test", "MAIL FROM:<news@example.org>"),
        ({"8bitmime": ""}, EIGHT_BIT, "ana@example.test", "MAIL FROM:<news@example.org> BODY=8BITMIME"),
        ({"8bitmime": "", "smtputf8": ""}, EIGHT_BIT, "ana@example.test", "MAIL FROM:<news@example.org> BODY=8BITMIME"),
        (
            {"8bitmime": "", "smtputf8": ""},
            UTF8_HEADER,
            "ana@example.test",
            "MAIL FROM:<news@example.org> BODY=8BITMIME SMTPUTF8",
        ),
        (
            {"8bitmime": "", "smtputf8": ""},
            PLAIN,
            "zoë@example.test",
            "MAIL FROM:<news@example.org> BODY=8BITMIME SMTPUTF8",
        ),
        ({}, PLAIN, "ana@bücher.test", "MAIL FROM:<news@example.org>"),
        ({"8bitmime": ""}, UTF8_HEADER, "ana@example.test", "needs SMTPUTF8"),
        ({"8bitmime": ""}, PLAIN, "zoë@example.test", "needs SMTPUTF8"),
        ({}, EIGHT_BIT, "ana@example.test", "needs 8BITMIME"),
        ({"size": "20"}, PLAIN, "ana@example.test", "is 24 bytes; the relay takes 20"),
        ({"size": "0"}, PLAIN, "ana@example.test", "MAIL FROM:<news@example.org> SIZE=24"),
    ],
)
def test_a_message_says_what_it_needs_and_nothing_that_was_not_announced(
    extensions: dict[str, str], data: bytes, recipient: str, said: str
) -> None:
    assert sealed(extensions, data=data, recipient=recipient).partition("\r\n")[0] == said


def test_a_relay_with_dsn_is_asked_to_report_failures_with_the_headers_only() -> None:
    said = sealed(EVERYTHING, envelope_id="0123abcd")
    assert said == (
        "MAIL FROM:<news@example.org> SIZE=24 RET=HDRS ENVID=0123abcd\r\n"
        "RCPT TO:<ana@example.test> NOTIFY=FAILURE ORCPT=rfc822;ana@example.test\r\n"
    )
    assert " NOTIFY=SUCCESS,FAILURE " in sealed(EVERYTHING, tell_success=True)
    assert "ENVID" not in sealed(EVERYTHING)
    assert "RET" not in sealed({}, envelope_id="0123abcd")


@pytest.mark.parametrize(
    ("recipient", "original"),
    [
        ("a+b=c@example.test", "rfc822;a+2Bb+3Dc@example.test"),
        ("ana@bücher.test", "rfc822;ana@xn--bcher-kva.test"),
        ("zoë@example.test", "utf-8;zoë@example.test"),
        ("zoë+a=b@bücher.test", r"utf-8;zoë\x{2B}a\x{3D}b@xn--bcher-kva.test"),
    ],
)
def test_the_original_recipient_is_told_in_its_own_encoding(recipient: str, original: str) -> None:
    assert sealed(EVERYTHING, recipient=recipient).endswith(f" ORCPT={original}\r\n")


def test_an_envelope_id_that_is_too_long_is_left_out_instead_of_the_message() -> None:
    assert "ENVID" not in sealed(EVERYTHING, envelope_id="x" * 101)
    assert "ENVID=" + "+2B" * 33 in sealed(EVERYTHING, envelope_id="+" * 33)
    assert "ENVID" not in sealed(EVERYTHING, envelope_id="+" * 34)


def test_the_empty_sender_of_a_report_is_written_as_it_is() -> None:
    assert sealed({}, sender="").startswith("MAIL FROM:<>\r\n")


@pytest.mark.parametrize(
    ("limits", "mail_max"),
    [
        ("MAILMAX=20", 20),
        ("RCPTMAX=1 MAILMAX=1 RCPTDOMAINMAX=3", 1),
        ("mailmax=7", 7),
        ("", 0),
        ("MAILMAX=", 0),
        ("MAILMAX=0", 0),
        ("MAILMAX=1x", 0),
        ("XMAILMAX=5", 0),
    ],
)
def test_the_number_of_transactions_on_a_connection_is_read(limits: str, mail_max: int) -> None:
    assert read_capabilities({"limits": limits}).mail_max == mail_max


@given(st.text(st.characters(max_codepoint=0x7E), max_size=40))
def test_xtext_can_be_read_back_and_never_ends_a_parameter(text: str) -> None:
    encoded = xtext(text)
    assert all(33 <= ord(character) <= 126 and character != "=" for character in encoded)
    head, *rest = encoded.split("+")
    assert head + "".join(chr(int(part[:2], 16)) + part[2:] for part in rest) == text


def test_an_envelope_is_two_commands() -> None:
    envelope = build_envelope(
        read_capabilities(EVERYTHING),
        sender="news@example.org",
        recipient="ana@example.test",
        data=PLAIN,
        envelope_id="x y",
        tell_success=False,
    )
    assert isinstance(envelope, Envelope)
    assert b" ENVID=x+20y\r\n" in envelope.mail
    assert (envelope.mail.count(b"\r\n"), envelope.rcpt.count(b"\r\n")) == (1, 1)


@pytest.mark.parametrize(
    ("size", "size_max"),
    [("", 0), ("0", 0), ("1000", 1000), (" 1000 ", 1000), ("-1", 0), ("many", 0), ("1 2", 0), ("9" * 5000, 0)],
)
def test_a_size_that_is_none_is_no_limit(size: str, size_max: int) -> None:
    capabilities = read_capabilities({"size": size})
    assert (capabilities.size, capabilities.size_max) == (True, size_max)


@pytest.mark.parametrize(
    ("limits", "mail_max"),
    [
        ("", 0),
        ("MAILMAX=20 RCPTMAX=1", 20),
        ("rcptmax=1 mailmax=20", 20),
        ("MAILMAX=0", 0),
        ("MAILMAX=-3 MAILMAX", 0),
        ("XMAILMAX=3", 0),
        ("MAILMAX=20 RCPTDOMAINMAX=5", 5),
        ("MAILMAX=12345678", 0),
    ],
)
def test_a_connection_carries_no_more_than_the_relay_says(limits: str, mail_max: int) -> None:
    assert read_capabilities({"limits": limits}).mail_max == mail_max
