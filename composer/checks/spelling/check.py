"""Checks the spelling of an issue, in each of its languages, when a person asks for it.

A word of the project stands in ``words.txt`` beside ``newsletter.yaml``, one a line, whatever its capitals; ``#``
begins a comment. The names that publication and issue write in fields for names (a person, a place, a project's
kicker) are known everywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from composer.checks.finding import Finding, find, told
from composer.checks.languages import NAMES
from composer.checks.proof import Proof, Text
from composer.checks.spelling.hunspell import Hunspell, HunspellFailed
from composer.checks.spelling.words import SpelledWord, words_in
from composer.errors import Mend
from composer.issue import Issue
from composer.limited_process import TookTooLong

WORDS_FILE = "words.txt"
_NAMED_IN = NAMES | {"kicker", "organisation", "network"}
_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_SUGGESTED = 40
"""Words for which hunspell is asked what was meant; it takes a fifth of a second for one."""
_WITHOUT_BLANKS = frozenset({"ja", "zh", "th", "lo", "km", "my"})
"""Languages that have no blanks between words, and whose words hunspell so cannot tell."""


def check_spelling(issue: Issue, hunspell: Hunspell | None) -> tuple[Finding, ...]:
    """Every word of the issue is in a dictionary of its language, or in the project's words."""
    if hunspell is None:
        place = issue.newsletter_source.position(())
        words = "spelling was not checked: hunspell is not installed"
        return (find("spelling-unchecked", place, words, "install hunspell, and a dictionary for each language"),)
    own = _own_words(issue.newsletter_source.file.parent / WORDS_FILE)
    return told(finding for language in issue.languages for finding in _in_language(issue, language, own, hunspell))


def _own_words(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return frozenset(word.casefold() for line in lines for word in line.partition("#")[0].replace("’", "'").split())


def _in_language(issue: Issue, language: str, own: frozenset[str], hunspell: Hunspell) -> Iterator[Finding]:
    proof = Proof(issue, language)
    place = issue.newsletter_source.position(("languages",))
    damaged = hunspell.damaged(language)
    for name, words in damaged.items():
        hint = f"install the dictionary again, or remove it; without it words of {name} are not known"
        yield find("spelling-unchecked", place, f"the dictionary {name} is damaged: {words}", hint)
    if not hunspell.dictionaries(language):
        if damaged:
            return
        words = f"the spelling of {language!r} was not checked: hunspell has no dictionary for it"
        spoken = language.partition("-")[0]
        hint = "" if spoken in _WITHOUT_BLANKS else f"install one, such as the package hunspell-{spoken}"
        yield find("spelling-unchecked", place, words, hint)
        return
    known = own | _names(proof)
    spelled = [
        (text, word)
        for text in proof.prose
        if text.field not in NAMES and text.position().file == proof.source.file
        for word in words_in(text.value, language=language)
        if word.word.casefold() not in known and word.word.casefold().removesuffix("'s") not in known
    ]
    try:
        yield from _unknown(spelled, language, hunspell)
    except TookTooLong:
        yield find("spelling-unchecked", place, f"the spelling of {language!r} was not checked: hunspell took too long")
    except HunspellFailed as error:
        words = f"the spelling of {language!r} was not checked: hunspell failed ({error})"
        yield find("spelling-unchecked", place, words, "does `hunspell -D` load its dictionaries?")


def _unknown(spelled: list[tuple[Text, SpelledWord]], language: str, hunspell: Hunspell) -> Iterator[Finding]:
    parts = {part for _, one in spelled for part in (one.word, *_parts(one.word))}
    unknown = hunspell.unknown(sorted(parts), language)
    # "l'enquête" is right if it is known as a whole, or in its parts.
    wrong = [
        (text, one)
        for text, one in spelled
        if one.word in unknown and ("'" not in one.word or any(part in unknown for part in _parts(one.word)))
    ]
    asked = " or ".join(hunspell.dictionaries(language))
    try:
        meant = hunspell.suggestions(list(dict.fromkeys(one.word for _, one in wrong))[:_MOST_SUGGESTED], language)
    except (TookTooLong, HunspellFailed):
        meant = {}  # which words are wrong is known all the same
    for text, one in wrong:
        suggested = meant.get(one.word, ())
        message = f"“{one.word}” is not in the dictionary {asked}"
        hint = f"write {' or '.join(suggested)}; or " if suggested else "if it is right, "
        mend = Mend(one.word, suggested[0]) if len(suggested) == 1 else None
        yield find("spelling", text.position(one.offset), message, f"{hint}add the word to {WORDS_FILE}", mend)


def _parts(word: str) -> list[str]:
    return [part for part in word.split("'") if len(part) > 2] if "'" in word else []


def _names(proof: Proof) -> frozenset[str]:
    """Collect the words of names: of what stands in fields for names, in the issue and the publication."""
    named = (text.value for text in proof.all_texts if text.field in _NAMED_IN)
    return frozenset(word.casefold() for text in named for word in _LETTERS.findall(text))
