"""Links that mail programs make of dates, times, addresses and numbers look as the words did before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page

from composer import shipped
from composer.edition.theme.tokens import theme_names
from tests.support.authoring import NEWSLETTER, png
from tests.support.block_forms import MAXIMAL
from tests.support.editions import build, read_as

THEMES = theme_names((shipped.TEMPLATES,))
RAW = (
    '\n- {block: mjml, body: Words, mjml: \'<mj-section><mj-column><mj-text>Raw <a href="https://example.org/">link</a>'
    "</mj-text></mj-column></mj-section>'}"
)

# How each program changes the document, and the link that it makes.
PROGRAMS: dict[str, tuple[Callable[[str], str], str]] = {
    "Apple Mail": (lambda html: html, 'href="x-apple-data-detectors://1" x-apple-data-detectors="true"'),
    "Gmail": (
        lambda html: (
            re.sub(r"<style[^>]*>[^<]*\[[^<]*</style>", "", html)  # it knows no selector by attributes
            .replace("<body", "<body><u></u><div")
            .replace("</body>", "</div></body>")
        ),
        'href="https://maps.google.com/?q=1"',
    ),
    "Samsung Mail": (
        lambda html: re.sub(r"(<body[^>]*>)", r'\1<div id="MessageViewBody">', html),
        'href="tel:1"',
    ),
    "Outlook.com": (lambda html: html, 'href="tel:1" target="_blank" rel="noopener" class="x_OWAAutoLink"'),
}

# Gmail knows no prefers-color-scheme.
SCHEMES = [
    *((program, "light") for program in PROGRAMS),
    *((program, "dark") for program in PROGRAMS if program != "Gmail"),
]

LOOKS = """(attributes) => {
    const look = e => {
        const s = getComputedStyle(e);
        return [s.color, s.fontSize, s.fontWeight, s.fontFamily, s.fontStyle, s.letterSpacing, s.textTransform].join();
    };
    const ours = () => [...document.querySelectorAll('a[href]:not(.made)')]
        .map(a => [look(a), getComputedStyle(a).textDecorationLine].join());
    const before = ours();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode, parent = text.parentElement;
        const shown = text.data.trim() && parent.getClientRects().length;
        if (shown && !parent.closest('a, style, script, title')) found.push(text);
    }
    const wrong = [];
    for (const text of found) {
        const parent = text.parentElement, words = look(parent);
        const holder = document.createElement('span');
        holder.innerHTML = `<a ${attributes}></a>`;
        const link = holder.firstChild;
        link.classList.add('made');
        text.replaceWith(link);
        link.append(text);
        if (look(link) !== words || getComputedStyle(link).textDecorationLine !== 'none')
            wrong.push([parent.className, text.data.trim().slice(0, 30), look(link), words]);
    }
    return {wrong, made: found.length, ours: before, after: ours()};
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(offline=True) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """A mail with every block in its fullest form, in a theme."""
    blocks = re.sub(r"\bid: anchor,? ?", "", "\n".join(MAXIMAL.values())) + RAW

    def built(theme: str) -> str:
        newsletter = f"{NEWSLETTER}theme: {{name: {theme}}}\n"
        folder = tmp_path_factory.mktemp(theme)
        return read_as(build(folder, blocks, newsletter=newsletter, files={"p.png": png(300, 200)}).html)

    return cache(built)


@pytest.mark.parametrize(("program", "scheme"), SCHEMES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_link_that_a_mail_program_makes_looks_as_the_words_did(
    theme: str, program: str, scheme: str, page: Page, mail: Callable[[str], str]
) -> None:
    changed, attributes = PROGRAMS[program]
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(changed(mail(theme)))
    seen = page.evaluate(LOOKS, attributes)
    assert seen["made"] > 60
    assert seen["wrong"] == []
    assert seen["ours"] == seen["after"]


@pytest.mark.parametrize("theme", THEMES)
def test_our_own_links_look_the_same_in_programs_that_make_links(
    theme: str, page: Page, mail: Callable[[str], str]
) -> None:
    page.emulate_media(color_scheme="light")
    looks = []
    for changed, attributes in PROGRAMS.values():
        page.set_content(changed(mail(theme)))
        looks.append(page.evaluate(LOOKS, attributes)["ours"])
    assert looks[1:] == looks[:1] * 3


def test_the_body_has_its_id_unless_a_block_has_it(mail: Callable[[str], str]) -> None:
    assert re.search(r'<body [^>]*id="body"', mail(THEMES[0]))


def test_an_id_of_an_author_is_not_given_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    html = read_as(build(tmp_path_factory.mktemp("own"), "- {block: text, id: body, body: Words}").html)
    assert html.count('id="body"') == 1
