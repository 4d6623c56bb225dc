"""Everything since an issue was opened can be undone and made again, in all its files.

A step is one splice with what it replaced, so that undoing it gives the same characters again. Steps of one gesture
(the letters of a word typed into one field) are one step. What somebody else changes on disk is no step: the steps move
with the text around it, and those that it touched can no longer be undone, nor can those before them; where a file has
gone, its steps have.

A History never changes; each method returns another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from composer.errors import EditRefused
from composer.writing.text import Splice, common_start, difference


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One change of one file: at ``start``, ``removed`` became ``added``.

    ``words`` say what was done, for the button; ``gesture`` names what it belongs to, "" if to nothing else. ``number``
    is its place in the order of all that is done, undone and made again, of which this history may be a part.
    """

    file: str
    start: int
    removed: str
    added: str
    words: str = ""
    gesture: str = ""
    number: int = 0

    def forward(self, text: str) -> str:
        """Make the change again. Raises EditRefused if the text is not as it was before."""
        return self._replaced(text, self.removed, self.added)

    def back(self, text: str) -> str:
        """Take the change back. Raises EditRefused if the text is not as it was after it."""
        return self._replaced(text, self.added, self.removed)

    def _replaced(self, text: str, old: str, new: str) -> str:
        end = self.start + len(old)
        if text[self.start : end] != old:
            raise EditRefused(f"{self.file} has been changed since, so this cannot be taken back")
        return text[: self.start] + new + text[end:]


@dataclass(frozen=True, slots=True)
class History:
    """The steps that can be undone, the last one at the end, and those that can be made again, the next at the end."""

    done: tuple[HistoryStep, ...] = ()
    undone: tuple[HistoryStep, ...] = ()

    def with_step(
        self, file: str, before: str, after: str, *, words: str = "", gesture: str = "", number: int = 0
    ) -> History:
        """Add what turned ``before`` into ``after``. It joins the last step if both are of one gesture."""
        if before == after:
            return self
        done = self.done
        if gesture and done and not self.undone and (done[-1].file, done[-1].gesture) == (file, gesture):
            before = done[-1].back(before)
            words = done[-1].words or words
            done = done[:-1]
        if before == after:
            return History(done)
        start, end, added = difference(before, after)
        return History((*done, HistoryStep(file, start, before[start:end], added, words, gesture, number)))

    def undo(self, texts: Mapping[str, str], *, number: int = 0) -> tuple[History, str, str]:
        """Take the last step back; ``texts`` are those of the files. Returns also which file, and its text then.

        Raises EditRefused if there is nothing to take back.
        """
        if not self.done:
            raise EditRefused("there is nothing to undo")
        step = self.done[-1]
        text = step.back(texts[step.file])
        return History(self.done[:-1], (*self.undone, replace(step, number=number))), step.file, text

    def redo(self, texts: Mapping[str, str], *, number: int = 0) -> tuple[History, str, str]:
        """Make the step again that was taken back last; as ``undo`` otherwise."""
        if not self.undone:
            raise EditRefused("there is nothing to redo")
        step = self.undone[-1]
        text = step.forward(texts[step.file])
        done = replace(step, gesture="", number=number)  # what is typed then is a step of its own
        return History((*self.done, done), self.undone[:-1]), step.file, text

    def with_foreign_change(self, file: str, before: str, after: str) -> History:
        """Move the steps along with what somebody else changed in a file, and forget those that it touched."""
        history = self
        for splice in reversed(line_splices(before, after)):  # from the end, so that the places before it hold
            history = History(
                _moved(history.done, file, splice, is_done=True), _moved(history.undone, file, splice, is_done=False)
            )
        return history

    def without_file(self, file: str) -> History:
        """Forget the steps in a file that is no longer there; those in other files can be undone as before."""
        return History(
            tuple(step for step in self.done if step.file != file),
            tuple(step for step in self.undone if step.file != file),
        )

    def as_json(self) -> dict[str, Any]:
        """Make what the buttons show: the words of the step that each would take, null if there is none."""
        return {
            "undo": self.done[-1].words if self.done else None,
            "redo": self.undone[-1].words if self.undone else None,
        }


def line_splices(before: str, after: str) -> list[Splice]:
    """Find the splices, by whole lines, that turn one text into another."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = common_start(old, new)
    tail = common_start(old[head:][::-1], new[head:][::-1])
    places = [0]
    for line in old:
        places.append(places[-1] + len(line))
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    return [
        Splice(places[head + first], places[head + last], "".join(new[head + begin : head + end]))
        for kind, first, last, begin, end in matcher.get_opcodes()
        if kind != "equal"
    ]


def _moved(steps: Iterable[HistoryStep], file: str, splice: Splice, *, is_done: bool) -> tuple[HistoryStep, ...]:
    """Go from the newest step to the oldest, in the text as it is beneath each."""
    kept: list[HistoryStep] = []
    for step in reversed(tuple(steps)):
        if step.file != file:
            kept.append(step)
            continue
        there, beneath = (step.added, step.removed) if is_done else (step.removed, step.added)
        end = step.start + len(there)
        if splice.end <= step.start and (splice.end < step.start or splice.start < splice.end):
            kept.append(replace(step, start=step.start + len(splice.replacement) - (splice.end - splice.start)))
        elif splice.start >= end and (splice.start > end or splice.start < splice.end):
            kept.append(step)
            further = len(beneath) - len(there)
            splice = Splice(splice.start + further, splice.end + further, splice.replacement)
        else:
            break
    return tuple(reversed(kept))
