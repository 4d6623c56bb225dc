"""What harms a mail in the programs of many readers is found in templates, and told with who does not see it.

Enters: MJML or CSS, and the shares of mail programs. Leaves: mistakes, one for each feature at its first place. What
uses a feature, and what harms, is known to ``edition/clients/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from composer.edition.mjml.lint.rules import MjmlMistake

if TYPE_CHECKING:
    from composer.edition.clients import Use

CODE = "client-support"

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def unsupported_in_mjml(mjml: str, shares: Mapping[str, float]) -> Sequence[MjmlMistake]:
    """Tell what harms too many readers of a whole document."""
    # Here, as below: the first mail is seen before anything is linted.
    from composer.edition.clients import harming_uses

    return tuple(_mistakes(harming_uses(mjml), shares))


def unsupported_in_css(template: str, shares: Mapping[str, float]) -> Sequence[MjmlMistake]:
    """Tell what harms too many readers of a style sheet, which may still hold Jinja."""
    from composer.edition.clients import uses_in_css

    # What is printed there is a word, as far as anybody knows.
    css = _JINJA.sub(lambda found: re.sub(r"[^\n]", "x" if found[0].startswith("{{") else " ", found[0]), template)
    return tuple(_mistakes(uses_in_css(css), shares))


def _mistakes(uses: Iterable[Use], shares: Mapping[str, float]) -> Iterator[MjmlMistake]:
    from composer.edition.clients import MANY_PERCENT, Support, feature_findings, named

    for found in feature_findings(uses, shares, programs=shares, only_harm=True):
        percent = found.share_percent(*Support)
        if percent >= MANY_PERCENT and found.harm is not None:
            verb = "means nothing to" if found.names(Support.NO) else "harms in"
            message = f"{found.first.words} {verb} {named(found.names(*Support))}: {percent:.0f} % of the readers"
            yield MjmlMistake(found.first.offset, CODE, message, found.harm.advice)
