"""Asks hunspell which words are in no dictionary, and what was meant instead.

Words go in one a line, never as an argument. hunspell runs in a process of its own, with an end to its time. Found are
the dictionaries that ``hunspell -D`` lists; of one language all are asked together, so that "colour" and "color" are
both right where both are installed. Source: hunspell(1), ``-l`` and the pipe mode ``-a`` (Ispell's).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from composer.limited_process import run_program_limited

_MOST_DICTIONARIES = 4
_MOST_SUGGESTIONS = 4
_SUGGESTED = re.compile(r"& (?P<word>\S+) \d+ \d+: (?P<words>.+)")


class Hunspell:
    """Asks the program by its path; ``dictionaries`` has their files by name (``en_US``)."""

    def __init__(self, program: str, dictionaries: Mapping[str, Path]) -> None:
        self._program = program
        self._dictionaries = dictionaries

    @classmethod
    def find(cls) -> Hunspell | None:
        """Find the program in the system's path; None if it is not installed. Raises TookTooLong."""
        program = shutil.which("hunspell")
        if program is None:
            return None
        listed = run_program_limited([program, "-D"], b"").decode("utf-8", "replace")
        paths = [Path(line) for line in listed.splitlines() if "/" in line or "\\" in line]
        files = {path.name: path.with_name(f"{path.name}.dic") for path in paths}
        return cls(program, {name: file.resolve() for name, file in sorted(files.items()) if file.is_file()})

    def dictionaries(self, language: str) -> Sequence[str]:
        """Name the dictionaries for a language: those of its region if it has one, else all, each file once."""
        wanted = language.replace("-", "_")
        if wanted in self._dictionaries and "_" in wanted:
            return [wanted]
        found: dict[Path, str] = {}
        spoken = language.partition("-")[0].lower()
        for name, file in self._dictionaries.items():
            if name.partition("_")[0].lower() == spoken:
                found.setdefault(file, name)
        return list(found.values())[:_MOST_DICTIONARIES]

    def unknown(self, words: Collection[str], language: str) -> Collection[str]:
        """Give those of the words that none of the language's dictionaries has. Raises TookTooLong."""
        told = self._run(["-l"], words, language)
        return frozenset(told.splitlines())

    def suggestions(self, words: Collection[str], language: str) -> Mapping[str, Sequence[str]]:
        """Give by word what may have been meant, the likeliest first. Raises TookTooLong."""
        told = self._run(["-a"], [f"^{word}" for word in words], language)
        found = (_SUGGESTED.fullmatch(line) for line in told.splitlines())
        return {one["word"]: _without_two_words(one["words"].split(", ")) for one in found if one}

    def _run(self, options: Sequence[str], words: Collection[str], language: str) -> str:
        chosen = ",".join(self.dictionaries(language))
        command = [self._program, *options, "-i", "utf-8", "-d", chosen]
        return run_program_limited(command, "".join(f"{word}\n" for word in words).encode()).decode("utf-8", "replace")


def _without_two_words(suggested: Sequence[str]) -> Sequence[str]:
    """Leave out what is only the word cut in two, where there is something better."""
    whole = [words for words in suggested if not re.search(r"[ -]", words)]
    return (whole or suggested)[:_MOST_SUGGESTIONS]
