"""Answers at the addresses of the site.

::

    POST /u/{token}          leave: the provider's one click (RFC 8058) and the page's button; {action: return} undoes
    GET  /u/{token}          the page with the button; changes nothing, whoever fetches it (scanners do)
    GET  /v/{token}          the mail, in the browser
    GET  /p/{token}          the mail, to print
    GET  /a/{digest}/{name}  the issue's files
    GET  /healthz            200 while the database answers, with a proof of which one it is

Answers to a link do not tell its holder's state: known, gone already and erased are the same bytes (threat 9). A
token that we did not sign is told so: it comes from a mail program that cut the link, and to let that reader believe
that they have left would be worse than what a guesser of 128 bits may learn.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from sqlalchemy import Connection, Engine, select
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from composer import shipped
from composer.database.engine import reading
from composer.database.schema import edition_assets
from composer.delivery.editions import load_edition, load_message
from composer.edition import SlottedText, fill
from composer.edition.model import Edition
from composer.errors import DatabaseError, MailingError, TokenError
from composer.font_types import MEDIA_TYPE as FONT_MEDIA_TYPE
from composer.message.links import Purpose, SignedLink, Site, slot_values
from composer.site.leaving import ProvedLink, SentMail, come_back, find_sent_mail, leave, prove_link
from composer.site.pages import STYLE, STYLE_PATH, Branding, branding_of, render_card
from composer.site.proof import PROOF_HEADER, proof_of
from composer.site.words import Card, Languages, Words
from composer.web.files import file_response
from composer.web.guards import BodyLimit, SecurityHeaders, content_policy
from composer.web.languages import accepted_languages

_log = logging.getLogger("composer.site")

_FOR_EVER = "public, max-age=31536000, immutable"
_BODY_LIMIT_BYTES = 16 * 1024
_KEPT_BRANDINGS = 64
_DIGEST_LENGTH = 32


def create_site(engine: Engine, *, site: Site, templates: Sequence[Path] = (shipped.TEMPLATES,)) -> FastAPI:
    """Make the site over this database. ``site`` has the key that its links are signed with.

    ``templates`` are the folders whose ``locales`` have the words of its pages, in order of precedence. Raises
    TemplateError where one of them is wrong.
    """
    languages = Languages(templates)
    # A redirect of a slash would be to the Host of the request.
    app = FastAPI(title="Newsletter", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.languages = languages
    _add_leaving(app, engine, site, languages)
    _add_mails(app, engine, site)
    _add_files(app, engine, site)
    _add_troubles(app)
    app.add_middleware(BodyLimit, limit_bytes=_BODY_LIMIT_BYTES)
    app.add_middleware(SecurityHeaders, policy=content_policy(sandbox=""), more={"X-Robots-Tag": "noindex, nofollow"})
    return app


def _add_leaving(app: FastAPI, engine: Engine, site: Site, languages: Languages) -> None:
    @lru_cache(maxsize=_KEPT_BRANDINGS)
    def branding(digest: str) -> Branding:
        with reading(engine) as connection:
            return branding_of(load_edition(connection, digest), languages)

    def find(token: str) -> tuple[SignedLink, SentMail | None, Branding] | None:
        with reading(engine) as connection:
            proved = _proved(connection, token, Purpose.UNSUBSCRIBE, site)
            if proved is None:
                return None
            sent = find_sent_mail(connection, proved.link)
        return proved.link, sent, branding(sent.edition) if sent else Branding(languages.find())

    def change(token: str, *, one_click: bool, undo: bool) -> HTMLResponse | None:
        found = find(token)
        if found is None:
            return None
        link, sent, of = found
        now = int(time.time())
        back = False
        if sent:
            with engine.begin() as connection:
                if undo:
                    back = come_back(connection, link, sent, now=now)
                else:
                    leave(connection, link, sent, one_click=one_click, now=now)
            _log_change(link, one_click=one_click, undo=undo, back=back)
        if undo:
            return _card(of, of.words.returned if back else of.words.too_late)
        return _card(of, of.words.left, action="return")

    @app.api_route("/u/{token}", methods=["GET", "HEAD"])
    async def ask(request: Request, token: str) -> HTMLResponse:
        found = await run_in_threadpool(find, token)
        if found is None:
            return _neutral(request, lambda words: words.broken_link)
        *_, of = found
        return _card(of, of.words.leave, action="leave")

    @app.post("/u/{token}")
    async def answer(request: Request, token: str) -> HTMLResponse:
        form = await _form(request)
        one_click, undo = form.get("List-Unsubscribe") == "One-Click", form.get("action") == "return"
        answer = await run_in_threadpool(change, token, one_click=one_click, undo=undo)
        return answer or _neutral(request, lambda words: words.broken_link)


def _add_mails(app: FastAPI, engine: Engine, site: Site) -> None:
    origin = urlsplit(site.url)
    policy = content_policy(
        img_src=f"'self' {origin.scheme}://{origin.netloc} data:",
        style_src="'unsafe-inline'",
        font_src=f"'self' {origin.scheme}://{origin.netloc}",
        sandbox="allow-popups allow-popups-to-escape-sandbox allow-modals",  # allow-modals: printing
    )

    def mail(token: str, purpose: Purpose, part: Callable[[Edition], SlottedText]) -> HTMLResponse | None:
        with reading(engine) as connection:
            proved = _proved(connection, token, purpose, site)
            if proved is None:
                return None
            try:
                link = proved.link
                edition, recipient = load_message(connection, mailing=link.mailing, subscriber=link.subscriber)
            except MailingError:
                return None  # a trial, or erased since: the page says the same as for a link with a mistake
        html = fill(part(edition), slot_values(recipient, site=proved.site, edition=edition))
        headers = {"Content-Security-Policy": policy, "Content-Language": edition.language}
        return HTMLResponse(html, headers=headers)

    async def show(
        request: Request, token: str, purpose: Purpose, part: Callable[[Edition], SlottedText]
    ) -> HTMLResponse:
        answer = await run_in_threadpool(mail, token, purpose, part)
        return answer or _neutral(request, lambda words: words.not_found)

    @app.api_route("/v/{token}", methods=["GET", "HEAD"])
    async def view(request: Request, token: str) -> HTMLResponse:
        return await show(request, token, Purpose.VIEW, lambda edition: edition.html)

    @app.api_route("/p/{token}", methods=["GET", "HEAD"])
    async def print_form(request: Request, token: str) -> HTMLResponse:
        return await show(request, token, Purpose.PRINT, lambda edition: edition.print_html)


def _add_files(app: FastAPI, engine: Engine, site: Site) -> None:
    @app.api_route("/a/{digest}/{name:path}", methods=["GET", "HEAD"])
    def file(digest: str, name: str) -> Response:
        if len(digest) != _DIGEST_LENGTH or not digest.isascii() or not digest.isalnum():
            raise HTTPException(404)
        with reading(engine) as connection:
            row = connection.execute(
                select(edition_assets.c.media_type, edition_assets.c.content).where(
                    # A range and not LIKE, so that the primary key is used.
                    edition_assets.c.edition_digest >= digest,
                    edition_assets.c.edition_digest < digest + "g",
                    edition_assets.c.name == name,
                )
            ).first()
        if row is None:
            raise HTTPException(404)
        # Pictures are shown by webmail, which is another origin.
        more = {"Cache-Control": _FOR_EVER, "Cross-Origin-Resource-Policy": "cross-origin"}
        if row.media_type == FONT_MEDIA_TYPE:
            # Fonts are asked for by CORS always, and a page in a sandbox is another origin than its own host.
            more["Access-Control-Allow-Origin"] = "*"
        return file_response(row.content, row.media_type, name=name.rpartition("/")[2], more=more)

    @app.api_route(STYLE_PATH, methods=["GET", "HEAD"])
    async def style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": _FOR_EVER})

    @app.api_route("/robots.txt", methods=["GET", "HEAD"])
    async def robots() -> PlainTextResponse:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    def health() -> PlainTextResponse:
        with reading(engine) as connection:
            proof = proof_of(connection, key=site.secret_key)
        return PlainTextResponse("ok\n", headers={PROOF_HEADER: proof, "Cache-Control": "no-store"})


def _add_troubles(app: FastAPI) -> None:
    @app.exception_handler(404)
    async def nothing(request: Request, _: Exception) -> HTMLResponse:
        return _neutral(request, lambda words: words.not_found)

    def trouble(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def sorry(request: Request, error: Exception) -> Response:
            if isinstance(error, DatabaseError):
                fields = {"action": "site.failed", "reason": str(error)}
                _log.error("a reader has been asked to come later", extra=fields)
            answer = _neutral(request, lambda words: words.trouble, status=status)
            answer.headers["Retry-After"] = "120"
            return answer

        return sorry

    app.add_exception_handler(DatabaseError, trouble(503))
    # A bug: the server logs it, the reader gets the same words.
    app.add_exception_handler(Exception, trouble(500))


def _log_change(link: SignedLink, *, one_click: bool, undo: bool, back: bool) -> None:
    if back:
        fields = {"action": "site.returned", "mailing": link.mailing}
        _log.info("a reader has come back to the lists of a mailing", extra=fields)
    elif not undo:
        fields = {"action": "site.left", "mailing": link.mailing, "one_click": one_click}
        _log.info("a reader has left the lists of a mailing", extra=fields)


def _proved(connection: Connection, token: str, purpose: Purpose, site: Site) -> ProvedLink | None:
    """Return what the token says, if this database has signed it, and for this purpose."""
    try:
        proved = prove_link(connection, token, site=site)
    except TokenError:
        return None
    return proved if proved.link.purpose is purpose else None


async def _form(request: Request) -> dict[str, str]:
    """Read the texts of a form, urlencoded or multipart (RFC 8058 3.1). A body that is neither has none.

    What it calls its letters (``charset``) is not believed: ours are ASCII, and some names are no charset at all.
    """
    kind, *more = request.headers.get("content-type", "").split(";")
    kept = ";".join([kind, *(one for one in more if not one.strip().lower().startswith("charset"))])
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"content-type"]
    scope = {**request.scope, "headers": [*headers, (b"content-type", kept.encode("latin-1"))]}
    try:
        form = await Request(scope, request.receive).form(max_files=0, max_fields=20)
    except (HTTPException, ValueError):  # a part whose name is in no letters, say
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _neutral(request: Request, card: Callable[[Words], Card], *, status: int = 404) -> HTMLResponse:
    """Answer with a card of which we cannot tell whose newsletter it is about, in the browser's language."""
    languages: Languages = request.app.state.languages
    words = languages.find(*accepted_languages(request.headers.get("accept-language", "")))
    return _card(Branding(words), card(words), status=status)


def _card(branding: Branding, card: Card, *, action: str = "", status: int = 200) -> HTMLResponse:
    page, headers = render_card(branding, card, action=action)
    return HTMLResponse(page, status_code=status, headers=dict(headers))
