"""MJML is linted: what the renderer accepts in silence is told at the template's line, or the author's.

Enters: the MJML of a mail, and the map of where it comes from. Leaves: LintProblems. Never: a document that is changed.

::

    vocabulary.py  what MJML knows, from npm's tables
    elements.py    MJML → its elements, each with its place
    rules.py       the verdicts
    places.py      offset → the template's line, and the blocks that show the mistake
"""

from composer.edition.lint.places import LintProblem, MjmlPlaces, block_in_words, in_blocks
from composer.edition.lint.rules import Complaint, lint_mjml

__all__ = ["Complaint", "LintProblem", "MjmlPlaces", "block_in_words", "in_blocks", "lint_mjml"]
