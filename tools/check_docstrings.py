"""Finds docstrings that are riddles: without a verb, or so short that only their author can read them.

Run by ``make check``. A docstring is a sentence that someone who sees nothing else understands; where a name and its
types say it all, there is none. What is no sentence is told as file:line, and the exit code is 1.

A verb is known by its form: the forms in ``verbs.txt`` that are nothing else ("holds", "gives"); any form of a verb at
the start of a sentence ("Count the messages", "Counts the messages"); any form after a word that wants one ("it marks",
"to mark", "who reads").
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FEWEST_WORDS = 5

_VERBS = Path(__file__).with_name("verbs.txt")
_AUXILIARIES = frozenset(
    "is are was were am be has have had do does did can cannot could may might must shall should will would".split()  # noqa: SIM905
)
_WANT_A_VERB = frozenset(
    "it they who that which what we you he she nobody somebody everybody everyone someone anyone something nothing "  # noqa: SIM905
    "everything one this there whoever whatever to not never no-one people and or then each".split()
)
_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE = re.compile(r"(?<=[.:;!?])\s+|\n\n")


def verb_forms(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The forms in ``verbs.txt``: all of them, and those that cannot be anything else.

    A line is a verb's base form, and behind it irregular forms; a ``*`` in front says that its forms are nouns as well.
    """
    every: set[str] = set()
    certain: set[str] = set()
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        is_noun_too, base = words[0].startswith("*"), words[0].lstrip("*")
        forms = {base, _third_person(base), *words[1:]}
        every |= forms
        if not is_noun_too:
            certain |= forms - {base}
    return frozenset(every), frozenset(certain)


def _third_person(base: str) -> str:
    if re.search(r"(s|x|z|ch|sh|o)$", base):
        return base + "es"
    return base[:-1] + "ies" if re.search(r"[^aeiou]y$", base) else base + "s"


def is_sentence(docstring: str, every: frozenset[str], certain: frozenset[str]) -> bool:
    """Whether its first paragraph has enough words, and a verb among them."""
    text = re.sub(r"``?[^`]*``?", " Code ", docstring.strip().split("\n\n")[0])
    if len(_WORD.findall(text)) < FEWEST_WORDS:
        return False
    for sentence in _SENTENCE.split(text):
        words = [word.lower() for word in _WORD.findall(sentence)]
        for before, word in zip(["", *words], words, strict=False):
            if word in _AUXILIARIES or word in certain:
                return True
            if word in every and (not before or before in _WANT_A_VERB):
                return True
    return False


def riddles(files: Sequence[Path]) -> Iterator[str]:
    """Each docstring that is no sentence, as "file:line: what it says"."""
    every, certain = verb_forms(_VERBS.read_text(encoding="utf-8"))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            said = ast.get_docstring(node)
            if said and not is_sentence(said, every, certain):
                line = getattr(node, "lineno", 1)
                yield f"{file}:{line}: {' '.join(said.split())[:90]!r}"


def main(arguments: Sequence[str]) -> int:
    """Print each riddle in the files and folders that are named; 1 if there is one."""
    places = [Path(place) for place in arguments or ["composer"]]
    files = [file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    found = list(riddles(files))
    for line in found:
        print(line)
    if found:
        print(f"{len(found)} docstrings are no sentences: give each a verb and what a stranger needs, or delete it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
