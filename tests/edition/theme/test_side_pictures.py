"""What stands beside a picture stays there, in every theme, measured in a browser: in mail programs and in Outlook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from composer import shipped
from composer.edition.theme.tokens import theme_names
from tests.support.authoring import png
from tests.support.editions import build, read_as

THEMES = theme_names((shipped.TEMPLATES,))
FILES: dict[str, str | bytes] = {"wide.png": png(900, 600), "tall.png": png(300, 900), "tiny.png": png(48, 48)}
LINK = {"label": "Read the report", "url": "https://example.org/target"}
SENTENCE = "A text that goes on for a while and then for another one. "
BODY = "\n\n".join((SENTENCE * 3, f"- {SENTENCE}\n- two\n\n  more of two", "The last words."))
LONG = "\n\n".join((SENTENCE * 4, f"1. {SENTENCE}\n2. two", "### A headline", f"> {SENTENCE}", *[SENTENCE * 3] * 8))


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    def picture(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        route.fulfill(body=next(file for key, file in FILES.items() if key[:4] in name), content_type="image/png")

    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", picture)
        yield page


def as_outlook(html: str) -> str:
    """What Word's engine reads: what is for it alone, nothing that is for all others, and no style of the head."""
    shown = re.sub(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL)
    shown = re.sub(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", r"\1", shown, flags=re.DOTALL)
    return re.sub(r"<style.*?</style>", "", shown, flags=re.DOTALL)


ROWS = """() => [...document.querySelectorAll('td > img[alt="A plan"], td > a > img[alt="A plan"]')].map(picture => {
    const row = picture.closest('tr'), words = [...row.children].find(cell => cell.querySelector('h2, h3'));
    const box = it => it.getBoundingClientRect().toJSON(), range = document.createRange();
    const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT), lines = [];
    while (texts.nextNode()) {
        range.selectNodeContents(texts.currentNode);
        if (texts.currentNode.data.trim()) lines.push(...[...range.getClientRects()].map(it => it.toJSON()));
    }
    const begin = it => it.closest('li, blockquote') ? [] : [box(it)];
    return { picture: box(picture), words: box(words), lines, title: box(words.querySelector('h2, h3')),
             paragraphs: [...words.querySelectorAll('h2, h3, p')].flatMap(begin) };
})"""


def rows(page: Page, html: str, width: int) -> list[dict[str, Any]]:
    """Each picture with what stands in the cell beside it: boxes of lines, titles, paragraphs."""
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(html)
    found: list[dict[str, Any]] = page.evaluate(ROWS)
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_title_text_and_link_keep_their_column_beside_a_picture_to_the_end(
    page: Page, tmp_path_factory: pytest.TempPathFactory, language: str, theme: str
) -> None:
    articles = [
        {"block": "article", "title": "A title", "body": body, "layout": layout, "link": LINK, "picture": picture}
        for picture in ({"file": file, "alt": "A plan"} for file in FILES)
        for layout in ("left", "right")
        for body in ("A sentence.", BODY, LONG)
    ]
    picture = {"file": "wide.png", "alt": "A plan", "caption": "The caption", "credit": "Ada"}
    story = {"title": "A title", "body": LONG, "picture": picture, "link": LINK}
    others: list[dict[str, Any]] = [
        {"block": "digest", "title": "News", "entries": [{"kicker": "K", **story}]},
        {"block": "download", **story},
        {"block": "sponsor", **story},
    ]
    newsletter = {"name": "N", "organisation": "N", "languages": [language], "theme": {"name": theme}}
    written = "\n".join(f"- {json.dumps(block)}" for block in articles + others)
    folder = tmp_path_factory.mktemp(theme)
    html = read_as(build(folder, written, newsletter=json.dumps(newsletter), files=FILES).html)
    for shown, width in ((html, 500), (html, 640), (html, 800), (as_outlook(html), 800)):
        found = rows(page, shown, width)
        assert len(found) == len(articles) + len(others)
        for row, block in zip(found, articles + others, strict=True):
            is_left = (block.get("layout", "left") == "left") == (language == "de")
            near, far = ("left", "right") if is_left else ("right", "left")
            towards = 1 if is_left else -1
            edge = row["picture"][far] + 12 * towards
            for line in row["lines"]:
                assert (line[near] - edge) * towards >= 0, (block, width, line)
            begin = "right" if language == "ar" else "left"
            assert {round(box[begin], 1) for box in row["paragraphs"]} == {round(row["title"][begin], 1)}, block
            assert row["words"]["width"] >= 200, (block, width)
            assert row["title"]["top"] < row["picture"]["bottom"]
            assert row["picture"]["width"] <= (48 if row["picture"]["width"] < 50 else 0.44 * 576)
    for row in rows(page, html, 375)[: len(articles)]:
        assert row["picture"]["bottom"] <= row["title"]["top"]
        assert row["words"]["width"] == pytest.approx(335, abs=2)
        assert row["picture"]["width"] == pytest.approx(48 if row["picture"]["width"] < 50 else 335, abs=1)
