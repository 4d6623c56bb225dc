"""Whom many refusals are about: the words that a relay has for everybody, and how many people they were said of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.delivery.judgement import About
from composer.delivery.streak import Doubt, Ruling, count_points, is_about_us, rule_at_the_end, same_words

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
