"""Checks that two links of the same words lead to the same place, or stand where one can tell them apart.

Who listens goes from link to link and hears their words alone; a second "Read more" that leads elsewhere cannot be told
from the first. Source: WCAG 2.2, 2.4.4 (purpose in context), 2.4.9 (purpose by the words alone) and 3.2.4 (the same
words for the same thing). Two things are context enough: the title of an entry in a list of entries, and the item of a
list or the row of a table that the link stands in.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from composer.checks.access.link_words import is_vague
from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, heard
from composer.checks.written_links import WrittenLink
from composer.issue import Content

_SHOWN_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", re.IGNORECASE)
_HAS_A_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLES = ("kicker", "title", "name", "person", "date", "time")
"""What an entry of a list is told from its neighbours by."""
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|matomo|hsa)_\w+|(?:fb|g|dc|ms|tw|y|tt|li_fat_|wbra|gbra)cl?(?:id|kid)|mc_[ce]id|igshid"
)


def check_purposes(proof: Proof) -> Iterator[Finding]:
    """Links of the same words lead to one address, or stand in entries, items and rows that tell them apart."""
    groups: dict[Hashable, list[WrittenLink]] = {}
    values = {path: value for path, value, _ in proof.values}
    for link in proof.links:
        if _has_a_name(link, proof.language):
            scheme = link.url.partition(":")[0].lower().rstrip("s")
            key = heard(link.words), scheme, _context(link, values[link.entry])
            groups.setdefault(key, []).append(link)
    for links in groups.values():
        targets = {target(link.url) for link in links if _is_seen_beside(link, links, proof.content)}
        if len(targets) < 2:
            continue
        message = f"“{links[0].words.strip()}” leads to {len(targets)} addresses ({_lines(links)})"
        hint = "name in each what is there: many hear only the words of links, one after another"
        for link in links:
            yield find("link-ambiguous", link.position, message, hint)


def _lines(links: list[WrittenLink]) -> str:
    by_file: dict[str, list[str]] = {}
    for link in links:
        by_file.setdefault(link.position.file.name, []).append(str(link.position.line))
    told = [" and ".join(filter(None, (", ".join(lines[:-1]), lines[-1]))) for lines in by_file.values()]
    names = [f" of {name}" if len(by_file) > 1 else "" for name in by_file]
    return "; ".join(f"lines {lines}{name}" for lines, name in zip(told, names, strict=True))


def _has_a_name(link: WrittenLink, language: str) -> bool:
    """Tell whether a link leads out of the mail, by words that are more than a number, an address or "here"."""
    words = link.words.strip()
    is_web = link.url.startswith(("http:", "https:", "mailto:", "tel:"))
    return bool(is_web and _HAS_A_WORD.search(words)) and not (
        _SHOWN_ADDRESS.fullmatch(words) or is_vague(words, language)
    )


def _context(link: WrittenLink, entry: object) -> Hashable:
    """Give what tells a link from another of the same words; the same for all that have nothing of the kind."""
    if len(link.entry) > 2 and any(getattr(entry, name, None) for name in _TITLES):
        return tuple(str(getattr(entry, name, None) or "") for name in _TITLES), link.row
    return (link.entry, link.row) if link.row else None


def _is_seen_beside(link: WrittenLink, others: list[WrittenLink], content: Content) -> bool:
    """Tell whether one reader may see a link and another one of these: not, if each is for some readers alone."""
    condition = _condition(link, content)
    return any(
        condition is None or _condition(other, content) in (None, condition) for other in others if other is not link
    )


def _condition(link: WrittenLink, content: Content) -> str | None:
    return content.blocks[int(link.entry[1])].show_if


def target(url: str) -> str:
    """Spell an address so that two of one page are the same: without its anchor and what only counts who comes."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return unquote(url).casefold().partition("?")[0]
        asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{port}{unquote(parts.path).rstrip('/')}?{urlencode(asked)}"
