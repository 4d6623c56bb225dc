"""What a reader does with a signed link of a mail, as the record of consent names it."""

from __future__ import annotations

import enum
from collections.abc import Sequence


class LinkUse(enum.StrEnum):
    """What a reader did with the signed link of a mail, as the consent's source names it."""

    ONE_CLICK = "one-click"  # the reader's mail provider, RFC 8058
    PAGE = "page"
    UNDO = "undo"

    def source(self, mailing: int) -> str:
        """Name this use as the source of a consent event: "one-click, mailing 3"."""
        return f"{self}, mailing {mailing}"


def link_sources(mailing: int) -> Sequence[str]:
    """List every source of a consent event that only a link in a mail of this mailing can be."""
    return [use.source(mailing) for use in LinkUse]
