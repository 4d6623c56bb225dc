"""Style attributes in as few bytes as CSS knows, and never with another meaning."""

from __future__ import annotations

import pytest
from lxml import etree

from composer.edition.mjml.declarations import shorten_declarations, without_quotes


def shortened(body: str, *, direction: str = "ltr") -> str:
    """The body as it is written after its styles are shortened."""
    page = etree.fromstring(f"<html><body>{body}</body></html>", etree.HTMLParser())
    shorten_declarations(page, direction=direction)
    written: str = etree.tostring(page.find("body"), method="html", encoding="unicode")
    return written.removeprefix("<body>").removesuffix("</body>")


@pytest.mark.parametrize(
    ("style", "short"),
    [
        ("margin:0 0 12px; margin-bottom:0", "margin:0"),
        ("padding:12px 0; padding-right:16px", "padding:12px 16px 12px 0"),
        ("margin:0px auto", "margin:0 auto"),
        ("font:17px/27px Arial; font-size:19px; line-height:29px", "font:19px/29px Arial"),
        ("font-family:Helvetica, Arial;font-size:17px;line-height:27px", "font:17px/27px Helvetica,Arial"),
        ("letter-spacing:-0.3px; color:#ffffff", "letter-spacing:-.3px;color:#fff"),
        ("font:bold 9px/9px Georgia, 'Times New Roman'", "font:bold 9px/9px Georgia,Times New Roman"),
        ("background:#112233;background-color:#112233", "background-color:#123"),
        # What somebody may read otherwise stays as it was written.
        ("color:#ffffff !important; margin:0px", "color:#ffffff !important; margin:0px"),
        ("background:url(x.png); margin:0px", "background:url(x.png); margin:0px"),
        ("display:block; display:flex", "display:block; display:flex"),
        ("margin-bottom:0; margin:0 0 12px", "margin-bottom:0;margin:0 0 12px"),
        ("margin:1em 0; margin-top:calc(1px)", "margin:1em 0; margin-top:calc(1px)"),
        ("font-size:17px; line-height:27px", "font-size:17px;line-height:27px"),
        ("font-variant:small-caps;font-family:A;font-size:9px;line-height:9px",
         "font-variant:small-caps;font-family:A;font-size:9px;line-height:9px"),
        ("font:inherit", "font:inherit"),
    ],
)  # fmt: skip
def test_a_style_says_the_same_in_fewer_bytes(style: str, short: str) -> None:
    assert shortened(f'<p style="{style}">A</p>') == f'<p style="{short}">A</p>'


WORDS = "font:17px/27px Arial;color:#123"


@pytest.mark.parametrize(
    ("inside", "left"),
    [
        (f'<p style="{WORDS}">A</p>', "<p>A</p>"),
        ('<p style="font:16px/27px Arial">A</p>', '<p style="font-size:16px">A</p>'),
        ('<p style="font:bold 17px/27px Arial">A</p>', '<p style="font:bold 17px/27px Arial">A</p>'),
        ('<p style="text-align:left">A</p>', "<p>A</p>"),
        ('<p style="text-align:center">A</p>', '<p style="text-align:center">A</p>'),
        ('<p style="direction:rtl;text-align:left">A</p>', '<p style="direction:rtl;text-align:left">A</p>'),
        (f'<h2 style="{WORDS}">A</h2>', f'<h2 style="{WORDS}">A</h2>'),
        ('<a href="x" style="color:#123">A</a>', '<a href="x" style="color:#123">A</a>'),
        ('<a id="x" style="color:#456"></a>B', '<a id="x"></a>B'),
        # A rule of the head may change what has a class, and Word gives a cell nothing.
        (f'<div class="c">B<p style="{WORDS}">A</p></div>', f'<div class="c">B<p style="{WORDS}">A</p></div>'),
        (f'<table><tr><td><p style="{WORDS}">A</p></td></tr></table>',
         f'<table><tr><td><p style="{WORDS}">A</p></td></tr></table>'),
    ],
)  # fmt: skip
def test_what_is_inherited_is_not_said_again(inside: str, left: str) -> None:
    # The words in front keep the box's own type.
    assert shortened(f'<div style="{WORDS}">X{inside}</div>') == f'<div style="{WORDS}">X{left}</div>'


def test_a_type_that_no_word_is_set_in_is_left_out() -> None:
    inside = f'<p style="{WORDS};margin:0">A</p>'
    assert shortened(f'<div style="font:9px/9px B;color:#456">{inside}</div>') == f"<div>{inside}</div>"
    for used in ("words", "<span>A</span>", "<img src=x>", "<ul><li>A</li></ul>"):
        assert 'style="font:9px/9px B' in shortened(f'<div style="font:9px/9px B;color:#456">{used}{inside}</div>')


def test_the_words_of_a_cell_may_have_their_font_from_one_element_and_their_colour_from_another() -> None:
    cell = '<table><tr><td style="font:9px/9px B;color:#456;padding:0"><p style="{}">{}</p></td></tr></table>'
    font, link = "margin:0;font:bold 9px/9px C", '<a href="x" style="color:#123">A</a>'
    assert '<td style="padding:0">' in shortened(cell.format(font, link))
    for style, inside in (
        (font, f"{link}, and"),  # words without a colour
        (font, f"{link}<img src=x>"),  # an alternative text
        (font, f"{link}<u>A</u>"),
        ("margin:0;border-color:#123", link),  # words without a font
        ("margin:0;font-size:8px;line-height:9px;color:#123", link),
    ):
        assert "font:9px/9px B;color:#456" in shortened(cell.format(style, inside)), (style, inside)


def test_white_space_between_blocks_goes_and_between_words_stays() -> None:
    place = '<a id="x" name="x"></a>'
    assert without_quotes(f"<td>{place}\n <p>A</p>\n<div>B</div> \n</td>") == f"<td>{place}<p>A</p><div>B</div></td>"
    for kept in ("<p>A</p>\xa0</td>", "<p><b>A</b> <i>B</i></p>", '<a href="x">A</a> <p>B</p>', "<p>A </p>"):
        assert without_quotes(kept) == kept


def test_corners_that_are_none_are_not_said() -> None:
    assert shortened('<p style="border-radius:0 0 0 0">A</p>') == "<p>A</p>"
    assert shortened('<p style="border-radius:10px 10px 0 0">A</p>') == '<p style="border-radius:10px 10px 0 0">A</p>'


def test_an_alignment_by_the_attribute_reaches_no_table_inside() -> None:
    nested = (
        '<table><tr><td align="center" style="text-align:center"><table><tr><td>A</td></tr></table></td></tr></table>'
    )
    assert "text-align:center" in shortened(nested)
    words = '<table><tr><td align="center" style="text-align:center"><p>A</p></td></tr></table>'
    assert "text-align:center" not in shortened(words)


def test_cells_say_their_padding_or_the_table_says_that_they_have_none() -> None:
    table = '<table role="presentation" cellpadding="0"><tr><td style="padding:1px">A</td>{}</tr></table>'
    assert "cellpadding" not in shortened(table.format('<td style="padding:2px">B</td>'))
    assert "cellpadding" in shortened(table.format("<td>B</td>"))


def test_a_row_says_what_all_of_its_cells_say() -> None:
    table = '<table role="presentation"><tr><td valign="{}">A</td><td valign="top">B</td></tr></table>'
    assert '<tr valign="top"><td>A</td><td>B</td></tr>' in shortened(table.format("top"))
    assert '<td valign="bottom">A</td><td valign="top">B</td>' in shortened(table.format("bottom"))
    of_data = table.replace(' role="presentation"', ' border="0"')
    assert '<table><tr valign="top"><td>A</td><td>B</td></tr>' in shortened(of_data.format("top"))


def test_quotation_marks_go_where_a_value_needs_none() -> None:
    assert without_quotes('<td width="12" align="left" title="a b">') == '<td width=12 align=left title="a b">'
    assert without_quotes('<td width="kabcdefg2340012z">') == '<td width="kabcdefg2340012z">', "a mark"
    assert without_quotes('<p>width="12"</p><img width="12">') == '<p>width="12"</p><img width="12">'


def test_a_cell_keeps_its_type_though_its_table_says_the_same() -> None:
    type_ = "font:17px/27px Arial;color:#123"
    cell = f'<td style="{type_}">A</td>'
    assert cell in shortened(f'<table style="{type_}"><tr>{cell}</tr></table>')
