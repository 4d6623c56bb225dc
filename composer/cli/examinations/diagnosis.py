"""What an examination has found, and how one that fails becomes a finding too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from composer.cli.wording import say_error
from composer.errors import NewsletterError


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of one thing that was looked at, and what to do about it; ``advice`` is empty if it is well."""

    subject: str
    found: str
    advice: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing has to be done about it."""
        return not self.advice


def examine(subject: str, look: Callable[[], tuple[str, str]]) -> Diagnosis:
    """Look at one thing: ``look`` tells what it found, and what to do ("" if nothing). An error is found, too."""
    try:
        return Diagnosis(subject, *look())
    except NewsletterError as error:
        return told(subject, error)


def told(subject: str, error: NewsletterError) -> Diagnosis:
    """Make an error a diagnosis: its first line is what was found, the rest what to do."""
    found, _, advice = say_error(error).partition("\n")
    return Diagnosis(subject, found, advice.strip() or "Correct this first.")
