"""Checks that links lead somewhere, and safely. Nothing is fetched; what their words say is in link_words.py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from composer.checks.finding import Finding, find
from composer.checks.page import PageLink
from composer.checks.proof import SLOT_END, SLOT_START, Proof, Rendered, heard
from composer.checks.stand_ins import is_stand_in
from composer.checks.written_links import NOWHERE, WrittenLink
from composer.errors import Mend, Position
from composer.issue import Newsletter
from composer.issue.blocks import ID_PATTERN, Picture
from composer.issue.nearest import advice, nearest_mend
from composer.issue.source import KeyPath
from composer.issue.traverse import traverse
from composer.link_address import HOW_TO_WRITE, host_of, is_local_host
from composer.pasted_address import pasted_behind, unwrapped

_SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "lnkd.in"}
)
_RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid)$")  # RFC 2606
_YET_TO_BE_WRITTEN = "write the address that is meant, or delete the link"
_SIGN_UP = re.compile(
    r"regist|sign.?up|book|ticket|inscri|inscription|réserv|reserv|billet|anmeld|buchen|karten|iscri|prenot|bigliet"
    r"|سج[لّ]|تسجيل|حجز|احجز|تذكر|تذاكر|הרשמ|הירשמ|כרטיס|εγγραφ|εισιτήρι|ilmoittau|anmäl|tilmeld|påmeld|înscri|přihlás|записв"
    r"|aanmeld|inschrijv|kayıt|bilet|rejestr|zapis|jelentkez|申し込|申込|参加登録|报名|報名|신청|регистр|запис",
    re.IGNORECASE,
)
"""Words of a page where one signs up, which several events may well share."""


def check_urls(proof: Proof) -> Iterator[Finding]:
    """Every URL that the author wrote leads to a place that readers can reach."""
    for link in proof.links:
        if not link.is_closed:
            words = f"the link to {link.url} is never closed: it goes on to the end of the paragraph"
            yield find("markup-unmeant", link.position, words, "write </a> behind its words")
        wrong = _wrong_url(link.url, proof.newsletter)
        if wrong is not None:
            code, message, hint = wrong
            yield find(code, link.position, message, hint, _address_meant(code, link.url))


def _wrong_url(url: str, newsletter: Newsletter) -> tuple[str, str, str] | None:
    if url in NOWHERE:
        return "link-empty", "the link leads nowhere", "write the whole address, or delete the link"
    if url.startswith("{{"):
        return None
    parts = _split(url)
    if parts is None:
        return "link-empty", f"{url!r} is not a whole address", "copy it again from the browser"
    scheme, host = parts
    if scheme not in ("http", "https") or "{{" in host:
        return None
    if is_stand_in(host, urlsplit(url).path):
        return "link-placeholder", f"{url} is a placeholder", _YET_TO_BE_WRITTEN
    if is_for_examples(host) and not is_sample(newsletter):
        return "link-placeholder", f"{url} is yet to be filled in: {host} is there for examples", _YET_TO_BE_WRITTEN
    if is_local_host(host):
        return "link-local", f"{url} can only be reached from your own network", "write the public address"
    if host.removeprefix("www.") in _SHORTENERS:
        return (
            "link-shortener",
            f"{host} hides where the link leads",
            "write the long address; spam filters distrust short ones",
        )
    if (pasted := _pasted(url)) is not None:
        return pasted
    if scheme == "http" and url[5:7] == "//":  # else it is told that it leads nowhere
        return "link-insecure", f"{url} is not encrypted", "write https:// if the site has it"
    return None


def _pasted(url: str) -> tuple[str, str, str] | None:
    """Tell what came along when the address was copied."""
    if "{{" in url:
        return None
    if (meant := unwrapped(url)) != url:
        words = f"the address leads to {host_of(url)}, and from there to {meant[:120]}: a mail program wrapped it"
        return "link-pasted", words, f"write {meant}"
    if (second := re.search(r"(?:%20|,|;)+https?://", url)) is not None:
        return (
            "link-pasted",
            f"{url} is two addresses",
            f"write {url[: second.start()]}, and the other one as a link of its own",
        )
    if behind := pasted_behind(url):
        words = f"{url} ends with {behind!r}, copied with it from a text"
        return "link-pasted", words, f"write {_without_what_is_behind(url)}"
    return None


def _without_what_is_behind(url: str) -> str:
    while (shorter := re.sub(r"(?:%[0-9A-Fa-f]{2})+$|[^%\w]$", "", url)) != url and pasted_behind(url):
        url = shorter
    return url


def _address_meant(code: str, url: str) -> Mend | None:
    """Put the address that was meant in the place of one with something of another program around it or behind it."""
    if code == "link-insecure":
        return Mend(url, f"https:{url[5:]}")
    if code != "link-pasted":
        return None
    if (meant := unwrapped(url)) != url:
        return Mend(url, meant)
    return Mend(url, _without_what_is_behind(url)) if pasted_behind(url) else None


def _is_foreign_scheme(address: str) -> bool:
    """Tell whether an address has a scheme that no link of a mail may have, read as a browser does."""
    scheme = re.match(r"[\x00-\x20]*([a-z][a-z0-9+.\-\t\r\n]*):", address, re.IGNORECASE)
    return scheme is not None and re.sub(r"\s", "", scheme[1]).lower() not in ("http", "https", "mailto", "tel")


def _split(url: str) -> tuple[str, str] | None:
    """Split a URL into scheme and host; None if it has no host where it needs one."""
    scheme = url.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        return scheme, ""
    try:
        urlsplit(url)
    except ValueError:
        return None
    host = host_of(url)
    return (scheme, host) if host else None


def is_for_examples(host: str) -> bool:
    """Tell whether a host is one of those that are kept free for examples."""
    return _RESERVED.search(host) is not None


def is_sample(newsletter: Newsletter) -> bool:
    """Whether the newsletter itself lives in a reserved domain; then its links may do so too."""
    own = newsletter.sender.email.rpartition("@")[2] if newsletter.sender else ""
    site = (_split(newsletter.website or "") or ("", ""))[1]
    return any(is_for_examples(domain) for domain in (own, site) if domain)


def check_duplicates(proof: Proof) -> Iterator[Finding]:
    """No two articles, or two events, have the same link, as they do if one was copied and not changed.

    Meant are: a link in a text, a button that stands twice, a front page, three entries and more with one link, parts
    of a series, a page to sign up for several events, an agenda and the list of dates below it.
    """
    values = {path: value for path, value, _ in proof.values}
    shared: dict[tuple[str, str], dict[KeyPath, WrittenLink]] = {}
    for link in proof.links:
        if not link.is_in_prose and getattr(values[link.entry], "title", None) and _is_one_page(link.url):
            shared.setdefault((link.kind, _page_of(link.url)), {}).setdefault(link.entry, link)
    for links in shared.values():
        if len(links) != 2:
            continue
        before, link = links.values()
        first, second = values[before.entry], values[link.entry]
        if not _is_series(first, second) and not any(
            _SIGN_UP.search(each.words + " " + each.url) for each in links.values()
        ):
            message = f"{link.url} is also linked in line {before.position.line}"
            yield find("link-duplicate", link.position, message, "is one of them meant to lead elsewhere?")


_COUNTING = re.compile(r"(?:utm_\w+|mc_[ce]id|fbclid|gclid|mtm_\w+|pk_\w+)=[^&#]*&?")
"""Parts of a query that only count clicks."""


def _page_of(url: str) -> str:
    """Give the address of the page alone, without what counts clicks."""
    return re.sub(r"[?&]+(?=#|$)", "", _COUNTING.sub("", url)) if "?" in url else url


def _is_one_page(url: str) -> bool:
    """Whether the address is that of one thing, and not a site's front page."""
    parts = urlsplit(url) if _split(url) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.path.strip("/") or parts.query)


def _is_series(first: object, second: object) -> bool:
    """Tell whether two entries speak of one thing, or of two parts of it: Webinar 3 and Webinar 4."""
    kickers = [getattr(entry, "kicker", None) for entry in (first, second)]
    words = [set(re.sub(r"\d+", " ", heard(str(getattr(entry, "title", "")))).split()) for entry in (first, second)]
    common = words[0] & words[1]
    return (kickers[0] == kickers[1] is not None) or 2 * len(common) >= max(map(len, words))


def check_anchors(rendered: Rendered) -> Iterator[Finding]:
    """``#agenda`` leads to something in the mail."""
    blocks = rendered.proof.content.blocks
    ids = sorted({block.id for block in blocks if block.id} | rendered.page.ids)
    for link in rendered.proof.links:
        anchor = unquote(link.url.removeprefix("#"))
        if link.url.startswith("#") and anchor and anchor not in ids:
            hint = advice(anchor, ids, _how_to_name(anchor))
            near = nearest_mend(anchor, ids)
            mend = Mend(link.url, f"#{near.by}") if near else None
            yield find("link-anchor", link.position, f"there is no block with the id {anchor!r}", hint, mend)


def _how_to_name(anchor: str) -> str:
    if re.fullmatch(ID_PATTERN, anchor):
        return "give the block that is meant an id: of this name"
    letters = unicodedata.normalize("NFKD", anchor).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", letters).strip("-0123456789") or "part"
    return f"give the block that is meant id: {name}, and write #{name}"


def check_template_links(rendered: Rendered) -> Iterator[Finding]:
    """Links that templates and newsletter.yaml have lead somewhere too."""
    written = {link.url for link in rendered.proof.links}
    for link in rendered.page.links:
        host = host_of(link.href) if SLOT_START not in link.href and link.href not in written else ""
        if SLOT_START not in link.href and link.href not in written and _is_foreign_scheme(link.href):
            place = rendered.proof.place(link.href)
            yield find("link-empty", place, f"{link.href[:60]!r} leads nowhere in a mail", HOW_TO_WRITE)
        if host and is_local_host(host):
            words = f"{link.href} can only be reached from your own network"
            yield find("link-local", rendered.proof.place(link.href), words, "write the public address")
        if link.href.strip() in NOWHERE and link.href not in written:
            words = f"a link of a template leads nowhere: {link.words.replace(SLOT_START, '')[:40]!r}"
            yield find("link-empty", rendered.proof.place(link.words.strip()), words, "look into the block's template")


_UNHEARD = re.compile(r"[\s\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u3164]+")
"""Blanks, and signs that nobody sees or hears."""


def check_link_names(rendered: Rendered) -> Iterator[Finding]:
    """Every link has words, or a picture with words: else who listens hears an address, spelled out.

    WCAG 2.2, 2.4.4 and 4.1.2; what html-validate calls wcag/h30 and axe-core link-name.
    """
    proof = rendered.proof
    unclosed = {unquote(one.url) for one in proof.links if not one.is_closed}  # which is told
    for link in rendered.page.links:
        if _UNHEARD.sub("", link.words + link.label) or unquote(link.href) in unclosed:
            continue
        shown = link.href.replace(SLOT_START, "{{ ").replace(SLOT_END, " }}")
        if link.pictures:
            message = f"the link to {shown} is a picture without alt text: it has no name"
            hint = "say in the picture's alt text where the link leads"
        else:
            message = f"the link to {shown} has no words: nobody sees or hears it"
            hint = "write words between the brackets, or delete the link"
        for place in _places_of_nameless(link, proof):
            yield find("link-nameless", place, message, hint)


def _places_of_nameless(link: PageLink, proof: Proof) -> Iterator[Position]:
    """Find the alt text of the link's picture, or else the link where it is written, or else its address."""
    address = unquote(link.href)
    nameless = (one for one in proof.links if not _UNHEARD.sub("", one.words))
    written = [one.position for one in nameless if unquote(one.url) == address]
    pictures = {unquote(address.rpartition("/")[2]) for address in link.pictures}
    alts = (
        source.position((*path, "alt"))
        for content, source in ((proof.content, proof.source), (proof.newsletter, proof.newsletter_source))
        for path, value in traverse(content)
        if isinstance(value, Picture) and value.file.rpartition("/")[2] in pictures and not value.alt.strip()
    )
    alt = next(alts, None)
    yield from [alt] if alt else written or [proof.place(link.href)]
