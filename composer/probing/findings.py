"""Makes findings of what became of the pages that an issue links to, at the places where their addresses are written.

They are warnings: a server may be away for an hour, or may not let programs look. Addresses that are for examples
(RFC 2606), that stand for others still, that only a reader's value completes, that are a reader's own, or that are none
(which the checks of links tell) are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from composer.checks.access.link_purpose import target
from composer.checks.finding import Finding, find
from composer.checks.links import is_for_examples
from composer.checks.proof import SLOT_START, Proof, Rendered
from composer.checks.stand_ins import is_stand_in
from composer.compose import CheckedIssue
from composer.errors import Mend, NewsletterError, Position
from composer.link_address import LinkError, host_of, is_local_host, spell_link
from composer.probing.personal_links import is_personal
from composer.probing.probe import PageState, ProbedPage, Prober

_CODES = {
    PageState.MOVED: "link-moved",
    PageState.GONE: "link-gone",
    PageState.NO_HOST: "link-gone",
    PageState.UNRESOLVED: "link-broken",
    PageState.BROKEN: "link-broken",
    PageState.UNSURE: "link-unsure",
    PageState.PRIVATE: "link-local",
}
_WITHOUT_NUMBER = (PageState.NO_HOST, PageState.UNRESOLVED)
_HINTS = {
    PageState.GONE: "look for the page, and write its new address",
    PageState.NO_HOST: "compare the name letter by letter with the one in the browser",
    PageState.UNRESOLVED: "ask once more later",
    PageState.BROKEN: "look at it in a browser, and once more before you send",
    PageState.UNSURE: "look at it in a browser: some sites turn programs away",
    PageState.PRIVATE: "write the public address",
}


def probe_links(issues: Sequence[CheckedIssue], prober: Prober) -> Sequence[tuple[Finding, ...]]:
    """Ask for every page that these issues link to, each once, and give the findings of each issue.

    Raises NewsletterError if no host can be found.
    """
    of_issues: list[dict[str, list[Position]]] = []
    for checked in issues:
        places: dict[str, list[Position]] = {}
        for url, position in _links_of(checked):
            if position not in places.setdefault(url, []):
                places[url].append(position)
        of_issues.append(places)
    pages = prober.probe(url for places in of_issues for url in places)
    hosts = {host_of(url) for url in pages}
    if len(hosts) > 1 and all(page.state in _WITHOUT_NUMBER for page in pages.values()):
        raise NewsletterError("no host of any link can be found; is this computer connected to the network?")
    return [tuple(_findings(pages, places)) for places in of_issues]


def _findings(pages: Mapping[str, ProbedPage], places: Mapping[str, list[Position]]) -> Iterator[Finding]:
    for url, positions in places.items():
        page = pages[url]
        if page.state is PageState.THERE:
            continue
        hint, mend = _HINTS.get(page.state, ""), None
        if page.state is PageState.MOVED:
            if target(page.moved_to) == target(url):  # a stroke at the end, www. or https
                continue
            is_front = not urlsplit(page.moved_to).path.strip("/") and bool(urlsplit(url).path.strip("/"))
            hint = "the page itself is probably gone: look for it" if is_front else f"write {page.moved_to}"
            mend = None if is_front else Mend(url, page.moved_to)
        for position in positions:
            yield find(_CODES[page.state], position, f"{url} {page.words}", hint, mend)


def _links_of(checked: CheckedIssue) -> Iterator[tuple[str, Position]]:
    """Give each address of a page with its place: those that the author wrote, then those of templates."""
    if checked.issue is None:
        return
    for language in checked.issue.languages:
        proof = Proof(checked.issue, language)
        written = {link.url for link in proof.links}
        found = [(link.url, link.words, link.position) for link in proof.links]
        if language in checked.editions:
            page = Rendered(proof, checked.editions[language]).page
            others = (link for link in page.links if link.href not in written)
            found += [(link.href, link.words, proof.place(link.href)) for link in others]
        for url, words, position in found:
            if _is_asked_for(url) and not is_personal(url, words):
                yield url.partition("#")[0], position


def _is_asked_for(url: str) -> bool:
    host = host_of(url)
    if not host or "{{" in url or SLOT_START in url or is_local_host(host) or is_for_examples(host):
        return False
    try:
        return not is_stand_in(host, urlsplit(spell_link(url)).path)
    except LinkError:
        return False
