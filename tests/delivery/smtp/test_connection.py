"""Opening a connection: protected unless told otherwise, and no password in the clear."""

import asyncio
import base64
import contextlib
import dataclasses
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.delivery.smtp.connection import open_connection
from composer.delivery.smtp.relay import Relay, Security, Timeouts, parse_relay
from composer.delivery.states import DeliveryEvent as Event
from composer.errors import ConnectionFailed, SettingsError
from tests.support.pacing import impatient
from tests.support.truth_sink import Certificate, Sink, make_certificate, truth_sink

USUAL = Timeouts()
LOGIN = base64.b64encode(b"\0ana\0s3cret!").decode()


@pytest.fixture
def secure_sink(tmp_path: Path, certificate: Certificate) -> Iterator[Sink]:
    with truth_sink(tmp_path / "truth.jsonl", tls=certificate.server_context()) as running:
        yield running


async def send_one(relay: Relay, timeouts: Timeouts = USUAL) -> Event:
    connection = await open_connection(relay, timeouts=timeouts)
    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=b"Message-ID: <1@example.org>\r\n\r\nhello\r\n"
    )
    await connection.quit()
    return transaction.event


async def test_starttls_then_login_then_mail(secure_sink: Sink, certificate: Certificate) -> None:
    relay = parse_relay(f"smtp://ana:s3cret%21@127.0.0.1:{secure_sink.port}?ca={certificate.file}")
    assert relay.security is Security.STARTTLS
    assert await send_one(relay) is Event.ACCEPT
    assert [line.split()[0] for line in secure_sink.in_clear] == [b"EHLO", b"STARTTLS"]
    assert f"AUTH PLAIN {LOGIN}\r\n".encode() in secure_sink.commands


async def test_tls_from_the_start(tmp_path: Path, certificate: Certificate) -> None:
    with truth_sink(tmp_path / "truth.jsonl", tls=certificate.server_context(), tls_at_once=True) as sink:
        relay = parse_relay(f"smtps://ana:s3cret%21@127.0.0.1:{sink.port}?ca={certificate.file}")
        assert await send_one(relay) is Event.ACCEPT
        assert sink.in_clear == []
        assert len(sink.taken()) == 1


async def test_a_certificate_of_an_unknown_authority_is_refused(secure_sink: Sink) -> None:
    relay = parse_relay(f"smtp://ana:s3cret@127.0.0.1:{secure_sink.port}")
    with pytest.raises(ConnectionFailed, match="certificate") as failed:
        await send_one(relay)
    assert failed.value.phase == "tls"
    assert not any(line.startswith((b"AUTH", b"MAIL")) for line in secure_sink.commands)


async def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, "DNS:mail.example.test")
    with truth_sink(tmp_path / "truth.jsonl", tls=other.server_context()) as sink:
        relay = parse_relay(f"smtp://127.0.0.1:{sink.port}?tls=required&ca={other.file}")
        with pytest.raises(ConnectionFailed, match="not valid for"):
            await send_one(relay)
        assert not any(line.startswith(b"MAIL") for line in sink.commands)


async def test_a_relay_without_starttls_gets_no_password(sink: Sink) -> None:
    relay = parse_relay(f"smtp://ana:s3cret@127.0.0.1:{sink.port}")
    with pytest.raises(ConnectionFailed, match="STARTTLS") as failed:
        await send_one(relay)
    assert failed.value.phase == "tls"
    assert [line.split()[0] for line in sink.commands] == [b"EHLO"]


async def serve(*answers: bytes | None, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """A server that reads a line and gives the next answer. None: it hangs up; after one to STARTTLS comes TLS."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            line = b""
            for answer in answers:
                if answer is None:
                    return writer.close()
                writer.write(answer)
                await writer.drain()
                if line == b"STARTTLS\r\n" and tls:
                    await writer.start_tls(tls)
                line = await reader.readline()
            writer.close()
        return None

    return await asyncio.start_server(talk, "127.0.0.1", 0)


def address(server: asyncio.Server) -> str:
    return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_what_was_offered_or_said_in_the_clear_does_not_count_after_starttls(certificate: Certificate) -> None:
    """CVE-2011-0411: somebody in the middle adds plain text to the answer to STARTTLS."""
    server = await serve(
        b"220 hello\r\n",
        b"250-hello\r\n250-PIPELINING\r\n250-SIZE 10\r\n250-LIMITS MAILMAX=1\r\n250 STARTTLS\r\n",
        b"220 go on\r\n250-evil\r\n250-DSN\r\n250 SIZE 10\r\n250 evil too\r\n",
        b"250-hello again\r\n250 8BITMIME\r\n",
        b"250 mail\r\n",
        b"250 rcpt\r\n",
        b"354 data\r\n",
        *[b""] * 3,
        b"250 taken\r\n",
        b"221 bye\r\n",
        tls=certificate.server_context(),
    )
    relay = parse_relay(f"smtp://{address(server)}?tls=required&ca={certificate.file}")
    connection = await open_connection(relay, timeouts=USUAL)
    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=b"Subject: one\r\n\r\nhello\r\n"
    )
    assert (transaction.event, str(transaction.reply)) == (Event.ACCEPT, "250 taken")
    assert connection.usable
    await connection.quit()
    server.close()


CLEAR = b"250-hello\r\n250 STARTTLS\r\n"


@pytest.mark.parametrize(
    ("answers", "options", "phase", "words"),
    [
        ([None], "", "connect", "it hung up"),
        ([b"554 5.7.1 go away\r\n"], "", "connect", "554 5.7.1 go away"),
        (
            [b"HTTP/1.1 400 Bad Request\r\n"],
            "",
            "connect",
            "it answers, but not as SMTP does: HTTP/1.1 400 Bad Request",
        ),
        ([b"220 hello\r\n", b"250-hello\r\n250 SIZE\r\n"], "?tls=required", "tls", "it does not offer STARTTLS"),
        ([b"220 hello\r\n", CLEAR, b"220 go on\r\n", None], "?tls=required", "tls", "it hung up"),
    ],
)
async def test_a_failed_connection_is_told_in_short_words_and_names_the_relay_once(
    answers: list[bytes | None], options: str, phase: str, words: str
) -> None:
    server = await serve(*answers)
    with pytest.raises(ConnectionFailed) as failed:
        await open_connection(parse_relay(f"smtp://{address(server)}{options}"), timeouts=USUAL)
    assert (str(failed.value), failed.value.phase) == (f"{address(server)}: {words}", phase)
    server.close()


@pytest.mark.parametrize(
    ("relay", "words"),
    [
        ("127.0.0.1:1", "nobody answers there"),
        ("no-such-host.test:25", "there is no such host"),
        ("mail..test:25", "there is no such host"),
    ],
)
async def test_a_relay_that_is_not_there_is_told_in_short_words(relay: str, words: str) -> None:
    with pytest.raises(ConnectionFailed, match=f"^{re.escape(f'{relay}: {words}')}$") as failed:
        await open_connection(parse_relay(f"smtp://{relay}"), timeouts=USUAL)
    assert failed.value.phase == "connect"


async def test_we_greet_by_our_full_name_or_by_our_address(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for ours, said in [("mail.example.org", b"mail.example.org"), ("mail", b"[127.0.0.1]"), ("a_b.c", b"[127.0.0.1]")]:
        monkeypatch.setattr(socket, "gethostname", lambda ours=ours: ours)
        connection = await open_connection(parse_relay(f"smtp://127.0.0.1:{sink.port}"), timeouts=USUAL)
        connection.close()
        assert sink.commands[-1] == b"EHLO " + said + b"\r\n"


async def test_tls_where_there_is_none_is_told_in_words() -> None:
    server = await serve(b"220 hello\r\n")
    with pytest.raises(ConnectionFailed, match="does not speak TLS on this port"):
        await open_connection(parse_relay(f"smtps://{address(server)}"), timeouts=USUAL)
    server.close()


async def test_an_authority_that_cannot_be_read_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match=r"ca=nowhere\.pem, which cannot be used: No such file"):
        await open_connection(parse_relay("smtp://127.0.0.1:1?tls=required&ca=nowhere.pem"), timeouts=USUAL)


async def test_what_is_slipped_in_before_tls_is_not_heard(secure_sink: Sink, certificate: Certificate) -> None:
    secure_sink.script("starttls=220 go on\n250-evil\r\n250 AUTH PLAIN")
    relay = parse_relay(f"smtp://ana:s3cret@127.0.0.1:{secure_sink.port}?ca={certificate.file}")
    with pytest.raises(ConnectionFailed):
        await send_one(relay)
    assert secure_sink.taken() == []


@pytest.mark.parametrize(
    ("fault", "phase", "code"),
    [
        ("connect=554 5.7.1 go away", "connect", 554),
        ("connect=421 4.7.0 too many", "connect", 421),
        ("connect=drop", "connect", None),
        ("connect=silent", "connect", None),
        ("starttls=454 4.7.0 not now", "tls", 454),
        ("auth=535 5.7.8 wrong password", "login", 535),
        ("auth=drop", "login", None),
    ],
)
async def test_a_connection_that_fails_tells_where_and_what_the_relay_said(
    secure_sink: Sink, certificate: Certificate, fault: str, phase: str, code: int | None
) -> None:
    secure_sink.script(fault)
    relay = parse_relay(f"smtp://ana:s3cret@127.0.0.1:{secure_sink.port}?ca={certificate.file}")
    with pytest.raises(ConnectionFailed) as failed:
        await send_one(relay, impatient("greeting") if fault == "connect=silent" else USUAL)
    assert (failed.value.phase, failed.value.code) == (phase, code)
    assert str(failed.value).startswith(f"127.0.0.1:{secure_sink.port}: ")
    assert "s3cret" not in str(failed.value)


async def test_a_host_that_does_not_answer_is_given_up_long_before_a_greeting_would_be() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        others = [socket.socket() for _ in range(3)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(deaf.getsockname())
        started = time.monotonic()
        with pytest.raises(ConnectionFailed, match=r"no connection within 0\.1 s") as failed:
            await open_connection(
                parse_relay(f"smtp://127.0.0.1:{deaf.getsockname()[1]}"), timeouts=Timeouts(connect_s=0.1)
            )
        assert failed.value.phase == "connect"
        assert time.monotonic() - started < 60
        for other in others:
            other.close()


async def test_a_relay_that_limits_its_connections_gets_no_more_transactions_on_one(sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "LIMITS MAILMAX=2 RCPTMAX=100")
    connection = await open_connection(parse_relay(f"smtp://127.0.0.1:{sink.port}"), timeouts=USUAL)
    for number in (1, 2):
        assert connection.usable
        await connection.transact(
            sender="news@example.org", recipient=f"ana{number}@example.test", data=b"Subject: one\r\n\r\nhello\r\n"
        )
    assert not connection.usable
    await connection.quit()
    assert len(sink.taken()) == 2
    assert sink.commands[-1] == b"QUIT\r\n"


SPELLINGS = [base64.b64encode(text).decode() for text in (b"\0ana\0canary-7", b"canary-7", b"ana\0canary-7")]


@pytest.mark.parametrize(
    "fault",
    [
        "auth=535 5.7.8 you said canary-7",
        f"auth=535 5.7.8 you said {SPELLINGS[0]}",
        f"auth=garbage {SPELLINGS[1]}",
        f"auth=334 {SPELLINGS[0]}",
        "auth=drop",
        "starttls=454 4.7.0 not now",
        "",
    ],
)
async def test_a_password_stands_in_no_error_and_no_log_even_if_the_relay_repeats_it(
    secure_sink: Sink, certificate: Certificate, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    if fault:
        secure_sink.script(fault)
    relay = parse_relay(f"smtp://ana:canary-7@127.0.0.1:{secure_sink.port}?ca={certificate.file}")
    told = repr(relay)
    try:
        await send_one(relay)
    except ConnectionFailed as failed:
        told += f"{failed!r} {failed.__cause__!r} {failed.__context__ if not failed.__suppress_context__ else ''}"
    told += caplog.text
    for spelling in ("canary-7", *SPELLINGS):
        assert spelling not in told
        assert not any(spelling.encode() in line for line in secure_sink.in_clear)


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.org", Relay("mail.example.org", 587, Security.STARTTLS)),
        ("smtp://mail.example.org:25", Relay("mail.example.org", 25, Security.STARTTLS)),
        ("smtps://mail.example.org", Relay("mail.example.org", 465, Security.TLS)),
        ("smtp://10.0.0.5:25?tls=none", Relay("10.0.0.5", 25, Security.PLAIN)),
        ("smtp://localhost:1025", Relay("localhost", 1025, Security.PLAIN)),
        ("smtp://[::1]:1025", Relay("::1", 1025, Security.PLAIN)),
        ("smtp://127.0.0.1:1025?tls=required", Relay("127.0.0.1", 1025, Security.STARTTLS)),
        ("smtp://127.0.0.1?notify=success", Relay("127.0.0.1", 587, Security.PLAIN, tell_success=True)),
    ],
)
def test_a_relay_is_protected_unless_it_is_this_machine_or_told_otherwise(url: str, relay: Relay) -> None:
    assert parse_relay(url) == relay


def test_a_login_is_percent_decoded_and_never_shown() -> None:
    relay = parse_relay("smtp://ana%40example.org:p%2Fw%3A@mail.example.org:2525")
    assert relay.username == "ana@example.org"
    assert relay.password
    assert relay.password.get_secret_value() == "p/w:"
    assert relay.name == "mail.example.org:2525"
    assert "p/w" not in repr(relay)
    assert dataclasses.replace(relay, host="::1").name == "[::1]:2525"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example.org:587", "smtp://"),
        ("http://mail.example.org", "smtp://"),
        ("smtp://", "host"),
        ("smtp://mail.example.org:99999", "is not an address"),
        ("smtp://ana:pa/ss@mail.example.org", "not an address|percent-encode"),
        ("smtp://:secret@mail.example.org", "no user name"),
        ("smtp://mail.example.org?tls=maybe", "none or required"),
        ("smtp://mail.example.org?notify=never", "failure or success"),
        ("smtp://mail.example.org?tsl=none", "unknown option"),
        ("smtps://mail.example.org?tls=none", "at once"),
        ("smtp://ana:secret@mail.example.org?tls=none", "in the clear"),
    ],
)
def test_nonsense_is_told_without_the_password(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as error:
        parse_relay(url)
    assert "secret" not in str(error.value)


def test_tls_is_at_least_1_2(certificate: Certificate) -> None:
    from composer.delivery.smtp.connection import _tls_context

    assert _tls_context(certificate.file).minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("answer", ["502 5.5.1 what?", "500 unknown", "250 truth\\n\\n250 HELP"])
async def test_a_relay_that_does_not_know_ehlo_is_greeted_with_helo(sink: Sink, answer: str) -> None:
    sink.script(f"ehlo={answer}")
    assert await send_one(parse_relay(f"smtp://127.0.0.1:{sink.port}")) is Event.ACCEPT
    assert not any(b"SIZE=" in command for command in sink.commands), "what was not announced is not used"


async def test_nothing_is_done_without_ehlo_that_needs_it(sink: Sink) -> None:
    sink.script("ehlo=502 5.5.1 what?")
    with pytest.raises(ConnectionFailed, match="502"):
        await send_one(parse_relay(f"smtp://ana:secret@127.0.0.1:{sink.port}?tls=none"))
    assert not any(command.startswith(b"HELO") for command in sink.commands)
