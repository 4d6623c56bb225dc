"""Whom many refusals are about: the words that a relay has for everybody, and how many people they were said of."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.judgement import About
from composer.delivery.streak import (
    Doubt,
    Ruling,
    count_points,
    find_provider_of_streak,
    is_about_provider,
    is_about_us,
    rule_at_the_end,
    same_words,
)

GONE = "user unknown"


def refused(count: int, *, domains: int | None = None, about: About = About.PERSON, texts: int = 1) -> list[Doubt]:
    """``count`` people of as many ``domains``, or each of their own, refused in turn in so many ``texts``."""
    names = [chr(ord("a") + number) * 3 for number in range(26)]
    return [
        Doubt(number, f"p{number}@d{number % (domains or count)}.example", about, f"{GONE} {names[number % texts]}")
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("<ana@a.example>: Recipient address rejected: User unknown", "ana@a.example"),
        ("<bob.smith@b.example>: Recipient address rejected: User unknown", "bob.smith@b.example"),
        ("<x@192.0.2.1>: Recipient address rejected: User unknown (in reply to RCPT, 4F1kZ2)", "x@c.example"),
        ("bob smith: Recipient address rejected: User unknown", "bob.smith@b.example"),
        ("[10.0.0.1] Recipient address rejected: User unknown. See https://x.example/?id=ana", "ana@a.example"),
        ("Recipient address rejected: User unknown d2e1a72fcca58-23f-si", "ana@a.example"),
        ("Recipient address rejected: User unknown qXkDfLmNprs", "ana@a.example"),
        ("Recipient address rejected: User unknown mx3.b.example", "ana@a.example"),
    ],
)
def test_what_differs_from_person_to_person_is_no_part_of_the_words(text: str, recipient: str) -> None:
    words = same_words(text, recipient).removesuffix(" see").removesuffix(" in reply to rcpt")
    assert words == "recipient address rejected user unknown"


@pytest.mark.parametrize("recipient", ["user@a.example", "relay@b.example", "ana@c.example"])
def test_an_address_of_common_words_does_not_change_the_words(recipient: str) -> None:
    assert same_words("User unknown, relay denied", recipient) == "user unknown relay denied"


@given(st.text(max_size=600), st.emails())
def test_any_words_have_their_common_part(text: str, recipient: str) -> None:
    words = same_words(text, recipient)
    assert len(words.split()) <= 30
    assert recipient not in words


@pytest.mark.parametrize(
    ("doubts", "expected"),
    [
        (refused(19), False),
        (refused(20), True),
        (refused(20, about=About.UNCLEAR), True),
        (refused(30, texts=3), True),
        (refused(30, texts=6), False),
        (refused(60, texts=20), True),
        (refused(30, domains=1), False),  # former colleagues
        (refused(120, domains=1), False),
        (refused(200, domains=1), True),
        (refused(100, domains=2), False),
        (refused(20, domains=1, about=About.US), True),
    ],
)
def test_when_a_streak_is_about_us(doubts: list[Doubt], expected: bool) -> None:
    assert is_about_us(doubts) is expected


def test_one_person_counts_once_however_often() -> None:
    assert count_points([Doubt(number, "Ana@a.example", About.US, GONE) for number in range(100)]) == 1


@pytest.mark.parametrize(
    ("doubts", "has_taken", "is_everybody", "ruling"),
    [
        (refused(1), False, True, Ruling.IN_DOUBT),
        (refused(2), False, True, Ruling.ABOUT_US),
        (refused(2, texts=2), False, True, Ruling.IN_DOUBT),
        (refused(3, domains=1), False, True, Ruling.ABOUT_US),
        (refused(3), False, False, Ruling.IN_DOUBT),
        (refused(9), True, True, Ruling.AS_SAID),
        (refused(12), True, True, Ruling.ABOUT_US),
        (refused(30, domains=1), True, True, Ruling.AS_SAID),
    ],
)
def test_what_is_held_when_nobody_is_left(
    doubts: list[Doubt], has_taken: bool, is_everybody: bool, ruling: Ruling
) -> None:
    assert rule_at_the_end(doubts, has_taken=has_taken, is_everybody=is_everybody) is ruling


def test_many_at_a_provider_of_mailboxes_are_no_former_colleagues() -> None:
    in_a_row = [Doubt(number, f"reader{number}@gmail.com", About.PERSON, "user unknown") for number in range(20)]
    assert is_about_us(in_a_row)
    assert not is_about_us([replace(one, email=one.email.replace("gmail.com", "gone.example")) for one in in_a_row])


def of_provider(count: int, provider: str, *, about: About = About.US, texts: int = 1) -> list[Doubt]:
    """``count`` people of one provider, refused in turn in so many texts."""
    domain = f"{provider}.com"
    words = [f"{GONE} {chr(ord('a') + number) * 3}" for number in range(texts)]
    return [
        Doubt(number, f"{provider}{number}@{domain}", about, words[number % texts], provider) for number in range(count)
    ]


@pytest.mark.parametrize(
    ("streak", "provider"),
    [
        ([], ""),
        (of_provider(20, "gmail"), "gmail"),
        (of_provider(16, "gmail") + of_provider(4, "gmx"), "gmail"),
        (of_provider(15, "gmail") + of_provider(5, "gmx"), ""),
        (refused(20), ""),  # before anybody was named
        ([replace(one, provider=one.email.partition("@")[2]) for one in refused(20)], ""),
    ],
)
def test_a_streak_is_about_one_provider_if_nearly_all_of_it_is(streak: list[Doubt], provider: str) -> None:
    assert find_provider_of_streak(streak) == provider


@pytest.mark.parametrize(
    ("streak", "has_taken", "is_large", "expected"),
    [
        (of_provider(1, "gmail"), False, True, False),
        (of_provider(2, "gmail"), False, True, True),
        (of_provider(2, "gmail", texts=2), False, True, False),
        (of_provider(9, "gmail", texts=4), False, True, False),
        (of_provider(9, "gmail"), True, True, False),  # some there are taken: spam filters judge each
        (of_provider(10, "gmail"), True, True, True),
        (of_provider(9, "gmail", about=About.PERSON), False, True, False),
        (of_provider(10, "gmail", about=About.PERSON), False, True, True),
        (of_provider(4, "company"), False, False, False),
        (of_provider(5, "company"), False, False, True),
        (of_provider(30, "company", about=About.PERSON), False, False, False),  # former colleagues
    ],
)
def test_when_what_is_left_in_doubt_of_a_provider_is_about_us(
    streak: list[Doubt], has_taken: bool, is_large: bool, expected: bool
) -> None:
    assert is_about_provider(streak, has_taken=has_taken, is_large=is_large) is expected


_some = st.lists(
    st.builds(
        Doubt,
        delivery=st.integers(1, 60),
        email=st.builds("r{}@{}".format, st.integers(1, 40), st.sampled_from(["gmail.com", "gmx.de", "a.example"])),
        about=st.sampled_from(About),
        words=st.sampled_from(["no", "blocked", "user unknown", "spam", "gone"]),
        provider=st.sampled_from(["gmail", "gmx", "a.example"]),
    ),
    max_size=40,
)


def test_of_four_texts_as_frequent_as_each_other_the_same_three_count_in_any_order() -> None:
    four = [
        Doubt(number, f"r{number}@{domain}", about, words, "gmail")
        for number, (domain, about, words) in enumerate(
            [
                *[("gone.example", About.PERSON, "user unknown")] * 4,
                *[("gmail.com", About.US, words) for words in ("blocked", "gone", "spam") for _ in range(4)],
            ]
        )
    ]
    assert count_points(four) == count_points(list(reversed(four))) == 12


@given(_some, st.booleans(), st.randoms())
def test_the_judgement_of_a_provider_knows_no_order_and_more_evidence_never_clears_it(
    streak: list[Doubt], is_large: bool, dice: random.Random
) -> None:
    shuffled = list(streak)
    dice.shuffle(shuffled)
    judged = {taken: is_about_provider(streak, has_taken=taken, is_large=is_large) for taken in (False, True)}
    assert judged[False] >= judged[True], "a message that it has taken speaks for the provider"
    assert is_about_provider(shuffled, has_taken=False, is_large=is_large) == judged[False]
    assert is_about_provider(streak, has_taken=False, is_large=True) >= judged[False], "a large one needs fewer"
    new = [Doubt(100 + n, f"new{n}@gmail.com", About.US, "no", "gmail") for n in range(20)]
    assert is_about_provider([*streak, *new], has_taken=True, is_large=is_large)
