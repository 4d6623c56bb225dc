"""The studio's page in Chromium: opened as a known browser, with its mail and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from tests.support.projects import admit

LOOKS = 2000
"""How often it is looked, at the most, whether something was asked of the server."""


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


def mail(page: Page) -> FrameLocator:
    """The mail that is seen; one that is still being painted is not."""
    return page.frame_locator(".frames iframe:not(.coming)")


def panel(page: Page) -> Locator:
    """What stands beside the mail."""
    return page.get_by_role("tabpanel")


def look_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Let the browser's questions in until it is so."""
    for _ in range(LOOKS):
        if is_so():
            return
        page.wait_for_timeout(5)
    raise AssertionError("it did not come to this")


@contextmanager
def held_back(page: Page, address: str) -> Iterator[Callable[[], None]]:
    """The server has done what was asked, and the page does not hear of it until the block of code is left.

    Yields what waits until the server has answered.
    """
    answered: list[tuple[Route, object]] = []
    page.route(address, lambda route: answered.append((route, route.fetch())), times=1)

    def is_done() -> None:
        look_until(page, lambda: bool(answered))

    yield is_done
    is_done()
    route, answer = answered[0]
    route.fulfill(response=answer)  # type: ignore[arg-type]
