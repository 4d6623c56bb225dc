"""The printable form becomes a PDF by WeasyPrint, which is an extra because it needs Pango on the machine.

Enters: an edition, the values of its slots. Leaves: a PDF, tagged and titled, the same bytes for the same edition.
Never: the network; of addresses only those of the issue's own files are read, from memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from composer.edition import fill
from composer.edition.model import Edition
from composer.errors import NewsletterError

_BASE = "issue:///"
_ASSETS = f"{_BASE}assets"


def require_weasyprint() -> None:
    """Raise NewsletterError, saying how to get it, if WeasyPrint cannot be used here."""
    _weasyprint()


def print_pdf(edition: Edition, values: Mapping[str, str]) -> bytes:
    """Make the PDF of the printable form. NewsletterError if WeasyPrint is not installed."""
    weasyprint = _weasyprint()
    html = fill(edition.print_html, {**values, "links.assets": _ASSETS})
    document = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=_files_of(edition, weasyprint))
    identifier = hashlib.sha256(edition.digest.encode()).digest()[:16]
    pdf: bytes = document.write_pdf(pdf_identifier=identifier, pdf_tags=True)
    return pdf


def _files_of(edition: Edition, weasyprint: Any) -> Any:
    """Make a fetcher that knows the edition's files and nothing else."""
    files = {asset.name: asset for asset in edition.assets}

    class Files(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # there is no WeasyPrint when types are checked
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            asset = files.get(unquote(url.removeprefix(f"{_ASSETS}/")))
            if asset is None:
                raise ValueError(f"{url} is not one of the issue's files")
            return weasyprint.urls.URLFetcherResponse(url, asset.content, {"Content-Type": asset.media_type})

    return Files()


def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError as error:
        raise NewsletterError(
            "a PDF needs WeasyPrint, which is not installed; "
            "install it with: pip install 'newsletter-composer[pdf]', or print print.html in a browser"
        ) from error
    except OSError as error:
        # It is there, but the libraries that it draws with are not.
        raise NewsletterError(f"WeasyPrint cannot start here: {error}; it needs Pango 1.44 or newer") from error
    return weasyprint
