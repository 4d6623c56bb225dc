"""The studio is timed in Chromium: from its start to the first mail, from a key or a save to the mail repainted.

Each time is taken where the author is: it begins with her key, the write of her editor or the start of the program, and
ends in the frame in which the mail on the screen has the new words. With ``BENCH_BEFORE=DIR`` the same is done, in
turn, with the studio of another checkout.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import sync_playwright as playwright_of_a_bench  # noqa: TID251, no test

from bench.measure import Row, Table, median
from composer import shipped
from tests.support.web import CHROMIUM

TIMES = 20
_SAMPLE = "2020-03-network-news"
_LETTER = "2020-04-letter"
_MANY = 500
_WORDS = "".join(f"A paragraph of a letter, the {number}th of its kind, with *emphasis*.\n\n" for number in range(12))
_FRONT = "---\nsubject: A letter\npreheader: What is in it\ndate: 2020-04-01\n---\n\n"

# Looks at each frame whether the mail has the word; the answer is the time of the frame in which it had.
_SEEN = """word => new Promise(seen => {
  const look = () => {
    const frame = document.querySelector('.frames iframe:not(.coming)');
    const text = frame?.contentDocument?.body?.textContent ?? '';
    if (text.includes(word)) requestAnimationFrame(() => seen(performance.timeOrigin + performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
_NOTE_KEYS = """() => addEventListener('keydown', event => {
  window.pressed = performance.timeOrigin + event.timeStamp;
}, true)"""


def measure() -> tuple[Table, ...]:
    """Time the studio of this checkout, and of ``BENCH_BEFORE`` if there is one, in turn."""
    before = os.environ.get("BENCH_BEFORE")
    checkouts = {"": Path(__file__).parent.parent, **({", before": Path(before)} if before else {})}
    times: dict[str, list[float]] = {}
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(_chromium())
        for name, run in _contenders(checkouts, place, browser, stack):
            times[name] = []
            _RUNS[name] = run
        for _ in range(TIMES):
            for name, run in _RUNS.items():
                times[name].append(run())
    rows = [_row(name, median(found), times) for name, found in times.items()]
    method = (
        "The sample issue, in two languages with pictures, and a letter in Markdown, in Chromium, 1440 by 900. A "
        "repaint is the time from the key or the write to the frame with the new word; the start that of "
        f"the program, a new browser profile and the first mail together. Medians of {TIMES}. `make bench ARGS=studio`."
    )
    return (Table("studio", "The studio", method, tuple(rows), "before"),)


_RUNS: dict[str, Callable[[], float]] = {}


def _row(name: str, figure: float, times: dict[str, list[float]]) -> Row:
    before = times.get(f"{name}, before")
    return Row(name, figure, "ms", figure / median(before) if before else None)


def _contenders(
    checkouts: dict[str, Path], place: Path, browser: Browser, stack: ExitStack
) -> Iterator[tuple[str, Callable[[], float]]]:
    for number, (which, checkout) in enumerate(checkouts.items()):
        project = _project(place / str(number))
        many = _project(place / f"{number}-many", issues=_MANY)
        address = stack.enter_context(_studio(checkout, project))
        for name, file in (("the sample", f"{_SAMPLE}/issue.yaml"), ("a letter in Markdown", f"{_LETTER}/issue.md")):
            page = _opened(browser, address, file.partition("/")[0])
            yield f"{name}, saved on disk → repainted{which}", _saving(page, project / "issues" / file)
        yield f"the sample, key in a form → repainted{which}", _typing(_opened(browser, address, _SAMPLE))
        yield f"start → first mail{which}", _starting(checkout, project, browser)
        yield f"start → first mail, {_MANY} issues{which}", _starting(checkout, many, browser)


def _project(root: Path, *, issues: int = 0) -> Path:
    shutil.copytree(shipped.SAMPLE_ISSUES, root / "issues")
    letters = [_LETTER, *(f"2019-letter-{number}" for number in range(issues))]
    for letter in letters:
        (root / "issues" / letter).mkdir()
        (root / "issues" / letter / "issue.md").write_text(_FRONT + _WORDS, encoding="utf-8")
    return root


@contextmanager
def _chromium() -> Iterator[Browser]:
    with playwright_of_a_bench() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def _studio(checkout: Path, project: Path) -> Iterator[str]:
    """Start the program; gives the address to open, with its key."""
    python = checkout / ".venv" / "bin" / "python"
    command = [str(python if python.exists() else sys.executable), "-m", "composer", "studio", _SAMPLE]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "400", "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(
        [*command, "--no-open", "--port", "0"], cwd=project, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert started.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in started.stdout)))
        yield found[0]
    finally:
        started.terminate()
        started.wait()


def _opened(browser: Browser, address: str, issue: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    page.goto(f"{address.partition('?')[0]}?issue={issue}")
    page.wait_for_selector("#live.on")
    page.frame_locator(".frames iframe:not(.coming)").locator("p").first.wait_for()
    page.evaluate(_NOTE_KEYS)
    return page


def _saving(page: Page, file: Path) -> Callable[[], float]:
    written, numbers = file.read_text(encoding="utf-8"), count(1000)
    before, mark, after = written.partition("body: |\n      " if file.suffix == ".yaml" else _FRONT)
    assert mark

    def save() -> float:
        word = f"Word{next(numbers)}"
        page.wait_for_timeout(400)  # what followed the last save is over
        text = f"{before}{mark}{word} {after}"
        started = time.time()
        file.write_text(text, encoding="utf-8")
        seen: float = page.evaluate(_SEEN, word)
        return seen - started * 1000

    return save


def _typing(page: Page) -> Callable[[], float]:
    frame = page.frame_locator(".frames iframe:not(.coming)")
    frame.locator("h2").first.click()
    field = page.get_by_role("tabpanel").locator("textarea").nth(1)  # its title
    field.fill("Typed ")
    typed, letters = "Typed ", count()
    page.evaluate(_SEEN, typed.strip())

    def press() -> float:
        nonlocal typed
        letter = "abcdefghijklmnopqrstuvwxyz"[next(letters) % 26]
        typed += letter
        page.wait_for_timeout(400)
        field.press("End")
        field.press(letter)
        seen: float = page.evaluate(_SEEN, typed)
        pressed: float = page.evaluate("window.pressed")
        return seen - pressed

    return press


def _starting(checkout: Path, project: Path, browser: Browser) -> Callable[[], float]:
    def start() -> float:
        started = time.time()
        with _studio(checkout, project) as address:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(address, wait_until="commit")
            seen: float = page.evaluate(_SEEN, "Efus")
            context.close()
        return seen - started * 1000

    return start
