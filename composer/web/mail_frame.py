"""The HTML of a mail, to be shown in a frame in which nothing runs and from which nothing leaves.

Enters: the HTML of our own edition, or of a message from anybody. Leaves: a copy to be shown in one colour scheme, and
the policy under which it can neither run nor reach anything.

The wall is the browser's: the frame's ``sandbox`` and the answer's Content-Security-Policy (threat 6). What is changed
in the HTML itself is what the policy does not cover:

- ``<link>`` becomes an unknown element: ``rel=preconnect`` opens connections that no policy forbids;
- ``cid:`` addresses become the message's own pictures, written out: a frame in a sandbox has no origin, so a request of
  its own is to browser and server one of a foreign page, and refused;
- links open beside the page, but those to a place in the mail stay in the frame;
- the colour scheme is decided here: a frame cannot be told what its reader prefers. The media feature is replaced by
  one that is always or never true, so the cascade stays what it is.

It is done by expressions, although lxml reads and writes the sample's mail in 1.6 ms, where these take 2.7: lxml reads
HTML as it was before HTML 5, so it would write another document than the one that browsers make of a message.

A message may be made to be slow to read, so every expression here reads a text in one pass: what it skips never holds
the beginning of another match, or is bounded.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from composer.forced_dark import FORCED_DARK_STYLE
from composer.web.guards import content_policy


class Scheme(enum.StrEnum):
    """What the reader's mail program does about light and dark.

    ``dark`` is a program that supports ``prefers-color-scheme`` (Apple Mail, Thunderbird, Samsung Mail): the mail's own
    dark styles are shown. ``forced`` is one that ignores them and inverts the colours (Gmail on iOS, Outlook on
    Windows); it is a simulation, because each program has its own arithmetic. ``system`` leaves it to the browser.
    """

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    FORCED = "forced"


_LINK = re.compile(r"<link(?=[\s/>])", re.IGNORECASE)
_CID = re.compile(r"""(["'(=]\s*)cid:([^"')\s>]+)""", re.IGNORECASE)
_ANCHOR_LINK = re.compile(r"<a\b(?=[^<>]{0,2000}?\bhref=[\"']#)(?![^<>]{0,2000}?\btarget=)", re.IGNORECASE)
_FEATURE = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
# A style element without an end goes on to the end of the text, as browsers read it.
_STYLES = re.compile(r"<style\b[^<>]*>[^<]*(?:<(?!/style\b)[^<]*)*|\bmedia=(?:\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE)
_SHEETS = re.compile(r"<style\b[^<>]*>[^<]*(?:<(?!/style\b)[^<]*)*(?:</style[^<>]*>)?", re.IGNORECASE)
_SCHEME_META = re.compile(
    r"<meta\b[^<>]{0,500}?\bname=[\"']?(?:supported-)?color-schemes?\b[^<>]{0,500}>", re.IGNORECASE
)
_SCHEME_RULE = re.compile(r"(?<![-\w])color-scheme\s*:[^;}]*", re.IGNORECASE)
_FOREIGN_PICTURE = re.compile(
    r"""<img\b[^<>]{0,4000}?\bsrc\s*=\s*["']?https?://(?!127\.0\.0\.1[:/]|localhost[:/])""", re.IGNORECASE
)
# Where additions may stand: before a doctype they would make the browser forget it.
_BEGINNINGS = tuple(re.compile(rf"<{tag}\b[^<>]*>", re.IGNORECASE) for tag in ("head", "html", "!doctype"))

_ALWAYS, _NEVER = "(min-width: 0)", "(max-width: 0) and (min-width: 1px)"

_INVERSION = f"<style>{FORCED_DARK_STYLE}</style>"
_NO_PICTURES: Final[Mapping[str, str]] = MappingProxyType({})
# One picture may stand in a mail thousands of times: past this, nothing is drawn in its place.
_PICTURES_MAX_CHARS = 64 * 1024 * 1024


def frame_html(html: str, *, scheme: Scheme, pictures: Mapping[str, str] = _NO_PICTURES) -> str:
    """Return the HTML to put into the frame. ``pictures`` has the pictures that came with a message by Content-ID, as
    ``data:`` addresses.
    """
    html = _LINK.sub("<x-link", html)
    if pictures:
        html = _write_out_pictures(html, pictures)
    html = _ANCHOR_LINK.sub('<a target="_self"', html)
    # Without an href, <base> only says that links open beside the page.
    additions = '<base target="_blank">'
    if scheme is not Scheme.SYSTEM:
        own = "dark" if scheme is Scheme.DARK else "light"
        html = _pin_scheme(html, own)
        additions += (
            f'<meta name="color-scheme" content="{own}"><style>:root{{color-scheme:{own} only!important}}</style>'
        )
    if scheme is Scheme.FORCED:
        additions += _INVERSION
    opening = next(filter(None, (beginning.search(html) for beginning in _BEGINNINGS)), None)
    at = opening.end() if opening else 0
    return html[:at] + additions + html[at:]


def without_head_styles(html: str) -> str:
    """Take out every style sheet, as some mail programs do: what is left stands in the elements themselves.

    Source: caniemail.com, ``html-style``: Gmail for addresses of others, T-Online, and whoever gets a mail forwarded.
    """
    return _SHEETS.sub("", html)


def frame_policy(*, pictures: str, fonts: str = "", same_origin: bool) -> str:
    """Write the Content-Security-Policy of a mail: styles, fonts that it brings along, the pictures and fonts of
    these sources, and nothing else.

    ``sandbox`` without ``allow-scripts`` stops scripts, handlers and ``javascript:`` links. ``same_origin`` lets the
    page around the frame measure the mail and keep its place; as nothing runs inside, nothing inside can use it.
    """
    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    return content_policy(
        img_src=pictures,
        style_src="'unsafe-inline'",
        font_src=f"data: {fonts}".rstrip(),
        script_src="'none'",
        frame_ancestors="'self'",
        sandbox=f"allow-same-origin {sandbox}" if same_origin else sandbox,
    )


def count_foreign_pictures(html: str) -> int:
    """Count the pictures that the frame leaves out because they are on another machine."""
    return len(_FOREIGN_PICTURE.findall(html))


def _write_out_pictures(html: str, pictures: Mapping[str, str]) -> str:
    left = _PICTURES_MAX_CHARS

    def written_out(found: re.Match[str]) -> str:
        nonlocal left
        picture = pictures.get(unquote(found[2]), "about:blank")
        left -= len(picture)
        return found[1] + (picture if left >= 0 else "about:blank")

    return _CID.sub(written_out, html)


def _pin_scheme(html: str, own: str) -> str:
    def pin_feature(found: re.Match[str]) -> str:
        return _ALWAYS if found[1].lower() == own else _NEVER

    def pin_styles(found: re.Match[str]) -> str:
        return _SCHEME_RULE.sub(f"color-scheme: {own}", _FEATURE.sub(pin_feature, found[0]))

    return _STYLES.sub(pin_styles, _SCHEME_META.sub("", html))
