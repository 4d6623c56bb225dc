"""Says whether two revisions make mails that look the same, pixel by pixel, in every way a reader may see them.

``git worktree add build/before REVISION`` and then ``python tools/same_pixels.py build/before`` builds every block's
sample, a letter, a mail of forty pictures and the sample issues, in every theme, in their languages and from right to
left, by that revision and by this one, and compares them in Chromium::

    widths   320, 375, 640, 800 pixels (word: the two that are as wide as a mail)
    looks    light, dark (the reader's choice), forced (inverted), bare (without head styles), word (what the
             conditional comments give Outlook on Windows; its parts are laid out by a browser here)

Tolerance: none, not one pixel may differ. What a screen reader is told (Chromium's accessibility tree: words, links,
headings, pictures) must be equal, too. Exits with 1 if something differs. ``--only WORD`` takes the mails with that
word in their name, ``--looks`` and ``--widths`` some of the ways; ``--keep FOLDER`` keeps pictures of what differs.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from composer.edition import Edition

ROOT = Path(__file__).parent.parent
WIDTHS = (320, 375, 640, 800)
WORDS_WIDTH = 640
CHROMIUM = "/usr/bin/chromium"
_NAMES = {"subscriber.first_name": "Zoë", "subscriber.city": "Nice", "subscriber.language": "en"}
_LETTER = (
    "Dear {{ subscriber.first_name }},\n\nthe *bridge* opens. [Read on](https://example.org/).\n\n"
    "## What else\n\n- one\n- two\n\n> Said before.\n\nGoodbye"
)
_FORTY = "subject: Forty pictures\npreheader: Each with its words\ndate: 2020-03-31\nblocks:\n"
_PICTURE = (
    "  - {block: image, picture: {file: bars-into-trees.png, alt: 'Bars and trees', caption: 'Bars become trees'}}\n"
)


def main() -> int:
    """Compare, or build this revision's mails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("before", type=Path, nargs="?", help="a checkout of the other revision")
    parser.add_argument("--build", type=Path, help="write this revision's mails into a folder, and stop")
    parser.add_argument("--only", default="", help="compare the mails with this in their name")
    parser.add_argument("--looks", nargs="*", default=list(_looks()), choices=list(_looks()))
    parser.add_argument("--widths", nargs="*", type=int, default=list(WIDTHS))
    parser.add_argument("--keep", type=Path, help="a folder for pictures of what differs")
    arguments = parser.parse_args()
    if arguments.build:
        build_mails(arguments.build, only=arguments.only)
        return 0
    if not arguments.before:
        parser.error("name a checkout of the other revision")
    with tempfile.TemporaryDirectory(prefix="same-pixels-") as name:
        before, after = Path(name) / "before", Path(name) / "after"
        for root, folder in ((arguments.before, before), (ROOT, after)):
            build_by(root, folder, only=arguments.only)
        return compare(before, after, arguments)


def build_by(root: Path, folder: Path, *, only: str = "") -> None:
    """Have the revision checked out at ``root`` write into a folder the mails that have ``only`` in their names."""
    root = root.resolve()  # it is where the command runs, and from there a relative path would lead nowhere
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, __file__, "--build", str(folder), "--only", only]
    subprocess.run(command, cwd=root, env=environment, check=True)


def build_mails(folder: Path, *, only: str = "") -> None:
    """Write each mail as ``NAME.html``, its pictures beside it in ``NAME.files``."""
    folder.mkdir(parents=True)
    import composer
    from composer.edition import fill

    if Path.cwd() not in Path(composer.__file__).parents:
        raise SystemExit(f"the mails of {Path.cwd()} would be built by {composer.__file__}")

    somewhere = {f"links.{link}": "https://www.example.org/" for link in ("unsubscribe", "browser", "print")}
    for name, built in _mails():
        if only not in name:
            continue
        edition = built()
        files = folder / f"{name}.files"
        for asset in edition.assets:
            file = files / asset.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(asset.content)
        values = {**_NAMES, "links.assets": f"{name}.files", **somewhere}
        (folder / f"{name}.html").write_text(fill(edition.html, values), encoding="utf-8")


def _mails() -> Iterator[tuple[str, Callable[[], Edition]]]:
    """Yield the name of each mail and what builds it, before the next one is asked for."""
    from composer import shipped
    from composer.edition import build_edition
    from composer.edition.theme.tokens import theme_names
    from composer.issue import find_issues, load_issue
    from composer.output.gallery import Look, find_samples, sample_builder

    themes = theme_names([shipped.TEMPLATES])
    for folder in find_issues(shipped.SAMPLE_ISSUES):
        issue = load_issue(folder)
        for theme in themes:
            newsletter = issue.newsletter.model_copy(update={"theme": {"name": theme}})
            themed = replace(issue, newsletter=newsletter, publications={})
            for language in issue.languages:
                yield f"{issue.slug}-{language}-{theme}", partial(build_edition, themed, language=language)
    with sample_builder([shipped.TEMPLATES]) as build:
        for sample in find_samples([shipped.TEMPLATES]):
            for theme in themes:
                yield f"{sample.block}-{theme}", partial(build, sample, Look.of_samples(theme=theme))
        for sample in find_samples([shipped.TEMPLATES]):
            yield f"{sample.block}-rtl", partial(build, sample, Look.of_samples(theme=themes[0], language="ar"))
    yield from ((f"{name}-{theme}", partial(_written, text, theme)) for name, text in _texts() for theme in themes)


def _texts() -> Iterator[tuple[str, str]]:
    yield "letter", f"---\nsubject: A letter\npreheader: The bridge opens\ndate: 2020-03-31\n---\n\n{_LETTER}\n"
    yield "forty-pictures", _FORTY + _PICTURE * 40


def _written(text: str, theme: str) -> Edition:
    """Build an issue of one file."""
    from composer import shipped
    from composer.edition import build_edition
    from composer.issue import load_issue
    from composer.output.gallery import Look

    look = Look.of_samples(theme=theme)
    with tempfile.TemporaryDirectory(prefix="same-pixels-") as name:
        issues = Path(name)
        issue = issues / "2020-03-issue"
        issue.mkdir()
        (issues / "newsletter.yaml").write_bytes(look.newsletter)
        pictures = dict(look.files)
        pictures["bars-into-trees.png"] = shipped.SAMPLE_ISSUES / "2020-03-network-news" / "bars-into-trees.png"
        for file, shown in pictures.items():
            for place in (issues, issue):
                (place / file).write_bytes(shown.read_bytes())
        (issue / ("issue.md" if text.startswith("---") else "issue.yaml")).write_text(text, encoding="utf-8")
        return build_edition(load_issue(issue))


def _looks() -> Mapping[str, Callable[[str], str]]:
    from composer.web.mail_frame import Scheme, frame_html, without_head_styles

    return {
        "light": lambda html: frame_html(html, scheme=Scheme.LIGHT),
        "dark": lambda html: frame_html(html, scheme=Scheme.DARK),
        "forced": lambda html: frame_html(html, scheme=Scheme.FORCED),
        "bare": lambda html: frame_html(without_head_styles(html), scheme=Scheme.LIGHT),
        "word": lambda html: frame_html(as_word_reads(html), scheme=Scheme.LIGHT),
    }


def as_word_reads(html: str) -> str:
    """Open the conditional comments for Outlook on Windows, and take out what is hidden from it."""
    html = re.sub(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL)
    html = re.sub(r"<!--\[if !mso[^\]]*\]>.*?<!\[endif\]-->", "", html, flags=re.DOTALL)
    return re.sub(r"<!--\[if [^\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", r"\1", html, flags=re.DOTALL)


def compare(before: Path, after: Path, arguments: argparse.Namespace) -> int:
    """Compare two folders of mails; prints what differs. Returns 1 if anything does."""
    from playwright.sync_api import sync_playwright

    names = sorted(file.stem for file in before.glob("*.html"))
    differs = compared = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        for name in names:
            for look in arguments.looks:
                # Word's own mails have the width that their tables have; a narrower window only cuts them off.
                widths = [width for width in arguments.widths if look != "word" or width >= WORDS_WIDTH] or [
                    WORDS_WIDTH
                ]
                seen = see_both(page, (before / f"{name}.html", after / f"{name}.html"), look, widths)
                compared += len(widths)
                kept = arguments.keep / f"{name}-{look}" if arguments.keep else None
                for wrong in _differences(seen[0], seen[1], widths, kept):
                    print(f"differs: {name}, {look}, {wrong}", flush=True)
                    differs += 1
        browser.close()
    print(f"{compared} views of {len(names)} mails compared, {differs} differences")
    return int(differs > 0 or not names)


def see_both(page: Page, files: tuple[Path, Path], look: str, widths: Sequence[int]) -> list[tuple[list[bytes], str]]:
    """Take pictures of a mail's two versions, one at each width, and what a screen reader is told of each."""
    seen = [_seen(page, file, look, widths) for file in files]
    if seen[0] != seen[1]:  # a browser that is busy may not have painted all of it
        seen = [_seen(page, file, look, widths) for file in files]
    return seen


def _seen(page: Page, file: Path, look: str, widths: Sequence[int]) -> tuple[list[bytes], str]:
    shown = file.with_name("shown.htm")
    shown.write_text(_looks()[look](file.read_text(encoding="utf-8")), encoding="utf-8")
    page.set_viewport_size({"width": widths[0], "height": 800})
    page.goto(shown.as_uri())
    pictures = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        pictures.append(page.screenshot(full_page=True, animations="disabled"))
    return pictures, page.locator("body").aria_snapshot()


def _differences(
    before: tuple[list[bytes], str], after: tuple[list[bytes], str], widths: Sequence[int], kept: Path | None
) -> Iterator[str]:
    from PIL import Image, ImageChops

    for width, one, other in zip(widths, before[0], after[0], strict=True):
        if one == other:
            continue
        first, second = (Image.open(io.BytesIO(png)).convert("RGB") for png in (one, other))
        box = ImageChops.difference(first, second).getbbox() if first.size == second.size else None
        if first.size != second.size or box:
            yield f"{width} px: {first.size} and {second.size}, from {box}"
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                first.save(f"{kept}-{width}-before.png")
                second.save(f"{kept}-{width}-after.png")
    if before[1] != after[1]:
        lines = zip(before[1].splitlines(), after[1].splitlines(), strict=False)
        yield "accessibility tree: " + next((f"{a!r} and {b!r}" for a, b in lines if a != b), "of another length")


if __name__ == "__main__":
    sys.exit(main())
