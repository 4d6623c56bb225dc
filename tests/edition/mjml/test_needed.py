"""What must stay in a mail, whatever weight is taken off: a check for each row of the tables beside the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from composer import shipped
from composer.edition import build_edition
from composer.edition.mjml import declarations, structure
from composer.issue import load_issue
from tests.support.editions import read_as

SAMPLE = shipped.SAMPLE_ISSUES / "2020-03-network-news"
GHOST = re.compile(r"<!--\[if mso\]>(<table align=center width=640 [^>]*><tr><td class=.mso.>)<!\[endif\]-->")


@pytest.fixture(scope="module")
def mail() -> str:
    """The sample's mail as a reader gets it."""
    return read_as(build_edition(load_issue(SAMPLE), language="en").html)


def has_a_table_as_wide_as_the_mail_for_word(mail: str) -> bool:
    opened, closed = (len(re.findall(mark, mail)) for mark in (r"\[if mso\]><table", r"</table><!\[endif\]"))
    return bool(GHOST.search(mail)) and opened == closed


def keeps_words_paragraphs_behind_tables_flat(mail: str) -> bool:
    return "<style>.mso{line-height:0;font-size:0;mso-line-height-rule:exactly}</style>" in mail.partition("</head>")[0]


def gives_each_section_a_row_in_word(mail: str) -> bool:
    return mail.count('<!--[if mso]></td></tr><tr><td class="mso"><![endif]-->') > 8


def pads_cells(mail: str) -> bool:
    padded = re.findall(r"<(\w+)[^>]*style=\"[^\"]*(?<!-)padding:(?!0[;\"])", mail)
    # A link as large as a thumb is an inline block, a label a border: Word draws them without their padding.
    return set(padded) <= {"td", "th", "a", "span"}


def says_that_tables_have_no_space_of_their_own(mail: str) -> bool:
    tables = re.findall(r"<table[^>]*>(?:<tbody>)?<tr[^>]*>(<td[^>]*>)?", mail)
    opened = re.findall(r"<table([^>]*)>", mail)
    return bool(tables) and all(re.search(r'cellspacing="?0', one) for one in opened)


def says_that_tables_arrange(mail: str) -> bool:
    return all(
        "role=presentation" in one or 'role="presentation"' in one or "table-layout:fixed" in one
        for one in re.findall(r"<table([^>]*)>", mail)
    )


def has_no_room_for_white_space_around_columns(mail: str) -> bool:
    return bool(
        re.search(r'<td style="font-size:0;[^"]*"><!--\[if mso\]>[^!]*<!\[endif\]--><div class="(?:mj-column|w)-', mail)
    )


def breaks_long_words_without_head_styles(mail: str) -> bool:
    outer = re.search(r'<div[^>]*role="article"[^>]*>', mail)
    return outer is not None and "word-break:break-word" in outer[0]


def sets_words_in_every_cell(mail: str) -> bool:
    """Each paragraph has a font from itself, its cell or a box between; none across the edge of a table."""
    from lxml import html as lxml_html

    for words in lxml_html.fromstring(mail).iter("p", "h1", "h2", "h3", "li"):
        if not "".join(words.itertext()).strip():
            continue
        around = [words, *words.iterancestors()]
        cell = next(place for place, one in enumerate(around) if one.tag in ("td", "th"))
        if not any("font:" in one.get("style", "") for one in around[: cell + 1]):
            return False
    return True


def sets_headings_by_themselves(mail: str) -> bool:
    headings = re.findall(r"<h[1-6][^>]*>", mail)
    return len(headings) > 10 and all("font:" in one and "color:" in one for one in headings)


def styles_its_links_inline(mail: str) -> bool:
    links = re.findall(r"<a [^>]*href[^>]*>", mail)
    return len(links) > 20 and all("color:" in one and "text-decoration:" in one for one in links)


def sets_margins_inline(mail: str) -> bool:
    return all("margin:" in one for one in re.findall(r"<(?:p|h[1-6])\b[^>]*>", mail))


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "the table for Outlook around a section": has_a_table_as_wide_as_the_mail_for_word,
    "font-size:0 and an exact line height in its cell": keeps_words_paragraphs_behind_tables_flat,
    "a row of its own for each section": gives_each_section_a_row_in_word,
    "padding on td": pads_cells,
    "cellpadding and cellspacing": says_that_tables_have_no_space_of_their_own,
    "role=presentation": says_that_tables_arrange,
    "font-size:0 around columns": has_no_room_for_white_space_around_columns,
    "word-break on the mail": breaks_long_words_without_head_styles,
    "a font in each cell": sets_words_in_every_cell,
    "the colour and the font of headings": sets_headings_by_themselves,
    "the colour and the underline of links": styles_its_links_inline,
    "margins of 0": sets_margins_inline,
}


def test_every_row_has_a_check() -> None:
    assert {*structure.NEEDED, *declarations.NEEDED} == set(CHECKS)


def test_every_row_has_a_source_that_can_be_looked_up() -> None:
    for need, reason in {**structure.NEEDED, **declarations.NEEDED}.items():
        sources = re.findall(r"\(([^()]+)\)", reason)
        assert any(
            re.match(r"(?:\w+\.)?[\w-]+\.(?:com|org)/\S+$|[A-Z][\w -]+[\w.]*, (?:\w+, )?[\d.]+", one) for one in sources
        ), need


@pytest.mark.parametrize("need", CHECKS)
def test_what_a_mail_program_needs_stays(need: str, mail: str) -> None:
    assert CHECKS[need](mail), {**structure.NEEDED, **declarations.NEEDED}[need]
