"""From a refusal to a suppression: a pure table (requirements F4 and S5).

Only a refusal that speaks of the one mailbox, and for good, suppresses its address. All others leave it alone,
and say why here, because a wrong suppression is a reader lost in silence. Codes: RFC 3463 3.2 and 3.3,
RFC 5248, RFC 7505.
"""

from __future__ import annotations

from composer.audience.suppressions import SuppressionReason

SUPPRESSING = frozenset(
    {
        "5.1.1",  # the mailbox does not exist
        "5.1.3",  # the address is not one
        "5.1.6",  # the mailbox has moved, nobody knows where to
        "5.1.10",  # the domain says that it takes no mail (null MX)
        "5.2.1",  # the mailbox is closed
    }
)
"""Enhanced codes that mean: never again.

Left out on purpose: 5.1.2 (no such domain) is what a relay with broken DNS says of everybody; 5.2.2 (mailbox
full) and 5.2.3 (message too big) pass; 5.3, 5.4 and 5.5 speak of machines, routes and commands; 5.7 speaks of
us: our reputation, signature or contents. Without an enhanced code nobody knows which it was.
"""


def suppression_for(code: int, enhanced: str | None) -> SuppressionReason | None:
    """Why the address is not to be mailed again, or none. ``enhanced`` is as "5.1.1".

    Both codes must say "for good": where they contradict each other, a relay of one's own is in between and
    rewrote one of them, and the doubt is the reader's.
    """
    if 500 <= code <= 599 and enhanced in SUPPRESSING:
        return SuppressionReason.BOUNCED
    return None
