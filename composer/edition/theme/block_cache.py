"""Blocks that were rendered before: found again, and proved to be what they would be now.

A template's result depends on what it sees (the block, its neighbours, the names of the edition), on the templates'
files, and on what its filters answer; and filters also gather: pictures, addresses, marks, problems. So a result is
kept with every question that was put to such a filter, and its answer::

    key: hash of what the template sees, and of the templates     ── not known ──▶ render, note questions
      │ known
      ▼
    ask the filters again, now ── one answers differently ──▶ render, note questions
      │ all answer the same; and they have gathered what they would
      ▼
    the text as it was

An author's texts are asked with as they stand in the files now, so problems are told at their lines of today. Kept are
texts and questions only: no issue, picture or template.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from composer.edition.slots.merge_fields import Authored

_KEPT_BLOCKS = 512

GATHERING = ("asset", "asset_size", "markdown", "markdown_text", "mjml", "play_badge")
"""The filters that gather, or look at files. The others give the same for the same, whenever they are asked."""


class Text(NamedTuple):
    """An author's text: the words, and the folder of the file in which they stand."""

    words: str
    folder: Path


def texts_by_words(texts: Iterable[Authored]) -> Mapping[Text, Authored]:
    """The author's texts as they stand in the files now."""
    return {Text(str(text), text.place.source.file.parent): text for text in texts}


class _Question(NamedTuple):
    name: str
    arguments: tuple[Any, ...]
    named: tuple[tuple[str, Any], ...]
    answer: Any


class FilterCalls:
    """The filters of one edition, noting what the gathering ones are asked."""

    def __init__(self, filters: Mapping[str, Callable[..., Any]], texts: Mapping[Text, Authored]) -> None:
        self._gathering = {name: filters[name] for name in GATHERING if name in filters}
        self._texts = texts
        self._noted: list[_Question] = []
        self.filters = {**filters, **{name: self._noting(name) for name in self._gathering}}

    @contextmanager
    def noting(self) -> Iterator[list[_Question]]:
        """The questions that are asked in here."""
        self._noted = []
        yield self._noted

    def answer_the_same(self, questions: Iterable[_Question]) -> bool:
        """Whether the filters, asked again, answer as they did."""
        return all(self._ask(question) == question.answer for question in questions)

    def _ask(self, question: _Question) -> Any:
        arguments = [self._now(value) for value in question.arguments]
        named = {name: self._now(value) for name, value in question.named}
        return self._gathering[question.name](*arguments, **named)

    def _now(self, value: Any) -> Any:
        return self._texts.get(value, value.words) if isinstance(value, Text) else value

    def _noting(self, name: str) -> Callable[..., Any]:
        ask = self._gathering[name]

        def noted(*arguments: Any, **named: Any) -> Any:
            answer = ask(*arguments, **named)
            plain = tuple(_plain(value) for value in arguments)
            self._noted.append(_Question(name, plain, tuple((key, _plain(one)) for key, one in named.items()), answer))
            return answer

        return noted


def _plain(value: Any) -> Any:
    return Text(str(value), value.place.source.file.parent) if isinstance(value, Authored) else value


class _Kept(NamedTuple):
    text: str
    questions: tuple[_Question, ...]


_kept: OrderedDict[bytes, _Kept] = OrderedDict()


def rendered_once(key: bytes, calls: FilterCalls, render: Callable[[], str]) -> str:
    """What ``render`` gives, or gave before for this key, if the filters answer the same."""
    known = _kept.pop(key, None)
    if known is None or not calls.answer_the_same(known.questions):
        with calls.noting() as questions:
            text = render()
        known = _Kept(text, tuple(questions))
    _kept[key] = known
    while len(_kept) > _KEPT_BLOCKS:
        _kept.popitem(last=False)
    return known.text


def fingerprint(*seen: object) -> bytes:
    """A hash of what is seen, by its form in words: equal for equal models, texts and numbers."""
    return hashlib.blake2b("\0".join(map(repr, seen)).encode("utf-8", "surrogatepass"), digest_size=20).digest()


def templates_version(folders: Iterable[Path]) -> bytes:
    """A hash of the names, sizes and times of all the files that templates are made of."""
    found: list[tuple[str, int, int]] = []
    waiting = [str(folder) for folder in folders if not any(parent in folder.parents for parent in folders)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir():
                        waiting.append(entry.path)
                    else:
                        seen = entry.stat()
                        found.append((entry.path, seen.st_mtime_ns, seen.st_size))
        except OSError:
            continue  # a project without templates of its own
    return fingerprint(sorted(found))
