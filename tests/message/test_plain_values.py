"""The quick look at many values passes nothing that a message would refuse."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.model import Context, Slot
from composer.errors import MessageError
from composer.message.compile import compile_message
from composer.message.plain_values import are_plain
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
