"""Stage 2: an issue becomes an Edition, once per language.

Enters: an :class:`~composer.issue.Issue` and template folders. Leaves: an immutable :class:`Edition` of literal
segments and typed Slots, or one :class:`~composer.errors.EditionError` (the author's mistakes) or
:class:`~composer.errors.TemplateError` (the designer's), each with file, line and column.
Never: a network connection, the clock, the environment, a subscriber's data rendered as a template.

The path, one module a step; ``build.py`` tells it in order::

    merge.py       {{ subscriber.first_name }} in the author's texts → MergeFields      sentinels.py  → marks
    templates.py   block templates → MJML        with theme.py, locales.py, dates.py, assets.py, markdown.py
    mjml.py        MJML → HTML                   sourcemap.py  an error in it → the template's line
    inline.py      prose CSS → style attributes
    slots.py       marks → Slots with a Context; later: slot + value → escaped text
    text.py        the text part from the same blocks
"""

from composer.edition.build import build_edition
from composer.edition.model import Asset, Context, Edition, Segments, Slot, dump_edition, restore_edition
from composer.edition.slots import fill, slot_value

__all__ = [
    "Asset",
    "Context",
    "Edition",
    "Segments",
    "Slot",
    "build_edition",
    "dump_edition",
    "fill",
    "restore_edition",
    "slot_value",
]
