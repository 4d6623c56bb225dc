"""Ways to look at a mail, in Chromium: devices, side by side, weights, real people; and from a finding to its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from composer.studio.app import create_studio
from composer.workflow.people import add_person
from tests.support.hanging import wait_until
from tests.support.judges import needed
from tests.support.projects import ISSUE, SESSION, ProjectFolder, admit
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def page(
    browser: Browser, project_folder: ProjectFolder, built_page: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    monkeypatch.chdir(project_folder.root)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    page = context.new_page()
    app = create_studio(project_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        page.goto(url)
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        yield page
        app.state.changes.end()
    context.close()


def mail(page: Page) -> FrameLocator:
    return page.frame_locator(".holder:not(.second) .frames iframe:not(.coming)")


def second(page: Page) -> FrameLocator:
    return page.frame_locator(".second .frames iframe:not(.coming)")


def look(page: Page) -> Locator:
    page.get_by_role("tab", name="Look").click()
    return page.locator("#panel-look")


def test_a_designer_looks_at_a_mail_in_every_way(page: Page, project_folder: ProjectFolder) -> None:
    panel = look(page)
    panel.get_by_label("Device").select_option(label="iPhone SE: 320 px")
    expect(page).to_have_url(re.compile("width=320"))
    expect(page.locator(".holder:not(.second) .paper")).to_have_css("width", "320px")

    before = mail(page).locator(":root").evaluate("root => root.querySelectorAll('style').length")
    panel.get_by_label(re.compile("^Without head styles")).check()
    expect(page).to_have_url(re.compile("styles=off"))
    expect(mail(page).locator("style")).to_have_count(1)
    assert before > 1
    panel.get_by_label(re.compile("^Without head styles")).uncheck()

    # What is drawn meanwhile may show the switch as it was for a moment: that it is on in the end counts.
    panel.get_by_label(re.compile("^Outline the blocks")).click()
    expect(panel.get_by_label(re.compile("^Outline the blocks"))).to_be_checked()
    expect(page.locator(".weighed span")).to_have_text(
        [re.compile(r"^Text, [\d.]+ kB"), re.compile(r"^Picture, [\d.]+ kB")]
    )
    panel.get_by_role("button", name=re.compile("^Picture")).click()
    expect(page.locator(".outline.selected")).to_be_visible()

    panel = look(page)
    panel.get_by_label("Beside it").select_option("language:fr")
    expect(second(page).get_by_text("Bonjour, le pont ouvre.")).to_be_visible()
    expect(page.locator(".second .envelope strong")).to_have_text("Des nouvelles")
    french = project_folder.issue_file.with_name("issue.fr.yaml")
    french.write_text(french.read_text(encoding="utf-8").replace("le pont ouvre.", "le pont est ouvert."), "utf-8")
    expect(second(page).get_by_text("Bonjour, le pont est ouvert.")).to_be_visible()
    panel.get_by_label("Beside it").select_option("theme:poster")
    expect(page.locator(".second .caption")).to_have_text("poster")
    expect(second(page).get_by_text("Dear Ana")).to_be_visible()
    page.reload()
    expect(second(page).get_by_text("Dear Ana")).to_be_visible()
    page.get_by_role("button", name="Show one mail only").click()
    expect(page.locator(".second")).to_have_count(0)

    page.locator("#stage").press("x")
    expect(page.locator(".sheet .tag", has_text="Subject:")).to_be_visible()
    expect(page.locator(".sheet .value", has_text="News for Ana")).to_be_visible()


def test_both_sides_of_a_condition_and_real_people_are_seen(page: Page, project_folder: ProjectFolder) -> None:
    for email, first, last in (
        ("zoe@example.org", "Zoë", "Li"),
        ("m@example.org", "Maximiliane-Alexandrine", "von Ho"),
    ):
        add_person(email, list_name="members", new_list=True, source="a form", first_name=first, last_name=last)
    project_folder.edit("  - block: image\n", '  - block: image\n    show_if: subscriber.city == "Nice"\n')
    panel = look(page)
    expect(panel.get_by_text('subscriber.city == "Nice"')).to_be_visible()
    panel.get_by_role("button", name="Both", exact=True).click()
    expect(mail(page).get_by_alt_text("A bridge at night")).to_be_visible()
    expect(second(page).get_by_text("the bridge opens.")).to_be_visible()
    expect(second(page).get_by_alt_text("A bridge at night")).to_have_count(0)
    panel.get_by_role("button", name="Not seen", exact=True).click()
    expect(mail(page).get_by_alt_text("A bridge at night")).to_have_count(0)
    panel.get_by_label("Find a subscriber").fill("zo")
    panel.get_by_role("button", name="Zoë Li").click()
    expect(mail(page).get_by_text("Dear Zoë")).to_be_visible()
    page.reload()
    expect(mail(page).get_by_text("Dear Zoë")).to_be_visible()
    look(page).get_by_role("button", name="The longest name").click()
    expect(mail(page).get_by_text("Dear Maximiliane-Alexandrine")).to_be_visible()
    look(page).get_by_label("Find a subscriber").fill("nobody at all")
    expect(page.get_by_text("Nobody is called so.")).to_be_visible()


def test_a_finding_leads_to_its_field_and_is_mended_by_a_press(page: Page, project_folder: ProjectFolder) -> None:
    field = '{{ subscriber.first_name | default("reader") }}'
    project_folder.edit(field, "{{ subscriber.first_name }}")
    checks = page.locator("#panel-checks")
    finding = checks.locator(".finding", has_text="is empty for readers").first
    finding.get_by_role("button", name="Show the place").click()
    text = page.locator("#panel-write").get_by_role("textbox", name="Text")
    expect(text).to_be_focused()
    expect(page.locator(".outline.selected")).to_be_visible()
    page.get_by_role("tab", name="Checks").click()
    finding.get_by_role("button", name=re.compile("^Replace by")).click()
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8") == ISSUE)
    expect(checks.locator(".finding", has_text="is empty for readers")).to_have_count(0)
    page.get_by_role("tab", name="Write").click()
    expect(page.get_by_role("button", name=re.compile("^Undo: replace"))).to_be_enabled()
    page.keyboard.press("Control+z")
    wait_until(lambda: "{{ subscriber.first_name }}" in project_folder.issue_file.read_text(encoding="utf-8"))

    project_folder.edit("preheader:", "preheadr:")
    told = page.locator("#awaited.error")
    told.get_by_role("button", name="Replace by preheader").click()
    expect(told).to_be_hidden()
    wait_until(lambda: "\npreheader: A bridge" in project_folder.issue_file.read_text(encoding="utf-8"))


def test_a_finding_in_a_translation_opens_that_language(page: Page, project_folder: ProjectFolder) -> None:
    french = project_folder.issue_file.with_name("issue.fr.yaml")
    french.write_text(french.read_text("utf-8").replace("alt: Un pont la nuit", "alt: IMG_2041.JPG"), "utf-8")
    finding = page.locator("#panel-checks .finding", has_text="alt-filename")
    finding.get_by_role("button", name="Show the place").click()
    expect(page).to_have_url(re.compile("language=fr"))
    expect(page.locator("#panel-write").get_by_label("What the picture shows")).to_be_focused()


def test_a_block_of_the_gallery_is_looked_at_and_put_into_the_issue(page: Page, project_folder: ProjectFolder) -> None:
    page.locator("#stage").press("g")
    page.keyboard.press("b")
    gallery = page.get_by_role("main", name="Gallery of blocks")
    gallery.get_by_role("radio", name="poster").click()
    find = gallery.get_by_role("searchbox", name="Find a block")
    find.fill("article")
    card = gallery.get_by_role("article", name="Article", exact=True)
    expect(card.frame_locator("iframe").get_by_role("heading", name="After prison")).to_be_visible()
    expect(card.locator("pre")).to_contain_text("- block: article")
    card.get_by_role("radio", name="Markdown").click()
    expect(card.locator("pre")).not_to_contain_text("- block: article")
    page.evaluate((needed("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        told = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in told["violations"]] == [], scheme
    find.fill("call-out")
    card = gallery.get_by_role("article", name="Call-out", exact=True)
    card.get_by_role("button", name="Put it into my issue").click()
    # The shape of what was seen, and none of its words.
    expect(mail(page).get_by_role("heading", name="TODO: headline")).to_be_visible()
    form = page.locator("#panel-write")
    expect(form.get_by_role("heading", name="Call-out")).to_be_visible()
    assert "block: callout" in project_folder.issue_file.read_text(encoding="utf-8")
    page.keyboard.press("Control+z")
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8") == ISSUE)
