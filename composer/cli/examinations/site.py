"""Looks at the public address: whether it may stand in mails, and whether our own site answers there."""

from __future__ import annotations

import http.client
import ssl
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from composer.message.links import is_site_url
from composer.settings import SiteSettings, load_settings
from composer.workflow import project_database
from composer.workflow.wiring import the_route, the_site

_PATIENCE_S = 10.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def look_at_address() -> tuple[str, str]:
    """Whether NEWSLETTER_SITE_URL is an address that readers' programs can use."""
    url = load_settings(SiteSettings).site_url
    if not is_site_url(url):
        return f"{url} is no address of a site", "Set NEWSLETTER_SITE_URL, such as https://news.example.org"
    parts = urlsplit(url)
    if parts.hostname in _THIS_MACHINE:
        if the_route().relay.host in _THIS_MACHINE:
            return f"{url}, this machine: enough to try things out", ""
        return (
            f"{url} is this machine, but the relay is not: nobody could unsubscribe",
            "Set NEWSLETTER_SITE_URL to the public HTTPS address of `newsletter serve`.",
        )
    if parts.scheme != "https":
        return f"{url} is not HTTPS", "One-click unsubscribing needs HTTPS (RFC 8058 3.1): use an https:// address."
    return url, ""


def look_at_site() -> tuple[str, str]:
    """Ask whether `newsletter serve` answers at NEWSLETTER_SITE_URL, with this key and this database."""
    from composer.site.proof import PROOF_HEADER, proof_of

    site = the_site()
    with project_database.reading() as connection:
        proofs = {proof_of(connection, key=site.secret_key)}
    address = f"{site.url}/healthz"
    try:
        with urlopen(Request(address), timeout=_PATIENCE_S) as answer:  # noqa: S310 - Site takes http and https alone
            said = answer.headers.get(PROOF_HEADER)
    except HTTPError as error:
        return f"{address} answers {error.code}", _NOT_OURS
    except (URLError, OSError, http.client.HTTPException, ValueError) as error:
        return _nobody(site.url, _why(error))
    if said is None:
        return f"somebody answers at {site.url}, but it is not `newsletter serve`", _NOT_OURS
    with project_database.reading() as connection:
        proofs.add(proof_of(connection, key=site.secret_key))
    if said not in proofs:
        return (
            f"a `newsletter serve` answers at {site.url}, but with another database or another NEWSLETTER_SECRET_KEY",
            "Give it the same NEWSLETTER_DATABASE_URL and NEWSLETTER_SECRET_KEY as here; readers could not leave.",
        )
    return f"our site answers at {site.url}, over this database", ""


_NOT_OURS = (
    "Let this address lead to `newsletter serve` (a reverse proxy passes on every path below it), or correct "
    "NEWSLETTER_SITE_URL."
)


def _nobody(url: str, why: str) -> tuple[str, str]:
    if urlsplit(url).hostname in _THIS_MACHINE:
        return f"nobody answers at {url}: links work while this runs: newsletter serve", ""
    return f"{url}: {why}", "Links in mails lead there: run `newsletter serve` behind this address, or correct it."


def _why(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {cause.verify_message}"
    if isinstance(cause, TimeoutError):
        return f"no answer within {_PATIENCE_S:g} s"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
