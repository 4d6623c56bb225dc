"""The three themes, on the smallest and the fullest form of every block, and on the sample issue in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Browser, Page

from composer import shipped
from composer.edition import Edition, build_edition
from composer.edition.theme.tokens import Overrides, load_theme, theme_names
from composer.issue import load_issue
from composer.issue.blocks import BLOCKS
from tests.support.authoring import NEWSLETTER, png
from tests.support.block_forms import MAXIMAL, MINIMAL
from tests.support.editions import build, read_as

GMAIL_CLIPS_AT_BYTES = 102_000
ROOM_FOR_LONGER_LINKS_BYTES = 12_000
PAIRS = (
    ("ink", "paper"),
    ("ink", "tint"),
    ("muted", "paper"),
    ("muted", "tint"),
    ("accent", "paper"),
    ("accent", "tint"),
    ("on_accent", "accent"),
    ("ink", "ground"),
    ("muted", "ground"),
    ("accent", "ground"),
    ("on_panel", "panel"),
    ("highlight", "panel"),
    ("on_highlight", "highlight"),
)


ONLY_OF_A_MASTHEAD = {"folio", "nameplate"}
"""On a masthead that one theme has and another has not."""

Forms = Callable[[str], tuple[str, str, str]]


THEMES = theme_names((shipped.TEMPLATES,))
ISSUE = load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news")


@cache
def sample(language: str, theme: str = THEMES[0]) -> Edition:
    newsletter = ISSUE.newsletter.model_copy(update={"theme": {"name": theme}})
    return build_edition(replace(ISSUE, newsletter=newsletter), language=language)


@cache
def tokens(theme: str) -> Mapping[str, object]:
    chosen = Overrides({"name": theme}, ISSUE.newsletter_source)
    return load_theme((shipped.TEMPLATES,), chosen).tokens


def built(folder: Path, blocks: str, theme: str = THEMES[0]) -> tuple[str, str, str]:
    """The three forms, as a reader gets them."""
    edition = build(
        folder, blocks, newsletter=f"{NEWSLETTER}theme: {{name: {theme}}}\n", files={"p.png": png(300, 200)}
    )
    return read_as(edition.html), read_as(edition.text), read_as(edition.print_html)


@pytest.fixture(scope="module")
def fullest(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The three forms of a block with every field, built once."""
    return cache(lambda name: built(tmp_path_factory.mktemp(name), MAXIMAL[name]))


def test_every_block_is_tried_in_its_smallest_and_in_its_fullest_form() -> None:
    assert set(BLOCKS) - set(MINIMAL) == set(BLOCKS) - set(MAXIMAL) == set()


@pytest.mark.parametrize("name", MINIMAL)
def test_a_block_with_only_what_it_needs_is_shown_in_every_form(name: str, tmp_path: Path) -> None:
    html, text, print_html = built(tmp_path, MINIMAL[name])
    assert "Words" in html
    assert "words" in text.lower()
    assert "Words" in print_html
    assert "None" not in html + text + print_html


@pytest.mark.parametrize("name", MAXIMAL)
def test_a_block_with_every_field_loses_none_of_them_in_the_mail_and_on_paper(name: str, fullest: Forms) -> None:
    html, _, print_html = fullest(name)
    words = set(re.findall(r"\b[A-Z][a-z]+[A-Z][a-z]+\b", MAXIMAL[name])) | set(
        re.findall(r"27 %|12 pages|target", MAXIMAL[name])
    )
    image_link_only_on_screen = {"image": {"target"}, "masthead": {"TaglineText"}}.get(name, set())
    assert {word for word in words if word not in html} == set()
    assert {word for word in words - image_link_only_on_screen if word not in print_html} == set()


@pytest.mark.parametrize("name", MAXIMAL)
def test_the_text_part_says_what_the_mail_says(name: str, fullest: Forms) -> None:
    _, text, _ = fullest(name)
    words = set(re.findall(r"\b(?!Picture)[A-Z][a-z]+[A-Z][a-z]+\b", MAXIMAL[name]))
    spoken = text.lower()
    assert {word for word in words if word.lower() not in spoken} == set()
    assert ("https://example.org/target" in text) == ("target" in MAXIMAL[name])


@pytest.mark.parametrize("name", [name for name in MAXIMAL if "id: anchor" in MAXIMAL[name]])
def test_a_block_with_an_id_can_be_linked_to(name: str, fullest: Forms) -> None:
    html, _, print_html = fullest(name)
    assert 'id="anchor"' in html
    assert 'id="anchor"' in print_html


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("mode", ["", "_dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=" on ".join)
def test_text_stands_out_from_its_ground(pair: tuple[str, str], mode: str, theme: str) -> None:
    text, ground = (_rgb(str(tokens(theme)[name + mode])) for name in pair)
    assert _contrast(text, ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_gmail_does_not_clip_the_sample(language: str, theme: str) -> None:
    size_bytes = len(read_as(sample(language, theme).html).encode())
    assert size_bytes < GMAIL_CLIPS_AT_BYTES - ROOM_FOR_LONGER_LINKS_BYTES


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_picture_has_a_width_for_outlook_and_words_for_those_who_do_not_see_it(language: str) -> None:
    pictures = lxml_html.fromstring(read_as(sample(language).html)).findall(".//img")
    assert len(pictures) == 10
    assert [picture.get("src") for picture in pictures if not re.fullmatch(r"\d+", picture.get("width", ""))] == []
    assert [picture.get("src") for picture in pictures if picture.get("alt") is None] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_fetched_but_the_issues_own_pictures(language: str) -> None:
    html = read_as(sample(language).html)
    document = lxml_html.fromstring(html)
    sources = [element.get("src") for element in document.xpath("//*[@src]")]
    assert {source.rpartition("/")[0] for source in sources} == {"https://news.example.org/assets"}
    assert document.findall(".//link") == []
    assert re.findall(r"@import|@font-face|url\(", html) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_line_of_the_text_part_is_longer_than_72_unless_it_is_an_address(language: str) -> None:
    long = [line for line in read_as(sample(language).text).splitlines() if len(line) > 72 and "https://" not in line]
    assert long == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_class_with_dark_colours_is_on_something(theme: str, tmp_path: Path) -> None:
    more = (
        "- {block: text, body: '> quoted'}",
        "- {block: agenda, title: Two, entries: "
        "[{date: 2020-04-03, title: A}, {date: 2020-04-04, until: 2020-04-05, title: B}]}",
    )
    everything = re.sub(r"\bid: anchor,? ?", "", "\n".join((*MINIMAL.values(), *MAXIMAL.values(), *more)))
    html, _, _ = built(tmp_path, everything, theme)
    used = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    dark = html.partition("prefers-color-scheme")[2].partition("</style>")[0]
    coloured = set(re.findall(r"(?:^|[\s,{}\]])\.([a-z-]+)", dark)) - ONLY_OF_A_MASTHEAD
    assert len(coloured) > 20
    assert coloured - used == set()


@pytest.mark.parametrize("theme", THEMES)
def test_a_block_for_some_readers_only_stands_in_every_theme(theme: str, tmp_path: Path) -> None:
    blocks = (
        """- {block: text, body: For all}\n- {block: text, body: For Nice, show_if: 'subscriber.city == "Nice"'}"""
        "\n- {block: quote, body: Words, person: Ana}"
    )
    edition = build(tmp_path, blocks, newsletter=f"{NEWSLETTER}theme: {{name: {theme}}}\n")
    assert "For Nice" in read_as(edition.html, city="Nice")
    assert "For Nice" not in read_as(edition.html, city="Turin")
    assert lxml_html.fromstring(read_as(edition.html, city="Turin")).find_class("said")


@pytest.mark.parametrize("theme", THEMES)
def test_a_right_to_left_language_mirrors_the_mail(theme: str, tmp_path: Path) -> None:
    newsletter = f"name: N\norganisation: O\nlanguages: [ar]\ntheme: {{name: {theme}}}\n"
    edition = build(tmp_path, MAXIMAL["agenda"] + "- {block: callout, body: Words}\n", newsletter=newsletter)
    html = read_as(edition.html)
    assert 'dir="rtl"' in html
    assert f"border-right:{tokens(theme)['edge']}px solid" in html
    assert re.search(r'class="rail" style="[^"]*border-right:', html)


def test_who_is_quoted_stands_on_the_side_of_the_quotation_from_right_to_left(tmp_path: Path, page: Page) -> None:
    newsletter = "name: N\norganisation: O\nlanguages: [ar]\n"
    page.set_viewport_size({"width": 375, "height": 800})
    page.set_content(read_as(build(tmp_path, MINIMAL["quote"], newsletter=newsletter).html))
    name = page.locator("p.name")
    assert name.evaluate("e => e.closest('table').getBoundingClientRect().right") > 340


def test_the_pages_fit_a_phone_however_long_a_word_is(tmp_path: Path, page: Page) -> None:
    edition = build(tmp_path, f"- {{block: article, title: {'Mitglied' * 20}, body: {'Mitglied' * 20}}}\n")
    page.set_viewport_size({"width": 375, "height": 800})
    for html in (edition.web_html, edition.print_html):
        page.set_content(read_as(html))
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_wordmark_keeps_its_shape_and_replaces_the_name(tmp_path: Path) -> None:
    newsletter = "name: City Letter\norganisation: O\nlogo: {{file: w.png, alt: {alt}}}\n"
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues/w.png").write_bytes(png(520, 104))
    named = read_as(build(tmp_path, MINIMAL["text"], newsletter=newsletter.format(alt="City Letter")).html)
    beside = read_as(build(tmp_path, MINIMAL["text"], newsletter=newsletter.format(alt='""')).html)
    assert re.search(r'<img [^>]* alt="City Letter" width="220" height="44"', named)
    assert 'class="nameplate"' not in named
    assert 'class="nameplate"' in beside


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A browser without a network."""
    with browser.new_context(offline=True) as context:
        yield context.new_page()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375, 480, 640, 1280])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sample_fits_any_screen(page: Page, language: str, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(read_as(sample(language, theme).html))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_a_thumb_presses_is_44_pixels_high(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.set_content(read_as(sample("en").html))
    small = page.evaluate(
        """() => [...document.querySelectorAll('.more a, .go a, .press a, .folio a, .away')]
            .map(a => [a.textContent.trim(), a.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""
    )
    assert small == []


@pytest.fixture(scope="module")
def every_block(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """A mail with every block in its fullest form, in a theme."""
    blocks = re.sub(r"\bid: anchor,? ?", "", "\n".join(MAXIMAL.values()))
    return cache(lambda theme: built(tmp_path_factory.mktemp(theme), blocks, theme)[0])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375, 640])
def test_every_block_fits_any_screen(page: Page, every_block: Callable[[str], str], width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(every_block(theme))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_every_block_can_be_read(
    page: Page, every_block: Callable[[str], str], scheme: str, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 640, "height": 800})
    page.set_content(every_block(theme))
    seen = page.evaluate(WORDS_AND_GROUNDS)
    assert [words for words, text, ground in seen if _contrast(tuple(text), tuple(ground)) < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_the_sample_can_be_read(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 640, "height": 800})
    page.set_content(read_as(sample("en").html))
    seen = page.evaluate(WORDS_AND_GROUNDS)
    faint = [words for words, text, ground in seen if _contrast(tuple(text), tuple(ground)) < 4.5]
    assert len(seen) > 100
    assert faint == []


WORDS_AND_GROUNDS = """() => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const ground = element => {
        for (let at = element; at; at = at.parentElement) {
            const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
            if (a) return [r, g, b];
        }
        return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
    };
    return [...document.querySelectorAll('body *')]
        .filter(e => e.getClientRects().length && e.offsetHeight > 1 && getComputedStyle(e).opacity > 0
                     && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 1))
        .map(e => [e.textContent.trim().slice(0, 40), numbers(getComputedStyle(e).color).slice(0, 3), ground(e)]);
}"""


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(rgb: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (value / 255 for value in rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG 2.2, contrast ratio: 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)
