"""Whom one reply is about, by code, phase and words: replies as mail servers and providers write them."""

from __future__ import annotations

import pytest

from composer.delivery.judgement import About, is_about_us, may_greylist, says_too_much, whom_it_is_about
from composer.delivery.reply import Phase, Reply, parse_reply

ABOUT_US = [
    # at RCPT, without an enhanced code
    "550 relay not permitted",
    "550 Relaying denied",
    "550 relaying to <ana@example.org> prohibited by administrator",
    "554 Relay access denied",
    "550 we do not relay",
    "550 This server doesn't relay mail to that domain",
    "550 authentication required",
    "550 SMTP authentication is required.",
    "553 sorry, that domain isn't in my list of allowed rcpthosts; you must authenticate first",
    "550 Sender rejected",
    "550 Sender verify failed",
    "553 sender address rejected: not owned by user news",
    "550 Rejected by policy",
    "554 Message refused by our spam filter",
    "550 Your IP 192.0.2.3 is blacklisted at zen.spamhaus.org",
    "554 Your host is on our blocklist",
    "550 daily sending quota exceeded",
    "550 Your account has exceeded its hourly limit of 300 messages",
    "452 quota of the sender exceeded",
    "550 Access denied",
    "571 Delivery not authorized, message refused",
    "535 Incorrect authentication data",
    "530 Must issue a STARTTLS command first",
    "550 This message was classified as SPAM",
    "550 Administrative prohibition",
    "552 message size exceeds fixed maximum message size",
    "550 HELO should be a FQDN",
    "451 rate limit exceeded",
    "451 too many messages, slow down",
    "450 You have reached your sending limit for today",
    # with one
    "554 5.7.1 Relay access denied",
    "550 5.7.1 we do not like you",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
    "451 4.3.0 queue file write error",
    "452 4.3.1 Insufficient system storage",
    "450 4.7.1 Too many recipient attempts",
    "553 5.1.8 no such domain",
    # with one that says something else than the words
    "550 5.1.1 Message rejected due to policy restrictions",
    "550 5.1.1 sending limit exceeded for this hour",
    "550 5.1.1 You are not allowed to send from this IP address",
    "550 5.1.1 Verification failed for <news@example.org>",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
    "550 JunkMail rejected",
    # in the words of other countries
    "550 5.1.1 Sie sind nicht berechtigt, an diese Adresse zu senden",
    "550 5.1.1 Adresse IP bloquée",
    "550 Envoi non autorisé",
    "550 Acceso denegado",
    "550 Autenticación requerida",
    "550 Accesso negato",
    "550 Toegang geweigerd",
    "550 Brak autoryzacji",
    "550 Доступ запрещён",
    "550 拒绝访问",
    "554 被判定为垃圾邮件",
    "550 リレーは許可されていません",
]
ABOUT_THE_PERSON = [
    "550 No such user here",
    "550 user unknown",
    "550 Unknown user",
    "550 Mailbox unavailable",
    "550 Requested action not taken: mailbox unavailable",
    "550 Unrouteable address",
    "550 no mailbox here by that name",
    "551 User not local",
    "552 Mailbox full",
    "552 mailbox is over quota",
    "554 delivery error: This user doesn't have a yahoo.com account: user not found",
    "550 Invalid recipient",
    "550 Recipient not found",
    "550 address does not exist",
    "550 5.1.1 User unknown in local recipient table",
    "550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's "
    "email address for typos or unnecessary spaces",
    "552 5.2.2 The email account that you tried to reach is over quota.",
    "550 5.2.1 The email account that you tried to reach is disabled.",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "450 4.2.0 <ana@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/",
    "451 Greylisted, please try again in 300 seconds",
    "450 4.1.1 mailbox unavailable",
    "550 5.5.0 Requested action not taken: mailbox unavailable",
    "550 Destinataire inexistant",
    "550 Usuario desconocido",
    "550 Casella piena",
    "550 Gebruiker onbekend",
    "550 Nieznany użytkownik",
    "550 Пользователь не найден",
    "550 用户不存在",
    "550 ユーザーが存在しません",
]
UNCLEAR = [
    "550 no",
    "550",
    "554 transaction failed",
    "553 5.1.2 we cannot find that",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "550 5.7.1 no such user",
    "451 local error",
    "451 Temporary local problem - please try later",
]
TABLE = [
    *((one, About.US) for one in ABOUT_US),
    *((one, About.PERSON) for one in ABOUT_THE_PERSON),
    *((one, About.UNCLEAR) for one in UNCLEAR),
]


def read(line: str) -> Reply:
    return parse_reply([line.encode()])


@pytest.mark.parametrize(("line", "about"), TABLE, ids=[line for line, _ in TABLE])
def test_whom_a_reply_to_the_recipient_is_about(line: str, about: About) -> None:
    assert whom_it_is_about(read(line), Phase.RCPT) is about


@pytest.mark.parametrize("line", [*ABOUT_THE_PERSON, *UNCLEAR, *ABOUT_US])
@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.TLS, Phase.LOGIN, Phase.MAIL])
def test_what_is_said_before_the_recipient_is_named_is_never_about_the_recipient(line: str, phase: Phase) -> None:
    assert whom_it_is_about(read(line), phase) is About.US


@pytest.mark.parametrize("line", ["554 transaction failed", "552 5.3.4 too big", "550 no", "554 5.6.0 bad contents"])
@pytest.mark.parametrize("phase", [Phase.DATA, Phase.BODY, Phase.DOT])
def test_what_is_said_after_the_recipient_was_taken_is_about_the_message(line: str, phase: Phase) -> None:
    assert whom_it_is_about(read(line), phase) is About.US


def test_a_mailbox_that_is_full_may_be_told_after_the_message() -> None:
    assert whom_it_is_about(read("552 5.2.2 mailbox full"), Phase.DOT) is About.PERSON


def test_an_acceptance_is_about_nobody() -> None:
    assert not is_about_us(read("250 2.0.0 ok, spam filter passed"), Phase.DOT)
    assert not is_about_us(read("250 2.1.0 ok"), Phase.MAIL)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("451 rate limit exceeded", True),
        ("450 too many messages from you this hour", True),
        ("452 You are sending too fast", True),
        ("451 Throttled", True),
        ("450 4.7.1 try later", True),
        ("451 4.3.0 local error", False),
        ("451 local error", False),
        ("452 4.2.2 mailbox full", False),
        ("550 rate limit exceeded", False),
    ],
)
def test_what_is_about_how_much_we_send(line: str, expected: bool) -> None:
    assert says_too_much(read(line)) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("450 4.7.1 Too many recipient attempts", True),
        ("450 4.7.1 <ana@example.org>: Recipient address rejected: Policy restrictions; try later", True),
        ("451 4.7.1 Greylisting in action, please come back in 00:05:00", True),
        ("451 Temporary local problem - please try later", True),
        ("451 rate limit exceeded", False),
        ("451 too many messages in the last hour", False),
        ("451 4.7.650 temporarily rate limited due to IP reputation", False),
        ("450 4.7.25 Client host rejected: cannot find your hostname", False),
        ("421 4.7.1 try later", False),
        ("451 4.3.0 Temporary lookup failure", False),
        ("550 5.7.1 greylisted", False),
    ],
)
def test_what_may_be_greylisting(line: str, expected: bool) -> None:
    assert may_greylist(read(line), Phase.RCPT) is expected
    assert not may_greylist(read(line), Phase.MAIL)
