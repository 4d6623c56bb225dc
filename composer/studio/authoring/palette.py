"""Answers about the palette: what each block would look like in the mail that is being written.

::

    GET /palette/{slug}/{language}/{block}               the block's sample alone, for a frame            ?scheme=
    GET /palette/{slug}/{language}/{block}/files/{name}  the pictures that it shows

The samples are those of the gallery, in the theme, colours, logo and words of the publication and the issue. While
``newsletter.yaml`` or the theme cannot be read they are shown as the gallery shows them. Nothing is built before
somebody looks at it, and what was built is kept until publication, issue's theme or templates are others.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from composer.edition import fill
from composer.edition.model import Edition
from composer.edition.theme.block_cache import fingerprint, templates_version
from composer.edition.theme.tokens import DEFAULT_THEME
from composer.errors import NewsletterError
from composer.output.gallery import Look, Sample
from composer.project import Project
from composer.studio.asked import PreviewRequest, harmless_links
from composer.studio.frames import asset_response, framed
from composer.studio.gallery import BuiltSamples, Samples
from composer.studio.seeing import Asked
from composer.web.mail_frame import Scheme, frame_html

routes = APIRouter(prefix="/palette")


class PalettePictures:
    """Builds the blocks' samples as an issue's mail looks, and keeps them. Several threads may use it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._built = BuiltSamples(project.templates)

    def edition(self, sample: Sample, asked: PreviewRequest) -> Edition:
        """Build a sample in the look of the issue that is asked for. Raises NewsletterError if it cannot be built."""
        with suppress(NewsletterError):
            return self._in_look(sample, self._look(asked))
        return self._in_look(sample, Look.of_samples(theme=DEFAULT_THEME))

    def _look(self, asked: PreviewRequest) -> Look:
        issue = asked.preview.checked.issue
        content = issue.contents.get(asked.language) if issue else None
        return Look.of_project(self._project.issues_dir, theme=content.theme if content else {})

    def _in_look(self, sample: Sample, look: Look) -> Edition:
        seen = [(name, (found := file.stat()).st_mtime_ns, found.st_size) for name, file in look.files.items()]
        version = templates_version(self._project.templates)
        key = fingerprint(sample.block, look.newsletter, seen, sorted(look.theme.items()), version)
        return self._built.edition(sample, look, key=key)


def _edition(request: Request, asked: PreviewRequest, block: str) -> Edition:
    samples: Samples = request.app.state.samples
    pictures: PalettePictures = request.app.state.palette
    return pictures.edition(samples.of(block), asked)


@routes.get("/{slug}/{language}/{block}")
def _frame(request: Request, asked: Asked, block: str, scheme: Scheme = Scheme.LIGHT) -> HTMLResponse:
    edition = _edition(request, asked, block)
    files = f"{asked.origin}/palette/{quote(asked.preview.slug)}/{quote(asked.language)}/{quote(block)}/files"
    html = fill(edition.html, asked.readers[0].values(harmless_links(asked.origin, files=files)))
    return framed(frame_html(html, scheme=scheme), files=files)


@routes.get("/{slug}/{language}/{block}/files/{name:path}")
def _file(request: Request, asked: Asked, block: str, name: str) -> Response:
    return asset_response(request, _edition(request, asked, block).assets, name, of="sample")


def add_palette(app: FastAPI, project: Project) -> None:
    """Let an app show the palette's pictures; ``app.state.samples`` has the blocks."""
    app.state.palette = PalettePictures(project)
    app.include_router(routes)
