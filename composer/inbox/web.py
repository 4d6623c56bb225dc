"""Serves the inbox to the browser, and the same as JSON to programs.

Only this machine's browser, by a loopback name, from our own pages (``web/guards.py``). Reading is GET,
deleting is DELETE. Opening a message marks it as read, which is the one thing a GET changes.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from composer.inbox.oneclick import one_click, press
from composer.inbox.pages import ASSETS, OpenedMessage, View, chosen_settings, open_message, render_page
from composer.inbox.store import ReceivedMessage, Store
from composer.web.events import ServerEvent, stream_response
from composer.web.files import file_response, page_files, picture_address
from composer.web.guards import BodyLimit, LoopbackOnly, SecurityHeaders, content_policy
from composer.web.mail_frame import Scheme, frame_html, frame_policy

_PAGE_POLICY = content_policy(
    script_src="'self'",
    style_src="'self'",
    img_src="'self' data:",
    connect_src="'self'",
    frame_src="'self'",
    form_action="'self'",
)
# A message comes from anybody: of pictures, only its own and those of servers on this machine.
_FRAME_POLICY = frame_policy(pictures="'self' data: http://127.0.0.1:* http://localhost:*", same_origin=False)
_BODY_LIMIT_BYTES = 16 * 1024
# A send of thousands is a few repaints a second, not thousands.
_EVENTS_APART_S = 0.25
_JSON_PAGE = 100


def create_inbox(store: Store, *, site_url: str, smtp_port: int) -> FastAPI:
    """Make the app. ``site_url`` is our own site, the only one that the unsubscribe button posts to."""
    app = FastAPI(title="Inbox", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(_pages(store, site_url=site_url, smtp_port=smtp_port))
    app.include_router(_api(store, site_url=site_url), prefix="/api")
    app.mount("/assets", page_files(Path(str(ASSETS))))
    app.add_middleware(BodyLimit, limit_bytes=_BODY_LIMIT_BYTES)
    app.add_middleware(LoopbackOnly)
    app.add_middleware(SecurityHeaders, policy=_PAGE_POLICY, more={"X-DNS-Prefetch-Control": "off"})
    return app


def _pages(store: Store, *, site_url: str, smtp_port: int) -> APIRouter:
    pages = APIRouter(include_in_schema=False)

    def page(
        request: Request, q: str, before: int | None, opened: OpenedMessage | None = None, *, gone: bool = False
    ) -> str:
        settings = chosen_settings(request.cookies)
        return render_page(
            store, query=q, before=before, opened=opened, gone=gone, smtp_port=smtp_port, settings=settings
        )

    @pages.api_route("/", methods=["GET", "HEAD"])
    async def show_list(request: Request, q: str = "", before: int | None = None) -> HTMLResponse:
        return HTMLResponse(page(request, q, before))

    @pages.get("/messages/{message_id}")
    async def show_message(
        request: Request, message_id: int, q: str = "", before: int | None = None, view: View | None = None
    ) -> HTMLResponse:
        message = store.get(message_id)
        if message is None:
            return HTMLResponse(page(request, q, before, gone=True), status_code=404)
        store.mark_read(message)
        return HTMLResponse(page(request, q, before, open_message(message, view, site_url=site_url)))

    @pages.get("/messages/{message_id}/html")
    async def show_frame(message_id: int, scheme: Scheme = Scheme.SYSTEM) -> HTMLResponse:
        parsed = _found(store, message_id).parse()
        pictures = {
            file.content_id: address
            for file in parsed.files
            if file.content_id and (address := picture_address(file.content, file.media_type))
        }
        html = frame_html(parsed.html or "", pictures=pictures, scheme=scheme)
        return HTMLResponse(html, headers={"Content-Security-Policy": _FRAME_POLICY})

    @pages.get("/messages/{message_id}/files/{number}")
    async def show_file(message_id: int, number: int) -> Response:
        files = _found(store, message_id).parse().files
        if not 0 <= number < len(files):
            raise HTTPException(404, "There is no such file.")
        return file_response(files[number].content, files[number].media_type)

    return pages


def _api(store: Store, *, site_url: str) -> APIRouter:
    api = APIRouter()
    _add_reading(api, store)
    _add_changing(api, store, site_url=site_url)
    return api


def _add_reading(api: APIRouter, store: Store) -> None:
    @api.get("/messages")
    async def list_messages(
        q: str = "", before: int | None = None, limit: Annotated[int, Query(ge=1, le=10_000)] = _JSON_PAGE
    ) -> dict[str, Any]:
        """List messages, the newest first. ``more`` says whether older ones match too: ask again with ``before``."""
        messages, more = store.page(q, before=before, length=limit)
        return {
            "total": len(store),
            "unread": store.unread,
            "more": more,
            "messages": [_summary(store, message) for message in messages],
        }

    @api.get("/messages/{message_id}")
    async def show(message_id: int) -> dict[str, Any]:
        message = _found(store, message_id)
        parsed = message.parse()
        return _summary(store, message) | {
            "mail_from": message.mail_from,
            "headers": [{"name": header.name, "value": header.value} for header in parsed.headers],
            "html": parsed.html,
            "text": parsed.text,
            "files": [
                {"name": file.name, "media_type": file.media_type, "size_bytes": len(file.content)}
                for file in parsed.files
            ],
        }

    @api.get("/messages/{message_id}/raw")
    async def raw(message_id: int) -> Response:
        disposition = f'attachment; filename="message-{message_id}.eml"'
        return Response(
            _found(store, message_id).data,
            media_type="message/rfc822",
            headers={"Content-Disposition": disposition},
        )

    @api.get("/events")
    async def events() -> StreamingResponse:
        """Send server-sent events: a ``change`` with the counts at every change, a few a second at most."""

        def counts() -> ServerEvent:
            told = {"version": store.version, "total": len(store), "unread": store.unread}
            return ServerEvent("change", json.dumps(told))

        return stream_response(store.changes.stream(counts, describe_at_once=True, pause_s=_EVENTS_APART_S))


def _add_changing(api: APIRouter, store: Store, *, site_url: str) -> None:
    @api.delete("/messages")
    async def delete_all() -> dict[str, int]:
        return {"deleted": store.clear()}

    @api.delete("/messages/{message_id}")
    async def delete(message_id: int) -> dict[str, int]:
        return {"deleted": int(store.delete(message_id))}

    @api.post("/messages/{message_id}/unsubscribe")
    async def unsubscribe(message_id: int) -> JSONResponse:
        """Press the one-click button of RFC 8058, as a mail provider would."""
        offer = one_click(_found(store, message_id).parse(), site_url=site_url)
        if offer is None or offer.reason:
            raise HTTPException(409, offer.reason if offer else "This message has no one-click unsubscribe.")
        status, phrase = await asyncio.to_thread(press, offer.url)
        return JSONResponse({"status": status, "phrase": phrase})


def _found(store: Store, message_id: int) -> ReceivedMessage:
    message = store.get(message_id)
    if message is None:
        raise HTTPException(404, "This message is not here any more.")
    return message


def _summary(store: Store, message: ReceivedMessage) -> dict[str, Any]:
    headers = message.headers
    return {
        "id": message.id,
        "message_id": headers.get("message-id", ""),
        "from": headers.get("from", ""),
        "to": headers.get("to", ""),
        "recipients": message.recipients,
        "subject": headers.get("subject", ""),
        "preheader": message.preheader,
        "received_at": message.received_at,
        "size_bytes": message.size_bytes,
        "unread": store.is_unread(message),
    }
