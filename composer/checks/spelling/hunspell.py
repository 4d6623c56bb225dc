"""Asks hunspell which words are in no dictionary, and what was meant instead.

Words go in one a line, never as an argument. hunspell runs in a process of its own, with an end to its time. Found are
the dictionaries that ``hunspell -D`` lists; of one language all are asked together, so that "colour" and "color" are
both right where both are installed. A dictionary that is damaged is asked nothing: hunspell would say nothing of it,
and of every word that it is wrong. Source: hunspell(1), ``-l`` and the pipe mode ``-a`` (Ispell's); hunspell(5).
"""

from __future__ import annotations

import codecs
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from composer.limited_process import run_program_limited

_MOST_DICTIONARIES = 4
_MOST_SUGGESTIONS = 4
_LEAST_OF_ITS_WORDS = 0.8  # the number is a hint by which hunspell makes room, and some count a little otherwise
_SUGGESTED = re.compile(r"& (?P<word>\S+) \d+ \d+: (?P<words>.+)")


class HunspellFailed(Exception):
    """Hunspell has ended with an error; its own words for it."""


class Hunspell:
    """Asks the program by its path; ``dictionaries`` has their files by name (``en_US``)."""

    def __init__(self, program: str, dictionaries: Mapping[str, Path]) -> None:
        self._program = program
        self._dictionaries = dictionaries
        self._damages: dict[str, str] = {}

    @classmethod
    def find(cls) -> Hunspell | None:
        """Find the program in the system's path; None if it is not installed. Raises TookTooLong."""
        program = shutil.which("hunspell")
        if program is None:
            return None
        answer = run_program_limited([program, "-D"], b"")  # which lists some of them as complaints
        listed = (answer.said + b"\n" + answer.complaint).decode("utf-8", "replace")
        paths = [Path(line) for line in listed.splitlines() if "/" in line or "\\" in line]
        files = {path.name: path.with_name(f"{path.name}.dic") for path in paths}
        return cls(program, {name: file.resolve() for name, file in sorted(files.items())})

    def dictionaries(self, language: str) -> Sequence[str]:
        """Name the sound dictionaries for a language: that of its region if it has one, else all, each file once."""
        return [name for name in self._of(language) if not self._damage(name)][:_MOST_DICTIONARIES]

    def damaged(self, language: str) -> Mapping[str, str]:
        """Give what is wrong with those for a language that cannot be asked, in words, by their names."""
        return {name: words for name in self._of(language) if (words := self._damage(name))}

    def _of(self, language: str) -> Sequence[str]:
        wanted = language.replace("-", "_")
        if wanted in self._dictionaries and "_" in wanted:
            return [wanted]
        found: dict[Path, str] = {}
        spoken = language.partition("-")[0].lower()
        for name, file in self._dictionaries.items():
            if name.partition("_")[0].lower() == spoken:
                found.setdefault(file, name)
        return list(found.values())

    def _damage(self, name: str) -> str:
        if name not in self._damages:
            self._damages[name] = _damage_of(self._dictionaries[name])
        return self._damages[name]

    def unknown(self, words: Collection[str], language: str) -> Collection[str]:
        """Give those of the words that none of the language's dictionaries has. Raises TookTooLong, HunspellFailed."""
        told = self._run(["-l"], words, language)
        return frozenset(told.splitlines())

    def suggestions(self, words: Collection[str], language: str) -> Mapping[str, Sequence[str]]:
        """Give by word what may have been meant, the likeliest first. Raises TookTooLong, HunspellFailed."""
        told = self._run(["-a"], [f"^{word}" for word in words], language)
        found = (_SUGGESTED.fullmatch(line) for line in told.splitlines())
        return {one["word"]: _without_two_words(one["words"].split(", ")) for one in found if one}

    def _run(self, options: Sequence[str], words: Collection[str], language: str) -> str:
        chosen = ",".join(self.dictionaries(language))
        command = [self._program, *options, "-i", "utf-8", "-d", chosen]
        answer = run_program_limited(command, "".join(f"{word}\n" for word in words).encode())
        if answer.code:
            why = " ".join(answer.complaint.decode("utf-8", "replace").split())
            raise HunspellFailed(why or f"it ended with {answer.code}")
        return answer.said.decode("utf-8", "replace")


def _damage_of(file: Path) -> str:
    """Say what is wrong with a dictionary, which begins with about how many words it has, or its rules beside it."""
    for one in (file, file.with_suffix(".aff")):
        try:
            text = one.read_bytes()
        except OSError as error:
            return f"{one} cannot be read: {error.strerror}"
        if not text.strip():
            return f"{one} is empty"
    first, *words = file.read_bytes().splitlines()
    number = first.removeprefix(codecs.BOM_UTF8).split()[:1]
    if not number or not number[0].isdigit():
        return f"{file} does not begin with the number of its words"
    if len(words) < int(number[0]) * _LEAST_OF_ITS_WORDS:
        return f"{file} is cut off: it says to have {int(number[0]):,} words, and has {len(words):,}"
    return ""


def _without_two_words(suggested: Sequence[str]) -> Sequence[str]:
    """Leave out what is only the word cut in two, where there is something better."""
    whole = [words for words in suggested if not re.search(r"[ -]", words)]
    return (whole or suggested)[:_MOST_SUGGESTIONS]
