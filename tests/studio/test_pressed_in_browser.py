"""What is drawn anew while it is pressed: the press counts as it was begun, and what has come is seen behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import FRENCH, SLUG, ProjectFolder
from tests.support.studio_page import mail, opened, panel

WELL = "A bridge opens, and a market moves."
BETTER = "A bridge is open, and a market has moved."
Press = Callable[[Locator], AbstractContextManager[None]]


@pytest.fixture
def page(browser: Browser, studio_url: str, project_folder: ProjectFolder) -> Iterator[Page]:
    project_folder.edit("alt: A bridge at night", "alt: TODO")
    with opened(browser, studio_url, showing="Dear Ana", has_touch=True) as page:
        yield page


@contextmanager
def by_mouse(button: Locator) -> Iterator[None]:
    """The mouse goes down on it, and up again behind the block of code."""
    expect(button).to_be_enabled()
    button.hover()
    button.page.mouse.down()
    yield
    button.page.mouse.up()


@contextmanager
def by_space_bar(button: Locator) -> Iterator[None]:
    button.focus()
    button.page.keyboard.down("Space")
    yield
    button.page.keyboard.up("Space")


@contextmanager
def by_finger(button: Locator) -> Iterator[None]:
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    fingers = button.page.context.new_cdp_session(button.page)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
    yield
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    fingers.detach()


@pytest.mark.parametrize("press", [by_mouse, by_space_bar, by_finger])
def test_a_finding_leads_to_its_place_though_the_checks_are_drawn_anew_while_it_is_pressed(
    page: Page, project_folder: ProjectFolder, press: Press
) -> None:
    finding = panel(page).locator(".finding", has_text="TODO").first
    inbox = panel(page).locator(".inbox .preheader").first
    expect(finding).to_be_visible()
    expect(inbox).to_have_text(WELL)
    with press(finding.get_by_role("button", name="Show")):
        project_folder.edit(f"{WELL}\ntitle: The bridge opens", f"{BETTER}\ntitle: The bridge is open")
        expect(page.locator("#issue-title")).to_have_text("The bridge is open")
        expect(inbox).to_have_text(WELL)
    expect(panel(page).get_by_label("What the picture shows")).to_have_value("TODO")
    page.get_by_role("tab", name="Checks").click()
    expect(inbox).to_have_text(BETTER)


def test_issues_languages_and_the_mail_are_not_taken_away_while_they_are_pressed(
    page: Page, project_folder: ProjectFolder
) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    said = newsletter.read_text(encoding="utf-8")
    issues = page.get_by_role("navigation", name="Issues")
    with by_mouse(issues.get_by_role("button", name="More for The bridge opens")):
        project_folder.edit("title: The bridge opens", "title: The bridge is open")
        newsletter.write_text(said.replace("The Harbour Letter", "The Quay Letter"), encoding="utf-8")
        expect(page.locator("#newsletter")).to_have_text("The Quay Letter")
        expect(page.locator("#issue-title")).to_have_text("The bridge is open")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(issues.get_by_role("link", name="The bridge is open")).to_be_visible()

    with by_mouse(mail(page).get_by_text("Dear Ana")):
        project_folder.edit("the bridge opens.", "the bridge is open.")
        project_folder.edit("title: The bridge is open", "title: A bridge at last")
        expect(page.locator("#issue-title")).to_have_text("A bridge at last")
        expect(mail(page).get_by_text("the bridge opens.")).to_be_visible()
    expect(panel(page).get_by_role("textbox", name="Text")).to_contain_text("the bridge is open.")
    expect(mail(page).get_by_text("the bridge is open.")).to_be_visible()

    languages = page.get_by_role("radiogroup", name="Language")
    with by_mouse(languages.get_by_role("radio", name="fr")):
        newsletter.write_text(said.replace("[en, fr]", "[en, fr, de]"), encoding="utf-8")
        german = FRENCH.replace("Le pont ouvre", "Die Brücke").replace("Bonjour, le pont ouvre.", "Guten Tag")
        (project_folder.issues / SLUG / "issue.de.yaml").write_text(german, encoding="utf-8")
        project_folder.edit("title: A bridge at last", "title: The bridge opens")
        expect(page.locator("#issue-title")).to_have_text("The bridge opens")
        wait_until(lambda: "de" in page.evaluate("fetch('/api/project').then(answer => answer.text())"))
    expect(mail(page).get_by_text("Bonjour")).to_be_visible()
    expect(languages.get_by_role("radio", name="fr")).to_be_checked()
    expect(languages.get_by_role("radio", name="de")).to_be_visible()


def test_what_stands_over_the_mail_is_not_taken_away_while_it_is_pressed(
    page: Page, project_folder: ProjectFolder
) -> None:
    mail(page).get_by_role("img", name="TODO").click()
    bar = page.get_by_role("toolbar", name="Block", exact=True)
    with by_mouse(bar.get_by_role("button", name="Duplicate")):
        project_folder.edit("alt: TODO", "alt: A bridge\n  - block: divider")
        expect(panel(page).get_by_label("What the picture shows")).to_have_value("A bridge")
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8").count("alt: A bridge") == 2)

    page.get_by_role("tab", name="Checks").click()
    project_folder.edit("title: The bridge opens", 'title: "The bridge opens')
    place = panel(page).locator(".finding.error .place").first
    expect(place).to_contain_text(":3")
    line = page.locator("#awaited.error")
    with by_mouse(line.get_by_role("button", name="Show the place")):
        project_folder.edit("subject:", "# The first of the winter.\nsubject:")
        expect(place).to_contain_text(":4")
    expect(panel(page).locator(".cm-activeLine", has_text="bridge opens")).to_be_visible()
    expect(line).to_contain_text("line 4")


def test_a_finding_of_the_last_version_leads_to_its_place_before_this_one_is_checked(
    page: Page, project_folder: ProjectFolder
) -> None:
    finding = panel(page).locator(".finding", has_text="TODO").first
    expect(finding).to_be_visible()
    page.route(re.compile(r"/api/issues/[^/?]+\?(?!.*soon=)"), lambda route: None)
    project_folder.edit("title: The bridge opens", "title: The bridge is open")
    page.reload()
    expect(page.locator("#issue-title")).to_have_text("The bridge is open")
    finding.get_by_role("button", name="Show").click()
    expect(panel(page).get_by_label("What the picture shows")).to_have_value("TODO")
