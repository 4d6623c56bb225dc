"""The default theme, on the smallest and the fullest form of every block, and on the sample issue in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Page, sync_playwright

from composer import shipped
from composer.edition import Edition, build_edition
from composer.issue import load_issue
from composer.issue.tree import plain
from composer.issue.yaml import read_yaml
from tests.support.authoring import png
from tests.support.editions import build, read_as

GMAIL_CLIPS_AT_BYTES = 102_000
ROOM_FOR_LONGER_LINKS_BYTES = 12_000
PICTURE = "{file: p.png, alt: PictureAlt, caption: PictureCaption, credit: PictureCredit}"

MINIMAL = {
    "text": "- {block: text, body: Words}",
    "article": "- {block: article, title: Words, body: More words}",
    "digest": "- {block: digest, title: Words, entries: [{kicker: LOUD, body: More words}]}",
    "callout": "- {block: callout, body: Words}",
    "agenda": "- {block: agenda, title: Words, entries: [{date: 2020-04-03, title: Webinar}]}",
    "events": "- {block: events, title: Words, events: [{date: 2020-04-03, title: Webinar}]}",
    "download": "- {block: download, title: Words, link: {label: Get it, url: 'https://example.org/f'}}",
    "button": "- {block: button, label: Words, url: 'https://example.org/'}",
    "image": "- {block: image, picture: {file: p.png, alt: Words}}",
    "divider": "- {block: divider}\n- {block: text, body: Words}",
}

LINK = "{label: LinkLabel, url: 'https://example.org/target'}"
MAXIMAL = {
    "text": "- {block: text, id: anchor, title: TitleText, body: 'BodyText **strong** [LinkLabel](https://example.org/target)'}",
    "article": f"- {{block: article, id: anchor, kicker: KickerText, title: TitleText, body: BodyText, layout: right,"
    f" picture: {PICTURE}, link: {LINK}}}",
    "lead": f"- {{block: article, id: anchor, kicker: KickerText, title: TitleText, body: BodyText, lead: true,"
    f" picture: {PICTURE}, link: {LINK}}}",
    "digest": f"- {{block: digest, id: anchor, title: TitleText, intro: IntroText, entries:"
    f" [{{kicker: KickerText, title: EntryTitle, body: BodyText, link: {LINK},"
    f" picture: {{file: p.png, alt: PictureAlt}}}}]}}",
    "callout": f"- {{block: callout, id: anchor, kicker: KickerText, title: TitleText, figure: 27 %, body: BodyText,"
    f" link: {LINK}}}",
    "agenda": f"""\
- block: agenda
  id: anchor
  title: TitleText
  intro: IntroText
  entries:
    - date: 2020-04-03
      until: 2020-05-04
      kicker: KickerText
      title: EntryTitle
      time: "11:00"
      end_time: "12:30"
      timezone: Europe/Lisbon
      language: fr
      place: PlaceName
      body: BodyText
      link: {LINK}
      sessions:
        - title: SessionTitle
          body: SessionBody
          speaker: SpeakerName
          time: "11:15"
          language: de
          sessions: [{{title: DeepTitle, sessions: [{{title: DeepestTitle}}]}}]
""",
    "events": f"- {{block: events, id: anchor, title: TitleText, events: [{{date: 2020-04-29, until: 2020-05-02,"
    f" kicker: KickerText, title: EntryTitle, place: PlaceName, link: {LINK}}}]}}",
    "download": f"- {{block: download, id: anchor, kicker: KickerText, title: TitleText, body: BodyText,"
    f" picture: {{file: p.png, alt: PictureAlt}}, link: {LINK}, details: 'PDF, 12 pages'}}",
    "button": "- {block: button, label: LinkLabel, url: 'https://example.org/target', align: center}",
    "image": f"- {{block: image, picture: {PICTURE}, url: 'https://example.org/target'}}",
    "divider": "- {block: text, body: BodyText}\n- {block: divider, style: space}\n- {block: text, body: IntroText}",
}

PAIRS = (
    ("ink", "paper"),
    ("ink", "tint"),
    ("muted", "paper"),
    ("muted", "tint"),
    ("accent", "paper"),
    ("accent", "tint"),
    ("on_accent", "accent"),
)


Forms = Callable[[str], tuple[str, str, str]]


@cache
def sample(language: str) -> Edition:
    return build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"), language=language)


@cache
def theme() -> dict[str, str]:
    file = shipped.TEMPLATES / "theme.yaml"
    tree, _ = read_yaml(file.read_bytes(), file=file)
    assert tree is not None
    return {name: str(value) for name, value in plain(tree).items()}


def built(folder: Path, blocks: str) -> tuple[str, str, str]:
    """The three forms, as a reader gets them."""
    edition = build(folder, blocks, files={"p.png": png(300, 200)})
    return read_as(edition.html), read_as(edition.text), read_as(edition.print_html)


@pytest.fixture(scope="module")
def fullest(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The three forms of a block with every field, built once."""
    return cache(lambda name: built(tmp_path_factory.mktemp(name), MAXIMAL[name]))


@pytest.mark.parametrize("name", MINIMAL)
def test_a_block_with_only_what_it_needs_is_shown_in_every_form(name: str, tmp_path: Path) -> None:
    html, text, print_html = built(tmp_path, MINIMAL[name])
    assert "Words" in html
    assert "Words" in text
    assert "Words" in print_html
    assert "None" not in html + text + print_html


@pytest.mark.parametrize("name", MAXIMAL)
def test_a_block_with_every_field_loses_none_of_them_in_the_mail_and_on_paper(name: str, fullest: Forms) -> None:
    html, _, print_html = fullest(name)
    words = set(re.findall(r"\b[A-Z][a-z]+[A-Z][a-z]+\b", MAXIMAL[name])) | set(
        re.findall(r"27 %|12 pages|target", MAXIMAL[name])
    )
    image_link_only_on_screen = {"target"} if name == "image" else set()
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


@pytest.mark.parametrize("mode", ["", "_dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=" on ".join)
def test_text_stands_out_from_its_ground(pair: tuple[str, str], mode: str) -> None:
    text, ground = (_rgb(theme()[name + mode]) for name in pair)
    assert _contrast(text, ground) >= 4.5


@pytest.mark.parametrize("language", ["en", "fr"])
def test_gmail_does_not_clip_the_sample(language: str) -> None:
    size_bytes = len(read_as(sample(language).html).encode())
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


def test_every_language_has_every_string() -> None:
    strings = {}
    for file in sorted((shipped.TEMPLATES / "locales").glob("*.yaml")):
        tree, problems = read_yaml(file.read_bytes(), file=file)
        assert tree is not None, problems
        strings[file.stem] = set(plain(tree))
    assert {language for language in strings if strings[language] != strings["en"]} == set()


def test_every_class_with_dark_colours_is_on_something(tmp_path: Path) -> None:
    more = (
        "- {block: text, body: '> quoted'}",
        "- {block: agenda, title: Two, entries: "
        "[{date: 2020-04-03, title: A}, {date: 2020-04-04, until: 2020-04-05, title: B}]}",
    )
    everything = re.sub(r"\bid: anchor,? ?", "", "\n".join((*MINIMAL.values(), *MAXIMAL.values(), *more)))
    html, _, _ = built(tmp_path, everything)
    used = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    coloured = set(re.findall(r"\[data-ogs[bc]\] \.([a-z-]+)", html))
    assert len(coloured) > 20
    assert coloured - used == set()


def test_a_right_to_left_language_mirrors_the_mail(tmp_path: Path) -> None:
    newsletter = "name: N\norganisation: O\nlanguages: [ar]\n"
    edition = build(tmp_path, MAXIMAL["agenda"] + "- {block: callout, body: Words}\n", newsletter=newsletter)
    html = read_as(edition.html)
    assert 'dir="rtl"' in html
    assert "border-right:4px solid" in html
    assert 'class="rail" width="16" style="border-right:' in html


def test_a_wordmark_keeps_its_shape_and_replaces_the_name(tmp_path: Path) -> None:
    newsletter = "name: City Letter\norganisation: O\nlogo: {{file: w.png, alt: {alt}}}\n"
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues/w.png").write_bytes(png(520, 104))
    named = read_as(build(tmp_path, MINIMAL["text"], newsletter=newsletter.format(alt="City Letter")).html)
    beside = read_as(build(tmp_path, MINIMAL["text"], newsletter=newsletter.format(alt='""')).html)
    assert re.search(r'<img class="logo"[^>]* alt="City Letter" width="220" height="44"', named)
    assert 'class="nameplate"' not in named
    assert 'class="nameplate"' in beside


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A browser without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(offline=True)
        yield context.new_page()
        browser.close()


@pytest.mark.parametrize("width", [320, 375, 480, 640, 1280])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sample_fits_any_screen(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(read_as(sample(language).html))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_a_thumb_presses_is_44_pixels_high(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.set_content(read_as(sample("en").html))
    small = page.evaluate(
        """() => [...document.querySelectorAll('.more a, .go a, .press a, .folio a, .leave')]
            .map(a => [a.textContent.trim(), a.getBoundingClientRect().height]).filter(([, height]) => height < 44)"""
    )
    assert small == []


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
