"""The HTML of a message, to be shown in a frame in which nothing runs and from which nothing leaves.

The wall is the browser's: the frame's ``sandbox`` and the answer's Content-Security-Policy (threat 6). What is
changed in the HTML itself is only what the policy does not cover:

- ``<link>`` becomes an unknown element: ``rel=preconnect`` opens connections that no policy forbids;
- ``cid:`` addresses point at the message's own parts;
- the colour scheme is decided here when the reader chooses one: a frame cannot be told to prefer dark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Scheme = Literal["system", "light", "dark"]

_LOOPBACK = "http://127.0.0.1:* http://localhost:*"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"img-src 'self' data: {_LOOPBACK}",
        "style-src 'unsafe-inline'",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)

_LINK = re.compile(r"<link(?=[\s/>])", re.IGNORECASE)
_CID = re.compile(r"""(["'(=]\s*)cid:([^"')\s>]+)""", re.IGNORECASE)
_PREFERS = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_FOREIGN = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*["']?https?://(?!127\.0\.0\.1[:/]|localhost[:/])""", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def frame_html(html: str, *, parts: Mapping[str, str], scheme: Scheme) -> str:
    """The HTML to put in the frame. ``parts`` gives the address of each part by its Content-ID."""
    html = _LINK.sub("<x-link", html)
    html = _CID.sub(lambda found: found[1] + parts.get(found[2], "about:blank"), html)
    # Without an href, <base> only says that links open beside the inbox.
    head = '<base target="_blank">'
    if scheme != "system":
        html = _PREFERS.sub(lambda found: _always(found[1].lower() == scheme), html)
        head += f"<style>:root{{color-scheme:{scheme} only!important}}</style>"
    opening = _HEAD.search(html)
    at = opening.end() if opening else 0
    return html[:at] + head + html[at:]


def foreign_pictures(html: str) -> int:
    """How many pictures the frame leaves out because they are on another machine."""
    return len(_FOREIGN.findall(html))


def _always(holds: bool) -> str:
    return "(min-width:0)" if holds else "(max-width:0)"
