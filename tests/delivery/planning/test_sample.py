"""Who is in the sample, and who gets which subject."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.planning.sample import Trial, draw_lots, draw_sample
from composer.errors import MailingError
from composer.issue.subject_trial import VARIANTS, SubjectTest

KEY = b"a key for tests, 32 bytes or more"


def trial(sample: str = "20%", *, others: int = 1) -> Trial:
    test = SubjectTest(subjects=tuple("wxyz"[:others]), sample=sample)
    return Trial({name: {} for name in VARIANTS[1 : 1 + others]}, {"en": test, "fr": test})


def counted(people: int, drawn: Trial) -> Counter[str | None]:
    lots = draw_lots(range(people), issue="news", key=KEY)
    draw = draw_sample({"en": lots}, drawn)
    return Counter(draw.variant("en", lot) for lot in lots)


def test_a_share_is_drawn_in_equal_parts() -> None:
    assert counted(1000, trial("20%")) == {"A": 100, "B": 100, None: 800}
    assert counted(1000, trial("10%", others=3)) == {"A": 25, "B": 25, "C": 25, "D": 25, None: 900}


def test_a_number_is_drawn_exactly() -> None:
    assert counted(1000, trial("31")) == {"A": 15, "B": 16, None: 969}


@given(people=st.integers(3, 400), others=st.integers(1, 3), percent=st.integers(1, 99))
def test_every_part_has_somebody_and_somebody_is_left(people: int, others: int, percent: int) -> None:
    if people > others + 1:
        found = counted(people, trial(f"{percent}%", others=others))
        parts = [found[name] for name in VARIANTS[: others + 1]]
        assert min(parts) >= 1
        assert max(parts) - min(parts) <= 1
        assert found[None] >= 1


def test_the_same_people_are_drawn_again_and_others_with_another_key_or_issue() -> None:
    lots = draw_lots(range(50), issue="news", key=KEY)
    assert draw_lots(range(50), issue="news", key=KEY) == lots
    assert not set(lots) & set(draw_lots(range(50), issue="other", key=KEY))
    assert not set(lots) & set(draw_lots(range(50), issue="news", key=b"another key"))


def test_numbers_that_follow_each_other_are_spread_over_all_parts() -> None:
    lots = draw_lots(range(10_000), issue="news", key=KEY)
    draw = draw_sample({"en": lots}, trial("50%"))
    first = Counter(draw.variant("en", lot) for lot in lots[:1000])
    assert all(abs(first[name] - expected) < 80 for name, expected in {"A": 250, "B": 250, None: 500}.items())


def test_each_language_is_drawn_for_itself() -> None:
    lots = {"en": draw_lots(range(100), issue="n", key=KEY), "fr": draw_lots(range(100, 120), issue="n", key=KEY)}
    draw = draw_sample(lots, trial("20%"))
    assert [sum(draw.variant(language, lot) is not None for lot in lots[language]) for language in lots] == [20, 4]


def test_readers_who_are_too_few_to_be_parted_wait_for_the_winner() -> None:
    few, many = draw_lots(range(2), issue="n", key=KEY), draw_lots(range(2, 50), issue="n", key=KEY)
    draw = draw_sample({"fr": few, "en": many}, trial())
    assert [draw.variant("fr", lot) for lot in few] == [None, None]
    with pytest.raises(MailingError, match="needs at least 3 readers"):
        draw_sample({"fr": few}, trial())


@pytest.mark.parametrize(
    ("sample", "told"), [("50", "asks for 50 readers of 'en', and there are 40"), ("1", "too small")]
)
def test_a_sample_that_cannot_be_is_told(sample: str, told: str) -> None:
    with pytest.raises(MailingError, match=told):
        draw_sample({"en": draw_lots(range(40), issue="n", key=KEY)}, trial(sample))
