"""Checks the line in the inbox: subject and preheader are the first and often the only thing that is read.

Limits: phones show 35 to 50 characters of a subject, webmail about 60; preheaders are cut at 90 to 140.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof, Text, heard, squeezed
from composer.checks.slots import ALWAYS_FILLED
from composer.errors import Mend

_SUBJECT_LENGTH = 70
_PREHEADER_LENGTH = 150
_MERGE_FIELD_LENGTH = 8
_MIN_SHOUT = 8
_MARKS = re.compile(r"[!！?？]\s*[!！](?:\s*[!?！？])*|[!！]\s*[?？](?:\s*[!?！？])*|[‼⁈⁉]")
"""More than one mark, of which one is of exclamation: ``!!``, ``?!``, ``! !`` as in French, ``！！`` as in Japanese."""
_ONE_MARK = {"‼": "!", "⁈": "?", "⁉": "?"}
_SIGN = re.compile(rf"{MERGE_FIELD.pattern}|.", re.DOTALL)


def check_subject(proof: Proof) -> Iterator[Finding]:
    """The subject always says something, is not cut off, and does not shout."""
    subject = Text(("subject",), proof.content.subject, proof.source)
    fixed = MERGE_FIELD.sub("", subject.value).strip()
    if not _says_something(fixed) and not any(map(_is_filled, MERGE_FIELD.findall(subject.value))):
        words = "the subject is nothing but a merge field, and empty for readers who have no value"
        yield find("subject-empty", subject.position(), words, "add words, or a default")
    letters, cut = _measured(subject.value, _SUBJECT_LENGTH)
    if letters > _SUBJECT_LENGTH:
        words = f"the subject {_counted(letters, subject.value)}; most inboxes show fewer than {_SUBJECT_LENGTH}"
        yield find("subject-long", subject.position(cut), words, "put what matters first, and cut the rest")
    loud = [letter for letter in fixed if letter.isalpha()]
    if len(loud) >= _MIN_SHOUT and all(letter == letter.upper() != letter.lower() for letter in loud):
        yield find("subject-shouting", subject.position(), "the subject is in capitals only", "write it as a sentence")
    elif match := _MARKS.search(subject.value):
        words = "the subject has several exclamation marks"
        one = next((mark for mark in match[0] if mark in "?？⁈⁉"), match[0][0])
        mend = Mend(match[0], _ONE_MARK.get(one, one))
        yield find("subject-shouting", subject.position(match.start()), words, "one is enough; none is better", mend)


def check_preheader(proof: Proof) -> Iterator[Finding]:
    """The preheader adds to the subject, and is not cut off."""
    preheader = Text(("preheader",), proof.content.preheader, proof.source)
    if _as_said(preheader.value) == _as_said(proof.content.subject):
        words = "the preheader repeats the subject"
        yield find("preheader-repeats", preheader.position(), words, "say what else is in the issue")
    letters, _ = _measured(preheader.value, _PREHEADER_LENGTH)
    if letters > _PREHEADER_LENGTH:
        words = f"the preheader {_counted(letters, preheader.value)}; inboxes show 90 to 140"
        yield find("preheader-long", preheader.position(), words, "put what matters first")


def _says_something(words: str) -> bool:
    """Tell whether anything but blanks and punctuation is left of a subject without its merge fields."""
    return any(unicodedata.category(sign)[0] in "LNS" for sign in words)


def _is_filled(field: str) -> bool:
    """Tell whether a merge field says something to every reader: it has a default, or everybody has its value."""
    name = field.strip("{}- \t").partition("|")[0].strip()
    return name in ALWAYS_FILLED or bool(re.search(r"\bdefault\(\s*[\"'“”„‘’][^\"'“”„‘’)]*\w", field))


def _as_said(words: str) -> str:
    """Make two lines comparable by what one hears; signs that nobody says, such as emojis, as they are."""
    return heard(words).strip() or squeezed(words)


def _measured(text: str, most: int) -> tuple[int, int]:
    """Give how many letters of Latin a line takes, and the offset of the first sign behind so many as ``most``.

    A sign of East Asia and an emoji are as wide as two letters (Unicode, UAX 11), an accent of its own takes no room,
    and a merge field has about eight letters.
    """
    letters, cut = 0, len(text)
    for match in _SIGN.finditer(text):
        letters += _MERGE_FIELD_LENGTH if len(match[0]) > 1 else _width(match[0])
        if letters > most:
            cut = min(cut, match.start())
    return letters, cut


def _width(sign: str) -> int:
    if sign.isascii():
        return 1
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _counted(letters: int, text: str) -> str:
    is_wide = any(_width(sign) > 1 for sign in text)
    return f"is as wide as {letters} letters" if is_wide else f"has {letters} characters"
