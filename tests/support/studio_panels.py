"""Every panel of the studio, and the way to each: what axe-core judges, and what the pictures of the docs show.

::

    PANELS   in a furnished project      each is loaded anew, so that none depends on another
    BARE     in a project without people
    EMPTY    in an empty folder

The projects are those of ``panel_projects``. Size and colours are the page's; ``visit`` leads there in any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from composer.writing.forms import FormField, block_forms
from tests.support import panel_steps as ways
from tests.support.panel_projects import (
    BRANCHING,
    BROKEN,
    CONTESTED,
    EVERY_BLOCK,
    FAULTY,
    LONG_SUBJECT,
    MISTAKEN,
    SAMPLE,
    SOMEBODY,
)
from tests.support.panel_steps import Steps


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its name, how the address says it, the steps of a person from there, what is in sight in the end."""

    name: str
    steps: Steps
    choices: dict[str, str] = field(default_factory=dict)


def open_context(browser: Browser, client: httpx.Client, **options: object) -> BrowserContext:
    """Open a browser that has been let in, as ``client`` was; ``options`` are Playwright's."""
    context = browser.new_context(reduced_motion="reduce", timezone_id="Europe/Paris", locale="en-GB", **options)
    context.add_cookies(
        [{"name": name, "value": value, "url": str(client.base_url)} for name, value in client.cookies.items()]
    )
    return context


def visit(page: Page, origin: str, panel: Panel) -> None:
    """Go to a panel; what the one before has kept from the server goes through again."""
    page.unroute_all()
    page.goto(f"{origin}/?{urlencode(panel.choices)}")
    panel.steps(page)


def _forms() -> Iterable[Panel]:
    """As few forms of blocks as have every kind of field."""
    known: set[str] = set()
    for form in sorted(block_forms(), key=lambda form: -len(_kinds(form.fields))):
        if not _kinds(form.fields) <= known:
            known |= _kinds(form.fields)
            place = ways.place_of(form.kind)
            yield Panel(f"form-{form.kind}", partial(ways.block, place=place), {"issue": EVERY_BLOCK})


def _kinds(fields: Iterable[FormField]) -> set[str]:
    """The kinds of these fields and of those in them."""
    every = [(one, *one.fields, *(one.entry.fields if one.entry else ())) for one in fields]
    return {one.kind for several in every for one in several}


def _sending(name: str, place: str, words: str | Steps) -> Panel:
    steps = ways.in_sending(words) if isinstance(words, str) else words
    return Panel(name, steps, {"issue": SAMPLE, "place": f"sending/{place}"})


def _of_sample(name: str, steps: Steps, **choices: str) -> Panel:
    return Panel(name, steps, {"issue": SAMPLE, **choices})


def _mail_views() -> Iterable[Panel]:
    yield _of_sample("mail", ways.mail)
    yield _of_sample("dark-mail", ways.mail, scheme="dark", language="fr")
    yield _of_sample("phone-mail", ways.mail, width="375", reader="nameless", pictures="off")
    yield _of_sample("text", ways.sees(".sheet"), view="text")
    yield _of_sample("html", ways.sees(".sheet .tag"), view="source")
    yield _of_sample("raw", ways.sees(".sheet .tag"), view="message")
    yield _of_sample("print", ways.mail, view="print")


PANELS: tuple[Panel, ...] = (
    *_mail_views(),
    _of_sample("issue", ways.on_tab("Write")),
    _of_sample("block", lambda page: ways.block(page, 2)),
    _of_sample("palette", ways.palette),
    _of_sample("palette-nothing", ways.palette_without),
    _of_sample("pictures", ways.pictures_of_issue),
    Panel("crop", ways.crop, {"issue": EVERY_BLOCK}),
    Panel("audience", ways.audience, {"issue": BRANCHING}),
    Panel("conditions", ways.conditions, {"issue": BRANCHING}),
    _of_sample("yaml", ways.on_tab("Source")),
    _of_sample("checks", ways.on_tab("Checks")),
    Panel("findings", ways.finding, {"issue": FAULTY}),
    _of_sample("mail-programs", ways.mail_programs),
    Panel("long-subject", ways.on_tab("Checks"), {"issue": LONG_SUBJECT}),
    Panel("mistakes", ways.sees("#overlay .mistakes"), {"issue": BROKEN}),
    Panel("mistake", ways.mistaken, {"issue": MISTAKEN}),
    Panel("conflict", ways.conflict, {"issue": CONTESTED}),
    *_forms(),
    _of_sample("issue-menu", ways.menu),
    _of_sample("rename", ways.rename),
    _of_sample("renamed", ways.renamed),
    _of_sample("new-issue", ways.new_issue),
    _of_sample("import-newsletter", ways.import_newsletter),
    _of_sample("put-away", ways.put_away),
    _of_sample("empty-trash", ways.empty_trash),
    _of_sample("no-such-issue", ways.nothing_found),
    Panel("unknown-issue", ways.sees(".stage", "There is no issue"), {"issue": "nowhere"}),
    _of_sample("shortcuts", ways.shortcuts),
    _of_sample("translations", ways.sees("#translations .text-pair"), place="translations/fr"),
    Panel(
        "translation-to-begin",
        ways.sees("#translations", "There is no text in French yet"),
        {"issue": EVERY_BLOCK, "place": "translations/fr"},
    ),
    _of_sample("publication", ways.faint_colour),
    _of_sample("token", ways.token),
    _of_sample("look", ways.on_tab("Look")),
    _of_sample("find-reader", ways.find_reader),
    _of_sample("beside", lambda page: (ways.mail(page), ways.sees(".second iframe")(page)), beside="language:fr"),
    _of_sample("weights", ways.weights, outlines="on"),
    Panel("branches", ways.branches, {"issue": BRANCHING}),
    _of_sample("gallery", ways.gallery, place="gallery"),
    _sending("test", "test", "As which reader"),
    _sending("no-address", "test", ways.no_address),
    _sending("test-answers", "test", ways.test_mail),
    _sending("people", "people", "Everyone"),
    _sending("list", "people/list/network-news", "On “network-news”"),
    _sending("add-person", "people/add", "How did they agree?"),
    _sending("person", f"people/person/{SOMEBODY}", "Consent"),
    _sending("unknown-person", "people/person/nobody@example.org", "Try again"),
    _sending("import", "people/import", ways.import_people),
    _sending("import-file", "people/import", "Drop the file here"),
    _sending("plan", "plan", "Mailings of this issue"),
    _sending("last-page", "mailings/4", "The last page"),
    _sending("no-time", "mailings/4", ways.no_time),
    _sending("mailings", "mailings", "finished"),
    _sending("progress", "mailings/2", ways.sees("#sending progress")),
    _sending("interrupted", "mailings/3", "Why it ended"),
    _sending("report", "mailings/1", "Unknown: may have arrived, or not"),
    _sending("mail-as-sent", f"mailings/1/1/{SOMEBODY}", "As it was sent"),
    _sending("unknown-mailing", "mailings/99", "There is no mailing 99"),
)

BARE: tuple[Panel, ...] = (
    _sending("people-empty", "people", "Nobody is on a list yet"),
    _sending("plan-empty", "plan", "There is nobody to send it to yet"),
    _sending("mailings-empty", "mailings", "Nothing was sent yet"),
)

EMPTY: tuple[Panel, ...] = (Panel("start", ways.sees(".stage .theme-choice")),)
