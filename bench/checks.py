"""Times the checks of an issue, and the look at what mail programs understand, beside npm caniemail on one HTML."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

from bench.compose import milliseconds
from bench.measure import Row, Table, median
from bench.peers import node_available, run_peer
from composer import shipped
from composer.checks.proof import SLOT_END, SLOT_START, joined
from composer.checks.run import check_editions
from composer.cli.main import collect_seldom
from composer.compose import CheckedIssue, check_folder
from composer.edition import build_edition
from composer.edition.clients import client_support, feature_findings, uses_in_html
from composer.issue import load_issue
from composer.issue.files import issue_file

ROUNDS = 3
RUNS = 5
PEER_RUNS = 8
_TEMPLATES = (shipped.TEMPLATES,)
_PEERS_PROGRAMS = ("gmail_", "outlook_", "apple_mail_", "yahoo_")
_PROGRAMS = tuple(name for name in client_support().programs if name.startswith(_PEERS_PROGRAMS))
_END_OF_SENTENCE = re.compile(r"(?<=[a-zà-ÿ])\.$", re.MULTILINE)

_BLOCKS = """\
  - block: article
    kicker: Story {number}
    title: What the harbour of town {number} does with its old cranes
    body: |
      The council met on Tuesday 7 April 2020 and spoke of {number} cranes, *three* of them from 1912. See
      [the minutes of meeting {number}](https://network.example.org/minutes/{number}).

      - what is kept in basin {number}
      - what is sold to the museum of town {number}.
    link: {{label: Read about crane {number}, url: "https://network.example.org/cranes/{number}"}}
  - block: text
    title: A note about town {number}
    body: |
      In town {number} the market is open from 9 am to 5 pm, and {number} people came last week.
  - block: button
    label: See the survey of town {number}
    url: https://network.example.org/survey/{number}
"""
_NOTES = {
    "client support, nothing changed": "the HTML that was looked at before",
    "client support, every paragraph new": "as the peer does it each time",
    "all the checks": "of the issue and its edition, which are there; nothing changed",
    "all the checks, every paragraph new": "as the peer does it each time",
    "load, build and check": "what `newsletter check` does; nothing changed",
    "load, build and check, every paragraph new": "the same in a warm process that has seen none of the paragraphs",
}


def measure() -> tuple[Table, ...]:
    """Time the two samples and an issue of 300 blocks, each in English alone."""
    collect_seldom()  # as in the program
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        for name, folder in _issues(Path(place)):
            rows += _rows(name, folder, Path(place))
    method = (
        "The two sample issues and one of 300 blocks, in English alone. Client support is what Gmail, Outlook, Apple "
        "Mail and Yahoo do not understand of the mail's HTML; the peer looks at the same HTML for the same programs, "
        f"and neither builds nor checks. Median of {ROUNDS} interleaved rounds of {RUNS}, one process each; "
        "the peer's first runs, in which Node warms up, are left out. `make bench ARGS=checks`."
    )
    return (Table("checks", "Checking", method, tuple(rows), "npm caniemail", "issue, contender"),)


def _issues(root: Path) -> Iterator[tuple[str, Path]]:
    folder = root / "issues"
    shutil.copytree(shipped.SAMPLE_ISSUES, folder)
    samples = sorted(one for one in folder.iterdir() if one.is_dir())
    for translation in (one for sample in samples for one in sample.glob("issue.*.*")):
        translation.unlink()
    for number, sample in enumerate(samples, 1):
        yield f"sample {number}", sample
    large = folder / "300-blocks"
    large.mkdir()
    head = "subject: Three hundred blocks\npreheader: Cranes, markets and surveys\ndate: 2020-03-31\nblocks:\n"
    blocks = "".join(_BLOCKS.format(number=number) for number in range(1, 101))
    (large / "issue.yaml").write_text(head + blocks, encoding="utf-8")
    yield "300 blocks", large


def _rows(name: str, folder: Path, place: Path) -> Iterator[Row]:
    checked = check_folder(folder, templates=_TEMPLATES)
    html = re.sub(f"[{SLOT_START}{SLOT_END}]", "", joined(checked.editions["en"].html))
    contenders = _contenders(folder, checked, html)
    times: dict[str, list[float]] = {contender: [] for contender in contenders}
    peer: list[float] = []
    (place / "mail.html").write_text(html, encoding="utf-8")
    for _ in range(ROUNDS):
        for contender, look in contenders.items():
            times[contender] += [milliseconds(look()) for _ in range(RUNS)]
        if node_available():
            peer += run_peer("caniemail.mjs", place / "mail.html", PEER_RUNS)["ms"][PEER_RUNS - RUNS :]
    base = median(peer) if peer else None
    if base is not None:
        yield Row(f"{name}, npm caniemail", base, "ms", 1.0, f"{len(html) / 1000:,.0f} kB of HTML")
    for contender, found in times.items():
        figure = median(found)
        ratio = None if base is None else figure / base
        yield Row(f"{name}, newsletter: {contender}", figure, "ms", ratio, _NOTES[contender])


def _contenders(folder: Path, checked: CheckedIssue, html: str) -> dict[str, Callable[[], Callable[[], object]]]:
    """Give what makes each contender ready, which is not timed, and so what is."""
    issue, editions = checked.issue, checked.editions
    assert issue is not None
    file = issue_file(folder)
    written = file.read_text(encoding="utf-8")
    numbers = count(1)

    def changed() -> None:
        file.write_text(_END_OF_SENTENCE.sub(f" {next(numbers)}.", written), encoding="utf-8")

    def new_html() -> Callable[[], object]:
        return partial(_client_support, html.replace("</p>", f" {next(numbers)}.</p>"))

    def new_edition() -> Callable[[], object]:
        changed()
        new = load_issue(folder)
        return partial(check_editions, new, {"en": build_edition(new, templates=_TEMPLATES)})

    def new_folder() -> Callable[[], object]:
        changed()
        return check

    check = partial(check_folder, folder, templates=_TEMPLATES)
    return {
        "client support, nothing changed": lambda: partial(_client_support, html),
        "client support, every paragraph new": new_html,
        "all the checks": lambda: partial(check_editions, issue, editions),
        "all the checks, every paragraph new": new_edition,
        "load, build and check": lambda: check,
        "load, build and check, every paragraph new": new_folder,
    }


def _client_support(html: str) -> object:
    return feature_findings(uses_in_html(html), {}, programs=_PROGRAMS)
