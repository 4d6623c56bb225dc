"""A dark picture on nothing stands on a light ground in the dark, in whichever block: judged as a browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from composer.edition import build_edition, fill
from composer.edition.theme.tokens import theme_names
from composer.issue import load_issue
from composer.shipped import TEMPLATES
from composer.web.mail_frame import Scheme, frame_html
from tests.support.projects import NEWSLETTER

_PICTURE = "{file: dark.png, alt: A disc}"
_BLOCKS = f"""
  - {{block: hero, title: Opening, picture: {_PICTURE}}}
  - {{block: text, body: "words ![a disc](dark.png)"}}
  - {{block: article, title: Article, body: words, picture: {_PICTURE}}}
  - {{block: article, layout: left, title: Beside, body: words, picture: {_PICTURE}}}
  - {{block: image, picture: {_PICTURE}}}
  - {{block: gallery, pictures: [{_PICTURE}, {_PICTURE}]}}
  - {{block: quote, body: Words, person: Ana, picture: {_PICTURE}}}
  - {{block: sponsor, title: Sponsor, body: words, picture: {_PICTURE}}}
  - block: digest
    title: News
    entries:
      - {{kicker: P, title: One, body: words, picture: {_PICTURE}}}
      - {{kicker: Q, title: Two, body: words}}
"""
_DARK = """() => [...document.images].filter((image) => image.alt.includes("isc")).map((image) => {
    const [red, green, blue, seen = 1] = getComputedStyle(image).backgroundColor.match(/[\\d.]+/g).map(Number);
    return [image.className, seen === 1 && Math.min(red, green, blue) > 200];
})"""


@pytest.mark.parametrize("theme", theme_names((TEMPLATES,)))
def test_a_dark_picture_on_nothing_is_seen_in_the_dark_in_every_block(
    tmp_path: Path, browser: Browser, theme: str
) -> None:
    folder = tmp_path / "issues" / "dark"
    folder.mkdir(parents=True)
    (folder.parent / "newsletter.yaml").write_text(f"{NEWSLETTER}theme: {{name: {theme}}}\n", encoding="utf-8")
    head = "subject: Dark\npreheader: All\ndate: 2026-12-01\nlanguage: en\nblocks:"
    (folder / "issue.yaml").write_text(f"{head}{_BLOCKS}", encoding="utf-8")
    picture = Image.new("RGBA", (900, 600), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((200, 50, 700, 550), fill=(15, 15, 20, 255))
    picture.save(folder / "dark.png")
    edition = build_edition(load_issue(folder))
    nowhere = {f"links.{name}": "https://example.org/" for name in ("unsubscribe", "browser", "print")}
    html = fill(edition.html, {"links.assets": "https://example.org/files", **nowhere})
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.route("**", lambda route: route.abort())
    page.set_content(frame_html(html, scheme=Scheme.DARK))
    grounds = page.evaluate(_DARK)
    page.close()
    assert len(grounds) == 10
    assert [name for name, is_light in grounds if not is_light] == []
