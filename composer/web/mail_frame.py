"""The mail for the frame: the same HTML that is sent, seen through a client's eyes.

Enters: the HTML of an edition, filled for one reader. Leaves: a copy that shows one colour scheme whatever the
author's own system prefers, and the headers under which it can neither run nor reach anything.

The two kinds of dark are different things, and shown as such:

* ``dark``: the client supports ``prefers-color-scheme`` (Apple Mail, Thunderbird, Samsung Mail). The mail's own dark
  styles are shown: the media feature is replaced by one that is always true, so the cascade stays what it is.
* ``forced``: the client ignores the mail's dark styles and inverts the colours (Gmail on iOS, Outlook on Windows).
  It is a simulation: each client has its own arithmetic.
"""

from __future__ import annotations

import enum
import re


class Scheme(enum.StrEnum):
    """What the reader's mail client does about light and dark."""

    LIGHT = "light"
    DARK = "dark"
    FORCED = "forced"


_FEATURE = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_STYLES = re.compile(r"<style\b[^>]*>.*?</style>|\bmedia=(\"[^\"]*\"|'[^']*')", re.IGNORECASE | re.DOTALL)
_SCHEME_META = re.compile(r"<meta\b[^>]*\bname=[\"']?(?:supported-)?color-schemes?\b[^>]*>", re.IGNORECASE)
_SCHEME_RULE = re.compile(r"(?<![-\w])color-scheme\s*:[^;}]*", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)

_ALWAYS, _NEVER = "(min-width: 0)", "(max-width: 0) and (min-width: 1px)"

# Twice inverted is as it was: pictures keep their colours, as in the clients that do this.
_INVERSION = (
    "<style>html{background:#fff;filter:invert(.92) hue-rotate(180deg)}"
    "img,video,svg{filter:invert(1) hue-rotate(180deg)}</style>"
)

# Links open beside the studio, never inside the frame; but those to a place in the mail stay.
_NEW_TAB = '<base target="_blank">'
_ANCHOR_LINK = re.compile(r"<a\b(?=[^>]*\bhref=[\"']#)(?![^>]*\btarget=)", re.IGNORECASE)


def dress_html(html: str, *, scheme: Scheme) -> str:
    """The mail's HTML for the frame, in one colour scheme."""
    own_scheme = "dark" if scheme is Scheme.DARK else "light"

    def pin_feature(found: re.Match[str]) -> str:
        return _ALWAYS if found[1].lower() == own_scheme else _NEVER

    def pin_styles(found: re.Match[str]) -> str:
        return _SCHEME_RULE.sub(f"color-scheme: {own_scheme}", _FEATURE.sub(pin_feature, found[0]))

    html = _STYLES.sub(pin_styles, _SCHEME_META.sub("", html))
    html = _ANCHOR_LINK.sub('<a target="_self"', html)
    additions = f'{_NEW_TAB}<meta name="color-scheme" content="{own_scheme}">'
    if scheme is Scheme.FORCED:
        additions += _INVERSION
    return _HEAD.sub(lambda head: head[0] + additions, html, count=1)


def frame_policy(pictures_url: str | None) -> str:
    """The Content-Security-Policy of a mail: pictures of its own issue and styles, nothing else; no scripts, twice.

    ``sandbox`` without ``allow-scripts`` stops scripts, handlers and ``javascript:`` links. ``allow-same-origin``
    lets the studio's page measure the mail and keep its place; as nothing runs inside, nothing can use it. With
    ``pictures_url`` None no picture is shown, as in clients that block them.
    """
    pictures = "'none'" if pictures_url is None else f"{pictures_url} data:"
    return (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; script-src 'none'; "
        f"style-src 'unsafe-inline'; img-src {pictures}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
