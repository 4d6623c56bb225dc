"""``build_edition`` goes the whole path of composing, in order.

Enters: an Issue and template folders. Leaves: an Edition. The steps::

    1  the author's texts, with marks for merge fields               draft.py
    2  blocks and layouts: the mail, its text, its printable page    rendering.py
    3  each cut at its marks into literal segments and Slots         slots/find.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer import shipped
from composer.address import LIST_ID_MAX, wire_list_id
from composer.edition.block_places import without_cuts
from composer.edition.calendar.announcements import calendar_choice
from composer.edition.calendar.ics import with_calendar
from composer.edition.draft import EditionDraft, draft_issue
from composer.edition.mjml.lint import LintProblem
from composer.edition.model import Context, Edition, SlottedText
from composer.edition.rendering import MAIL, PRINT, TEXT, WEB, Rendering
from composer.edition.slots.find import html_segments, plain_segments
from composer.edition.slots.public import public_line, public_segments
from composer.edition.traced import TracedRendering
from composer.errors import AddressError, EditionError, Problem
from composer.issue.model import Issue


def build_edition(
    issue: Issue, *, language: str | None = None, templates: Sequence[Path] = (shipped.TEMPLATES,)
) -> Edition:
    """Build the edition of the issue in ``language``, or in its first one.

    ``templates`` are folders in order of precedence. EditionError lists every mistake of the author's,
    TemplateError those of a template.
    """
    draft = draft_issue(issue, language or issue.languages[0])
    return _edition(draft, Rendering(draft, templates))


def build_mail_with_fields(issue: Issue, *, language: str, templates: Sequence[Path]) -> SlottedText:
    """Build the mail with the field that each piece came from, as ``theme/origins.py`` writes it; never to be sent.

    Raises what ``build_edition`` raises, and TemplateError where MJML cannot be made of marks.
    """
    draft = draft_issue(issue, language)
    rendering = TracedRendering(draft, templates)
    html, _ = without_cuts(_Cutter(draft, rendering).html(rendering.mail(), MAIL), rendering.cuts)
    return html


@dataclass(frozen=True, slots=True)
class LintedEdition:
    """An edition, and the mistakes in its MJML that did not keep it from being rendered."""

    edition: Edition
    lint: tuple[LintProblem, ...]


def build_and_lint(
    issue: Issue, *, language: str | None = None, templates: Sequence[Path] = (shipped.TEMPLATES,)
) -> LintedEdition:
    """Build as ``build_edition`` does, and tell what the linter says about the templates."""
    draft = draft_issue(issue, language or issue.languages[0])
    rendering = Rendering(draft, templates)
    return LintedEdition(_edition(draft, rendering), rendering.lint())


def _edition(draft: EditionDraft, rendering: Rendering) -> Edition:
    """Join what the rendering of a draft gives into an Edition. EditionError, with all the author's mistakes."""
    mail, text, printed, events = rendering.mail(), rendering.text(), rendering.printed(), rendering.events()
    web = rendering.web(events)
    assets = rendering.assets()
    if rendering.problems:
        raise EditionError(rendering.problems)

    cut = _Cutter(draft, rendering)
    issue = draft.issue
    (newsletter, _), content = issue.newsletter_in(draft.language), draft.content
    sender = (newsletter.sender.name, newsletter.sender.email) if newsletter.sender else ("", "")
    html, places = without_cuts(cut.html(mail, MAIL), rendering.cuts)
    edition = Edition(
        issue=issue.slug,
        language=draft.language,
        direction=draft.direction,
        date=content.date,
        title=public_line(content.title or content.subject, draft.marks),
        subject=cut.text(content.subject, Context.HEADER),
        preheader=cut.text(content.preheader),
        html=html,
        block_places=places,
        text=cut.text(text, layout=TEXT),
        print_html=cut.html(printed, PRINT),
        web_html=public_segments(cut.html(web, WEB), language=draft.language),
        newsletter=newsletter.name,
        organisation=newsletter.organisation,
        sender=sender,
        reply_to=newsletter.reply_to,
        list_id=newsletter.list_id or _list_id(newsletter.name, sender[1]),
        list_name=newsletter.name,
        assets=assets,
        pictures=str(content.pictures or newsletter.pictures),
        calendar=calendar_choice(draft),
    )
    if cut.problems:
        raise EditionError(cut.problems)
    return with_calendar(edition, events)


class _Cutter:
    """Cuts finished texts at their marks, and collects the marks that stand where no value can."""

    def __init__(self, draft: EditionDraft, rendering: Rendering) -> None:
        self._draft = draft
        self._marks = draft.marks
        self._rendering = rendering
        self.problems: list[Problem] = []

    def text(self, text: str, context: Context = Context.PLAIN, *, layout: str = "the text") -> SlottedText:
        """Cut a text or a header at its marks, where the slots will be."""
        self._check_whole(text, layout)
        with self._rendering.blaming(layout):
            return plain_segments(text, self._marks, self._rendering.edges, context=context)

    def html(self, html: str, layout: str) -> SlottedText:
        """Cut a document at its marks, and note the merge fields that stand where no value can."""
        self._check_whole(html, layout)
        with self._rendering.blaming(layout):
            segments, misplaced = html_segments(html, self._marks, self._rendering.edges)
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


def _list_id(name: str, email: str) -> str:
    """Make a List-Id (RFC 2919) of the newsletter's name under the sender's domain: the same as long as these are."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "newsletter"
    domain = email.rpartition("@")[2]
    try:
        room = LIST_ID_MAX - len(wire_list_id(domain)) - 1
    except AddressError:  # which the checks tell
        return f"{label}.{domain}" if domain else label
    return f"{label[:room].rstrip('-')}.{domain}"
