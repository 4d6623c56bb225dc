"""Measures on other people's pages how many of the features that they use are named, ours beside npm's ``caniemail``.

Enters: a folder of HTML, and verdicts by people (``PAGE FEATURE yes|no``, a line each). Leaves: recall and precision of
both, and what of it nobody has judged yet. What one of three finds is judged: our detector, npm's, and a plain search
for the feature's name, which knows no HTML; what ours and npm's agree on counts as used. Counted are features that
Gmail, Outlook, Apple Mail or Yahoo do not understand, or in part: npm's tells no others, and fails on all programs at
once. Needs Node and npm::

    python tools/measure_client_support.py PAGES VERDICTS
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from composer.edition.clients import Support, client_support, uses_in_html

PEER = "caniemail@2.0.2"
_FAMILIES = ("gmail_", "outlook_", "apple_mail_", "yahoo_")
_ASK_PEER = """
import { readdirSync, readFileSync } from "node:fs";
const [module, folder] = process.argv.slice(-2);
const { caniemail } = await import(module);
const clients = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*"];
const told = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
  try {
    const html = readFileSync(`${folder}/${file}`, "utf8");
    const { errors, warnings } = caniemail({ clients, html }).issues;
    const found = [...errors.values(), ...warnings.values()].flat();
    told[file.slice(0, -5)] = [...new Set(found.map((issue) => issue.title))];
  } catch (error) {
    told[file.slice(0, -5)] = [];
    process.stderr.write(`${file}: ${error}\\n`);
  }
}
process.stdout.write(JSON.stringify(told));
"""
Named = Mapping[str, set[str]]
"""The features that are named on each page."""


def judged_features() -> Mapping[str, str]:
    """Give titles by slug, of the features that one of the four does not understand, or in part."""
    lacking = (Support.NO, Support.PARTLY)
    return {
        feature.slug: feature.title
        for feature in client_support().features.values()
        if any(answer in lacking and key.startswith(_FAMILIES) for key, answer in feature.supports.items())
    }


def named_by_peer(pages: Path, titles: Mapping[str, str]) -> Named:
    """Ask npm's package about all pages."""
    slugs = {title: slug for slug, title in titles.items()}
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, PEER]
        subprocess.run(install, check=True, stdout=sys.stderr)
        module = Path(folder, "node_modules", "caniemail", "dist", "index.js")
        command = ["node", "--input-type=module", "-e", _ASK_PEER, "--", str(module), str(pages.resolve())]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {page: {slugs[title] for title in found if title in slugs} for page, found in told.items()}


_SOUGHT: Sequence[tuple[re.Pattern[str], Callable[[str], str]]] = [
    (re.compile(r"css-unit-(?!calc|initial|percent)(\w+)"), lambda unit: rf"\d{unit}\b"),
    (re.compile(r"css-function-([\w-]+)|css-([\w]+-gradient|rgba?)"), lambda name: rf"\b{name}\("),
    (re.compile(r"css-pseudo-(?:class|element)-([\w-]+)"), lambda name: rf":{name}\b"),
    (re.compile(r"css-at-media-([\w-]+)"), lambda name: rf"\b{name}\b"),
    (re.compile(r"css-at-([\w-]+)"), lambda name: rf"@{name}\b"),
    (re.compile(r"css-display-([\w-]+)"), lambda name: rf"display\s*:\s*(?:inline-)?{name}\b"),
    (re.compile(r"css-selector-(?:.*)"), lambda _: r"(?!)"),
    (re.compile(r"css-([\w-]+)"), lambda name: rf"(?<![\w-]){name}(?:-(?:top|right|bottom|left))?\s*:"),
    (re.compile(r"image-(\w+)"), lambda name: rf"\.{name}\b|image/{name}"),
    (re.compile(r"html-(?:input|button)-(\w+)"), lambda name: rf"type\s*=\s*[\"']?{name}\b"),
    (re.compile(r"html-([\w-]+)"), lambda name: rf"<{name}\b|\s{name}(?:-attribute)?\s*="),
]
"""How the name of a feature is sought in a page, by its slug; nothing finds what has no name of its own."""


def named_in_words(html: str, slugs: Mapping[str, str]) -> Iterator[str]:
    """Find the features whose names stand in a text, whatever they mean there."""
    for slug in slugs:
        found, write = next(
            ((found, write) for kind, write in _SOUGHT if (found := kind.fullmatch(slug))), (None, None)
        )
        if found and write and re.search(write(next(filter(None, found.groups()), "")), html, re.IGNORECASE):
            yield slug


def main(folder: str, verdicts: str) -> None:
    """Print what is still to be judged, then the figures."""
    pages, titles = Path(folder), judged_features()
    files = sorted(pages.glob("*.html"))
    html = {file.stem: file.read_text(encoding="utf-8", errors="replace") for file in files}
    ours = {page: {use.feature for use in uses_in_html(text)} & set(titles) for page, text in html.items()}
    peers, words = named_by_peer(pages, titles), {page: set(named_in_words(html[page], titles)) for page in html}
    lines = [line.split() for line in Path(verdicts).read_text("utf-8").splitlines() if line and line[0] != "#"]
    told = {(page, feature): answer == "yes" for page, feature, answer in lines}
    used: set[tuple[str, str]] = set()
    waiting = 0
    for page in html:
        for feature in sorted(ours[page] | peers[page] | words[page]):
            agreed = feature in ours[page] and feature in peers[page]
            if (is_used := told.get((page, feature), True if agreed else None)) is None:
                waiting += 1
                finders = partial(map, lambda pair, page=page, feature=feature: pair[0] * (feature in pair[1][page]))
                print(page, feature, *finders([("ours", ours), ("npm", peers), ("words", words)]))
            elif is_used:
                used.add((page, feature))
    print(f"{len(html)} pages, {len(used)} uses of features, {waiting} not judged")
    for who, named in (("ours", ours), ("npm caniemail", peers)):
        pairs = {(page, feature) for page in html for feature in named[page]}
        pairs = {pair for pair in pairs if pair in used or pair in told}
        right = len(pairs & used)
        print(f"{who}: recall {right / max(len(used), 1):.1%}, precision {right / max(len(pairs), 1):.1%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
