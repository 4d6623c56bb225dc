"""The studio is timed in Chromium: from its start to the first mail, from a key or a save to the mail repainted.

The peer is the least that any live preview does, in the same browser: npm mjml renders the same mail when its file is
saved, and a bare page shows it. With ``BENCH_BEFORE=DIR`` the studio of another checkout is timed in turn with ours.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from bench.authoring import FRAME, chromium, opened, saving, started, starting, typing, typing_on
from bench.measure import Row, Table, median
from bench.peers import node_available, peer_command
from composer import shipped
from composer.edition.draft import draft_issue
from composer.edition.rendering import Rendering
from composer.issue import load_issue

TIMES = int(os.environ.get("BENCH_TIMES", "20"))
_SAMPLE = "2020-03-network-news"
_LETTER = "2020-04-letter"
_MANY = 500
_WORDS = "".join(f"A paragraph of a letter, the {number}th of its kind, with *emphasis*.\n\n" for number in range(12))
_FRONT = "---\nsubject: A letter\npreheader: What is in it\ndate: 2020-04-01\n---\n\n"
_BODY = "body: |\n      "
_FIRST_WORD = "Canada asked"  # at the end of the title of the sample's first article

_SAVE, _KEY, _WORD, _START = (
    "save → repainted",
    "key → repainted",
    "last key of a word → repainted",
    "start → first mail",
)


@dataclass(frozen=True, slots=True)
class _Preview:
    """A preview that is timed, and where its projects and what Python compiles for it are."""

    name: str
    command: tuple[str, ...]
    place: Path
    environment: dict[str, str] = field(default_factory=dict)


def measure() -> tuple[Table, ...]:
    """Time the studio of this checkout, and its peers, in turn."""
    times: dict[str, list[float]] = {}
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium())
        runs = dict(_runs(place, browser, stack))
        for number in range(1, TIMES + 1):
            print(f"round {number} of {TIMES}", file=sys.stderr, flush=True)
            for name, run in runs.items():
                times.setdefault(name, []).append(run())
    method = (
        "The sample issue, in two languages with pictures, and a letter in Markdown, in Chromium, 1440 by 900. A "
        "repaint is the time from the key or the write to the frame with the new word; a word is eight keys, a good "
        "typist's; the start is that of the program, with a new browser profile, until the first mail is seen. "
        "The peer watches the sample's MJML, renders it with npm mjml, and shows it on a bare page. "
        f"Medians of {TIMES}, in turn. `make bench ARGS=studio`."
    )
    rows = [_row(name, found, times) for name, found in times.items()]
    return (Table("studio", "The studio", method, tuple(rows), "npm mjml"),)


def _row(name: str, found: list[float], times: dict[str, list[float]]) -> Row:
    what = name.rpartition(": ")[2]
    peer = times.get(f"npm mjml: {what.removesuffix(_IN_MANY)}")
    note = f"the slowest {max(found):,.0f} ms"
    return Row(name, median(found), "ms", median(found) / median(peer) if peer else None, note)


_IN_MANY = f", {_MANY} issues"


def _runs(place: Path, browser: Browser, stack: ExitStack) -> Iterator[tuple[str, Callable[[], float]]]:
    for preview in _studios(place):
        yield from _runs_of_studio(preview, browser, stack)
    if node_available():
        yield from _runs_of_peer(place / "peer", browser, stack)


def _studios(place: Path) -> Iterator[_Preview]:
    checkouts = {"newsletter": Path(__file__).parent.parent}
    if before := os.environ.get("BENCH_BEFORE"):
        checkouts["before"] = Path(before)
    for name, checkout in checkouts.items():
        python = checkout / ".venv" / "bin" / "python"
        command = (str(python if python.exists() else sys.executable), "-m", "composer", "studio", _SAMPLE)
        own = {"PYTHONPYCACHEPREFIX": str(place / name / "compiled"), "XDG_CACHE_HOME": str(place / name / "cache")}
        yield _Preview(
            name,
            (*command, "--no-open", "--port", "0"),
            place / name,
            {"PYTHONPATH": str(checkout), **own},
        )


def _runs_of_studio(preview: _Preview, browser: Browser, stack: ExitStack) -> Iterator[tuple[str, Callable[[], float]]]:
    def address_of(project: Path, issue: str) -> str:
        address = stack.enter_context(started(preview.command, at=project, environment=preview.environment))
        return address.replace(_SAMPLE, issue)

    name, place = preview.name, preview.place
    for number, (issue, file, after) in enumerate(
        ((_SAMPLE, "issue.yaml", _BODY), (_LETTER, "issue.md", _FRONT)),
    ):
        project = _project(place / f"saving-{number}")
        page = opened(browser, address_of(project, issue))
        what = _SAVE if issue == _SAMPLE else f"a letter in Markdown, {_SAVE}"
        yield f"{name}: {what}", saving(page, project / "issues" / issue / file, after=after)
    for what, type_ in ((_KEY, typing), (_WORD, typing_on)):
        page = opened(browser, address_of(_project(place / type_.__name__), _SAMPLE))
        yield f"{name}: {what}", type_(page, _title(page))
    for what, project in (
        (_START, _project(place / "first")),
        (f"{_START}{_IN_MANY}", _project(place / "many", issues=_MANY)),
    ):
        yield (
            f"{name}: {what}",
            starting(preview.command, project, browser, environment=preview.environment, word=_FIRST_WORD),
        )


_FIELDS = "[role=tabpanel]:not([hidden]) textarea"
_FIELD = f"word => [...document.querySelectorAll('{_FIELDS}')].findIndex(field => field.value.includes(word)) + 1"


def _title(page: Page) -> Locator:
    """Pick the first article in the mail; its title in the form."""
    page.frame_locator(FRAME).get_by_text(_FIRST_WORD).click()
    page.locator(".outline.selected").wait_for()
    number = page.wait_for_function(_FIELD, arg=_FIRST_WORD).json_value() - 1
    return page.locator(_FIELDS).nth(number)


def _runs_of_peer(place: Path, browser: Browser, stack: ExitStack) -> Iterator[tuple[str, Callable[[], float]]]:
    place.mkdir()
    mjml = Rendering(draft_issue(load_issue(shipped.SAMPLE_ISSUES / _SAMPLE), "en"), (shipped.TEMPLATES,)).mjml
    for name in ("saving", "typing", "typing_on", "first"):
        (place / f"{name}.mjml").write_text(mjml, encoding="utf-8")

    def address_of(name: str) -> str:
        command = peer_command("live_mail.mjs", place / f"{name}.mjml")
        return stack.enter_context(started(command, at=place, environment={}))

    page = opened(browser, address_of("saving"))
    yield f"npm mjml: {_SAVE}", saving(page, place / "saving.mjml", after='<h2 class="lead-title">')
    for what, type_ in ((_KEY, typing), (_WORD, typing_on)):
        page = opened(browser, address_of(type_.__name__))
        yield f"npm mjml: {what}", type_(page, page.get_by_label("Title"))
    command = peer_command("live_mail.mjs", place / "first.mjml")
    yield f"npm mjml: {_START}", starting(command, place, browser, environment={}, word=_FIRST_WORD)


def _project(root: Path, *, issues: int = 0) -> Path:
    shutil.copytree(shipped.SAMPLE_ISSUES, root / "issues")
    letters = [_LETTER, *(f"2019-letter-{number}" for number in range(issues))]
    for letter in letters:
        (root / "issues" / letter).mkdir()
        (root / "issues" / letter / "issue.md").write_text(_FRONT + _WORDS, encoding="utf-8")
    return root
