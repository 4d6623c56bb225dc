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
    /api/issues/{slug}/programs                 what each mail program makes of the mail: authoring/mail_programs.py
    /api/gallery, /gallery/…                    every block in every theme: gallery.py
    /api/sending/…, /sending/…                  test mails, people, plans, sending, history (``sending/``)

What the page needs is here. The mail is made ready while the page is fetched (``frames.py``), the rest a little later
(``_rooms``).

Only for this machine's own browsers (``web/guards.py``), and of them only those that opened the start address
(``session.py``). Nothing is changed by GET.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from composer.errors import NewsletterError
from composer.project import Project
from composer.studio import page
from composer.studio.changes import SavedChanges
from composer.studio.session import BrowserSession, OnlyOurBrowser
from composer.web.events import stream_response
from composer.web.files import page_files
from composer.web.guards import BodyLimit, LoopbackOnly, SecurityHeaders, content_policy
from composer.web.late import LateApp

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from composer.studio.previews import IssuePreviews

_log = logging.getLogger("composer.studio")

_PAGE_POLICY: Final = content_policy(
    script_src="'self'", style_src="'self'", img_src="'self'", connect_src="'self'", frame_src="'self'"
)
"""What the studio's own page may do. A mail is answered under a policy of ``web/mail_frame.py``."""


# --- What is told


async def _events(request: Request) -> StreamingResponse:
    changes: SavedChanges = request.app.state.changes
    return stream_response(changes.stream(request.query_params.get("page", "")))


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
    Route("/events", _events),
)


# --- The app


def create_studio(project: Project, *, run: str, session: BrowserSession, first: str | None = None) -> Starlette:
    """Make the studio of one project. ``run`` names the page's version, so that open pages of another one load it;
    ``session`` knows who may use it. The mail of ``first``, the issue that a browser is about to open ("" for the
    newest), is composed before it is asked for; what no first mail needs is made when it is.

    While the app lives it watches the project's folders; ``app.state.changes.end()`` closes the streams of open
    browsers, so that a server can stop without waiting for them. ``app.state.preparing`` is the task that imports what
    answers with the mail and composes the first one, None without ``first``: it raises what cannot be imported, and
    whoever serves the app looks at it.
    """
    changes = SavedChanges((project.issues_dir, *project.templates), run=run)
    mails = LateApp(lambda: _mails(app, project))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        preparing = None if first is None else asyncio.create_task(asyncio.to_thread(_prepare, mails, first))
        app.state.preparing = preparing
        watching = asyncio.create_task(changes.watch())
        yield
        changes.end()
        await watching
        if preparing is not None:
            await asyncio.wait({preparing})
            if preparing.exception() is None:
                await asyncio.to_thread(_keep_compiled)  # the checks' too

    app = Starlette(routes=_ROUTES, exception_handlers=_REFUSALS, lifespan=lifespan)
    app.state.changes = changes
    app.state.session = session
    app.add_middleware(OnlyOurBrowser, session=session)
    app.add_middleware(LoopbackOnly)
    app.add_middleware(SecurityHeaders, policy=_PAGE_POLICY, more={"Cache-Control": "no-cache"})
    app.router.default = mails
    return app


def _mails(app: Starlette, project: Project) -> Starlette:
    """Make what answers with the mail, with the state of ``app``: the page is fetched while this is imported."""
    from composer.studio import frames
    from composer.studio.previews import IssuePreviews
    from composer.studio.themed import ThemedEditions

    mails = Starlette(routes=frames.ROUTES, exception_handlers=_REFUSALS)
    mails.state = app.state
    mails.state.previews = IssuePreviews(project)
    mails.state.themed = ThemedEditions(project.templates)
    mails.router.default = LateApp(lambda: _rooms(app, project))
    return mails


def _prepare(late: LateApp, first: str) -> None:
    """Compose the first mail while the browser is still being opened. Raises what cannot be imported."""
    mails = late.made()
    assert isinstance(mails, Starlette)
    previews: IssuePreviews = mails.state.previews
    from composer.edition.starts import recall_start

    recall_start()
    try:
        first = first or next((summary.slug for summary in previews.summaries()), "")
        if first:
            previews.unchecked(first, "")
    except Exception as error:  # which the page is told when it asks
        _log.debug("the first mail could not be prepared", extra={"action": "studio.unprepared", "why": str(error)})
    _keep_compiled()


def _keep_compiled() -> None:
    from composer.edition.starts import keep_start

    keep_start()


def _rooms(app: Starlette, project: Project) -> ASGIApp:
    """Make what the first mail need not wait for, with the state of ``app``: most of the time are its imports."""
    from fastapi import FastAPI

    from composer.studio import pictures, publication, seeing, translations, who_sees
    from composer.studio.authoring import fields, links, mail_programs
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
        mail_programs.routes,
        seeing.routes,
        who_sees.routes,
        pictures.routes,
        fields.routes,
        links.routes,
    ):
        rooms.include_router(routes)
    rooms.include_router(sending_routes())
    return rooms


def _tell(request: Request, error: Exception) -> JSONResponse:
    from composer.studio.asked import told_in_project

    return JSONResponse({"detail": told_in_project(request, error)}, status_code=404)


def _refuse(_: Request, error: Exception) -> JSONResponse:
    """Say in the way of the rooms what is wrong with a request."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, status_code=error.status_code, headers=error.headers)


_REFUSALS: Final = {NewsletterError: _tell, HTTPException: _refuse}
