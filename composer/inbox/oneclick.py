"""The unsubscribe button of the inbox: the POST of RFC 8058, as a mail provider sends it.

It goes only to our own site, and only on this machine: a message from anybody must not make us post to other
services here, or anywhere else.
"""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from composer.inbox.parsing import ParsedMessage
from composer.web.guards import LOOPBACK_NAMES

_BODY = "List-Unsubscribe=One-Click"
TIMEOUT_S = 60  # longer than the site waits for its database when something else writes


@dataclass(frozen=True, slots=True)
class OneClick:
    """What a message offers. ``reason`` says why the button cannot be pressed here; empty if it can."""

    url: str
    reason: str


def one_click(message: ParsedMessage, *, site_url: str) -> OneClick | None:
    """Return the one-click address that the message offers (RFC 8058 3.1), or None if it offers none."""
    if message.header("List-Unsubscribe-Post").replace(" ", "").lower() != _BODY.lower():
        return None
    found = re.search(r"<(https?://[^>\s]+)>", message.header("List-Unsubscribe"))
    if found is None:
        return None
    try:
        site, target = urlsplit(site_url), urlsplit(found[1])
        is_about_us = _origin(target) == _origin(site)
    except ValueError as error:  # a port that is no number, a bracket without its other
        return OneClick(found[1], f"Its address cannot be read: {error}.")
    if not is_about_us:
        return OneClick(
            found[1], f"It leads to {target.netloc}, which is not the site of this project ({site.netloc})."
        )
    if target.hostname not in LOOPBACK_NAMES:
        return OneClick(found[1], f"It leads to {target.netloc}; the inbox posts only to this machine.")
    return OneClick(found[1], "")


def press(url: str) -> tuple[int, str]:
    """Post as a mail provider does: no cookie, no redirect followed. Return status and phrase; 0: no answer came."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=TIMEOUT_S)
    try:
        connection.request(
            "POST",
            target._replace(scheme="", netloc="", fragment="").geturl(),
            body=_BODY,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = connection.getresponse()
        return answer.status, answer.reason
    except UnicodeEncodeError:
        return 0, f"the address at {target.netloc} has letters that no web address has"
    except (OSError, http.client.HTTPException) as error:
        return 0, f"no answer from {target.netloc}: {error}"
    finally:
        connection.close()


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port
