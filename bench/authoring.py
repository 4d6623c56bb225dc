"""What an author does at a live preview, done in Chromium and timed where she is.

Each time begins with her key, the write of her editor or the start of the program, and ends in the frame in which the
mail on the screen has the new words. Enters: a page, or a command that starts a preview. Leaves: functions that do it
once and return milliseconds.

A page that is not in front gets no frames, so whoever measures brings it to the front; and who writes a file by two
ways at once would measure a conflict, so each page has a project of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import sync_playwright as playwright_of_a_bench  # noqa: TID251, no test

from tests.support.web import CHROMIUM

FRAME = ".frames iframe:not(.coming)"
_WINDOW = {"width": 1440, "height": 900}
_REST_MS = 500
"""What followed the last change, such as the checks, is over when the next one comes, and when a preview starts."""
_BURST = 8
_BETWEEN_KEYS_MS = 90
"""A good typist's."""

# Looks at each frame whether the mail has the word; the answer is the time of the frame after that, when it is seen.
_SEEN = """word => new Promise(seen => {
  const look = () => {
    const text = document.querySelector('.frames iframe:not(.coming)')?.contentDocument?.body?.textContent ?? '';
    if (text.includes(word)) requestAnimationFrame(() => seen(performance.timeOrigin + performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
_NOTE_KEYS = """() => addEventListener('keydown', event => {
  window.pressed = performance.timeOrigin + event.timeStamp;
}, true)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for a bench."""
    with playwright_of_a_bench() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def started(command: Sequence[str], *, at: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Start a preview in the folder ``at``; gives the address that it prints."""
    everything = {**os.environ, "COLUMNS": "400", "PYTHONUNBUFFERED": "1", **environment}
    # As where it is installed: what is imported has been compiled.
    everything.pop("PYTHONDONTWRITEBYTECODE", None)
    preview = subprocess.Popen(
        command, cwd=at, env=everything, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert preview.stdout is not None
        yield next(found[0] for line in preview.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        preview.terminate()
        preview.wait()


def opened(browser: Browser, address: str) -> Page:
    """Open a window of its own, and wait until the mail is in it."""
    page = browser.new_context(viewport=_WINDOW).new_page()  # type: ignore[arg-type]  # a TypedDict of two numbers
    page.goto(address)
    page.frame_locator(FRAME).locator("p").first.wait_for()
    page.evaluate(_NOTE_KEYS)
    return page


def saving(page: Page, file: Path, *, after: str) -> Callable[[], float]:
    """Save the file with a new word behind ``after``, each time another one, as an editor would."""
    written, numbers = file.read_text(encoding="utf-8"), count(1000)
    before, mark, rest = written.partition(after)
    assert mark, f"{file} has no {after!r}"

    def save() -> float:
        word = f"Word{next(numbers)}"
        _rest(page)
        begun = time.time()
        file.write_text(f"{before}{mark}{word} {rest}", encoding="utf-8")
        seen: float = page.evaluate(_SEEN, word)
        return seen - begun * 1000

    return save


def typing(page: Page, field: Locator, *, keys: int = 1) -> Callable[[], float]:
    """Type into the field; the time is that from the last of the keys to the mail that has them all."""
    field.fill("Typed ")
    page.evaluate(_SEEN, "Typed")
    typed, letters = "Typed ", count()

    def press() -> float:
        nonlocal typed
        if len(typed) > 60:
            typed = "Typed "
            field.fill(typed)
        _rest(page)
        field.press("End")
        for number in range(keys):
            if number:
                page.wait_for_timeout(_BETWEEN_KEYS_MS)
            letter = "abcdefghijklmnopqrstuvwxyz"[next(letters) % 26]
            typed += letter
            page.keyboard.press(letter)
        seen: float = page.evaluate(_SEEN, typed)
        pressed: float = page.evaluate("window.pressed")
        return seen - pressed

    return press


def typing_on(page: Page, field: Locator) -> Callable[[], float]:
    """Type a word as a good typist does."""
    return typing(page, field, keys=_BURST)


def starting(
    command: Sequence[str], project: Path, browser: Browser, *, environment: Mapping[str, str], word: str
) -> Callable[[], float]:
    """Start the preview and open what it prints in a new profile, until the mail with ``word`` is seen."""

    def start() -> float:
        time.sleep(_REST_MS / 1000)
        begun = time.time()
        with started(command, at=project, environment=environment) as address:
            context = browser.new_context(viewport=_WINDOW)  # type: ignore[arg-type]  # as above
            page = context.new_page()
            page.goto(address, wait_until="commit")
            seen: float = page.evaluate(_SEEN, word)
            context.close()
        return seen - begun * 1000

    return start


def _rest(page: Page) -> None:
    page.bring_to_front()
    page.wait_for_timeout(_REST_MS)
