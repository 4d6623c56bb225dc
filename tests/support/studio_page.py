"""The studio's page in Chromium: opened as a known browser, with its mail and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from tests.support.hanging import wait_until
from tests.support.projects import admit


@contextmanager
def opened(browser: Browser, url: str, *, showing: str, **context: Any) -> Iterator[Page]:
    """Open the page at a desk's width, and wait until the mail has the words ``showing``."""
    desk = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **context})
    admit(desk)
    page = desk.new_page()
    page.goto(url)
    expect(mail(page).get_by_text(showing)).to_be_visible()
    yield page
    desk.close()


def opened_before(page: Page) -> None:
    """Let the page be one that an earlier start of the studio has made."""

    def with_another_token(route: Route) -> None:
        answer = route.fetch()
        body, count = re.subn(r'(name="studio-token" content=")\w+', r"\g<1>before", answer.text())
        assert count == 1
        route.fulfill(response=answer, body=body)

    page.route(lambda url: urlsplit(url).path == "/", with_another_token, times=1)
    page.reload()


def mail(page: Page) -> FrameLocator:
    """The mail that is seen; one that is still being painted is not."""
    return page.frame_locator(".frames iframe:not(.coming)")


def panel(page: Page) -> Locator:
    """What stands beside the mail."""
    return page.get_by_role("tabpanel")


@contextmanager
def held_back(page: Page, address: str) -> Iterator[Callable[[], None]]:
    """The server has done what was asked, and the page does not hear of it until the block of code is left.

    Yields what waits until the server has answered.
    """
    answered: list[tuple[Route, object]] = []
    page.route(address, lambda route: answered.append((route, route.fetch())), times=1)

    def is_done() -> None:
        wait_until(lambda: bool(answered))

    yield is_done
    is_done()
    route, answer = answered[0]
    route.fulfill(response=answer)  # type: ignore[arg-type]


class HeldAnswers:
    """Holds the answers back to all that a page wants changed, from now on, until each is let go."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: list[str] = []
        self._held: list[Route] = []
        page.route("**/api/**", self._hold)

    def _hold(self, route: Route) -> None:
        # What is asked about addresses changes nothing.
        if route.request.method != "POST" or route.request.url.endswith("/api/links"):
            route.continue_()
            return
        self._asked.append(route.request.url.partition("/api/")[2])
        self._held.append(route)

    def press_twice(self, button: Locator, path: str) -> None:
        """Press a button twice before anything can have been drawn, and once more before its answer comes: it asks
        once, at this path; * stands for what is not known."""
        self._asked.clear()
        with self._page.expect_request(lambda request: fnmatch(request.url, f"*/api/{path}")):
            button.evaluate("one => { one.click(); one.click(); }")
        button.evaluate_all("all => all.forEach(one => one.click())")
        self._page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        assert [fnmatch(asked, path) for asked in self._asked] == [True], self._asked

    def let_go(self) -> None:
        """Let the answer come."""
        self._held.pop().continue_()

    def end(self) -> None:
        """Let all answers come, and hold back no more."""
        while self._held:
            self.let_go()
        self._page.unroute("**/api/**", self._hold)
