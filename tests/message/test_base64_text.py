"""base64: the shortest encoding where most letters are beyond ASCII, and as legal for every reader as the others."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Final

import mailparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from composer.edition import ConditionalContent, Context, Slot, fill
from composer.edition.conditions.condition import Is, Not
from composer.edition.model import SlottedText, every_piece
from composer.edition.weight import html_bytes, is_light_in_ascii
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import slot_values
from composer.message.quoted_printable import encode
from tests.message.test_seven_bit import HOSTILE, part_of
from tests.support.messages import DATE, EDITION, MAILING, SITE, compiled, recipient

NAME = Slot("subscriber.first_name", Context.PLAIN)
IN_HTML = Slot("subscriber.first_name", Context.TEXT)
LEAVE = Slot("links.unsubscribe", Context.PLAIN)
NICE = Is("subscriber.city", ("Nice",))
GREEK: Final = "Καλημέρα σε όλους, φίλοι μου. "
LETTERS: Final = {"Greek": GREEK, "Cyrillic": "Привет всем, друзья мои! ", "Chinese": "各位朋友,大家好。"}
LINES = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)")


def with_text(text: SlottedText) -> CompiledMessage:
    return compiled(text=text)


def raw_part(data: bytes, number: int) -> bytes:
    boundary = data.partition(b'boundary="')[2].partition(b'"')[0]
    return data.split(b"--" + boundary)[number].partition(b"\r\n\r\n")[2]


def assert_legal(raw: bytes) -> None:
    """Every line has whole groups of four, 76 letters at most, and ``=`` stands at the very end only."""
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= 76
        assert LINES.fullmatch(line)
    assert b"=" not in raw.rstrip(b"=\r\n")
    base64.b64decode(b"".join(lines), validate=True)


@pytest.mark.parametrize("script", LETTERS)
def test_a_text_of_another_script_is_base64_and_half_as_long(script: str) -> None:
    letters = LETTERS[script] * 60
    data = with_text((letters + "\n", NAME, "\n")).render(recipient("Ana")).data
    part = part_of(data, "plain")
    assert part["Content-Transfer-Encoding"] == "base64"
    assert part.get_content().replace("\r\n", "\n") == f"{letters}\nAna\n"
    assert_legal(raw_part(data, 1))
    assert len(raw_part(data, 1)) < 0.55 * len(encode(letters))


def test_a_text_of_latin_letters_is_not() -> None:
    for words in (
        "Bonjour à tous, et merci de vos messages. " * 60,
        "Wir grüßen Sie alle herzlich. " * 60,
        "plain words " * 60,
    ):
        part = part_of(with_text((words, NAME, "\n")).render(recipient("Ana")).data, "plain")
        assert part["Content-Transfer-Encoding"] == "quoted-printable"


def pieces() -> st.SearchStrategy[SlottedText]:
    words = st.sampled_from([GREEK * 9, "α", "αβ", "a", "b\n", "", "木", "\n.\nFrom me\n", GREEK * 40])
    flat = st.lists(st.one_of(words, st.sampled_from([NAME, LEAVE])), max_size=6).map(tuple)
    shown = st.builds(
        lambda condition, inside: (ConditionalContent(condition, inside),), st.sampled_from([NICE, Not(NICE)]), flat
    )
    some = st.lists(st.one_of(flat, shown), max_size=4)
    return some.map(lambda runs: (GREEK * 40, *(piece for run in runs for piece in run), GREEK))


@settings(deadline=None)
@given(text=pieces(), name=st.sampled_from(HOSTILE), city=st.sampled_from(["Nice", "Turin"]))
@example(text=(GREEK * 40, NAME, NAME, "a", NAME, LEAVE), name="Zoë", city="Nice")
@example(text=(GREEK * 40, ConditionalContent(NICE, (NAME,)), "b", NAME), name="x", city="Turin")
def test_every_reader_gets_the_words_in_legal_lines(text: SlottedText, name: str, city: str) -> None:
    edition = replace(EDITION, text=text)
    reader = recipient(name, city=city)
    data = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(reader).data
    part = part_of(data, "plain")
    assert part["Content-Transfer-Encoding"] == "base64"
    assert_legal(raw_part(data, 1))
    said = fill(text, slot_values(reader, site=SITE, edition=edition))
    expected = said + "\n"
    assert part.get_content().replace("\r\n", "\n") == expected
    assert mailparser.parse_from_bytes(data).text_plain[0].replace("\r\n", "\n").strip() == expected.strip()


def test_lines_of_a_text_end_with_crlf_before_they_are_encoded() -> None:
    data = with_text((GREEK * 20 + "\n", NAME, "\n" + GREEK)).render(recipient("Ana")).data
    assert b"Ana\r\n" in base64.b64decode(raw_part(data, 1))


def test_html_of_another_script_is_base64_and_counted_as_its_octets() -> None:
    html = ("<html lang=el><body>\n" + f'<p style="margin:0">{GREEK * 9}</p>\n' * 30, IN_HTML, "</body></html>\n")
    edition = replace(EDITION, html=html)
    assert not is_light_in_ascii(html)
    reader = recipient("Ζωή <b>")
    data = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(reader).data
    part = part_of(data, "html")
    assert part["Content-Transfer-Encoding"] == "base64"
    said = fill(html, slot_values(reader, site=SITE, edition=edition))
    assert part.get_content().replace("\r\n", "\n") == said
    assert_legal(raw_part(data, 2))
    octets = sum(len(piece.encode()) for piece in every_piece(html) if isinstance(piece, str))
    assert html_bytes(html) == octets + 20, "what Gmail counts is what was encoded"


def test_the_digest_is_of_what_readers_share_and_the_values_of_the_rest() -> None:
    one, other = with_text((GREEK * 40, NAME, "\n")), with_text((GREEK * 40 + "!", NAME, "\n"))
    assert one.digest != other.digest
    ana, bo = one.values(recipient("Ana")), one.values(recipient("Bo"))
    assert sum(a != b for a, b in zip(ana, bo, strict=True)) == 3  # the subject, the text, and the name in the HTML


def test_a_text_that_all_share_varies_for_nobody() -> None:
    message = with_text((GREEK * 40,))
    assert not any(base64.b64encode(GREEK.encode())[:40] in value for value in message.values(recipient()))
    assert base64.b64encode((GREEK * 40).encode())[:76] + b"\r\n" in message.render(recipient()).data
