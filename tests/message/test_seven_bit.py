"""7bit: the shortest encoding, where whatever the readers' values are the part stays what it says."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import mailparser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from composer import shipped
from composer.address import parse_address, wire_address
from composer.delivery.smtp.connection import open_connection
from composer.delivery.smtp.relay import Timeouts, parse_relay
from composer.delivery.states import DeliveryEvent
from composer.edition import ConditionalContent, Context, Slot, build_edition, fill
from composer.edition.conditions.condition import Condition, Is, Not
from composer.edition.model import SlottedText, every_piece
from composer.edition.weight import html_bytes, is_light_in_ascii
from composer.issue import load_issue
from composer.message.compile import compile_message
from composer.message.links import slot_values
from composer.message.quoted_printable import encode
from composer.message.seven_bit import LINE_MAX, html_in_ascii, text_in_ascii
from tests.support.messages import DATE, EDITION, MAILING, SITE, recipient
from tests.support.truth_sink import Sink

NAME = Slot("subscriber.first_name", Context.TEXT)
LEAVE = Slot("links.unsubscribe", Context.URL)
ADDRESS = Slot("subscriber.email", Context.URL_PART)
NICE = Is("subscriber.city", ("Nice",))
HOSTILE = [
    "Ana", "Zoë", "", ".", "..", "From me", "Fro", "=", "a=b", "<b>&amp;", "--", "-->", "<!--", "]]>", "x" * 5000,
    "é" * 2000, "& " * 900, "👩‍🌾" * 300, "&#233;", "word " * 400, "\u00a0", "{{ x }}",
]  # fmt: skip


class _Meaning(HTMLParser):
    """What a document says: tags with their attributes, words, and comments that are not empty."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.said.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            data = "".join(data.split())
        if self.said and isinstance(self.said[-1], list):
            self.said[-1][0] += data
        else:
            self.said.append([data])

    def handle_comment(self, data: str) -> None:
        if data.startswith("[if "):
            self.said.append(("comment", meaning(data.partition(">")[2])))
        elif data.strip():
            self.said.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.said.append(("!", decl))


def meaning(html: str) -> list[object]:
    """Read a document, its style sheets without white space that says nothing."""
    parser = _Meaning()
    parser.feed(html.replace("\r\n", "\n").rstrip("\n"))
    parser.close()
    return [tuple(one) if isinstance(one, list) else one for one in parser.said]


def part_of(data: bytes, kind: str) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    assert not part.defects
    return part


def html_part_of(data: bytes) -> EmailMessage:
    return part_of(data, "html")


def raw_html(data: bytes) -> bytes:
    """The octets of the HTML part as they are on the wire, without the line break before the delimiter."""
    boundary = data.partition(b'boundary="')[2].partition(b'"')[0]
    return data.split(b"--" + boundary)[2].partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


def assert_fit_for_the_wire(data: bytes) -> None:
    for line in data.split(b"\r\n"):
        assert len(line) <= LINE_MAX
        assert not line.startswith((b".", b"From "))
        assert not {0, 10, 13}.intersection(line)
    assert data.isascii()


TAGS = [
    "<p>", "</p>", '<td align="left" style="color:#fff;padding:0 8px" class=aa>', "</td>", "<br>",
    '<a title="É = 1\n.b" href="https://example.org/?a=1&amp;b=2">',
    f'<img src="a.png" alt="{"é" * 200}" width="40">', '<i title="' + "b " * 150 + '" id="a" lang="fr">',
]  # fmt: skip
WORDS = [
    "Très bien – 木 🌳",
    "\n.dot\n",
    "\nFrom here on \n",
    "\n",
    " ",
    "word " * 300,
    "x" * 2000,
    "&eacute;&#8203;",
    "a & b",
    ".",
]
COMMENTS = [
    "<!--[if mso]><table width=640 class=mso><tr><td>é<![endif]-->",
    "<!--[if !mso]><!-->",
    "<!--<![endif]-->",
    "<!-- a -->",
]
STYLES = ["<style>" + ".aa{color:#fff;content:';{'}@media (min-width:9px){.bb{margin:0!important}}" * 30 + "</style>"]


def texts() -> st.SearchStrategy[SlottedText]:
    literals = st.lists(st.sampled_from([*TAGS, *WORDS, *COMMENTS, *STYLES]), min_size=1, max_size=6).map("".join)
    link = st.just(('<a href="', LEAVE, '" style="color:#fff">'))
    survey = st.just(('<a class="aa" href="https://example.org/?who=', ADDRESS, '" style="color:#fff">'))
    pieces = st.one_of(literals.map(lambda text: (text,)), st.just((NAME,)), link, survey)
    flat = st.lists(pieces, max_size=6).map(lambda parts: tuple(piece for part in parts for piece in part))
    conditions: st.SearchStrategy[Condition] = st.sampled_from([NICE, Not(NICE)])
    shown = st.builds(lambda condition, inside: (ConditionalContent(condition, inside),), conditions, flat)
    return st.lists(st.one_of(flat, shown), max_size=5).map(lambda runs: tuple(piece for run in runs for piece in run))


@settings(deadline=None)
@given(html=texts(), name=st.sampled_from(HOSTILE) | st.text(max_size=30), city=st.sampled_from(["Nice", "Turin"]))
@example(html=("<p>", NAME, "</p>\n.dot\nFrom ", NAME), name="x" * 5000, city="Nice")
@example(html=(f"<p>a & b{'x' * 2000}</p>{'word ' * 159}& b{'x' * 2000} &{'x' * 2000}&eacute;",), name="", city="Nice")
@example(html=("<p>A\n", ConditionalContent(NICE, (NAME,)), ".b</p>"), name="", city="Nice")
def test_the_mail_says_what_the_edition_says_and_is_fit_for_the_wire(html: SlottedText, name: str, city: str) -> None:
    name = "".join(letter for letter in name if letter.isprintable())
    edition = replace(
        EDITION, html=("<!doctype html>\n<html><body>\n<div>", *html, "</div></body></html>\n"), text=("Hi\n",)
    )
    reader = recipient(name, city=city, email="o'brien+news@example.test")
    data = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(reader).data
    said = fill(edition.html, slot_values(reader, site=SITE, edition=edition))
    part = html_part_of(data)
    assert meaning(part.get_content()) == meaning(said)
    (read,) = mailparser.parse_from_bytes(data).text_html
    assert meaning(read) == meaning(said)
    assert_fit_for_the_wire(data)
    if name == "" and part["Content-Transfer-Encoding"] == "7bit":
        ends = 3 * len([*every_piece(edition.html)])  # quoted-printable has a soft break before each value
        assert len(raw_html(data)) <= len(encode(said)) + ends


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_samples_html_has_the_shortest_legal_encoding(language: str) -> None:
    edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"), language=language)
    reader = recipient("Zoë")
    data = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(reader).data
    said = fill(edition.html, slot_values(reader, site=SITE, edition=edition))
    assert html_part_of(data)["Content-Transfer-Encoding"] == "7bit"
    assert meaning(html_part_of(data).get_content()) == meaning(said)
    raw = raw_html(data)
    assert len(raw) < 0.97 * len(encode(said))
    assert len(raw) < len(base64.encodebytes(said.encode()))
    assert raw.count(b"\r\n") < 200
    assert abs(html_bytes(edition.html) - len(raw)) < 500, "what the checks count is what is sent"


def english_and(*html: str | Slot) -> SlottedText:
    return ("<p>" + "plain words = " * 60, *html, "</p>\n")


@pytest.mark.parametrize(
    ("html", "encoding"),
    [
        (english_and(NAME), "7bit"),
        (english_and("Zoë"), "7bit"),
        (english_and('<a href="', LEAVE, '">'), "7bit"),
        (english_and('<a href="https://example.org/?who=', ADDRESS, '">'), "7bit"),
        (english_and('<a title="', Slot("subscriber.city", Context.ATTRIBUTE), '">'), "quoted-printable"),
        (english_and("Привет"), "7bit"),
        (english_and("Привет всем, друзья мои! " * 40), "base64"),
        (english_and("<title>", NAME, "</title>"), "7bit"),
        (english_and("<textarea>", NAME, "</textarea>"), "quoted-printable"),
        (english_and("<!--[if mso]><p>", NAME, "</p><![endif]-->"), "quoted-printable"),
        (english_and("<!--[if !mso]><!--><p>", NAME, "</p><!--<![endif]-->"), "7bit"),
        (english_and('<!--[if mso]><a href="', LEAVE, '">Leave</a><![endif]-->'), "7bit"),
        (english_and("<!--[if mso]>", "x" * 1000, "<![endif]-->"), "quoted-printable"),
        (english_and("<style>.a::before{content:'é'}</style>"), "quoted-printable"),
        (english_and("\x85"), "quoted-printable"),
        (english_and("\0"), "quoted-printable"),
        (("." + "a long word = " * 40,), "quoted-printable"),
        (("." + "a = " * 40,), "base64"),
    ],
)
def test_html_is_7bit_where_every_value_leaves_it_so(html: SlottedText, encoding: str) -> None:
    data = compile_message(replace(EDITION, html=html), site=SITE, mailing=MAILING, date=DATE).render(recipient()).data
    assert html_part_of(data)["Content-Transfer-Encoding"] == encoding


@pytest.mark.parametrize("name", [*HOSTILE, ". From " * 300, "&<" * 400])
def test_a_title_has_any_reader_s_name(name: str) -> None:
    """Most of those who name their readers in the subject have it as the title of the document too."""
    edition = replace(EDITION, html=("<title>News for\n", NAME, "\n</title>", *english_and("é")))
    reader = recipient(name)
    data = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(reader).data
    assert_fit_for_the_wire(data)
    part = html_part_of(data)
    assert part["Content-Transfer-Encoding"] == "7bit"
    title = unescape(part.get_content().partition("<title>")[2].partition("</title>")[0])
    assert "".join(title.split()) == "".join(f"News for {name}".split())
    if " " in name:
        assert title.split() == f"News for {name}".split(), "it is broken at blanks, where there are any"


@pytest.mark.parametrize("context", [Context.URL_PART, Context.ATTRIBUTE])
@pytest.mark.parametrize(
    "address",
    [
        f"a@{'.'.join(['あ' * 56] * 3 + ['い' * 40])}.jp",
        f"{chr(39) * 64}@{'.'.join(['あ' * 50] * 3)}.jp",
        f"{'é' * 32}@{'.'.join(['ö' * 57] * 2)}.example",
        f"{'👍' * 16}@{'x' * 60}.{'y' * 60}.{'z' * 58}.example",
    ],
)
def test_no_address_makes_a_line_too_long(address: str, context: Context) -> None:
    """A domain beyond ASCII is far longer in references, or in percent signs, than the 254 octets of an address."""
    html = english_and('<a title="', Slot("subscriber.email", context), '" href="https://example.org/">')
    reader = recipient(email=parse_address(address))
    data = compile_message(replace(EDITION, html=html), site=SITE, mailing=MAILING, date=DATE).render(reader).data
    assert html_part_of(data)["Content-Transfer-Encoding"] == "7bit"
    assert max(map(len, data.split(b"\r\n"))) <= LINE_MAX
    local_part, _, domain = address.partition("@")
    (title,) = re.findall('title="([^"]*)"', html_part_of(data).get_content())
    written = unescape(unquote(title)).partition("@")
    assert written[0] == local_part
    assert written[2] in (domain, wire_address(address).partition("@")[2])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (("Leave: ", Slot("links.unsubscribe", Context.PLAIN), "\n"), "7bit"),
        (("Dear ", Slot("subscriber.first_name", Context.PLAIN), "\n"), "quoted-printable"),
        (("A\n.b\n",), "quoted-printable"),
        (("A\nFrom b\n",), "quoted-printable"),
        (("A \nb\n",), "quoted-printable"),
        (("Zoë\n",), "quoted-printable"),
        (("x" * 901 + "\n",), "quoted-printable"),
        (("A\n", ConditionalContent(NICE, ("In Nice\n",)), "end\n"), "7bit"),
        (("A\n", ConditionalContent(NICE, (".\n",)), "end\n"), "quoted-printable"),
        (("A\n", ConditionalContent(NICE, ("In Nice\n",)), "From us\n"), "quoted-printable"),
    ],
)
def test_a_text_is_7bit_where_nothing_in_it_needs_an_escape(text: SlottedText, encoding: str) -> None:
    edition = replace(EDITION, text=text)
    message = compile_message(edition, site=SITE, mailing=MAILING, date=DATE)
    for city in ("Nice", "Turin"):
        reader = recipient(city=city)
        data = message.render(reader).data
        part = part_of(data, "plain")
        assert part["Content-Transfer-Encoding"] == encoding
        said = fill(text, slot_values(reader, site=SITE, edition=edition))
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == said.rstrip("\n")


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>é</p>", "<p>&#233;</p>"),
        ('<p title="é">', '<p title="&#233;">'),
        ("a \n.b\n", "a &#10;.b\n"),
        ("a \nb\n", "a&#32;\nb\n"),
        ("<style>a{}\n.b{}</style>", "<style>a{} .b{}</style>"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x" * 900, "x" * 800 + "<!--\n-->" + "x" * 100),
        ("w " * 300 + "<p a=1 b=2>", "w " * 300 + "<p\na=1 b=2>"),
        ("é" * 140, "&#233;" * 133 + "<!--\n-->" + "&#233;" * 7),
        ("<p é>", None),
        ("<!-- é -->", None),
        ("<a href='x", None),
    ],
)
def test_html_in_ascii(html: str, written: str | None) -> None:
    assert html_in_ascii(html) == written


def test_plain_text_is_taken_as_it_stands() -> None:
    assert text_in_ascii("a\r\nb\n") == "a\nb\n"
    assert text_in_ascii("a\tb = c\n") == "a\tb = c\n"


def test_references_are_used_while_they_save_more_than_they_add() -> None:
    assert is_light_in_ascii(english_and("é" * 10))
    assert not is_light_in_ascii(english_and("é" * 400))
    html = english_and("é" * 10, NAME)
    assert html_bytes(html) == sum(len(piece) for piece in every_piece(html) if isinstance(piece, str)) + 10 * 5 + 20


async def test_a_relay_without_8bitmime_gets_the_very_bytes(sink: Sink) -> None:
    sink.extensions = ("PIPELINING", "SIZE 10000000")
    edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"), language="fr")
    message = compile_message(edition, site=SITE, mailing=MAILING, date=DATE).render(recipient("é" * 2000))
    connection = await open_connection(parse_relay(f"smtp://127.0.0.1:{sink.port}?tls=none"), timeouts=Timeouts())
    transaction = await connection.transact(
        sender="news@example.org", recipient="ana@example.test", data=message.data, envelope_id="one"
    )
    await connection.quit()
    assert transaction.event is DeliveryEvent.ACCEPT, transaction
    assert sink.messages == [message.data], "nothing to stuff, nothing to convert"
