"""Whom one reply is about: this person, or us, by its code, its phase and its words. Pure, and a table.

::

    the phase      the connection, the login, MAIL ─────────────────────────────────────────▶ us, whatever it says
    the codes      530, 534, 535, 538, 571; x.1.7 x.1.8 (the sender), x.3 x.6 x.7 ──────────▶ us
                   x.1.1 x.1.3 x.1.6 x.1.10 x.2.0 x.2.1 x.2.2 ──────────────────────────────▶ the person
    the words      "relaying denied", "authentication required", "rate limit", "spam" … ────▶ us
                   "user unknown", "mailbox full", "greylisted" … ──────────────────────────▶ the person
    neither        after DATA it was the message that was refused ──────────────────────────▶ us
                   at RCPT ────────────────────────────────────────────────────────────────▶ unclear

Where codes and words disagree, words about us win over a code about the person, because providers give 5.1.1 to what
they refuse by policy; every other contradiction is unclear. *Us* includes the message: its sender, size and contents
are the same for everybody.

Codes: RFC 5321 4.2.3, RFC 4954 6, RFC 3463, RFC 5248, RFC 7372, RFC 7504. Words: those of Postfix, Exim, OpenSMTPD,
Sendmail, Exchange and the large providers.
"""

from __future__ import annotations

import enum
import re
import unicodedata

from composer.delivery.reply import Phase, Reply


class About(enum.StrEnum):
    """Whom a reply that turns a message away is about."""

    PERSON = "person"  # the next recipient may fare better
    US = "us"  # our address, login, speed, name or message: the next recipient would fare no better
    UNCLEAR = "unclear"


_OURS_BY_PHASE = frozenset({Phase.CONNECT, Phase.TLS, Phase.LOGIN, Phase.MAIL})
_OF_THE_MESSAGE = frozenset({Phase.DATA, Phase.BODY, Phase.DOT})
_CLOSING = 421
_OURS_BY_CODE = frozenset({530, 534, 535, 538, 571})
_OF_OUR_ADDRESS = frozenset({"1.7", "1.8"})
_OF_THEIR_MAILBOX = frozenset({"1.1", "1.3", "1.6", "1.10", "2.0", "2.1", "2.2"})
# Subjects and details that are missing here (5.1.2, 5.2.3, 5.4, 5.5) are used for both.
_OUR_SUBJECTS = frozenset({"3", "6", "7"})  # the mail system, the contents, policy: RFC 3463 3.4, 3.7, 3.8
_NEVER_GREYLISTING = frozenset("356")  # the mail system, the commands, the contents

# "Sender address rejected" is not about an address that is written to.
_of_the_sender = re.compile(
    r"\b(?:sender|from|return|reply.to|envelope|mail.from|your|source|client)(?:'s)?[ -]?(?:e-?mail|mail|ip|host)?[ -]?"
    r"(?:address|domain|account|mailbox|user|name|host)\b"
)
_TOO_MUCH = (
    r"rate.?limit|too (?:many|fast|much|frequent)|throttl|slow(?:ing)? down|sending (?:too|quota|limits?)|"
    r"exceed\w*.{0,40}\b(?:rate|limits?|per|messages|recipients|connections|hourly|daily)\b|"
    r"\blimits? (?:for .{0,30})?(?:has been |is |was |have been )?(?:exceeded|reached)|limit\w* (?:per|on) |"
    r"(?:daily|hourly|monthly|sending|outgoing|outbound|sender'?s?|your) (?:\w+ )?(?:quota|limit|allowance)|"
    r"quota (?:of|for) (?:the |your )?(?:sender|account)|unusual (?:rate|volume|number|amount)"
)
_US = re.compile(
    "|".join(
        (
            _TOO_MUCH,
            r"\brelay\w*\b.{0,40}\b(?:not|den\w+|prohibit\w+|refus\w+|disallow\w*|forbidden|reject\w+|fail\w*|restrict\w+)|"
            r"(?:\b(?:not?|den\w+|prohibit\w+|unable|cannot|refus\w+|reject\w+)|n't)\b.{0,30}\brelay",
            r"authenticat|\bauth\b|smtp auth|log ?in\b|credentials|not authori[sz]ed|unauthori[sz]ed|authori[sz]ation",
            r"starttls|\btls\b|encrypt|\bssl\b",
            r"\bsender\b|return.?path|reverse.?path|envelope.?from|from (?:address|header|domain)|\bmail from\b",
            r"\bspam|unsolicited|\bbulk\b|\babus|\bjunk\b|phish|virus|malware|infected|suspicious",
            r"\bspf\b|dkim|dmarc|\barc\b|dnsbl|\brbl\b|black.?list|block.?list|\bblocked\b|denylist|\bbanned\b",
            r"reputation|policy|policies|polic(?:e|ing)|prohibit|not permitted|permission|forbidden|administrativ",
            r"access denied|access not allowed|not allowed|rejected due|\bcontents?\b|attachment|\bheaders?\b",
            r"reverse dns|\brdns\b|\bptr\b|\bhelo\b|\behlo\b|client host|your (?:ip|host|server|network|mail server)",
            r"(?:message|mail|data|letter|size).{0,30}(?:too (?:big|large|long)|exceed)|size (?:limit|exceed)|"
            r"exceed\w*.{0,30}\bsize|maximum.{0,20}\bsize|too (?:big|large) (?:message|mail)",
            r"system (?:storage|resources|error|failure|busy|problem)|disk (?:space|full|quota)|out of (?:disk|memory)|"
            r"service (?:is )?(?:temporarily |currently )?(?:not available|unavailable)|misconfigur|maintenance|"
            r"not accepting (?:mail|messages)|shutting down|server (?:is )?(?:too )?(?:busy|error|unavailable)",
            r"your account|subscription|trial|billing|unpaid|payment|credits?\b|licen[cs]e",
            r"verification failed|verify failed|call(?:back|out)|receiving mail at a rate|\bip\b|\bjunk",
            # German, French; Spanish, Portuguese, Italian; Dutch, Polish; Russian; Chinese, Japanese
            r"nicht erlaubt|berechtig|verweigert|anmeld|absender|gesperrte? ip|exp[eé]diteur|relais|non autoris|"
            r"acc[eè]s refus|adresse ip|denegad|remitente|autentica|permitid|accesso negato|mittente|geweigerd|"
            r"afzender|zabronion|nadawc|autoryzac|запрещ|отправител|спам|отклонен[оа]? как|拒绝访问|垃圾|频率|"
            r"发件人|許可|送信者|迷惑",
        )
    )
)
_WHO = r"(?:user|recipient|rcpt|mailbox|address|addressee|account|alias|inbox|customer|subscriber|person|name)s?"
_PERSON = re.compile(
    "|".join(
        (
            r"\b(?:no such|no|unknown|invalid|non-?exist\w*|inactive|disabled|undeliverable|bad|closed|deactivated|"
            rf"expired|unroute?able|illegal|obsolete)(?: local| virtual| such| e?-?mail| final)*[ -]{_WHO}\b",
            rf"\b{_WHO}\b.{{0,40}}(?:unknown|not (?:be )?found|not exist|n't exist|unavailable|not available|disabled|"
            r"inactive|closed|\bfull\b|over.?quota|invalid|not (?:a )?valid|not listed|no longer|not local|deactivat|"
            r"discontinued|terminated|\bmoved\b|has left|not here|undeliverable|rejected|suspended|expired|retired|"
            r"not (?:accept|receiv)\w*|does not have|storage|\bquota)",
            r"over.?quota|mailbox.{0,20}(?:full|limit|size|quota)|insufficient (?:mailbox|user) ",
            r"gr[ea]y.?list",
            r"not (?:known|exist|our customer) ?(?:here)?|doesn't exist|no mailbox|no such (?:domain|host)|has moved|"
            r"does not like recipient|no one here|nobody here",
            r"empf[aä]nger|postfach|existiert nicht|unbekannt|n'existe pas|inconnu|destinataire|bo[iî]te|"
            r"(?:usuario|destinatario|cuenta) (?:desconocid|inexistente|no )|no existe|buz[oó]n|utente|sconosciut|"
            r"casella|gebruiker|onbekend|postvak|nieznan|skrzynk|пользовател|не найден|не существует|ящик|"
            r"用户不存在|邮箱|存在しません|宛先|finns inte|findes ikke|neexistuj",
        )
    )
)
_asks_for_less = re.compile(_TOO_MUCH).search
_greylists = re.compile(r"gr[ea]y.?list|\btriplet|first.time (?:sender|contact|recipient)").search
_names_rate = re.compile(
    r"rate|limit|quota|exceed|throttl|allowance|slow(?:ing)? down|"
    r"(?:per|this|last|past|each|every|an?) (?:second|minute|hour|day)"
).search


def judge_words(text: str) -> About | None:
    """Judge a reply's words alone; None if they say nothing that is known, UNCLEAR if they say both."""
    words = _of_the_sender.sub("sender", unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    if _greylists(words):
        return About.PERSON
    ours, theirs = _US.search(words), _PERSON.search(words)
    if ours and theirs:
        return About.UNCLEAR
    return About.US if ours else About.PERSON if theirs else None


def judge_codes(reply: Reply) -> About | None:
    """Judge a reply's two codes alone; None if they are used for both."""
    if reply.code in _OURS_BY_CODE:
        return About.US
    _, _, detail = (reply.enhanced or "").partition(".")
    if detail.partition(".")[0] in _OUR_SUBJECTS:
        return About.US
    return About.PERSON if detail in _OF_THEIR_MAILBOX else None


def whom_it_is_about(reply: Reply, phase: Phase) -> About:
    """Judge a 4yz or 5yz reply by itself: whom it is about."""
    if phase in _OURS_BY_PHASE or (reply.enhanced or "")[2:] in _OF_OUR_ADDRESS:
        return About.US
    codes, words = judge_codes(reply), judge_words(reply.text)
    if codes is About.PERSON:
        return words or codes
    if codes is About.US:
        return About.UNCLEAR if words is About.PERSON and reply.code not in _OURS_BY_CODE else codes
    return words or (About.US if phase in _OF_THE_MESSAGE else About.UNCLEAR)


def is_about_us(reply: Reply, phase: Phase) -> bool:
    """Whether the reply is about us, so that it would turn away every recipient, and not about this one."""
    return reply.code >= 400 and whom_it_is_about(reply, phase) is About.US


def says_too_much(reply: Reply) -> bool:
    """Whether a 4yz reply is about how much or how fast we send, by its code (x.7.x) or its words."""
    words = reply.text.lower()
    if reply.digit != 4 or _greylists(words):
        return False
    return (reply.enhanced or "").startswith("4.7.") or bool(_asks_for_less(words))


def may_greylist(reply: Reply, phase: Phase) -> bool:
    """Whether the reply may mean that the relay puts off everybody whom it meets for the first time (RFC 6647).

    Many who do that name a reason of policy, or none. What names a rate, or another fault of ours, means what it says.
    """
    subject = (reply.enhanced or "")[2:3]
    if reply.digit != 4 or reply.code == _CLOSING or phase is not Phase.RCPT or subject in _NEVER_GREYLISTING:
        return False
    words = reply.text.lower()
    return judge_words(words) is not About.US or (bool(_asks_for_less(words)) and not _names_rate(words))
