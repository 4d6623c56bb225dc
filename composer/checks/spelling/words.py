"""Finds the words of a text that a dictionary may be asked about: no code, address, merge field, tag, or likely name.

Enters: a text as its author wrote it. Leaves: words with their places in that text. What is likely a name is told by
its capitals: an acronym (``PREPARE``), a capital within (``LinkedIn``), and a capital that no sentence begins with,
except where all nouns have one (German). Behind a title (``Dr. Xy``) or a letter with a full stop it is one there,
too. A word of another script than the language's (``Αθήνα`` in English) is in none of its dictionaries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from babel.core import get_global

_NOT_WORDS = re.compile(
    r"(?P<fence>^(```|~~~).*?^\2)"
    r"|(?<!`)(?P<code>`++)(?!`).{1,2000}?(?<!`)(?P=code)(?!`)"
    r"|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}"
    r"|<[A-Za-z/!](?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}'){0,100}>"
    r"|\]\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)"
    r"|\b[a-z][a-z0-9+.-]{1,20}:[^\s<>]+|\bwww\.[^\s<>]+|[^\s<>@]{1,64}@[^\s<>@]{1,255}"
    r"|(?<![\w.-])(?:[\w-]++\.(?=[\w-]))++[a-z]{2,}(?:/[^\s<>]*)?"
    r"|&#?\w+;|[#@]\w+|\[\^\w+\]",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""Code, merge fields, tags, where links lead, addresses and names of files, entities, hashtags, footnotes."""
_MARKS = "\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u093c-\u094d"
"""Signs that belong to the letter before them, which ``\\w`` does not count in."""
_LETTERS = rf"(?:[^\W\d_]|[{_MARKS}])+"
_WORD = re.compile(rf"(?=[^\W\d_]){_LETTERS}(?:['’]{_LETTERS})*")
_BEFORE_A_SENTENCE = re.compile(r"(?:^|[.!?…:;|•¿¡]|\n\s*\n|^[\s>*#+\d.)-]+)[\s*_\"'“”„«»‘’(\[]*$", re.MULTILINE)
_TITLE = (
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx|MM|Mme|Mmes|Mlle|Ste?|Sra?|Srta|Sig|Hr|Dhr)\b\.?"
    r"|(?:Dra|Drs|Drin|Profa|Me|Mgr|Pr|Sig\.ra|Dott|Dott\.ssa|Avv|Ing|Mag|Dipl|Fr|Frl|Rev|Hon|Capt|Col|Gen|Lt|Sgt|Mevr|Bc"
    r"|Doc|Mudr|Judr|Проф|Δρ|Καθ|проф)\.|д-р|г-н|г-жа|[^\W\d_]\.)"
)
_BEHIND_A_TITLE = re.compile(
    rf"(?<![\w.]){_TITLE}(?:[ \u00a0]?{_TITLE})*[ \u00a0](?P<names>(?:[^\W\d_][\w'’-]*[ \u00a0]){{0,2}})$"
)
"""What stands before a name or the second or third part of it, on one line."""
_SCRIPTS = {
    "Arab": "ARABIC", "Armn": "ARMENIAN", "Beng": "BENGALI", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI",
    "Geor": "GEORGIAN", "Grek": "GREEK", "Gujr": "GUJARATI", "Guru": "GURMUKHI", "Hebr": "HEBREW", "Kore": "HANGUL",
    "Latn": "LATIN", "Mlym": "MALAYALAM", "Taml": "TAMIL", "Telu": "TELUGU",
}  # fmt: skip
"""By their codes (ISO 15924), how Unicode's names of letters begin. Words of other scripts are asked about."""
_TWO_SCRIPTS = frozenset({"sr", "bs", "kk", "uz", "mn", "tg", "ku", "az"})
"""Languages that are written in Latin letters as well as in others."""
_LEAST_LETTERS = 3
_HYPHENS = frozenset("-\u2010\u2011")
_NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})


class SpelledWord(NamedTuple):
    """A word as a dictionary has it, with straight apostrophes, and the place in its text where it begins."""

    word: str
    offset: int


def words_in(text: str, *, language: str) -> Iterator[SpelledWord]:
    """Give the words of a text that a dictionary of ``language`` may be asked about, in order."""
    script = _script_of(language)
    masked = _NOT_WORDS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in _WORD.finditer(masked):
        word = unicodedata.normalize("NFC", found[0].replace("\u00ad", "").replace("’", "'"))
        if (
            masked[found.end() : found.end() + 1] in _HYPHENS
            and not masked[found.end() + 1 : found.end() + 2].isalpha()
        ):
            continue  # "Sicherheits- und Präventionsarbeit"
        around = masked[max(found.start() - 1, 0) : found.start()] + masked[found.end() : found.end() + 1]
        if len(word) < _LEAST_LETTERS or any(sign.isdigit() for sign in around):
            continue
        if script and not unicodedata.name(word[0], "").startswith(script):
            continue
        if not _is_likely_a_name(word, masked, found.start(), language):
            yield SpelledWord(word, found.start())


def _script_of(language: str) -> str:
    """Give how the names of a language's letters begin, or "" where words of any may be asked about."""
    main, *parts = language.replace("_", "-").split("-")
    written = next((part for part in parts if len(part) == 4), "")
    if not written and main not in _TWO_SCRIPTS:
        written = get_global("likely_subtags").get(main, "").partition("_")[2].partition("_")[0]
    return _SCRIPTS.get(written, "")


def _is_likely_a_name(word: str, text: str, at: int, language: str) -> bool:
    behind_apostrophe = word.rpartition("'")[2] if "'" in word[:-2] else word
    if any(letter.isupper() for letter in word[1:]) or (behind_apostrophe[:1].isupper() and behind_apostrophe != word):
        return True
    if not word[0].isupper():
        return False
    titled = _BEHIND_A_TITLE.search(text, max(at - 60, 0), at)
    if titled and all(name[0].isupper() for name in titled["names"].split()):
        return True
    if language[:2] in _NOUNS_WITH_CAPITALS:
        return False
    return not _BEFORE_A_SENTENCE.search(text, max(at - 40, 0), at)
