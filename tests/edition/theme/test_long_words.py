"""Long dates, labels, figures, words and addresses in every field of every block: nothing overlaps, nothing scrolls
sideways, and no text runs in a column narrower than eight letters."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page

from composer import shipped
from composer.edition import Edition
from composer.edition.theme.tokens import theme_names
from tests.support.authoring import png
from tests.support.block_forms import MAXIMAL, MINIMAL
from tests.support.editions import build, read_as

THEMES = theme_names((shipped.TEMPLATES,))

LONG = (
    "Programme, speakers and registration for everybody who would like to come",
    "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "https://www.example.org/a/very/long/address/without/an/end?with=parameters&and=more-of-them#anchor",
    "first.middle.last.of.a.very.long.name@subdomain.organisation.example.org",
    "1,234,567,890,123.45 €",
    "anticonstitutionnellement, désoxyribonucléique, intergouvernementalisations",
    "安全と民主主義と都市のための年次総会について、参加登録とプログラムのお知らせです。",
    "الأمن والديمقراطية والمدن: الاجتماع السنوي والتسجيل والبرنامج",
    "Security, democracy and cities: the annual meeting",
    "W" * 90,
)
FOR_PROGRAMS = re.compile(
    r"^(block|id|url|file|layout|align|face|sign|network|date|until|time|end_time|timezone|language|style|mjml|lead|"
    r"across|contact)$"
)
MARKDOWN = "{0}\n\n- {1}\n  - {2}\n    - {3}\n\n> {4}\n\n| {5} | {6} |\n| --- | --- |\n| {7} | {8} |\n\n```\n{9}\n```\n"


def filled(value: object, dice: random.Random, key: str = "") -> object:
    """The value with a long text in place of every text that readers see."""
    if isinstance(value, dict):
        return {name: filled(part, dice, str(name)) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, dice, key) for part in value]
    if FOR_PROGRAMS.match(key) or isinstance(value, bool):
        return value
    if key in ("body", "intro"):
        return MARKDOWN.format(*(dice.choice(LONG) for _ in range(10)))
    return dice.choice(LONG)


def blocks_of(seed: int) -> str:
    """Every block, in both of its forms, with long texts; JSON is YAML too."""
    dice = random.Random(seed)
    forms = "\n".join(
        form for name, form in [*MAXIMAL.items(), *MINIMAL.items()] if name not in ("masthead", "footer", "mjml")
    )
    made = filled(yaml.safe_load(re.sub(r"\bid: anchor,? ?", "", forms).replace("  id: anchor\n", "")), dice)
    assert isinstance(made, list)
    for count in (2, 3, 4):
        figures = [{"figure": dice.choice(LONG), "label": dice.choice(LONG)} for _ in range(count)]
        made.append({"block": "statistics", "figures": figures})
    for count in (1, 2, 3, 5, 6, 8):
        rows = [[dice.choice((*LONG, "7", "")) for _ in range(count)] for _ in range(2)]
        made.append({"block": "table", "head": [dice.choice((*LONG, "No.")) for _ in range(count)], "rows": rows})
    for count in (2, 3, 5):
        url = "https://example.org/"
        faces = [{"label": dice.choice(LONG), "face": "happy", "url": f"{url}{number}"} for number in range(count)]
        made.append({"block": "poll", "title": dice.choice(LONG), "answers": faces})
    networks = ("bluesky", "mastodon", "linkedin", "youtube", "instagram", "x", "facebook", "rss")
    profiles = [{"network": network, "url": f"https://example.org/{network}"} for network in networks]
    made.append({"block": "social", "profiles": profiles})
    return "\n".join(f"- {json.dumps(block, default=str)}" for block in made)


def edition_of(folder: Path, theme: str, seed: int) -> Edition:
    """An issue of nothing but long texts, in its frame too."""
    dice = random.Random(seed + 1)
    newsletter = {
        **{key: dice.choice(LONG) for key in ("name", "tagline", "organisation", "reason", "postal_address")},
        "website": "https://www.example.org/",
        "contact": LONG[4],
        "languages": ["de"],
        "theme": {"name": theme},
    }
    head = {"subject": dice.choice(LONG), "preheader": "What is in it", "date": "2020-12-24"}
    head_yaml = "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items())
    files: dict[str, str | bytes] = {"p.png": png(900, 600)}
    return build(folder, blocks_of(seed), head=head_yaml, newsletter=json.dumps(newsletter), files=files)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Edition]:
    return cache(lambda theme, seed: edition_of(tmp_path_factory.mktemp(f"{theme}{seed}"), theme, seed))


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(offline=True) as context:
        yield context.new_page()


MEASURE = """(width) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), lines = [], narrow = [];
    while (texts.nextNode()) {
        const text = texts.currentNode, parent = text.parentElement;
        if (!text.data.trim() || parent.closest('style, script, title')) continue;
        const style = getComputedStyle(parent);
        if (parent.className === 'mark' || style.opacity === '0') continue;
        if (parent.offsetHeight < 2 || style.maxHeight === '0px') continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const rects = [...range.getClientRects()].filter(r => r.width > 2 && r.height > 2);
        for (const r of rects) lines.push([r, text]);
        if (rects.length < 2) continue;
        let box = parent;
        while (getComputedStyle(box).display.startsWith('inline') && getComputedStyle(box).display !== 'inline-block')
            box = box.parentElement;
        const s = getComputedStyle(box), size = parseFloat(style.fontSize);
        const room = box.getBoundingClientRect().width - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight);
        const words = text.data.trim().slice(0, 30);
        if (room < 4 * size) narrow.push([box.closest('[class]').className, parent.tagName, words, room, size]);
    }
    const over = [];
    for (let i = 0; i < lines.length; i++)
        for (let k = i + 1; k < lines.length; k++) {
            const [a, one] = lines[i], [b, other] = lines[k];
            if (one === other) continue;
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 3 && high > Math.min(a.height, b.height) * 0.5)
                over.push([one.data.trim().slice(0, 30), other.data.trim().slice(0, 30), wide, high]);
        }
    const outside = lines.filter(([r]) => r.right > width + 1 || r.left < -1).map(([r, t]) => t.data.slice(0, 30));
    return {narrow, over, outside, wide: document.documentElement.scrollWidth, lines: lines.length};
}"""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 375, 640])
@pytest.mark.parametrize(("form", "seed"), [("mail", 1), ("mail", 2), ("page", 1), ("print", 1)])
def test_the_layout_holds_whatever_is_written(
    page: Page, editions: Callable[[str, int], Edition], seed: int, form: str, width: int, theme: str
) -> None:
    edition = editions(theme, seed)
    html = {"mail": edition.html, "page": edition.web_html, "print": edition.print_html}[form]
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(read_as(html))
    seen = page.evaluate(MEASURE, width)
    assert seen["lines"] > 500
    assert seen["wide"] <= width
    assert seen["outside"] == []
    assert seen["over"] == []
    assert seen["narrow"] == []
