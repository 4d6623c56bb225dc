"""Tells links that are one reader's own, which nobody else may ask for: to ask may be to do what they do.

An issue that was imported, or text that was pasted from another newsletter, may have the link by which somebody leaves
that one, confirms an address, or is counted. Many servers do so on the first GET, although they should not (RFC 9110,
9.2.1; RFC 8058 was made because programs that look at links took people off their lists).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from composer.importer.frame import leads_off_the_list

_CONFIRMING = re.compile(
    r"(?:^|[/._-])(?:confirm|verif|activat|validat|double-?opt-?in|best[aä]e?tig|conferm)\w*[^?]*\?.", re.IGNORECASE
)
# A handle (``/@agora@city.social``) is nobody's address.
_MAIL_ADDRESS = re.compile(r"(?<![\w.+@-])[\w.+-]+@[\w-]+\.\w")


def is_personal(url: str, words: str) -> bool:
    """Tell by a link's spelt address and its words whether it is for one reader alone."""
    behind_host = unquote(url.partition("://")[2].partition("/")[2])
    return bool(
        leads_off_the_list(words, unquote(url)) or _CONFIRMING.search(behind_host) or _MAIL_ADDRESS.search(behind_host)
    )
