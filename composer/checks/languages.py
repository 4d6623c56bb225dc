"""Several languages: all there, with the same blocks, translated to the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof

_TRANSLATED_FIELDS = frozenset({"subject", "preheader", "body", "intro", "alt", "caption", "label"})
_MIN_LETTERS = 12


def check_missing_languages(proof: Proof) -> Iterator[Finding]:
    """The issue appears in every language of the newsletter."""
    default, *_ = proof.issue.languages
    for index, language in enumerate(proof.newsletter.languages):
        if language not in proof.issue.contents and proof.language == default:
            place = proof.issue.newsletter_source.position(("languages", index))
            words = f"the issue has no {language!r}; those readers get it in {default!r}"
            yield find("language-missing", place, words, f"write issue.{language}.yaml")


def check_same_blocks(proof: Proof) -> Iterator[Finding]:
    """A translation has the blocks of the first language."""
    default, *_ = proof.issue.languages
    kinds = [block.block for block in proof.content.blocks]
    model = [block.block for block in proof.issue.contents[default].blocks]
    for index, (kind, expected) in enumerate(zip_longest(kinds, model)):
        if kind != expected:
            place = proof.source.position(("blocks", index))
            words = f"block {index + 1} is {_named(kind)} here and {_named(expected)} in {default!r}"
            yield find("translation-differs", place, words, "is that meant?")
            return


def _named(kind: str | None) -> str:
    return f"a block {kind!r}" if kind else "missing"


def check_untranslated(proof: Proof) -> Iterator[Finding]:
    """Texts that a translation did not write again, and so shows in the first language."""
    for text in proof.texts:
        place = text.position()
        if text.field not in _TRANSLATED_FIELDS or place.file == proof.source.file:
            continue
        words = MERGE_FIELD.sub("", text.value)
        if sum(letter.isalpha() for letter in words) >= _MIN_LETTERS:
            around = proof.source.position(text.path[:-1])
            message = f"the {text.field} {text.value.strip()[:50]!r} is still that of {place.file.name}"
            hint = f"write it in {proof.language!r} in {proof.source.file.name}"
            yield find("untranslated", around if around.file == proof.source.file else place, message, hint)
