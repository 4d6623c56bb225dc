"""Checks what phones show of subject and preheader, each program by the room that it has.

Room is measured and not counted: forty letters of "illicit" are as wide as twenty of "WOMAN". A letter's width is that
of Helvetica (its public metrics, Adobe AFM), which the fonts of phones are near to; signs of East Asia and emojis have
a square, accents of their own none, a merge field eight letters. A program's room is the number of letters that
somebody has seen there, each as wide as the mean of the sentence that was tried, about a quick brown fox.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof, Text, heard


@dataclass(frozen=True)
class PhoneProgram:
    """How many letters a mail program for phones shows of a subject and of a preheader."""

    name: str
    subject: int
    preheader: int

    @cached_property
    def subject_room(self) -> int:
        """Give the room for a subject, in thousandths of the size of its letters."""
        return self.subject * _mean_width()


PHONE_PROGRAMS = (
    # emailtooltester.com, "How long can a subject line be?" (iPhone 14, Pixel 7; read in November 2026)
    PhoneProgram("Mail on an iPhone", 48, 99),
    PhoneProgram("Gmail on Android", 33, 40),
    # lettercounter.org, "Email subject line length" (2026); the preheader: knowledge.acellemail.com, 40 to 70
    PhoneProgram("Gmail on an iPhone", 37, 40),
    # wordcounternow.com, "Email marketing character limits" (2024), 35 to 45, 30 to 40; preheaders: themarketer.com
    PhoneProgram("Outlook on a phone", 45, 55),
    PhoneProgram("Yahoo Mail on a phone", 40, 50),
)
_MOST = 3
"""Of five: "most phones"."""
_WIDTHS = {
    191: "'", 222: "ijl‘’", 260: "|", 278: " !,./:;I[]ft\\", 333: "()-r`“”", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu–€", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "—…", 1015: "@",
}  # fmt: skip
_WIDTH_OF = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
_SQUARE, _SMALL, _LARGE, _OTHER = 1000, 556, 680, 560
_FIELD_WIDTH = 8 * _SMALL
_TRIED = "The quick brown fox jumps over the lazy dog"
_SIGN = re.compile(rf"{MERGE_FIELD.pattern}|.", re.DOTALL)
_FIGURE = re.compile(r"(?<![\w#])[€$£]?\d+(?:[.,:/–-]\d+)*(?:\s?(?:%|€|\$|[^\W\d_]+))?")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_NUMBERING = re.compile(
    r"\b(?:newsletter|news|infolettre|lettre|bulletin|rundbrief|newsbrief|nieuwsbrief|boletín|boletin|notiziario|bülten|"
    r"no|nr|n|num|número|numéro|numero|nummer|issue|édition|edition|edición|ausgabe|sayı|vol)\b",
    re.IGNORECASE,
)


def check_phones(proof: Proof) -> Iterator[Finding]:
    """Phones show of the subject its figures, and more than whose letter it is; and of the preheader something new."""
    yield from _subject(Text(("subject",), proof.content.subject, proof.source), proof)
    preheader = Text(("preheader",), proof.content.preheader, proof.source)
    least = min(PHONE_PROGRAMS, key=lambda program: program.preheader)
    end = shown_of(preheader.value, least.preheader * _mean_width())
    if end < len(preheader.value):
        words = heard(re.sub(r"\w+$", "", preheader.value[:end])).strip()
        if words.count(" ") >= 2 and words in heard(proof.content.subject):
            message = f"what some phones show of the preheader is the subject again: “{preheader.value[:end].strip()}…”"
            yield find("inbox-cut", preheader.position(), message, "begin it with something that the subject lacks")


def _subject(subject: Text, proof: Proof) -> Iterator[Finding]:
    ends = {program: shown_of(subject.value, program.subject_room) for program in PHONE_PROGRAMS}
    cutting = sorted((end, program.name) for program, end in ends.items() if end < len(subject.value))
    if len(cutting) < _MOST:
        return
    end, name = cutting[_MOST - 1]  # what this one does not show, most do not
    shown = f"{name} shows “{subject.value[: cutting[_MOST - 1][0]].strip()}…”"
    figures = [one for one in _FIGURE.finditer(subject.value) if not _YEAR.match(one[0])]
    if not _says_more_than_its_name(subject.value[:end], proof):
        message = f"most phones show of the subject only whose letter it is: {shown}"
        yield find("inbox-cut", subject.position(), message, "the sender's name says that: begin with what is new")
    elif figures and all(one.end() > end for one in figures):
        message = f"most phones cut the subject before “{figures[0][0].strip()}” ends: {shown}"
        yield find(
            "inbox-cut", subject.position(figures[0].start()), message, "put the date or the figure further ahead"
        )


def _says_more_than_its_name(shown: str, proof: Proof) -> bool:
    """Tell whether anything is left of a line without the publication's names, its number and words for these."""
    sender = proof.newsletter.sender
    names = f"{proof.newsletter.name} {proof.newsletter.organisation} {sender.name if sender else ''}"
    known = set(heard(names).split())
    left = [word for word in heard(_NUMBERING.sub(" ", shown)).split() if word not in known and not word.isdecimal()]
    return sum(map(len, left)) >= 6


def shown_of(line: str, room: int) -> int:
    """Give the offset at which a line is cut in a room of thousandths of its letters' size; its length if it fits."""
    taken = 0
    for sign in _SIGN.finditer(line):
        taken += _FIELD_WIDTH if len(sign[0]) > 1 else width_of(sign[0])
        if taken > room:
            return sign.start()
    return len(line)


@lru_cache(maxsize=4096)
def width_of(sign: str) -> int:
    """Give the width of a sign in thousandths of its size."""
    base = unicodedata.normalize("NFD", sign)[:1]
    if (known := _WIDTH_OF.get(sign) or _WIDTH_OF.get(base)) is not None:
        return known
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return _SQUARE
    return _LARGE if sign.isupper() else _SMALL if sign.islower() else _OTHER


@lru_cache(maxsize=1)
def _mean_width() -> int:
    return round(sum(map(width_of, _TRIED)) / len(_TRIED))
