"""What is put into fixed words is named the same in every language; a slip is told at its place."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from composer import shipped
from composer.compose import check_folder
from composer.edition.language.dates import date_filters
from composer.edition.language.locales import babel_locale
from composer.site.words import Languages
from tests.support.authoring import NEWSLETTER, issue_of, write_issue

GERMAN = NEWSLETTER.replace("[en, fr]", "[de]")


def told(folder: Path, locale: str, *, name: str = "de") -> list[str]:
    own = folder / "templates" / "locales" / f"{name}.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(locale, encoding="utf-8")
    issue = write_issue(folder, issue_of("- block: divider\n"), newsletter=GERMAN)
    found = check_folder(issue, templates=(folder / "templates", shipped.TEMPLATES)).findings
    return [
        f"{one.position.file.name}:{one.position.line}:{one.position.column} {one.code} {one.message} {one.hint}"
        for one in found
    ]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (
            "browser: Im\nissue_number: Nr. {numer}\n",
            "de.yaml:2:19 template-invalid nothing is put in for {numer} write {",
        ),
        ("reason: Sie lesen {name!x}\n", "de.yaml:1:19 template-invalid nothing is put in for {name!x} write {name}"),
        ("credit: 'Bild: {0}'\n", "de.yaml:1:16 template-invalid nothing is put in for {0} write {name}"),
        ("credit: 'Bild: {name'\n", "de.yaml:1:16 template-invalid a single { has no partner"),
        ("online: Im {name}\n", "de.yaml:1:12 template-invalid nothing is put in for {name} delete it"),
        (
            "brwser: Im Browser\n",
            "de.yaml:1:1 template-invalid no template has the words 'brwser' did you mean '",
        ),
        ("issue_number: Nr.\n", "de.yaml:1:15 words-incomplete 'issue_number' leaves out {number}"),
    ],
)
def test_a_slip_in_a_locale_is_told_at_its_place(tmp_path: Path, locale: str, expected: str) -> None:
    found = [each for each in told(tmp_path, locale) if "words-missing" not in each]
    assert [each[: len(expected)] for each in found] == [expected]


def test_missing_words_are_listed_with_what_is_put_into_them(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "browser: Im Browser\n")
    assert "issue_number {number}, print, " in found
    assert "site_left_text {newsletter}" in found


def test_the_words_of_a_project_reach_the_pages_too(tmp_path: Path) -> None:
    own = tmp_path / "locales"
    own.mkdir()
    (own / "de.yaml").write_text("site_left_title: Sie sind abgemeldet.\n", encoding="utf-8")
    words = Languages([tmp_path, shipped.TEMPLATES]).find("de")
    assert (words.language, words.left.title) == ("de", "Sie sind abgemeldet.")


FIRST, LAST = dt.date(2026, 12, 7), dt.date(2026, 12, 9)


@pytest.mark.parametrize(
    ("language", "short", "long", "weekday"),
    [
        ("en", "7–9\u00a0Dec", "7–9 December", "Monday 7 December"),
        ("ja", "12月7日～9日", "12月7日～9日", "12月7日（月曜日）"),
        ("zh", "12月7日至9日", "12月7日至9日", "12月7日（星期一）"),
        ("ko", "12월\u00a07일~9일", "12월 7일~9일", "12월 7일, 월요일"),
        ("hu", "dec.\u00a07–9.", "december 7–9.", "december 7., hétfő"),
        ("fi", "7.–9.\u00a0joulukuuta", "7.–9. joulukuuta", "maanantai 7. joulukuuta"),
    ],
)
def test_dates_stand_in_the_order_of_their_language(language: str, short: str, long: str, weekday: str) -> None:
    filters = date_filters(babel_locale(language))
    assert filters["date_range"](FIRST, LAST, year=False) == long
    assert filters["weekday_date"](FIRST) == weekday
    assert filters["short_range"](FIRST, LAST) == short


def test_every_language_has_ranges() -> None:
    for language in ("mn", "lv", "lt", "eu", "ar", "he", "fa", "tr", "cs", "bg"):
        filters = date_filters(babel_locale(language))
        for until in (LAST, dt.date(2027, 1, 3)):
            assert filters["date_range"](FIRST, until)
            assert filters["short_range"](FIRST, until)


def test_a_language_has_its_own_months_whichever_was_asked_for_before() -> None:
    """Babel keeps what it found for one language in a place that it shares with the others."""
    code = (
        "import datetime as dt, sys\n"
        "from composer.edition.language.dates import date_filters, is_date_form\n"
        "from composer.edition.language.locales import babel_locale\n"
        "is_date_form('LLLL')\n"
        "for name in sys.argv[1:]:\n"
        "    filters = date_filters(babel_locale(name))\n"
        "    print(name, filters['month_short'](dt.date(2026, 12, 7)), filters['month_long'](dt.date(2026, 12, 7)))\n"
    )
    orders = (["ja", "tr", "ar", "lt"], ["tr", "lt", "ar", "ja"])
    runs = [
        subprocess.run([sys.executable, "-c", code, *order], capture_output=True, text=True, check=True)
        for order in orders
    ]
    first, second = (sorted(run.stdout.splitlines()) for run in runs)
    assert first == second
    assert "tr Ara Aralık" in first
