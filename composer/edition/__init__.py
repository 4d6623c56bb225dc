"""Stage 2: an issue becomes an Edition, once per language.

Enters: an :class:`~composer.issue.Issue` and template folders. Leaves: an immutable :class:`Edition` of literal
segments and typed Slots, or one :class:`~composer.errors.EditionError` (the author's mistakes) or
:class:`~composer.errors.TemplateError` (the designer's), each with file, line and column.
Never: a network connection, the clock, the environment, a subscriber's data rendered as a template.

The path, one module a step; ``build.py`` tells it in order::

    draft.py       the issue in one language: merge.py reads {{ subscriber.first_name }} and puts marks (sentinels.py),
                   typography.py sets apostrophes and spaces, condition.py reads show_if
    rendering.py   each block, then the layout: templates.py, with theme.py, locales.py, dates.py, and filters.py for
                   the author's Markdown (markdown.py, text.py) and pictures (pictures.py, imaging.py, assets.py);
                   choices.py the forms of a block that only some see, memo.py blocks that were rendered before
    mjml.py        MJML → HTML; lint/ tells what mrml accepts in silence; sourcemap.py finds the template's line
    inline.py      prose CSS → style attributes
    document.py    Markdown put in, language and direction said, the preheader hidden in front
    slots.py       marks → Slots with a Context
    filling.py     later, for each reader: slot + value → escaped text
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from composer.edition.model import Asset, Choice, Context, Edition, Segments, Slot, dump_edition, restore_edition
from composer.edition.slots.fill import fill, slot_value

if TYPE_CHECKING:
    from composer.edition.build import LintedEdition, build_and_lint, build_edition

__all__ = [
    "Asset",
    "Choice",
    "Context",
    "Edition",
    "LintedEdition",
    "Segments",
    "Slot",
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
