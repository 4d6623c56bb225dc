"""The pages: in the reader's language, in the newsletter's colours, safe to open."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, update

from composer import shipped
from composer.database.schema import deliveries
from composer.errors import TemplateError
from composer.message.links import Purpose
from composer.site import create_site
from composer.site.accent import Accent, accent_of
from composer.site.pages import STYLE_PATH, Branding, render_card
from composer.site.words import Card, Languages
from composer.web.languages import accepted_languages
from tests.site.conftest import HEAD, ServedSite
from tests.support.mailings import SITE, make_edition
from tests.support.web import in_thread, serve_in_thread

# What a page says does not depend on the database; test_leaving.py runs on both.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_the_page_speaks_the_language_of_the_mail(served: ServedSite, web: httpx.Client) -> None:
    english, french = web.get(served.leaving(1)), web.get(served.leaving(2))
    assert "Leave News?" in english.text
    assert "Quitter La Lettre" in french.text
    assert french.headers["content-language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in french.text


@on_sqlite
def test_a_page_that_is_nobodys_speaks_the_language_of_the_browser(served: ServedSite, web: httpx.Client) -> None:
    answer = web.get(f"{served.url}/u/x", headers={"Accept-Language": "da, fr-CH;q=0.9, en;q=0.8"})
    assert "Ce lien est incomplet" in answer.text


@on_sqlite
def test_no_address_of_the_reader_stands_in_an_url_or_on_a_page(served: ServedSite, web: httpx.Client) -> None:
    for subscriber in (1, 2, 3):
        link = served.leaving(subscriber)
        assert "@" not in link
        assert "reader" not in link
        assert "example.org" not in web.get(link).text + web.post(link).text


@on_sqlite
def test_every_answer_carries_the_security_headers(served: ServedSite, web: httpx.Client) -> None:
    links = [served.link(purpose, 1) for purpose in Purpose]
    others = ["/", "/u/x", "/nowhere", "/healthz", "/robots.txt", STYLE_PATH, f"/a/{served.digest[:32]}/dot.png"]
    for url in links + [served.url + path for path in others]:
        headers = web.get(url).headers
        assert "default-src 'none'" in headers["content-security-policy"], url
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert ("no-store" in headers["cache-control"]) == ("immutable" not in headers["cache-control"])


@on_sqlite
def test_the_host_header_changes_nothing(served: ServedSite, web: httpx.Client) -> None:
    for link in (served.leaving(1), served.link(Purpose.VIEW, 1)):
        assert web.get(link, headers={"Host": "evil.example.org"}).content == web.get(link).content


@on_sqlite
def test_the_mail_in_the_browser_is_filled_for_its_reader_in_a_sandbox(served: ServedSite, web: httpx.Client) -> None:
    answer = web.get(served.link(Purpose.VIEW, 1))
    assert "<p>Dear Ana 0</p>" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "script-src" not in policy
    assert "<p>Cher Ana 1</p>" in web.get(served.link(Purpose.VIEW, 2)).text


@on_sqlite
def test_the_print_form_is_filled_for_its_reader(served: ServedSite, web: httpx.Client) -> None:
    assert web.get(served.link(Purpose.PRINT, 1)).text.startswith("<html><body>")


@on_sqlite
def test_a_hostile_value_of_a_reader_does_not_run(served: ServedSite, browser: Browser) -> None:
    payload = "<img src=x onerror='document.title=1'><script>document.title=2</script>"
    with served.engine.begin() as connection:
        connection.execute(update(deliveries).values(fields={"first_name": payload}))
    page = browser.new_page()
    page.goto(served.link(Purpose.VIEW, 1))
    assert page.title() == ""
    assert page.locator("p").first.inner_text() == f"Dear {payload}"
    page.close()


@on_sqlite
def test_pictures_are_shown_and_kept_for_ever(served: ServedSite, web: httpx.Client) -> None:
    answer = web.get(f"{served.url}/a/{served.digest[:32]}/dot.png")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"\x89PNG", "image/png")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "sandbox" in answer.headers["content-security-policy"]


@on_sqlite
def test_fonts_may_be_asked_for_by_every_mail_program_and_are_kept_for_ever(
    served: ServedSite, web: httpx.Client
) -> None:
    answer = web.get(f"{served.url}/a/{served.digest[:32]}/fonts/brand.woff2")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"wOF2", "font/woff2")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "immutable" in answer.headers["cache-control"]
    assert "content-disposition" not in answer.headers
    picture = web.get(f"{served.url}/a/{served.digest[:32]}/dot.png")
    assert "access-control-allow-origin" not in picture.headers, "nobody else asks for these by CORS"
    policy = web.get(served.link(Purpose.VIEW, 1)).headers["content-security-policy"]
    assert "font-src 'self' https://" in policy


@on_sqlite
def test_other_files_are_only_downloaded(served: ServedSite, web: httpx.Client) -> None:
    types = {
        "fact sheet é.pdf": "application/pdf",
        "evil.svg": "application/octet-stream",
        "evil.html": "application/octet-stream",
    }
    for name, media_type in types.items():
        answer = web.get(f"{served.url}/a/{served.digest[:32]}/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"].startswith("attachment")


@on_sqlite
def test_a_file_is_found_by_the_digest_of_its_own_edition_only(served: ServedSite, web: httpx.Client) -> None:
    digest = served.digest[:32]
    for path in (
        f"{digest[:31]}/dot.png",
        f"{'0' * 32}/dot.png",
        f"{digest}/none.png",
        f"{digest}/../x",
        "%25/dot.png",
    ):
        assert web.get(f"{served.url}/a/{path}").status_code == 404


@on_sqlite
def test_health_is_that_of_the_database(served: ServedSite, web: httpx.Client) -> None:
    assert web.get(f"{served.url}/healthz").text == "ok\n"


@on_sqlite
def test_health_does_not_wait_for_an_import_to_end(served: ServedSite, web: httpx.Client) -> None:
    with served.engine.begin():
        assert web.get(f"{served.url}/healthz").text == "ok\n"


@on_sqlite
def test_the_button_works_without_scripts_and_the_way_back_too(served: ServedSite, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700})
    page = context.new_page()
    page.goto(served.leaving(1))
    expect(page.get_by_role("heading")).to_have_text("Leave News?")
    button = page.get_by_role("button")
    expect(button).to_have_css("background-color", "rgb(184, 57, 27)")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.click()
    expect(page.get_by_role("heading")).to_have_text("You have left.")
    assert served.status(1) == "unsubscribed"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading")).to_have_text("Welcome back.")
    assert served.status(1) == "confirmed"
    context.close()


@on_sqlite
def test_a_browser_that_runs_scripts_changes_nothing_by_looking(served: ServedSite, browser: Browser) -> None:
    before = served.state()
    page = browser.new_page()
    for subscriber in (1, 2):
        page.goto(served.leaving(subscriber), wait_until="networkidle")
    page.close()
    assert served.state() == before


def test_every_language_says_everything_and_puts_in_only_the_name() -> None:
    languages = Languages([shipped.TEMPLATES])
    for words in map(languages.find, ("en", "fr")):
        cards = [getattr(words, field.name) for field in dataclasses.fields(words)][2:]
        for card in cards:
            assert isinstance(card, Card)
            assert card.title
            assert card.text
            assert "{" not in (card.title + card.text + card.note + card.button).replace("{newsletter}", "N")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(("fr",), "fr"), (("fr-BE",), "fr"), (("pt-BR", "fr"), "fr"), (("xx", "EN"), "en"), ((), "en")],
)
def test_the_nearest_language_that_we_speak_is_chosen(wanted: tuple[str, ...], found: str) -> None:
    assert Languages([shipped.TEMPLATES]).find(*wanted).language == found


@on_sqlite
def test_a_projects_own_words_stand_on_the_pages_too(engine: Engine, web: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    for name, text in {
        "en": "site_broken_link_title: Oh, <b>this</b> link",
        "ar": "site_broken_link_title: هذا الرابط غير مكتمل",
        "de": "browser: Im Browser lesen",
    }.items():
        (tmp_path / "locales" / f"{name}.yaml").write_text(text, encoding="utf-8")
    site = create_site(engine, site=SITE, templates=(tmp_path, shipped.TEMPLATES))
    with in_thread(serve_in_thread(site)) as url:
        english, arabic, german = (
            web.get(f"{url}/u/x", headers={"Accept-Language": language}).text for language in ("en", "ar", "de")
        )
    assert "<h1>Oh, &lt;b&gt;this&lt;/b&gt; link</h1>" in english
    assert "A piece of it was lost on the way" in english
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "<h1>هذا الرابط غير مكتمل</h1>" in arabic
    assert "<title>هذا الرابط غير مكتمل</title>" in arabic
    assert '<p class="text"><span lang="en" dir="ltr">A piece of it was lost on the way' in arabic
    assert "<span" not in english
    assert german == english


def test_a_card_in_english_says_so_and_the_newsletters_name_is_not_of_it(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "ja.yaml").write_text("site_leave_button: 退会する\n", encoding="utf-8")
    languages = Languages([tmp_path, shipped.TEMPLATES])
    words = languages.find("ja")
    page, _ = render_card(Branding(words, "町の<便り>"), words.leave, action="leave")
    assert '<title lang="en" dir="ltr">Leave 町の&lt;便り&gt;?' in page
    english = '<span lang="en" dir="ltr">Leave <span lang="ja" dir="ltr">町の&lt;便り&gt;</span>?</span>'
    assert f"<h1>{english}</h1>" in page
    assert ">退会する</button>" in page
    french = languages.find("fr")
    page, _ = render_card(Branding(french, "La Lettre"), french.leave, action="leave")
    assert "<span" not in page


def test_a_mistake_in_a_projects_words_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "en.yaml").write_text("browser: Read\nsite_left_title: [a, list]\n")
    with pytest.raises(TemplateError, match=r"en\.yaml:2:18"):
        Languages([tmp_path, shipped.TEMPLATES])


def test_the_languages_of_a_browser_are_read_in_order() -> None:
    assert accepted_languages("fr-CH, fr;q=0.9, en;q=0.8") == ("fr-CH", "fr", "en")
    assert len(accepted_languages("a," * 10_000)) == 20


def test_colours_are_read_from_the_edition_and_words_on_them_stay_readable() -> None:
    both = HEAD.replace(
        "</head>", '<meta content="#ff9673" media="(prefers-color-scheme:dark)" name="theme-color"></head>'
    )
    accent = accent_of(make_edition(html=(both, "</body></html>")))
    assert (accent.light, accent.dark) == ("#b8391b", "#ff9673")
    assert (accent.on_light, accent.on_dark) == ("#ffffff", "#16120f")
    assert accent_of(make_edition()) == Accent()
    hostile = HEAD.replace("#b8391b", "red;}body{display:none")
    assert accent_of(make_edition(html=(hostile, "</body></html>"))) == Accent()
