"""Which variant of the subject a delivery is made with.

::

    nothing is tested        A
    in the sample of a test  the one that was drawn, which stands in its row
    the rest                 the winner, which stands in the mailing's row, and never changes once it is chosen

So the choice writes one row, whatever the size of the mailing, and a retry has the same bytes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, func, literal, select

from composer.database.schema import deliveries, mailings

FIRST_VARIANT = "A"
"""The variant of every delivery where no subjects are tested.

It is the first of ``VARIANTS`` in issue/subject_trial.py, written here again because a send knows nothing of issues.
"""

EditionKey = tuple[str, str]
"""What names an edition within a mailing: its language, and the variant of its subject."""

_mailing = mailings.alias("tested")
_winner = select(_mailing.c.winner).where(_mailing.c.id == deliveries.c.mailing_id).scalar_subquery()

VARIANT_OF_DELIVERY: ColumnElement[Any] = func.coalesce(
    deliveries.c.variant, _winner, literal(FIRST_VARIANT, String(1))
)
"""SQL for the variant that a row of ``deliveries`` is made with, as drawn above."""
