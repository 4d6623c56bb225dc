"""What comes along when an address is copied from a text, a mail or a browser; and what was meant.

Enters and leaves: text. Nothing is looked up: an address that a mail program wrapped says itself where it leads.

=======================  ===========================================================================================
around the address       quotation marks, brackets, backticks, a link of Markdown or HTML
behind it                the full stop, comma or bracket of the sentence
in its place             the address of a mail program or a site that looks at clicks: Outlook, Google, Proofpoint
=======================  ===========================================================================================
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, quote, unquote, urlsplit

_PAIRS = (
    '""',
    "''",
    "“”",
    "„“",
    "””",
    "‘’",
    "‚‘",
    "’’",
    "«»",
    "»«",
    "‹›",
    "「」",
    "『』",
    "()",
    "[]",
    "<>",
    "``",
    "**",
    "__",
)
_CLOSING = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「", "』": "『", "】": "【", "》": "《"}
_AFTER_ADDRESS = "?!.,:;*_~'’”…。、，．！？；：،؟؛۔"
_ENCODED_SIGNS = "|".join(quote(sign) for sign in "‘’‚“”„…«»‹›。、，．！？；：）」』】》،؟؛۔")
_QUOTES = "\"'`“”„‘’‚«»‹›「」『』"
_WEB_INSIDE = re.compile(rf"https?://[^\s<>{_QUOTES}]+", re.IGNORECASE)
_MAIL_INSIDE = re.compile(r"[\w.!#$%&*+/=?^{|}~-]+@\w[\w-]*(?:\.\w[\w-]*)+")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# They join letters of scripts that need them, and are litter beside ASCII.
_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")
_PASTED_BEHIND = re.compile(rf"(?:{_ENCODED_SIGNS}|%22|%60|%3E|%5D|%20|[.,;:!*']|\))+$", re.IGNORECASE)
# (the host that wraps, the part of the query that has the address)
_WRAPPERS = (
    (re.compile(r"(?:[a-z0-9-]+\.)?safelinks\.protection\.outlook\.com"), "url"),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "q"),
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "url"),
    (re.compile(r"lm?\.(?:facebook|instagram)\.com"), "u"),
    (re.compile(r"(?:www\.)?linkedin\.com"), "url"),
    (re.compile(r"(?:www\.)?youtube\.com"), "q"),
)
_WRAPPING_PATHS = {"google": "/url", "linkedin": "/redir/redirect", "youtube": "/redirect"}
_PROOFPOINT = re.compile(
    r"https?://urldefense\.(?:com|us|proofpoint\.com)/v3/__(?P<address>.+?)__;(?P<kept>[^!]*)!.*", re.IGNORECASE
)
_STAR = re.compile(r"\*(?:\*(?P<length>[A-Za-z0-9_-]))?")
_LENGTHS = {
    sign: length for length, sign in enumerate(f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_", 2)
}
"""How many signs stand for ``**A``, ``**B`` and so on."""


def without_litter(text: str) -> str:
    """Take from an address what pasting adds: blanks, quotation marks and brackets around it, what nobody sees."""
    address = _JOINERS.sub("", _INVISIBLE.sub("", text)).strip()
    if address.startswith("<") and address.endswith(">"):
        address = re.sub(r"^URL:", "", address[1:-1].strip(), flags=re.IGNORECASE)
    address = re.sub(r"^(https?://)\s+", r"\1", without_marks(address), flags=re.IGNORECASE)
    return re.sub(r"\s*[\r\n]\s*", "", address)


def without_marks(text: str) -> str:
    """Take off the quotation marks, brackets and stars around a text."""
    while len(text) > 2 and text[0] + text[-1] in _PAIRS and text[:2] != "{{":
        text = text[1:-1].strip()
    return text


def without_sentence(words: str) -> str:
    """Take away what ends a sentence or a bracket around the address, as GitHub's Markdown does."""
    end = len(words)
    counts = {sign: words.count(sign) for pair in _CLOSING.items() for sign in pair}
    while end:
        last = words[end - 1]
        if last in _CLOSING and counts[last] > counts[_CLOSING[last]]:
            counts[last] -= 1
        elif last not in _AFTER_ADDRESS:
            break
        end -= 1
    return words[:end]


def address_inside(text: str) -> str:
    """Find the address in words, a link of Markdown or HTML, or a formula; "" if there is none."""
    if web := _WEB_INSIDE.search(text):
        return without_sentence(web[0])
    mail = _MAIL_INSIDE.search(text) if "://" not in text else None
    return f"mailto:{without_sentence(mail[0])}" if mail else ""


def unwrapped(address: str) -> str:
    """Give the address behind one that a mail program or a site put around it; itself if there is none."""
    if found := _PROOFPOINT.fullmatch(address):
        return _with_kept_signs(found["address"], found["kept"]) or address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = (parts.hostname or "").lower()
    for wrapper, key in _WRAPPERS if parts.query else ():
        path = next((path for name, path in _WRAPPING_PATHS.items() if f"{name}." in host), "")
        if wrapper.fullmatch(host) and (not path or parts.path.rstrip("/") == path):
            inner = parse_qs(parts.query).get(key, [""])[0]
            if re.match(r"https?://[^/?#]+\.", inner):
                return inner
    return address


def _with_kept_signs(address: str, kept: str) -> str:
    """Put the signs back that Proofpoint took out and kept in base64; "" if they do not fit the stars in their places.

    A star is a letter, or a byte of one: programs differ.
    """
    for encoding in ("utf-8", "latin-1"):
        with suppress(ValueError):  # no base64, no UTF-8, or too many or too few of them
            signs = base64.b64decode(kept + "=" * (-len(kept) % 4), altchars=b"-_", validate=True).decode(encoding)
            parts = _in_place_of_stars(address.encode().decode(encoding), signs)
            return "".join(parts).encode(encoding).decode()
    return ""


def _in_place_of_stars(address: str, signs: str) -> Iterator[str]:
    """Give the parts of the address. Raises ValueError if there are more signs than places for them, or fewer."""
    behind = 0
    for star in _STAR.finditer(address):
        yield address[behind : star.start()]
        length = _LENGTHS.get(star["length"], 1)
        if length > len(signs):
            raise ValueError("a star without its sign")
        yield signs[:length]
        signs, behind = signs[length:], star.end()
    if signs:
        raise ValueError("a sign without its star")
    yield address[behind:]


def pasted_behind(address: str) -> str:
    """Find what a web address ends with and has from the text that it was copied from; "" if nothing.

    Titles in a wiki may end with anything: Yahoo!, Inc.
    """
    found = _PASTED_BEHIND.search(address) if "/wiki/" not in address else None
    if found is None:
        return ""
    kept, behind = address[: found.start()], unquote(found[0])
    while behind[:1] == ")" and kept.count("(") > kept.count(")"):
        kept, behind = kept + ")", behind[1:]
    return behind.strip()
