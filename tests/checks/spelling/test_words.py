"""Which words of a text a dictionary is asked about."""

from __future__ import annotations

import pytest

from composer.checks.spelling.words import words_in


def asked(text: str, language: str = "en") -> list[str]:
    return [one.word for one in words_in(text, language=language)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ten young voices", ["Ten", "young", "voices"]),
        ("It’s the cities’ don't", ["It's", "the", "cities", "don't"]),
        ("so\u00adcial", ["social"]),
        ("a well-known e-mail", ["well", "known", "mail"]),
        ("See the **bold** _word_ here", ["See", "the", "bold", "word", "here"]),
        # No words, and names
        ("code `teh` and ``teh ` teh`` end", ["code", "and", "end"]),
        ("```\nteh\n```\nend", ["end"]),
        ("Dear {{ subscriber.frist_name | default('reder') }}, hello", ["Dear", "hello"]),
        ("[words](https://teh.example/wrod) and <a href='/teh'>more</a>", ["words", "and", "more"]),
        ("write to teh@wrod.example or www.teh.example or wrod.pdf", ["write"]),
        ("the&nbsp;end #wrod @teh", ["the", "end"]),
        ("covid19 and 3rd of h2o", ["and"]),
        ("with PREPARE, LinkedIn and Anna Müller", ["with", "and"]),
        ("Anna came. Bob went: Clara stays\n\n- Dora", ["Anna", "came", "Bob", "went", "Clara", "stays", "Dora"]),
    ],
)
def test_words_are_found_and_what_is_none_is_left_out(text: str, words: list[str]) -> None:
    assert asked(text) == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Die Umfrage zur Sicherheit", "de", ["Die", "Umfrage", "zur", "Sicherheit"]),
        ("selon l’enquête d’Eurostat", "fr", ["selon", "l'enquête"]),
        ("İlk anket, ağda", "tr", ["İlk", "anket", "ağda"]),
        ("опрос в сети", "ru", ["опрос", "сети"]),
        ("cafe\u0301 noir", "fr", ["caf\u00e9", "noir"]),
    ],
)
def test_other_languages_have_other_capitals_and_signs(text: str, language: str, words: list[str]) -> None:
    assert asked(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Thanks to Dr. Xy Zzyq and Prof. Dr. Qwx. Teh end", "en", ["Thanks", "and", "Teh", "end"]),
        ("Mr Xyq came. Mrs. Qwx and J. R. Zzyq went", "en", ["came", "Mrs", "and", "went"]),
        ("Avec M. Xyq, Mme Qwx et Me Zzyq", "fr", ["Avec"]),
        ("Frau Dr. Xyq Qwx und Prof. Zzyq lesen Berichte", "de", ["Frau", "und", "Prof", "lesen", "Berichte"]),
        ("Dr. Xyq und Bericht", "de", ["und", "Bericht"]),
    ],
)
def test_a_name_behind_a_title_is_not_asked_about(text: str, language: str, words: list[str]) -> None:
    assert asked(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("the city of Αθήνα, αθήνα or москва", "en", ["the", "city"]),
        ("город athens и Αθήνα", "ru", ["город"]),
        ("η πόλη athens και москва", "el", ["πόλη", "και"]),
        ("град grad", "sr", ["град", "grad"]),
        ("grad град", "sr-Latn", ["grad"]),
        ("서울에서 teh", "ko", ["서울에서"]),
        ("élan à côté naïve", "fr", ["élan", "côté", "naïve"]),
    ],
)
def test_a_word_of_another_script_is_in_no_dictionary_of_the_language(
    text: str, language: str, words: list[str]
) -> None:
    assert asked(text, language) == words


def test_a_word_has_its_place_in_the_text() -> None:
    text = "A `code` and a wrod"
    (*_, last) = words_in(text, language="en")
    assert text[last.offset :] == "wrod"


@pytest.mark.parametrize("part", ["a.b-", "aaaa-", "]("])
def test_a_hostile_text_is_read_in_a_time_that_grows_as_it_does(part: str) -> None:
    assert set(asked(part * 100_000)) <= {"aaaa"}


def test_the_half_of_a_word_whose_other_half_follows_later_is_no_word() -> None:
    assert asked("Sicherheits- und Präventionsarbeit", "de") == ["und", "Präventionsarbeit"]
    assert asked("before pre- and post-war (well-known-)") == ["before", "and", "post", "war", "well"]
