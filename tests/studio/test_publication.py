"""The publication is written in the studio: its file, its theme, its logo."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from composer.issue import load_newsletter
from composer.issue.model import SubscriberField
from tests.support.fonts import block_font, block_font_of_type
from tests.support.hanging import wait_until
from tests.support.projects import NEWSLETTER, SLUG, ProjectFolder, admit, png
from tests.support.studio_client import TOKEN
from tests.support.studio_page import held_back, mail, opened

THEME = """\
# the house
accent: rebeccapurple   # ours
ink: "#222222"
gutter:   24
"""


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A page that changes things."""
    client.headers.update(TOKEN)
    return client


def test_the_file_of_the_publication_is_edited_beside_the_issue_and_undone_with_it(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    file = {"language": "en", "file": "newsletter.yaml"}
    opened = client.get(f"/api/issues/{SLUG}/document", params=file).json()["document"]
    assert opened["values"]["name"] == "The Harbour Letter"
    edit = {"edit": "set", "path": ["theme", "accent"], "value": "#0b5fff"}
    asked = {**file, "version": opened["version"], "edits": [edit]}
    assert client.post(f"/api/issues/{SLUG}/edit", json=asked).status_code == 200
    written = (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8")
    assert written.startswith(NEWSLETTER)
    assert "#0b5fff" in client.get(f"/show/{SLUG}/en/source").text
    assert client.post(f"/api/issues/{SLUG}/undo", json=file).json()["document"]["text"] == NEWSLETTER
    missing = client.get(f"/api/issues/{SLUG}/document", params={"file": "../../etc/passwd"})
    assert missing.status_code == 422


def test_a_theme_is_told_as_it_is_before_anything_is_changed(client: TestClient, project_folder: ProjectFolder) -> None:
    (project_folder.templates / "theme.yaml").write_text('accent: "#004488"\n', encoding="utf-8")
    told = client.get("/api/publication", params={"theme": "bulletin"}).json()
    assert told["theme"] == "bulletin"
    assert told["tokens"]["accent"] == "#004488"
    assert ["on_accent", "accent"] in told["pairs"]
    assert "accent" in told["colours"]
    (project_folder.templates / "theme.yaml").write_text("acent: [\n", encoding="utf-8")
    told = client.get("/api/publication", params={"theme": "no such"}).json()
    assert told["troubles"][0].startswith("templates/theme.yaml:2:1: a value is missing")
    assert told["theme"] == "gazette"
    mine = project_folder.templates / "themes" / "mine" / "theme.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("acent: '#123456'\ngutter: 24px\ngap: -5\ntint: transparent\n", encoding="utf-8")
    (project_folder.templates / "theme.yaml").unlink()
    told = client.get("/api/publication", params={"theme": "mine"}).json()
    assert [
        words.partition(";")[0].removeprefix("templates/themes/mine/theme.yaml:") for words in told["troubles"]
    ] == [
        "1:1: the themes have no token 'acent'",
        "2:9: gutter is a number, not '24px'",
        "3:6: gap cannot be -5",
        "4:7: 'transparent' lets its ground through, which not every mail program can",
    ]
    mine.write_text("ink: '#eeeeee'\n", encoding="utf-8")
    told = client.get("/api/publication", params={"theme": "mine"}).json()
    assert (told["own"], told["troubles"]) == (["ink"], [])


def test_a_token_is_written_into_the_projects_own_theme_and_undone_there(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    themes = {"theme.yaml": "ink: '#101010'\n", "themes/mine/theme.yaml": THEME}
    for name, text in themes.items():
        (project_folder.templates / name).parent.mkdir(parents=True, exist_ok=True)
        (project_folder.templates / name).write_text(text, encoding="utf-8")
    (project_folder.issues / "newsletter.yaml").write_text(f"{NEWSLETTER}theme: {{name: mine}}\n", encoding="utf-8")
    told = client.get("/api/publication", params={"theme": "mine"}).json()
    assert told["files"] == ["templates/themes/mine/theme.yaml", "templates/theme.yaml"]
    assert (told["tokens"]["accent"], told["shipped"]["accent"]) == ("#663399", "#b8391b")
    file = {"language": "en", "file": "templates/themes/mine/theme.yaml"}
    opened = client.get(f"/api/issues/{SLUG}/document", params=file).json()["document"]
    edits = [{"edit": "set", "path": ["accent"], "value": "#0b5fff"}, {"edit": "remove", "path": ["gutter"]}]
    asked = {**file, "version": opened["version"], "edits": edits}
    assert client.post(f"/api/issues/{SLUG}/edit", json=asked).status_code == 200
    written = project_folder.templates / "themes" / "mine" / "theme.yaml"
    changed = THEME.replace("rebeccapurple", '"#0b5fff"').replace("gutter:   24\n", "")
    assert written.read_text(encoding="utf-8") == changed
    assert "#0b5fff" in client.get(f"/show/{SLUG}/en/source").text
    while client.get(f"/api/issues/{SLUG}/document", params=file).json()["history"]["undo"] is not None:
        client.post(f"/api/issues/{SLUG}/undo", json=file)
    assert written.read_text(encoding="utf-8") == THEME
    outside = project_folder.templates / "themes" / "other"
    outside.symlink_to(project_folder.issues)
    (project_folder.issues / "theme.yaml").write_text("ink: '#000000'\n", encoding="utf-8")
    refused = client.get(f"/api/issues/{SLUG}/document", params={"file": "templates/themes/other/theme.yaml"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("gutter", "24", ""),
        ("gutter", "24px", "gutter is a number, not '24px'; write 24: pixels are meant"),
        ("gap", "-5", "gap cannot be -5; write 0 to 400, in pixels; it is 40 otherwise"),
        ("gutter", "", "gutter is a number, not ''; write a number such as 60"),
        ("width", "300", "a gutter of 60 on both sides leaves 180 of 300 pixels for text; write 50 or less,"),
        ("case_title", "upercase", "case_title cannot be 'upercase'; write none, uppercase, lowercase or capitalize"),
        ("ink", "transparent", "'transparent' lets its ground through"),
    ],
)
def test_a_token_is_judged_as_it_is_typed(
    client: TestClient, project_folder: ProjectFolder, name: str, value: str, wrong: str
) -> None:
    (project_folder.issues / "newsletter.yaml").write_text(f"{NEWSLETTER}theme: {{gutter: 60}}\n", encoding="utf-8")
    told = client.get("/api/publication/token", params={"name": name, "value": value}).json()["wrong"]
    assert told.startswith(wrong)
    assert bool(told) == bool(wrong)


def test_a_logo_is_stored_beside_the_newsletter_and_only_pictures_are_shown(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    stored = client.post("/api/publication/logo", params={"name": "Our Logo.PNG"}, content=png(60, 40)).json()
    assert stored == {"file": "our-logo.png"}
    assert (project_folder.issues / "our-logo.png").is_file()
    assert client.get("/api/publication/logo", params=stored | {"name": "our-logo.png"}).status_code == 200
    for name in ("newsletter.yaml", f"{SLUG}/bridge.png", "..", "", "a\0.png"):
        assert client.get("/api/publication/logo", params={"name": name}).status_code in (404, 422), name
    refused = client.post("/api/publication/logo", params={"name": "logo.png"}, content=b"no picture")
    assert refused.status_code == 422


def test_a_font_is_stored_beside_the_newsletter_and_shown_from_there(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    font = block_font_of_type("", "Quay Sans")
    stored = client.post("/api/publication/font", params={"name": "Quay Sans.ttf"}, content=font).json()
    assert stored["file"] == "fonts/quay-sans.woff2"
    assert (stored["family"], stored["weight"], stored["style"]) == ("Quay Sans", "400", "normal")
    refused = client.post("/api/publication/font", params={"name": "a.woff2"}, content=b"no font")
    assert (refused.status_code, refused.json()["detail"]) == (422, "this is no font; use WOFF2, WOFF, TTF or OTF")
    more = f"theme: {{font_title: \"'Quay Sans', Georgia\"}}\nfonts: [{{family: Quay Sans, file: {stored['file']}}}]\n"
    (project_folder.issues / "newsletter.yaml").write_text(NEWSLETTER + more, encoding="utf-8")
    shown = client.get(f"/show/{SLUG}/en/mail")
    address = f"http://127.0.0.1:8027/pictures/{SLUG}/en/"
    assert f"font-src data: {address};" in shown.headers["content-security-policy"]
    assert f'src:url("{address}fonts/quay-sans.woff2")' in shown.text
    served = client.get(f"/pictures/{SLUG}/en/fonts/quay-sans.woff2")
    assert served.headers["content-type"] == "font/woff2"
    weight = client.get(f"/api/issues/{SLUG}", params={"language": "en"}).json()["weight"]
    assert (weight["font_count"], weight["fonts"]) == (1, stored["size_bytes"])
    told = client.get("/api/publication").json()
    assert told["font_bytes"] == {stored["file"]: stored["size_bytes"]}
    assert served.content == (project_folder.issues / stored["file"]).read_bytes()


def test_the_publication_begins_in_a_further_language_once(client: TestClient, project_folder: ProjectFolder) -> None:
    file = project_folder.issues / "newsletter.fr.yaml"
    assert client.post("/api/publication/language", json={"language": "fr"}).json() == {"file": file.name}
    assert file.read_text(encoding="utf-8") == "name: The Harbour Letter\n"
    file.write_text("name: La Lettre du port\n", encoding="utf-8")
    assert client.post("/api/publication/language", json={"language": "fr"}).status_code == 200
    assert file.read_text(encoding="utf-8") == "name: La Lettre du port\n"
    assert "La Lettre du port" in client.get(f"/show/{SLUG}/fr/source").text
    for language in ("en", "de", "../fr"):
        refused = client.post("/api/publication/language", json={"language": language})
        assert refused.status_code == 422
        assert "is no further language of the newsletter; it has fr" in refused.json()["detail"]


@pytest.fixture
def page(browser: Browser, studio_url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    page = context.new_page()
    page.goto(studio_url)
    expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
    yield page
    context.close()


def test_colours_fonts_logo_and_names_are_seen_on_the_open_issue(page: Page, project_folder: ProjectFolder) -> None:
    mail = page.frame_locator(".frames iframe:not(.coming)")
    page.get_by_role("tab", name="Publication").click()
    panel = page.get_by_role("tabpanel")
    ink = panel.get_by_label("Text, by day, as a number", exact=True)
    ink.fill("#bbbbbb")
    expect(panel.get_by_text("By day hard to read on “Paper” (1.9)")).to_be_visible()
    ink.fill("#dddddd")
    expect(panel.locator(".faint.unread").get_by_text("By day unreadable on “Paper” (1.4)")).to_be_visible()
    ink.fill("#112233")
    expect(panel.locator(".faint")).to_have_count(0)
    expect(mail.get_by_text("Dear Ana").last).to_have_css("color", "rgb(17, 34, 51)")
    with held_back(page, "**/edit*") as wait_for_the_file:
        panel.get_by_role("button", name="Text, by day: as in the theme", exact=True).click()
        wait_for_the_file()
        # It was the last one that the file said of the theme; what is chosen before the page hears of it stays chosen.
        assert "theme" not in (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8")
        panel.get_by_role("radio", name="Poster").check()
    panel.get_by_label("Running text", exact=True).select_option("Verdana")
    logo = {"name": "Quay Logo.png", "mimeType": "image/png", "buffer": png(80, 80)}
    panel.get_by_label("Logo, by day").set_input_files([logo])
    expect(mail.get_by_alt_text("The Harbour Letter").first).to_be_attached()
    panel.get_by_label("Words under the name").fill("Every month from the quay")
    expect(mail.get_by_text("Every month from the quay").first).to_be_visible()
    panel.get_by_label("Name of a new field").fill("boat")
    panel.get_by_label("What the new field means").fill("The boat that they have")
    panel.get_by_role("button", name="Add", exact=True).last.click()
    expect(panel.get_by_label("What boat means")).to_have_value("The boat that they have")
    wait_until(lambda: "boat: The boat" in (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8"))
    kind = panel.get_by_label("What the values of boat are")
    kind.select_option("yes or no")
    wait_until(lambda: _field(project_folder, "boat").type == "yes/no")
    kind.select_option("choice")
    panel.get_by_label("The values of boat, one on each line").fill("sail\n motor \n")
    wait_until(lambda: _field(project_folder, "boat").choices == ("sail", "motor"))
    panel.get_by_label("What boat means").fill("Their boat")
    wait_until(lambda: _field(project_folder, "boat").meaning == "Their boat")
    kind.select_option("text")
    wait_until(lambda: "boat: Their boat\n" in (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8"))
    text = (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8")
    assert "ink" not in text
    for line in ("name: poster", "font_text: Verdana", "file: quay-logo.png", "tagline: Every month from the quay"):
        assert line in text, text


def _field(project: ProjectFolder, name: str) -> SubscriberField:
    return load_newsletter(project.issues)[0].fields[name]


def test_an_own_theme_is_judged_in_the_form_as_newsletter_yaml_is(page: Page, project_folder: ProjectFolder) -> None:
    mine = project_folder.templates / "themes" / "mine" / "theme.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("gutter: 24px\ngap: -5\n", encoding="utf-8")
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(f"{NEWSLETTER}theme: {{name: mine}}\n", encoding="utf-8")
    page.reload()
    page.get_by_role("tab", name="Publication").click()
    panel = page.get_by_role("tabpanel")
    expect(panel.get_by_role("alert").get_by_role("listitem")).to_have_text(
        [re.compile("theme.yaml:1:9: gutter is a number"), re.compile("theme.yaml:2:6: gap cannot be -5")]
    )
    mine.write_text("ink: '#bbbbbb'\n", encoding="utf-8")
    expect(panel.get_by_text("By day hard to read on “Paper” (1.9)")).to_be_visible()
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_a_font_of_ones_own_is_chosen_and_seen_at_once(page: Page, project_folder: ProjectFolder) -> None:
    mail = page.frame_locator(".frames iframe:not(.coming)")
    title = mail.get_by_role("heading", name="The bridge opens").first
    page.get_by_role("tab", name="Publication").click()
    panel = page.get_by_role("tabpanel")
    narrow = {"name": "Quay.woff2", "mimeType": "font/woff2", "buffer": block_font(family="Quay")}
    panel.get_by_label("A font of your own", exact=True).set_input_files([narrow])
    expect(panel.get_by_label("Headlines", exact=True)).to_have_value(
        "'Quay', Georgia, 'Times New Roman', Times, serif"
    )
    expect(title).to_have_css("font-family", 'Quay, Georgia, "Times New Roman", Times, serif')
    wait_until(lambda: "Quay loaded" in title.evaluate(_LOADED))
    # Another one of that name is beside it; a picture is none, in words.
    bold = {"name": "Quay Bold.ttf", "mimeType": "", "buffer": block_font(family="Quay", weight=700, flavor="")}
    wrong = {"name": "logo.png", "mimeType": "image/png", "buffer": png(4, 4)}
    panel.get_by_label("A font of your own", exact=True).set_input_files([bold, wrong])
    expect(panel.get_by_role("alert")).to_contain_text("logo.png: This is no font; use WOFF2, WOFF, TTF or OTF")
    newsletter = project_folder.issues / "newsletter.yaml"
    lines = ["  - family: Quay", "    file: fonts/quay.woff2", "    file: fonts/quay-bold.woff2", "    weight: 700"]
    wait_until(lambda: all(line in newsletter.read_text(encoding="utf-8").split("\n") for line in lines))
    # What they weigh is told to whoever comes later, too.
    page.reload()
    page.get_by_role("tab", name="Publication").click()
    expect(panel.get_by_role("list", name="Fonts of your own").get_by_text(re.compile(r"700 · \d+ kB"))).to_be_visible()
    panel.get_by_label("Small type", exact=True).select_option("Quay")
    panel.get_by_role("button", name="Remove Quay 700").click()
    panel.get_by_role("button", name="Remove Quay 400").click()
    expect(panel.get_by_role("list", name="Fonts of your own")).to_have_count(0)
    expect(title).to_have_css("font-family", 'Georgia, "Times New Roman", Times, serif')
    wait_until(lambda: not re.search("font|quay|theme", newsletter.read_text(encoding="utf-8")))


_LOADED = (
    "element => [...element.ownerDocument.fonts].map(face => `${face.family.replace(/['\"]/g, '')} ${face.status}`)"
)


def test_a_further_language_is_written_beside_the_first_one(page: Page, project_folder: ProjectFolder) -> None:
    mail = page.frame_locator(".frames iframe:not(.coming)")
    page.get_by_role("tab", name="Publication").click()
    panel = page.get_by_role("tabpanel")
    panel.get_by_role("radio", name="French").check(force=True)
    expect(mail.get_by_text("Bonjour, le pont ouvre.")).to_be_visible()
    panel.get_by_role("button", name="Write them in French").click()
    expect(panel.get_by_role("textbox", name="Name of the newsletter")).to_have_value("The Harbour Letter")
    panel.get_by_role("textbox", name="Name of the newsletter").fill("La Lettre du port")
    expect(mail.get_by_text("La Lettre du port").first).to_be_visible()
    reason = panel.get_by_role("textbox", name="Why readers get this mail")
    expect(reason).to_have_accessible_description("nothing there")
    reason.fill("Vous êtes membre du port.")
    expect(mail.get_by_text("Vous êtes membre du port.")).to_be_visible()
    expect(panel.get_by_role("textbox", name="Postal address")).to_have_accessible_description(
        "1 Quay Street, 12345 Harbour"
    )
    file = project_folder.issues / "newsletter.fr.yaml"
    wait_until(lambda: file.read_text(encoding="utf-8").count("\n") == 2)
    reason.fill("")
    wait_until(lambda: file.read_text(encoding="utf-8") == "name: La Lettre du port\n")
    assert (project_folder.issues / "newsletter.yaml").read_text(encoding="utf-8") == NEWSLETTER
    panel.get_by_role("radio", name="English").check(force=True)
    expect(mail.get_by_text("Dear Ana")).to_be_visible()
    expect(panel.get_by_role("textbox", name="Name of the newsletter")).to_have_value("The Harbour Letter")


def test_a_token_says_whose_it_is_and_goes_back_layer_by_layer(
    browser: Browser, studio_url: str, project_folder: ProjectFolder
) -> None:
    theme = project_folder.templates / "theme.yaml"
    theme.write_text(THEME, encoding="utf-8")
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(f"{NEWSLETTER}theme: {{ink: '#333333'}}\n", encoding="utf-8")
    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.get_by_role("tab", name="Publication").click()
        panel = page.get_by_role("tabpanel")
        ink = panel.get_by_label("Text, by day, as a number", exact=True)
        expect(ink).to_have_value("#333333")
        row = panel.locator(".colour-row").filter(has=page.get_by_label("Text, by day, as a number", exact=True))
        expect(row.locator(".whose")).to_have_text("By day said in newsletter.yaml, in the dark the theme’s own")
        panel.get_by_role("button", name="Text, by day: as in templates/theme.yaml", exact=True).click()
        expect(ink).to_have_value("#222222")
        expect(row.locator(".whose")).to_have_text("By day said in templates/theme.yaml, in the dark the theme’s own")
        assert newsletter.read_text(encoding="utf-8") == NEWSLETTER
        ink.fill("#bbbbbb")
        expect(panel.get_by_text("By day hard to read on “Paper” (1.9)")).to_be_visible()
        ink.fill("#112233")
        wait_until(lambda: theme.read_text(encoding="utf-8") == THEME.replace("#222222", "#112233"))
        expect(mail(page).get_by_text("Dear Ana").last).to_have_css("color", "rgb(17, 34, 51)")
        panel.get_by_role("button", name="Text, by day: as in the theme", exact=True).click()
        wait_until(lambda: "ink" not in theme.read_text(encoding="utf-8"))
        expect(row.locator(".whose")).to_have_count(0)
        panel.get_by_text("Sizes and spacing, in pixels").click()
        gutter = panel.get_by_label("Margin at its sides", exact=True)
        gutter.fill("24px")
        expect(panel.get_by_text("Gutter is a number, not '24px'; write 24: pixels are meant")).to_be_visible()
        gutter.fill("48")
        wait_until(lambda: "gutter:   48\n" in theme.read_text(encoding="utf-8"))
        gap = panel.get_by_label("Space between blocks", exact=True)
        with held_back(page, "**/api/publication/token?*"):
            gap.fill("-5")
            gap.blur()  # before it is known that this is wrong
        expect(panel.get_by_text("Gap cannot be -5")).to_be_visible()
        expect(gap).to_have_value("-5")
        gap.fill("50")
        wait_until(lambda: "gap: 50" in newsletter.read_text(encoding="utf-8"))

        def is_undone() -> bool:
            page.keyboard.press("Control+z")
            files = [file.read_text(encoding="utf-8") for file in (theme, newsletter)]
            return files == [THEME, f"{NEWSLETTER}theme: {{ink: '#333333'}}\n"]

        wait_until(is_undone)
