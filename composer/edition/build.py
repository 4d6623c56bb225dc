"""``build_edition``: the whole path of composing, in order.

Enters: an Issue and template folders. Leaves: an Edition. The steps::

    1  the author's texts, with marks for merge fields               draft.py
    2  blocks and layouts: the mail, its text, its printable page    rendering.py
    3  each cut at its marks into literal segments and Slots         slots.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from composer import shipped
from composer.edition.draft import Draft, draft_issue
from composer.edition.model import Context, Edition, Segments, Slot
from composer.edition.rendering import MAIL, PRINT, Rendering
from composer.edition.slots import fill, html_segments, plain_segments
from composer.errors import EditionError, Problem
from composer.issue.model import Issue


def build_edition(
    issue: Issue, *, language: str | None = None, templates: Sequence[Path] = (shipped.TEMPLATES,)
) -> Edition:
    """The issue in ``language`` (its first one otherwise).

    ``templates`` are folders in order of precedence. EditionError lists every mistake of the author's,
    TemplateError those of a template.
    """
    draft = draft_issue(issue, language or issue.languages[0])
    rendering = Rendering(draft, templates)
    mail, text, printed = rendering.mail(), rendering.text(), rendering.printed()
    if rendering.problems:
        raise EditionError(rendering.problems)

    cut = _Cutter(draft)
    newsletter, content = issue.newsletter, draft.content
    sender = (newsletter.sender.name, newsletter.sender.email) if newsletter.sender else ("", "")
    edition = Edition(
        issue=issue.slug,
        language=draft.language,
        direction=draft.direction,
        date=content.date,
        title=_with_defaults(cut.text(content.title or content.subject)),
        subject=cut.text(content.subject, Context.HEADER),
        preheader=cut.text(content.preheader),
        html=cut.html(mail, MAIL),
        text=cut.text(text),
        print_html=cut.html(printed, PRINT),
        newsletter=newsletter.name,
        organisation=newsletter.organisation,
        sender=sender,
        reply_to=newsletter.reply_to,
        list_id=newsletter.list_id or _list_id(newsletter.name, sender[1]),
        list_name=newsletter.name,
        assets=rendering.assets(),
    )
    if cut.problems:
        raise EditionError(cut.problems)
    return edition


class _Cutter:
    """Cuts finished texts at their marks, and collects the marks that stand where no value can."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._marks = draft.merger.marks
        self.problems: list[Problem] = []

    def text(self, text: str, context: Context = Context.PLAIN) -> Segments:
        """A text or a header."""
        self._check_whole(text, "the text")
        return plain_segments(text, self._marks, context=context)

    def html(self, html: str, layout: str) -> Segments:
        """A document."""
        self._check_whole(html, layout)
        segments, misplaced = html_segments(html, self._marks)
        self.problems += [wrong.problem(self._draft.position(wrong.field)) for wrong in misplaced]
        return segments

    def _check_whole(self, text: str, name: str) -> None:
        if self._marks.broken(text):
            self.problems.append(
                Problem(
                    self._draft.start,
                    f"a merge field is cut in {name}",
                    "a template must not shorten an author's texts",
                )
            )


def _with_defaults(segments: Segments) -> str:
    """The text for pages that are nobody's: merge fields with their defaults."""
    nobody = {segment.name: "" for segment in segments if isinstance(segment, Slot)}
    return " ".join(fill(segments, nobody).split())


def _list_id(name: str, email: str) -> str:
    """A List-Id (RFC 2919): the newsletter's name under the sender's domain, stable for both."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "newsletter"
    domain = email.rpartition("@")[2]
    return f"{label}.{domain}" if domain else label
