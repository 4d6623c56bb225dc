"""One transaction against a relay that misbehaves: what is recorded, and what the relay really took."""

import asyncio
import socket

import aiosmtplib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.delivery.reply import Phase
from composer.delivery.smtp.connection import SmtpConnection, open_connection
from composer.delivery.smtp.relay import Relay, Timeouts, parse_relay
from composer.delivery.smtp.transaction import Transaction, TransactionProtocol
from composer.delivery.states import DeliveryEvent as Event
from composer.errors import MessageError
from tests.support.mailings import until
from tests.support.pacing import impatient
from tests.support.truth_sink import Sink

DATA = b"Message-ID: <one@example.org>\r\nSubject: hello\r\n\r\n" + b"A line of a newsletter.\r\n" * 100
WITHOUT_PIPELINING = ("8BITMIME", "SMTPUTF8", "SIZE 10000000")

both_dialogues = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "step by step"])


def relay_of(sink: Sink) -> Relay:
    return parse_relay(f"smtp://127.0.0.1:{sink.port}")


async def connect(sink: Sink, *, silent: str = "") -> SmtpConnection:
    """A connection that soon gives up waiting where the relay is going to be silent."""
    return await open_connection(relay_of(sink), timeouts=impatient(silent) if silent else Timeouts())


async def offer(connection: SmtpConnection, recipient: str = "ana@example.test", data: bytes = DATA) -> Transaction:
    return await connection.transact(sender="news@example.org", recipient=recipient, data=data)


@both_dialogues
async def test_a_message_is_taken_and_the_next_one_goes_over_the_same_connection(sink: Sink, pipelining: bool) -> None:
    if not pipelining:
        sink.extensions = WITHOUT_PIPELINING
    connection = await connect(sink)
    for recipient in ("ana@example.test", "ben@example.test"):
        transaction = await offer(connection, recipient)
        assert transaction.event is Event.ACCEPT
        assert transaction.phase is Phase.DOT
        assert transaction.reusable
    await connection.quit()
    assert [entry["recipient"] for entry in sink.taken()] == ["ana@example.test", "ben@example.test"]
    assert sink.messages == [DATA, DATA]
    assert sink.times["connect"] == 1
    assert sink.commands[-1] == b"QUIT\r\n"


# What the relay does at a phase → what becomes of the delivery, and whether the connection lives on.
EVERYWHERE_BEFORE_THE_DOT = [
    ("450 4.2.1 later", Event.DEFER, True),
    ("550 5.1.1 no such user", Event.REFUSE, True),
    ("550 5.1.1 no\n550 5.1.1 such user", Event.REFUSE, True),
    ("421 4.3.2 closing", Event.DEFER, False),
    ("drop", Event.DEFER, False),
    ("silent", Event.DEFER, False),
    ("garbage", Event.DEFER, False),
    ("huge", Event.DEFER, False),
    ("wait 0.05", Event.ACCEPT, True),
    ("slow", Event.ACCEPT, True),
]


@both_dialogues
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(("action", "event", "reusable"), EVERYWHERE_BEFORE_THE_DOT)
async def test_trouble_before_the_dot(
    sink: Sink, phase: str, action: str, event: Event, reusable: bool, pipelining: bool
) -> None:
    if not pipelining:
        sink.extensions = WITHOUT_PIPELINING
    connection = await connect(sink, silent=phase if action == "silent" else "")
    sink.script(f"{phase}@1={action}")
    transaction = await offer(connection)
    assert (transaction.event, transaction.reusable, connection.usable) == (event, reusable, reusable)
    assert len(sink.taken()) == (event is Event.ACCEPT)
    if event is not Event.ACCEPT:
        assert transaction.phase == phase
        assert (transaction.reply is None) is (transaction.lost is not None)
    if reusable:
        again = await offer(connection, "ben@example.test")
        assert again.event is Event.ACCEPT
    connection.close()


@pytest.mark.parametrize(
    ("action", "event", "reusable"),
    [
        ("252 2.0.0 cannot verify, but will try", Event.ACCEPT, True),
        ("250 2.0.0 ok\n250 2.0.0 queued", Event.ACCEPT, True),
        ("slow", Event.ACCEPT, True),
        ("451 4.3.0 later", Event.DEFER, True),
        ("554 5.6.0 not this one", Event.REFUSE, True),
        ("421 4.7.0 closing", Event.DEFER, False),
        ("354 more?", Event.LOSE, False),
        ("garbage", Event.LOSE, False),
        ("huge", Event.LOSE, False),
        ("drop", Event.LOSE, False),
        ("silent", Event.LOSE, False),
    ],
)
async def test_answers_to_the_dot(sink: Sink, action: str, event: Event, reusable: bool) -> None:
    connection = await connect(sink, silent="dot" if action == "silent" else "")
    sink.script(f"dot@1={action}")
    transaction = await offer(connection)
    assert (transaction.phase, transaction.event) == (Phase.DOT, event)
    assert (transaction.reusable, connection.usable) == (reusable, reusable)
    assert len(sink.taken()) == (event is Event.ACCEPT)
    if reusable:
        assert (await offer(connection)).event is Event.ACCEPT
    connection.close()


@pytest.mark.parametrize("action", ["drop", "silent", "garbage", "huge"])
async def test_a_message_whose_acceptance_is_lost_is_unknown(sink: Sink, action: str) -> None:
    connection = await connect(sink, silent="dot" if action == "silent" else "")
    sink.script(f"taken={action}")
    transaction = await offer(connection)
    assert transaction.event is Event.LOSE
    assert transaction.lost
    assert len(sink.taken()) == 1


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("552 5.3.4 too big", Event.REFUSE),
        ("421 4.3.2 closing", Event.DEFER),
        ("250 ok", Event.DEFER),
        ("drop", Event.DEFER),
    ],
)
async def test_a_relay_that_speaks_before_the_end_gets_no_dot(sink: Sink, action: str, event: Event) -> None:
    connection = await connect(sink)
    sink.script(f"body={action}")
    heard = asyncio.Event()

    async def release() -> bool:
        await until(lambda: not connection.usable)
        heard.set()
        return True

    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=DATA, release=release
    )
    assert (transaction.phase, transaction.event, transaction.reusable) == (Phase.BODY, event, False)
    assert heard.is_set()
    assert sink.taken() == []


@both_dialogues
@pytest.mark.parametrize("fault", ["mail=354 go on", "rcpt=354 go on", "data=250 ok", "rcpt=200\\n250 what"])
async def test_an_answer_out_of_step_ends_the_connection(sink: Sink, fault: str, pipelining: bool) -> None:
    if not pipelining:
        sink.extensions = WITHOUT_PIPELINING
    connection = await connect(sink)
    sink.script(fault)
    transaction = await offer(connection)
    assert (transaction.phase, transaction.event) == (fault.partition("=")[0], Event.DEFER)
    assert (transaction.reusable, connection.usable) == (False, False)
    assert sink.taken() == []


@pytest.mark.parametrize("fault", ["reset=500 what?", "reset=421 closing", "reset=drop", "reset=silent"])
async def test_a_connection_that_does_not_reset_is_not_used_again(sink: Sink, fault: str) -> None:
    connection = await connect(sink, silent="mail" if fault == "reset=silent" else "")  # RSET waits as long as MAIL
    sink.script("rcpt=550 5.1.1 no such user", fault)
    transaction = await offer(connection)
    assert (transaction.phase, transaction.event) == (Phase.RCPT, Event.REFUSE)
    assert transaction.reply
    assert transaction.reply.enhanced == "5.1.1"
    assert (transaction.reusable, connection.usable) == (False, False)


@both_dialogues
@pytest.mark.parametrize("faults", [["rcpt=550 5.1.1 no", "data=354 go on"], ["mail=550 5.7.1 no", "data=354 go on"]])
async def test_a_refused_recipient_gets_nothing_even_if_the_relay_asks_for_data(
    sink: Sink, faults: list[str], pipelining: bool
) -> None:
    if not pipelining:
        sink.extensions = WITHOUT_PIPELINING
    connection = await connect(sink)
    sink.script(*faults)
    transaction = await offer(connection)
    assert transaction.event is Event.REFUSE
    assert transaction.phase == faults[0].partition("=")[0]
    assert transaction.reusable is not pipelining
    connection.close()
    assert sink.taken() == []
    assert b".\r\n" not in sink.commands


async def test_the_dot_waits_for_the_release(sink: Sink) -> None:
    connection = await connect(sink)
    taken_at_release = []

    async def release() -> bool:
        await until(lambda: bool(sink.times["body"]))
        await asyncio.sleep(0.05)
        taken_at_release.append(sink.times["dot"])
        return True

    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=DATA, release=release
    )
    assert transaction.event is Event.ACCEPT
    assert taken_at_release == [0]
    assert sink.messages == [DATA]
    await connection.quit()


async def test_a_withheld_message_never_gets_its_dot(sink: Sink) -> None:
    connection = await connect(sink)

    async def release() -> bool:
        await until(lambda: bool(sink.times["body"]))
        return False

    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=DATA, release=release
    )
    assert (transaction.phase, transaction.event) == (Phase.BODY, Event.DEFER)
    assert not connection.usable
    await asyncio.sleep(0.05)
    assert (sink.times["dot"], sink.taken()) == (0, [])


async def test_a_release_that_fails_withholds_the_message(sink: Sink) -> None:
    connection = await connect(sink)

    async def release() -> bool:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        await connection.transact(sender="news@example.org", recipient="ana@example.test", data=DATA, release=release)
    assert not connection.usable
    await asyncio.sleep(0.05)
    assert sink.taken() == []


async def test_cancelling_before_the_dot_sends_none(sink: Sink) -> None:
    connection = await connect(sink)
    sink.script("data=silent")
    task = asyncio.create_task(offer(connection))
    await until(lambda: bool(sink.times["data"]))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not connection.usable
    assert sink.taken() == []


@pytest.mark.parametrize("size_bytes", [40_000, 400_000])
async def test_a_relay_that_stops_reading_has_not_had_the_dot(size_bytes: int) -> None:
    """The line is full and our dot is still in this process: that is safe to repeat."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    protocol = TransactionProtocol(transport, timeouts=impatient("block", "dot"), pipelining=True)
    transport.set_protocol(protocol)
    outcome = protocol.begin(mail=b"MAIL\r\n", rcpt=b"RCPT\r\n", data=b"x" * size_bytes + b"\r\n", released=True)
    theirs.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    transaction = await outcome
    assert (transaction.phase, transaction.event) == (Phase.BODY, Event.DEFER)
    theirs.close()


@pytest.mark.parametrize(("size_bytes", "waits"), [(40_000, True), (70_000, False)])
async def test_a_body_that_is_not_long_waits_for_a_dot_that_comes_soon(size_bytes: int, waits: bool) -> None:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000)
    loop, data = asyncio.get_running_loop(), b"x" * size_bytes + b"\r\n"
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
    protocol = TransactionProtocol(transport, timeouts=Timeouts(), pipelining=True)
    transport.set_protocol(protocol)
    outcome = protocol.begin(mail=b"MAIL\r\n", rcpt=b"RCPT\r\n", data=data, released=False, holds_body=True)
    protocol.data_received(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    before = theirs.recv(500_000)
    protocol.announce(mail=b"MAIL 2\r\n", rcpt=b"RCPT 2\r\n")
    protocol.release()
    after = theirs.recv(500_000)
    assert before.endswith(b"DATA\r\n") is waits
    assert (before + after).endswith(b"DATA\r\n" + data + b".\r\nMAIL 2\r\nRCPT 2\r\nDATA\r\n")
    theirs.sendall(b"250 taken\r\n")
    assert (await outcome).event is Event.ACCEPT
    protocol.abandon("the end")
    theirs.close()


async def test_a_body_that_waits_does_not_leave_if_its_message_is_withheld(sink: Sink) -> None:
    connection = await connect(sink)

    async def release() -> bool:
        await until(lambda: bool(sink.times["data"]))
        await asyncio.sleep(0.05)
        return False

    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=DATA, release=release, comes_soon=True
    )
    assert (transaction.phase, transaction.event) == (Phase.BODY, Event.DEFER)
    await until(lambda: not connection.usable)
    assert (sink.times["body"], sink.times["dot"], sink.taken()) == (0, 0, [])


async def test_a_long_message_may_take_its_time_while_it_moves() -> None:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    theirs.setblocking(False)
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    protocol = TransactionProtocol(transport, timeouts=Timeouts(block_s=1), pipelining=True)
    transport.set_protocol(protocol)
    data = b"x" * 100_000 + b"\r\n"
    outcome = protocol.begin(mail=b"MAIL\r\n", rcpt=b"RCPT\r\n", data=data, released=True)
    theirs.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
    heard = b""
    while not heard.endswith(b"\r\n.\r\n"):
        heard += await asyncio.get_running_loop().sock_recv(theirs, 8_000)
        await asyncio.sleep(0.1)  # all of it takes longer than a block may
    theirs.sendall(b"250 ok\r\n")
    assert (await outcome).event is Event.ACCEPT
    protocol.abandon("the end")
    theirs.close()


async def test_a_relay_that_hangs_up_between_messages_spoils_no_message(sink: Sink) -> None:
    connection = await connect(sink)
    sink.script("taken=leave")
    assert (await offer(connection)).event is Event.ACCEPT
    await until(lambda: not connection.usable)
    after = await offer(connection, "ben@example.test")
    assert (after.event, after.reply, after.reusable) == (Event.DEFER, None, False)
    assert len(sink.taken()) == 1


async def test_an_answer_too_many_ends_the_connection_instead_of_answering_the_next_message(sink: Sink) -> None:
    connection = await connect(sink)
    sink.script("taken=babble")
    assert (await offer(connection)).event is Event.ACCEPT
    await until(lambda: not connection.usable)
    assert (await offer(connection)).event is Event.DEFER


async def test_an_address_beyond_ascii_needs_a_relay_with_smtputf8(sink: Sink) -> None:
    connection = await connect(sink)
    transaction = await offer(connection, "zoë@example.test")
    assert transaction.event is Event.ACCEPT
    assert any(line.endswith(b" BODY=8BITMIME SMTPUTF8\r\n") for line in sink.commands)
    assert sink.taken()[0]["recipient"] == "zoë@example.test"

    sink.extensions = ("PIPELINING",)
    connection = await connect(sink)
    before = len(sink.commands)
    transaction = await offer(connection, "zoë@example.test")
    assert (transaction.event, transaction.unsupported) == (Event.REFUSE, "needs SMTPUTF8")
    assert transaction.reusable
    assert len(sink.commands) == before
    connection.close()


async def test_a_domain_beyond_ascii_goes_out_as_a_labels(sink: Sink) -> None:
    connection = await connect(sink)
    assert (await offer(connection, "ana@Bücher.test")).event is Event.ACCEPT
    assert b"RCPT TO:<ana@xn--bcher-kva.test>\r\n" in sink.commands
    connection.close()


async def test_a_message_larger_than_the_relay_takes_is_not_offered(sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "SIZE 1000")
    connection = await connect(sink)
    transaction = await offer(connection)
    assert transaction.event is Event.REFUSE
    assert transaction.unsupported == f"is {len(DATA)} bytes; the relay takes 1000"
    assert (await offer(connection, data=b"\r\nsmall\r\n")).event is Event.ACCEPT
    connection.close()


async def test_the_relay_gets_what_aiosmtplib_would_have_sent(sink: Sink) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, start_tls=False) as client:
        await client.sendmail("news@example.org", ["ana@example.test"], DATA)
    connection = await connect(sink)
    await offer(connection)
    await connection.quit()
    theirs, ours = sink.messages
    assert ours == theirs


hostile_text = st.text(st.one_of(st.sampled_from("\r\n\0 \t<>@.:\x7f\x85\u2028aé"), st.characters()), max_size=5)


@given(address=hostile_text.map(lambda text: f"ana{text}@example.test"))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_adds_to_a_command(sink: Sink, address: str) -> None:
    sink.commands.clear()

    async def attempt() -> None:
        connection = await connect(sink)
        try:
            await offer(connection, address)
        except MessageError:
            assert not any(line.startswith((b"MAIL", b"RCPT")) for line in sink.commands)
        await connection.quit()

    asyncio.run(attempt())
    for line in sink.commands:
        assert line.endswith(b"\r\n")
        assert not any(octet < 0x20 or octet == 0x7F for octet in line[:-2])
        assert line.count(b"<") <= 1
        assert line.count(b" ") <= 4
