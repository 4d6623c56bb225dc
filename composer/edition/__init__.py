"""Stage 2: an issue becomes an Edition, once per language.

Enters: an :class:`~composer.issue.Issue` and template folders. Leaves: an immutable :class:`Edition` of literal
segments and typed Slots, or one :class:`~composer.errors.EditionError` (the author's mistakes) or
:class:`~composer.errors.TemplateError` (the designer's), each with file, line and column.
Never: a network connection, the clock, the environment, a subscriber's data rendered as a template.

The path of an issue through here; ``build.py`` goes it step by step::

    draft       the issue in one language, its merge fields as marks, its conditions read
    rendering   each block by its template, then the layout around them: MJML, text, pages
    mjml        MJML becomes HTML, the prose CSS goes into style attributes
    slots       the marks become Slots, each with the Context that decides how a value is escaped
    fill        later, for each reader: a slot and a value become escaped text
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from composer.edition.model import (
    Asset,
    ConditionalContent,
    Context,
    Edition,
    Slot,
    SlottedText,
    dump_edition,
    restore_edition,
)
from composer.edition.slots.fill import fill, slot_value

if TYPE_CHECKING:
    from composer.edition.build import LintedEdition, build_and_lint, build_edition

__all__ = [
    "Asset",
    "ConditionalContent",
    "Context",
    "Edition",
    "LintedEdition",
    "Slot",
    "SlottedText",
    "build_and_lint",
    "build_edition",
    "dump_edition",
    "fill",
    "restore_edition",
    "slot_value",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The builder is loaded when it is asked for: sending an edition begins without templates and Markdown."""
        if name in ("LintedEdition", "build_and_lint", "build_edition"):
            return getattr(import_module("composer.edition.build"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
