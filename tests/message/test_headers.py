"""Header fields: what a reader decodes is what was meant, and nothing else gets in."""

import datetime as dt
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from composer.address import fold_address, parse_address, wire_address
from composer.errors import AddressError, MessageError
from composer.message.headers import date_field, header_text, list_id_field, mailbox_field, plain_field, text_field

ENCODED_WORD = re.compile(rb"=\?utf-8\?[qb]\?[^? ]*\?=")
texts = st.text(
    st.one_of(st.sampled_from('.=?_ "\\<>@,;:()é木👩‍🌾'), st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])),
    max_size=150,
)


def decoded(field: bytes) -> str:
    """By the standard library's oldest reader, which unfolds and decodes and judges nothing."""
    return str(make_header(decode_header(message_from_bytes(field)["X"].replace("\r\n", ""))))


def same_words(one: str, other: str) -> bool:
    return one.split() == other.split()


def check_lines(field: bytes) -> None:
    assert field.isascii()
    assert field.endswith(b"\r\n")
    first, *rest = field[:-2].split(b"\r\n")
    assert first.startswith(b"X: ")
    for line in rest:
        assert line.startswith(b" ")
        assert line.strip()
    for line in (first, *rest):
        assert len(line) <= (76 if b"=?" in line else 998)
        assert all(32 <= octet < 127 for octet in line)
    for word in ENCODED_WORD.findall(field):
        assert len(word) <= 75
        decode_header(word.decode())[0][0].decode("utf-8")  # whole characters


@given(texts)
@example("=?utf-8?q?hello?=")
@example("a" * 2000)
@example("word " * 100)
@example("é" * 300)
@example("👩‍🌾" * 40)
@example("x" * 60 + " é")
def test_any_text_is_read_back(text: str) -> None:
    field = text_field("X", text)
    check_lines(field)
    assert same_words(decoded(field), header_text(text, field="X"))


@given(texts)
@example('O"Brien, \\ (Ana)')
@example("é" * 200)
@example("a" * 70)
def test_any_name_is_read_back_beside_its_address(name: str) -> None:
    field = mailbox_field("X", name, "news@example.org")
    check_lines(field)
    value = message_from_bytes(field)["X"].replace("\r\n", "")
    read_name, address = parseaddr(value)
    assert address == "news@example.org"
    assert same_words(str(make_header(decode_header(read_name))), header_text(name, field="X"))


def test_plain_text_stays_readable() -> None:
    assert text_field("Subject", "Network news: March") == b"Subject: Network news: March\r\n"
    assert text_field("Subject", "Café") == b"Subject: =?utf-8?q?Caf=C3=A9?=\r\n"
    assert text_field("Subject", "木曜日") == b"Subject: =?utf-8?b?5pyo5puc5pel?=\r\n"
    assert mailbox_field("From", "The network", "n@example.org") == b"From: The network <n@example.org>\r\n"
    assert mailbox_field("From", "Network, Inc.", "n@example.org") == b'From: "Network, Inc." <n@example.org>\r\n'
    assert mailbox_field("From", "", "n@example.org") == b"From: n@example.org\r\n"


def test_long_plain_text_folds_where_a_space_was() -> None:
    field = text_field("Subject", "one two three four " * 8)
    lines = field[:-2].split(b"\r\n")
    assert len(lines) == 3
    assert all(len(line) <= 78 for line in lines)
    assert b"=?" not in field


CONTROLS = [*map(chr, range(32)), "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029", "\ud800"]


@pytest.mark.parametrize("character", CONTROLS, ids=[f"U+{ord(character):04X}" for character in CONTROLS])
def test_control_characters_are_refused_by_name(character: str) -> None:
    with pytest.raises(MessageError, match=f"Subject has a control character .U.{ord(character):04X}"):
        text_field("Subject", f"a{character}b")


@pytest.mark.parametrize(
    "hidden",
    [
        "=?utf-8?q?x=0d=0aBcc:_e@example.test?=",
        "=?utf-8?b?eA0KQmNjOiBlQGV4YW1wbGUudGVzdA==?=",
        "hello =?iso-8859-1?Q?x=0A?=",
        "=?utf-16-le?q?x=00=0a=00?=",
        "=?utf-8?q?nul=00?=",
    ],
)
def test_control_characters_hidden_in_an_encoded_word_are_refused(hidden: str) -> None:
    with pytest.raises(MessageError, match="control character"):
        text_field("Subject", hidden)


def test_an_encoded_word_in_a_value_is_shown_as_its_characters() -> None:
    field = text_field("X", "=?utf-8?q?hello?=")
    assert decoded(field) == "=?utf-8?q?hello?="


def test_marks_that_turn_or_hide_text_are_left_out_and_joiners_stay() -> None:
    assert header_text("Ana\u202e\u200b gro.elpmaxe\ufeff", field="X") == "Ana gro.elpmaxe"
    assert header_text("می\u200cخواهم 👩\u200d🌾", field="X") == "می\u200cخواهم 👩\u200d🌾"


def test_white_space_is_single() -> None:
    assert header_text("  two   words ", field="X") == "two words"


def test_a_list_id_has_no_encoded_word() -> None:
    assert list_id_field("Members", "news.example.org") == b"List-Id: Members <news.example.org>\r\n"
    assert list_id_field("Members, all", "news.example.org") == b'List-Id: "Members, all" <news.example.org>\r\n'
    assert list_id_field("Adhérents", "news.example.org") == b"List-Id: <news.example.org>\r\n"


@pytest.mark.parametrize("value", ["a\r\nb", "é", "x" * 999, "a\0"])
def test_a_plain_field_takes_one_plain_line(value: str) -> None:
    with pytest.raises(MessageError, match="X cannot be"):
        plain_field("X", value)


def test_the_date_is_the_one_given() -> None:
    date = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert date_field(date) == b"Date: Sun, 22 Nov 2026 09:30:00 +0100\r\n"
    assert parsedate_to_datetime("Sun, 22 Nov 2026 09:30:00 +0100") == date
    with pytest.raises(ValueError, match="zone"):
        date_field(date.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("email", "on_the_wire"),
    [
        ("Ana.Lima+news@Example.ORG", "Ana.Lima+news@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("zoë@example.org", "zoë@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_an_address_on_the_wire(email: str, on_the_wire: str) -> None:
    assert wire_address(email) == on_the_wire


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "a b@example.org",
        '"a b"@example.org',
        "a@[127.0.0.1]",
        "a..b@example.org",
        "a@-x.org",
        "a@x..org",
        "a\r\n@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a>@example.org",
        "a@é\u200b..org",
        "a\u200b@example.org",
        "a\u00a0b@example.org",
        "\ud800@example.org",
        f"{'x' * 65}@example.org",
    ],
)
def test_what_cannot_stand_in_a_message_is_refused(email: str) -> None:
    with pytest.raises(MessageError):
        wire_address(email)


@given(st.text(st.one_of(st.sampled_from("aé.ह\u0903ि①xn-ß木'+"), st.characters()), min_size=1, max_size=12), st.data())
@example("हिन्दी", None)
@example("①", None)
def test_whoever_can_be_on_a_list_can_be_written_to(name: str, data: st.DataObject | None) -> None:
    domain = data.draw(st.text(st.sampled_from("abéßΣ木نع-.xn1"), min_size=1, max_size=8)) if data else "bücher"
    try:
        email = parse_address(f"{name}@{domain}.example")
    except AddressError:
        return
    on_the_wire = wire_address(email)
    assert on_the_wire.rpartition("@")[2].isascii()
    assert fold_address(on_the_wire) == fold_address(email)


def test_the_standard_library_has_no_complaint() -> None:
    octets = text_field("Subject", "Café " * 40) + mailbox_field("From", 'Zoë "Z" Ünal' * 9, "n@example.org") + b"\r\n"
    message = message_from_bytes(octets, policy=policy.default)
    assert message["subject"].defects == ()
    assert message["from"].defects == ()
