"""The templates' turn: a draft becomes the mail's HTML, its text and its printable page.

Enters: a Draft and template folders. Leaves: three finished texts that still hold marks, the pictures they use, and
the Problems of the author's Markdown and pictures. Each block is rendered on its own, then the layout around
them, so that an error is one block's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup

from composer.edition.assets import PictureError, PictureFile, read_picture
from composer.edition.dates import date_filters
from composer.edition.document import finish_document, put_in
from composer.edition.draft import Draft
from composer.edition.inline import inline_css
from composer.edition.locales import babel_locale, load_strings
from composer.edition.markdown import MarkdownRules, Prose, parse_markdown
from composer.edition.merge import LINK_FIELDS, Authored, MergeField
from composer.edition.mjml import mjml_to_html
from composer.edition.model import Asset
from composer.edition.sentinels import Marks
from composer.edition.sourcemap import LineMarks, read_notes
from composer.edition.templates import Templates
from composer.edition.text import References, prose_text, tidy, underline, wrap
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
        self.problems: list[Problem] = []
        self._draft = draft
        self._folders = tuple(folders)
        self._pictures: dict[str, PictureFile] = {}
        self._proses: dict[str, Prose] = {}
        self._pieces: Marks[str] = Marks("h" + draft.merger.marks.prefix[1:])
        self._references = References()
        self._names = self._template_names()
        self._filters: Mapping[str, Callable[..., Any]] = {
            **date_filters(babel_locale(draft.language)),
            "asset": self._asset_url,
            "asset_size": self._asset_size,
            "markdown_text": self._markdown_text,
            "wrap": wrap,
            "underline": underline,
        }

    def mail(self) -> str:
        """The mail: MJML → HTML, Markdown in it, prose CSS inlined, language and preheader set."""
        templates = self._templates(self._markdown_mark)
        mjml = self._compose(templates, MAIL, "block.mjml.j2")
        html = mjml_to_html(mjml, locate=self._locate)
        try:
            html = put_in(html, self._pieces)
        except ValueError as error:
            raise TemplateError([Problem(Position(self._folders[0] / MAIL, 1, 1), str(error))]) from error
        html = inline_css(html, css=templates.render(PROSE_CSS))
        return self._finish(html, preheader=self._draft.content.preheader)

    def text(self) -> str:
        """The text part, from the same blocks."""
        return tidy(self._compose(self._templates(self._markdown_html), TEXT, "block.txt.j2"))

    def printed(self) -> str:
        """The printable page."""
        return self._finish(self._compose(self._templates(self._markdown_html), PRINT, "block.html.j2"))

    def assets(self) -> tuple[Asset, ...]:
        """The pictures that the three show, by name."""
        return tuple(picture.asset for _, picture in sorted(self._pictures.items()))

    # --- templates ------------------------------------------------------------------------------------------

    def _template_names(self) -> Mapping[str, Any]:
        draft, issue = self._draft, self._draft.issue
        start, end = ("left", "right") if draft.direction == "ltr" else ("right", "left")
        content = {name: getattr(draft.content, name) for name in type(draft.content).model_fields}
        content["title"] = draft.content.title or draft.content.subject
        theme = load_theme(self._folders, issue.newsletter.theme, issue.newsletter_source)
        links = {name: self._mark(f"links.{name}") for name in (*LINK_FIELDS, "assets")}
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

    def _templates(self, markdown: Callable[..., Any], *, noted: bool = False) -> Templates:
        return Templates(
            self._folders,
            names=self._names,
            filters={**self._filters, "markdown": markdown},
            extensions=[LineMarks] if noted else (),
        )

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

    def _locate(self, offset: int | None) -> Position:
        """The line of the template that made the character at ``offset`` of the MJML."""
        layout = Position(self._folders[0] / MAIL, 1, 1)
        if offset is None:
            return layout
        noted = self._compose(self._templates(self._markdown_mark, noted=True), MAIL, "block.mjml.j2")
        return read_notes(noted).position(offset) or layout

    def _finish(self, html: str, *, preheader: str = "") -> str:
        return finish_document(
            html, language=self._draft.language, direction=self._draft.direction, preheader=preheader
        )

    # --- filters --------------------------------------------------------------------------------------------

    def _mark(self, name: str) -> str:
        return self._draft.merger.marks.mark(MergeField(name))

    def _markdown_mark(self, text: str, style: str = "") -> Markup:
        """In MJML: a mark, because real Markdown's HTML is more than mrml can read."""
        return Markup(self._pieces.mark(self._markdown_html(text, style)))  # noqa: S704

    def _markdown_html(self, text: str, style: str = "") -> Markup:
        classes = f"prose {style}".rstrip()
        html = f'<div class="{classes}">{self._prose(text).html.strip()}</div>'
        return Markup(html)  # noqa: S704  markdown-it escapes, nh3 sanitises

    def _markdown_text(self, text: str, indent: int = 0) -> str:
        return prose_text(self._prose(text).tokens, self._references, indent=indent)

    def _prose(self, text: str) -> Prose:
        if text not in self._proses:
            assets = self._mark("links.assets")
            rules = MarkdownRules(
                self._draft.language,
                picture_url=partial(self._picture_url, text),
                is_mark=lambda url: url.startswith(self._draft.merger.marks.prefix),
                is_asset=lambda url: url.startswith(assets),
            )
            prose = parse_markdown(text, rules)
            self._proses[text] = prose
            if isinstance(text, Authored):
                self.problems += [
                    Problem(text.place.position_of(wrong.words, line=wrong.line), wrong.message, wrong.hint)
                    for wrong in prose.complaints
                ]
        return self._proses[text]

    def _asset_url(self, name: str) -> str:
        picture = self._picture(name)
        return f"{self._mark('links.assets')}/{quote(picture.asset.name if picture else name)}"

    def _asset_size(self, name: str) -> tuple[int, int]:
        picture = self._picture(name)
        return (picture.width, picture.height) if picture else (1, 1)

    def _picture(self, name: str) -> PictureFile | None:
        """The picture; None, and a Problem, if an author's cannot be shown. The theme's own are in its folders."""
        if not isinstance(name, Authored):
            folder = next((folder for folder in self._folders if (folder / name).is_file()), self._folders[0])
            return self._use(read_picture(folder, name))
        try:
            return self._use(read_picture(name.place.source.file.parent, name))
        except PictureError as error:
            problem = Problem(name.place.position(), str(error), error.hint)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def _picture_url(self, text: str, name: str) -> str:
        """The address of a picture in Markdown ``text``; it is looked for beside the file of that text."""
        if not isinstance(text, Authored):
            raise PictureError(f"there is no picture {name!r}", "put it into the issue's folder")
        picture = self._use(read_picture(text.place.source.file.parent, unquote(name)))
        return f"{self._mark('links.assets')}/{quote(picture.asset.name)}"

    def _use(self, picture: PictureFile) -> PictureFile:
        """Remember that the edition shows this picture."""
        name = picture.asset.name
        if self._pictures.setdefault(name, picture) != picture:
            raise PictureError(f"two different pictures are named {name!r}", "rename one of them")
        return picture
