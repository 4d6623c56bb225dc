"""An issue built into an edition, warm, beside the JavaScript tools on the same MJML in the same run."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path

from bench.cold import starts
from bench.measure import Row, Table, median
from bench.peers import node_available, run_peer
from composer import shipped
from composer.cli.main import collect_seldom
from composer.edition import build_edition
from composer.edition.draft import draft_issue
from composer.edition.rendering import Rendering
from composer.issue import load_issue
from composer.issue.blocks import Item
from composer.issue.model import Issue

ROUNDS = 6
BUILDS = 5
_SAMPLE = "2020-03-network-news"
_TEXTS = ("title", "body", "intro", "kicker")
_BLOCKS = 300
_LONG_ROUNDS = 3


def measure() -> tuple[Table, ...]:
    """Time the sample issue: we make mail, text, print, web and calendar files, the peers only the mail's HTML."""
    collect_seldom()  # as in the program
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "issues"
        shutil.copytree(shipped.SAMPLE_ISSUES, folder)
        contenders = _contenders(folder / _SAMPLE)
        changed = {_EDITED: _edited(folder / _SAMPLE), _UNSEEN: _unseen(folder)}
        times: dict[str, list[float]] = {name: [] for name in (*contenders, *changed)}
        peers: dict[str, list[float]] = {"mjml": [], "mjml + juice": []}
        mjml, css = _peers_files(load_issue(folder / _SAMPLE), Path(place))
        for _ in range(ROUNDS):
            for name, build in contenders.items():
                times[name] += [milliseconds(build) for _ in range(BUILDS)]
            for name, builds in changed.items():
                times[name] += [milliseconds(build) for build in islice(builds, BUILDS)]
            if node_available():
                found = run_peer("mjml_juice.mjs", mjml, css, 10)
                # Node needs some rounds until it is warm.
                peers["mjml"] += found["mjml_ms"][5:]
                peers["mjml + juice"] += found["both_ms"][5:]
        sample = load_issue(folder / _SAMPLE)
        cold = starts(folder / _SAMPLE, mjml=mjml, css=css, place=Path(place))
        long = _long(sample, Path(place))
    base = median(peers["mjml"]) if peers["mjml"] else None
    rows = [_row(f"newsletter, {name}", median(found), base, _NOTES[name]) for name, found in times.items()]
    rows += [_row(f"npm {name}", median(found), base, "the mail's HTML only") for name, found in peers.items() if found]
    method = (
        "The sample issue in English: from the loaded issue to the edition, which is the mail, its text part, the "
        "printable page, the page for everybody and the calendar files; the peers render the same MJML into HTML, and "
        f"inline the same style sheet. Median of {ROUNDS} interleaved rounds of {BUILDS}, one process each. "
        "`make bench ARGS=compose`."
    )
    return (Table("compose", "Composing", method, tuple(rows), "npm mjml"), long, cold)


_EDITED = "rebuild after one edited block"
_UNSEEN = "load and build, never seen"

_NOTES = {
    "the mail's HTML": "what the peers make: templates, MJML, styles inlined; nothing changed, blocks are kept",
    "the mail's HTML, every text new": "the same from the beginning, as the peers do it each time",
    "warm build": "all five forms; nothing changed, so no block is rendered again",
    _EDITED: "loading the issue in both languages included; the file is written before",
    "load and build": "nothing changed; loading both languages included",
    "every text new": "a warm process that has seen none of the texts",
    _UNSEEN: "a warm process that has seen neither file nor block of the folder; loading both languages included",
}


def _contenders(folder: Path) -> dict[str, Callable[[], object]]:
    issue = load_issue(folder)
    texts = count(1)

    def all_new() -> Issue:
        number = next(texts)
        return _of_blocks(issue, [_reworded(block, number) for block in issue.contents["en"].blocks])

    for _ in range(3):
        build_edition(issue)
    return {
        "the mail's HTML": lambda: _mail(issue),
        "the mail's HTML, every text new": lambda: _mail(all_new()),
        "warm build": lambda: build_edition(issue),
        "load and build": lambda: _load_and_build(folder),
        "every text new": lambda: build_edition(all_new()),
    }


def _edited(folder: Path) -> Iterator[Callable[[], object]]:
    """Yield builds of the sample, each after one block of it was edited on disk."""
    file = folder / "issue.yaml"
    written = file.read_text(encoding="utf-8")
    for number in count(1):
        file.write_text(written.replace("body: |\n", f"body: |\n      Edited {number} times.\n", 1), encoding="utf-8")
        yield partial(_load_and_build, folder)


def _unseen(issues: Path) -> Iterator[Callable[[], object]]:
    """Yield builds of the sample in folders of which nothing can be remembered."""
    for number in count():
        folder = issues.parent / f"unseen-{number}"
        shutil.copytree(issues, folder)
        yield partial(_load_and_build, folder / _SAMPLE)


def _mail(issue: Issue) -> object:
    return Rendering(draft_issue(issue, "en"), (shipped.TEMPLATES,)).mail()


def _of_blocks(issue: Issue, blocks: Sequence[Item]) -> Issue:
    """Put other blocks into the English edition of the issue."""
    content = issue.contents["en"].model_copy(update={"blocks": tuple(blocks)})
    return replace(issue, contents={**issue.contents, "en": content})


def _reworded(block: Item, number: int) -> Item:
    """Say something else in the block's texts."""
    texts = {name: value for name, value in block if name in _TEXTS and value}
    return block.model_copy(update={name: f"{value} {number}" for name, value in texts.items()})


def _long(sample: Issue, place: Path) -> Table:
    """Time an issue of many blocks: those of the sample, again and again, each time with other words."""
    some = [block.model_copy(update={"id": None}) for block in sample.contents["en"].blocks]
    numbers = count()

    def blocks() -> list[Item]:
        return [_reworded(block, next(numbers)) for block in islice(cycle(some), _BLOCKS)]

    same = blocks()
    issue = _of_blocks(sample, same)
    contenders: dict[str, Callable[[], object]] = {
        "the mail's HTML": lambda: _mail(issue),
        "the mail's HTML, every text new": lambda: _mail(_of_blocks(sample, blocks())),
        "warm build": lambda: build_edition(issue),
        "build after one edited block": lambda: build_edition(
            _of_blocks(sample, [*same[:9], _reworded(same[9], next(numbers)), *same[10:]])
        ),
    }
    (folder := place / "long").mkdir()
    mjml, css = _peers_files(issue, folder)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    peer: list[float] = []
    for _ in range(_LONG_ROUNDS):
        for name, build in contenders.items():
            times[name] += [milliseconds(build) for _ in range(2)]
        if node_available():
            peer += run_peer("mjml_juice.mjs", mjml, css, 5)["mjml_ms"][2:]
    base = median(peer) if peer else None
    rows = [_row(f"newsletter, {name}", median(found), base, _each(found)) for name, found in times.items()]
    rows += [_row("npm mjml", median(peer), base, f"the mail's HTML only; {_each(peer)}")] if peer else []
    method = (
        f"An issue of {_BLOCKS} blocks: those of the sample in turn, each with words of its own. "
        f"Median of {_LONG_ROUNDS} interleaved rounds. `make bench ARGS=compose`."
    )
    return Table("compose-long", "Composing a long issue", method, tuple(rows), "npm mjml")


def _each(found: Sequence[float]) -> str:
    return f"{median(found) / _BLOCKS:.2f} ms a block"


def _load_and_build(folder: Path) -> object:
    return build_edition(load_issue(folder))


def _peers_files(issue: Issue, place: Path) -> tuple[Path, Path]:
    rendering = Rendering(draft_issue(issue, "en"), (shipped.TEMPLATES,))
    mjml, css = place / "issue.mjml", place / "prose.css"
    mjml.write_text(rendering.mjml, encoding="utf-8")
    css.write_text(rendering.prose_css(), encoding="utf-8")
    return mjml, css


def milliseconds(run: Callable[[], object]) -> float:
    """Run something once and give the milliseconds that it took."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def _row(contender: str, figure: float, base: float | None, note: str) -> Row:
    return Row(contender, figure, "ms", None if base is None else figure / base, note)
