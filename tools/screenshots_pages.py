"""Takes the screenshots of the inbox and the subscriber's pages in ``docs/screenshots/``.

    python tools/screenshots_pages.py [--out DIR]

Runs the demo and photographs what it serves with Chromium: wide and phone, light and dark.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
SIZES = {1280: 800, 375: 812}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """Run the demo; yields its addresses by name."""
    program = [str(Path(sys.executable).with_name("newsletter")), "demo"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        text = ""
        while "Ctrl-C" not in text:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the demo ended:\n{text}")
            text += line
        yield dict(re.findall(r"^(Preview|Inbox|Site)\s+(http://\S+)", text, re.MULTILINE))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def take(pages: dict[str, str], browser: Browser, *, out: Path) -> None:
    inbox = pages["Inbox"]
    french, english = 1, 2
    messages = json.load(urllib.request.urlopen(f"{inbox}/api/messages"))["messages"]
    for message in messages:
        link = _leaving(inbox, message["id"])
        if message["subject"].startswith("Who"):
            english, english_link = message["id"], link
        else:
            french, french_link = message["id"], link
    for number in (french, english, messages[3]["id"], messages[6]["id"]):
        urllib.request.urlopen(f"{inbox}/messages/{number}")
    for width in SIZES:
        for scheme in SCHEMES:
            page = _open(browser, width, scheme)
            shots = {
                "inbox-list": inbox if width < 700 else f"{inbox}/?q=",
                "inbox-message": f"{inbox}/messages/{english}",
                "site-leave": english_link,
            }
            if width < 700:
                shots["site-leave-fr"] = french_link
            for name, url in shots.items():
                page.goto(url, wait_until="load")
                _shoot(page, out / f"{name}-{width}-{scheme}.png")
            page.goto(english_link)
            page.get_by_role("button").click()
            _shoot(page, out / f"site-left-{width}-{scheme}.png")
            page.context.close()


def _open(browser: Browser, width: int, scheme: Scheme) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,
        device_scale_factor=2 if width < 700 else 1,
    )
    return context.new_page()


def _leaving(inbox: str, number: int) -> str:
    shown = json.load(urllib.request.urlopen(f"{inbox}/api/messages/{number}"))
    value = next(header["value"] for header in shown["headers"] if header["name"].lower() == "list-unsubscribe")
    return str(value).split(">")[0].strip("< ")


def _shoot(page: Page, path: Path) -> None:
    page.wait_for_timeout(300)  # the list's live connection
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, optimize=True)


def main() -> None:
    """Read the command line, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with demo() as pages, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        take(pages, browser, out=out)
        browser.close()


if __name__ == "__main__":
    main()
