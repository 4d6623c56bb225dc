"""Takes the screenshots of the studio in ``docs/screenshots/``.

    python tools/screenshots_studio.py [--out DIR]

Runs the studio on copies of the sample issue and photographs it with Chromium: its views, writing, a mistake, a stopped
server.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from composer import shipped

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
COLOURS = 256
SAMPLE = "2020-03-network-news"
Scheme = Literal["light", "dark"]

VIEWS: dict[str, tuple[int, int, Scheme, str]] = {
    "light": (1440, 900, "light", ""),
    "dark": (1440, 900, "dark", "scheme=dark&language=fr"),
    "phone-width": (1440, 900, "light", "width=375&reader=nameless&pictures=off"),
    "source": (1440, 900, "light", "view=source"),
    "text": (1440, 900, "light", "view=text"),
    "1024": (1024, 768, "light", ""),
    "375": (375, 812, "light", ""),
}
"""Name → width, height, colours of the interface, what is chosen in the address."""


WRITING: tuple[tuple[int, int, Scheme], ...] = (
    (1440, 900, "light"),
    (1440, 900, "dark"),
    (1024, 768, "light"),
    (390, 844, "light"),
    (390, 844, "dark"),
)
"""Width, height and colours of the pictures of writing."""


@contextmanager
def preview(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the studio of the project in ``folder``; yields its start address and its process."""
    program = [str(Path(sys.executable).with_name("newsletter")), "studio", "--no-open", "--port", "0"]
    process = subprocess.Popen(program, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0], process
    finally:
        process.terminate()
        process.communicate()


def make_project(folder: Path) -> Path:
    """A year of letters; the newest has something to mend. Returns the newest one's file."""
    issues = folder / "issues"
    shutil.copytree(shipped.SAMPLE_ISSUES, issues)
    sample = issues / SAMPLE
    for month in range(4, 12):
        shutil.copytree(sample, issues / f"2020-{month:02}-letter")
        file = issues / f"2020-{month:02}-letter" / "issue.yaml"
        text = re.sub(r"(?m)^date: .*", f"date: 2020-{month:02}-15", file.read_text(encoding="utf-8"), count=1)
        file.write_text(text.replace("https://www.example.org/conference", "http://localhost/conference"), "utf-8")
    return file


def take(browser: Browser, folder: Path, *, out: Path) -> None:
    newest = make_project(folder)
    with preview(folder) as (url, process):
        for name, (width, height, scheme, query) in VIEWS.items():
            page = _open(browser, f"{url}&issue={SAMPLE}&{query}", width, height, scheme)
            photograph(page, out / f"studio-{name}.png")
            page.close()
        for width, height, scheme in WRITING:
            _shoot_writing(browser, url, width, height, scheme, out=out)
        page = _open(browser, url, 1440, 900, "light")
        photograph(page, out / "studio-findings.png")
        good = newest.read_text(encoding="utf-8")
        broken = good.replace("preheader:", "preheadr:", 1).replace("date: 2020-11-15", "date: 2020-11-31", 1)
        newest.write_text(broken, encoding="utf-8")
        page.wait_for_selector(".mistakes")
        photograph(page, out / "studio-error.png")
        newest.write_text(good, encoding="utf-8")
        page.wait_for_selector(".mistakes", state="hidden")
        process.terminate()
        page.wait_for_selector("#offline:not([hidden])")
        photograph(page, out / "studio-offline.png")


def _shoot_writing(browser: Browser, url: str, width: int, height: int, scheme: Scheme, *, out: Path) -> None:
    """Photograph how an issue is written: its form, a block's form beside the mail, the palette, the source."""
    page = _open(browser, f"{url}&issue={SAMPLE}", width, height, scheme)
    is_small = width < 1100

    def shoot(name: str) -> None:
        page.wait_for_timeout(300)
        photograph(page, out / f"studio-{name}-{width}-{scheme}.png")

    if is_small:
        page.click("#fold-report")
    page.get_by_role("tab", name="Write").click()
    shoot("issue")
    if is_small:
        page.locator("#scrim").click(position={"x": 5, "y": 300})
        page.wait_for_timeout(300)
    mail = page.frame_locator(".frames iframe:not(.coming)")
    mail.get_by_role("heading", name="Urban security").click()
    page.wait_for_selector(".ProseMirror")
    shoot("block")
    page.get_by_role("button", name="Add a block after this one").click()
    shoot("palette")
    page.get_by_role("tab", name="Source").click()
    page.wait_for_selector(".cm-content")
    shoot("yaml")
    page.close()


def _open(browser: Browser, url: str, width: int, height: int, scheme: Scheme) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(url)
    page.wait_for_selector(".frames iframe:not(.coming), .sheet")
    return page


def photograph(page: Page, path: Path) -> None:
    page.wait_for_timeout(500)  # the panel, and the end of every transition
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Read the command line, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        take(browser, Path(folder), out=out)
        browser.close()


if __name__ == "__main__":
    main()
