"""The pages of the inbox, as HTML. Enters: the store and what is open. Leaves: a page. Changes nothing."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from importlib import resources
from typing import Literal
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from composer.inbox.oneclick import OneClick, one_click
from composer.inbox.reading import Reading
from composer.inbox.store import ReceivedMessage, Store
from composer.web.mail_frame import Scheme, count_foreign_pictures

View = Literal["html", "text", "headers", "source"]
PAGE_LENGTH = 100
ASSETS = resources.files("composer.inbox") / "assets"

_TINTS = 6
_SCHEMES = {"light": Scheme.LIGHT, "dark": Scheme.DARK}


@dataclass(frozen=True, slots=True)
class Opened:
    """The message that the page shows, read."""

    message: ReceivedMessage
    reading: Reading
    view: View
    one_click: OneClick | None
    foreign_pictures: int


@dataclass(frozen=True, slots=True)
class Look:
    """How the reader chose to see mails; the browser keeps it in two cookies."""

    width: Literal["desktop", "phone"] = "desktop"
    scheme: Scheme = Scheme.SYSTEM


def chosen_look(cookies: Mapping[str, str]) -> Look:
    """The look in the cookies; what is not one of ours is as if not chosen."""
    return Look(
        width="phone" if cookies.get("inbox_width") == "phone" else "desktop",
        scheme=_SCHEMES.get(cookies.get("inbox_scheme", ""), Scheme.SYSTEM),
    )


def open_message(message: ReceivedMessage, view: View | None, *, site_url: str) -> Opened:
    """Read a message to show it; without a view, the best that it has."""
    reading = message.read()
    return Opened(
        message=message,
        reading=reading,
        view=view or ("html" if reading.html is not None else "text"),
        one_click=one_click(reading, site_url=site_url),
        foreign_pictures=count_foreign_pictures(reading.html or ""),
    )


def render_page(
    store: Store, *, query: str, before: int | None, opened: Opened | None, gone: bool, smtp_port: int, look: Look
) -> str:
    """The whole page: the list, and beside it the opened message or what to do."""
    messages, more = store.page(query, before=before, length=PAGE_LENGTH)
    return _ENVIRONMENT.get_template("inbox.html.j2").render(
        store=store,
        messages=messages,
        more=more,
        query=query,
        opened=opened,
        gone=gone,
        smtp_port=smtp_port,
        look=look,
        now=dt.datetime.now().astimezone(),
    )


def person(address: str) -> str:
    """The name of ``Name <address>``, or the address."""
    name, email = parseaddr(address)
    return name or email or address


def person_address(address: str) -> str:
    """The address of ``Name <address>``."""
    return parseaddr(address)[1] or address


def initials(address: str) -> str:
    """Two letters for a person."""
    words = person(address).split("@")[0].replace(".", " ").replace("_", " ").split()
    letters = [word[0] for word in words if word[0].isalpha()]
    return ((letters[0] + letters[-1]) if len(letters) > 1 else (letters or ["·"])[0]).upper()


def tint(address: str) -> int:
    """One of the six colours of the initials; the same for the same person."""
    return zlib.crc32(person_address(address).casefold().encode()) % _TINTS


def local_time(timestamp: float) -> dt.datetime:
    """In the zone of this machine, which is the reader's: the inbox is only for this machine."""
    return dt.datetime.fromtimestamp(timestamp).astimezone()


def short_time(timestamp: float, now: dt.datetime) -> str:
    """The time today, the day otherwise."""
    moment = local_time(timestamp)
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment:%Y-%m-%d}"


def day_time(timestamp: float) -> str:
    """Day and time, without the zone."""
    moment = local_time(timestamp)
    return f"{moment.day} {moment:%B %Y, %H:%M:%S}"


def full_time(timestamp: float) -> str:
    """Day, time and zone."""
    moment = local_time(timestamp)
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M:%S %Z}"


def size(size_bytes: int) -> str:
    """In the unit that a person reads at a glance."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1000 * 1000:
        return f"{size_bytes / 1000:.0f} kB"
    return f"{size_bytes / 1000 / 1000:.1f} MB"


def link(path: str, **parameters: str | int | None) -> str:
    """A path with the parameters that are not empty."""
    kept = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


_ENVIRONMENT = Environment(
    loader=PackageLoader("composer.inbox", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.loopcontrols"],
)
_ENVIRONMENT.filters |= {
    "person": person,
    "person_address": person_address,
    "initials": initials,
    "tint": tint,
    "local_time": local_time,
    "short_time": short_time,
    "day_time": day_time,
    "full_time": full_time,
    "size": size,
}
_ENVIRONMENT.globals |= {"link": link}
