"""4 · People. Enters: addresses and files of them. Leaves: an Audience, and the reason for everyone left out.

``subscribers``, ``lists``, ``subscriptions`` and ``suppressions`` are the nouns; ``freeze`` is where a mailing takes
its people from. Every function takes a Connection first, ``now`` where it writes, and leaves the commit to its
caller. It never sends, and knows nothing of issues or mailings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from composer.audience.exporting import export_subscribers
    from composer.audience.freeze import Audience, Member, Members, freeze_audience
    from composer.audience.imports.fates import Fate
    from composer.audience.imports.importing import import_subscribers
    from composer.audience.imports.report import ImportReport
    from composer.audience.imports.status_columns import Answers
    from composer.audience.lists import count_lists, ensure_list, find_list, find_lists
    from composer.audience.subscribers import add_subscriber, find_subscriber, list_subscribers, show_subscriber
    from composer.audience.subscriptions import SubscriptionStatus, confirmed, mailable, return_to_lists, unsubscribe
    from composer.audience.suppressions import (
        Suppression,
        SuppressionFilter,
        SuppressionReason,
        find_suppressions,
        lift_suppressions,
        suppress,
    )

__all__ = [
    "Answers",
    "Audience",
    "Fate",
    "ImportReport",
    "Member",
    "Members",
    "SubscriptionStatus",
    "Suppression",
    "SuppressionFilter",
    "SuppressionReason",
    "add_subscriber",
    "confirmed",
    "count_lists",
    "ensure_list",
    "export_subscribers",
    "find_list",
    "find_lists",
    "find_subscriber",
    "find_suppressions",
    "freeze_audience",
    "import_subscribers",
    "lift_suppressions",
    "list_subscribers",
    "mailable",
    "return_to_lists",
    "show_subscriber",
    "suppress",
    "unsubscribe",
]

_NAMES = {
    "exporting": ("export_subscribers",),
    "freeze": (
        "Audience",
        "Member",
        "Members",
        "freeze_audience",
    ),
    "imports.fates": ("Fate",),
    "imports.importing": ("import_subscribers",),
    "imports.report": ("ImportReport",),
    "imports.status_columns": ("Answers",),
    "lists": (
        "count_lists",
        "ensure_list",
        "find_list",
        "find_lists",
    ),
    "subscribers": (
        "add_subscriber",
        "find_subscriber",
        "list_subscribers",
        "show_subscriber",
    ),
    "subscriptions": (
        "SubscriptionStatus",
        "confirmed",
        "mailable",
        "return_to_lists",
        "unsubscribe",
    ),
    "suppressions": (
        "Suppression",
        "SuppressionFilter",
        "SuppressionReason",
        "find_suppressions",
        "lift_suppressions",
        "suppress",
    ),
}
"""Module → the names of it that are imported from here."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """A module is loaded when a name of it is asked for: sending begins without what reads and writes files."""
        for module, names in _NAMES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{module}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
