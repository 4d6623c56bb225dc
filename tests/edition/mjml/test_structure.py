"""mrml's sections in fewer elements: what is known becomes lighter, and what is not stays as it is."""

from __future__ import annotations

import re

import pytest

from composer.edition.mjml.outlook_rows import in_rows
from composer.edition.mjml.render import mjml_to_html
from composer.edition.mjml.structure import fewer_elements
from composer.edition.slots.marks import Marks

DEFAULTS = (
    '<mj-head><mj-attributes><mj-text padding="0" /><mj-column padding="0" />'
    '<mj-section padding="0" text-align="left" /></mj-attributes></mj-head>'
)
TEXT = '<mj-section css-class="gutter" padding="8px 32px 0"><mj-column><mj-text>A</mj-text></mj-column></mj-section>'


def light(body: str, *, direction: str = "ltr") -> str:
    """The body of a mail in fewer elements."""
    html = mjml_to_html(f'<mjml>{DEFAULTS}<mj-body width="640px">{body}</mj-body></mjml>')
    return fewer_elements(html, direction=direction).partition("<body")[2]


def test_a_section_of_one_text_has_one_table_and_one_for_outlook() -> None:
    html = light(TEXT)
    assert html.count("<table") == 2
    assert html.count("[if mso]") == 2
    assert '<div class="gutter"' in html
    assert '<td style="padding:8px 32px 0;font-family:' in html
    assert re.search(
        r'<div style="margin:0px auto;max-width:640px"><!--\[if mso\]><table align="center" width="640"', html
    )


def test_rows_of_a_column_share_the_padding_of_the_section() -> None:
    html = light(TEXT.replace("</mj-text>", '</mj-text><mj-text padding="20px 0 4px">B</mj-text>'))
    assert re.findall(r"padding:[^;\"]*", html) == ["padding:8px 32px 0", "padding:20px 32px 4px"]


def test_sections_beside_each_other_share_what_is_around_them() -> None:
    assert light(TEXT * 3).count("<table") == 2
    other = TEXT.replace("gutter", "other")
    assert light(TEXT + other).count("<table") == 3, "one for Outlook, one for each class"


BAND = (
    '<mj-section full-width="full-width" css-class="band" background-color="{}"><mj-column>{}</mj-column></mj-section>'
)


def test_a_band_across_the_window_goes_on_where_the_next_section_has_the_same() -> None:
    first, second = "<mj-text>A</mj-text>", "<mj-text>B</mj-text>"
    html = light(BAND.format("#111111", first) + BAND.format("#111111", second) + BAND.format("#111111", first))
    assert html.count('class="band"') == html.count("[if mso]><table") == 1
    assert len(re.findall(r"<tr><td style=\"padding:0;font-family", html)) == 3
    other = light(BAND.format("#111111", first) + BAND.format("#222222", second) + BAND.format("#111111", first))
    assert other.count('class="band"') == other.count("[if mso]><table") == 3
    parted = light(BAND.format("#111111", first) + "<mj-raw><p>R</p></mj-raw>" + BAND.format("#111111", second))
    assert parted.count('class="band"') == 2


def test_the_rows_of_a_wrapper_have_its_width_from_their_table() -> None:
    html = light(f'<mj-wrapper background-color="#ffffff">{TEXT}{TEXT.replace("gutter", "other")}{TEXT}</mj-wrapper>')
    ghosts = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html)
    assert ghosts[0].endswith('<tr><td class="mso">')
    assert [ghost for ghost in ghosts if "640px" in ghost] == []
    assert len([ghost for ghost in ghosts if ' width="640"><tr><td>' in ghost]) == 1


def test_a_button_says_nothing_that_is_so_by_itself() -> None:
    html = light('<mj-section><mj-column><mj-button href="https://a.example">A</mj-button></mj-column></mj-section>')
    cell, link = re.findall(r"<(?:td|a) [^>]*(?:bgcolor|href)[^>]*>", html)
    assert "role" not in cell
    assert "border:none" not in cell
    assert "background:#414141" in cell
    assert "margin" not in link
    assert "text-transform" not in link
    assert "text-decoration:none" in link
    assert "<tbody" not in html


@pytest.mark.parametrize(
    "inside",
    [
        "<mj-column><mj-raw><p>between rows</p></mj-raw><mj-text>A</mj-text></mj-column>",
        "<mj-group><mj-column><mj-text>A</mj-text></mj-column><mj-column><mj-text>B</mj-text></mj-column></mj-group>",
    ],
)
def test_what_is_not_known_stays(inside: str) -> None:
    html = light(f"<mj-section>{inside}</mj-section>")
    assert "mj-outlook-group-fix" in html


def test_a_text_of_an_author_that_looks_like_mrmls_rows_is_left_whole() -> None:
    pasted = '<table><tr><td align="left" style="font-size:0px;padding:0;word-break:break-word;">P</td></tr>'
    row = '<tr><td align="left" style="font-size:0px;padding:0;word-break:break-word;">Q</td></tr></table>'
    html = light(f"<mj-section><mj-column><mj-text>{pasted}{row}</mj-text></mj-column></mj-section>")
    assert f"{pasted}{row}" in html


def test_columns_keep_their_classes_and_widths_for_outlook() -> None:
    column = '<mj-column css-class="card" padding="0 8px 0 0"><mj-text>A</mj-text></mj-column>'
    html = light(f"<mj-section>{column}{column}</mj-section>")
    assert html.count('class="mj-column-per-50 card"') == 2
    assert html.count('<td valign="top" width="320">') == 2
    assert html.count('style="padding:0px 8px 0px 0px;"') == 2


@pytest.mark.parametrize(
    ("padding", "widths"),
    [
        ('padding="0 32px"', ["288", "288", "272"]),
        ("padding='8px 32px 0'", ["288", "288", "272"]),
        ('padding="0px 32px"', ["288", "288", "272"]),
        ('padding="0 32px" padding-left="0"', ["304", "304", "288"]),
        ('padding="0"', ["320", "320", "304"]),
    ],
)
def test_columns_and_pictures_are_as_wide_for_outlook_as_the_padding_leaves(padding: str, widths: list[str]) -> None:
    words = '<mj-column><mj-text>not padding="0 4px"</mj-text></mj-column>'
    picture = '<mj-column padding="0 8px"><mj-image src="a.png" padding="0" /></mj-column>'
    html = light(f"<mj-section {padding}>{words}{picture}</mj-section>")
    told = re.findall(r'<td valign="top" width="(\d+)">', html)
    assert [*told, *re.findall(r'<img[^>]* width="(\d+)"', html)] == widths
    assert 'not padding="0 4px"' in html, "words stay as they are"


def test_a_right_to_left_mail_keeps_mrmls_left_to_right_columns() -> None:
    html = light(TEXT, direction="rtl")
    assert "direction:ltr" in html


def test_classes_for_outlook_stay_where_a_rule_is_for_them() -> None:
    column = '<mj-column css-class="card"><mj-text>A</mj-text></mj-column>'
    assert "card-outlook" not in light(f"<mj-section>{column}{column}</mj-section>")
    styled = DEFAULTS.replace("</mj-head>", "<mj-style>.card-outlook { width: 9px }</mj-style></mj-head>")
    html = mjml_to_html(f"<mjml>{styled}<mj-body><mj-section>{column}{column}</mj-section></mj-body></mjml>")
    assert fewer_elements(html, direction="ltr").count('class="card-outlook"') == 2


def ghost(ground: str = "") -> str:
    """A table for Outlook with a section in it."""
    opening = f"<table align=center width=640{ground} cellpadding=0 cellspacing=0 role=presentation><tr><td class=mso>"
    return f"<!--[if mso]>{opening}<![endif]--><p>A</p><!--[if mso]></td></tr></table><![endif]-->"


def test_tables_for_outlook_are_joined_across_blocks_but_not_across_edges_or_grounds() -> None:
    cuts: Marks[int] = Marks("kabcdefg234")
    cut = cuts.mark(0)
    assert in_rows(f"{ghost()}{cut} {cut}{ghost()}", cut=cuts.prefix).count("<table") == 1
    assert in_rows(f"{ghost()}cabcdefg2340000z{ghost()}", cut=cuts.prefix).count("<table") == 2, (
        "some readers see only one of them"
    )
    assert in_rows(ghost(" bgcolor=#123456") + ghost(), cut=cuts.prefix).count("<table") == 2
    inner = f"<!--[if mso]><table><tr><td><![endif]-->{ghost()}<!--[if mso]></td></tr></table><![endif]-->"
    assert in_rows(inner + ghost(), cut=cuts.prefix).count("<table") == 3


def test_a_table_with_a_ground_ends_before_the_next_section() -> None:
    cuts: Marks[int] = Marks("kabcdefg234")
    loud = TEXT.replace("<mj-section", '<mj-section background-color="#123456"')
    html = in_rows(light(TEXT + loud + TEXT), cut=cuts.prefix)
    tables = re.findall(r"(</table>)?<table align=\"center\" width=\"640\"( bgcolor=\"#123456\")?", html)
    assert tables == [("", ""), ("</table>", ' bgcolor="#123456"'), ("</table>", "")]
    apart = in_rows(light(TEXT + loud) + light(TEXT), cut=cuts.prefix)
    assert apart.count("[if mso]><table align") == 2
