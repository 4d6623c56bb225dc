"""Finds editions that say word for word what people were sent before: a letter that was copied and not rewritten.

Enters: the editions of an issue, and the database with what has been sent. Leaves: for each language of which that is
so the mailing that had it. Compared is the text part as it is read: without addresses, white space, the subject and the
line of day and number. What an issue's own folder and its neighbours say is ``issue/repetition/``; here it
does not matter whether the folder of the earlier letter is still there, or has another name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from composer.database.schema import deliveries, mailing_editions, mailings
from composer.delivery.editions import load_edition
from composer.delivery.mailing import MAY_HAVE_IT
from composer.delivery.packed import HAD_READERS
from composer.edition.model import Edition, SlottedText, every_piece

_LATEST = 30
"""Mailings that are looked at: who copies a letter copies one of the last."""

_A_LETTER = re.compile(r"\w")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


@dataclass(frozen=True, slots=True)
class SentBefore:
    """The mailing that had the same words, and the issue that it was of."""

    mailing: int
    issue: str


def sent_before(
    connection: Connection, editions: Mapping[str, Edition], *, wordless: Collection[str] = ()
) -> Mapping[str, SentBefore]:
    """Find the languages whose edition has the texts of one of another issue that somebody has got.

    In ``wordless`` languages nothing stands in the blocks that could be compared: there the subject has to differ.
    """
    issues = {edition.issue for edition in editions.values()}
    found: dict[str, SentBefore] = {}
    somebody_has_it = (
        exists().where(deliveries.c.mailing_id == mailings.c.id, deliveries.c.state.in_(MAY_HAVE_IT)) | HAD_READERS
    )
    for language, edition in editions.items():
        rows = connection.execute(
            select(mailings.c.id, mailings.c.issue, mailing_editions.c.edition_digest)
            .join(mailing_editions, mailing_editions.c.mailing_id == mailings.c.id)
            .where(mailing_editions.c.language == language, mailings.c.issue.not_in(issues), somebody_has_it)
            .order_by(mailings.c.id.desc())
            .limit(_LATEST)
        ).all()
        for mailing, issue, digest in rows:
            other = load_edition(connection, digest)
            if language in wordless and _subject(edition) != _subject(other):
                continue
            if _say_the_same(edition, other):
                found[language] = SentBefore(mailing, issue)
                break
    return found


def _say_the_same(one: Edition, other: Edition) -> bool:
    here, there = list(_lines(one.text)), list(_lines(other.text))
    if len(here) != len(there):
        return False
    # A new subject over the old letter makes no new letter: it is the title too, where no other is written.
    subjects = _subject(one), _subject(other)
    differing = [pair for pair in zip(here, there, strict=True) if pair[0] != pair[1] and pair != subjects]
    # The line of day and number, and no other.
    return not differing or (len(differing) == 1 and all(re.search(r"\d", line) for line in differing[0]))


def _subject(edition: Edition) -> str:
    return " ".join(_lines(edition.subject))


def _lines(segments: SlottedText) -> Iterator[str]:
    # A slot is part of the address that follows it.
    text = "".join(piece if isinstance(piece, str) else "https://" for piece in every_piece(segments))
    lines = (" ".join(_ADDRESS.sub("", line).split()) for line in text.splitlines())
    return (line for line in lines if _A_LETTER.search(line))  # a title's underline is as long as the title
