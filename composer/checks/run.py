"""All the checks, and the ways to run them: the command, the studio and the gate before a send use the same.

``AUTHORED`` read one language of the issue as written; ``RENDERED`` read its edition too. A language that cannot
be rendered is still checked as written, so that one run tells as much as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from composer.checks import agreement, colours, dates, identity, inbox_line, languages, links, pictures, slots, whole
from composer.checks.codes import Severity
from composer.checks.finding import Finding, from_problem
from composer.checks.mjml import lint_findings
from composer.checks.proof import Proof, Rendered
from composer.edition import build_and_lint, build_edition
from composer.edition.mjml.lint import LintProblem
from composer.edition.model import Edition
from composer.errors import EditionError, TemplateError
from composer.issue import Issue, read_issue
from composer.issue.own_blocks import own_blocks
from composer.issue.subject_trial import VARIANTS, as_variant, variants_of

AUTHORED: tuple[Callable[[Proof], Iterable[Finding]], ...] = (
    identity.check_sender,
    inbox_line.check_subject,
    inbox_line.check_preheader,
    links.check_addresses,
    links.check_link_words,
    links.check_duplicates,
    pictures.check_alt,
    whole.check_placeholders,
    dates.check_times,
    dates.check_order,
    dates.check_weekdays,
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
    links.check_anchors,
    links.check_template_links,
    whole.check_length,
    whole.check_headings,
    whole.check_text_part,
)


PIECEWISE: tuple[Callable[[Proof], Iterable[Finding]], ...] = (
    links.check_addresses,
    links.check_link_words,
    pictures.check_alt,
    whole.check_placeholders,
    dates.check_order,
)
"""Those that judge each value by itself, and so hold for what is left of an issue without its mistakes."""


@dataclass(frozen=True, slots=True)
class CheckedIssue:
    """What could be loaded and rendered of an issue, and everything found on the way.

    ``editions`` is by language. ``variants`` has the editions with the other subjects of a test, as
    variant ("B") → language → edition.
    """

    issue: Issue | None
    editions: Mapping[str, Edition]
    findings: tuple[Finding, ...]
    variants: Mapping[str, Mapping[str, Edition]] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether something found here would stop a send."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def check_folder(folder: Path, *, templates: Sequence[Path]) -> CheckedIssue:
    """Load, render and check the issue in ``folder``. What goes wrong becomes Findings; nothing is raised for it."""
    try:
        issue, problems = read_issue(folder, own_blocks=own_blocks(templates))
    except TemplateError as error:
        return CheckedIssue(None, {}, tuple(from_problem("template-invalid", problem) for problem in error.problems))
    if problems or issue is None:
        told = [from_problem("issue-invalid", problem) for problem in problems]
        return CheckedIssue(None, {}, _by_place([*told, *_beside(told, issue, templates)]))
    first, *others = _variants(issue, templates)
    found = list(first.findings)
    for other in others:
        # All that is the same in every variant is told once.
        places = {(finding.code, finding.position) for finding in found}
        found += [finding for finding in other.findings if (finding.code, finding.position) not in places]
    variants = {name: checked.editions for name, checked in zip(VARIANTS[1:], others, strict=False)}
    return CheckedIssue(issue, first.editions, _sorted(found, issue), variants)


def _variants(issue: Issue, templates: Sequence[Path]) -> Iterator[CheckedIssue]:
    """The issue as each variant of its subject has it: one, where nothing is tested."""
    for name in variants_of(next(iter(issue.contents.values()))):
        yield _build_and_check(as_variant(issue, name), templates)


def _build_and_check(issue: Issue, templates: Sequence[Path]) -> CheckedIssue:
    editions: dict[str, Edition] = {}
    broken: list[Finding] = []
    chosen: list[Finding] = []
    lint: list[LintProblem] = []
    for language in issue.languages:
        try:
            linted = build_and_lint(issue, language=language, templates=templates)
            editions[language] = linted.edition
            lint += linted.lint
            chosen += colours.check_colours(issue, language=language, templates=templates)
            chosen += languages.check_fixed_words(issue, language=language, templates=templates)
        except (EditionError, TemplateError) as error:
            code = "edition-invalid" if isinstance(error, EditionError) else "template-invalid"
            broken += (from_problem(code, problem) for problem in error.problems)
    found = [*broken, *chosen, *lint_findings(lint), *check_editions(issue, editions)]
    return CheckedIssue(issue, editions, tuple(dict.fromkeys(found)))


def _beside(told: Sequence[Finding], issue: Issue | None, templates: Sequence[Path]) -> Iterator[Finding]:
    """What else is wrong in an issue that cannot be loaded whole, at places that nothing has been told of yet."""
    places = {finding.position for finding in told}
    for language in issue.languages if issue else ():
        assert issue is not None
        found = [finding for check in PIECEWISE for finding in check(Proof(issue, language))]
        try:
            build_edition(issue, language=language, templates=templates)
        except EditionError as error:
            found += (from_problem("edition-invalid", problem) for problem in error.problems)
        except TemplateError as error:
            found += (from_problem("template-invalid", problem) for problem in error.problems)
        yield from (finding for finding in found if finding.position not in places)


def _by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda found: (found.position, found.code)))


def check_editions(issue: Issue, editions: Mapping[str, Edition]) -> tuple[Finding, ...]:
    """Everything that the checks find in an issue and its editions, in the order of the files' lines."""
    return _sorted(_all_findings(issue, editions), issue)


def _all_findings(issue: Issue, editions: Mapping[str, Edition]) -> Iterator[Finding]:
    for language in issue.languages:
        proof = Proof(issue, language)
        for check_authored in AUTHORED:
            yield from check_authored(proof)
        if language in editions:
            rendered = Rendered(proof, editions[language])
            for check_rendered in RENDERED:
                yield from check_rendered(rendered)


def _sorted(findings: Iterable[Finding], issue: Issue) -> tuple[Finding, ...]:
    """Without repetitions (a translation shares lines with issue.yaml), the newsletter's own first, then by place."""
    own = issue.newsletter_source.file
    order = {own: 0} | {source.file: number for number, source in enumerate(issue.sources.values(), 1)}
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda found: (order.get(found.position.file, len(order)), found.position, found.code),
        )
    )
