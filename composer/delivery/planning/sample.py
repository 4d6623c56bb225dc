"""Who is in the sample of a subject test, and who gets which subject.

Everybody has a *lot*: a keyed hash of the issue and their number. In each language, those with the lowest lots are the
sample, and the first part of them gets A, the next one B … So neither the order of joining decides nor the chance of a
moment, a plan that is made again draws the same people, and nobody without the key can tell who will be drawn. Pure.

Enters: everyone's lot, by language. Leaves: a Draw, which tells anyone's variant by their lot.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer.edition.model import Edition
from composer.errors import MailingError
from composer.issue.subject_trial import VARIANTS, SubjectTest
from composer.message.keyed import keyed_tag

_LOT_BYTES = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """A subject test that is to be planned.

    ``editions`` has the other subjects', as variant ("B") → language → edition; ``tests`` is by language.
    """

    editions: Mapping[str, Mapping[str, Edition]]
    tests: Mapping[str, SubjectTest]

    @property
    def variants(self) -> Sequence[str]:
        """All of them, A first."""
        return VARIANTS[: 1 + len(self.editions)]


@dataclass(frozen=True, slots=True)
class Draw:
    """The highest lot of each variant, by language; who has a higher one than all waits for the winner."""

    ends: Mapping[str, Sequence[int]]

    def variant(self, language: str, lot: int) -> str | None:
        """What somebody with this lot gets; None for the rest."""
        ends = self.ends[language]
        place = bisect_left(ends, lot)
        return VARIANTS[place] if place < len(ends) else None


def draw_lots(subscribers: Iterable[int], *, issue: str, key: bytes) -> Sequence[int]:
    """Everyone's lot, from 0 to 2^64. ``key`` is the project's secret."""
    tags = (keyed_tag(f"{issue}\0{subscriber}".encode(), key=key, use=b"lot") for subscriber in subscribers)
    return array("Q", (int.from_bytes(tag[:_LOT_BYTES]) for tag in tags))


def draw_sample(lots: Mapping[str, Sequence[int]], trial: Trial) -> Draw:
    """Where the variants end, for these people. Raises MailingError if nobody would be left, or too few are there."""
    ends = {language: _ends(sorted(lots[language]), language, trial) for language in lots}
    if not any(ends.values()):
        raise MailingError(
            f"a test of {len(trial.variants)} subjects needs at least {len(trial.variants) + 1} readers of one language"
        )
    return Draw(ends)


def _ends(lots: Sequence[int], language: str, trial: Trial) -> Sequence[int]:
    """The last lot of each part, of lots in order; nothing if these readers are too few to be parted."""
    test, parts = trial.tests[language], len(trial.variants)
    size = test.size(len(lots))
    if test.sample.isdecimal() and size >= len(lots) > 0:
        raise MailingError(
            f"the sample asks for {size:,} readers of {language!r}, and there are {len(lots):,}; nobody would be left "
            f"for the winner. Write a share such as 20%, or for {language!r} a sample of its own"
        )
    if test.sample.isdecimal() and size < parts and lots:
        raise MailingError(f"a sample of {size:,} is too small for {parts} subjects")
    if len(lots) <= parts:
        return ()
    size = min(max(size, parts), len(lots) - 1)
    return [lots[size * part // parts - 1] for part in range(1, parts + 1)]
