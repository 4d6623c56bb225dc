"""Replies: cut from octets however they arrive, and judged by their first digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.reply import GarbledReply, Phase, Reply, ReplyReader, judge
from composer.delivery.states import DeliveryEvent as Event

BEFORE_THE_DOT = (Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.BODY)
ABOUT_THE_CONNECTION = (Phase.CONNECT, Phase.TLS, Phase.LOGIN)


def read(*pieces: bytes) -> list[Reply]:
    reader = ReplyReader()
    return [reply for piece in pieces for reply in reader.feed(piece)]


@pytest.mark.parametrize(
    ("octets", "reply"),
    [
        (b"250 2.0.0 Ok: queued as 4F1\r\n", Reply(250, "2.0.0", "Ok: queued as 4F1")),
        (b"250\r\n", Reply(250, None, "")),
        (b"250 ok\n", Reply(250, None, "ok")),
        (b"550-5.1.1 no such user\r\n550 5.1.1 ask them\r\n", Reply(550, "5.1.1", "no such user ask them")),
        (b"421 4.7.28 slow down\r\n", Reply(421, "4.7.28", "slow down")),
        (b"250 5 messages left\r\n", Reply(250, None, "5 messages left")),
        (b"550 \x1b[31mred\x00 caf\xe9\r\n", Reply(550, None, "[31mred caf\ufffd")),
    ],
)
def test_a_reply_has_a_code_an_enhanced_code_and_words_safe_to_show(octets: bytes, reply: Reply) -> None:
    assert read(octets) == [reply]


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_replies_are_the_same_however_they_arrive(sizes: list[int]) -> None:
    octets = b"250-one\r\n250 2.1.0 two\r\n354 go on\r\n550 5.1.1 no\r\n"
    pieces, start = [], 0
    for size in sizes:
        pieces.append(octets[start : start + size])
        start += size
    assert read(*pieces, octets[start:]) == read(octets)
    assert [reply.code for reply in read(octets)] == [250, 354, 550]


@pytest.mark.parametrize(
    "octets", [b"25x ok\r\n", b"ok\r\n", b"\r\n", b"999 what\r\n", b"100 what\r\n", b"250ok\r\n", b"250-a\r\n550 b\r\n"]
)
def test_what_is_no_reply_is_garbage(octets: bytes) -> None:
    with pytest.raises(GarbledReply):
        read(octets)


def test_a_good_reply_before_garbage_is_still_heard() -> None:
    replies = ReplyReader().feed(b"250 ok\r\nnonsense\r\n")
    assert next(replies).code == 250
    with pytest.raises(GarbledReply):
        next(replies)


@pytest.mark.parametrize("piece", [b"x" * 1000, b"250-" + b"x" * 1000 + b"\r\n"])
def test_a_reply_without_end_is_given_up(piece: bytes) -> None:
    with pytest.raises(GarbledReply, match="longer than"):
        read(*[piece] * 50)


@pytest.mark.parametrize("phase", BEFORE_THE_DOT)
@pytest.mark.parametrize(
    ("code", "event"),
    [(421, Event.DEFER), (451, Event.DEFER), (550, Event.REFUSE), (599, Event.REFUSE), (250, Event.DEFER)],
)
def test_before_the_dot_nothing_is_ever_accepted_or_unknown(phase: Phase, code: int, event: Event) -> None:
    assert judge(phase, Reply(code, None, "")) is event
    assert judge(phase, None) is Event.DEFER


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (200, Event.ACCEPT),
        (250, Event.ACCEPT),
        (252, Event.ACCEPT),
        (354, Event.LOSE),
        (421, Event.DEFER),
        (452, Event.DEFER),
        (552, Event.REFUSE),
    ],
)
def test_after_the_dot_the_first_digit_decides(code: int, event: Event) -> None:
    assert judge(Phase.DOT, Reply(code, None, "")) is event


def test_silence_after_the_dot_is_unknown() -> None:
    assert judge(Phase.DOT, None) is Event.LOSE


@pytest.mark.parametrize("phase", ABOUT_THE_CONNECTION)
def test_trouble_with_the_connection_is_no_recipients_fault(phase: Phase) -> None:
    assert judge(phase, Reply(554, "5.7.1", "go away")) is Event.DEFER
