"""The templates render a draft: it becomes the mail's HTML, its text and its pages.

Enters: a draft and template folders. Leaves: three finished texts that still hold marks, the pictures they use, and
the Problems of the author's Markdown and pictures. Each block is rendered on its own, then the layout around
them, so that an error is one block's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from composer.edition.calendar.announcements import CalendarEntry, announcements
from composer.edition.calendar.calendar_events import DESCRIPTION, calendar_events
from composer.edition.draft import EditionDraft
from composer.edition.event import CalendarEvent
from composer.edition.filters import TemplateFilters
from composer.edition.language.fallback import say_fallback, with_marks
from composer.edition.language.locales import fallback_strings, load_strings
from composer.edition.mjml.document import finish_document, lightened, put_in
from composer.edition.mjml.inline_css import inline_css
from composer.edition.mjml.lint import (
    LintProblem,
    MjmlPlaces,
    block_in_words,
    in_blocks,
    lint_mjml,
    unsupported_in_mjml,
)
from composer.edition.mjml.render import MjmlError, mjml_to_html
from composer.edition.mjml.structure import fewer_elements
from composer.edition.model import Asset
from composer.edition.prose.plain_text import page_of_text, tidy
from composer.edition.public_page import public_page
from composer.edition.slots.conditional_blocks import Edge, forms_of, settle_lines, with_edges
from composer.edition.slots.find import misplaced_in
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import MergeField
from composer.edition.slots.regions import DocumentRegions
from composer.edition.stylesheets import Stylesheets
from composer.edition.template_names import template_names
from composer.edition.theme.block_cache import FilterCalls, fingerprint, rendered_once
from composer.edition.theme.environment import Templates, find_template, has_template
from composer.edition.theme.frame import Frame
from composer.edition.theme.neighbours import Neighbours
from composer.edition.theme.records import Record, RenderedBlock, described, plain_value, record
from composer.edition.theme.sourcemap import SourceMap, note_block, read_notes
from composer.edition.theme.tokens import Overrides, load_theme, plates, text_width
from composer.edition.theme.web_fonts import EditionFonts, declared_fonts
from composer.errors import Position, Problem, TemplateError
from composer.issue.blocks import Item

MAIL = "layouts/newsletter.mjml.j2"
TEXT = "layouts/newsletter.txt.j2"
PRINT = "layouts/print.html.j2"
WEB = "layouts/web.html.j2"
MJML_BLOCK = "block.mjml.j2"
TEXT_BLOCK = "block.txt.j2"
PAGE_BLOCK = "block.html.j2"
PROSE_CSS = "css/prose.css"

_Filters = Mapping[str, Callable[..., Any]]


class Rendering:
    """The renderings of one draft. ``problems`` are the author's, and complete when all three are made."""

    def __init__(self, draft: EditionDraft, folders: Sequence[Path]) -> None:
        self._draft = draft
        publication = draft.issue.newsletter_in(draft.language)
        overrides = Overrides(draft.newsletter.theme, publication[1]), Overrides(draft.content.theme, draft.source)
        self._theme = load_theme(folders, *overrides)
        self._folders = self._theme.folders
        self._announced = announcements(draft)
        column = text_width(self._theme.tokens)
        self._filters = TemplateFilters(draft, self._folders, column=column, announced=self._announced)
        fonts = (*declared_fonts(*publication), *self._theme.fonts)
        self._fonts = EditionFonts(fonts, self._theme.tokens, self._filters.pictures.base)
        strings = load_strings(self._folders, draft.language)
        self._names = template_names(draft, tokens=self._theme.tokens, strings=strings)
        # In HTML, words that the language lacks are marked; a text has nothing to mark them with.
        spoken = with_marks(strings, fallback_strings(self._folders, draft.language))
        self._html_names = {**self._names, "t": record("t", spoken)}
        self.edges: Marks[Edge] = Marks("c" + draft.marks.prefix[1:])
        self._fingerprints: dict[int, bytes] = {}
        self._records: dict[int, Record | None] = {}
        self.cuts: Marks[int] = Marks("k" + draft.marks.prefix[1:])

    @property
    def problems(self) -> Sequence[Problem]:
        """What was found wrong in the author's Markdown, pictures and fonts so far."""
        return [*self._filters.problems, *self._fonts.problems]

    @cached_property
    def mjml(self) -> str:
        """The mail as MJML, before it is rendered."""
        return self._compose(self._mail_templates, MAIL, MJML_BLOCK)

    def mail(self) -> str:
        """Make the mail: MJML becomes HTML, Markdown and prose CSS go into it, language and preheader are set."""
        try:
            html = fewer_elements(mjml_to_html(self.mjml), direction=self._draft.direction)
        except MjmlError as error:
            raise TemplateError(self._explain(error)) from error
        regions = DocumentRegions(html)
        # Looked for here too: premailer drops a declaration that a merge field has broken.
        for wrong in misplaced_in(html, self._draft.marks, regions):
            self._filters.problems.append(wrong.problem(self._draft.position(wrong.field)))
        with self.blaming(MAIL):
            html = put_in(html, self._filters.pieces, regions=regions)
        with self.blaming(PROSE_CSS, lambda: self._stylesheets.unreadable(self.mjml)):
            css, direction = self.prose_css(), self._draft.direction
            html = inline_css(html, css=css, cuts=self.cuts, keeps_cuts=True, shortened_for=direction)
        return self._fonts.in_mail(self._finish(lightened(html, self.cuts), preheader=self._draft.content.preheader))

    @property
    def _stylesheets(self) -> Stylesheets:
        issues = self._draft.source.file.parent.parent
        return Stylesheets(self._folders, self._names, self._filters.for_mjml(noted=True), issues)

    def prose_css(self) -> str:
        """Render the style sheet that is inlined."""
        return self._rendered_once(self._mail_templates, PROSE_CSS)

    def text(self) -> str:
        """Make the text part of the same blocks."""
        text = self._compose(self._texts, TEXT, TEXT_BLOCK)
        return settle_lines(tidy(text), self.edges)

    def printed(self) -> str:
        """Render the page that is printed."""
        return self._fonts.in_page(self._finish(self._lay_out(self._pages, PRINT, self._page_blocks)))

    def events(self) -> tuple[CalendarEvent, ...]:
        """Put the events together that calendars are told of."""
        templates = self._templates(self._filters.for_calendar(), plain=True)

        def describe(entry: CalendarEntry, kind: str) -> str:
            return self._rendered_once(templates, DESCRIPTION, entry=plain_value(entry), kind=kind)

        return calendar_events(self._draft, self._announced, describe)

    def web(self, events: Sequence[CalendarEvent]) -> str:
        """Make the page for everybody of the printable page's blocks, in a layout of its own."""
        filters = self._filters.for_texts()
        page = public_page(
            self._draft,
            events,
            asset=filters["asset"],
            asset_size=filters["asset_size"],
            assets_url=self._draft.marks.mark(MergeField("links.assets")),
        )
        html = self._lay_out(self._pages, WEB, self._page_blocks, page=plain_value(page))
        return self._fonts.in_page(self._finish(html))

    def assets(self) -> tuple[Asset, ...]:
        """Make the pictures and fonts that mail, text and pages show, each sorted by name."""
        return (*self._filters.pictures.assets(), *self._fonts.assets())

    def _templates(self, filters: _Filters, *, noted: bool = False, plain: bool = False) -> Templates:
        names = self._names if plain else self._html_names
        if noted:
            return Templates(self._folders, names=names, filters=filters, noted=True)
        calls = FilterCalls(filters)
        return Templates(self._folders, names=names, filters=calls.filters, calls=calls)

    @cached_property
    def _version(self) -> bytes:
        """The hash of what all blocks of the edition see, and of where the templates are."""
        folder = self._draft.source.file.parent
        names = {name: described(value) for name, value in self._html_names.items()}
        return fingerprint(names, folder, sorted(self._filters.calendar_files.values()), self._folders)

    def _seen(self, block: Item) -> bytes:
        """Make a hash of a block, of what its own templates see."""
        if id(block) not in self._fingerprints:
            self._fingerprints[id(block)] = fingerprint(block)
        return self._fingerprints[id(block)]

    def _plain(self, block: Item | None) -> Any:
        """Copy a block into what templates see of it, once for the edition."""
        if id(block) not in self._records:
            self._records[id(block)] = plain_value(block)
        return self._records[id(block)]

    def _rendered_once(self, templates: Templates, name: str, **seen: object) -> str:
        """Render a template that sees what all of the edition see, and ``seen``; or find what it gave before."""
        assert templates.calls is not None
        key = fingerprint(name, self._version, *map(described, seen.values()))
        return rendered_once(key, templates.calls, lambda: templates.render(name, **seen))

    @cached_property
    def _mail_templates(self) -> Templates:
        return self._templates(self._filters.for_mjml())

    @cached_property
    def _pages(self) -> Templates:
        return self._templates(self._filters.for_pages())

    @cached_property
    def _texts(self) -> Templates:
        return self._templates(self._filters.for_texts(), plain=True)

    @cached_property
    def _page_blocks(self) -> list[RenderedBlock]:
        """The blocks as HTML, which the printable page and the one for everybody share among them."""
        return self._blocks(self._pages, "block.html.j2")

    def _compose(self, templates: Templates, layout: str, block_file: str) -> str:
        """Render each block by its template, then the layout around them."""
        return self._lay_out(templates, layout, self._blocks(templates, block_file))

    def _lay_out(self, templates: Templates, layout: str, blocks: list[RenderedBlock], **seen: object) -> str:
        """Render the layout around the blocks, or put them into what it gave before."""
        if templates.calls is None:
            return templates.render(layout, blocks=blocks, **seen)
        frame = Frame(blocks, self._draft.content.blocks, "l" + self._draft.marks.prefix[1:])
        key = fingerprint(layout, len(blocks), frame.marks.prefix, self._version, *map(described, seen.values()))
        return templates.render_around(layout, frame, key, **seen)

    def _blocks(self, templates: Templates, block_file: str) -> list[RenderedBlock]:
        return [
            RenderedBlock(partial(self._plain, block), self._render_block(templates, index, block_file))
            for index, block in enumerate(self._draft.content.blocks)
        ]

    def _render_block(self, templates: Templates, index: int, block_file: str) -> str:
        """Render the block in all its forms; those that only some readers see stand between edges."""
        blocks = self._draft.content.blocks
        block = blocks[index]
        name = f"blocks/{block.block}/{block_file}"
        # A block of a project's own may do without a form for pages.
        plain = block_file == PAGE_BLOCK and not any(has_template(folder, name) for folder in self._folders)
        if plain:
            name, templates = f"blocks/{block.block}/{TEXT_BLOCK}", self._texts

        def render(previous: Item | None, following: Item | None) -> str:
            beside = Neighbours(previous, following)

            def draw() -> str:
                if templates.calls is None:
                    around: Mapping[str, Any] = {"previous": self._plain(previous), "next": self._plain(following)}
                else:
                    around = beside.shown(self._plain)
                with self._naming_block(index):
                    return templates.render(name, block=self._plain(block), index=index, **around)

            if templates.calls is None:
                text = draw()
            else:
                key = fingerprint(name, index, self._version, self._seen(block), beside.kinds)
                text = rendered_once(key, templates.calls, draw, beside=beside)
            return page_of_text(text) if plain else text

        forms = forms_of(index, blocks, self._draft.conditions, render)
        wrap = "<mj-raw>{}</mj-raw>" if block_file == MJML_BLOCK else "{}"
        if block_file == MJML_BLOCK:
            cut = wrap.format(self.cuts.mark(index))  # inside of the edges: only the form that is shown has the place
            forms = (form._replace(text=f"{cut}\n{form.text}\n{cut}") for form in forms)
        text = "\n\n".join(with_edges(form, self.edges, wrap=wrap) for form in forms)
        return note_block(text, index) if templates.noted else text

    @contextmanager
    def blaming(self, template: str, known: Callable[[], Sequence[Problem]] = tuple) -> Iterator[None]:
        """Turn a ValueError of what is done inside into what is ``known`` of it, or a mistake of ``template``."""
        try:
            yield
        except ValueError as error:
            place = Position(find_template(self._folders, template), 1, 1)
            raise TemplateError(known() or [Problem(place, str(error))]) from error

    @contextmanager
    def _naming_block(self, index: int) -> Iterator[None]:
        """Name the block at ``index`` in each error of a template that is raised inside."""
        try:
            yield
        except TemplateError as error:
            words = (block_in_words(self._draft, index),)
            named = [replace(problem, message=in_blocks(problem.message, words)) for problem in error.problems]
            raise TemplateError(named) from error

    def lint(self) -> tuple[LintProblem, ...]:
        """Find the mistakes in the mail's MJML that the renderer does not tell, and what many readers will not see."""
        from composer.edition.clients import load_shares

        shares = load_shares(self._folders, own=self._draft.newsletter.clients)
        mistakes = (*lint_mjml(self.mjml), *unsupported_in_mjml(self.mjml, shares))
        found = self._places().problems(mistakes) if mistakes else ()
        return (*found, *self._stylesheets.problems(self.mjml, shares))

    def mjml_source(self) -> SourceMap:
        """Render the mail's MJML once more, with a map of which template's line made which part for which block."""
        noted = self._templates(self._filters.for_mjml(noted=True), noted=True)
        return read_notes(self._compose(noted, MAIL, MJML_BLOCK))

    def _places(self) -> MjmlPlaces:
        layout = Position(find_template(self._folders, MAIL), 1, 1)
        return MjmlPlaces(self._draft, self.mjml_source(), layout)

    def _explain(self, error: MjmlError) -> Sequence[Problem]:
        """Tell what mrml could not read, and what the linter says about it, which is often the reason."""
        places = self._places()
        told = places.problem(error.offset, str(error))
        # An element that mrml does not know is an error of its only in some places; the linter knows what was meant.
        found = [
            each for each in places.problems(lint_mjml(self.mjml)) if each.code in ("mjml-element", "mjml-unsupported")
        ]
        better = any(each.position.line == told.position.line for each in found)
        return [each.problem for each in found] if better else [told, *(each.problem for each in found)]

    def _finish(self, html: str, *, preheader: str = "") -> str:
        pictures, language, direction = self._filters.pictures, self._draft.language, self._draft.direction
        html = pictures.with_plates(pictures.with_sizes(html), **plates(self._theme.tokens))
        html = self._draft.say_taken_over(say_fallback(html, language=language, direction=direction))
        return finish_document(html, language=language, direction=direction, preheader=preheader)
