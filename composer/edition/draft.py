"""An issue in one language gets marks for its merge fields, and its conditions are read: rendering starts from that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel

from composer.edition.conditions.condition import Condition
from composer.edition.language.locales import babel_locale
from composer.edition.language.taken_over import attributes_of, is_in_a_language, say_taken_over
from composer.edition.segments import find_segments, read_condition, subscriber_fields
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import AuthoredText, FieldMarker, MergeField, field_marker
from composer.errors import EditionError, NewsletterError, Position
from composer.issue.blocks import TextKind
from composer.issue.model import Content, Issue, Newsletter
from composer.issue.nearest import nearest
from composer.issue.source import Source
from composer.issue.traverse import traverse

_NAMES = frozenset({"name", "person", "speaker", "place", "credit", "contact", "subject", "preheader"})


@dataclass(frozen=True)
class EditionDraft:
    """The texts of one edition with marks. ``issue`` is as authored; ``conditions`` are the blocks', in order."""

    issue: Issue
    language: str
    direction: str
    content: Content
    newsletter: Newsletter
    marker: FieldMarker
    conditions: tuple[Condition | None, ...]

    @property
    def marks(self) -> Marks[MergeField]:
        """The marks that stand for merge fields in the texts."""
        return self.marker.marks

    @property
    def source(self) -> Source:
        """Where the texts were written, by their key paths."""
        return self.issue.sources[self.language]

    @property
    def start(self) -> Position:
        """The beginning of the issue's file, where problems are told that have no line."""
        return self.source.position(())

    def written(self, text: str, kind: TextKind) -> Sequence[AuthoredText]:
        """Find where an author wrote a text of the draft: as a text of ``kind``, or of any if it is none of that kind.

        Nowhere, if a template has made the text or changed it.
        """
        found = self.marker.texts.get(text, ())
        return [one for one in found if one.kind is kind] or found

    @property
    def first_language(self) -> str:
        """The language from which a translation takes over what it does not write again."""
        return self.issue.languages[0]

    def is_taken_over(self, text: str) -> bool:
        """Tell whether a translation took a text over from the first language, where it is more than a name."""
        if not self._is_translation or not is_in_a_language(self.marks.without(text)):
            return False
        first = self.issue.sources[self.first_language].file
        written = self.marker.texts.get(text, ())
        return bool(written) and all(one.position().file == first for one in written)

    @property
    def _is_translation(self) -> bool:
        return self.language.partition("-")[0] != self.first_language.partition("-")[0]

    def say_taken_over(self, html: str) -> str:
        """Say in a document which language the lines (titles, labels, captions) are in that were taken over."""
        lines = self._lines_taken_over
        return say_taken_over(html, lines, attributes=self.attributes_of_taken_over) if lines else html

    @cached_property
    def _lines_taken_over(self) -> Sequence[str]:
        return [
            text
            for text, written in (self.marker.texts.items() if self._is_translation else ())
            if written[0].kind is TextKind.LINE and written[0].path[-1] not in _NAMES and self.is_taken_over(text)
        ]

    @property
    def attributes_of_taken_over(self) -> str:
        """The attributes that say which language a text is in that was taken over."""
        direction = babel_locale(self.first_language).text_direction
        return attributes_of(self.first_language, direction, around=self.direction)

    def position(self, field: MergeField) -> Position:
        """Find where an author first wrote ``field``; fields that only templates use are at the issue's start."""
        return self.marker.first_place.get(field) or self.start


def draft_issue(issue: Issue, language: str) -> EditionDraft:
    """Make the draft of the issue in ``language``. EditionError, with every merge field and condition that is wrong."""
    if language not in issue.contents:
        hint = nearest(language, issue.languages) or f"it is written in {', '.join(issue.languages)}"
        raise NewsletterError(f"{issue.slug} is not written in {language!r}; {hint}")
    content, (newsletter, newsletter_source) = issue.contents[language], issue.newsletter_in(language)
    marker = field_marker(
        [*_texts(content), *_texts(newsletter)], language=language, own_fields=tuple(newsletter.fields)
    )
    merged_content = marker.mark_fields(content, source=issue.sources[language])
    merged_newsletter = marker.mark_fields(newsletter, source=newsletter_source)
    conditions = _conditions(issue, language, marker)
    find_segments(issue.newsletter, issue.newsletter_source, problems=marker.problems)
    if marker.problems:
        raise EditionError(marker.problems)
    direction = babel_locale(language).text_direction
    return EditionDraft(issue, language, direction, merged_content, merged_newsletter, marker, conditions)


def _conditions(issue: Issue, language: str, marker: FieldMarker) -> tuple[Condition | None, ...]:
    """Read each block's condition, in order."""
    fields, source = subscriber_fields(issue.newsletter_in(language)[0]), issue.sources[language]
    return tuple(
        None
        if block.show_if is None
        else read_condition(
            block.show_if, ("blocks", index, "show_if"), source, fields=fields, problems=marker.problems
        )
        for index, block in enumerate(issue.contents[language].blocks)
    )


def _texts(model: BaseModel) -> Iterator[str]:
    return (value for _, value in traverse(model) if isinstance(value, str))
