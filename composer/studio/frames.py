"""The mail in each of its forms, as the page's frames get them, and what of a mail is another than the page shows.

Enters: what a request asks to see. Leaves: answers for a frame; or the blocks of the mail that differ from those of the
edition that a page says it shows, so that it paints them without asking for the mail, and without reading it again.
Nothing where more than blocks differs, or where nobody remembers what the page shows: then it asks for the mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from composer.edition.block_places import with_comments
from composer.edition.language.locales import nearest_language, spoken_languages
from composer.edition.model import Asset, Edition, SlottedText
from composer.errors import NewsletterError
from composer.studio.asked import LINK_PURPOSES, PreviewRequest, previews_of, read_request
from composer.studio.report import IssueReport, ProjectReport, issue_line, issue_report
from composer.studio.themed import ThemedEditions
from composer.web.files import file_response
from composer.web.languages import accepted_languages
from composer.web.mail_frame import Scheme, frame_html, frame_policy, without_head_styles

_BLOCK = re.compile(r"<!--block (\d+)-->(.*?)<!--end of block \1-->", re.DOTALL)


def asked_by(request: Request) -> PreviewRequest:
    """Find what a request with an issue in its path asks to see. Raises NewsletterError if there is no such issue."""
    return read_request(request, request.path_params["slug"])


def model_response(model: BaseModel) -> Response:
    """Answer with a model, as JSON."""
    return Response(model.model_dump_json(by_alias=True), media_type="application/json")


def _issue(request: Request) -> Response:
    return model_response(shown_report(request, asked_by(request)))


def _mail(request: Request) -> HTMLResponse:
    asked, query = asked_by(request), request.query_params
    themed: ThemedEditions = request.app.state.themed
    theme = query.get("theme", "")
    edition = themed.edition(asked.preview, asked.language, theme) if theme else asked.edition
    scheme = query.get("scheme", Scheme.LIGHT)
    if scheme not in tuple(Scheme):
        raise HTTPException(422, f"There is no scheme {scheme!r}; there are {', '.join(Scheme)}.")
    html = _mail_html(edition, asked, scheme=Scheme(scheme), styles=query.get("styles") != "false")
    return framed(html, files=asked.pictures_url, with_pictures=_with_pictures(request))


def _printable(request: Request) -> HTMLResponse:
    asked = asked_by(request)
    html = _frame(asked.edition.print_html, asked, scheme=Scheme.LIGHT)
    return framed(html, files=asked.pictures_url, with_pictures=_with_pictures(request))


def _project(request: Request) -> Response:
    previews = previews_of(request)
    newsletter = previews.newsletter()
    report = ProjectReport(
        started=(previews.project.issues_dir / "newsletter.yaml").is_file(),
        newsletter=newsletter.name if newsletter else None,
        organisation=newsletter.organisation if newsletter else None,
        issues_dir=previews.project.told(str(previews.project.issues_dir)),
        issues=tuple(map(issue_line, previews.summaries())),
    )
    return model_response(report)


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
    return asset_response(request, assets, name, of="issue")


def _link(request: Request) -> PlainTextResponse:
    purpose = request.path_params["purpose"]
    if purpose not in LINK_PURPOSES:
        raise HTTPException(404, "The preview has no such link.")
    spoken = spoken_languages(previews_of(request).project.templates, prefix="preview_")
    wanted = accepted_languages(request.headers.get("accept-language", ""))
    words = spoken[nearest_language(wanted, spoken=spoken)]
    return PlainTextResponse(f"{words[purpose]}\n{words['nothing']}\n")


ROUTES: Final = (
    Route("/api/project", _project),
    Route("/api/issues/{slug}", _issue),
    Route("/show/{slug}/{language}/mail", _mail),
    Route("/show/{slug}/{language}/print", _printable),
    Route("/show/{slug}/{language}/text", _text),
    Route("/show/{slug}/{language}/source", _source),
    Route("/show/{slug}/{language}/message.eml", _message),
    Route("/pictures/{slug}/{language}/{name:path}", _picture),
    Route("/link/{purpose}", _link),
)


def shown_report(request: Request, asked: PreviewRequest) -> IssueReport:
    """Tell all about what is asked for, with what of the mail differs from the one that the page shows (``shown=``)."""
    report = issue_report(
        asked.preview,
        language=asked.language,
        reader=asked.reader,
        readers=asked.readers,
        links=asked.links,
        project=previews_of(request).project,
    )
    return report.model_copy(update={"repaint": _repaint(request, asked)})


def told_at_once(request: Request, slug: str) -> dict[str, Any] | None:
    """Tell behind the answer to a change what the page would ask for next; None where it must ask."""
    try:
        asked = read_request(request, slug)
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


def _with_pictures(request: Request) -> bool:
    return request.query_params.get("pictures") != "false"


def framed(html: str, *, files: str, with_pictures: bool = True) -> HTMLResponse:
    """Answer with the HTML of a frame, which may load what lies below ``files`` and nothing else."""
    pictures = f"{files}/ data:" if with_pictures else "'none'"
    policy = frame_policy(pictures=pictures, fonts=f"{files}/", same_origin=True)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def asset_response(request: Request, assets: Iterable[Asset], name: str, *, of: str) -> Response:
    """Answer with a file of a mail, and only that it is the same where the browser has it; 404 if there is none."""
    asset = next((asset for asset in assets if asset.name == name), None)
    if asset is None:
        raise HTTPException(404, f"This {of} has no file {name!r}.")
    tag = f'"{hashlib.sha256(asset.content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return file_response(asset.content, asset.media_type, more={"ETag": tag})
