"""What was read in a text is kept for the same text, and no more of it than fits."""

from __future__ import annotations

from composer.remembered import LETTERS, KeptLately, remembered


def test_a_text_is_read_once_and_again_for_another_question() -> None:
    asked: list[str] = []

    @remembered
    def length(text: str, *, times: int = 1) -> int:
        asked.append(text)
        return len(text) * times

    assert [length("ab"), length("ab"), length("ab", times=2), length("ab", times=2), length("c")] == [2, 2, 4, 4, 1]
    assert asked == ["ab", "ab", "c"]


def test_the_letters_that_are_kept_are_bounded_and_the_latest_stay() -> None:
    asked: list[int] = []

    @remembered
    def first(text: str) -> str:
        asked.append(len(text))
        return text[:1]

    long = LETTERS // 3
    for letter in "abc":
        first(letter * long)
    first("a" * long)  # kept, and now the latest
    first("d" * (long + 3))  # takes the place of b
    assert len(asked) == 4
    first("a" * long)
    assert len(asked) == 4
    first("b" * long)
    assert len(asked) == 5


def test_a_text_that_is_too_long_to_be_kept_is_answered_all_the_same() -> None:
    read = remembered(len)
    assert [read("x" * (LETTERS + 1)) for _ in range(2)] == [LETTERS + 1] * 2


def test_the_latest_are_kept_as_long_as_their_letters_fit() -> None:
    kept: KeptLately[str, int] = KeptLately(10)
    for number, key in enumerate("abc"):
        kept.put(key, number, letters=3)
    assert kept.take("a") == 0
    assert kept.take("a") is None
    kept.put("a", 0, letters=3)  # the newest now
    kept.put("d", 4, letters=4)
    assert kept.items() == [("c", 2), ("a", 0), ("d", 4)]
    kept.put("c", 5, letters=1)  # in the place of the one before
    kept.put("e", 6, letters=2)
    assert [key for key, _ in kept.items()] == ["a", "d", "c", "e"]
    kept.put("f", 7, letters=11)
    assert len(kept) == 0
