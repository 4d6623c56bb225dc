"""A small edition with a slot in every place a mail has one, and who it goes to."""

import datetime as dt
from dataclasses import replace
from typing import Any

from composer.edition.model import Asset, Context, Edition, Slot
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import Site
from composer.message.recipient import Recipient

SITE = Site("https://news.example.org", b"a key of thirty-two octets, or so")
DATE = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
MAILING = 3

READER = (("default", ("reader",)),)

EDITION = Edition(
    issue="2026-11-network-news",
    language="en",
    direction="ltr",
    date=dt.date(2026, 11, 22),
    title="Network news",
    subject=("News for ", Slot("subscriber.first_name", Context.HEADER, READER), " from Nîmes"),
    preheader=("In this issue",),
    html=(
        "<!doctype html>\n<html><body>\n.a line with a dot\nFrom here on\n<p>Dear ",
        Slot("subscriber.first_name", Context.TEXT, READER),
        " of ",
        Slot("subscriber.city", Context.TEXT),
        '!</p>\n<a title="',
        Slot("subscriber.city", Context.ATTRIBUTE),
        '" href="',
        Slot("links.browser", Context.URL),
        '">Read</a> <a href="',
        Slot("links.print", Context.URL),
        '">Print</a>\n<img src="',
        Slot("links.assets", Context.URL),
        '/tree.png" alt="Ein Baum – 木 🌳">\n<p>Très long : ' + "é" * 40 + ' </p>\n<a href="',
        Slot("links.unsubscribe", Context.URL),
        '">Leave</a>\n</body></html>\n',
    ),
    text=(
        "Dear ",
        Slot("subscriber.first_name", Context.PLAIN, READER),
        " of ",
        Slot("subscriber.city", Context.PLAIN),
        ",\n\n.dot\n..two\n trailing space \nFrom us\n\nLeave: ",
        Slot("links.unsubscribe", Context.PLAIN),
        "\n",
    ),
    print_html=("<p>print</p>",),
    newsletter="Network news",
    organisation="The network",
    sender=("Réseau, des villes", "news@example.org"),
    reply_to="office@example.org",
    list_id="members.news.example.org",
    list_name="Members, all",
    assets=(Asset("tree.png", "image/png", b"a picture"),),
)


def compiled(edition: Edition = EDITION, **changes: Any) -> CompiledMessage:
    """The edition's mail, with some of the edition's fields changed."""
    return compile_message(replace(edition, **changes), site=SITE, mailing=MAILING, date=DATE)


def recipient(
    first_name: str = "Ana", *, email: str = "ana@example.test", subscriber: int = 7, last_name: str = "", **own: str
) -> Recipient:
    """A reader of MAILING."""
    standard = {"email": email, "first_name": first_name, "last_name": last_name, "language": "en"}
    fields = {**own, **standard, "name": f"{first_name} {last_name}".strip()}
    return Recipient(email, subscriber, MAILING, fields)
