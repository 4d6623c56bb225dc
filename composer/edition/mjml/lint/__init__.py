"""MJML and CSS are linted: what the renderer accepts in silence, and what many readers will not see.

Enters: the MJML of a mail, and the map of where it comes from. Leaves: LintProblems, at the template's line or the
author's. Never: a document that is changed.
"""

from composer.edition.mjml.lint.features import unsupported_in_css, unsupported_in_mjml
from composer.edition.mjml.lint.places import LintProblem, MjmlPlaces, block_in_words, in_blocks, problems_in_file
from composer.edition.mjml.lint.rules import MjmlMistake, lint_mjml

__all__ = [
    "LintProblem",
    "MjmlMistake",
    "MjmlPlaces",
    "block_in_words",
    "in_blocks",
    "lint_mjml",
    "problems_in_file",
    "unsupported_in_css",
    "unsupported_in_mjml",
]
