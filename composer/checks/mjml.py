"""Makes Findings of what the linter of MJML has found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from composer.checks.finding import Finding, from_problem
from composer.edition.mjml.lint import LintProblem


def lint_findings(lint: Iterable[LintProblem]) -> Iterator[Finding]:
    """Tell each mistake of a template once: the languages of an issue share their templates."""
    first = {(problem.code, problem.position, problem.message): problem for problem in reversed(list(lint))}
    for problem in reversed(first.values()):
        yield from_problem(problem.code, problem.problem)
