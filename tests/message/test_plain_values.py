"""The quick look at many values passes nothing that a message would refuse."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.model import Context, Filters, Slot
from composer.edition.slots.fill import slot_value
from composer.errors import MessageError
from composer.message.compile import compile_message
from composer.message.headers import text_field
from composer.message.plain_values import are_plain
from composer.message.quoted_printable import encode
from composer.message.reader_values import SlotValue
from composer.message.recipient import Recipient
from tests.support.mailings import SITE, make_edition

_NAME = Slot("subscriber.first_name", Context.TEXT, (("default", ("reader",)),))
_MESSAGE = compile_message(
    make_edition(text=("Dear ", Slot("subscriber.first_name", Context.PLAIN), ".\n"), html=("<p>", _NAME, "</p>\n")),
    site=SITE,
    mailing=1,
    date=dt.datetime(2020, 3, 31, tzinfo=dt.UTC),
)

_addresses = st.one_of(
    st.emails(),
    st.text(max_size=70),
    st.from_regex(r"[a-z.+_-]{1,70}@[a-z0-9.-]{1,70}", fullmatch=True),
)


@given(st.text(st.characters(), max_size=40), _addresses)
def test_what_it_passes_a_message_takes(value: str, address: str) -> None:
    if are_plain([value], addresses=[address]):
        _MESSAGE.values(Recipient(address, 1, 1, {"first_name": value}))


@given(st.lists(st.tuples(st.text(max_size=10), st.emails()), max_size=5))
def test_many_pass_only_if_each_passes(people: list[tuple[str, str]]) -> None:
    if are_plain([value for value, _ in people], addresses=[address for _, address in people]):
        assert all(are_plain([value], addresses=[address]) for value, address in people)


@pytest.mark.parametrize("value", ["Ana", "Anaïs Núñez", "王", "{{ 7 * 7 }}", "<b>", ".", ""])
def test_ordinary_names_are_plain(value: str) -> None:
    assert are_plain([value], addresses=["ana.maria+news@mail.example.org"])


@pytest.mark.parametrize("value", ["Eve\r\nBcc: x@y.test", "\x00", "\ud800", "=?utf-8?q?=0D=0A?="])
def test_what_a_message_refuses_is_not_plain(value: str) -> None:
    assert not are_plain(["Ana", value], addresses=["ana@example.org"])
    with pytest.raises(MessageError):
        _MESSAGE.values(Recipient("ana@example.org", 1, 1, {"first_name": value}))


@pytest.mark.parametrize(
    "address", ["a@b.test\nc@d.test", "a..b@example.org", "a b@example.org", "a@b..org", "ü@example.org", "a@-b", "a"]
)
def test_addresses_that_need_a_closer_look_get_one(address: str) -> None:
    assert not are_plain(["Ana"], addresses=[address])


_WORDS = st.one_of(
    st.text(max_size=90), st.from_regex(r"(From )?[A-Za-z0-9.][A-Za-z0-9 ,.:_=&<-]{0,90}", fullmatch=True)
)
_FILTERS = st.sampled_from([(), (("default", ("reader",)),), (("upper", ()),), (("default", ("you",)), ("title", ()))])


@given(_WORDS, st.sampled_from(Context), _FILTERS)
def test_a_value_that_stands_as_it_is_is_what_the_long_way_makes(
    value: str, context: Context, filters: Filters
) -> None:
    slot = Slot("subscriber.first_name", context, filters)
    values = {"subscriber.first_name": value}
    assert SlotValue(slot, encode)(values) == encode(slot_value(slot, values))


@pytest.mark.parametrize("value", ["From Ana", "Ana.", ".Ana", "A=B", "Ana ", "A&B", "x" * 76, "From: Ana"])
def test_a_value_that_needs_care_gets_it(value: str) -> None:
    slot = Slot("subscriber.first_name", Context.TEXT)
    values = {"subscriber.first_name": value}
    assert SlotValue(slot, encode)(values) == encode(slot_value(slot, values))


@given(st.from_regex(r"[!-~]{1,20}( {1,2}[!-~]{0,20}){0,5}", fullmatch=True))
def test_a_plain_subject_is_read_back_as_it_was(value: str) -> None:
    field = email.message_from_bytes(text_field("Subject", value) + b"\r\n", policy=email.policy.default)
    assert field["Subject"] == re.sub(" +", " ", value).strip()
