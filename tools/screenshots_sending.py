"""Takes the screenshots of sending in the studio, in ``docs/screenshots/``.

    python tools/screenshots_sending.py [--out DIR]

Runs the studio on the sample issue, with an inbox of this machine as its relay, and goes the whole way as an author
does: a file of people, a test mail, the last page, the progress, the mailing that is done, a mail as it was sent.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright
from screenshots_studio import OUT, SAMPLE, WRITING, Scheme, photograph

from composer import shipped

PROGRAM = str(Path(sys.executable).with_name("newsletter"))
NAMES = ("Amélie Roussel", "Brian O’Connor", "Chiara Ferrero", "Łukasz Nowak", "Maximiliane von Hohenberg-Langenfeld")
PROVIDERS = ("gmail.com", "outlook.com", "example.org", "free.fr")
PEOPLE = 1204
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
EXPORT = "Adresse mél;Prénom;Nom;Ville;Abonné\n" + "".join(
    f"lecteur{number}@example.org;Amélie;Roussel;Liège;{'non' if number % 5 == 0 else 'oui'}\n" for number in range(40)
)


class Look(NamedTuple):
    """Has a size of the window, and the colours of the interface."""

    width: int
    height: int
    scheme: Scheme


def people() -> str:
    """Write a file of people with names of all lengths, at four providers, in two languages."""
    lines = ["email,first_name,last_name,language"]
    for number in range(PEOPLE):
        first, _, last = NAMES[number % len(NAMES)].partition(" ")
        provider = PROVIDERS[number % len(PROVIDERS)]
        lines.append(f"reader{number}@{provider},{first},{last},{'fr' if number % 3 == 0 else 'en'}")
    return "\n".join(lines)


@contextmanager
def running(*arguments: str, folder: Path, lines: int = 1, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[str]:
    """Run the program in a folder; yields the first lines that it prints, which tell where it listens."""
    environment = {**os.environ, **{f"NEWSLETTER_{name}": value for name, value in settings.items()}}
    with subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        try:
            yield "".join(one.stdout.readline() for _ in range(lines))
        finally:
            one.terminate()


def take(browser: Browser, folder: Path, *, out: Path) -> None:
    """Go the way once, and photograph each place in every size as it is then."""
    shutil.copytree(shipped.SAMPLE_ISSUES, folder / "issues")
    with running("inbox", "--port", "0", "--smtp-port", "0", folder=folder, lines=2) as told:
        relay = re.findall(r"smtp://127\.0\.0\.1:(\d+)", told)
        settings = {
            "SECRET_KEY": "a key for pictures, long enough to be one",
            "SMTP_URL": f"smtp://127.0.0.1:{relay[0]}?tls=none",
            "RATE": "60/second",
        }
        with running("studio", "--no-open", "--port", "0", folder=folder, settings=settings) as line:
            found = re.search(r"http://\S+", line)
            assert found is not None
            _go(browser, found[0], out)


def _go(browser: Browser, start: str, out: Path) -> None:
    pages = [
        (Look(*look), browser.new_page(viewport={"width": look[0], "height": look[1]}, color_scheme=look[2]))
        for look in WRITING
    ]
    for _, page in pages:
        page.goto(start)
    origin = start.partition("/?")[0]

    def at(page: Page, place: str) -> Page:
        page.goto(f"{origin}/?issue={SAMPLE}&place={quote('sending/' + place, safe='')}")
        page.wait_for_selector("#sending h1, #sending h2")
        return page

    def everywhere(name: str, place: str) -> None:
        for look, page in pages:
            photograph(at(page, place), out / f"studio-{name}-{look.width}-{look.scheme}.png")

    first = pages[0][1]
    _import(at(first, "people/import"), people(), "members.csv")
    for look, page in pages:
        _import(at(page, "people/import"), EXPORT, "anciens-lecteurs.csv", is_real=False)
        photograph(page, out / f"studio-import-{look.width}-{look.scheme}.png")
    everywhere("people", "people")
    at(first, "plan").get_by_role("button", name="See who gets it").click()
    first.wait_for_selector(".send-bar")
    everywhere("last-page", "mailings/1")
    at(first, "mailings/1").get_by_role("button", name=re.compile("^Send to")).click()
    first.get_by_role("button", name="Pause").wait_for()
    everywhere("progress", "mailings/1")
    at(first, "mailings/1").get_by_text("finished", exact=True).wait_for(timeout=120_000)
    everywhere("report", "mailings/1")


def _import(page: Page, text: str, name: str, *, is_real: bool = True) -> None:
    """Drop a file; as a trial only, with its question, or to the end."""
    file = FilePayload(name=name, mimeType="text/csv", buffer=text.encode())
    page.locator("#sending input[type=file]").set_input_files(file)
    page.get_by_role("button", name="See what would happen").click()
    if not is_real:
        page.get_by_label("Abonné: oui").select_option("subscribed")
        page.get_by_label("Abonné: non").select_option("left")
        page.get_by_role("button", name="See what would happen").click()
        page.get_by_role("heading", name="What would happen").scroll_into_view_if_needed()
        return
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.get_by_role("link", name="See the list").wait_for()


def main() -> None:
    """Read the command line, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        take(browser, Path(folder), out=out)
        browser.close()


if __name__ == "__main__":
    main()
