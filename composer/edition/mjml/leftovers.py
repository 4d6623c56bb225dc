"""What mrml writes everywhere and nobody needs, taken out of its document.

Enters: mrml's document, before and after its sections are written anew (``structure.py``). Leaves: the same document,
without what is for programs that have long been gone, with shorter forms of what is for Outlook, and one conditional
comment where two stand beside each other. Only what is exactly as mrml writes it is known; all else stays.
"""

from __future__ import annotations

import re

from composer.edition.mjml.outlook_rows import GHOST_CELL
from composer.edition.mjml.sections import OPEN, TABLE

LIGHT_TABLE = '<table cellpadding="0" cellspacing="0" role="presentation"'
_GHOST_STYLE = "<style>.mso{line-height:0;font-size:0;mso-line-height-rule:exactly}</style>"
_FOR_OUTLOOK = re.compile(r' class="[^"]*-outlook"(?=[^<>]*>(?:[^<]|<(?!!--))*<!\[endif\])')
_OFFICE = re.compile(r"<!--\[if mso\]>\s*<noscript>(.*?)</noscript>\s*<!\[endif\]-->\s*", re.DOTALL)
_RULE = re.compile(
    r'<p style="border-top:(?P<line>[^;"]*);font-size:1px;margin:0px auto;width:100%;">\s*</p>'
    rf'{OPEN}{TABLE} align="center" width="[\d.]+px" style="border-top:(?P=line);[^"]*">'
    r'<tr><td style="height:0;line-height:0;">&nbsp;</td></tr></table><!\[endif\]-->'
)
_LIGHT_RULE = (
    r'<p style="border-top:\g<line>;font-size:1px;margin:0"></p><!--[if mso]><table width="100%" cellpadding="0"'
    r' cellspacing="0" role="presentation" style="border-top:\g<line>;font-size:1px"><tr><td style="height:0;'
    r'line-height:0">&nbsp;</td></tr></table><![endif]-->'
)
_PICTURE = re.compile(
    rf'{TABLE}(?P<names> class="mj-full-width-mobile")? style="border-collapse:collapse;border-spacing:0px;"><tbody>'
    r'(?P<inside><tr><td(?: class="mj-full-width-mobile")? style="width:[\d.]+px;">'
    r"(?:<a [^>]*>)?<img [^>]*>(?:</a>)?</td></tr>)"
    r"</tbody></table>"
)
_SAME = re.compile(r"<!\[endif\]-->(?P<space>\s*)<!--\[if mso\]>")
_USELESS_ON_PICTURES = re.compile(r"(?<=;)outline:none;text-decoration:none;")
_LEFTOVERS = (
    '<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->',
    '<!--[if lte mso 11]>\n<style type="text/css">\n.mj-outlook-group-fix { width:100% !important; }\n</style>\n'
    "<![endif]-->\n",
    "#outlook a { padding: 0; }\n",
    " -ms-text-size-adjust: 100%;",
    " outline: none; text-decoration: none; -ms-interpolation-mode: bicubic;",
)
"""For programs that have long been gone: Outlook up to 2003, Windows Phone, and the Internet Explorer in others."""
_GHOST_OF_WRAPPER = re.compile(
    r' style="width:\d+px;"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;">'
)
_FIRST_ROW = re.compile(r'(<!--\[if mso\]><table [^<>]*)(><tr><td) width="(\d+)px"(?=[^<>]*><!\[endif\]-->)')
_OTHER_ROW = re.compile(r'(<!--\[if mso\]></td></tr>[^<]*<tr><td) width="\d+px"(?=[^<>]*><!\[endif\]-->)')
"""The rows of a wrapper, which all are as wide as it."""
_COLUMN_CELL = re.compile(r'<td style="vertical-align:(\w+);width:(\d+)px;">')
_TABLE_BODY = re.compile(r"<tbody>(?<!</tr><tbody>)(?=<tr)")
"""A tag that every HTML parser adds by itself, but behind rows of another body."""
_BUTTON = re.compile(
    r'(<td align="center" bgcolor="[^"]*") role="presentation"( valign="middle" style=")(?:border:none;)?'
    r'([^"]*"><a [^>]* style="[^"]*)margin:0;(text-decoration:none;)text-transform:none;'
)
_CHARSET = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'


def without_leftovers(html: str) -> str:
    """Take out what is for programs that nobody has any more."""
    head, end, body = html.partition("</head>")
    for leftover in _LEFTOVERS:
        head = head.replace(leftover, "")
    return f"{head}{end}{body}"


def lighter(html: str) -> str:
    """Shorten what mrml repeats everywhere, and join comments for Outlook that stand beside each other."""
    html = html.replace(' xmlns="http://www.w3.org/1999/xhtml"', "", 1).replace(_CHARSET, '<meta charset="utf-8">', 1)
    if "<v:" not in html:
        html = html.replace(' xmlns:v="urn:schemas-microsoft-com:vml"', "", 1)
    if "-outlook" not in html.partition("</head>")[0]:
        html = _FOR_OUTLOOK.sub("", html)
    html = _GHOST_OF_WRAPPER.sub(f"><tr>{GHOST_CELL}", html)
    html = _BUTTON.sub(r"\1\2\3\4", html)
    html = _RULE.sub(_LIGHT_RULE, html)
    html = _PICTURE.sub(
        lambda found: f"{LIGHT_TABLE}{found['names'] or ''}>{_USELESS_ON_PICTURES.sub('', found['inside'])}</table>",
        html,
    )
    html = html.replace("<!--[if mso | IE]>", "<!--[if mso]>").replace(TABLE, LIGHT_TABLE)
    html = _OFFICE.sub(_office, html, count=1)
    html = _COLUMN_CELL.sub(r'<td valign="\1" width="\2">', _SAME.sub(r"\g<space>", html))
    if 'px"><![endif]-->' in html:
        html = _OTHER_ROW.sub(r"\1", _FIRST_ROW.sub(r'\1 width="\3"\2', html))
    return _TABLE_BODY.sub("", html).replace("</tbody></table>", "</table>")


def _office(found: re.Match[str]) -> str:
    """Write Outlook's settings on one line, and what the cells around sections have in common."""
    return (
        f"<!--[if mso]><noscript>{''.join(map(str.strip, found[1].splitlines()))}</noscript>{_GHOST_STYLE}<![endif]-->"
    )
