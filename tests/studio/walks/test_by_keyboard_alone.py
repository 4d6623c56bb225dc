"""From opening the studio to a sent mailing without a mouse: what has the focus is always somewhere, and seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.projects import ProjectFolder
from tests.support.studio_page import mail, panel
from tests.support.truth_sink import Sink
from tests.support.walking import is_saved, photograph, room, studio_in, text_field

MOST_STOPS = 150
"""A page with more stops for Tab than this has lost whoever works by keyboard."""

WHERE = """
() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "nowhere";
    if (!focused.checkVisibility({ visibilityProperty: true })) return "hidden";
    // A frame draws its own, an editor the box around it.
    if (focused.tagName === "IFRAME") return "seen";
    const around = [focused, focused.parentElement, focused.parentElement?.parentElement];
    const isRinged = around.some((one) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    });
    return isRinged ? "seen" : "no ring at " + focused.outerHTML.slice(0, 200);
}
"""


@dataclass(slots=True)
class Keys:
    """Ten fingers. After each key there is something that has the focus, and it is marked."""

    page: Page

    def press(self, *keys: str) -> None:
        """Press some keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.has_its_place()

    def write(self, words: str) -> None:
        """Type, over what is there."""
        self.press("ControlOrMeta+a")
        self.page.keyboard.type(words)

    def has_its_place(self) -> None:
        """Wait until the focus is somewhere and can be seen: a form is drawn a moment after the key."""
        try:
            wait_until(lambda: self.page.evaluate(WHERE) == "seen", every_s=0.05)
        except AssertionError:
            assert self.page.evaluate(WHERE) == "seen"

    def to(self, wanted: Locator, *, key: str = "Tab") -> None:
        """Go from stop to stop until this has the focus."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_STOPS):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press(key)
            # Behind the last stop comes the browser's own bar, which a page sees as nothing.
            assert self.page.evaluate(WHERE) in ("seen", "nowhere")
        raise AssertionError(f"{wanted} is not reached")

    def choose(self, wanted: Locator, *, key: str = "Tab") -> None:
        """Go there, and press Enter."""
        self.to(wanted, key=key)
        self.page.keyboard.press("Enter")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.usefixtures("built_page")
def test_an_issue_is_written_tested_and_sent_by_keyboard_alone(
    page: Page, sending_folder: ProjectFolder, sink: Sink, tmp_path: Path
) -> None:
    keys = Keys(page)
    with studio_in(sending_folder.root) as program:
        page.goto(program.address)
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        write(page, keys)
        illustrate(page, keys, photograph(tmp_path / "New bridge.png", (900, 600), (30, 90, 160)))
        delete_and_undo(page, keys)
        dialogs(page, keys)
        send_a_test(page, keys)
        send(page, keys)
    assert [one["recipient"] for one in sink.taken()] == ["zoe@example.com", "ana@example.org"]


def line(page: Page, kind: str) -> Locator:
    """The line of a block in the list of all."""
    return panel(page).get_by_role("region", name="Blocks").get_by_role("button", name=kind)


def write(page: Page, keys: Keys) -> None:
    keys.to(page.get_by_role("tab", name="Checks"))
    keys.press("ArrowLeft", "ArrowLeft")
    expect(page.get_by_role("tab", name="Write")).to_be_focused()
    keys.to(text_field(page, "Headline of the issue"))
    keys.write("The bridge is here")
    expect(mail(page).get_by_role("heading", name="The bridge is here")).to_be_visible()
    keys.choose(line(page, "Text"))
    text = text_field(page, "Text")
    keys.to(text)
    keys.press("ControlOrMeta+End")
    page.keyboard.type(" Come!")
    expect(mail(page).get_by_text("the bridge opens. Come!")).to_be_visible()
    keys.choose(panel(page).get_by_role("button", name="Add a block after this one"))
    expect(panel(page).get_by_role("searchbox", name="Find a block")).to_be_focused()
    page.keyboard.type("button")
    keys.choose(panel(page).get_by_role("button", name=re.compile("^Button")))
    keys.to(text_field(page, "Words on the button"))
    keys.write("Cross it")
    keys.to(text_field(page, "Address"))
    keys.write("https://bridge.example.com/")
    expect(mail(page).get_by_role("link", name="Cross it")).to_have_attribute("href", "https://bridge.example.com/")
    keys.press("Alt+ArrowDown")
    expect(panel(page).get_by_role("button", name="Move down")).to_be_disabled()
    keys.press("Escape")
    expect(line(page, "Button")).to_be_focused()
    expect(panel(page).get_by_role("region", name="Blocks").get_by_role("listitem").last).to_contain_text("Button")


def illustrate(page: Page, keys: Keys, picture: Path) -> None:
    keys.to(line(page, "Picture"), key="Shift+Tab")
    keys.press("Enter")
    with page.expect_file_chooser() as chosen:
        keys.choose(panel(page).get_by_role("button", name="Replace"))
    chosen.value.set_files(picture)
    words = text_field(page, "What the picture shows")
    expect(words).to_have_value("TODO: what the picture shows")
    expect(words).to_be_focused()
    page.keyboard.type("The new bridge")
    expect(mail(page).get_by_alt_text("The new bridge")).to_be_visible()


def delete_and_undo(page: Page, keys: Keys) -> None:
    keys.press("Escape")
    expect(line(page, "Picture")).to_be_focused()
    keys.to(line(page, "Button"))
    keys.press("Enter")
    keys.choose(panel(page).get_by_role("button", name="Delete"), key="Shift+Tab")
    expect(mail(page).get_by_role("link", name="Cross it")).to_have_count(0)
    expect(line(page, "Picture")).to_be_focused()
    keys.press("ControlOrMeta+z")
    expect(mail(page).get_by_role("link", name="Cross it")).to_be_visible()
    keys.has_its_place()
    # The small bar in the mail is reached as well, and stays where somebody is in it.
    keys.to(line(page, "Text"), key="Shift+Tab")
    keys.press("Enter")
    down = page.get_by_role("toolbar", name="Block", exact=True).get_by_role("button", name="Move down")
    keys.to(down)
    keys.press("Enter")
    expect(panel(page).get_by_role("button", name="Move up")).to_be_enabled()
    expect(down).to_be_focused()
    keys.press("Enter")
    expect(down).to_be_disabled()
    keys.has_its_place()
    is_saved(page)


def dialogs(page: Page, keys: Keys) -> None:
    keys.to(page.get_by_role("button", name="Send", exact=True))
    for pressed, name in (("?", "Shortcuts"), ("gn", "New issue")):
        keys.press(*pressed)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        keys.has_its_place()
        keys.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Send", exact=True)).to_be_focused()


def send_a_test(page: Page, keys: Keys) -> None:
    keys.to(page.get_by_role("button", name="Send", exact=True))
    keys.press("g", "s")
    keys.to(room(page).get_by_role("textbox", name="To"))
    page.keyboard.type("zoe@example.com")
    keys.choose(room(page).get_by_role("button", name="Send the test mail"))
    expect(room(page).get_by_text("The relay took it.")).to_be_visible()
    keys.has_its_place()


def send(page: Page, keys: Keys) -> None:
    keys.choose(room(page).get_by_role("link", name="People"))
    keys.choose(room(page).get_by_role("link", name="Add a person"))
    keys.to(room(page).get_by_label("Address"))
    page.keyboard.type("ana@example.org")
    keys.to(room(page).get_by_label("Name of the new list"))
    page.keyboard.type("members")
    keys.to(room(page).get_by_label("How did they agree?"))
    page.keyboard.type("at the opening")
    keys.choose(room(page).get_by_role("button", name="Add to members"))
    expect(room(page).get_by_role("link", name="ana@example.org")).to_be_visible()
    keys.has_its_place()
    keys.choose(room(page).get_by_role("link", name="Send", exact=True))
    keys.choose(room(page).get_by_role("button", name="See who gets it"))
    keys.choose(room(page).get_by_role("button", name="Send to 1 person"))
    expect(room(page).get_by_text("1 person was taken by the relay.")).to_be_visible()
    keys.has_its_place()
