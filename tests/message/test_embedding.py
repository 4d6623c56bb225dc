"""Pictures in the mail: a tree of parts that mail programs read, and hosted ones left alone."""

import datetime as dt
import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

from composer.edition import Asset, Context, Edition, Slot
from composer.message.compile import CompiledMessage, compile_message
from composer.message.links import assets_url
from composer.message.recipient import Recipient
from tests.support.messages import EDITION as HOSTED
from tests.support.messages import SITE

ASSETS = Slot("links.assets", Context.URL)
TREE = Asset("tree.png", "image/png", bytes(range(256)) * 9)
BIRD = Asset("a b/bird.gif", "image/gif", b"GIF89a bird")
REPORT = Asset("report.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
EDITION = replace(
    HOSTED,
    pictures="embedded",
    html=(
        '<html><body background="', ASSETS, '/tree.png"><img src="', ASSETS, '/tree.png" alt=""><img src="', ASSETS,
        '/a%20b/bird.gif"><td style="background:url(\'', ASSETS, '/tree.png\')"><a href="', ASSETS,
        '/tree.png">large</a> <a href="', ASSETS, '/report.ics">dates</a>', Slot("subscriber.city", Context.TEXT),
        '<a href="', Slot("links.unsubscribe", Context.URL), '">leave</a></body></html>\n',
    ),
    assets=(BIRD, REPORT, TREE, Asset("unused.png", "image/png", b"unused")),
)  # fmt: skip


def compiled(edition: Edition) -> CompiledMessage:
    return compile_message(edition, site=SITE, mailing=1, date=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))


def message_to(city: str, edition: Edition = EDITION) -> EmailMessage:
    data = compiled(edition).render(Recipient("ana@example.test", 1, 1, {"city": city})).data
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    assert max(map(len, data.split(b"\r\n"))) <= 998
    return message


def shape(message: EmailMessage) -> object:
    if not message.is_multipart():
        return message.get_content_type()
    return (message.get_content_type(), [shape(part) for part in message.iter_parts()])  # type: ignore[arg-type]


def test_the_html_and_its_pictures_are_related_and_alternative_to_the_text() -> None:
    related = ("multipart/related", ["text/html", "image/gif", "image/png"])
    assert shape(message_to("Nice")) == ("multipart/alternative", ["text/plain", related])
    (part,) = (one for one in message_to("Nice").walk() if one.get_content_type() == "multipart/related")
    assert part.get_param("type") == "text/html"


def test_files_that_go_along_stand_beside_all_of_it() -> None:
    attached = replace(EDITION, calendar="attach", assets=(*EDITION.assets, replace_name(REPORT)))
    assert [one.get_content_type() for one in message_to("Nice", attached).walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/gif",
        "image/png", "text/calendar",
    ]  # fmt: skip


def replace_name(asset: Asset) -> Asset:
    return Asset(f"{EDITION.issue}.ics", asset.media_type, asset.content)


def test_each_address_of_a_picture_leads_to_its_part() -> None:
    message = message_to("Nice")
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    parts = {part["Content-ID"]: part for part in message.walk() if part["Content-ID"]}
    shown = re.findall(r"""(?:background|src)="cid:([^"]+)"|url\('cid:([^']+)'""", html)
    assert [f"<{one or other}>" in parts for one, other in shown] == [True] * 4
    contents = {part.get_content() for part in parts.values()}  # type: ignore[attr-defined]
    assert contents == {TREE.content, BIRD.content}
    assert {part.get_filename() for part in parts.values()} == {"tree.png", "bird.gif"}
    assert {part.get_content_disposition() for part in parts.values()} == {"inline"}


def test_what_a_reader_presses_leads_to_the_site() -> None:
    html = message_to("Nice").get_body(("html",)).get_content()  # type: ignore[union-attr]
    base = assets_url(EDITION, site=SITE)
    assert re.findall(r'<a href="([^"]+/(?:tree|report)[^"]+)"', html) == [f"{base}/tree.png", f"{base}/report.ics"]


def test_a_content_id_is_the_same_in_every_mail_and_another_for_another_picture() -> None:
    def ids(message: EmailMessage) -> list[str]:
        return [part["Content-ID"] for part in message.walk() if part["Content-ID"]]

    assert ids(message_to("Nice")) == ids(message_to("Turin"))
    other = replace(EDITION, assets=(BIRD, REPORT, Asset("tree.png", "image/png", b"other")))
    assert set(ids(message_to("Nice"))) & set(ids(message_to("Nice", other))) == {ids(message_to("Nice"))[0]}
    assert all(re.fullmatch(r"<[0-9a-f]{32}@[a-z.]+>", one) for one in ids(message_to("Nice")))


def test_hosted_pictures_travel_in_no_mail() -> None:
    assert shape(message_to("Nice", replace(EDITION, pictures="hosted"))) == (
        "multipart/alternative",
        ["text/plain", "text/html"],
    )


def test_boundaries_differ_and_stand_in_no_part() -> None:
    attached = replace(EDITION, calendar="attach", assets=(*EDITION.assets, replace_name(REPORT)))
    message = message_to("Nice", attached)
    boundaries = [part.get_boundary() for part in message.walk() if part.is_multipart()]
    assert len(set(boundaries)) == 3
    whole = message.as_bytes()
    for boundary in boundaries:
        assert whole.count(f"--{boundary}".encode()) == whole.count(f"\n--{boundary}".encode())
