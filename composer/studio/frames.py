"""The mail and its printable form as the page's frames get them, and what of a mail is another than the page shows.

Enters: what a request asks to see. Leaves: answers for a frame; or the blocks of the mail that differ from those of the
edition that a page says it shows, so that it paints them without asking for the mail, and without reading it again.
Nothing where more than blocks differs, or where nobody remembers what the page shows: then it asks for the mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from composer.edition.block_places import with_comments
from composer.edition.model import Edition, SlottedText
from composer.errors import NewsletterError
from composer.studio.asked import Asked, PreviewRequest, previews_of, read_request
from composer.studio.report import IssueReport, issue_report
from composer.studio.themed import ThemedEditions
from composer.web.mail_frame import Scheme, frame_html, frame_policy, without_head_styles

routes = APIRouter()

_BLOCK = re.compile(r"<!--block (\d+)-->(.*?)<!--end of block \1-->", re.DOTALL)


@routes.get("/api/issues/{slug}")
def _issue(request: Request, asked: Asked) -> IssueReport:
    return shown_report(request, asked)


@routes.get("/show/{slug}/{language}/mail")
def _mail(
    request: Request,
    asked: Asked,
    *,
    scheme: Scheme = Scheme.LIGHT,
    pictures: bool = True,
    styles: bool = True,
    theme: str = "",
) -> HTMLResponse:
    themed: ThemedEditions = request.app.state.themed
    edition = themed.edition(asked.preview, asked.language, theme) if theme else asked.edition
    return _framed(_mail_html(edition, asked, scheme=scheme, styles=styles), asked, pictures=pictures)


@routes.get("/show/{slug}/{language}/print")
def _printable(asked: Asked, pictures: bool = True) -> HTMLResponse:
    return _framed(_frame(asked.edition.print_html, asked, scheme=Scheme.LIGHT), asked, pictures=pictures)


def shown_report(request: Request, asked: PreviewRequest) -> IssueReport:
    """Tell all about what is asked for, with what of the mail differs from the one that the page shows (``shown=``)."""
    base = previews_of(request).project.issues_dir.resolve().parent
    report = issue_report(
        asked.preview, language=asked.language, reader=asked.reader, readers=asked.readers, links=asked.links, base=base
    )
    return report.model_copy(update={"repaint": _repaint(request, asked)})


def told_at_once(request: Request, slug: str) -> dict[str, Any] | None:
    """Tell behind the answer to a change what the page would ask for next; None where it must ask."""
    query = request.query_params
    try:
        asked = read_request(request, slug, query.get("reader", "full"), query.get("subject", "A"))
    except NewsletterError:
        return None  # The change is made, whatever has become of the issue since.
    return shown_report(request, asked).model_dump(mode="json", by_alias=True)


def _repaint(request: Request, asked: PreviewRequest) -> dict[int, str] | None:
    query = request.query_params
    now = asked.preview.editions.get(asked.language)
    before = previews_of(request).edition_of(asked.preview.slug, query.get("shown", ""))
    if now is None or before is None or asked.subject in asked.preview.checked.variants:
        return None
    scheme = query.get("scheme", Scheme.LIGHT)
    if scheme not in tuple(Scheme):
        return None
    pair = [
        _mail_html(edition, asked, scheme=Scheme(scheme), styles=query.get("styles") != "false")
        for edition in (before, now)
    ]
    return changed_blocks(*pair)


def changed_blocks(before: str, now: str) -> dict[int, str] | None:
    """Return the HTML of the blocks that differ, by number; None if what stands around them differs too."""
    frame_before, blocks_before = _pieces(before)
    frame_now, blocks_now = _pieces(now)
    if not blocks_now or frame_before != frame_now or blocks_before.keys() != blocks_now.keys():
        return None
    return {block: html for block, html in blocks_now.items() if html != blocks_before[block]}


def _pieces(html: str) -> tuple[str, Mapping[int, str]]:
    blocks = {int(found[1]): found[2] for found in _BLOCK.finditer(html)}
    return _BLOCK.sub(r"<!--block \1-->", html), blocks


def _mail_html(edition: Edition, asked: PreviewRequest, *, scheme: Scheme, styles: bool) -> str:
    return _frame(with_comments(edition.html, edition.block_places), asked, scheme=scheme, styles=styles)


def _frame(html: SlottedText, asked: PreviewRequest, *, scheme: Scheme, styles: bool = True) -> str:
    filled = asked.filled(html)
    return frame_html(filled if styles else without_head_styles(filled), scheme=scheme)


def _framed(html: str, asked: PreviewRequest, *, pictures: bool) -> HTMLResponse:
    files = f"{asked.pictures_url}/"
    policy = frame_policy(pictures=f"{files} data:" if pictures else "'none'", fonts=files, same_origin=True)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})
