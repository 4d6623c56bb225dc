"""Slots know where they stand, and no reader's data gets out of its place."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.edition.model import Context, Slot
from composer.edition.slots.fill import fill, slot_value
from composer.edition.slots.find import html_segments, plain_segments
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import MergeField
from composer.errors import MessageError

NAME = MergeField("subscriber.name")
BASE = MergeField("links.assets")


def slotted(html: str) -> tuple[list[Context], list[str]]:
    """The contexts of the slots in ``html``, and the places that were refused. X is a name, B our own address."""
    marks: Marks[MergeField] = Marks("mabcdefg234")
    written = html.replace("X", marks.mark(NAME)).replace("B", marks.mark(BASE))
    segments, misplaced = html_segments(written, marks)
    return [s.context for s in segments if isinstance(s, Slot)], [wrong.place for wrong in misplaced]


@pytest.mark.parametrize(
    ("html", "context"),
    [
        ("<p>Dear X</p>", Context.TEXT),
        ("<title>X</title>", Context.TEXT),
        ("a < b X", Context.TEXT),
        ('<img alt="a > X">', Context.ATTRIBUTE),
        ("<img title='X'>", Context.ATTRIBUTE),
        ('<a href="X">', Context.URL),
        ('<img src="B/a.png">', Context.URL),
        ('<td background="B/a.png">', Context.URL),
        ('<a href="https://example.org/?q=X&r=1">', Context.URL_PART),
        ('<a href="https://example.org/X">', Context.URL_PART),
        ('<a href="mailto:X">', Context.URL_PART),
        ('<a href="XX">', Context.URL),
        ('<!--[if mso]><v:rect href="X"><![endif]-->', Context.URL),
        ("<!--[if mso | IE]><td>X</td><![endif]-->", Context.TEXT),
        ('<!--[if !mso]><!--><a title="X"><!--<![endif]-->', Context.ATTRIBUTE),
        ("<div style=\"background:url('B/a.png')\">", Context.URL),
        ("<style>a{}</style><p>X", Context.TEXT),
    ],
)
def test_the_context_of_a_slot_is_where_it_stands(html: str, context: Context) -> None:
    contexts, refused = slotted(html)
    assert (contexts[0], refused) == (context, [])


@pytest.mark.parametrize(
    "html",
    [
        "<style>a{color:X}</style>",
        "<script>X</script>",
        "<!-- X -->",
        '<p style="color:X">',
        "<p style=\"background:url('X')\">",
        '<p onclick="X">',
        '<img srcset="X 2x">',
        "<p title=X>",
        "<p X>",
        "<a X='1'>",
        "</X>",
        "<!doctype X>",
        '<a href="https://X/">',
        '<a href="https://example.orgX">',
        '<a href="//X">',
        '<a href="\\\\X">',
    ],
)
def test_a_place_where_no_value_could_be_safe_is_refused(html: str) -> None:
    contexts, refused = slotted(html)
    assert (contexts, len(refused)) == ([], 1)


def test_an_element_named_by_a_value_is_refused() -> None:
    assert slotted("<bX>")[0] == []


class Structure(HTMLParser):
    """Everything in a document but the values: an independent reading by the standard library."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[object] = []
        self.values: dict[str, str | None] = {}
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))
        self.values.update(attrs)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.append("declaration")

    def unknown_decl(self, data: str) -> None:
        self.tags.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.tags.append("instruction")

    def handle_data(self, data: str) -> None:
        self.words += data


HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onclick='x", "javascript:alert(1)",
            " java\tscript:alert(1)", "JaVaScRiPt:x", "data:text/html,<script>", "vbscript:x", "//evil.test/",
            "https:evil.test", "https:///evil", "\\\\evil.test", "-->", "]]>", "</title>", "{{ links.unsubscribe }}",
            "a\r\nBcc: x@evil.test", "\u202egnp.exe", "\ud800", "\x00", "&lt;b&gt;", "?bcc=x", "a&b=c#d",
        ]
    ),
)  # fmt: skip
DOCUMENT = (
    '<!doctype html><html><head><title>X</title></head><body title="X" id=\'X\'><a href="X">X</a>'
    '<a class="q" href="https://example.org/a/X?b=X#X">X</a><!--[if mso]><p title="X">X</p><![endif]-->'
    '<a href="mailto:X">X</a></body></html>'
)


def document_with(value: str) -> str:
    marks: Marks[MergeField] = Marks("mabcdefg234")
    segments, misplaced = html_segments(DOCUMENT.replace("X", marks.mark(NAME)), marks)
    assert not misplaced
    return fill(segments, {"subscriber.name": value})


@given(HOSTILE)
def test_no_value_adds_a_tag_an_attribute_or_a_comment(value: str) -> None:
    assert Structure(document_with(value)).tags == Structure(document_with("Ana")).tags


@given(HOSTILE)
def test_no_value_can_end_a_conditional_comment(value: str) -> None:
    assert document_with(value).count("-->") == 1


@given(HOSTILE)
def test_a_whole_address_is_of_a_safe_scheme_or_empty(value: str) -> None:
    url = slot_value(Slot("subscriber.site", Context.URL), {"subscriber.site": value})
    assert url == "" or url.lower().startswith(("http://", "https://", "mailto:", "tel:"))
    assert not set(url) & set("\"'<> \\\n\r\t()`")


@given(HOSTILE)
def test_a_piece_of_an_address_stays_in_its_piece(value: str) -> None:
    piece = slot_value(Slot("subscriber.city", Context.URL_PART), {"subscriber.city": value})
    url = urlsplit(f"https://example.org/a/{piece}/b?c={piece}#{piece}")
    assert url.netloc == "example.org"
    assert (url.path, url.query, url.fragment) == (f"/a/{piece}/b", f"c={piece}", piece)


@given(HOSTILE)
def test_no_value_adds_a_line_or_a_control_character(value: str) -> None:
    for context in (Context.PLAIN, Context.HEADER, Context.TEXT, Context.ATTRIBUTE):
        written = slot_value(Slot("subscriber.name", context), {"subscriber.name": value})
        assert written.splitlines() in ([], [written])
        assert written.isprintable() or not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in written)
        assert not any("\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069" for letter in written)
        written.encode()


def test_a_value_is_read_as_it_is_where_it_is_harmless() -> None:
    read = Structure(document_with("Zoë & O’Neil <3")).words
    assert "Zoë & O’Neil <3" in read
    city = slot_value(Slot("subscriber.city", Context.URL_PART), {"subscriber.city": "Nice & Co/é"})
    assert unquote(city) == "Nice & Co/é"
    assert slot_value(Slot("subscriber.email", Context.URL_PART), {"subscriber.email": "a+b@c.org"}) == "a%2Bb@c.org"


@pytest.mark.parametrize(
    ("filters", "value", "read"),
    [
        ((("default", ("reader",)),), "", "reader"),
        ((("default", ("reader",)),), " \t", "reader"),
        ((("default", ("reader",)),), "Ana", "Ana"),
        ((("default", ("reader",)), ("upper", ())), "", "READER"),
        ((("upper", ()),), "zoë", "ZOË"),
        ((("lower", ()),), "ANA", "ana"),
        ((("title", ()),), "ANA MARÍA", "Ana María"),
        ((("title", ()),), "jean-luc o’neil", "Jean-Luc O’Neil"),
        ((("title", ()),), "van der Berg", "van der Berg"),
        ((("title", ()),), "McDonald", "McDonald"),
        ((("date", ("long", "en")),), "2020-03-31", "31 March 2020"),
        ((("date", ("long", "fr")),), "2020-03-01", "1 mars 2020"),
        ((("date", ("EEEE d MMMM", "de")),), "2020-03-31T10:00:00Z", "Dienstag 31 März"),
        ((("date", ("long", "en")),), "soon", "soon"),
        ((("date", ("long", "en")),), "2020-02-31", "2020-02-31"),
        ((("date", ("long", "en")), ("default", ("one day",))), "", "one day"),
    ],
)
def test_filters_work_on_the_value(filters: tuple[tuple[str, tuple[str, ...]], ...], value: str, read: str) -> None:
    assert slot_value(Slot("subscriber.name", Context.PLAIN, filters), {"subscriber.name": value}) == read


def test_a_default_is_escaped_like_a_value() -> None:
    slot = Slot("subscriber.name", Context.TEXT, (("default", ("<b>",)),))
    assert slot_value(slot, {}) == "&lt;b&gt;"


def test_a_missing_link_is_refused_and_a_missing_field_is_empty() -> None:
    assert fill(("Dear ", Slot("subscriber.name", Context.TEXT), "."), {}) == "Dear ."
    with pytest.raises(MessageError, match=r"links\.unsubscribe"):
        fill((Slot("links.unsubscribe", Context.URL),), {})


def test_in_a_text_a_value_inside_an_address_is_encoded() -> None:
    marks: Marks[MergeField] = Marks("mabcdefg234")
    mark = marks.mark(NAME)
    segments = plain_segments(f"Dear {mark}: https://example.org/?q={mark}\n{mark}", marks)
    assert fill(segments, {"subscriber.name": "A B"}) == "Dear A B: https://example.org/?q=A%20B\nA B"


def test_a_mark_in_upper_or_title_case_does_so_to_its_value() -> None:
    marks: Marks[MergeField] = Marks("mabcdefg234")
    mark = marks.mark(NAME)
    segments = plain_segments(f"{mark.upper()} {mark.capitalize()}", marks)
    assert fill(segments, {"subscriber.name": "ana"}) == "ANA Ana"


def test_what_looks_like_a_tag_in_a_style_hides_nothing_behind_it() -> None:
    contexts, refused = slotted("<style>a::before{content:'<b '}</style><p title=\"X\">X</p><style><i</style>X<b>X</b>")
    assert (contexts, refused) == ([Context.ATTRIBUTE, Context.TEXT, Context.TEXT, Context.TEXT], [])
