"""What programs put on the clipboard, in their own shape, each with the Markdown that is to become of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_PARTS = "**Noon** at [the quay](https://example.org/quay)\n\n- music\n- *boats*"

_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><!--StartFragment-->
<p class=MsoNormal style='margin:0'><b style='mso-bidi-font-weight:bold'>Noon</b><o:p></o:p> at
<a href="https://example.org/quay"><span style='color:red'>the quay</span></a></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<style>p { color: red }</style><script>top.document.title = "stolen"</script>
<ul><li>music</li><li><i>boats</i><img src="https://tracker.example.org/p.gif"></li></ul><!--EndFragment--></body></html>"""

_DOCS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr">
<span style="font-size:11pt;font-weight:700">Noon</span><span style="font-weight:400"> at </span>
<a href="https://example.org/quay" style="text-decoration:none"><span style="font-weight:400">the quay</span></a></p>
<br><ul><li dir="ltr"><p role="presentation"><span style="font-weight:400">music</span></p></li>
<li dir="ltr"><p role="presentation"><span style="font-style:italic">boats</span></p></li></ul></b>"""

_DOCS_LISTS = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-2">
<h2 dir="ltr"><span style="font-size:16pt;font-weight:400">On the day</span></h2><br />
<ol><li dir="ltr" aria-level="1"><p role="presentation"><span>Morning</span></p></li>
<ul><li dir="ltr" aria-level="2"><p role="presentation"><span>coffee</span></p></li>
<li dir="ltr" aria-level="2"><p role="presentation"><span>tea</span></p></li></ul>
<li dir="ltr" aria-level="1"><p role="presentation"><span>Evening</span></p></li></ol></b>"""


def _outlook_entry(sign: str, words: str, *, level: int) -> str:
    """An entry of a list as Outlook and Word for Windows have it: a paragraph that says its level."""
    ignored = (
        f"<span style='mso-list:Ignore'>{sign}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>"
    )
    return (
        f"<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level{level} lfo1'>"
        f"<![if !supportLists]><span style='font-family:Symbol'>{ignored}</span><![endif]>{words}<o:p></o:p></p>\n"
    )


_OUTLOOK = (
    "<html><head><style><!-- @list l0 {mso-list-id:1} --></style></head><body lang=EN-GB><div class=WordSection1>"
    "<p class=MsoNormal>We <b>meet</b>:<o:p></o:p></p>\n"
    + _outlook_entry("·", "at the quay", level=1)
    + _outlook_entry("o", "pier <i>two</i>", level=2)
    + _outlook_entry("o", "pier three", level=2)
    + _outlook_entry("·", "in town", level=1)
    + "<p class=MsoNormal>&nbsp;</p><p class=MsoNormal>and then<o:p></o:p></p>"
    + _outlook_entry("3.", "we eat", level=1)
    + _outlook_entry("4.", "we leave", level=1)
    + "</div></body></html>"
)

_GMAIL = """<div dir="ltr">Dear all,<div><br></div><div>the <b>bridge</b> opens<br>at noon.</div><div><br></div>
<div>See <a href="https://example.org/quay" target="_blank">the quay</a>.</div></div><br clear="all">
<div><img src="cid:signature" width="96"></div><blockquote class="gmail_quote"><div>Is it open?</div></blockquote>"""

_WEB_PAGE = """<article><h3 class="t">Boats</h3><p style="display:none">Accept all cookies</p>
<table class="wide">
<tbody><tr><th>Boat</th><th>Leaves</th></tr><tr><td><b>Ada</b></td><td>noon</td></tr></tbody></table>
<p>More <a href="javascript:stolen()">here</a>, <a href="/boats">there</a>, <a href="#top">above</a>,
<a href="mailto:ada@example.org">by mail</a> &lt;now&gt; &amp;amp; *not bold*</p>
<table role="presentation"><tr><td><p>One</p><p>Two</p></td></tr></table>
<iframe src="https://example.org"></iframe><button onclick="stolen()">Buy</button></article>"""

_PAGES = """<!DOCTYPE html><html><head><meta name="Generator" content="Cocoa HTML Writer">
<style>p.p1 {margin: 0}</style></head>
<body><p class="p1"><b>Noon</b><span class="Apple-converted-space">&nbsp;</span>at <a href="https://example.org/quay">
<span class="s1">the quay</span></a></p><ul class="ul1"><li class="li2"><span class="s2"></span>music</li>
<li class="li2"><i>boats</i></li></ul><br class="Apple-interchange-newline"></body></html>"""

_LIBRE_OFFICE = """<!DOCTYPE html><html><head><title></title><style>p { line-height: 115% }</style></head><body>
<p style="line-height: 100%; margin-bottom: 0cm"><font face="Liberation Serif"><font size="3" style="font-size: 12pt">
<b>Noon</b> at <a href="https://example.org/quay">the quay</a></font></font></p>
<ul><li><p style="margin-bottom: 0cm">music</p></li><li><p><i>boats</i></p></li></ul></body></html>"""

_FIELDS = (
    """<p>Dear {{ subscriber.first_name | default("you") }}, 1. {{ no field, {% if %} and <code>a_b*c</code></p>"""
)

PASTED = {
    "Word": (_WORD, _PARTS),
    "Google Docs": (_DOCS, _PARTS),
    "lists of Google Docs": (_DOCS_LISTS, "## On the day\n\n1. Morning\n   - coffee\n   - tea\n2. Evening"),
    "Outlook": (
        _OUTLOOK,
        "We **meet**:\n\n- at the quay\n  - pier *two*\n  - pier three\n- in town\n\n"
        "and then\n\n3. we eat\n4. we leave",
    ),
    "Gmail": (
        _GMAIL,
        "Dear all,\n\nthe **bridge** opens\nat noon.\n\nSee [the quay](https://example.org/quay).\n\n> Is it open?",
    ),
    "a page of the web": (
        _WEB_PAGE,
        "### Boats\n\n**Boat** · **Leaves**\n\n**Ada** · noon\n\n"
        "More here, there, above, [by mail](mailto:ada@example.org) \\<now> \\&amp; \\*not bold\\*\n\nOne\n\nTwo",
    ),
    "Apple Pages": (_PAGES, _PARTS),
    "LibreOffice": (_LIBRE_OFFICE, _PARTS),
    "braces": (
        _FIELDS,
        'Dear {{ subscriber.first_name | default("you") }}, 1. \\{{ no field, \\{% if %} and `a_b*c`',
    ),
}


@dataclass(frozen=True)
class Entries:
    """A list: whether it is counted, and its entries: the words of each, and the list below it."""

    is_counted: bool
    entries: Sequence[tuple[str, Entries | None]]


def some_list(chance: random.Random, depth: int = 0) -> Entries:
    """A list of two entries or more at the outside, of any shape that a word processor can make."""
    count = chance.randint(2 if depth == 0 else 1, 4)
    words = [f"{chance.choice(['one', 'a boat', 'at noon', 'é'])} {number}" for number in range(count)]
    below = [some_list(chance, depth + 1) if depth < 2 and chance.random() < 0.35 else None for _ in words]
    return Entries(chance.random() < 0.4, tuple(zip(words, below, strict=True)))


def list_as_markdown(made: Entries, indent: str = "") -> str:
    """As it is typed: each entry on a line, close to the next."""
    lines = []
    for number, (words, below) in enumerate(made.entries, 1):
        sign = f"{number}. " if made.is_counted else "- "
        lines.append(f"{indent}{sign}{words}")
        lines += [list_as_markdown(below, indent + " " * len(sign))] if below else []
    return "\n".join(lines)


def _tag(made: Entries) -> str:
    return "ol" if made.is_counted else "ul"


def _of_word(made: Entries) -> str:
    inner = "".join(f"<li>{words}{_of_word(below) if below else ''}</li>" for words, below in made.entries)
    return f"<{_tag(made)}>{inner}</{_tag(made)}>"


def _of_libre_office(made: Entries) -> str:
    paragraph = '<li><p style="margin-bottom: 0cm">'
    inner = [
        f"{paragraph}{words}</p>\n{_of_libre_office(below) if below else ''}</li>\n" for words, below in made.entries
    ]
    return f"<{_tag(made)}>\n{''.join(inner)}</{_tag(made)}>\n"


def _of_docs(made: Entries, level: int = 1) -> str:
    """Lists stand beside their entries, and each entry is a paragraph with styles of its own."""
    inner = ""
    for words, below in made.entries:
        inner += (
            f'<li dir="ltr" style="list-style-type:disc;font-weight:400;white-space:pre;" aria-level="{level}">'
            '<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;" role="presentation">'
            f'<span style="font-size:11pt;font-weight:400;white-space:pre-wrap;">{words}</span></p></li>'
        )
        inner += _of_docs(below, level + 1) if below else ""
    tag = f'{_tag(made)} style="margin-top:0;margin-bottom:0;padding-inline-start:48px;"'
    return f"<{tag}>{inner}</{_tag(made)}>"


def _whole_of_docs(made: Entries) -> str:
    return (
        '<meta charset=\'utf-8\'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-3">'
        f'{_of_docs(made)}</b><br class="Apple-interchange-newline">'
    )


def _of_outlook(made: Entries, level: int = 1) -> str:
    told = ""
    for number, (words, below) in enumerate(made.entries, 1):
        told += _outlook_entry(f"{number}." if made.is_counted else "·", words, level=level)
        told += _of_outlook(below, level + 1) if below else ""
    return told


PASTED_LISTS: dict[str, Callable[[Entries], str]] = {
    "Word": _of_word,
    "LibreOffice": _of_libre_office,
    "Google Docs": _whole_of_docs,
    "Outlook": _of_outlook,
}
"""How programs put a list on the clipboard."""
