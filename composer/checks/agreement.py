"""Finds what must agree between languages, whatever the words: where links lead, and dates, times and figures.

A translation is read beside the first language, block by block (counterparts.py). What differs is a warning at its
place in the translation's file: it may be meant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from composer.checks.counterparts import Counterparts
from composer.checks.figures import Figure, read_figures, same_hour
from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Text
from composer.checks.written_links import WrittenLink
from composer.edition.language.number_words import number_words

_DOCUMENTS = frozenset({".pdf", ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".zip", ".ics"})


def check_same_links(proof: Proof) -> Iterator[Finding]:
    """A block has as many links in both languages, and they lead to the same places."""
    both = Counterparts.of(proof)
    if both is None:
        return
    here, there = (_links_by_block(each) for each in (both.here, both.there))
    elsewhere = {link.url for links in there.values() for link in links}
    for index, index_there in both.blocks.items():
        links, others = here.get(index, []), there.get(index_there, [])
        if len(links) != len(others):
            words = f"there are {_counted(links)} here and {_counted(others)} in {both.there.language!r}"
            place = links[-1].position if len(links) > len(others) else proof.source.position(("blocks", index))
            yield find("translation-link", place, words, "is one missing, or one too many?")
            continue
        known = {other.url for other in others}
        for link, other in zip(links, others, strict=True):
            if wrong := _how_links_differ(link.url, other.url, both, elsewhere - known):
                yield find("translation-link", link.position, wrong, "is that meant?")


def _links_by_block(proof: Proof) -> dict[int, list[WrittenLink]]:
    links: dict[int, list[WrittenLink]] = {}
    for link in proof.links:
        links.setdefault(int(link.entry[1]), []).append(link)
    return links


def _counted(links: list[WrittenLink]) -> str:
    return "no links" if not links else "one link" if len(links) == 1 else f"{len(links)} links"


def _how_links_differ(url: str, other: str, both: Counterparts, of_other_blocks: set[str]) -> str:
    """Say what is odd about a link beside its counterpart; nothing if they may well belong together."""
    if url == other:
        return ""
    first = both.there.language
    if url in of_other_blocks:
        return f"this leads to {url}, as another block does in {first!r}; its own leads to {other}"
    if not _is_one_kind(_kind_of(url, both), _kind_of(other, both)):
        return f"this leads to {url}, and in {first!r} to {other}"
    return ""


def _is_one_kind(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two links share scheme, site and sort of document; ``shop.fr`` and ``shop.co.uk`` are one site."""
    if one == other or len(one) != len(other) or len(one) < 3:
        return one == other
    names = [_COUNTRY.sub("", kind[1]) for kind in (one, other)]
    countries = [name != kind[1] for name, kind in zip(names, (one, other), strict=True)]
    if any(countries):
        names = [name if is_cut else name.rpartition(".")[0] for name, is_cut in zip(names, countries, strict=True)]
    return names[0] == names[1] and (one[0], one[2]) == (other[0], other[2])


_COUNTRY = re.compile(r"(?<=\w)\.(?:(?:co|com|org|net|ac|gov|edu)\.)?[a-z]{2}$")


def _kind_of(url: str, both: Counterparts) -> tuple[str, ...]:
    """What links share that lead to the same thing in two languages: the site, and the sort of document."""
    if url.startswith("#") or "{{" in url:
        return (url,)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return (url,)
    label, _, rest = host.partition(".")
    is_language = label in {code.partition("-")[0] for code in both.here.newsletter.languages}
    ending = PurePosixPath(parts.path).suffix.lower()
    return parts.scheme, rest if is_language and "." in rest else host, ending if ending in _DOCUMENTS else ""


def check_same_figures(proof: Proof) -> Iterator[Finding]:
    """Dates, times and figures are the same in both languages."""
    both = Counterparts.of(proof)
    if both is None:
        return
    for text, other in both.texts:
        if text.value != other.value:
            yield from _different_figures(text, other, both)
    values = {path: value for path, value, _ in both.there.values}
    for path, value, _ in both.here.values:
        if not isinstance(value, dt.date | dt.time | int):
            continue
        there = values.get(both.path_there(path))
        if there is not None and value != there:
            words = f"{path[-1]!r} is {_shown(value)} here and {_shown(there)} in {both.there.language!r}"
            yield find("translation-figure", proof.source.position(path), words, "one of them is wrong")


def _shown(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


def _different_figures(text: Text, other: Text, both: Counterparts) -> Iterator[Finding]:
    here = read_figures(text.value, language=both.here.language)
    there = read_figures(other.value, language=both.there.language)
    more = _not_spelt_out(without(here, there), other.value, both.there.language)
    fewer = _not_spelt_out(without(there, here), text.value, both.here.language)
    if not (any(each.may_be_a_word for each in more) and any(each.may_be_a_word for each in fewer)):
        # What one language spells out, the other may write in digits.
        more, fewer = ([figure for figure in side if not figure.may_be_a_word] for side in (more, fewer))
    first = both.there.language
    missed = " and ".join(dict.fromkeys(repr(figure.shown) for figure in fewer))
    for shown, offset in dict.fromkeys((figure.shown, figure.offset) for figure in more):
        words = f"{shown!r} is not in {first!r}" + (f", which has {missed}" if missed else "")
        yield find("translation-figure", text.position(offset), words, "one of them is wrong")
    if missed and not more:
        words = f"the {text.field} lacks {missed} of {first!r}"
        yield find("translation-figure", text.position(), words, "is that meant?")


def _not_spelt_out(figures: Sequence[Figure], text: str, language: str) -> list[Figure]:
    """Leave out the figures that the other text has in words."""
    spelt = number_words(text, language=language) if figures else Counter[str]()
    rest = []
    for figure in figures:
        if spelt[figure.value]:
            spelt[figure.value] -= 1
        else:
            rest.append(figure)
    return rest


def without(figures: Sequence[Figure], others: Sequence[Figure]) -> list[Figure]:
    """Give the figures that the others lack; one that is here twice must be there twice."""
    left = Counter(figure.value for figure in others)
    rest = []
    for figure in figures:
        if left[figure.value]:
            left[figure.value] -= 1
        else:
            rest.append(figure)
    here = Counter(figure.value for figure in figures)
    return [figure for figure in rest if not any(same_hour(figure.value, value) for value in (left - here))]
