"""An issue built into an edition, warm, beside the JavaScript tools on the same MJML in the same run."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from bench.measure import Row, Table, median
from bench.peers import node_available, run_peer
from composer import shipped
from composer.cli.main import collect_seldom
from composer.edition import build_edition
from composer.edition.draft import draft_issue
from composer.edition.rendering import Rendering
from composer.issue import load_issue
from composer.issue.model import Issue

ROUNDS = 6
BUILDS = 5
_SAMPLE = "2020-03-network-news"


def measure() -> tuple[Table, ...]:
    """Time the sample issue: we make mail, text, print, web and calendar files, the peers only the mail's HTML."""
    collect_seldom()  # as in the program
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "issues"
        shutil.copytree(shipped.SAMPLE_ISSUES, folder)
        contenders = _contenders(folder / _SAMPLE)
        unseen = _unseen(folder)
        times: dict[str, list[float]] = {name: [] for name in (*contenders, _UNSEEN)}
        peers: dict[str, list[float]] = {"mjml": [], "mjml + juice": []}
        mjml, css = _peers_files(folder / _SAMPLE, Path(place))
        for _ in range(ROUNDS):
            for name, build in contenders.items():
                times[name] += [_milliseconds(build) for _ in range(BUILDS)]
            times[_UNSEEN] += [_milliseconds(next(unseen)) for _ in range(BUILDS)]
            if node_available():
                found = run_peer("mjml_juice.mjs", mjml, css, 10)
                # Node needs some rounds until it is warm.
                peers["mjml"] += found["mjml_ms"][5:]
                peers["mjml + juice"] += found["both_ms"][5:]
    base = median(peers["mjml"]) if peers["mjml"] else None
    rows = [_row(f"newsletter, {name}", median(found), base, _NOTES[name]) for name, found in times.items()]
    rows += [_row(f"npm {name}", median(found), base, "the mail's HTML only") for name, found in peers.items() if found]
    method = (
        "The sample issue in English: from the loaded issue to the edition, which is the mail, its text part, the "
        "printable page, the page for everybody and the calendar files; the peers render the same MJML into HTML, and "
        f"inline the same style sheet. Median of {ROUNDS} interleaved rounds of {BUILDS}, one process each. "
        "`make bench ARGS=compose`."
    )
    return (Table("compose", "Composing", method, tuple(rows), "npm mjml"),)


_UNSEEN = "load and build, never seen"

_NOTES = {
    "the mail's HTML": "what the peers make: templates, MJML, styles inlined; nothing changed, blocks are kept",
    "the mail's HTML, every text new": "the same from the beginning, as the peers do it each time",
    "warm build": "all five forms; nothing changed, so no block is rendered again",
    "rebuild after one edited block": "loading the issue in both languages included",
    "load and build": "nothing changed; loading both languages included",
    "every text new": "a warm process that has seen none of the texts",
    _UNSEEN: "a warm process that has seen neither file nor block of the folder; loading both languages included",
}


def _contenders(folder: Path) -> dict[str, Callable[[], object]]:
    issue = load_issue(folder)
    file = folder / "issue.yaml"
    written = file.read_text(encoding="utf-8")
    edits, texts = count(1), count(1)

    def edited() -> object:
        file.write_text(
            written.replace("body: |\n", f"body: |\n      Edited {next(edits)} times.\n", 1), encoding="utf-8"
        )
        return _load_and_build(folder)

    def all_new() -> Issue:
        number = next(texts)
        content = issue.contents["en"]
        blocks = tuple(
            block.model_copy(
                update={
                    name: f"{value} {number}"
                    for name, value in block
                    if name in ("title", "body", "intro", "kicker") and value
                }
            )
            for block in content.blocks
        )
        new = {**issue.contents, "en": content.model_copy(update={"blocks": blocks})}
        return replace(issue, contents=new)

    def mail(of: Issue) -> object:
        return Rendering(draft_issue(of, "en"), (shipped.TEMPLATES,)).mail()

    for _ in range(3):
        build_edition(issue)
    return {
        "the mail's HTML": lambda: mail(issue),
        "the mail's HTML, every text new": lambda: mail(all_new()),
        "warm build": lambda: build_edition(issue),
        "rebuild after one edited block": edited,
        "load and build": lambda: _load_and_build(folder),
        "every text new": lambda: build_edition(all_new()),
    }


def _unseen(issues: Path) -> Iterator[Callable[[], object]]:
    """Yield builds of the sample in folders of which nothing can be remembered."""
    for number in count():
        folder = issues.parent / f"unseen-{number}"
        shutil.copytree(issues, folder)
        yield partial(_load_and_build, folder / _SAMPLE)


def _load_and_build(folder: Path) -> object:
    return build_edition(load_issue(folder))


def _peers_files(folder: Path, place: Path) -> tuple[Path, Path]:
    rendering = Rendering(draft_issue(load_issue(folder), "en"), (shipped.TEMPLATES,))
    mjml, css = place / "issue.mjml", place / "prose.css"
    mjml.write_text(rendering.mjml, encoding="utf-8")
    css.write_text(rendering.prose_css(), encoding="utf-8")
    return mjml, css


def _milliseconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def _row(contender: str, figure: float, base: float | None, note: str) -> Row:
    return Row(contender, figure, "ms", None if base is None else figure / base, note)
