"""The next message's commands go with the dot of the one before; it is nobody's transaction until it begins."""

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.delivery.reply import Phase
from composer.delivery.smtp.connection import SmtpConnection, open_connection
from composer.delivery.smtp.relay import Timeouts, parse_relay
from composer.delivery.smtp.transaction import Transaction, TransactionProtocol
from composer.delivery.states import DeliveryEvent as Event
from tests.support.mailings import until
from tests.support.postfix import Postfix
from tests.support.truth_sink import Certificate, Sink, truth_sink


def message(recipient: str) -> dict[str, object]:
    data = f"Message-ID: <{recipient}>\r\nSubject: hello\r\n\r\nDear {recipient},\r\n".encode()
    return {"sender": "news@example.org", "recipient": recipient, "data": data}


async def connect(sink: Sink) -> SmtpConnection:
    return await open_connection(parse_relay(f"smtp://127.0.0.1:{sink.port}"), timeouts=Timeouts())


async def offer(connection: SmtpConnection, recipient: str, *, then: str | None = None) -> Transaction:
    """Offer one message, and announce the next one when the dot may go, as the dispatch does."""

    async def release() -> bool:
        if then:
            connection.announce(**message(then))  # type: ignore[arg-type]
        return True

    return await connection.transact(**message(recipient), release=release)  # type: ignore[arg-type]


def recipients(sink: Sink) -> list[str]:
    return [entry["recipient"] for entry in sink.taken()]


async def test_the_next_message_is_announced_with_the_dot() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
    protocol = TransactionProtocol(transport, timeouts=Timeouts(), pipelining=True)
    transport.set_protocol(protocol)

    first = protocol.begin(mail=b"MAIL 1\r\n", rcpt=b"RCPT 1\r\n", data=b"one\r\n", released=False)
    assert await loop.sock_recv(theirs, 1000) == b"MAIL 1\r\nRCPT 1\r\nDATA\r\n"
    theirs.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    assert await loop.sock_recv(theirs, 1000) == b"one\r\n"
    protocol.announce(mail=b"MAIL 2\r\n", rcpt=b"RCPT 2\r\n")
    protocol.release()
    assert await loop.sock_recv(theirs, 1000) == b".\r\nMAIL 2\r\nRCPT 2\r\nDATA\r\n"
    theirs.sendall(b"250 taken\r\n250 ok\r\n250 ok\r\n354 go on\r\n")
    assert (await first).event is Event.ACCEPT

    await asyncio.sleep(0.05)
    with pytest.raises(BlockingIOError):
        theirs.recv(1000)  # it has not begun
    second = protocol.begin(mail=b"MAIL 2\r\n", rcpt=b"RCPT 2\r\n", data=b"two\r\n", released=True)
    assert await loop.sock_recv(theirs, 1000) == b"two\r\n.\r\n"
    theirs.sendall(b"250 taken\r\n")
    assert (await second).event is Event.ACCEPT
    protocol.abandon("the end")
    theirs.close()


@pytest.mark.parametrize(("size_bytes", "phase"), [(1_000, Phase.DOT), (60_000, Phase.BODY)])
async def test_a_dot_that_has_left_counts_even_if_what_was_announced_has_not(size_bytes: int, phase: Phase) -> None:
    """The relay stops reading: in the commands behind the dot, or before it."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    theirs.setblocking(False)
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    protocol = TransactionProtocol(transport, timeouts=Timeouts(), pipelining=True)
    transport.set_protocol(protocol)
    first = protocol.begin(mail=b"MAIL\r\n", rcpt=b"RCPT\r\n", data=b"x" * size_bytes + b"\r\n", released=False)
    protocol.data_received(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    protocol.announce(mail=b"MAIL" + b"." * 100_000 + b"\r\n", rcpt=b"RCPT\r\n")
    protocol.release()
    protocol.abandon("the line is dead")
    assert (await first).phase is phase
    heard = b""
    while octets := await asyncio.get_running_loop().sock_recv(theirs, 20_000):
        heard += octets
    assert (b"\r\n.\r\n" in heard) is (phase is Phase.DOT)
    theirs.close()


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "step by step"])
async def test_a_row_of_messages_over_one_connection(sink: Sink, pipelining: bool) -> None:
    if not pipelining:
        sink.extensions = ("8BITMIME",)
    connection = await connect(sink)
    people = [f"reader{number}@example.test" for number in range(5)]
    for recipient, then in zip(people, [*people[1:], None], strict=True):
        assert (await offer(connection, recipient, then=then)).event is Event.ACCEPT
    await connection.quit()
    assert recipients(sink) == people
    assert sink.times["connect"] == 1
    assert sink.commands[-1] == b"QUIT\r\n"


async def test_a_row_of_messages_through_tls(tmp_path: Path, certificate: Certificate) -> None:
    with truth_sink(tmp_path / "truth.jsonl", tls=certificate.server_context()) as sink:
        relay = parse_relay(f"smtp://127.0.0.1:{sink.port}?tls=required&ca={certificate.file}")
        connection = await open_connection(relay, timeouts=Timeouts())
        people = [f"reader{number}@example.test" for number in range(5)]
        for recipient, then in zip(people, [*people[1:], None], strict=True):
            assert (await offer(connection, recipient, then=then)).event is Event.ACCEPT
        await connection.quit()
        assert recipients(sink) == people


async def test_a_postfix_takes_a_row_of_announced_messages(postfix: Postfix) -> None:
    before = len(postfix.taken())
    connection = await open_connection(parse_relay(f"smtp://127.0.0.1:{postfix.port}"), timeouts=Timeouts())
    people = [f"reader{number}@example.org" for number in range(8)]
    replies = []
    for recipient, then in zip(people, [*people[1:], None], strict=True):
        transaction = await offer(connection, recipient, then=then)
        assert (transaction.event, transaction.reusable) == (Event.ACCEPT, True)
        assert transaction.reply
        replies.append(transaction.reply.text)
    await connection.quit()
    postfix.settle(*replies)
    assert len(postfix.taken()) == before + 8


async def test_what_was_announced_and_does_not_begin_is_not_sent(sink: Sink) -> None:
    connection = await connect(sink)
    assert (await offer(connection, "ana@example.test", then="ben@example.test")).event is Event.ACCEPT
    await until(lambda: sink.times["data"] == 2)
    await connection.quit()
    await asyncio.sleep(0.05)
    assert recipients(sink) == ["ana@example.test"]
    assert b"QUIT\r\n" not in sink.commands  # it would be the first line of a message


async def test_another_message_than_the_announced_one_is_not_sent(sink: Sink) -> None:
    connection = await connect(sink)
    await offer(connection, "ana@example.test", then="ben@example.test")
    transaction = await offer(connection, "cleo@example.test")
    assert (transaction.phase, transaction.event, connection.usable) == (Phase.MAIL, Event.DEFER, False)
    assert recipients(sink) == ["ana@example.test"]


@pytest.mark.parametrize("fault", ["taken=leave", "mail@2=421 closing", "mail@2=drop", "rcpt@2=garbage", "data@2=drop"])
async def test_a_connection_that_ends_in_between_costs_the_announced_one_nothing(sink: Sink, fault: str) -> None:
    sink.script(fault)
    connection = await connect(sink)
    assert (await offer(connection, "ana@example.test", then="ben@example.test")).event is Event.ACCEPT
    await until(lambda: not connection.usable)
    connection = await connect(sink)
    assert (await offer(connection, "ben@example.test")).event is Event.ACCEPT
    await connection.quit()
    assert recipients(sink) == ["ana@example.test", "ben@example.test"]


@pytest.mark.parametrize(("answer", "event"), [("451 4.3.0 later", Event.DEFER), ("554 5.6.0 not this", Event.REFUSE)])
async def test_a_refused_message_does_not_hold_up_the_announced_one(sink: Sink, answer: str, event: Event) -> None:
    sink.script(f"dot@1={answer}")
    connection = await connect(sink)
    refused = await offer(connection, "ana@example.test", then="ben@example.test")
    assert (refused.phase, refused.event, refused.reusable) == (Phase.DOT, event, True)
    assert (await offer(connection, "ben@example.test")).event is Event.ACCEPT
    await connection.quit()
    assert recipients(sink) == ["ben@example.test"]
    assert b"RSET\r\n" not in sink.commands


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
async def test_an_announced_message_that_is_refused_is_told_as_any_other(sink: Sink, phase: str) -> None:
    sink.script(f"{phase}@2=550 5.1.1 no such user")
    connection = await connect(sink)
    await offer(connection, "ana@example.test", then="ben@example.test")
    refused = await offer(connection, "ben@example.test", then="cleo@example.test")
    assert (refused.phase, refused.event, refused.reusable) == (phase, Event.REFUSE, True)
    assert (await offer(connection, "cleo@example.test")).event is Event.ACCEPT
    await connection.quit()
    assert recipients(sink) == ["ana@example.test", "cleo@example.test"]


async def test_an_answer_too_many_neither_accepts_nor_refuses_the_announced_one(sink: Sink) -> None:
    """It would stand for MAIL's, and RCPT's where DATA's belongs; that shows."""
    sink.script("taken@1=babble")
    connection = await connect(sink)
    assert (await offer(connection, "ana@example.test", then="ben@example.test")).event is Event.ACCEPT
    transaction = await offer(connection, "ben@example.test")
    assert (transaction.event, connection.usable) == (Event.DEFER, False)
    assert recipients(sink) == ["ana@example.test"]


async def test_nothing_is_announced_beyond_what_a_connection_may_carry(sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "LIMITS MAILMAX=1")
    connection = await connect(sink)
    assert (await offer(connection, "ana@example.test", then="ben@example.test")).event is Event.ACCEPT
    assert not connection.usable
    await connection.quit()
    assert sum(line.startswith(b"MAIL") for line in sink.commands) == 1


ANYWHERE = ["252 hm", "250 a\\n250 b", "drop", "cut", "garbage", "leave", "slow"]
REFUSALS = ["450 later", "550 no", "421 closing", "354 go on"]
# Not among them: a message refused and taken all the same. Nobody can tell.
ACTIONS = {
    "mail": [*ANYWHERE, *REFUSALS, "babble"],
    "rcpt": [*ANYWHERE, *REFUSALS, "babble"],
    "data": [*ANYWHERE, *REFUSALS],
    "dot": [*ANYWHERE, *REFUSALS],
    "taken": [*ANYWHERE, "babble"],
    "reset": [*ANYWHERE, *REFUSALS, "babble"],
}
faults = st.lists(
    st.sampled_from(sorted(ACTIONS)).flatmap(
        lambda phase: st.builds("{}@{}={}".format, st.just(phase), st.integers(1, 6), st.sampled_from(ACTIONS[phase]))
    ),
    max_size=4,
)


@given(faults=faults, announce=st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_relay_does_what_is_accepted_is_the_truth(
    sink: Sink, faults: list[str], announce: list[bool]
) -> None:
    sink.script(*faults)
    sink.truth.unlink(missing_ok=True)
    people = [f"reader{number}@example.test" for number in range(6)]
    told: dict[str, Event] = {}

    async def send_all() -> None:
        connection = await connect(sink)
        for number, recipient in enumerate(people):
            if not connection.usable:
                await connection.quit()
                connection = await connect(sink)
            then = people[number + 1] if announce[number] and number + 1 < len(people) else None
            told[recipient] = (await offer(connection, recipient, then=then)).event
        await connection.quit()

    asyncio.run(send_all())
    taken = recipients(sink)
    assert len(taken) == len(set(taken))
    assert {one for one, event in told.items() if event is Event.ACCEPT} <= set(taken)
    assert set(taken) <= {one for one, event in told.items() if event in (Event.ACCEPT, Event.LOSE)}
