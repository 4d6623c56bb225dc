"""Which refusals of a relay suppress the address they speak of: a pure table (requirements F4 and S5).

Enters: the codes of a refusal. Leaves: the reason for a suppression, or none. Only a refusal that speaks of the one
mailbox, and for good, suppresses its address. Why other codes do not is written below, because a wrong suppression
loses a reader whom nobody misses. The words of a reply are for people, and are never read here. Codes: RFC 3463 3.2
and 3.3, RFC 5248, RFC 7505.
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
"""Enhanced codes after which an address is never mailed again.

Left out on purpose: 5.1.2 (no such domain) is what a relay with broken DNS says of everybody; 5.2.2 (mailbox
full) and 5.2.3 (message too big) pass; 5.3, 5.4 and 5.5 speak of machines, routes and commands; 5.7 speaks of
us: our reputation, signature or contents. Without an enhanced code nobody knows which of these it was.
"""


def suppression_for(code: int, enhanced: str | None) -> SuppressionReason | None:
    """Decide whether a refusal suppresses the address, and for which reason. ``enhanced`` is written as "5.1.1".

    Both codes must be permanent. If they contradict each other, a relay in between has rewritten one of them, and the
    reader gets the benefit of the doubt.
    """
    if 500 <= code <= 599 and enhanced in SUPPRESSING:
        return SuppressionReason.BOUNCED
    return None
