"""Pictures that travel in the mail instead of lying on the site.

Enters: an edition that says so. Leaves: HTML whose pictures are addressed as ``cid:`` (RFC 2392), and the pictures that
it shows, each with its Content-ID: a hash of its name and bytes at the sender's domain, so the same picture has the
same id in every mail. Links to a file (``href``) keep leading to the site.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote

from composer.edition.model import Asset, Edition
from composer.message.links import Site, assets_url


class Embedding:
    """Embeds the pictures of one edition; where they are hosted, it leaves everything as it is."""

    def __init__(self, edition: Edition, *, site: Site, domain: str) -> None:
        pictures = [asset for asset in edition.assets if asset.media_type.startswith("image/")]
        embedded = pictures if edition.pictures == "embedded" else []
        self._pictures = {quote(asset.name): asset for asset in embedded}
        self._domain = domain
        self._used: dict[str, Asset] = {}
        names = "|".join(map(re.escape, sorted(self._pictures, key=len, reverse=True)))
        base = re.escape(assets_url(edition, site=site))
        # An expression, because what is looked through is a piece of a document, cut at its slots, and no document.
        shown = r"""(?P<before>\b(?:src|background|poster)=["']|\burl\(\s*["']?)"""
        self._address = re.compile(rf"""{shown}{base}/(?P<name>{names})(?=["')])""") if names else None

    def embed(self, html: str) -> str:
        """Give ``html`` in which pictures are shown as ``cid:``; links to them stay."""
        return html if self._address is None else self._address.sub(self._cid, html)

    def pictures(self) -> Iterator[tuple[str, Asset]]:
        """Give Content-ID and picture of those that ``embed`` has met."""
        for _, asset in sorted(self._used.items()):
            yield _content_id(asset, self._domain), asset

    def _cid(self, address: re.Match[str]) -> str:
        asset = self._used[address["name"]] = self._pictures[address["name"]]
        return f"{address['before']}cid:{_content_id(asset, self._domain)}"


def _content_id(asset: Asset, domain: str) -> str:
    name_and_bytes = f"{asset.name}\0{asset.sha256}".encode()
    return f"{hashlib.sha256(name_and_bytes).hexdigest()[:32]}@{domain}"
