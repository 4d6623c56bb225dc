"""An issue's editions in other themes than its own, to be seen beside it; nothing in its files says so.

Enters: a preview, a language, the name of a theme. Leaves: an Edition, built when it is asked for and kept while the
issue stays as it is. Several threads may use it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from composer.compose import CheckedIssue
from composer.edition import build_edition
from composer.edition.model import Asset, Edition
from composer.edition.theme.tokens import theme_names
from composer.errors import EditionError, NewsletterError, TemplateError
from composer.issue.model import Issue
from composer.remembered import keep
from composer.studio.previews import IssuePreview

_KEPT = 12


class ThemedEditions:
    """Builds and keeps editions in other themes. ``templates`` stand in order of precedence."""

    def __init__(self, templates: Sequence[Path]) -> None:
        self._templates = templates
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], tuple[CheckedIssue, Edition]] = OrderedDict()

    def edition(self, preview: IssuePreview, language: str, theme: str) -> Edition:
        """Return the issue as it would look in ``theme``. Raises NewsletterError, in words, if it cannot be built."""
        key, checked = (preview.slug, language, theme), preview.checked
        with self._lock:
            known = self._kept.get(key)
        if known is None or known[0] is not checked:
            known = checked, self._build(checked.issue, language, theme)
        with self._lock:
            return keep(self._kept, key, known, most=_KEPT)[1]

    def assets(self, preview: IssuePreview, language: str) -> Iterator[Asset]:
        """Yield the files of these editions, some of which only another theme has."""
        with self._lock:
            kept = [edition for key, (_, edition) in self._kept.items() if key[:2] == (preview.slug, language)]
        for edition in kept:
            yield from edition.assets

    def _build(self, issue: Issue | None, language: str, theme: str) -> Edition:
        if issue is None or language not in issue.languages:
            raise NewsletterError("There is no such language of this issue that can be built.")
        if theme not in theme_names(self._templates):
            raise NewsletterError(f"There is no theme {theme!r}.")
        content = issue.contents[language]
        # What is set for this one issue may be about a token that only its own theme has.
        named = content.model_copy(update={"theme": {"name": theme}})
        try:
            other = replace(issue, contents={**issue.contents, language: named})
            return build_edition(other, language=language, templates=self._templates)
        except (EditionError, TemplateError) as error:
            raise NewsletterError(f"It cannot be built in the theme {theme}: {error.problems[0]}") from error
