"""What programs put on the clipboard, in their own shape, each with the Markdown that is to become of it."""

from __future__ import annotations

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
