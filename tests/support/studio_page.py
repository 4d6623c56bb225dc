"""The studio's page in Chromium: opened as a known browser, with its mail and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

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


def mail(page: Page) -> FrameLocator:
    """The mail that is seen; one that is still being painted is not."""
    return page.frame_locator(".frames iframe:not(.coming)")


def panel(page: Page) -> Locator:
    """What stands beside the mail."""
    return page.get_by_role("tabpanel")
