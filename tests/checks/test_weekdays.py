"""A weekday beside a day is looked at as each language writes it; what only looks like a day is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.checks.dates.written import check_weekdays
from composer.checks.proof import Proof
from composer.issue import load_issue
from tests.support.authoring import write_issue

# 7 April 2026 is a Tuesday.
RIGHT = {
    "de": "Dienstag, 7. April 2026; Di., 7.4.2026; Fr. 3.4.; Freitag 17.12 Uhr; Montag 10.30 Uhr; so 3. Mai",
    "en": "Tuesday, April 7; Tue 7 Apr; 7 April (Tuesday); Wednesday 7 April 1999; Friday March 3.5 percent",
    "fr": "mardi 7 avril; Mar. 7 avr.; mardi 7/4",
    "tr": "7 Nisan 2026 Salı; 7 Nisan, Salı günü",
    "sv": "tisdagen den 7 april; Tis 7/4",
    "ja": "4月7日（火）; 2026年4月15日（水）; 4月7日火曜日; 4月7日（日本時間）",
    "zh": "4月7日（星期二）; 2026年4月7日 周二",
    "ko": "4월 7일(화); 4월 7일 화요일",
    "nl": "dinsdag 7 april",
    "lt": "antradienį, balandžio 7 d.; 2026 m. balandžio 7 d., antradienį; antradienis, balandžio 7 d.",
    "lv": "otrdien, 7. aprīlī; otrdiena, 7. aprīlis; otrdien, 2026. gada 7. aprīlī; trešdien, 1999. gada 7. aprīlī",
    "et": "teisipäeval, 7. aprill; teisipäev, 7. aprill 2026",
    "eu": "apirilaren 7a, asteartea; 2026ko apirilaren 7an, asteartean; asteartea, apirilaren 7a",
}
WRONG = {
    "de": "Mi., 7.4.2026",
    "en": "7 April (Monday)",
    "fr": "lundi 7/4",
    "tr": "7 Nisan 2026 Çarşamba",
    "sv": "onsdagen den 7 april",
    "ja": "4月7日（水）",
    "zh": "2026年4月7日 周三",
    "ko": "4월 7일 수요일",
    "nl": "woensdag 7 april",
    "lt": "trečiadienį, balandžio 7 d.",
    "lv": "trešdien, 7. aprīlī",
    "et": "kolmapäeval, 7. aprill",
    "eu": "2026ko apirilaren 7an, asteazkenean",
}


def found_in(tmp_path: Path, language: str, words: str) -> list[str]:
    text = (
        f"subject: S\npreheader: P\ndate: 2026-03-31\nlanguage: {language}\n"
        f"blocks:\n  - block: text\n    body: '{words}'\n"
    )
    newsletter = (
        "name: N\norganisation: O\nsender: {name: N, email: n@network.example.org}\n"
        f"postal_address: P\nlanguages: [{language}]\n"
    )
    issue = load_issue(write_issue(tmp_path, text, newsletter=newsletter))
    return [finding.message for finding in check_weekdays(Proof(issue, language))]


@pytest.mark.parametrize(("language", "words"), RIGHT.items())
def test_a_right_weekday_is_none_to_tell_of(tmp_path: Path, language: str, words: str) -> None:
    assert found_in(tmp_path, language, words) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        *WRONG.items(),
        ("lt", "2026 m. balandžio 7 d., trečiadienį"),
        ("lv", "trešdien, 2026. gada 7. aprīlī"),
        ("eu", "asteazkena, apirilaren 7a"),
    ],
)
def test_a_wrong_weekday_is_told(tmp_path: Path, language: str, words: str) -> None:
    (told,) = found_in(tmp_path, language, words)
    assert "in 2026, that day is a" in told
