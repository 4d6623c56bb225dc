"""7 · What comes back. Enters: the relay's refusals. Leaves: whether an address is to be mailed again.

``policy`` is the table. It only reads codes; words of a reply are for people. It never writes.
"""

from composer.feedback.policy import suppression_for

__all__ = ["suppression_for"]
