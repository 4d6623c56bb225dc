"""An issue in one language gets marks for its merge fields, and its conditions are read: rendering starts from that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from composer.edition.condition import Condition
from composer.edition.language.locales import babel_locale
from composer.edition.segments import find_segments, read_condition, subscriber_fields
from composer.edition.slots.marks import Marks
from composer.edition.slots.merge_fields import AuthoredText, FieldMarker, MergeField, field_marker
from composer.errors import EditionError, NewsletterError, Position
from composer.issue.blocks import TextKind
from composer.issue.model import Content, Issue, Newsletter
from composer.issue.nearest import nearest
from composer.issue.source import Source
from composer.issue.traverse import traverse


@dataclass(frozen=True, slots=True)
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
