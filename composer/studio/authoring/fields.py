"""The mail on the screen once more, with the field that each piece of it came from: a click leads to that field.

::

    GET /show/{slug}/{language}/fields     the mail's HTML with the marks of ``edition/theme/origins.py``    ?reader=

It is built when somebody clicks, and 404 while it cannot be. The page finds in it what stands where the click was.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse

from composer.edition.build import build_mail_with_fields
from composer.studio.asked import previews_of
from composer.studio.seeing import Asked

routes = APIRouter()


@routes.get("/show/{slug}/{language}/fields")
def _fields(request: Request, asked: Asked) -> PlainTextResponse:
    issue = asked.preview.checked.issue
    if issue is None or asked.language not in issue.languages:
        raise HTTPException(404, f"{asked.preview.slug} cannot be built in {asked.language!r} as it is now.")
    templates = previews_of(request).project.templates
    return PlainTextResponse(asked.filled(build_mail_with_fields(issue, language=asked.language, templates=templates)))
