"""Lists all the checks and runs them: the command, the studio and the gate before a send use the same.

``AUTHORED`` read one language of the issue as written; ``RENDERED`` read its edition too. A language that cannot
be rendered is still checked as written, so that one run tells as much as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from composer.checks import (
    agreement,
    identity,
    inbox_line,
    languages,
    links,
    phone_lines,
    pictures,
    slots,
    whole_mail,
)
from composer.checks.access import forced_dark, link_purpose, link_words, picture_words
from composer.checks.dates import announced, written
from composer.checks.finding import Finding
from composer.checks.markdown import markup, parts
from composer.checks.proof import Proof, Rendered
from composer.edition.model import Edition
from composer.errors import Position
from composer.issue import Issue

AUTHORED: tuple[Callable[[Proof], Iterable[Finding]], ...] = (
    identity.check_sender,
    slots.check_foreign_fields,
    inbox_line.check_subject,
    inbox_line.check_preheader,
    phone_lines.check_phones,
    links.check_urls,
    link_words.check_link_words,
    link_purpose.check_purposes,
    links.check_duplicates,
    pictures.check_alt,
    picture_words.check_sorts,
    picture_words.check_posters,
    whole_mail.check_placeholders,
    whole_mail.check_lost_pictures,
    markup.check_markup,
    parts.check_parts,
    announced.check_times,
    announced.check_order,
    written.check_weekdays,
    languages.check_missing_languages,
    languages.check_same_blocks,
    agreement.check_same_links,
    agreement.check_same_figures,
    languages.check_untranslated,
)

RENDERED: tuple[Callable[[Rendered], Iterable[Finding]], ...] = (
    identity.check_unsubscribe,
    identity.check_postal_address,
    slots.check_slot_names,
    slots.check_defaults,
    slots.check_leftovers,
    pictures.check_weight,
    picture_words.check_share_of_words,
    forced_dark.check_words_on_pictures,
    links.check_anchors,
    links.check_template_links,
    links.check_link_names,
    whole_mail.check_length,
    whole_mail.check_headings,
    whole_mail.check_text_part,
)


PIECEWISE: tuple[Callable[[Proof], Iterable[Finding]], ...] = (
    links.check_urls,
    link_words.check_link_words,
    pictures.check_alt,
    whole_mail.check_placeholders,
    slots.check_foreign_fields,
    markup.check_markup,
    announced.check_order,
)
"""Those that judge each value by itself, and so hold for what is left of an issue without its mistakes."""


def check_editions(
    issue: Issue, editions: Mapping[str, Edition], *, broken: Mapping[str, Set[Position]] | None = None
) -> tuple[Finding, ...]:
    """Run all checks on an issue and its editions, and give what they find in the order of the files' lines.

    ``broken`` has, by language, the places of what cannot be rendered: of these nothing else is told in that language.
    """
    return sort_findings(_all_findings(issue, editions, broken or {}), issue)


def _all_findings(
    issue: Issue, editions: Mapping[str, Edition], broken: Mapping[str, Set[Position]]
) -> Iterator[Finding]:
    first = Proof(issue, issue.languages[0])
    for language in issue.languages:
        proof = first if language == first.language else Proof(issue, language, first)
        known = broken.get(language, frozenset())
        found = _found_in(proof, editions.get(language))
        yield from (finding for finding in found if finding.position not in known)


def _found_in(proof: Proof, edition: Edition | None) -> Iterator[Finding]:
    for check_authored in AUTHORED:
        yield from check_authored(proof)
    if edition is not None:
        rendered = Rendered(proof, edition)
        for check_rendered in RENDERED:
            yield from check_rendered(rendered)


def sort_findings(findings: Iterable[Finding], issue: Issue) -> tuple[Finding, ...]:
    """Order findings by place, the newsletter's own first, and drop repetitions: a translation shares lines."""
    own = issue.newsletter_source.file
    order = {own: 0} | {source.file: number for number, source in enumerate(issue.sources.values(), 1)}
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda found: (order.get(found.position.file, len(order)), found.position, found.code),
        )
    )
