"""The steps of a person to each panel of the studio (``studio_panels`` lists the panels).

Each takes the page when it is loaded, at any width: where the panels beside the mail or the issues are drawers, they
are opened. A step ends when what it leads to is in sight.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, FrameLocator, Locator, Page, expect

from composer.issue.blocks import BLOCKS
from tests.support.hanging import HANGS_S
from tests.support.panel_projects import RENAMED
from tests.support.projects import png

Steps = Callable[[Page], object]

NARROW, PHONE = 1100, 760
"""Below these widths, in pixels, the panels beside the mail and then the issues are drawers."""

EXPORT = "Adresse mél;Prénom;Nom;Ville;Abonné\n" + "".join(
    f"lecteur{number}@example.org;Amélie;Roussel;Liège;{'non' if number % 5 == 0 else 'oui'}\n" for number in range(40)
)


_TILES_ARE_DRAWN = """
() => [...document.querySelectorAll(".palette .tile-picture")]
    .filter((one) => one.getBoundingClientRect().top < innerHeight)
    .every((one) => one.dataset.arrived === "true")
"""

_NEIGHBOURS = itertools.count(12)
"""No change is made twice: the same project is visited at several widths."""


# --- Ways


def mail(page: Page) -> FrameLocator:
    """The mail in the middle; it is waited for."""
    frame = page.frame_locator(".holder:not(.second) .frames iframe:not(.coming)")
    expect(frame.locator("body")).to_be_visible()
    return frame


def tab(page: Page, name: str) -> Locator:
    """Open one of the tabs beside the mail; its panel, filled."""
    mail(page)
    chosen = page.get_by_role("tab", name=name, exact=True)
    if width(page) < NARROW and not page.locator("#app.report-open").count():
        page.locator("#fold-report").click()
    chosen.click()
    panel = page.locator(f"#panel-{name.lower()}")
    expect(panel.locator("h2, .cm-content, .field").first).to_be_visible()
    return panel


def issues(page: Page) -> Locator:
    """Show the list of issues; the list."""
    mail(page)
    if width(page) < PHONE:
        page.locator("#fold-issues").click()
    expect(page.locator(".issue-list a").first).to_be_visible()
    return page.locator("#issues")


def block(page: Page, place: int) -> Locator:
    """Open the form of the block at a place; the panel."""
    panel = tab(page, "Write")
    panel.locator(".block-list .open").nth(place).click()
    expect(panel.get_by_role("button", name="All blocks")).to_be_in_viewport()  # a form begins at its head
    return panel


def width(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]


def close_drawer(page: Page) -> None:
    """Let the mail be seen where the panels lie over it."""
    if width(page) < NARROW:
        page.get_by_role("complementary").get_by_role("button", name="Close", exact=True).click()
        expect(page.locator("#app.report-open")).to_have_count(0)
        page.mouse.move(0, 400)  # off the button that lies under the one that was pressed, and its tip


def sees(selector: str, words: str = "") -> Steps:
    return lambda page: expect(
        page.locator(selector).get_by_text(words).first if words else page.locator(selector).first
    ).to_be_visible()


def on_tab(name: str) -> Steps:
    return lambda page: tab(page, name)


def in_sending(words: str) -> Steps:
    return sees("#sending", words)


# --- Writing


def palette(page: Page) -> Locator:
    panel = block(page, 1)
    panel.get_by_role("button", name="Add a block after this one").click()
    expect(panel.get_by_role("searchbox")).to_be_visible()
    page.wait_for_function(_TILES_ARE_DRAWN, timeout=HANGS_S * 1000)
    return panel


def palette_without(page: Page) -> None:
    panel = palette(page)
    panel.get_by_role("searchbox").fill("nothing is called so")
    expect(panel.get_by_text("No block is called so.")).to_be_visible()


def pictures_of_issue(page: Page) -> None:
    panel = block(page, 1)
    panel.get_by_role("button", name="From this issue").first.click()
    expect(panel.get_by_role("list", name="Pictures of this issue").locator("img").first).to_be_visible()


def crop(page: Page) -> None:
    """A square or round place shows its frame."""
    panel = block(page, place_of("quote"))
    expect(panel.locator("h2").first).to_be_visible()
    panel.locator("input[type=file]").first.set_input_files(
        FilePayload(name="portrait.png", mimeType="image/png", buffer=png(600, 400))
    )
    expect(panel.locator(".focus-frame").first).to_be_visible()
    panel.locator(".focus-frame").first.scroll_into_view_if_needed()


def audience(page: Page) -> Locator:
    panel = block(page, 0)
    panel.get_by_role("button", name="Who sees it").click()
    expect(panel.locator(".audience").get_by_role("status")).not_to_be_empty()
    return panel


def conditions(page: Page) -> None:
    panel = audience(page)
    panel.get_by_role("button", name="Another condition").click()
    expect(panel.get_by_text("Not saved yet")).to_be_visible()


def mistaken(page: Page) -> None:
    """Write a mistake into an issue that had been built: it is said in a line over the mail."""
    panel = tab(page, "Source")
    first = panel.locator(".cm-line").first
    if not first.inner_text().startswith("subjct"):
        first.dblclick(position={"x": 8, "y": 8})
        page.keyboard.type("subjct")
        page.keyboard.press("Escape")  # what is offered to complete it
    expect(page.locator("#awaited.error")).to_contain_text("line 1")
    close_drawer(page)


def finding(page: Page) -> None:
    expect(tab(page, "Checks").locator("details.finding[open] .more").first).to_be_visible()
    page.get_by_text("And at 3 more places").click()


def mail_programs(page: Page) -> None:
    outlook = tab(page, "Checks").locator(".program", has_text="Outlook (Windows)")
    outlook.locator("summary").first.click()
    outlook.locator(".plainer summary").first.click()
    outlook.get_by_text("HTML5 doctype", exact=True).scroll_into_view_if_needed()


def conflict(page: Page) -> None:
    """Change the same text in two windows, of which the first does not hear of the second."""
    headline = block(page, 2).get_by_role("textbox", name="Headline")
    page.route("**/document*", lambda route: route.abort())
    other = page.context.new_page()
    other.set_viewport_size({"width": 1440, "height": 900})
    other.goto(page.url)
    block(other, 2).get_by_role("textbox", name="Headline").fill(f"Security begins with {next(_NEIGHBOURS)} neighbours")
    expect(other.locator("#panel-write .saving")).to_have_text("Saved")
    other.close()
    headline.fill("Security begins in the street")
    expect(page.get_by_text("This was changed in the file too")).to_be_visible()


# --- Issues


def menu(page: Page) -> None:
    issues(page).get_by_role("button", name="More for").first.click()
    expect(page.get_by_role("menuitem", name="Archive")).to_be_visible()


def rename(page: Page) -> None:
    menu(page)
    page.get_by_role("menuitem", name="Rename the folder").click()
    page.get_by_role("dialog", name="Rename").get_by_label("Folder").fill("Bridge & quay")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("alert").filter(has_text="small letters")).to_be_visible()


def renamed(page: Page) -> None:
    """Give a folder another name, and see how that is taken back."""
    issues(page).get_by_role("button", name=f"More for {RENAMED}").click()
    page.get_by_role("menuitem", name="Rename the folder").click()
    field = page.get_by_role("dialog", name="Rename").get_by_label("Folder")
    field.fill("2020-06-courtyards" if field.input_value() == "2020-06-letter" else "2020-06-letter")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()


def new_issue(page: Page) -> Locator:
    issues(page).get_by_role("button", name="New issue").click()
    dialog = page.get_by_role("dialog", name="New issue")
    expect(dialog.get_by_label("Working title")).to_be_visible()
    return dialog


def import_newsletter(page: Page) -> None:
    dialog = new_issue(page)
    dialog.get_by_label("A newsletter you have").check()
    letter = b"<h1>Spring</h1><h2>One</h2><p>The first story of all.</p><h2>Two</h2><p>And another.</p><img src=x.png>"
    dialog.locator("input[type=file]").set_input_files(
        FilePayload(name="spring.html", mimeType="text/html", buffer=letter)
    )
    expect(dialog.get_by_text("2 articles, 0 pictures")).to_be_visible()


def put_away(page: Page) -> None:
    issues(page).get_by_role("button", name="Archive and trash").click()
    expect(page.get_by_role("region", name="Trash")).to_be_visible()


def empty_trash(page: Page) -> None:
    """Ask whether the trash is to be emptied, and leave it."""
    put_away(page)
    page.get_by_role("button", name="Empty the trash").click()
    expect(page.get_by_role("alertdialog", name="Empty the trash")).to_be_visible()


def nothing_found(page: Page) -> None:
    issues(page).get_by_role("searchbox").fill("nothing is called so")
    expect(page.locator(".issue-list .none")).to_be_visible()


def shortcuts(page: Page) -> None:
    mail(page)
    page.locator("#stage").press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()


# --- The publication, and seeing


def faint_colour(page: Page) -> None:
    panel = tab(page, "Publication")
    panel.get_by_label("Text, by day, as a number", exact=True).fill("#cccccc")
    expect(panel.get_by_text("hard to read").first).to_be_visible()
    panel.get_by_role("button", name="Text, by day: as in the theme").click()
    expect(panel.get_by_label("Text, by day, as a number", exact=True)).not_to_have_value("#cccccc")


def token(page: Page) -> None:
    """Where the colours are said that are not the theme's own."""
    panel = tab(page, "Publication")
    panel.get_by_text("By day said in newsletter.yaml").scroll_into_view_if_needed()
    expect(panel.get_by_text("in the dark said in templates/theme.yaml")).to_be_in_viewport()


def find_reader(page: Page) -> None:
    panel = tab(page, "Look")
    panel.get_by_label("Find a subscriber").fill("maxi")
    expect(panel.get_by_role("list", name="Subscribers").get_by_role("button").first).to_be_visible()


def weights(page: Page) -> None:
    tab(page, "Look").get_by_role("heading", name="Weight").scroll_into_view_if_needed()
    expect(page.locator(".weighed span").first).to_be_attached()


def branches(page: Page) -> None:
    panel = tab(page, "Look")
    panel.get_by_role("button", name="Both", exact=True).scroll_into_view_if_needed()


def gallery(page: Page) -> None:
    page.get_by_role("main", name="Gallery of blocks").get_by_role("article", name="Article", exact=True).wait_for()


# --- Sending


def test_mail(page: Page) -> None:
    room = page.locator("#sending")
    room.get_by_role("textbox", name="To").fill("Zoë <zoe@example.org>, nobody@example.org")
    room.get_by_role("button", name=re.compile("^Send 2 test mails")).click()
    expect(room.locator(".answers li").nth(1)).to_be_visible()


def no_address(page: Page) -> None:
    room = page.locator("#sending")
    room.get_by_role("textbox", name="To").fill("Zoë <zoe@example.org>, ana.example.org")
    expect(room.get_by_text("“ana.example.org”")).to_be_visible()


def no_time(page: Page) -> None:
    """A mailing is to begin at a time, and none stands there."""
    room = page.locator("#sending")
    room.get_by_role("radio", name="At a time").press("Space")
    room.get_by_label("Day and time in").fill("")
    room.get_by_text("Write a day and a time").scroll_into_view_if_needed()


def import_people(page: Page) -> None:
    room = page.locator("#sending")
    room.locator("input[type=file]").set_input_files(
        FilePayload(name="anciens-lecteurs.csv", mimeType="text/csv", buffer=EXPORT.encode())
    )
    room.get_by_role("button", name="See what would happen").click()
    room.get_by_label("Abonné: oui").select_option("subscribed")
    room.get_by_label("Abonné: non").select_option("left")
    room.get_by_role("button", name="See what would happen").click()
    room.get_by_role("heading", name="What would happen").scroll_into_view_if_needed()


def place_of(kind: str) -> int:
    return list(BLOCKS).index(kind)
