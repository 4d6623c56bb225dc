"""No text of ours ends a message early, at a real relay: "SMTP smuggling" (CVE-2023-51764)."""

import pytest

from composer.delivery.smtp.connection import open_connection
from composer.delivery.smtp.relay import Timeouts, parse_relay
from composer.delivery.states import DeliveryEvent
from composer.message.compile import compile_message
from composer.message.recipient import Recipient
from tests.support.mailings import SITE, make_edition
from tests.support.messages import DATE
from tests.support.postfix import Postfix

SMUGGLED = (
    "MAIL FROM:<boss@network.example.org>{eol}RCPT TO:<ben@example.org>{eol}DATA{eol}Subject: pay{eol}{eol}now{eol}"
)

# What one server or another has been seen to take for the end of the data.
FALSE_ENDS = [
    pytest.param("\n.\n", id="LF dot LF"),
    pytest.param("\n.\r\n", id="LF dot CRLF"),
    pytest.param("\r\n.\n", id="CRLF dot LF"),
    pytest.param("\r.\r", id="CR dot CR"),
    pytest.param("\r\n.\r\n", id="CRLF dot CRLF"),
]


@pytest.mark.parametrize("false_end", FALSE_ENDS)
async def test_a_body_with_an_end_of_data_in_it_is_one_message(postfix: Postfix, false_end: str) -> None:
    before = len(postfix.taken())
    article = f"Before.{false_end}{SMUGGLED.format(eol=false_end.replace('.', '')[:2])}{false_end}after"
    edition = make_edition(text=("Dear reader,\n", article, "\n"), html=(f"<html><body>{article}</body></html>",))
    message = compile_message(edition, site=SITE, mailing=1, date=DATE).render(
        Recipient("ana@example.org", 7, 1, {"first_name": "Ana"})
    )
    connection = await open_connection(parse_relay(f"smtp://127.0.0.1:{postfix.port}"), timeouts=Timeouts())
    transaction = await connection.transact(
        sender="news@network.example.org", recipient="ana@example.org", data=message.data, envelope_id="one"
    )
    await connection.quit()
    assert transaction.event is DeliveryEvent.ACCEPT, transaction
    assert transaction.reply is not None
    postfix.settle(transaction.reply.text)
    assert [message_id for _, message_id in postfix.taken()[before:]] == [message.message_id]
    assert "boss@network.example.org" not in postfix.log


async def test_a_postfix_understands_our_whole_envelope(postfix: Postfix) -> None:
    before = len(postfix.taken())
    connection = await open_connection(
        parse_relay(f"smtp://127.0.0.1:{postfix.port}?notify=success"), timeouts=Timeouts()
    )
    replies = []
    data = "Message-ID: <utf8@example.org>\r\nSubject: Zoë\r\n\r\nhello\r\n".encode()
    for recipient in ("zoë@bücher.example", "a+b=c@example.org"):
        transaction = await connection.transact(
            sender="news@bücher.example", recipient=recipient, data=data, envelope_id="a+b=c"
        )
        assert transaction.event is DeliveryEvent.ACCEPT, transaction
        assert transaction.reply is not None
        replies.append(transaction.reply.text)
    await connection.quit()
    postfix.settle(*replies)
    assert len(postfix.taken()) == before + 2
    assert postfix.log.count("sender delivery status notification") == 2
