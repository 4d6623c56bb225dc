"""What a request asks to see: an issue in a language, for which reader, with which subject of a test.

Enters: a path and a query. Leaves: a PreviewRequest. A reader is one of the made-up ones, one who shows a side of a
condition, or somebody of the database by number (``subscriber-17``: no address stands in an address). Whoever they are,
they are only shown: nothing of theirs is kept, and the server answers this machine alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from composer.edition import fill
from composer.edition.model import Edition, SlottedText
from composer.output.sample_readers import Reader, sample_readers
from composer.studio.branches import branch_readers
from composer.studio.previews import IssuePreview, IssuePreviews
from composer.studio.report import languages_of

LINK_PURPOSES: Final = ("unsubscribe", "browser", "print")
_SUBSCRIBER = re.compile(r"subscriber-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a request asks to see: an issue in a language, for which reader, with which subject of a test (A to D)."""

    preview: IssuePreview
    language: str
    subject: str
    reader: Reader
    readers: tuple[Reader, ...]
    origin: str
    told: Edition | None = None
    """The edition that the page was told of, if it asks for that one; the files may be others since."""

    @property
    def edition(self) -> Edition:
        """The edition to show, with the first subject if there is no such other; 404 if this language never built."""
        other = self.preview.checked.variants.get(self.subject, {})
        edition = other.get(self.language) or self.told or self.preview.editions.get(self.language)
        if edition is None:
            raise HTTPException(404, f"{self.preview.slug} cannot be shown in {self.language!r} yet.")
        return edition

    @property
    def pictures_url(self) -> str:
        """Where the issue's files are served, without the last slash."""
        return f"{self.origin}/pictures/{quote(self.preview.slug)}/{quote(self.language)}"

    @property
    def links(self) -> dict[str, str]:
        """The values of ``links.*``, all of which lead to the studio itself."""
        return harmless_links(self.origin, files=self.pictures_url)

    def filled(self, segments: SlottedText) -> str:
        """Return the segments as the text that this reader gets."""
        return fill(segments, self.reader.values(self.links))


def read_request(request: Request, slug: str) -> PreviewRequest:
    """Find what a request asks to see. Raises NewsletterError if there is no such issue.

    ``digest`` of its query begins with that of the edition that the page was told of.
    """
    query = request.query_params
    reader, subject, digest = query.get("reader", "full"), query.get("subject", "A"), query.get("digest", "")
    # In the path of what is shown, in the query of what is told about it.
    language = request.path_params.get("language") or query.get("language", "")
    previews = previews_of(request)
    preview = previews.unchecked(slug, language) if _is_urgent(request) else previews.preview(slug)
    languages = languages_of(preview)
    if language not in languages:
        language = languages[0] if languages else (language or "en")
    readers = sample_readers(language, preview.newsletter.fields if preview.newsletter else {})
    if edition := preview.editions.get(language):
        readers += branch_readers(edition.conditions(), like=readers[0])
    if (somebody := _subscriber(reader, language)) is not None:
        readers += (somebody,)
    chosen = next((person for person in readers if person.key == reader), readers[0])
    typed = {name.removeprefix("v."): value for name, value in query.items() if name.startswith("v.")}
    told = previews.edition_of(preview.slug, digest.partition(" ")[0])
    if told is not None and told.language != language:
        told = None
    return PreviewRequest(preview, language, subject, chosen.with_values(typed), readers, origin_of(request), told)


def origin_of(request: Request) -> str:
    """Return the address of the studio as this browser calls it, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}"


def harmless_links(origin: str, *, files: str) -> dict[str, str]:
    """Let a mail's own links (``links.*``) lead to the studio, where they do nothing; ``files`` is where its files are.

    Neither address ends in a slash.
    """
    return {**{f"links.{purpose}": f"{origin}/link/{purpose}" for purpose in LINK_PURPOSES}, "links.assets": files}


def _is_urgent(request: Request) -> bool:
    """Whether what is asked for is the mail on the screen and its pictures, and not what the checks say."""
    return "language" in request.path_params or "soon" in request.query_params


def _subscriber(key: str, language: str) -> Reader | None:
    """Find somebody of the database, with the values that a mailing would show of them."""
    number = _SUBSCRIBER.fullmatch(key)
    if number is None:
        return None
    # Nobody's first mail waits for a database.
    from composer.audience.extremes import address_of
    from composer.studio.sending.answering import looking
    from composer.workflow.readers import subscriber_reader

    with looking() as connection:
        address = None if connection is None else address_of(connection, int(number[1]))
        if connection is None or address is None:
            return None
        return replace(subscriber_reader(connection, address).in_language(language), key=key)


def previews_of(request: Request) -> IssuePreviews:
    """Return the previews of the app that answers."""
    previews: IssuePreviews = request.app.state.previews
    return previews


def told_in_project(request: Request, error: Exception) -> str:
    """Say an error in words that name the project's files from there."""
    return previews_of(request).project.told(str(error))
