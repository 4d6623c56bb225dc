"""An issue's folder becomes its checked editions: it is loaded, built, checked.

The commands ``check``, ``build``, ``plan`` and ``send`` and the studio all call :func:`check_folder`, so what a preview
shows is what is sent. Enters: a folder and template folders. Leaves: a CheckedIssue. Never: an exception for what is
wrong in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from composer.checks.codes import Severity
from composer.checks.finding import Finding, from_problem, told
from composer.edition import build_and_lint, build_edition
from composer.edition.mjml.lint import LintProblem
from composer.edition.model import Edition
from composer.errors import EditionError, TemplateError
from composer.issue import Issue, read_issue
from composer.issue.own_blocks import own_blocks
from composer.issue.subject_trial import VARIANTS
from composer.issue.variants import as_variant, variants_of

BLOCKING_CODES: Final = frozenset({"issue-invalid", "edition-invalid", "template-invalid"})
"""Codes of findings that stand for "there is nothing to show": the files did not load, or did not build."""


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
        """Tell whether something that was found here would stop a send."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def check_folder(folder: Path, *, templates: Sequence[Path]) -> CheckedIssue:
    """Load, render and check the issue in ``folder``. What goes wrong becomes Findings; nothing is raised for it."""
    try:
        own = own_blocks(templates)
        issue, problems = read_issue(folder, own_blocks=own)
    except TemplateError as error:
        return CheckedIssue(None, {}, tuple(from_problem("template-invalid", problem) for problem in error.problems))
    if problems or issue is None:
        wrong = [from_problem("issue-invalid", problem) for problem in problems]
        return CheckedIssue(None, {}, told(_by_place([*wrong, *_beside(wrong, issue, templates)])))
    from composer.checks.repetition import check_beside_others
    from composer.checks.run import sort_findings  # build_language does not wait for the checks, here and below

    first, *others = _variants(issue, templates)
    found = list(first.findings)
    for other in others:
        # All that is the same in every variant is told once.
        places = {(finding.code, finding.position) for finding in found}
        found += [finding for finding in other.findings if (finding.code, finding.position) not in places]
    found += check_beside_others(issue, own)
    variants = {name: checked.editions for name, checked in zip(VARIANTS[1:], others, strict=False)}
    return CheckedIssue(issue, first.editions, told(sort_findings(found, issue)), variants)


def build_language(folder: Path, *, language: str, templates: Sequence[Path]) -> tuple[Issue, Edition] | None:
    """Load the issue in ``folder`` and build one language (its first, for ""), without a look at anything else.

    It is the edition that :func:`check_folder` gives, sooner. None where that has more to say: something is wrong,
    there is no such language, or several subjects are tried.
    """
    try:
        issue, problems = read_issue(folder, own_blocks=own_blocks(templates))
        if problems or issue is None or len(variants_of(next(iter(issue.contents.values())))) > 1:
            return None
        wanted = language or issue.languages[0]
        return (issue, build_edition(issue, language=wanted, templates=templates)) if wanted in issue.contents else None
    except (EditionError, TemplateError):
        return None


def _variants(issue: Issue, templates: Sequence[Path]) -> Iterator[CheckedIssue]:
    """Build and check the issue as each variant of its subject has it: one, where nothing is tested."""
    for name in variants_of(next(iter(issue.contents.values()))):
        yield _build_and_check(as_variant(issue, name), templates)


def _build_and_check(issue: Issue, templates: Sequence[Path]) -> CheckedIssue:
    from composer.checks import languages, theme
    from composer.checks.access import forced_dark
    from composer.checks.run import check_editions

    editions: dict[str, Edition] = {}
    broken: dict[str, list[Finding]] = {}
    chosen: list[Finding] = []
    lint: list[LintProblem] = []
    for language in issue.languages:
        try:
            linted = build_and_lint(issue, language=language, templates=templates)
            editions[language] = linted.edition
            lint += linted.lint
            chosen += theme.check_colours(issue, language=language, templates=templates)
            chosen += forced_dark.check_colours(issue, language=language, templates=templates)
            chosen += theme.check_fonts(issue, linted.edition, language=language, templates=templates)
            chosen += languages.check_fixed_words(issue, language=language, templates=templates)
        except (EditionError, TemplateError) as error:
            code = "edition-invalid" if isinstance(error, EditionError) else "template-invalid"
            broken[language] = [from_problem(code, problem) for problem in error.problems]
    places = {language: {finding.position for finding in found} for language, found in broken.items()}
    checked = check_editions(issue, editions, broken=places)
    found = [*chain.from_iterable(broken.values()), *chosen, *_lint_findings(lint), *checked]
    return CheckedIssue(issue, editions, tuple(dict.fromkeys(found)))


def _beside(known: Sequence[Finding], issue: Issue | None, templates: Sequence[Path]) -> Iterator[Finding]:
    """Find what else is wrong in an issue that cannot be loaded whole, at places that nothing has been told of yet.

    A value in quotation marks is at two places: at its mark for who reads the file, behind it for who reads the text.
    """
    from composer.checks.proof import Proof
    from composer.checks.run import PIECEWISE

    places = {finding.position for finding in known}
    lines = {(finding.position.file, finding.position.line, finding.message) for finding in known}
    for language in issue.languages if issue else ():
        assert issue is not None
        found = [finding for check in PIECEWISE for finding in check(Proof(issue, language))]
        try:
            build_edition(issue, language=language, templates=templates)
        except EditionError as error:
            found += (from_problem("edition-invalid", problem) for problem in error.problems)
        except TemplateError as error:
            found += (from_problem("template-invalid", problem) for problem in error.problems)
        for finding in found:
            place = finding.position
            if place not in places and (place.file, place.line, finding.message) not in lines:
                yield finding


def _lint_findings(lint: Iterable[LintProblem]) -> Iterator[Finding]:
    """Tell each mistake of a template once: the languages of an issue share their templates."""
    first = {(problem.code, problem.position, problem.message): problem for problem in reversed(list(lint))}
    for problem in reversed(first.values()):
        yield from_problem(problem.code, problem.problem)


def _by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda found: (found.position, found.code)))
