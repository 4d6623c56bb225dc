"""Makes findings of what became of the pages that an issue links to, at the places where their addresses are written.

They are warnings: a server may be away for an hour, or may not let programs look. Addresses that are for examples
(RFC 2606), that stand for others still, or that only a reader's value completes are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from composer.checks.access.link_purpose import target
from composer.checks.finding import Finding, find
from composer.checks.links import is_for_examples
from composer.checks.proof import SLOT_START, Proof, Rendered
from composer.checks.stand_ins import is_stand_in
from composer.compose import CheckedIssue
from composer.errors import Mend, NewsletterError, Position
from composer.link_address import host_of, is_local_host
from composer.probing.probe import PageState, ProbedPage, Prober

_CODES = {
    PageState.MOVED: "link-moved",
    PageState.GONE: "link-gone",
    PageState.NO_HOST: "link-gone",
    PageState.BROKEN: "link-broken",
    PageState.UNSURE: "link-unsure",
    PageState.PRIVATE: "link-local",
}
_HINTS = {
    PageState.GONE: "look for the page, and write its new address",
    PageState.NO_HOST: "compare the name letter by letter with the one in the browser",
    PageState.BROKEN: "look at it in a browser, and once more before you send",
    PageState.UNSURE: "look at it in a browser: some sites turn programs away",
    PageState.PRIVATE: "write the public address",
}


def probe_links(issues: Iterable[CheckedIssue], prober: Prober) -> tuple[Finding, ...]:
    """Ask for every page that these issues link to, each once. Raises NewsletterError if no host can be found."""
    places: dict[str, list[Position]] = {}
    for checked in issues:
        for url, position in _links_of(checked):
            if position not in places.setdefault(url, []):
                places[url].append(position)
    pages = prober.probe(places)
    if len(pages) > 1 and all(page.state is PageState.NO_HOST for page in pages.values()):
        raise NewsletterError("no host of any link can be found; is this computer connected to the network?")
    return tuple(_findings(pages, places))


def _findings(pages: Mapping[str, ProbedPage], places: Mapping[str, list[Position]]) -> Iterator[Finding]:
    for url, page in pages.items():
        if page.state is PageState.THERE:
            continue
        hint, mend = _HINTS.get(page.state, ""), None
        if page.state is PageState.MOVED:
            if target(page.moved_to) == target(url):  # a stroke at the end, www. or https
                continue
            is_front = not urlsplit(page.moved_to).path.strip("/") and bool(urlsplit(url).path.strip("/"))
            hint = "the page itself is probably gone: look for it" if is_front else f"write {page.moved_to}"
            mend = None if is_front else Mend(url, page.moved_to)
        for position in places[url]:
            yield find(_CODES[page.state], position, f"{url} {page.words}", hint, mend)


def _links_of(checked: CheckedIssue) -> Iterator[tuple[str, Position]]:
    """Give each address of a page with its place: those that the author wrote, then those of templates."""
    if checked.issue is None:
        return
    for language in checked.issue.languages:
        proof = Proof(checked.issue, language)
        written = {link.url for link in proof.links}
        found = [(link.url, link.position) for link in proof.links]
        if language in checked.editions:
            page = Rendered(proof, checked.editions[language]).page
            found += [(link.href, proof.place(link.href)) for link in page.links if link.href not in written]
        for url, position in found:
            if _is_asked_for(url):
                yield url.partition("#")[0], position


def _is_asked_for(url: str) -> bool:
    host = host_of(url)
    if not host or "{{" in url or SLOT_START in url or is_local_host(host) or is_for_examples(host):
        return False
    return not is_stand_in(host, urlsplit(url).path)
