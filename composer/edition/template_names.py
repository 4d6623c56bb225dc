"""What all templates of an edition see by name is copied: the newsletter, the issue, the theme, words and links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composer.edition.draft import EditionDraft
from composer.edition.slots.merge_fields import LINK_FIELDS, MergeField
from composer.edition.theme.records import plain_value, record


def template_names(draft: EditionDraft, *, tokens: Mapping[str, Any], strings: Mapping[str, str]) -> Mapping[str, Any]:
    """Copy the draft, the theme's tokens and the fixed words into plain values, by the names that templates use."""
    start, end = ("left", "right") if draft.direction == "ltr" else ("right", "left")
    fields = type(draft.content).model_fields.keys() - {"blocks", "subject_test"}
    content: dict[str, Any] = {name: getattr(draft.content, name) for name in sorted(fields)}
    content["title"] = draft.content.title or draft.content.subject
    links = {name: draft.marks.mark(MergeField(f"links.{name}")) for name in (*LINK_FIELDS, "assets")}
    return {
        "theme": record("theme", tokens),
        "newsletter": plain_value(draft.newsletter),
        "issue": record("issue", {**content, "slug": draft.issue.slug}),
        "language": draft.language,
        "direction": draft.direction,
        "start": start,
        "end": end,
        "t": record("t", strings),
        "links": record("links", links),
    }
