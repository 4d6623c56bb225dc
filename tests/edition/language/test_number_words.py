"""Numbers above twenty are read where a language spells them out."""

from __future__ import annotations

import pytest

from composer.edition.language.number_words import number_words

SPELT = {
    "en": "twenty-one, Twenty five, thirty, ninety-nine, a hundred and a thousand",
    "de": "einundzwanzig, Fünfundzwanzig, dreißig, neunundneunzig, hundert und eintausend",
    "nl": "eenentwintig, vijfentwintig, dertig, negenennegentig, honderd en duizend",
    "fr": "vingt et un, vingt-cinq, trente, quatre-vingt-dix-neuf, cent et mille",
    "es": "veintiuno, Veinticinco, treinta, noventa y nueve, cien y mil",
    "it": "ventuno, venticinque, trenta, novantanove, cento e mille",
    "pt": "vinte e um, vinte e cinco, trinta, noventa e nove, cem e mil",
    "sv": "tjugoett, tjugofem, trettio, nittionio, hundra och tusen",
    "nb": "tjueen, tjuefem, tretti, nittini, hundre og tusen",
    "da": "enogtyve, femogtyve, tredive, nioghalvfems, hundrede og tusind",
}
MORE = {
    "fr": ("soixante et onze, soixante-dix, quatre-vingts, nonante-deux, quatre‑vingt‑un", [71, 70, 80, 92, 81]),
    "es": ("veintidós, veintiún, treinta y un", [22, 21, 31]),
    "it": ("ventitré, ventotto, sessantotto", [23, 28, 68]),
    "nl": ("tweeëntwintig, drieënvijftig", [22, 53]),
    "de": ("DREISSIG, zweiunddreissig", [30, 32]),
    "en": ("twenty\nthree, forty\u00a0four", [23, 44]),
}


@pytest.mark.parametrize(("language", "text"), SPELT.items())
def test_a_number_that_is_spelt_out_is_read(language: str, text: str) -> None:
    assert number_words(text, language=language) == dict.fromkeys(["21", "25", "30", "99", "100", "1000"], 1)


@pytest.mark.parametrize(("language", "text", "numbers"), [(key, *value) for key, value in MORE.items()])
def test_the_forms_that_a_language_has_of_its_own_are_read(language: str, text: str, numbers: list[int]) -> None:
    assert number_words(text, language=language) == dict.fromkeys(map(str, numbers), 1)


def test_small_numbers_parts_of_words_and_other_languages_are_not() -> None:
    assert not number_words("one, two, twenty, twelve, the thirtyish eightyfold", language="en")
    assert not number_words("dwadzieścia jeden", language="pl")
    assert not number_words("", language="zh-Hant")
