"""Templates use these filters on an author's texts and pictures.

Enters: authored texts, by way of templates. Leaves: HTML, plain text, addresses and sizes; the pictures that were used;
and the Problems of the author's Markdown and pictures, each at the author's line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from html import escape, unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from composer.edition.calendar.announcements import Announcement, calendar_choice, linked_files
from composer.edition.draft import EditionDraft
from composer.edition.language.dates import date_filters
from composer.edition.language.fallback import marking_dates
from composer.edition.language.locales import babel_locale, known_locale
from composer.edition.mjml.author_mjml import find_mistakes
from composer.edition.pictures.files import PictureError
from composer.edition.pictures.used import EditionPictures
from composer.edition.prose.markdown import MarkdownRules, Prose, TextMistake, parse_markdown
from composer.edition.prose.plain_text import References, prose_text, underline, wrap
from composer.edition.prose.plain_words import longest_word
from composer.edition.slots.marks import Marks
from composer.edition.theme.records import Record, plain_value, values_of
from composer.edition.theme.sourcemap import note_places
from composer.edition.theme.text_forms import bounded_format
from composer.errors import Position, Problem
from composer.issue.blocks import TextKind
from composer.link_address import LinkError, spell_link
from composer.remembered import LETTERS, KeptLately

_LINE = re.compile(r"^", re.MULTILINE)
_TAG = re.compile(r"""<!--.*?-->|<[A-Za-z][^\s/>]*(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(?P<name>[A-Za-z][\w:.-]*)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL
)
"""An author's MJML is changed in its attributes only, by expressions: it keeps its lines, which lxml would join."""

_PICTURES = ("src", "background-url", "background")
_OWN_PICTURE = re.compile(r"""[^"':/\\][^"':]*""")
"""A picture beside the issue is an address without a scheme."""

_UNCOLOURED = re.compile(
    r"""(?P<tag><mj-text(?=[\s>])(?![^>]*\b(?:color|css-class)=)(?:[^<>"']|"[^"]*"|'[^']*')*?)(?P<end>\s*/?>)"""
)
"""Words of raw MJML in the theme's ink, which are to have its dark ink too."""

_UNTITLED = "untitled"
"""The style of a text whose block has no title: its headings stand a level higher, where that title would be."""

_HEADING = re.compile(r"<h([3-6])(?=[\s>])")

_UNWRAPPED = 1_000_000
"""Columns that no line has."""


_LETTERS_BESIDE = 50
"""So much is counted for what is kept of a text, however short that is."""


class _Parsed(NamedTuple):
    """A text in which nothing is wrong, and the names of the pictures in it, from which their addresses follow."""

    prose: Prose
    pictures: tuple[str, ...]


_parsed: KeptLately[tuple[str, str, str], _Parsed] = KeptLately(LETTERS)
"""Texts that were parsed lately, by words, language and the address of the files. That saves a tenth of a build in
which nothing is new: 15.2 ms instead of 16.8 for the sample issue."""


class TemplateFilters:
    """The filters of one edition, and what they have gathered.

    ``problems`` are the author's. ``pieces`` are the marks of Markdown's HTML in the MJML. ``column`` is the width of
    running text, in pixels.
    """

    def __init__(
        self, draft: EditionDraft, folders: Sequence[Path], *, column: int, announced: Sequence[Announcement] = ()
    ) -> None:
        self.problems: list[Problem] = []
        self.pieces: Marks[str] = Marks("h" + draft.marks.prefix[1:])
        self._draft = draft
        self.pictures = EditionPictures(draft, folders, column=column, problems=self.problems)
        self._dates = date_filters(babel_locale(draft.language))
        self._html_dates = marking_dates(self._dates) if known_locale(draft.language) is None else {}
        self._proses: dict[str, Prose] = {}
        self._references = References()
        files = linked_files(announced) if calendar_choice(draft) != "none" else {}
        self.calendar_files: Mapping[Record, str] = {plain_value(entry): file for entry, file in files.items()}

    def for_mjml(self, *, noted: bool = False) -> Mapping[str, Callable[..., Any]]:
        """Return the filters by name. ``markdown`` gives a mark, because Markdown's HTML is more than mrml can read.

        ``noted`` puts notes of the author's lines into MJML that an author wrote.
        """
        mjml = self._mjml_with_notes if noted else self._mjml
        return {**self._for_all(), **self._html_dates, "markdown": self._markdown_mark, "mjml": mjml}

    def for_pages(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filters by name. ``markdown`` gives HTML."""
        return {**self._for_all(), **self._html_dates, "markdown": self._markdown}

    def for_texts(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filters by name, as for pages, where nothing is marked as English."""
        return {**self._for_all(), "markdown": self._markdown}

    def for_calendar(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filters by name. ``markdown_text`` does not wrap, and lists a text's addresses under that text."""
        return {**self._for_all(), "markdown_text": self._markdown_unwrapped}

    def _for_all(self) -> Mapping[str, Callable[..., Any]]:
        return {
            **self._dates,
            "asset": self.pictures.asset,
            "asset_size": self.pictures.asset_size,
            "play_badge": self.pictures.play_badge,
            "square": self.pictures.square,
            "calendar": self._calendar,
            "hours": self._hours,
            "markdown_text": self._markdown_text,
            "longest_word": self._longest_word,
            "wrap": wrap,
            "underline": underline,
        }

    # --- Markdown -------------------------------------------------------------------------------------------

    def _markdown(self, text: str, style: str = "") -> Markup:
        classes = f"prose {style}".rstrip()
        html = self._prose(text).html.strip()
        if _UNTITLED in style.split():
            html = _HEADING.sub(lambda tag: f'{tag[0]} aria-level="{int(tag[1]) - 1}"', html)
        spoken = self._draft.attributes_of_taken_over if self._draft.is_taken_over(text) else ""
        html = f'<div class="{classes}"{spoken}>{html}</div>'
        return Markup(html)  # noqa: S704  markdown-it escapes, nh3 sanitises

    def _markdown_mark(self, text: str, style: str = "") -> Markup:
        return Markup(self.pieces.mark(self._markdown(text, style)))  # noqa: S704

    def _markdown_text(self, text: str, indent: int = 0) -> str:
        return prose_text(self._prose(text).tokens, self._references, indent=indent)

    def _markdown_unwrapped(self, text: str, indent: int = 0) -> str:
        return prose_text(self._prose(text).tokens, References(), indent=indent, width=_UNWRAPPED)

    def _mjml(self, text: str) -> Markup:
        """Return the designer's own MJML, its pictures found beside the issue; nothing of it if something is wrong."""
        mistakes = find_mistakes(text, is_mark=self._is_mark)
        mjml = text if mistakes else _TAG.sub(lambda tag: self._in_tag(tag[0], text, mistakes), text)
        mjml = _UNCOLOURED.sub(r'\g<tag> css-class="words"\g<end>', mjml)
        problems = [
            Problem(self._position(text, wrong), self._named(wrong.message), self._named(wrong.hint))
            for wrong in mistakes
        ]
        self.problems += [problem for problem in problems if problem not in self.problems]
        return Markup("" if problems else mjml)  # noqa: S704  looked through

    def _in_tag(self, tag: str, text: str, mistakes: list[TextMistake]) -> str:
        """Spell the link of a tag of MJML, and find its picture; what is wrong with that is noted in ``mistakes``."""

        def changed(attribute: re.Match[str]) -> str:
            name, value = attribute["name"], attribute["value"]
            if name.lower() == "href":
                return f'href="{escape(self._spelt(unescape(value)))}"'
            if name not in _PICTURES or not _OWN_PICTURE.fullmatch(value):
                return attribute[0]
            if self._draft.marks.without(value) != value:
                mistakes.append(TextMistake(value, 0, f"{value!r} names no picture", "write the name of a file"))
                return attribute[0]
            try:
                return f'{name}="{self.pictures.url_in(text, unescape(value))}"'
            except PictureError as error:
                mistakes.append(TextMistake(value, 0, str(error), error.hint))
                return attribute[0]

        return tag if tag.startswith("<!--") else _ATTRIBUTE.sub(changed, tag)

    def _spelt(self, address: str) -> str:
        with suppress(LinkError):
            return address if self._is_mark(address) else spell_link(address)
        return address

    def _named(self, words: str) -> str:
        """Write merge fields as an author does, where a mistake quotes the marks that stand for them."""
        for mark, field in reversed(list(self._draft.marks.find(words))):
            words = f"{words[: mark.start()]}{field}{words[mark.end() :]}"
        return words

    def _is_mark(self, address: str) -> bool:
        return address.startswith(self._draft.marks.prefix)

    def _mjml_with_notes(self, text: str) -> Markup:
        mjml = self._mjml(text)
        authored = next(iter(self._draft.written(text, TextKind.MJML)), None)
        if not mjml or authored is None:
            return mjml
        # What is changed in a tag moves what stands behind it: each line and each tag has its own place.
        lines = [[match.start() for match in _LINE.finditer(one)] for one in (text, mjml)]
        tags = [[match.start() for match in _TAG.finditer(one)] for one in (text, mjml)]
        begins = [
            pair for places in (lines, tags) if len(places[0]) == len(places[1]) for pair in zip(*places, strict=True)
        ]
        places: dict[int, Position] = {}
        for before, after in begins:
            line = text.count("\n", 0, before)
            start = authored.position_of("", line=line)
            column = start.column + before - (text.rfind("\n", 0, before) + 1)
            places[after] = Position(start.file, start.line, column)
        return Markup(note_places(mjml, places))  # noqa: S704

    def _prose(self, text: str) -> Prose:
        if text not in self._proses:
            self._proses[text] = prose = self._parse(text)
            seen: Counter[tuple[str, int]] = Counter()
            for wrong in prose.mistakes:
                place = self._position(text, wrong, nth=seen[wrong.words, wrong.line])
                self.problems.append(Problem(place, wrong.message, wrong.hint))
                seen[wrong.words, wrong.line] += 1
        return self._proses[text]

    def _parse(self, text: str) -> Prose:
        """Parse a text, or find it as it was parsed before, and ask for its pictures again, as parsing does."""
        key = (text, self._draft.language, self.pictures.base)
        known = _parsed.take(key)
        if known is None or not self._has_pictures(text, known.pictures):
            names: list[str] = []

            def picture_url(name: str) -> str:
                names.append(name)
                return self.pictures.url_in(text, name)

            rules = MarkdownRules(
                self._draft.language,
                picture_url=picture_url,
                is_mark=self._is_mark,
                is_asset=lambda url: url.startswith(self.pictures.base),
            )
            known = _Parsed(parse_markdown(text, rules), tuple(names))
        if not known.prose.mistakes:
            _parsed.put(key, known, letters=len(text) + _LETTERS_BESIDE)
        return known.prose

    def _has_pictures(self, text: str, names: Iterable[str]) -> bool:
        try:
            for name in names:
                self.pictures.url_in(text, name)
        except PictureError:
            return False
        return True

    def _position(self, text: str, wrong: TextMistake, *, nth: int = 0) -> Position:
        authored = next(iter(self._draft.written(text, TextKind.MARKDOWN)), None)
        if authored is None:
            return self._draft.start
        return authored.position_of(self._named(wrong.words), line=wrong.line, nth=nth)

    def _longest_word(self, text: str | None) -> int:
        """Count the letters of the longest word that no line may break; a merge field's value is not known."""
        return longest_word(self._draft.marks.without(text or ""))

    # --- dates and calendar -------------------------------------------------------------------------------------------

    def _calendar(self, entry: Record) -> str | None:
        """Return the address of the calendar file that is linked at this entry; None if none is linked here."""
        file = self.calendar_files.get(entry)
        return f"{self.pictures.base}/{quote(file)}" if file else None

    def _hours(self, entry: Record, daily: str = "{hours}") -> str:
        """Write when an entry takes place, with the zone; ``daily`` is how to say it of several days."""
        seen = values_of(entry)
        if seen["time"] is None:
            return ""
        zone = seen["timezone"] or self._draft.newsletter.timezone
        hours = self._dates["time"](seen["time"], seen["end_time"])
        hours = f"{hours} {self._dates['zone_name'](zone, seen['date'])}"
        return bounded_format(daily, hours=hours) if seen["is_daily"] else hours
