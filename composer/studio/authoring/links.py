"""What the page asks about addresses that are typed or pasted: whether a mail can have them, and what was meant.

::

    POST /api/links    {"addresses": […]} → {"links": [{address, wrong, meant}]}, in their order; it changes nothing

The rules are those of the checks (``link_address.py``, ``pasted_address.py``), and stand nowhere in the page.
"""

from __future__ import annotations

import re

from fastapi import APIRouter
from pydantic import BaseModel, Field

from composer.link_address import LinkError, spell_link
from composer.pasted_address import unwrapped

routes = APIRouter(prefix="/api")

_MOST = 200
_SHOWN_LETTERS = 60


class LinkRequest(BaseModel):
    """Names the addresses that are asked about."""

    addresses: list[str] = Field(max_length=_MOST)


class LinkReport(BaseModel):
    """What there is to say about an address.

    ``address`` is what to write: what was given, or where it leads if a mail program or a site was put around that.
    ``wrong`` says why no mail can have it, "" if one can; ``meant`` is what to write then, if that can be told.
    """

    address: str
    wrong: str = ""
    meant: str = ""


class LinkReports(BaseModel):
    """What there is to say about several addresses, in the order in which they were given."""

    links: tuple[LinkReport, ...]


def judge_link(text: str) -> LinkReport:
    """Look at an address as somebody has typed or pasted it."""
    try:
        spelt = spell_link(text)
        meant = _innermost(spelt)
        return LinkReport(address=text.strip() if meant == spelt else spell_link(meant))
    except LinkError as error:
        shown = text if len(text) <= _SHOWN_LETTERS else f"{text[: _SHOWN_LETTERS - 1]}…"
        return LinkReport(address=text, wrong=f"“{shown}” {error}: {error.hint}.", meant=_meant(error.hint))


def _innermost(address: str) -> str:
    """Give the address behind all that was put around it: Outlook wraps what Google has wrapped."""
    while (inner := unwrapped(address)) != address:
        address = inner
    return address


def _meant(hint: str) -> str:
    found = re.fullmatch(r"write (\S+|tel:[\d\s()./+-]+)", hint)
    try:
        return spell_link(found[1]) if found else ""
    except LinkError:
        return ""


@routes.post("/links")
def _links(asked: LinkRequest) -> LinkReports:
    return LinkReports(links=tuple(map(judge_link, asked.addresses)))
