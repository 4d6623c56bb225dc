"""What a reader sees of pictures, figures, dates and titles of every shape, measured in a browser in every theme."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from composer import shipped
from composer.edition import Edition
from composer.edition.theme.tokens import theme_names
from tests.support.authoring import png
from tests.support.block_forms import MAXIMAL
from tests.support.editions import build, read_as

THEMES = theme_names((shipped.TEMPLATES,))
SHORT = "A short text of one sentence."
LINK = {"label": "Read", "url": "https://example.org/target"}
FILES: dict[str, str | bytes] = {"p.png": png(900, 600), "tall.png": png(300, 900), "tiny.png": png(16, 16)}
# A word that fits a phone of 320 pixels if it is set small enough: in capitals, there is room for fewer letters.
WORDS = {"gazette": "Jahreshauptversammlung", "bulletin": "Jahreshauptversammlung", "poster": "Datenschutzrecht"}

Made = Callable[[str, str, str], Edition]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", _picture)
        yield page


def _picture(route: Route) -> None:
    """Nothing leaves the machine: pictures are those of ``FILES``, whatever their place made of them."""
    name = route.request.url.rpartition("/")[2]
    shown = FILES["tall.png"] if "tall" in name else FILES["tiny.png"] if "tiny" in name else FILES["p.png"]
    route.fulfill(body=shown, content_type="image/png")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The edition of blocks, as JSON, in a theme and a language; each once."""

    def make(blocks: str, theme: str, language: str) -> Edition:
        newsletter = {"name": WORDS[theme], "organisation": "N", "languages": [language], "theme": {"name": theme}}
        lines = "\n".join(f"- {json.dumps(block)}" for block in json.loads(blocks))
        head = f"subject: {WORDS[theme]} und Wahl\npreheader: P\ndate: 2020-03-31\n"
        folder: Path = tmp_path_factory.mktemp(theme)
        return build(folder, lines, head=head, newsletter=json.dumps(newsletter), files=FILES)

    return cache(make)


def show(page: Page, html: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(html)


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """The boxes of all that the selector finds."""
    found: list[dict[str, float]] = page.eval_on_selector_all(
        selector, "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    assert found, f"nothing is {selector}"
    return found


def blocks(*written: dict[str, object]) -> str:
    return json.dumps(written)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 700, 1280])
def test_no_picture_is_wider_than_it_has_pixels(page: Page, made: Made, width: int, theme: str) -> None:
    shown = {"file": "tiny.png", "alt": "A dot"}
    edition = made(
        blocks(
            {"block": "image", "picture": shown},
            {"block": "article", "title": "A", "body": SHORT, "picture": shown},
            {"block": "article", "title": "A", "body": SHORT, "picture": shown, "layout": "left"},
            {"block": "digest", "title": "A", "entries": [{"kicker": "B", "body": SHORT, "picture": shown}]},
            {"block": "columns", "cards": [{"title": "A", "picture": shown}, {"title": "B"}]},
            {"block": "download", "title": "A", "link": LINK, "picture": shown},
        ),
        theme,
        "de",
    )
    for html in (edition.html, edition.web_html, edition.print_html):
        show(page, read_as(html), width)
        assert max(box["width"] for box in boxes(page, "img[src*=tiny]")) <= 16


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375])
def test_three_figures_are_three_lines_on_a_phone(page: Page, made: Made, width: int, theme: str) -> None:
    figures = [{"figure": figure, "label": "Cities in Europe"} for figure in ("27 %", "1,234", "3")]
    edition = made(blocks({"block": "statistics", "figures": figures}), theme, "de")
    for html, figure, label in ((edition.html, ".stat", ".stat-label"), (edition.web_html, ".figure", ".three p > b")):
        show(page, read_as(html), width)
        large, words = boxes(page, figure), boxes(page, label)
        assert len(large) == len(words) == 3
        for one, said in zip(large, words, strict=True):
            assert one["right"] <= said["left"]
            assert one["top"] < said["bottom"]
            assert said["top"] < one["bottom"]
        assert words[2]["bottom"] - large[0]["top"] < 220
    show(page, read_as(edition.html), 700)
    tops = [box["top"] for box in boxes(page, ".stat")]
    assert max(tops) == min(tops)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("picture", [None, {"file": "p.png", "alt": "The cover"}])
def test_a_download_is_a_thing_in_a_frame(page: Page, made: Made, picture: object, theme: str) -> None:
    block = {"block": "download", "title": "The report", "link": LINK, "details": "PDF, 12 pages"}
    edition = made(blocks({**block, **({"picture": picture} if picture else {})}), theme, "de")
    for width in (375, 700):
        show(page, read_as(edition.html), width)
        [frame] = boxes(page, ".framed")
        border = page.eval_on_selector(".framed > table > tbody > tr > td", "it => getComputedStyle(it).borderTopWidth")
        assert border == "1px"
        inside = [*boxes(page, ".framed h2"), *boxes(page, ".framed a"), *boxes(page, ".framed .meta")]
        for box in inside:
            assert frame["left"] + 16 <= box["left"]
            assert box["right"] <= frame["right"] - 16
        sign = boxes(page, ".framed img" if picture else ".framed .tile")[0]
        assert sign["right"] < inside[0]["left"]


@pytest.mark.parametrize("theme", THEMES)
def test_an_entry_has_one_link_of_its_own_and_the_way_into_a_calendar_beside_its_time(
    page: Page, made: Made, theme: str
) -> None:
    day = {"date": "2020-04-03", "title": "Webinar", "link": LINK}
    edition = made(
        blocks(
            {"block": "agenda", "title": "A", "entries": [{**day, "time": "11:00"}, {**day, "date": "2020-05-03"}]},
            {"block": "events", "title": "B", "events": [{**day, "date": "2020-06-03", "place": "Nice"}]},
        ),
        theme,
        "de",
    )
    show(page, read_as(edition.html), 375)
    ways, links = boxes(page, ".meta .calendar a"), boxes(page, "a[href*=target]")
    assert len(ways) == len(links) == 3
    assert len(boxes(page, ".calendar a")) == 3
    for way, link in zip(ways, links, strict=True):
        assert way["bottom"] <= link["top"] + 12


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("block", ["hero", "text", "lead", "section", "name"])
def test_a_long_word_of_a_title_is_whole_on_a_phone(page: Page, made: Made, block: str, theme: str) -> None:
    word = WORDS[theme]
    written: dict[str, object] = {
        "hero": {"block": "hero", "title": word},
        "lead": {"block": "article", "lead": True, "title": word, "body": SHORT},
        "section": {"block": "events", "title": word, "events": [{"date": "2020-05-01", "title": "A"}]},
    }.get(block, {"block": "text", "title": word, "body": SHORT})  # type: ignore[assignment]
    edition = made(blocks(written), theme, "de")
    selector = {"name": ".nameplate", "hero": ".hero-title", "lead": ".lead-title"}.get(block, "h2.title")
    show(page, read_as(edition.html), 320)
    selectors = [selector] if block == "hero" else [selector, ".headline"]
    for which in selectors:
        lines = page.eval_on_selector(
            which,
            "(title, word) => { const text = document.createTreeWalker(title, NodeFilter.SHOW_TEXT).nextNode(),"
            " range = document.createRange(), at = text.data.indexOf(word); range.setStart(text, at);"
            " range.setEnd(text, at + word.length); return range.getClientRects().length }",
            word,
        )
        assert lines == 1, which


def test_a_merge_field_in_a_title_is_no_long_word(tmp_path: Path) -> None:
    title = '- {block: hero, title: "{{ subscriber.city }} votes"}'
    assert "hero-title" in (html := read_as(build(tmp_path, title).html, city="Paris"))
    assert "hero-title tight" not in html


def test_code_runs_from_left_to_right_in_every_language(page: Page, made: Made) -> None:
    body = "قبل\n\n```\nnewsletter check --all\n```\n"
    edition = made(blocks({"block": "text", "body": body}), THEMES[0], "ar")
    for html in (edition.html, edition.web_html):
        show(page, read_as(html), 375)
        seen = page.eval_on_selector(
            "pre code", "it => [getComputedStyle(it).direction, getComputedStyle(it.parentElement).textAlign]"
        )
        assert seen[0] == "ltr"
        assert seen[1] in ("left", "start")


MARK_GROUNDS = """() => [...document.querySelectorAll('body [style*=background]')].map(it => {
    const seen = () => getComputedStyle(it).backgroundColor;
    const light = seen();
    it.setAttribute('data-ogsb', '');
    return [light, seen()];
})"""


@pytest.mark.parametrize("theme", THEMES)
def test_a_light_ground_that_outlook_marks_takes_the_dark_one(page: Page, made: Made, theme: str) -> None:
    """Outlook.com writes ``data-ogsb`` on each element whose ground it changes, and makes its letters stand out from it
    (hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode; hteumeuleu/email-bugs, issue 64).
    """
    edition = made(
        blocks({"block": "callout", "title": "Call", "body": "Words"}, {"block": "text", "body": SHORT}), theme, "de"
    )
    show(page, read_as(edition.html), 700)
    grounds = [
        [[int(part) for part in re.findall(r"\d+", one)[:3]] for one in pair] for pair in page.evaluate(MARK_GROUNDS)
    ]
    lights = [dark for light, dark in grounds if min(light) > 200]
    assert lights
    assert max(max(dark) for dark in lights) < 72


CONTRAST = """() => {
    const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
    const faint = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, parent = text.parentElement;
        if (!text.data.trim() || parent.closest('style, script, title') || parent.offsetHeight < 2) continue;
        let ground = [255, 255, 255];
        for (let box = parent; box; box = box.parentElement) {
            const colour = parse(getComputedStyle(box).backgroundColor);
            if (colour.length === 3 || colour[3] > 0.9) { ground = colour; break; }
        }
        const [a, b] = [light(parse(getComputedStyle(parent).color)), light(ground)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) faint.push([text.data.trim().slice(0, 40), parent.className, ratio]);
    }
    return faint;
}"""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_every_block_stands_out_in_the_mail_and_on_the_page(
    browser: Browser, tmp_path: Path, scheme: str, theme: str
) -> None:
    forms = "\n".join(form for name, form in MAXIMAL.items() if name not in ("masthead", "footer"))
    forms = forms.replace("id: anchor, ", "").replace("  id: anchor\n", "")
    newsletter = {"name": "N", "organisation": "N", "languages": ["en"], "theme": {"name": theme}, "tagline": "T"}
    body = '- {block: text, body: "> Said `so`\\n\\n```\\nx = 1\\n```\\n\\n| a | b |\\n| - | - |\\n| c | d |"}'
    body += '\n- {block: hero, title: H, body: "Said `so`\\n\\n```\\nx = 1\\n```"}'
    edition = build(tmp_path, f"{forms}\n{body}", newsletter=json.dumps(newsletter), files=FILES)
    with browser.new_context(offline=True, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        for html in (edition.html, edition.web_html):
            page.set_content(read_as(html))
            assert page.evaluate(CONTRAST) == []
