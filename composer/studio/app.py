"""Answers at the addresses of the studio.

::

    /                                           the page; its state is in the query string
    /static/…                                   its styles and scripts
    /api/project                                the issues
    /api/issues/{slug}                          findings, weight, inbox, readers   ?language= reader= subject= v.FIELD=
    /show/{slug}/{language}/mail                the mail for the frame                       … scheme= pictures=
    /show/{slug}/{language}/print               the printable form
    /show/{slug}/{language}/text, /source       as text/plain
    /show/{slug}/{language}/message.eml         a whole message to this sample reader
    /pictures/{slug}/{language}/{name}          the issue's files
    /link/{purpose}                             where a sample's own links lead: nowhere
    /events                                     server-sent: hello, change
    /api/forms, /api/issues/{slug}/document …   writing: writing.py
    /api/sending/…, /sending/…                  test mails, people, plans, sending, history (``sending/``)

Only for this machine's own browsers (``web/guards.py``), and of them only those that opened the start address
(``session.py``). Nothing is changed by GET.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles

from composer.edition import fill
from composer.edition.block_places import with_comments
from composer.edition.language.locales import nearest_language, spoken_languages
from composer.edition.model import Edition, Segments
from composer.errors import NewsletterError
from composer.output.bundle import sample_message
from composer.output.sample_readers import Reader, sample_readers
from composer.project import Project
from composer.studio import page
from composer.studio.branches import branch_readers
from composer.studio.changes import SavedChanges
from composer.studio.desk import Desk
from composer.studio.previews import IssuePreview, IssuePreviews
from composer.studio.report import IssueReport, ProjectReport, issue_line, issue_report, languages_of
from composer.studio.sending import sending_routes
from composer.studio.sending.dropped_files import DroppedFiles
from composer.studio.sending.importing import FILES_PATH
from composer.studio.session import BrowserSession, OnlyOurBrowser
from composer.studio.writing import MOST_BYTES, add_writing
from composer.web.events import stream_response
from composer.web.files import file_response
from composer.web.guards import BodyLimit, LoopbackOnly, SecurityHeaders, content_policy
from composer.web.languages import accepted_languages
from composer.web.mail_frame import Scheme, frame_html, frame_policy

_PAGE_POLICY: Final = content_policy(
    script_src="'self'", style_src="'self'", img_src="'self'", connect_src="'self'", frame_src="'self'"
)
"""What the studio's own page may do. A mail is answered under a policy of ``web/mail_frame.py``."""

LINK_PURPOSES: Final = ("unsubscribe", "browser", "print")

_routes = APIRouter()


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a request asks to see: an issue in a language, for which reader, with which subject of a test (A to D)."""

    preview: IssuePreview
    language: str
    subject: str
    reader: Reader
    readers: tuple[Reader, ...]
    origin: str

    @property
    def edition(self) -> Edition:
        """The edition to show, with the first subject if there is no such other; 404 if this language never built."""
        other = self.preview.checked.variants.get(self.subject, {})
        edition = other.get(self.language) or self.preview.editions.get(self.language)
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
        purposes = {f"links.{purpose}": f"{self.origin}/link/{purpose}" for purpose in LINK_PURPOSES}
        return {**purposes, "links.assets": self.pictures_url}

    def filled(self, segments: Segments) -> str:
        """Return the segments as the text that this reader gets."""
        return fill(segments, self.reader.values(self.links))


def _read_request(request: Request, slug: str, reader: str = "full", subject: str = "A") -> PreviewRequest:
    preview = _previews(request).preview(slug)
    languages = languages_of(preview)
    # In the path of what is shown, in the query of what is told about it.
    language = request.path_params.get("language") or request.query_params.get("language", "")
    if language not in languages:
        language = languages[0] if languages else (language or "en")
    readers = sample_readers(language, preview.newsletter.fields if preview.newsletter else {})
    if edition := preview.editions.get(language):
        readers += branch_readers(edition.conditions(), like=readers[0])
    chosen = next((person for person in readers if person.key == reader), readers[0])
    typed = {name.removeprefix("v."): value for name, value in request.query_params.items() if name.startswith("v.")}
    origin = f"{request.url.scheme}://{request.url.netloc}"
    return PreviewRequest(preview, language, subject, chosen.with_values(typed), readers, origin)


Asked = Annotated[PreviewRequest, Depends(_read_request)]


def _previews(request: Request) -> IssuePreviews:
    previews: IssuePreviews = request.app.state.previews
    return previews


# --- What is told


@_routes.get("/api/project")
def _project(request: Request) -> ProjectReport:
    previews = _previews(request)
    newsletter = previews.newsletter()
    return ProjectReport(
        started=(previews.project.issues_dir / "newsletter.yaml").is_file(),
        newsletter=newsletter.name if newsletter else None,
        organisation=newsletter.organisation if newsletter else None,
        issues_dir=str(previews.project.issues_dir),
        issues=tuple(map(issue_line, previews.summaries())),
    )


@_routes.get("/api/issues/{slug}")
def _issue(request: Request, asked: Asked) -> IssueReport:
    base = _previews(request).project.issues_dir.resolve().parent
    return issue_report(
        asked.preview, language=asked.language, reader=asked.reader, readers=asked.readers, links=asked.links, base=base
    )


@_routes.get("/events")
async def _events(request: Request) -> StreamingResponse:
    changes: SavedChanges = request.app.state.changes
    return stream_response(changes.stream())


# --- What is shown


@_routes.get("/show/{slug}/{language}/mail")
def _mail(asked: Asked, scheme: Scheme = Scheme.LIGHT, pictures: bool = True) -> HTMLResponse:
    html = with_comments(asked.edition.html, asked.edition.block_places)
    return _framed(html, asked, scheme=scheme, pictures=pictures)


@_routes.get("/show/{slug}/{language}/print")
def _printable(asked: Asked, pictures: bool = True) -> HTMLResponse:
    return _framed(asked.edition.print_html, asked, scheme=Scheme.LIGHT, pictures=pictures)


def _framed(html: Segments, asked: PreviewRequest, *, scheme: Scheme, pictures: bool) -> HTMLResponse:
    policy = frame_policy(pictures=f"{asked.pictures_url}/ data:" if pictures else "'none'", same_origin=True)
    return HTMLResponse(frame_html(asked.filled(html), scheme=scheme), headers={"Content-Security-Policy": policy})


@_routes.get("/show/{slug}/{language}/text")
def _text(asked: Asked) -> PlainTextResponse:
    return PlainTextResponse(asked.filled(asked.edition.text))


@_routes.get("/show/{slug}/{language}/source")
def _source(asked: Asked) -> PlainTextResponse:
    return PlainTextResponse(asked.filled(asked.edition.html))


@_routes.get("/show/{slug}/{language}/message.eml")
def _message(asked: Asked) -> Response:
    zone = asked.preview.newsletter.timezone if asked.preview.newsletter else "UTC"
    name = quote(f"{asked.preview.slug}.{asked.language}.eml")
    return Response(
        sample_message(asked.edition, asked.reader, timezone=zone),
        media_type="message/rfc822",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@_routes.get("/pictures/{slug}/{language}/{name:path}")
def _picture(request: Request, asked: Asked, name: str) -> Response:
    asset = next((asset for asset in asked.edition.assets if asset.name == name), None)
    if asset is None:
        raise HTTPException(404, f"This issue has no file {name!r}.")
    tag = f'"{hashlib.sha256(asset.content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return file_response(asset.content, asset.media_type, more={"ETag": tag})


@_routes.get("/link/{purpose}")
def _link(request: Request, purpose: str) -> PlainTextResponse:
    if purpose not in LINK_PURPOSES:
        raise HTTPException(404, "The preview has no such link.")
    spoken = spoken_languages(_previews(request).project.templates, prefix="preview_")
    wanted = accepted_languages(request.headers.get("accept-language", ""))
    words = spoken[nearest_language(wanted, spoken=spoken)]
    return PlainTextResponse(f"{words[purpose]}\n{words['nothing']}\n")


@_routes.get("/")
def _page(request: Request) -> Response:
    if not page.is_built():
        return PlainTextResponse(f"{page.NOT_BUILT.capitalize()}.\n", status_code=503)
    session: BrowserSession = request.app.state.session
    nonce = secrets.token_urlsafe(16)
    html = page.html(token=session.forgery_token(request.state.cookie), nonce=nonce)
    policy = _PAGE_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


# --- The app


def create_studio(project: Project, *, run: str, session: BrowserSession) -> FastAPI:
    """Make the studio of one project. ``run`` names this start of the program, so that open pages notice a new one;
    ``session`` knows who may use it.

    While the app lives it watches the project's folders; ``app.state.changes.end()`` closes the streams of open
    browsers, so that a server can stop without waiting for them.
    """
    changes = SavedChanges((project.issues_dir, *project.templates), run=run)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(changes.watch())
        yield
        changes.end()
        await watching

    app = FastAPI(title="newsletter studio", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.previews = IssuePreviews(project)
    app.state.changes = changes
    app.state.session = session
    add_writing(app, Desk(project))
    app.add_middleware(BodyLimit, limit_bytes=MOST_BYTES, but=(FILES_PATH,))
    app.state.dropped_files = DroppedFiles()
    app.add_middleware(OnlyOurBrowser, session=session)
    app.add_middleware(LoopbackOnly)
    app.add_middleware(SecurityHeaders, policy=_PAGE_POLICY, more={"Cache-Control": "no-cache"})
    app.add_exception_handler(NewsletterError, _tell)
    app.include_router(_routes)
    app.include_router(sending_routes())
    app.mount("/static", StaticFiles(directory=page.STATIC, check_dir=False), name="static")
    return app


def _tell(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)
