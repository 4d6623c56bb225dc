"""Answers at the addresses of the studio.

::

    /                                           the page; its state is in the query string
    /static/…                                   its styles and scripts
    /api/project                                the issues
    /api/issues/{slug}                          findings, weight, readers  ?language= reader= subject= v.FIELD= soon=
                                                (frames.py)                … shown= scheme= styles=
    /show/{slug}/{language}/mail                the mail for the frame      … scheme= pictures= styles= theme=
    /show/{slug}/{language}/print               the printable form
    /show/{slug}/{language}/text, /source       as text/plain
    /show/{slug}/{language}/message.eml         a whole message to this sample reader
    /pictures/{slug}/{language}/{name}          the issue's files
    /link/{purpose}                             where a sample's own links lead: nowhere
    /events                                     server-sent: hello, change     ?page= a name for whoever listens
    /api/begin …, /api/put-away …               issues begin, and go out of the way (``issue_life/``)
    /api/issues/{slug}/translations …           two languages side by side: translations.py
    /api/publication …                          what its newsletter.yaml is written with: publication.py
    /api/forms, /api/issues/{slug}/document …   writing: writing.py
    /api/seeing, /api/issues/{slug}/seeing      themes, weights of blocks, who sees what: seeing.py
    /api/gallery, /gallery/…                    every block in every theme: gallery.py
    /api/sending/…, /sending/…                  test mails, people, plans, sending, history (``sending/``)

What the first mail needs is here and in ``frames.py``; the rest is made a little later (``_rooms``).

Only for this machine's own browsers (``web/guards.py``), and of them only those that opened the start address
(``session.py``). Nothing is changed by GET.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from composer.edition.language.locales import nearest_language, spoken_languages
from composer.edition.theme.environment import keep_compiled, recall_compiled
from composer.errors import NewsletterError
from composer.project import Project
from composer.studio import frames, page
from composer.studio.asked import LINK_PURPOSES, previews_of
from composer.studio.changes import SavedChanges
from composer.studio.frames import asked_by, model_response
from composer.studio.previews import IssuePreviews
from composer.studio.report import ProjectReport, issue_line
from composer.studio.session import BrowserSession, OnlyOurBrowser
from composer.studio.themed import ThemedEditions
from composer.web.events import stream_response
from composer.web.files import file_response, page_files
from composer.web.guards import BodyLimit, LoopbackOnly, SecurityHeaders, content_policy
from composer.web.languages import accepted_languages
from composer.web.late import LateApp

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_log = logging.getLogger("composer.studio")

_PAGE_POLICY: Final = content_policy(
    script_src="'self'", style_src="'self'", img_src="'self'", connect_src="'self'", frame_src="'self'"
)
"""What the studio's own page may do. A mail is answered under a policy of ``web/mail_frame.py``."""


# --- What is told


def _project(request: Request) -> Response:
    previews = previews_of(request)
    newsletter = previews.newsletter()
    report = ProjectReport(
        started=(previews.project.issues_dir / "newsletter.yaml").is_file(),
        newsletter=newsletter.name if newsletter else None,
        organisation=newsletter.organisation if newsletter else None,
        issues_dir=str(previews.project.issues_dir),
        issues=tuple(map(issue_line, previews.summaries())),
    )
    return model_response(report)


async def _events(request: Request) -> StreamingResponse:
    changes: SavedChanges = request.app.state.changes
    return stream_response(changes.stream(request.query_params.get("page", "")))


# --- What is shown


def _text(request: Request) -> PlainTextResponse:
    asked = asked_by(request)
    return PlainTextResponse(asked.filled(asked.edition.text))


def _source(request: Request) -> PlainTextResponse:
    asked = asked_by(request)
    return PlainTextResponse(asked.filled(asked.edition.html))


def _message(request: Request) -> Response:
    from composer.output.bundle import sample_message  # which the first mail need not wait for

    asked = asked_by(request)
    zone = asked.preview.newsletter.timezone if asked.preview.newsletter else "UTC"
    name = quote(f"{asked.preview.slug}.{asked.language}.eml")
    return Response(
        sample_message(asked.edition, asked.reader, timezone=zone),
        media_type="message/rfc822",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _picture(request: Request) -> Response:
    asked, name = asked_by(request), request.path_params["name"]
    themed: ThemedEditions = request.app.state.themed
    assets = chain(asked.edition.assets, themed.assets(asked.preview, asked.language))
    asset = next((asset for asset in assets if asset.name == name), None)
    if asset is None:
        raise HTTPException(404, f"This issue has no file {name!r}.")
    tag = f'"{hashlib.sha256(asset.content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return file_response(asset.content, asset.media_type, more={"ETag": tag})


def _link(request: Request) -> PlainTextResponse:
    purpose = request.path_params["purpose"]
    if purpose not in LINK_PURPOSES:
        raise HTTPException(404, "The preview has no such link.")
    spoken = spoken_languages(previews_of(request).project.templates, prefix="preview_")
    wanted = accepted_languages(request.headers.get("accept-language", ""))
    words = spoken[nearest_language(wanted, spoken=spoken)]
    return PlainTextResponse(f"{words[purpose]}\n{words['nothing']}\n")


def _page(request: Request) -> Response:
    if not page.is_built():
        return PlainTextResponse(f"{page.NOT_BUILT.capitalize()}.\n", status_code=503)
    session: BrowserSession = request.app.state.session
    nonce = secrets.token_urlsafe(16)
    changes: SavedChanges = request.app.state.changes
    html = page.html(token=session.forgery_token(request.state.cookie), nonce=nonce, saves=changes.count)
    policy = _PAGE_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


_ROUTES: Final = (
    Route("/", _page),
    Mount("/static", page_files(page.STATIC), name="static"),
    Route("/api/project", _project),
    Route("/events", _events),
    *frames.ROUTES,
    Route("/show/{slug}/{language}/text", _text),
    Route("/show/{slug}/{language}/source", _source),
    Route("/show/{slug}/{language}/message.eml", _message),
    Route("/pictures/{slug}/{language}/{name:path}", _picture),
    Route("/link/{purpose}", _link),
)


# --- The app


def create_studio(project: Project, *, run: str, session: BrowserSession, first: str | None = None) -> Starlette:
    """Make the studio of one project. ``run`` names the page's version, so that open pages of another one load it;
    ``session`` knows who may use it. The mail of ``first``, the issue that a browser is about to open ("" for the
    newest), is composed before it is asked for; what no first mail needs is made when it is.

    While the app lives it watches the project's folders; ``app.state.changes.end()`` closes the streams of open
    browsers, so that a server can stop without waiting for them.
    """
    changes = SavedChanges((project.issues_dir, *project.templates), run=run)
    previews = IssuePreviews(project)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        preparing = None if first is None else asyncio.create_task(asyncio.to_thread(_prepare, previews, first))
        watching = asyncio.create_task(changes.watch())
        yield
        changes.end()
        await watching
        if preparing is not None:
            await preparing
            await asyncio.to_thread(keep_compiled)  # the checks' too

    app = Starlette(
        routes=_ROUTES, exception_handlers={NewsletterError: _tell, HTTPException: _refuse}, lifespan=lifespan
    )
    app.state.previews = previews
    app.state.themed = ThemedEditions(project.templates)
    app.state.changes = changes
    app.state.session = session
    app.add_middleware(OnlyOurBrowser, session=session)
    app.add_middleware(LoopbackOnly)
    app.add_middleware(SecurityHeaders, policy=_PAGE_POLICY, more={"Cache-Control": "no-cache"})
    app.router.default = LateApp(lambda: _rooms(app, project))
    return app


def _prepare(previews: IssuePreviews, first: str) -> None:
    """Compose the first mail while the browser is still being opened."""
    recall_compiled()
    try:
        first = first or next((summary.slug for summary in previews.summaries()), "")
        if first:
            previews.unchecked(first, "")
    except (NewsletterError, OSError) as error:  # which the page is told when it asks
        _log.debug("the first mail could not be prepared", extra={"action": "studio.unprepared", "why": str(error)})
    keep_compiled()


def _rooms(app: Starlette, project: Project) -> ASGIApp:
    """Make what the first mail need not wait for, with the state of ``app``: most of the time are its imports."""
    from fastapi import FastAPI

    from composer.studio import pictures, publication, seeing, translations, who_sees
    from composer.studio.authoring import fields
    from composer.studio.authoring.palette import add_palette
    from composer.studio.desk import Desk
    from composer.studio.gallery import add_gallery
    from composer.studio.issue_life import MOST_BYTES as MOST_BYTES_OF_IMPORT
    from composer.studio.issue_life import READ_PATHS, add_issue_life
    from composer.studio.sending import sending_routes
    from composer.studio.sending.dropped_files import DroppedFiles
    from composer.studio.sending.evidence import LOG_PATH
    from composer.studio.sending.importing import FILES_PATH
    from composer.studio.writing import MOST_BYTES, add_writing
    from composer.web.unreadable import tell_unreadable

    # Where a file comes in piece by piece, and is measured there.
    own_limits = (FILES_PATH, LOG_PATH, pictures.PICTURES_PATH)
    rooms = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    rooms.state = app.state
    rooms.state.dropped_files = DroppedFiles()
    rooms.add_exception_handler(NewsletterError, _tell)
    tell_unreadable(rooms)
    rooms.add_middleware(BodyLimit, limit_bytes=MOST_BYTES, but=(*own_limits, *publication.FILE_PATHS, *READ_PATHS))
    rooms.add_middleware(BodyLimit, limit_bytes=MOST_BYTES_OF_IMPORT, but=own_limits)
    add_writing(rooms, Desk(project))
    add_issue_life(rooms)
    add_gallery(rooms, project)
    add_palette(rooms, project)
    for routes in (
        publication.routes,
        translations.routes,
        seeing.routes,
        who_sees.routes,
        pictures.routes,
        fields.routes,
    ):
        rooms.include_router(routes)
    rooms.include_router(sending_routes())
    return rooms


def _tell(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)


def _refuse(_: Request, error: Exception) -> JSONResponse:
    """Say in the way of the rooms what is wrong with a request."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, status_code=error.status_code, headers=error.headers)
