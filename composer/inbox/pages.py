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
from composer.inbox.parsing import ParsedMessage
from composer.inbox.store import ReceivedMessage, Store
from composer.web.mail_frame import Scheme, count_foreign_pictures

View = Literal["html", "text", "headers", "source"]
PAGE_LENGTH = 100
ASSETS = resources.files("composer.inbox") / "assets"

_TINTS = 6
_SCHEMES = {"light": Scheme.LIGHT, "dark": Scheme.DARK}


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """The message that the page shows, parsed, and how it is shown."""

    message: ReceivedMessage
    parsed: ParsedMessage
    view: View
    one_click: OneClick | None
    foreign_pictures: int


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How the reader chose to see mails; the browser keeps it in two cookies."""

    width: Literal["desktop", "phone"] = "desktop"
    scheme: Scheme = Scheme.SYSTEM


def chosen_settings(cookies: Mapping[str, str]) -> ViewSettings:
    """Read the settings from the cookies; what is not one of ours is as if it were not chosen."""
    return ViewSettings(
        width="phone" if cookies.get("inbox_width") == "phone" else "desktop",
        scheme=_SCHEMES.get(cookies.get("inbox_scheme", ""), Scheme.SYSTEM),
    )


def open_message(message: ReceivedMessage, view: View | None, *, site_url: str) -> OpenedMessage:
    """Parse a message to show it; without a view, as HTML if it has any, as text otherwise."""
    parsed = message.parse()
    return OpenedMessage(
        message=message,
        parsed=parsed,
        view=view or ("html" if parsed.html is not None else "text"),
        one_click=one_click(parsed, site_url=site_url),
        foreign_pictures=count_foreign_pictures(parsed.html or ""),
    )


def render_page(
    store: Store,
    *,
    query: str,
    before: int | None,
    opened: OpenedMessage | None,
    gone: bool,
    smtp_port: int,
    settings: ViewSettings,
) -> str:
    """Return the whole page: the list, and beside it the opened message or what to do."""
    messages, more = store.page(query, before=before, length=PAGE_LENGTH)
    return _ENVIRONMENT.get_template("inbox.html.j2").render(
        store=store,
        messages=messages,
        more=more,
        query=query,
        opened=opened,
        gone=gone,
        smtp_port=smtp_port,
        settings=settings,
        now=dt.datetime.now().astimezone(),
    )


def person(address: str) -> str:
    """Return the name of ``Name <address>``, or the address where there is no name."""
    name, email = _parsed(address)
    return name or email or address


def person_address(address: str) -> str:
    """Return the address of ``Name <address>``."""
    return _parsed(address)[1] or address


def _parsed(address: str) -> tuple[str, str]:
    """Split an address as it stands in a header into name and address; both are empty where that cannot be done."""
    try:
        return parseaddr(address)
    except RecursionError:  # of brackets in brackets in brackets …
        return "", ""


def initials(address: str) -> str:
    """Return two letters that stand for a person, as a picture of them would."""
    words = person(address).split("@")[0].replace(".", " ").replace("_", " ").split()
    letters = [word[0] for word in words if word[0].isalpha()]
    return ((letters[0] + letters[-1]) if len(letters) > 1 else (letters or ["·"])[0]).upper()


def tint(address: str) -> int:
    """Choose one of the six colours behind initials; the same person always gets the same."""
    return zlib.crc32(person_address(address).casefold().encode()) % _TINTS


def local_time(timestamp: float) -> dt.datetime:
    """Put a Unix time into this machine's zone, which is the reader's: the inbox is only for this machine."""
    return dt.datetime.fromtimestamp(timestamp).astimezone()


def short_time(timestamp: float, now: dt.datetime) -> str:
    """Write only the time for what came today, and only the day for what came before."""
    moment = local_time(timestamp)
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment:%Y-%m-%d}"


def day_time(timestamp: float) -> str:
    """Write day and time, without the zone."""
    moment = local_time(timestamp)
    return f"{moment.day} {moment:%B %Y, %H:%M:%S}"


def full_time(timestamp: float) -> str:
    """Write weekday, day, time and zone."""
    moment = local_time(timestamp)
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M:%S %Z}"


def size(size_bytes: int) -> str:
    """Write a size in the unit that a person takes in at a glance."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1000 * 1000:
        return f"{size_bytes / 1000:.0f} kB"
    return f"{size_bytes / 1000 / 1000:.1f} MB"


def link(path: str, **parameters: str | int | None) -> str:
    """Return a path with the parameters that are not empty."""
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
