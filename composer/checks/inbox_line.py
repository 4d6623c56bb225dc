"""Checks the line in the inbox: subject and preheader are the first and often the only thing that is read.

Limits: phones show 35 to 50 characters of a subject, webmail about 60; preheaders are cut at 90 to 140.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof, Text, squeezed
from composer.errors import Mend

_SUBJECT_LENGTH = 70
_PREHEADER_LENGTH = 150
_MERGE_FIELD_LENGTH = 8
_MIN_SHOUT = 8


def check_subject(proof: Proof) -> Iterator[Finding]:
    """The subject always says something, is not cut off, and does not shout."""
    subject = Text(("subject",), proof.content.subject, proof.source)
    fixed = MERGE_FIELD.sub("", subject.value).strip()
    if not fixed and "default(" not in subject.value:
        words = "the subject is nothing but a merge field, and empty for readers who have no value"
        yield find("subject-empty", subject.position(), words, "add words, or a default")
    length = len(MERGE_FIELD.sub("x" * _MERGE_FIELD_LENGTH, subject.value))
    if length > _SUBJECT_LENGTH:
        words = f"the subject has {length} characters; most inboxes show fewer than {_SUBJECT_LENGTH}"
        yield find("subject-long", subject.position(_SUBJECT_LENGTH), words, "put what matters first, and cut the rest")
    letters = [letter for letter in fixed if letter.isalpha()]
    if len(letters) >= _MIN_SHOUT and all(letter == letter.upper() != letter.lower() for letter in letters):
        yield find("subject-shouting", subject.position(), "the subject is in capitals only", "write it as a sentence")
    elif match := re.search(r"[!?]\s*!|!\s*[!?]", subject.value):
        words = "the subject has several exclamation marks"
        marks = re.compile(r"[!?](?:\s*[!?])*").match(subject.value, match.start())
        mend = Mend(marks[0], "?" if "?" in marks[0] else "!") if marks else None
        yield find("subject-shouting", subject.position(match.start()), words, "one is enough; none is better", mend)


def check_preheader(proof: Proof) -> Iterator[Finding]:
    """The preheader adds to the subject, and is not cut off."""
    preheader = Text(("preheader",), proof.content.preheader, proof.source)
    if squeezed(preheader.value).strip(".!?…") == squeezed(proof.content.subject).strip(".!?…"):
        words = "the preheader repeats the subject"
        yield find("preheader-repeats", preheader.position(), words, "say what else is in the issue")
    if len(preheader.value) > _PREHEADER_LENGTH:
        words = f"the preheader has {len(preheader.value)} characters; inboxes show 90 to 140"
        yield find("preheader-long", preheader.position(), words, "put what matters first")
