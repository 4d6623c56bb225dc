"""The place of the studio's page where mailings are sent, as a person finds their way in it."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests.support.projects import SLUG, ProjectFolder


def room(page: Page) -> Locator:
    """The whole place: nothing of the mail beside it."""
    return page.locator("#sending")


def open_place(page: Page, studio: str, place: str) -> None:
    """Open a place of sending by its address."""
    page.goto(f"{studio}/?issue={SLUG}&place={quote(f'sending/{place}', safe='')}")


def people_file(folder: ProjectFolder, text: str, name: str = "membres.csv") -> str:
    """A file of people, to be dropped."""
    path = folder.root / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def import_people(page: Page, folder: ProjectFolder, text: str) -> None:
    """Bring the people onto the list “members”, as the file's name is."""
    page.evaluate(
        "history.pushState(null, '', '?place=sending%2Fpeople%2Fimport'); dispatchEvent(new Event('popstate'))"
    )
    room(page).locator("input[type=file]").set_input_files(people_file(folder, text, "members.csv"))
    room(page).get_by_role("button", name="See what would happen").click()
    room(page).get_by_role("button", name=re.compile("^Import")).click()
    expect(room(page).get_by_role("link", name="See the list")).to_be_visible()
