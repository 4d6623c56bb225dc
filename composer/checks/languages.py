"""Checks that all languages are there, with the same blocks, translated to the end.

A translation is read beside the first language, block by block (counterparts.py). What differs is a warning at its
place in the translation's file: it may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.checks.counterparts import Counterparts
from composer.checks.finding import Finding, find
from composer.checks.proof import MERGE_FIELD, Proof, Text
from composer.edition.language.locales import lacking_placeholders, missing_strings
from composer.edition.language.placeholders import shown_with_placeholders
from composer.issue import Content, Issue
from composer.issue.blocks import TextKind
from composer.issue.source import KeyPath

_HEADLINES = frozenset({"title", "kicker"})
NAMES = frozenset(
    {"name", "person", "speaker", "place", "figure", "credit", "contact", "postal_address", "duration", "issue_line"}
)
"""Lines that may well be the same in two languages. A headline may be a name too: "Security, Democracy and Cities"."""

_MIN_LETTERS = 12
_MIN_LETTERS_OF_WORDS = 6
_MIN_SIGNS = 4
_SHOWN_WORDS = 3
_MIN_LETTERS_OF_ITS_OWN = 40


def check_missing_languages(proof: Proof) -> Iterator[Finding]:
    """The issue appears in every language of the newsletter."""
    default, *_ = proof.issue.languages
    for index, language in enumerate(proof.newsletter.languages):
        if language not in proof.issue.contents and proof.language == default:
            place = proof.issue.newsletter_source.position(("languages", index))
            words = f"the issue has no {language!r}; those readers get it in {default!r}"
            yield find("language-missing", place, words, f"write issue.{language}{proof.source.file.suffix}")


def check_fixed_words(issue: Issue, *, language: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """The templates' own words, "Read more", are in the language of the issue."""
    for lack, name, value in lacking_placeholders(templates, language):
        hint = f"write {{{value}}} where it is to stand"
        yield find("words-incomplete", lack, f"{name!r} leaves out {{{value}}}, which is put in there", hint)
    missing = missing_strings(templates, language)
    if not missing:
        return
    spoken = issue.newsletter.languages
    place = issue.newsletter_source.position(("languages", spoken.index(language)) if language in spoken else ())
    some = ", ".join(f"“{text}”" for text in list(missing.values())[:_SHOWN_WORDS])
    words = f"words of the templates are in English for readers of {language!r}, such as {some}"
    keys = ", ".join(shown_with_placeholders(*each) for each in missing.items())
    yield find("words-missing", place, words, f"write templates/locales/{language}.yaml with {keys}")


def check_same_blocks(proof: Proof) -> Iterator[Finding]:
    """A translation has the blocks of the first language, and their entries."""
    both = Counterparts.of(proof)
    if both is None:
        return
    first = both.there.language
    for index in both.only_here:
        words = f"{block_name(proof.content, index)} is only here, and not in {first!r}"
        yield find("translation-differs", proof.source.position(("blocks", index)), words, "is that meant?")
    for index, behind in both.only_there:
        place = proof.source.key_position(("blocks",) if behind is None else ("blocks", behind))
        line = both.there.source.position(("blocks", index)).line
        words = f"{block_name(both.there.content, index)} of {first!r} (line {line}) is missing here"
        yield find("translation-differs", place, words, "is that meant? It would stand below this" if behind else "")
    yield from _different_lengths(both)


def _different_lengths(both: Counterparts) -> Iterator[Finding]:
    lists: dict[KeyPath, tuple[object, ...]] = {
        path: value for path, value, _ in both.there.values if isinstance(value, tuple)
    }
    for path, value, _ in both.here.values:
        if not isinstance(value, tuple) or len(path) < 3:
            continue
        other = lists.get(both.path_there(path), value)
        if len(value) != len(other):
            words = f"{path[-1]!r} has {len(value)} entries here and {len(other)} in {both.there.language!r}"
            yield find("translation-differs", both.here.source.position(path), words, "is that meant?")


def block_name(content: Content, index: int) -> str:
    """Name a block as the file does, and by its title if it has one."""
    block = content.blocks[index]
    title = getattr(block, "title", None)
    return f"the block {block.block!r}" + (f" ({title[:40]})" if title else "")


def check_untranslated(proof: Proof) -> Iterator[Finding]:
    """Every text of a translation is written again, and not in the first language."""
    both = Counterparts.of(proof)
    if both is None:
        return
    for text, other in both.texts:
        place = text.position()
        is_own = place.file == proof.source.file
        if text.value.strip() != other.value.strip() or not (is_own or _must_differ(text)):
            continue
        letters = _letters(text)
        if letters >= _MIN_LETTERS_OF_ITS_OWN if is_own else _has_words(text, letters, both.there.language):
            around = proof.source.position(text.path[:-1])
            message = f"the {text.field} {text.value.strip()[:50]!r} is still that of {other.position().file.name}"
            hint = f"write it in {proof.language!r} in {proof.source.file.name}"
            is_around = not is_own and around.file == proof.source.file
            yield find("untranslated", around if is_around else place, message, hint)


def needs_translation(text: Text, *, first: str) -> bool:
    """Tell whether a text of the language ``first`` is more than names and figures, so that a translation lacks it."""
    letters = _letters(text)
    return text.field not in NAMES and _has_words(text, letters, first)


_ADDRESS = re.compile(r"https?://[^\s<>()]+|\bwww\.[^\s<>()]+|[\w.+-]+@[\w.-]+")


def _letters(text: Text) -> int:
    """Count the letters that are to be translated: none of addresses and merge fields."""
    return sum(letter.isalpha() for letter in _ADDRESS.sub("", MERGE_FIELD.sub("", text.value)))


def _must_differ(text: Text) -> bool:
    return text.kind is TextKind.MARKDOWN or text.field not in _HEADLINES | NAMES


def _has_words(text: Text, letters: int, language: str) -> bool:
    """Whether a text is more than names, figures and the word before them ("Source: Eurostat, 2019").

    A name has capitals, but so have the nouns of German; scripts without capitals are told by their signs alone.
    """
    if text.kind is TextKind.MARKDOWN or text.field in ("subject", "preheader"):
        return letters >= _MIN_LETTERS
    words = re.findall(r"[^\W\d_]{2,}", MERGE_FIELD.sub("", text.value))
    if not any(word.lower() != word.upper() for word in words):
        return letters >= _MIN_SIGNS
    if len(words) == 1:
        return letters >= _MIN_LETTERS and text.field in ("alt", "caption", "label")
    has_small = any(word[0].islower() and len(word) > 2 for word in words[1:]) or (
        language[:2] == "de" and len(words) > 2
    )
    return has_small and letters >= _MIN_LETTERS_OF_WORDS
