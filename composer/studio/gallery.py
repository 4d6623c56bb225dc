"""Answers about the gallery: every block in every theme, with what to paste, and a way into the issue that is open.

::

    GET  /api/gallery                            {"themes": […], "blocks": [{block, label, yaml, markdown …}]}
    GET  /gallery/{theme}/{block}                the block alone, for a frame                             ?scheme=
    GET  /gallery/{theme}/{block}/files/{name}   the pictures of its sample
    POST /api/issues/{slug}/gallery              {block, index} → {index}; what the author writes is yet to come

The samples are those of ``newsletter gallery`` (``output/gallery.py``), a project's own blocks among them. What is put
into an issue, in its first language's file, has the shape of a sample and none of its words: nobody is to send those.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from composer.edition import fill
from composer.edition.model import Edition
from composer.edition.theme.block_cache import templates_version
from composer.edition.theme.tokens import theme_names
from composer.errors import EditRefused, NewsletterError
from composer.issue.own_blocks import own_blocks
from composer.output.gallery import Look, Sample, find_samples, sample_builder
from composer.project import Project
from composer.remembered import keep
from composer.studio.asked import harmless_links, origin_of
from composer.studio.desk import Draft, desk_of
from composer.studio.frames import asset_response, framed
from composer.web.mail_frame import Scheme, frame_html
from composer.writing.document import read_document
from composer.writing.editing import edited
from composer.writing.edits import AddEntry
from composer.writing.forms import block_form, block_forms, starting_values
from composer.writing.shape import Shape

routes = APIRouter()

_KEPT = 120
_AROUND = "subject: A sample\n"


class SampleKey(BaseModel):
    """Says what a key of a block is, and whether it must be there."""

    name: str
    required: bool
    meaning: str


class SampleReport(BaseModel):
    """A block with its sample, as it is pasted below ``blocks:`` of YAML, or anywhere in Markdown."""

    block: str
    label: str
    about: str
    yaml: str
    markdown: str
    keys: tuple[SampleKey, ...]


class GalleryReport(BaseModel):
    """All blocks, in the order of a mail, and the themes to see them in."""

    themes: tuple[str, ...]
    blocks: tuple[SampleReport, ...]


class PutRequest(BaseModel):
    """Which block is to stand at which place of the issue."""

    block: str = Field(max_length=100)
    index: int = Field(ge=0, le=100_000)


class BuiltSamples:
    """Builds samples of blocks when they are looked at, and keeps the last ones. Several threads may use it."""

    def __init__(self, templates: Sequence[Path]) -> None:
        self._templates = templates
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Edition] = OrderedDict()

    def edition(self, sample: Sample, look: Look, *, key: Hashable) -> Edition:
        """Build a sample in a look; ``key`` is another where one of them, or what they are made from, is another.

        Raises NewsletterError, in words, if it cannot be built.
        """
        with self._lock:
            edition = self._kept.get(key)
            if edition is None:
                with sample_builder(self._templates) as build:
                    edition = build(sample, look)
            return keep(self._kept, key, edition, most=_KEPT)


class Samples:
    """The samples of a project's blocks, built when they are looked at. Several threads may use it."""

    def __init__(self, project: Project) -> None:
        self._templates = project.templates
        self._built = BuiltSamples(project.templates)

    def all(self) -> tuple[Sample, ...]:
        """Return the samples of all blocks, in the order of a mail."""
        return find_samples(self._templates)

    def themes(self) -> tuple[str, ...]:
        """Name the themes, the default one first."""
        return theme_names(self._templates)

    def of(self, block: str) -> Sample:
        """Return one block's sample. Raises NewsletterError if there is none."""
        found = next((sample for sample in self.all() if sample.block == block), None)
        if found is None:
            raise NewsletterError(f"There is no block {block!r} with a sample.")
        return found

    def edition(self, block: str, theme: str) -> Edition:
        """Build a block alone in a theme. Raises NewsletterError, in words, if there is no such block or theme."""
        sample = self.of(block)
        if theme not in self.themes():
            raise NewsletterError(f"There is no theme {theme!r}.")
        key = (block, theme, templates_version(self._templates))
        return self._built.edition(sample, Look.of_samples(theme=theme), key=key)

    def shape(self) -> Shape:
        """What an issue of this project may say."""
        return Shape.of_issue(own_blocks(self._templates))

    def values(self, sample: Sample) -> Mapping[str, Any]:
        """Read a sample as an issue's file says it: texts, lists and mappings."""
        text = f"{_AROUND}blocks:\n{sample.entry}\n"
        document = read_document("issue.yaml", text.encode(), shape=self.shape())
        values: Mapping[str, Any] = document.as_json()["blocks"][0]["values"]
        return values

    def begun(self, sample: Sample) -> Mapping[str, Any]:
        """Make what a new block begins with that is to look like a sample; what the sample says is not in it."""
        form = block_form(sample.block, own_blocks(self._templates))
        if form is None:
            raise NewsletterError(f"There is no block {sample.block!r} to begin.")
        today = dt.datetime.now().astimezone().date()
        return starting_values(form, today=today, like=dict(self.values(sample)))

    def markdown(self, sample: Sample) -> str:
        """Write a sample as it stands in an issue of Markdown."""
        document = read_document("issue.md", f"---\n{_AROUND}---\n".encode(), shape=self.shape())
        edit = AddEntry(path=("blocks",), index=0, value=dict(self.values(sample)))
        try:
            return edited(document, edit).text.removeprefix(document.text).strip() + "\n"
        except EditRefused:
            return ""

    def labels(self) -> Mapping[str, str]:
        """Name the blocks as forms do."""
        return {form.kind: form.label for form in block_forms(own_blocks(self._templates))}


def _samples(request: Request) -> Samples:
    samples: Samples = request.app.state.samples
    return samples


@routes.get("/api/gallery")
def _gallery(request: Request) -> GalleryReport:
    samples = _samples(request)
    labels = samples.labels()
    blocks = (
        SampleReport(
            block=sample.block,
            label=labels.get(sample.block, sample.block),
            about=sample.about,
            yaml=f"{sample.entry}\n",
            markdown=samples.markdown(sample),
            keys=tuple(SampleKey(name=name, required=needed, meaning=words) for name, needed, words in sample.keys),
        )
        for sample in samples.all()
    )
    return GalleryReport(themes=samples.themes(), blocks=tuple(blocks))


@routes.get("/gallery/{theme}/{block}")
def _frame(request: Request, theme: str, block: str, scheme: Scheme = Scheme.LIGHT) -> HTMLResponse:
    edition = _samples(request).edition(block, theme)
    origin = origin_of(request)
    files = f"{origin}/gallery/{quote(theme)}/{quote(block)}/files"
    html = fill(edition.html, harmless_links(origin, files=files))
    return framed(frame_html(html, scheme=scheme), files=files)


@routes.get("/gallery/{theme}/{block}/files/{name:path}")
def _file(request: Request, theme: str, block: str, name: str) -> Response:
    return asset_response(request, _samples(request).edition(block, theme).assets, name, of="sample")


@routes.post("/api/issues/{slug}/gallery")
def _put(request: Request, slug: str, asked: PutRequest) -> dict[str, Any]:
    samples, desk = _samples(request), desk_of(request)
    sample = samples.of(asked.block)
    opened = desk.open(slug, "")
    index = min(asked.index, len(opened.document.as_json()["blocks"]))
    edit = {"edit": "add", "path": ["blocks"], "index": index, "value": samples.begun(sample)}
    label = samples.labels().get(sample.block, sample.block)
    desk.edit(slug, Draft("", opened.document.version, [edit], words=f"add: {label}"))
    return {"index": index}


def add_gallery(app: FastAPI, project: Project) -> None:
    """Let an app show the blocks, and put them into issues."""
    app.state.samples = Samples(project)
    app.include_router(routes)
