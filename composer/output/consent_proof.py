"""Writes the proof of a consent as one page of HTML, which needs nothing beside it: on a screen, and on paper.

Enters: a ConsentProof, the newsletter's name and its time zone. Leaves: HTML. What people have written (names, texts of
forms, browsers) stands in it as text, whatever it looks like.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import jinja2

from composer.audience.consent.proof import ConsentProof

_PAGE = Path(__file__).parent / "proof_page"

EVENTS = {
    "imported": "Taken over from a file, or entered by hand",
    "subscribed": "Asked to be on the list; not confirmed yet",
    "confirmed": "Confirmed",
    "unsubscribed": "Left the list",
    "import undone": "The import was taken back",
    "merged": "Two entries of the same person were made one",
    "address changed": "Goes by another address from here on",
}
"""What each event of the record means, for somebody who does not know the program."""


def proof_html(proof: ConsentProof, *, newsletter: str, zone: dt.tzinfo) -> str:
    """Write the page. Times are shown in UTC and, where that is another, in ``zone``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        proof=proof,
        newsletter=newsletter,
        events=EVENTS,
        style=(_PAGE / "proof.css").read_text(encoding="utf-8"),
        utc=lambda seconds: _shown(seconds, dt.UTC),
        local=lambda seconds: local_time(seconds, zone),
        iso=lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(),
    )


def _shown(seconds: int, zone: dt.tzinfo) -> str:
    moment = dt.datetime.fromtimestamp(seconds, zone)
    return f"{moment:%-d} {moment:%B} {moment:%Y}, {moment:%H:%M:%S} {moment.tzname()}"


def local_time(seconds: int, zone: dt.tzinfo) -> str:
    """Show a time in the newsletter's zone; nothing if that shows what UTC does."""
    here, utc = dt.datetime.fromtimestamp(seconds, zone), dt.datetime.fromtimestamp(seconds, dt.UTC)
    if here.utcoffset() == utc.utcoffset():
        return ""
    return f"{_shown(seconds, zone)} ({zone})" if str(zone) != here.tzname() else _shown(seconds, zone)
