"""What is still to be written is told from talk about such words."""

from __future__ import annotations

import pytest

from composer.checks.stand_ins import is_stand_in, stand_ins, to_do


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TODO", "TODO"),
        ("**TODO**", "TODO"),
        ("Words.\n\n- TODO\n", "TODO"),
        ("We have a TODO: the intro", "TODO"),
        ("TODO, it is still to be written", "TODO"),
        ("TODO write this", "TODO"),
        ("to-do", "to-do"),
        ("Lorem ipsum dolor sit amet", "Lorem ipsum dolor"),
        ("Lorem ipsum.", "Lorem ipsum"),
        ("See [TODO].", "TODO"),
        ("In Nice (TBC)", "TBC"),
        ("Place: TBD", "TBD"),
        ("Venue TBC", "TBC"),
        ("Join us on XXX in Nice.", "XXX"),
        ("XXXX people came.", "XXXX"),
        ("???", "???"),
        ("Speaker: ???", "???"),
        ("It is ??? metres long.", "???"),
    ],
)
def test_a_stand_in_is_found(text: str, words: str) -> None:
    (found,) = stand_ins(text)
    assert (found.words, found.is_begun) == (words, False)
    assert text[found.offset :].startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        'Dear {{{{ subscriber.first_name | default("reader") }}}},\n\n{}\n',
        "## {}",
        "**{}**",
        "Words.\n\n1. {}\n",
        "> {}",
        "| Day | {} |",
        "Words, and ![{}](bridge.png) more.",
        "Words, and [{}](https://network.example.org/).",
        "Words, and [**{}**][quay] more.",
        "<mj-text>{}</mj-text>",
        '<p>Words <a href="https://network.example.org/?a=>" title="The quay">*{}*</a></p>',
        "<!-- a picture -->{}",
        '<img src="bridge.png" alt="{}">',
    ],
)
def test_what_the_program_begins_a_text_with_is_told_from_a_note_of_the_authors(text: str) -> None:
    (found,) = stand_ins(text.format(to_do("What it shows")))
    assert (found.words, found.is_begun) == ("TODO: what it shows", True)


@pytest.mark.parametrize(
    "text",
    [
        "See you at [TODO: ask Ada].",
        "[TODO: ask Ada]",
        "Home > TODO: ask Ada",
        "**Home** > TODO: ask Ada",
        "<b>Home</b> > TODO: ask Ada",
        "It is (TODO: ask Ada) metres long.",
    ],
)
def test_what_stands_within_a_sentence_is_a_note_of_the_authors(text: str) -> None:
    (found,) = stand_ins(text)
    assert (found.words, found.is_begun) == ("TODO", False)


@pytest.mark.parametrize(
    "text",
    [
        "How to keep a TODO list",
        "The TODO Group meets",
        "TODO LO QUE NECESITAS",
        "We clear our TODO.",
        "Write `TODO: later` there",
        "```\nTODO: later\n```",
        "“TODO” is a word",
        "[TODO list](https://network.example.org)",
        "Fight TBC",
        "Die TBC in Europa",
        "What is lorem ipsum?",
        "The XXX Olympiad",
        "XXX aniversario",
        "Super Bowl XXX",
        "XXXI. Congress",
        "Really???",
        "Vraiment ???",
        "Wie bitte??? Ja!",
        "Todo el mundo.",
    ],
)
def test_talk_about_such_words_is_none(text: str) -> None:
    assert list(stand_ins(text)) == []


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("todo.org", "/", True),
        ("www.your-site.com", "/x", True),
        ("yourdomain.com", "/", True),
        ("your-link-here", "/", True),
        ("network.example.org", "/TODO", True),
        ("network.example.org", "/[your link here]", True),
        ("link.springer.com", "/chapter/10.1007", False),
        ("link.medium.com", "/x", False),
        ("url.avanan.click", "/", False),
        ("todo.microsoft.com", "/", False),
        ("xxx.lanl.gov", "/abs/1", False),
        ("link.com", "/", False),
        ("todoist.com", "/todo", False),
    ],
)
def test_an_address_that_nobody_meant_is_told_from_one_with_such_a_word(host: str, path: str, expected: bool) -> None:
    assert is_stand_in(host, path) is expected
