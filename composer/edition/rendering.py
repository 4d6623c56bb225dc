"""The templates' turn: a draft becomes the mail's HTML, its text and its printable page.

Enters: a Draft and template folders. Leaves: three finished texts that still hold marks, the pictures they use, and
the Problems of the author's Markdown and pictures. Each block is rendered on its own, then the layout around
them, so that an error is one block's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from composer.edition.document import finish_document, put_in
from composer.edition.draft import Draft
from composer.edition.filters import TemplateFilters
from composer.edition.inline import inline_css
from composer.edition.locales import load_strings
from composer.edition.merge import LINK_FIELDS, MergeField
from composer.edition.mjml import mjml_to_html
from composer.edition.model import Asset
from composer.edition.slots import Places
from composer.edition.sourcemap import LineMarks, SourceMap, read_notes
from composer.edition.templates import Templates, find_template
from composer.edition.text import tidy
from composer.edition.theme import load_theme
from composer.errors import Position, Problem, TemplateError
from composer.issue.blocks import Item

MAIL = "layouts/newsletter.mjml.j2"
TEXT = "layouts/newsletter.txt.j2"
PRINT = "layouts/print.html.j2"
PROSE_CSS = "css/prose.css"


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """A block's finished text, and its model. Printed in a layout, it is its text."""

    block: Item
    rendered: str

    def __html__(self) -> str:
        return self.rendered

    def __str__(self) -> str:
        return self.rendered


class Rendering:
    """The renderings of one draft. ``problems`` are the author's, and complete when all three are made."""

    def __init__(self, draft: Draft, folders: Sequence[Path]) -> None:
        self._draft = draft
        self._folders = tuple(folders)
        self._filters = TemplateFilters(draft, folders)
        self._names = self._template_names()

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong in the author's Markdown and pictures."""
        return self._filters.problems

    def mail(self) -> str:
        """The mail: MJML → HTML, Markdown in it, prose CSS inlined, language and preheader set."""
        templates = self._templates(self._filters.for_mjml())
        html = mjml_to_html(self._compose(templates, MAIL, "block.mjml.j2"), locate=self._locate)
        places = Places(html)
        # Looked for here too: premailer drops a declaration that a merge field has broken.
        for wrong in places.misplaced(html, self._draft.merger.marks):
            self._filters.problems.append(wrong.problem(self._draft.position(wrong.field)))
        with self._blaming(MAIL):
            html = put_in(html, self._filters.pieces, places=places)
        with self._blaming(PROSE_CSS):
            html = inline_css(html, css=templates.render(PROSE_CSS))
        return self._finish(html, preheader=self._draft.content.preheader)

    def text(self) -> str:
        """The text part, from the same blocks."""
        return tidy(self._compose(self._templates(self._filters.for_pages()), TEXT, "block.txt.j2"))

    def printed(self) -> str:
        """The printable page."""
        return self._finish(self._compose(self._templates(self._filters.for_pages()), PRINT, "block.html.j2"))

    def assets(self) -> tuple[Asset, ...]:
        """The pictures that the three show, by name."""
        return self._filters.assets()

    def _template_names(self) -> Mapping[str, Any]:
        draft, issue = self._draft, self._draft.issue
        start, end = ("left", "right") if draft.direction == "ltr" else ("right", "left")
        content = {name: getattr(draft.content, name) for name in type(draft.content).model_fields}
        content["title"] = draft.content.title or draft.content.subject
        theme = load_theme(self._folders, issue.newsletter.theme, issue.newsletter_source)
        marks = draft.merger.marks
        links = {name: marks.mark(MergeField(f"links.{name}")) for name in (*LINK_FIELDS, "assets")}
        return {
            "theme": SimpleNamespace(**theme),
            "newsletter": draft.newsletter,
            "issue": SimpleNamespace(**content, slug=issue.slug),
            "language": draft.language,
            "direction": draft.direction,
            "start": start,
            "end": end,
            "t": SimpleNamespace(**load_strings(self._folders, draft.language)),
            "links": SimpleNamespace(**links),
        }

    def _templates(self, filters: Mapping[str, Callable[..., Any]], *, noted: bool = False) -> Templates:
        extensions = [LineMarks] if noted else []
        return Templates(self._folders, names=self._names, filters=filters, extensions=extensions)

    def _compose(self, templates: Templates, layout: str, block_file: str) -> str:
        """Each block by its template, then the layout around them."""
        blocks = self._draft.content.blocks
        rendered = [
            RenderedBlock(
                block,
                templates.render(
                    f"blocks/{block.block}/{block_file}",
                    block=block,
                    index=index,
                    previous=blocks[index - 1] if index else None,
                    next=blocks[index + 1] if index + 1 < len(blocks) else None,
                ),
            )
            for index, block in enumerate(blocks)
        ]
        return templates.render(layout, blocks=rendered)

    @contextmanager
    def _blaming(self, template: str) -> Iterator[None]:
        """A ValueError in here is a mistake in ``template``, whose line is not known."""
        try:
            yield
        except ValueError as error:
            place = Position(find_template(self._folders, template), 1, 1)
            raise TemplateError([Problem(place, str(error))]) from error

    def mjml_source(self) -> SourceMap:
        """The mail's MJML, and which line of which template made each part of it."""
        noted = self._templates(self._filters.for_mjml(), noted=True)
        return read_notes(self._compose(noted, MAIL, "block.mjml.j2"))

    def _locate(self, offset: int | None) -> Position:
        """The line of the template that made the character at ``offset`` of the MJML."""
        found = None if offset is None else self.mjml_source().position(offset)
        return found or Position(find_template(self._folders, MAIL), 1, 1)

    def _finish(self, html: str, *, preheader: str = "") -> str:
        return finish_document(
            html, language=self._draft.language, direction=self._draft.direction, preheader=preheader
        )
