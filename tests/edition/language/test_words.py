"""Dates, times, languages, fixed strings and theme tokens, as templates see them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from composer.edition.language.dates import date_filters
from composer.edition.language.locales import babel_locale, load_strings
from composer.edition.theme.tokens import Overrides, load_theme
from composer.errors import EditionError, Position, TemplateError
from composer.issue.source import Source

DAY = dt.date(2020, 11, 25)
SOURCE = Source(Path("newsletter.yaml"), {("theme", "accent"): Position(Path("newsletter.yaml"), 3, 11)})


@pytest.mark.parametrize(
    ("language", "filter_", "arguments", "written"),
    [
        ("en", "date", (DAY,), "25 November 2020"),
        ("en-US", "date", (DAY,), "November 25, 2020"),
        ("fr", "date", (DAY, "full"), "mercredi 25 novembre 2020"),
        ("en", "date_range", (DAY, dt.date(2020, 11, 27)), "25–27 November 2020"),
        ("fr", "date_range", (DAY, dt.date(2020, 11, 27)), "25–27 novembre 2020"),
        ("en", "date_range", (DAY, dt.date(2020, 12, 2)), "25 November\u2009–\u20092 December 2020"),
        ("en", "date_range", (DAY, dt.date(2021, 1, 2)), "25 November 2020\u2009–\u20092 January 2021"),
        ("en", "date_range", (DAY, DAY), "25 November 2020"),
        ("en", "date_range", (DAY, None), "25 November 2020"),
        ("en", "day", (DAY,), "25"),
        ("en", "month_short", (DAY,), "Nov"),
        ("fr", "month_short", (DAY,), "nov."),
        ("en", "weekday", (DAY,), "Wednesday"),
        ("en", "time", (dt.time(11),), "11:00"),
        ("en-US", "time", (dt.time(14),), "2:00\u202fPM"),
        ("en", "time", (dt.time(11), dt.time(12, 30)), "11:00–12:30"),
        ("en", "zone_name", ("Europe/Paris", dt.date(2020, 4, 7)), "CEST"),
        ("fr", "zone_name", ("Europe/Paris", DAY), "CET"),
        ("en", "zone_name", ("America/Sao_Paulo", DAY), "UTC−03"),
        ("en", "zone_name", ("Europe/Paris", DAY, "long"), "Central European Standard Time"),
        ("en", "language_name", ("fr",), "French"),
        ("fr", "language_name", ("en-GB",), "anglais britannique"),
        ("en", "language_name", ("xx",), "xx"),
    ],
)
def test_a_filter_writes_as_the_language_does(
    language: str, filter_: str, arguments: tuple[object, ...], written: str
) -> None:
    assert date_filters(babel_locale(language))[filter_](*arguments) == written


def test_a_date_without_its_year() -> None:
    filters = date_filters(babel_locale("en"))
    assert filters["date"](DAY, year=False) == "25 November"
    assert filters["date_range"](DAY, dt.date(2020, 11, 27), year=False) == "25–27 November"
    assert filters["date_range"](DAY, dt.date(2021, 1, 2), year=False) == "25 November 2020\u2009–\u20092 January 2021"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he", "rtl"), ("pt-BR", "ltr"), ("xx", "ltr")])
def test_every_language_has_a_direction(language: str, direction: str) -> None:
    assert babel_locale(language).text_direction == direction


def test_strings_fall_back_from_the_region_to_the_language_to_english(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    for folder, tag, text in [
        (shipped, "en", "more: More\nprint: Print\nleave: Leave"),
        (shipped, "pt", "more: Mais\nprint: Imprimir"),
        (own, "pt-BR", "more: Leia mais"),
        (own, "en", "leave: Go"),
    ]:
        (folder / "locales").mkdir(parents=True, exist_ok=True)
        (folder / "locales" / f"{tag}.yaml").write_text(text)
    strings = load_strings([own, shipped], "pt-BR")
    assert strings == {"more": "Leia mais", "print": "Imprimir", "leave": "Go"}


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    for name, text in [("own", 'ink: "#000"\n'), ("shipped", 'ink: "#111111"\naccent: "#b8391b"\nwidth: 640\n')]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "theme.yaml").write_text(text)
    return [tmp_path / "own", tmp_path / "shipped"]


def test_tokens_are_laid_over_one_another(folders: list[Path]) -> None:
    theme = load_theme(folders, Overrides({"accent": "#0b5fff"}, SOURCE))
    assert theme.tokens == {"ink": "#000", "accent": "#0b5fff", "width": 640}


def test_a_theme_is_laid_over_what_all_themes_share_and_the_projects_files_over_both(folders: list[Path]) -> None:
    (folders[1] / "themes/poster").mkdir(parents=True)
    (folders[1] / "themes/poster/theme.yaml").write_text('ink: "#222222"\nwidth: 600\n')
    theme = load_theme(folders, Overrides({"name": "poster"}, SOURCE), Overrides({"width": 620}, SOURCE))
    assert theme.tokens == {"ink": "#000", "accent": "#b8391b", "width": 620}
    assert [folder.relative_to(folders[0].parent).as_posix() for folder in theme.folders] == [
        "own/themes/poster", "own", "shipped/themes/poster", "shipped",
    ]  # fmt: skip


def test_an_issue_may_choose_another_theme_than_its_newsletter(folders: list[Path]) -> None:
    for name in ("poster", "bulletin"):
        (folders[1] / "themes" / name).mkdir(parents=True)
        (folders[1] / "themes" / name / "theme.yaml").write_text("width: 600\n")
    assert load_theme(folders, Overrides({"name": "poster"}, SOURCE)).name == "poster"
    assert (
        load_theme(folders, Overrides({"name": "poster"}, SOURCE), Overrides({"name": "bulletin"}, SOURCE)).name
        == "bulletin"
    )
    with pytest.raises(
        EditionError, match=r"there is no theme 'postr'; did you mean 'poster'\? The themes are gazette, bulletin"
    ):
        load_theme(folders, Overrides({"name": "postr"}, SOURCE))


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"acent": "#000000"}, "the theme has no token 'acent'; did you mean 'accent'?"),
        ({"accent": "blue"}, "newsletter.yaml:3:11: 'blue' cannot replace '#b8391b'; write a colour such as #1a2b3c"),
        ({"width": "wide"}, "'wide' cannot replace 640; write a number"),
        ({"width": "-40"}, "width cannot be below 0; it was 640"),
    ],
)
def test_a_wrong_override_is_told_with_what_is_right(folders: list[Path], overrides: dict[str, str], told: str) -> None:
    with pytest.raises(EditionError) as raised:
        load_theme(folders, Overrides(overrides, SOURCE))
    assert told in str(raised.value)


def test_a_text_token_cannot_end_the_styles_it_stands_in(folders: list[Path]) -> None:
    (folders[0] / "theme.yaml").write_text("font: Georgia, serif")
    with pytest.raises(EditionError, match="would break the styles"):
        load_theme(folders, Overrides({"font": "x;}</style><script>"}, SOURCE))


def test_a_wrong_theme_file_is_told_with_every_line(folders: list[Path]) -> None:
    (folders[0] / "theme.yaml").write_text("Ink: black\nwidth: [1, 2]\n")
    with pytest.raises(TemplateError) as raised:
        load_theme(folders)
    assert [problem.position.line for problem in raised.value.problems] == [1, 2]


def test_a_short_range_has_short_months() -> None:
    written = date_filters(babel_locale("de"))["date_range"]
    assert written(DAY, dt.date(2020, 12, 2), year=False, short=True) == "25. Nov.\u2009–\u20092. Dez."
