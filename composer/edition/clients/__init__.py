"""Mail programs: what they understand, what of that a mail uses, and what harms it where they do not.

Enters: a mail's HTML, MJML or CSS, ours or anybody's, and the shares of the readers' mail programs. Leaves: Uses, each
at its place, for each feature of caniemail's; FeatureFindings; ProgramLosses. Never: a mail that is changed. How a
feature is recognised is ours, by tables with a reason each; who understands it is caniemail's.
"""

from composer.edition.clients.conditional_comments import ReadBy
from composer.edition.clients.harms import Harm, HarmKind, harm_of, harming_uses
from composer.edition.clients.html_uses import Use, uses_in_css, uses_in_html, uses_of_parts
from composer.edition.clients.in_blocks import BlockText, block_text
from composer.edition.clients.report import (
    MANY_PERCENT,
    FeatureFinding,
    ProgramAnswer,
    ProgramLosses,
    feature_findings,
    losses_by_program,
    named,
    readers_of,
)
from composer.edition.clients.support import Feature, Support, client_support, load_shares

__all__ = [
    "MANY_PERCENT",
    "BlockText",
    "Feature",
    "FeatureFinding",
    "Harm",
    "HarmKind",
    "ProgramAnswer",
    "ProgramLosses",
    "ReadBy",
    "Support",
    "Use",
    "block_text",
    "client_support",
    "feature_findings",
    "harm_of",
    "harming_uses",
    "load_shares",
    "losses_by_program",
    "named",
    "readers_of",
    "uses_in_css",
    "uses_in_html",
    "uses_of_parts",
]
