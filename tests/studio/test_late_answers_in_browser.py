"""However late the answers come, in whichever order, and though some never do: in the end the page shows what there is.

A person does this and that without waiting; the dice say what, and which answer comes next. When all is quiet, each
panel and the mail are what a page shows that is opened then at the same address. ``LATE_SEEDS=20`` tries more than
the suite does.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.studio.test_pictures_in_browser import bring
from tests.support.hanging import wait_until
from tests.support.late_answers import LateAnswers, seen
from tests.support.projects import FRENCH, ISSUE, SLUG, ProjectFolder, admit
from tests.support.studio_page import held_back, mail, opened, panel

OTHER = "2026-11-market"
CONDITION = "    show_if: subscriber.city\n"
SEEDS = int(os.environ.get("LATE_SEEDS", "2"))
ACTS = 14
PANELS = ("Write", "Look", "Checks", "Publication")

Act = Callable[[Page, ProjectFolder, random.Random], None]


@pytest.fixture
def url(project_folder: ProjectFolder, studio_url: str) -> str:
    """A studio with two issues, of which one has a block that not everybody sees."""
    more = "  - block: callout\n    title: Did you know?\n    body: It is old.\n"
    project_folder.issue_file.write_text(f"{ISSUE}{more}{CONDITION}", encoding="utf-8")
    other = project_folder.issues / OTHER
    other.mkdir()
    said = ISSUE.replace("The bridge opens", "The market moves").replace("the bridge opens", "the market moves")
    (other / "issue.yaml").write_text(said.replace("2026-12", "2026-11"), encoding="utf-8")
    (other / "issue.fr.yaml").write_text(FRENCH.replace("pont ouvre", "marché déménage"), encoding="utf-8")
    (other / "bridge.png").write_bytes((project_folder.issues / SLUG / "bridge.png").read_bytes())
    return f"{studio_url}/?issue={SLUG}"


# --- What a person does; where there is nothing to press yet, nothing is pressed


def press(selector: str, which: int = 0) -> Act:
    """Press one of these, wherever it is."""
    script = """([selector, which]) => {
      const found = [...document.querySelectorAll(selector)].filter(one => one.checkVisibility() && !one.disabled);
      found[which % found.length]?.click();
    }"""

    def act(page: Page, _: ProjectFolder, dice: random.Random) -> None:
        page.evaluate(script, [selector, which or dice.randrange(10)])

    return act


def type_into(selector: str) -> Act:
    """Type into one of these, whatever else was typed there."""
    script = """([selector, which, words]) => {
      const found = [...document.querySelectorAll(selector)].filter(one => one.checkVisibility() && !one.disabled);
      const field = found[which % found.length];
      if (!field) return;
      field.focus();
      field.value = `${field.value.trimEnd()} ${words}`;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }"""

    def act(page: Page, _: ProjectFolder, dice: random.Random) -> None:
        page.evaluate(script, [selector, dice.randrange(10), f"word{dice.randrange(100)}"])

    return act


def save_elsewhere(_: Page, folder: ProjectFolder, dice: random.Random) -> None:
    """Another program saves one of the files."""
    file = dice.choice((folder.issue_file, folder.issues / SLUG / "issue.fr.yaml"))
    text = file.read_text(encoding="utf-8")
    said = re.sub(r"^preheader:.*$", f"preheader: Seen {dice.randrange(100)} times.", text, flags=re.MULTILINE)
    file.write_text(said, encoding="utf-8")


def rename_publication(_: Page, folder: ProjectFolder, dice: random.Random) -> None:
    file = folder.issues / "newsletter.yaml"
    text = file.read_text(encoding="utf-8")
    said = re.sub(r"^organisation:.*$", f"organisation: Harbour {dice.randrange(100)}", text, flags=re.MULTILINE)
    file.write_text(said, encoding="utf-8")


DOES: tuple[Act, ...] = (
    press("#languages button"),
    press("#languages button"),
    press("#issue-list a"),
    press("#schemes button"),
    press("#views button"),
    press("#tab-write"),
    press("#tab-look"),
    press("#tab-publication"),
    press(".block-list .open"),
    press(".block-list .open"),
    press("[aria-label='All blocks']"),
    press("[role=toolbar][aria-label=Block] [aria-label='Move down']"),
    press("[role=toolbar][aria-label=Block] [aria-label=Duplicate]"),
    press("[aria-label^=Undo]"),
    press("[aria-label^=Undo]"),
    press("[aria-label^=Redo]"),
    press("#panel-look [aria-label=Readers] button"),
    press("#panel-look .conditions button"),
    press(".publication-languages input"),
    press("#panel-publication .primary"),
    press(".themes input"),
    type_into("#panel-write input[type=text], #panel-write textarea"),
    type_into("#panel-write input[type=text], #panel-write textarea"),
    type_into("#panel-publication section[aria-label='Who publishes it'] input[type=text]"),
    type_into("#panel-publication .said-otherwise input"),
    save_elsewhere,
    save_elsewhere,
    rename_publication,
)


def tidy(page: Page) -> None:
    """Go where a page begins that is opened now: no block is picked, and the publication is in its first language."""
    page.evaluate("document.activeElement?.blur()")
    page.get_by_role("tab", name="Publication").click()
    first = page.locator(".publication-languages input").first
    expect(page.locator("#panel-publication").locator("h2, .primary").first).to_be_visible()
    if first.count():
        first.check(force=True)
    page.get_by_role("tab", name="Write").click()
    if page.get_by_role("button", name="All blocks").count():
        page.get_by_role("button", name="All blocks").click()
    keep = page.locator(".conflict .primary")
    if keep.count():
        keep.click()


def is_like_new(page: Page, late: LateAnswers) -> None:
    """Each panel becomes what one of a page is that is opened now at the same address."""
    late.calm()
    wait_until(late.is_quiet)
    expect(page.locator("#panel-write .write-bar")).to_have_count(1)  # a file is open
    tidy(page)
    wait_until(late.is_quiet)
    expect(page.locator("#panel-write .saving")).to_have_class(re.compile("is-saved"))
    fresh = page.context.new_page()
    fresh.goto(page.url)
    expect(fresh.locator("#panel-checks h2").first).to_be_visible()
    for name in PANELS:
        for one in (page, fresh):
            one.get_by_role("tab", name=name).click()
        try:
            wait_until(lambda: seen(page) == seen(fresh))
        except AssertionError:
            assert "\n".join(seen(page)) == "\n".join(seen(fresh)), name


def test_a_file_that_was_not_there_yet_is_not_hidden_by_an_answer_that_comes_last(
    browser: Browser, studio_url: str
) -> None:
    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.get_by_role("tab", name="Publication").click()
        beside = panel(page)
        with (
            page.expect_request_finished(_asks("newsletter.fr.yaml")),
            held_back(page, "**/document?*fr.yaml") as is_done,
        ):
            beside.get_by_role("radio", name="French").check(force=True)
            is_done()
            beside.get_by_role("button", name="Write them in French").click()
            expect(beside.get_by_role("textbox", name="Name of the newsletter")).to_have_value("The Harbour Letter")
        page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        assert beside.get_by_role("textbox", name="Name of the newsletter").is_visible()


def _asks(file: str) -> Callable[[Request], bool]:
    """The first question for a file."""
    first: list[Request] = []

    def is_it(request: Request) -> bool:
        if file in request.url and not first:
            first.append(request)
        return first == [request]

    return is_it


def test_an_answer_that_comes_when_somebody_has_left_carries_her_nowhere(browser: Browser, studio_url: str) -> None:
    with opened(browser, studio_url, showing="Dear Ana") as page:
        finished = page.expect_request_finished(lambda request: request.url.endswith("/translations"))
        with finished, held_back(page, "**/translations") as is_done:
            page.goto(f"{studio_url}/?place=translations")
            is_done()
            page.get_by_role("button", name="Back to the mail").click()
            expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        assert mail(page).get_by_text("Dear Ana").is_visible()
        assert "place=" not in page.url


def test_a_picture_goes_where_it_was_let_go_though_blocks_were_moved_meanwhile(
    browser: Browser, studio_url: str, project_folder: ProjectFolder
) -> None:
    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.get_by_role("tab", name="Write").click()
        panel(page).locator(".block-list .open").first.click()
        with held_back(page, "**/api/pictures?*") as is_done:
            bring(page.locator("body"), "paste")
            is_done()
            bar = page.get_by_role("toolbar", name="Block", exact=True)
            bar.get_by_role("button", name="Duplicate").click()
            wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8").count("block: text") == 2)
        panel(page).locator("[data-block=image]").click()
        wait_until(lambda: project_folder.issue_file.read_text(encoding="utf-8").count("block: image") == 2)
        blocks = re.findall("block: (.*)", project_folder.issue_file.read_text(encoding="utf-8"))
        assert blocks == ["text", "text", "image", "image"]


def test_what_is_pressed_while_the_connection_breaks_is_done_once(
    browser: Browser, studio_url: str, project_folder: ProjectFolder
) -> None:
    def lost(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    def nobody(route: Route) -> None:
        route.fulfill(status=503, content_type="text/plain", body="Service Unavailable")

    def blocks() -> int:
        return project_folder.issue_file.read_text(encoding="utf-8").count("block: text")

    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.get_by_role("tab", name="Write").click()
        mail(page).get_by_text("Dear Ana").click()
        bar = page.get_by_role("toolbar", name="Block", exact=True)
        saved = panel(page).get_by_text("Saved", exact=True)
        undo = panel(page).get_by_role("button", name="Undo")
        for trouble in (lost, nobody):
            page.route("**/edit*", trouble, times=1)
            bar.get_by_role("button", name="Duplicate").click()
            expect(mail(page).get_by_text("Dear Ana")).to_have_count(2)
            expect(saved).to_be_visible()
            assert blocks() == 2
            page.route("**/undo*", trouble, times=1)
            undo.click()
            expect(mail(page).get_by_text("Dear Ana")).to_have_count(1)
            expect(saved).to_be_visible()
            assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE
            page.route("**/edit*", trouble, times=1)
            mail(page).get_by_text("Dear Ana").click()
            panel(page).get_by_role("textbox", name="Text").first.press("End")
            page.keyboard.type("Typed.")
            expect(mail(page).get_by_text("Typed.")).to_be_visible()
            expect(saved).to_be_visible()
            undo.click()
            expect(mail(page).get_by_text("Typed.")).to_have_count(0)


def test_a_save_before_the_page_listens_is_seen(
    browser: Browser, studio_url: str, project_folder: ProjectFolder
) -> None:
    with browser.new_context() as context:
        admit(context)
        page = context.new_page()
        listening: list[Route] = []
        page.route("**/events?*", lambda route: listening.append(route), times=1)
        page.goto(studio_url)
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()
        project_folder.edit("the bridge opens.", "the bridge is open.")
        wait_until(lambda: bool(listening) and 'saves" content="0"' not in page.request.get(studio_url).text())
        assert mail(page).get_by_text("the bridge opens.").is_visible()
        listening[0].continue_()
        expect(mail(page).get_by_text("the bridge is open.")).to_be_visible()


def test_what_is_answered_with_a_fault_is_told_and_not_asked_for_over_and_over(
    browser: Browser, studio_url: str
) -> None:
    def fault(route: Route) -> None:
        route.fulfill(status=500, content_type="text/plain", body="Internal Server Error")

    def broken(route: Route) -> None:
        route.fulfill(content_type="text/javascript", body="throw new Error('This part is broken.')")

    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.route("**/show/**/mail?*", fault)
        page.reload()
        expect(page.get_by_role("heading", name="The studio could not answer")).to_be_visible()
        expect(page.get_by_role("main").get_by_text("Internal Server Error")).to_be_visible()
        page.unroute("**/show/**/mail?*")
        page.get_by_role("button", name="Try again").click()
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()

        for trouble, words in ((fault, "Failed to fetch"), (broken, "This part is broken.")):
            page.route("**/static/part-*.js", trouble)
            with page.expect_event("pageerror", predicate=lambda error, words=words: words in str(error)):
                page.get_by_role("button", name="Blocks", exact=True).click()
            expect(page.locator("#said")).to_contain_text("A part of the page is missing")
            page.unroute("**/static/part-*.js")
            page.go_back()


def test_a_mail_that_the_browser_keeps_away_though_it_can_be_read_is_told_and_no_longer_asked_for(
    browser: Browser, studio_url: str
) -> None:
    kept_away: list[str] = []

    def keep_away(route: Route) -> None:
        if not route.request.is_navigation_request():
            route.continue_()
            return
        kept_away.append(route.request.url)
        route.abort("blockedbyclient")

    with opened(browser, studio_url, showing="Dear Ana") as page:
        page.route("**/show/**/mail?*", keep_away)
        page.clock.install()
        page.reload()
        told = page.get_by_role("main").get_by_text("the browser does not show it")

        def goes_on() -> bool:
            page.clock.run_for(5_000)
            return told.is_visible()

        wait_until(goes_on)
        asked = len(kept_away)
        page.clock.run_for(60_000)
        assert len(kept_away) == asked < 12
        page.unroute("**/show/**/mail?*")
        page.get_by_role("button", name="Try again").click()
        expect(mail(page).get_by_text("Dear Ana")).to_be_visible()


@pytest.mark.parametrize("trouble", [0.0, 0.3], ids=["late", "late and broken"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_page_finds_its_way(
    browser: Browser, url: str, project_folder: ProjectFolder, seed: int, trouble: float
) -> None:
    dice = random.Random(f"{seed} {trouble}")
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        admit(context)
        page = context.new_page()
        late = LateAnswers(page, seed)
        page.goto(url)
        wait_until(lambda: late.let_in(2) >= 0 and mail(page).get_by_text("Dear Ana").count() > 0)
        if trouble:
            late.troubled(trouble)
        for _ in range(ACTS):
            dice.choice(DOES)(page, project_folder, dice)
            late.let_in(3)
        is_like_new(page, late)
