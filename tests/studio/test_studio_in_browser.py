"""The studio as an author meets it, in Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from composer import shipped
from composer.studio.app import create_studio
from composer.web.listening import listen
from composer.web.serving import serving
from tests.support.projects import SESSION, SLUG, ProjectFolder, admit
from tests.support.studio_page import mail, panel
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    admit(page.context)
    yield page
    page.close()


def test_a_save_repaints_the_mail_and_keeps_the_place(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    project_folder.edit("the bridge opens.", "the bridge opens." + "\n\n      One more line." * 60)
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana, the bridge opens.")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Live")
    page.locator("#stage").evaluate("stage => { stage.scrollTop = 700 }")
    project_folder.edit("the bridge opens.", "the bridge is open.")
    expect(mail(page).get_by_text("Dear Ana, the bridge is open.")).to_be_attached()
    assert page.locator("#stage").evaluate("stage => stage.scrollTop") == 700


def test_width_and_colours_change_the_frame_and_the_address(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    paper = mail(page).get_by_role("article").first
    light = paper.evaluate("paper => getComputedStyle(paper).backgroundColor")
    page.get_by_role("radio", name="Phone").click()
    expect(page).to_have_url(re.compile(r"[?&]width=375"))
    assert page.locator(".frames iframe").evaluate("frame => frame.contentWindow.innerWidth") == 375
    page.get_by_role("radio", name="Dark: the mail’s own styles").click()
    expect(page).to_have_url(re.compile(r"[?&]scheme=dark"))
    expect(page.locator(".frames iframe:not(.coming)")).to_have_attribute("src", re.compile("scheme=dark"))
    expect(paper).not_to_have_css("background-color", light)


# A laptop's, a small one's, and those at which the panels begin to be drawers.
@pytest.mark.parametrize("width", [1366, 1280, 1180, 1100, 1024, 390])
def test_the_tools_stay_inside_the_bar(page: Page, studio_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    outside = """bar => [...bar.querySelectorAll("button")].filter(tool => tool.offsetWidth).filter(tool =>
        tool.getBoundingClientRect().right > bar.getBoundingClientRect().right || tool.scrollWidth > tool.clientWidth
    ).map(tool => tool.textContent.trim() || tool.id)"""
    assert page.get_by_role("toolbar", name="How to look at the mail").evaluate(outside) == []


def test_a_link_shows_a_colleague_the_same_thing(page: Page, studio_url: str) -> None:
    page.goto(f"{studio_url}/?issue={SLUG}&language=fr&view=text&reader=nameless")
    expect(page.locator(".sheet.text")).to_contain_text("Bonjour, le pont ouvre.")
    expect(page.get_by_role("radio", name="fr")).to_be_checked()


def test_the_width_follows_a_drag_and_the_arrow_keys(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    handle = page.locator(".handle.right")
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 12 - 100, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"[?&]width=520"))
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"[?&]width=530"))


def test_a_mistake_is_shown_with_its_line_and_goes_when_it_is_mended(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    project_folder.edit("preheader:", "preheadr:")
    told = page.locator("#awaited")
    expect(told).to_contain_text("issue.yaml, line 2 Unknown key 'preheadr'.")
    expect(told).to_contain_text("The mail is as it was before.")
    mail(page).get_by_text("Dear Ana").click()
    expect(page.locator("#overlay")).to_be_hidden()
    told.get_by_role("button", name="Show the place").click()
    expect(panel(page).get_by_label("What inboxes show after the subject")).to_be_visible()
    # Where no mail has ever been made of the files, the mistakes stand in its place.
    project_folder.edit("preheadr:", "preheader:")
    expect(told).to_be_hidden()
    other = project_folder.issues / "2027-01-other"
    other.mkdir()
    (other / "issue.yaml").write_text("subject: Other\npreheadr: O\ndate: 2027-01-01\nblocks: [{block: divider}]\n")
    page.goto(f"{studio_url}/?issue=2027-01-other")
    overlay = page.locator("#overlay")
    expect(overlay).to_contain_text("There is no version that worked yet.")
    expect(overlay).to_contain_text("issue.yaml:2:1")
    expect(told).to_be_hidden()
    (other / "issue.yaml").write_text("subject: Other\npreheader: O\ndate: 2027-01-01\nblocks: [{block: divider}]\n")
    expect(overlay).to_be_hidden()


def test_what_the_checks_say_of_several_places_stands_once(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    lines = project_folder.issue_file.read_text(encoding="utf-8").count("\n")
    cards = "".join('      - title: "TODO: headline"\n' for _ in range(4))
    blocks = f"  - block: columns\n    cards:\n{cards}" * 2
    project_folder.issue_file.write_text(project_folder.issue_file.read_text(encoding="utf-8") + blocks)
    checks = page.locator("#panel-checks")
    finding = checks.locator(".finding", has_text="'TODO: headline' is still to be written")
    expect(finding).to_have_count(1)
    expect(finding.locator(".times")).to_have_text("8 places")
    more = finding.get_by_text("And at 7 more places")
    more.focus()
    page.keyboard.press("Enter")
    rows = finding.get_by_role("listitem")
    expect(rows).to_have_count(7)
    expect(rows.last).to_contain_text(f"issue.yaml:{lines + 12}:17")
    # What changes elsewhere leaves them unfolded.
    project_folder.issue_file.write_text(f"# {SLUG}\n" + project_folder.issue_file.read_text(encoding="utf-8"))
    expect(rows.last).to_contain_text(f"issue.yaml:{lines + 13}:17")
    rows.last.get_by_role("button", name="Show the place").click()
    expect(page.locator(".outline.selected")).to_be_visible()
    expect(panel(page).get_by_role("textbox", name="Headline").last).to_be_focused()


def test_each_subject_of_a_test_is_seen_in_the_inbox_and_in_the_mail(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    project_folder.edit("preheader:", "subject_test: {subjects: [A bridge by night], sample: 20%}\npreheader:")
    project_folder.edit("title: The bridge opens\n", "")
    page.goto(studio_url)
    line = page.locator(".on-phone .subject")
    expect(line).to_have_text("News for Ana")
    page.get_by_role("radiogroup", name="Subject").get_by_role("radio", name="B").click()
    expect(line).to_have_text("A bridge by night")
    expect(page.locator(".envelope strong")).to_have_text("A bridge by night")
    expect(mail(page).get_by_role("heading", name="A bridge by night")).to_be_visible()
    project_folder.edit("A bridge by night", "A bridge at dawn")
    expect(line).to_have_text("A bridge at dawn")
    expect(mail(page).get_by_role("heading", name="A bridge at dawn")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(mail(page).get_by_role("heading", name="News for Ana")).to_be_visible()


def test_values_typed_for_the_reader_show_in_the_mail(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    page.get_by_text("Values", exact=True).click()
    page.get_by_label("first name").fill("<b>Zoë</b>")
    expect(mail(page).get_by_text("Dear <b>Zoë</b>, the bridge opens.")).to_be_visible()
    expect(page.locator(".on-phone .subject")).to_have_text("News for <b>Zoë</b>")
    page.get_by_role("button", name="As it was").click()
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    expect(page.get_by_label("first name")).to_have_value("Ana")
    # What was typed of one reader, just before another is chosen, is not told of the other.
    page.get_by_label("first name").evaluate(
        """field => {
            field.value = 'Zoë';
            field.dispatchEvent(new Event('input'));
            const reader = document.querySelector('#reader');
            reader.value = 'nameless';
            reader.dispatchEvent(new Event('change'));
        }"""
    )
    expect(mail(page).get_by_text("Dear reader, the bridge opens.")).to_be_visible()
    expect(page.get_by_label("first name")).to_have_value("")
    page.get_by_label("city").fill("Basel")
    expect(page).to_have_url(re.compile("v.city=Basel"))
    assert "first_name" not in page.url


def test_everything_has_a_key(page: Page, studio_url: str) -> None:
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    # Whoever types while nothing has the focus is not carried off.
    before = page.url
    page.keyboard.type("things, gs gb dark")
    assert page.url == before
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#stage").focus()
    for key, part in [("l", "language=fr"), ("w", "width=375"), ("d", "scheme=dark"), ("i", "pictures=off"),
                      ("r", "reader=nameless"), ("s", "view=source"), ("p", "view=print")]:  # fmt: skip
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(re.escape(part)))
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile("place=sending"))
    page.keyboard.press("Escape")
    page.locator("#stage").press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_without_issues_it_says_what_to_do_and_notices_the_first(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    kept = project_folder.root / "kept"
    shutil.move(project_folder.issue_file.parent, kept)
    page.goto(studio_url)
    expect(page.get_by_role("main").get_by_role("button", name="New issue")).to_be_visible()
    shutil.move(kept, project_folder.issue_file.parent)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()


def test_a_stopped_server_is_told_and_a_new_one_is_noticed(page: Page, project_folder: ProjectFolder) -> None:
    first = create_studio(project_folder.project, run="first", session=SESSION)
    with in_thread(serve_in_thread(first)) as url:
        page.goto(url)
        expect(page.locator("#live")).to_have_text("Live")
        first.state.changes.end()
    expect(page.locator("#offline")).to_be_visible()
    project_folder.edit("the bridge opens.", "the bridge is open.")
    second = create_studio(project_folder.project, run="second", session=SESSION)
    with in_thread(serving(second, listen("127.0.0.1", int(url.rpartition(":")[2])))):
        expect(mail(page).get_by_text("Dear Ana, the bridge is open.")).to_be_visible()
        expect(page.locator("#offline")).to_be_hidden()
        second.state.changes.end()


HOSTILE = """
<mj-raw>
  <script>window.name = "ran"; fetch("/api/project").then(() => { top.document.title = "stolen" })</script>
  <img src="x" onerror="top.document.title = 'stolen'" />
  <img src="/api/project" alt="asks the studio" />
  <img src="https://tracker.example.org/pixel.gif" alt="asks elsewhere" />
  <svg onload="top.document.title = 'stolen'"></svg>
  <iframe src="/"></iframe>
  <form action="/api/project" id="post"><button>Post</button></form>
  <a id="js" href="javascript:top.document.title='stolen'" target="_self">press</a>
  <meta http-equiv="refresh" content="0;url=javascript:top.document.title='stolen'" />
</mj-raw>
"""


def test_a_hostile_mail_can_neither_run_nor_reach_the_studio(page: Page, project_folder: ProjectFolder) -> None:
    layout = project_folder.templates / "layouts" / "newsletter.mjml.j2"
    layout.parent.mkdir()
    shipped_layout = (shipped.TEMPLATES / "layouts" / "newsletter.mjml.j2").read_text(encoding="utf-8")
    layout.write_text(re.sub(r"(<mj-body[^>]*>)", rf"\1{HOSTILE}", shipped_layout, count=1), encoding="utf-8")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url) if request.frame != page.main_frame else None)
    app = create_studio(project_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        page.goto(url)
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        assert mail(page).locator("script").count() == 1, "the hostile markup reached the frame"
        mail(page).locator("#js").click()
        mail(page).get_by_role("button", name="Post").click()
        expect(page).to_have_title("The bridge opens – studio")
        frame = page.frames[1]
        assert frame.url.startswith(f"{url}/show/{SLUG}/en/mail")
        assert page.locator(".frames iframe").evaluate("frame => frame.contentWindow.name") != "ran"
        answered = {address.split("?")[0] for address in asked}
        assert answered == {f"{url}/show/{SLUG}/en/mail", f"{url}/pictures/{SLUG}/en/bridge.png"}
        app.state.changes.end()


def test_the_mails_colours_do_not_follow_the_authors_own_system(browser: Browser, studio_url: str) -> None:
    page = browser.new_page(color_scheme="dark")
    admit(page.context)
    page.goto(studio_url)
    expect(mail(page).get_by_role("article").first).to_have_css("background-color", "rgb(255, 255, 255)")
    page.locator("#stage").press("d")
    expect(mail(page).get_by_role("article").first).not_to_have_css("background-color", "rgb(255, 255, 255)")
    page.close()


def test_without_pictures_the_words_for_them_are_read(page: Page, studio_url: str) -> None:
    page.goto(f"{studio_url}/?pictures=off")
    picture = mail(page).get_by_alt_text("A bridge at night")
    expect(picture).to_be_attached()
    assert picture.evaluate("picture => picture.naturalWidth") == 0
    page.get_by_role("button", name="Pictures").click()
    expect(page.locator(".frames iframe:not(.coming)")).to_have_attribute("src", re.compile("pictures=true"))
    assert mail(page).get_by_alt_text("A bridge at night").evaluate("picture => picture.naturalWidth") == 600


def test_a_link_to_an_issue_that_is_gone_says_so(page: Page, studio_url: str) -> None:
    page.goto(f"{studio_url}/?issue=2019-gone")
    page.get_by_role("button", name="Open The bridge opens").click()
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
