"""Who is in the sample, and who gets which subject."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.planning.sample import PlannedSubjectTest, assign_variants, sampling_hashes
from composer.errors import MailingError
from composer.issue.subject_trial import VARIANTS, SubjectTest

KEY = b"a key for tests, 32 bytes or more"


def subject_test(sample: str = "20%", *, others: int = 1) -> PlannedSubjectTest:
    test = SubjectTest(subjects=tuple("wxyz"[:others]), sample=sample)
    return PlannedSubjectTest({name: {} for name in VARIANTS[1 : 1 + others]}, {"en": test, "fr": test})


def counted(people: int, drawn: PlannedSubjectTest) -> Counter[str | None]:
    hashes = sampling_hashes(range(people), issue="news", key=KEY)
    assignment = assign_variants({"en": hashes}, drawn)
    return Counter(assignment.variant_of("en", sampling_hash) for sampling_hash in hashes)


def test_a_share_is_drawn_in_equal_parts() -> None:
    assert counted(1000, subject_test("20%")) == {"A": 100, "B": 100, None: 800}
    assert counted(1000, subject_test("10%", others=3)) == {"A": 25, "B": 25, "C": 25, "D": 25, None: 900}


def test_a_number_is_drawn_exactly() -> None:
    assert counted(1000, subject_test("31")) == {"A": 15, "B": 16, None: 969}


@given(people=st.integers(3, 400), others=st.integers(1, 3), percent=st.integers(1, 99))
def test_every_part_has_somebody_and_somebody_is_left(people: int, others: int, percent: int) -> None:
    if people > others + 1:
        found = counted(people, subject_test(f"{percent}%", others=others))
        parts = [found[name] for name in VARIANTS[: others + 1]]
        assert min(parts) >= 1
        assert max(parts) - min(parts) <= 1
        assert found[None] >= 1


def test_the_same_people_are_drawn_again_and_others_with_another_key_or_issue() -> None:
    hashes = sampling_hashes(range(50), issue="news", key=KEY)
    assert sampling_hashes(range(50), issue="news", key=KEY) == hashes
    assert not set(hashes) & set(sampling_hashes(range(50), issue="other", key=KEY))
    assert not set(hashes) & set(sampling_hashes(range(50), issue="news", key=b"another key"))


def test_numbers_that_follow_each_other_are_spread_over_all_parts() -> None:
    hashes = sampling_hashes(range(10_000), issue="news", key=KEY)
    assignment = assign_variants({"en": hashes}, subject_test("50%"))
    first = Counter(assignment.variant_of("en", sampling_hash) for sampling_hash in hashes[:1000])
    assert all(abs(first[name] - expected) < 80 for name, expected in {"A": 250, "B": 250, None: 500}.items())


def test_each_language_is_drawn_for_itself() -> None:
    hashes = {
        "en": sampling_hashes(range(100), issue="n", key=KEY),
        "fr": sampling_hashes(range(100, 120), issue="n", key=KEY),
    }
    assignment = assign_variants(hashes, subject_test("20%"))
    assert [
        sum(assignment.variant_of(language, sampling_hash) is not None for sampling_hash in hashes[language])
        for language in hashes
    ] == [20, 4]


def test_readers_who_are_too_few_to_be_parted_wait_for_the_winner() -> None:
    few, many = sampling_hashes(range(2), issue="n", key=KEY), sampling_hashes(range(2, 50), issue="n", key=KEY)
    assignment = assign_variants({"fr": few, "en": many}, subject_test())
    assert [assignment.variant_of("fr", sampling_hash) for sampling_hash in few] == [None, None]
    with pytest.raises(MailingError, match="needs at least 3 readers"):
        assign_variants({"fr": few}, subject_test())


@pytest.mark.parametrize(
    ("sample", "told"), [("50", "asks for 50 readers of 'en', and there are 40"), ("1", "too small")]
)
def test_a_sample_that_cannot_be_is_told(sample: str, told: str) -> None:
    with pytest.raises(MailingError, match=told):
        assign_variants({"en": sampling_hashes(range(40), issue="n", key=KEY)}, subject_test(sample))
