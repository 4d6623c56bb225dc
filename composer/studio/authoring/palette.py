"""Answers about the palette: what each block would look like in the mail that is being written.

::

    GET /palette/{slug}/{language}/{block}               the block's sample alone, for a frame            ?scheme=
    GET /palette/{slug}/{language}/{block}/files/{name}  the pictures that it shows

The samples are those of the gallery, in the theme, colours, logo and words of the publication and the issue. While
``newsletter.yaml`` or the theme cannot be read they are shown as the gallery shows them. Nothing is built before
somebody looks at it, and what was built is kept until publication, issue's theme or templates are others.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from composer.edition import fill
from composer.edition.model import Edition
from composer.edition.theme.block_cache import fingerprint, templates_version
from composer.edition.theme.tokens import DEFAULT_THEME
from composer.errors import NewsletterError
from composer.output.gallery import Look, Sample, sample_builder
from composer.project import Project
from composer.studio.asked import PreviewRequest
from composer.studio.gallery import Samples
from composer.studio.seeing import Asked
from composer.web.files import file_response
from composer.web.mail_frame import Scheme, frame_html, frame_policy

routes = APIRouter(prefix="/palette")

_KEPT = 120


class PalettePictures:
    """Builds the blocks' samples as an issue's mail looks, and keeps them. Several threads may use it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Edition] = OrderedDict()

    def edition(self, sample: Sample, asked: PreviewRequest) -> Edition:
        """Build a sample in the look of the issue that is asked for. Raises NewsletterError if it cannot be built."""
        with suppress(NewsletterError):
            return self._known(sample, self._look(asked))
        return self._known(sample, Look.of_samples(theme=DEFAULT_THEME))

    def _look(self, asked: PreviewRequest) -> Look:
        issue = asked.preview.checked.issue
        content = issue.contents.get(asked.language) if issue else None
        return Look.of_project(self._project.issues_dir, theme=content.theme if content else {})

    def _known(self, sample: Sample, look: Look) -> Edition:
        seen = [(name, (found := file.stat()).st_mtime_ns, found.st_size) for name, file in look.files.items()]
        version = templates_version(self._project.templates)
        key = fingerprint(sample.block, look.newsletter, seen, sorted(look.theme.items()), version)
        with self._lock:
            edition = self._kept.get(key)
            if edition is None:
                with sample_builder(self._project.templates) as build:
                    edition = self._kept[key] = build(sample, look)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return edition


def _edition(request: Request, asked: PreviewRequest, block: str) -> Edition:
    samples: Samples = request.app.state.samples
    pictures: PalettePictures = request.app.state.palette
    return pictures.edition(samples.of(block), asked)


@routes.get("/{slug}/{language}/{block}")
def _frame(request: Request, asked: Asked, block: str, scheme: Scheme = Scheme.LIGHT) -> HTMLResponse:
    edition = _edition(request, asked, block)
    files = f"{asked.origin}/palette/{quote(asked.preview.slug)}/{quote(asked.language)}/{quote(block)}/files"
    html = fill(edition.html, asked.readers[0].values({**asked.links, "links.assets": files}))
    policy = frame_policy(pictures=f"{files}/ data:", fonts=f"{files}/", same_origin=True)
    return HTMLResponse(frame_html(html, scheme=scheme), headers={"Content-Security-Policy": policy})


@routes.get("/{slug}/{language}/{block}/files/{name:path}")
def _file(request: Request, asked: Asked, block: str, name: str) -> Response:
    for asset in _edition(request, asked, block).assets:
        if asset.name == name:
            return file_response(asset.content, asset.media_type)
    raise HTTPException(404, f"This sample has no file {name!r}.")


def add_palette(app: FastAPI, project: Project) -> None:
    """Let an app show the palette's pictures; ``app.state.samples`` has the blocks."""
    app.state.palette = PalettePictures(project)
    app.include_router(routes)
