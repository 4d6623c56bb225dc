"""Blocks are chosen from the palette by their pictures, and carried to their place, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import ISSUE, ProjectFolder, admit, png
from tests.support.studio_page import mail


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, studio_url: str) -> Iterator[Page]:
    """The studio; with a parameter, on a screen that is touched."""
    is_touched = getattr(request, "param", "") == "touch"
    context = browser.new_context(viewport={"width": 1440, "height": 900}, has_touch=is_touched)
    admit(context)
    page = context.new_page()
    page.goto(studio_url)
    expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
    page.get_by_role("tab", name="Write").click()
    yield page
    context.close()


def tile(page: Page, kind: str) -> Locator:
    return page.locator(f".palette [data-block={kind}]")


def open_palette(page: Page) -> None:
    """Open it from the list of blocks."""
    back = page.get_by_role("button", name="All blocks")
    if back.is_visible():
        back.click()
    page.get_by_role("button", name="Add a block").click()
    expect(page.get_by_role("searchbox", name="Find a block")).to_be_focused()


def kinds(folder: ProjectFolder) -> list[str]:
    """The blocks of the file, in its order."""
    lines = folder.issue_file.read_text(encoding="utf-8").splitlines()
    return [line.partition("block: ")[2] for line in lines if "block: " in line]


def middle(place: Locator, part: float = 0.5) -> tuple[float, float]:
    """A point of an element, so far down as ``part`` of its height."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * part


def test_blocks_are_seen_found_by_keys_and_carried_with_the_mouse(page: Page, project_folder: ProjectFolder) -> None:
    open_palette(page)
    article = tile(page, "article")
    expect(article.locator("[data-arrived=true]")).to_be_attached()
    expect(article.frame_locator("iframe").get_by_text("After prison")).to_be_attached()
    field = page.get_by_role("searchbox", name="Find a block")
    field.press("ArrowDown")
    expect(tile(page, "text")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(article).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    field.fill("picture")
    # Others have a picture, too, and stand before it in the palette.
    expect(page.locator(".palette .tile").first.locator("strong")).to_have_text("Picture")
    field.fill("rule")
    expect(page.locator(".palette .tile")).to_have_count(1)
    field.press("Enter")
    wait_until(lambda: kinds(project_folder) == ["text", "image", "divider"])

    open_palette(page)
    button = tile(page, "button")
    button.scroll_into_view_if_needed()
    page.mouse.move(*middle(button))
    page.mouse.down()
    page.mouse.move(*middle(mail(page).locator("img"), 0.9), steps=4)
    expect(page.locator(".drop-mark.between:visible")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".carried")).to_be_hidden()
    page.mouse.up()
    page.mouse.move(*middle(button))
    page.mouse.down()
    page.mouse.move(*middle(mail(page).locator("img"), 0.1), steps=4)
    page.mouse.up()
    wait_until(lambda: kinds(project_folder) == ["text", "button", "image", "divider"])
    expect(page.locator("#panel-write").get_by_role("heading", name="Button")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Control+z")
    wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8") == ISSUE)


def test_a_block_that_waits_for_its_picture_is_told_in_a_line_and_marked_in_the_mail(
    page: Page, project_folder: ProjectFolder
) -> None:
    open_palette(page)
    page.get_by_role("searchbox", name="Find a block").fill("picture")
    page.keyboard.press("Enter")
    wait_until(lambda: kinds(project_folder) == ["text", "image", "image"])
    told = page.locator("#awaited")
    expect(told).to_contain_text("A picture is still missing")
    expect(page.locator("#overlay")).to_be_hidden()
    mark = page.locator(".drop-mark.begun")
    expect(mark).to_have_text("Picture: here")
    page.keyboard.press("Control+z")
    expect(told).to_be_hidden()
    expect(mark).to_be_hidden()
    mail(page).locator("img").click()
    page.get_by_role("toolbar", name="Block").get_by_role("button", name="Add before").click()
    tile(page, "image").click()
    expect(mark).to_be_visible()
    # The picture that the mail has is still known by its own place, though there is one more before it.
    mail(page).locator("img").click()
    expect(page.get_by_label("What the picture shows")).to_have_value("A bridge at night")
    told.get_by_role("button", name="Show the place").click()
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    page.locator("#panel-write input[type=file]").set_input_files(
        {"name": "quay.png", "mimeType": "image/png", "buffer": png(80, 80)}
    )
    expect(told).to_be_hidden()
    expect(mail(page).locator("img")).to_have_count(2)
    # Any other mistake is told as one.
    project_folder.edit("preheader:", "preheadr:")
    expect(page.locator("#awaited.error")).to_contain_text("preheadr")


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send(
        "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )


def carry(page: Page, session: CDPSession, start: tuple[float, float], end: tuple[float, float], lifted: str) -> None:
    """Rest a finger on something until it is lifted, and carry it away."""
    touch(session, "Start", start)
    if lifted:
        expect(page.locator(lifted)).to_be_visible()
    for part in range(1, 7):
        x, y = (a + (b - a) * part / 6 for a, b in zip(start, end, strict=True))
        touch(session, "Move", (x, y))
    touch(session, "End")


@pytest.mark.parametrize("page", ["touch"], indirect=True)
def test_a_finger_adds_carries_and_reorders_blocks(page: Page, project_folder: ProjectFolder) -> None:
    session = page.context.new_cdp_session(page)
    open_palette(page)
    tile(page, "divider").tap()
    wait_until(lambda: kinds(project_folder) == ["text", "image", "divider"])

    open_palette(page)
    tile(page, "article").scroll_into_view_if_needed()
    carry(page, session, middle(tile(page, "article")), middle(mail(page).locator("img"), 0.1), ".carried")
    wait_until(lambda: kinds(project_folder) == ["text", "article", "image", "divider"])

    page.get_by_role("button", name="All blocks").tap()
    lines = page.locator(".block-list li")
    expect(lines).to_have_count(4)
    carry(page, session, middle(lines.nth(3).locator(".grip")), middle(lines.nth(0), 0.1), "")
    wait_until(lambda: kinds(project_folder) == ["divider", "text", "article", "image"])


def test_a_block_that_is_pressed_twice_is_added_once(page: Page, project_folder: ProjectFolder) -> None:
    open_palette(page)
    tile(page, "callout").dblclick()
    title = page.get_by_role("tabpanel").get_by_label("Headline", exact=True)
    title.fill("Come along")  # behind whatever was pressed before
    wait_until(lambda: "Come along" in project_folder.issue_file.read_text(encoding="utf-8"))
    assert kinds(project_folder) == ["text", "image", "callout"]


def test_a_block_of_the_projects_own_is_found_and_added_though_nothing_describes_it(
    page: Page, project_folder: ProjectFolder
) -> None:
    folder = project_folder.templates / "blocks" / "signal"
    folder.mkdir(parents=True)
    (folder / "fields.yaml").write_text("words: {type: line}\n", "utf-8")
    template = "<mj-section><mj-column><mj-text>{{ block.words }}</mj-text></mj-column></mj-section>\n"
    (folder / "block.mjml.j2").write_text(template, "utf-8")
    (folder / "block.txt.j2").write_text("{{ block.words }}\n", "utf-8")
    page.reload()
    page.get_by_role("tab", name="Write").click()
    open_palette(page)
    page.get_by_role("searchbox", name="Find a block").fill("signal")
    expect(page.locator(".palette .tile")).to_have_count(1)
    tile(page, "signal").click()
    wait_until(lambda: kinds(project_folder) == ["text", "image", "signal"])
    page.get_by_role("tabpanel").get_by_label("Words").fill("Three short")
    expect(mail(page).get_by_text("Three short")).to_be_visible()
