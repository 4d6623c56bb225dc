"""The variants of an issue's subject: what may not be tested, and the issue as one variant has it.

Enters: the Contents of an issue, as loaded. Leaves: what is wrong with its test, and the issue with another subject, so
that every later stage works on a variant as on any issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from composer.errors import Problem
from composer.issue.model import Content, Issue
from composer.issue.source import KeyPath, Source
from composer.issue.subject_trial import VARIANTS


def variants_of(content: Content) -> tuple[str, ...]:
    """Name the variants of the subject; A alone where nothing is tested."""
    return tuple(VARIANTS[: 1 + len(content.subject_test.subjects)]) if content.subject_test else (VARIANTS[0],)


def as_variant(issue: Issue, variant: str) -> Issue:
    """Return the issue with the subject of that variant in every language, and no test.

    Each value keeps its place in the author's file.
    """
    contents: dict[str, Content] = {}
    sources: dict[str, Source] = {}
    for language, content in issue.contents.items():
        path = _path(variant)
        source = issue.sources[language]
        subject = content.subject_test.subjects[int(path[-1])] if len(path) > 1 and content.subject_test else None
        changes = {"subject_test": None} | ({"subject": subject} if subject else {})
        contents[language] = content.model_copy(update=changes)
        sources[language] = _moved(source, path) if subject else source
    return replace(issue, contents=contents, sources=sources)


def _path(variant: str) -> KeyPath:
    place = VARIANTS.index(variant)
    return ("subject_test", "subjects", place - 1) if place else ("subject",)


def _moved(source: Source, path: KeyPath) -> Source:
    """Return the same places; only the subject has moved."""
    return replace(
        source,
        values={**source.values, ("subject",): source.position(path)},
        keys={**source.keys, ("subject",): source.key_position(path)},
        spans={**source.spans, ("subject",): source.spans.get(path, ())},
    )


def same_subjects(content: Content, source: Source) -> Iterator[Problem]:
    """Tell each subject that stands there twice: two variants with one subject test nothing."""
    seen = {_folded(content.subject): source.position(("subject",))}
    for place, subject in enumerate(content.subject_test.subjects if content.subject_test else ()):
        here = source.position(("subject_test", "subjects", place))
        first = seen.setdefault(_folded(subject), here)
        if first is not here:
            words = f"the subject {subject!r} stands in line {first.line} already"
            yield Problem(here, words, "a test needs different ones; write another, or delete it")


def unequal_tests(contents: Mapping[str, Content], sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Tell each language that tests fewer or more subjects: one winner is chosen for all, so each has to have it."""
    (first, content), *others = contents.items()
    wanted = len(variants_of(content))
    file = sources[first].file.name
    for language, other in others:
        if len(variants_of(other)) == wanted:
            continue
        place = sources[language].key_position(("subject_test", "subjects"))
        if content.subject_test is None:
            words = f"{file} tests no subjects, so {language!r} cannot"
            yield Problem(sources[language].key_position(("subject_test",)), words, f"write subject_test into {file}")
        else:
            words = f"{len(variants_of(other)) - 1} further subjects in {language!r}, and {wanted - 1} in {first!r}"
            yield Problem(place, words, "write one for each; the winner is chosen for all languages")


def _folded(subject: str) -> str:
    return " ".join(subject.casefold().split())
