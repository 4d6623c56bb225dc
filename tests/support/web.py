"""Our servers in a thread with an event loop of its own, and Chromium, as a person meets them."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from functools import partial
from typing import TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from starlette.types import ASGIApp

from composer.inbox.running import Inbox, open_inbox
from composer.inbox.store import Store
from composer.web.listening import listen
from composer.web.serving import serving
from tests.support.hanging import HANGS_S, resting

T = TypeVar("T")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def in_thread(opened: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Enter an asynchronous context in another thread, and leave it when the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        value = asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result()
        try:
            yield value
        finally:
            asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def serve_in_thread(app: ASGIApp) -> AbstractAsyncContextManager[str]:
    """``with in_thread(serve_in_thread(app)) as url``: an app on a free loopback port."""
    return serving(app, listen("127.0.0.1", 0))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """An empty inbox on free ports, for the site http://127.0.0.1:8025."""
    with in_thread(open_inbox(Store(), site_url="http://127.0.0.1:8025")) as running:
        yield running


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    """A browser without cookies, scripts or redirects, which waits as long as an answer takes (httpx: five seconds)."""
    with httpx.Client(follow_redirects=False, timeout=HANGS_S) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module; each test opens its own page or context, and none of them measures speed.

    Not for the whole run: while it is open, Playwright's event loop runs in this thread, and no ``async`` test can.
    For the same reason, a module that uses it has no ``async`` tests.
    """
    if CHROMIUM is None:
        reason = "Chromium is not installed (apt install chromium), so nothing is tested in a browser"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    expect.set_options(timeout=HANGS_S * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments, timeout=HANGS_S * 1000)
        chromium.on("context", lambda context: context.set_default_timeout(HANGS_S * 1000))
        with resting(partial(_let_in, chromium)):
            yield chromium
        chromium.close()


def _let_in(browser: Browser, seconds: float) -> None:
    """Rest, and answer meanwhile what the test answers in the place of a server (``page.route``)."""
    pages = [page for context in browser.contexts for page in context.pages if not page.is_closed()]
    if not pages:
        time.sleep(seconds)
        return
    with suppress(PlaywrightError):  # it may be closed just then
        pages[0].wait_for_timeout(seconds * 1000)
