"""Who is in the sample of a subject test, and who gets which subject.

Everybody has a *sampling hash*: a keyed hash of the issue and of the person's number. In each language, the people with
the lowest hashes are the sample; the first part of them gets subject A, the next part B, and so on. So it does not
matter who joined first or when the plan is made, a plan that is made again picks the same people, and nobody without
the key can tell who will be in the sample. Pure.

Enters: everyone's sampling hash, by language. Leaves: a VariantAssignment, which tells each person's variant.
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

_HASH_BYTES = 8


@dataclass(frozen=True, slots=True)
class PlannedSubjectTest:
    """A subject test with the editions that it needs, ready to be planned.

    ``editions`` holds an edition for every other subject: variant ("B") → language → edition. ``tests`` holds what the
    author wrote (subjects, size of the sample) by language.
    """

    editions: Mapping[str, Mapping[str, Edition]]
    tests: Mapping[str, SubjectTest]

    @property
    def variants(self) -> Sequence[str]:
        """The variants that are tested, beginning with A."""
        return VARIANTS[: 1 + len(self.editions)]


@dataclass(frozen=True, slots=True)
class VariantAssignment:
    """Which variant of the subject each person gets.

    ``highest_hashes`` has, for each language, the highest sampling hash that still gets A, then B, and so on. Whoever
    has a higher one than all of them is not in the sample, and waits for the winner.
    """

    highest_hashes: Mapping[str, Sequence[int]]

    def variant_of(self, language: str, sampling_hash: int) -> str | None:
        """The variant for somebody with this sampling hash; None if they are not in the sample."""
        highest_hashes = self.highest_hashes[language]
        number = bisect_left(highest_hashes, sampling_hash)
        return VARIANTS[number] if number < len(highest_hashes) else None


def sampling_hashes(subscribers: Iterable[int], *, issue: str, key: bytes) -> Sequence[int]:
    """The sampling hash of each subscriber, from 0 to 2^64. ``key`` is the project's secret."""
    # The use "lot" stays as it is: another word would pick other people for a mailing that is planned again.
    tags = (keyed_tag(f"{issue}\0{subscriber}".encode(), key=key, use=b"lot") for subscriber in subscribers)
    return array("Q", (int.from_bytes(tag[:_HASH_BYTES]) for tag in tags))


def assign_variants(hashes: Mapping[str, Sequence[int]], subject_test: PlannedSubjectTest) -> VariantAssignment:
    """Divide the people with these sampling hashes (by language) into the variants of the test and the rest.

    Raises MailingError if nobody would be left for the winner, or if there are too few readers for a test.
    """
    highest = {language: _highest_hashes(sorted(hashes[language]), language, subject_test) for language in hashes}
    if not any(highest.values()):
        count = len(subject_test.variants)
        raise MailingError(f"a test of {count} subjects needs at least {count + 1} readers of one language")
    return VariantAssignment(highest)


def _highest_hashes(hashes: Sequence[int], language: str, subject_test: PlannedSubjectTest) -> Sequence[int]:
    """For sorted hashes, the last one of each variant; nothing if a language has too few readers to be divided."""
    test, variants, readers = subject_test.tests[language], len(subject_test.variants), len(hashes)
    size = test.size(readers)
    if test.sample.isdecimal() and size >= readers > 0:
        raise MailingError(
            f"the sample asks for {size:,} readers of {language!r}, and there are {readers:,}; nobody would be left "
            f"for the winner. Write a share such as 20%, or for {language!r} a sample of its own"
        )
    if test.sample.isdecimal() and size < variants and readers:
        raise MailingError(f"a sample of {size:,} is too small for {variants} subjects")
    if readers <= variants:
        return ()
    size = min(max(size, variants), readers - 1)
    return [hashes[size * number // variants - 1] for number in range(1, variants + 1)]
