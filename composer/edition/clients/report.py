"""What a mail uses is told by feature, with the programs that do not understand it; or by program, with what is lost.

Enters: Uses, and the shares of the readers' programs in per cent. Leaves: FeatureFindings and ProgramLosses. An answer
that nobody has tried is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from composer.edition.clients.conditional_comments import ReadBy
from composer.edition.clients.harms import Harm, harm_of
from composer.edition.clients.html_uses import Use, uses_in_html
from composer.edition.clients.support import OUTLOOK_ON_WINDOWS, Feature, Support, client_support

T = TypeVar("T")

MANY_PERCENT = 5
"""From this share of the readers on, what harms is told without being asked for."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ProgramAnswer:
    """What a program makes of a feature that a mail uses: not, or partly, with caniemail's notes.

    ``share_percent`` is that of its readers, or None where nobody has said how many they are.
    """

    program: str
    name: str
    support: Support
    notes: tuple[str, ...]
    share_percent: float | None


@dataclass(frozen=True, slots=True)
class FeatureFinding:
    """A feature that not every program understands, with all its places in the mail, first to last.

    ``harm`` is what the first harmful use does where the feature is not understood, or None if none does.
    """

    feature: Feature
    uses: tuple[Use, ...]
    answers: tuple[ProgramAnswer, ...]
    harm: Harm | None

    @property
    def first(self) -> Use:
        """The use to point at: the first that harms, or the first."""
        return next((use for use in self.uses if harm_of(use)), self.uses[0])

    def share_percent(self, *supports: Support) -> float:
        """Sum the shares of the programs that answer so."""
        return float(sum(answer.share_percent or 0 for answer in self.answers if answer.support in supports))

    def names(self, *supports: Support) -> tuple[str, ...]:
        """Name the programs that answer so, those of most readers first."""
        return tuple(answer.name for answer in self.answers if answer.support in supports)


@dataclass(frozen=True, slots=True)
class ProgramLosses:
    """What readers with one program will not see as it is meant. ``harming`` is part of ``findings``."""

    program: str
    name: str
    share_percent: float
    findings: tuple[FeatureFinding, ...]
    harming: tuple[FeatureFinding, ...]


def named(names: Sequence[str]) -> str:
    """Name the first programs of a list, and say how many more there are."""
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def readers_of(read_by: ReadBy, programs: Mapping[str, T]) -> Mapping[str, T]:
    """Keep of some programs those that read a part of a mail."""
    if read_by is ReadBy.EVERYBODY:
        return programs
    in_outlook = bool(read_by & ReadBy.OUTLOOK)
    in_others = bool(read_by & ReadBy.OTHERS)
    return {key: each for key, each in programs.items() if (in_outlook if key == OUTLOOK_ON_WINDOWS else in_others)}


def feature_findings(
    uses: Iterable[Use], shares: Mapping[str, float], *, programs: Iterable[str] | None = None, only_harm: bool = False
) -> Sequence[FeatureFinding]:
    """Tell of each feature that one of ``programs`` (all, if None) does not understand; what most readers lack first.

    With ``only_harm``, only of what harms, and only of the programs in which it does.
    """
    asked = tuple(client_support().programs if programs is None else programs)
    return _findings(_by_feature(use for use in uses if not only_harm or harm_of(use)), shares, asked, only_harm)


def _by_feature(uses: Iterable[Use]) -> Mapping[str, Sequence[Use]]:
    by_feature: dict[str, list[Use]] = {}
    for use in uses:
        by_feature.setdefault(use.feature, []).append(use)
    return by_feature


def _findings(
    by_feature: Mapping[str, Sequence[Use]], shares: Mapping[str, float], asked: Sequence[str], only_harm: bool
) -> Sequence[FeatureFinding]:
    found = []
    for slug, uses in by_feature.items():
        answers = _answers(slug, {use.read_by for use in uses}, asked, shares)
        harms = {harm: None for use in uses if (harm := harm_of(use)) is not None} if answers else {}
        harmed = tuple(answer for answer in answers if any(_is_harmed(answer, harm) for harm in harms))
        if only_harm:
            answers = harmed
        if answers:
            harm = next(iter(harms)) if harmed else None
            found.append(FeatureFinding(client_support().features[slug], tuple(uses), answers, harm))
    return sorted(found, key=lambda each: (-each.share_percent(Support.NO), -each.share_percent(Support.PARTLY)))


def _is_harmed(answer: ProgramAnswer, harm: Harm) -> bool:
    in_part = bool(harm.note) and any(harm.note in note for note in answer.notes)
    return in_part or (answer.support is Support.NO and not harm.note)


def _answers(
    slug: str, readers: Iterable[ReadBy], asked: Sequence[str], shares: Mapping[str, float]
) -> tuple[ProgramAnswer, ...]:
    read_by = ReadBy.NOBODY
    for each in readers:
        read_by |= each
    table = client_support()
    feature = table.features[slug]
    answers = [
        ProgramAnswer(key, table.programs[key], feature.supports[key], feature.notes.get(key, ()), shares.get(key))
        for key in asked
        if feature.supports[key] in (Support.NO, Support.PARTLY) and readers_of(read_by, {key: None})
    ]
    return tuple(sorted(answers, key=lambda answer: (answer.support is not Support.NO, -(answer.share_percent or 0))))


def losses_by_program(html: str, shares: Mapping[str, float]) -> Sequence[ProgramLosses]:
    """Tell for each program of the readers what a mail's HTML loses there, the program of most readers first.

    ``shares`` are in per cent.
    """
    uses = uses_in_html(html)
    read_in = {}
    for reader in (ReadBy.OUTLOOK, ReadBy.OTHERS):
        read = [use for use in uses if use.read_by is ReadBy.EVERYBODY or use.read_by is reader]
        read_in[reader] = _by_feature(read), _by_feature(use for use in read if harm_of(use))
    losses = []
    for program, share in sorted(shares.items(), key=lambda item: -item[1]):
        if share > 0:
            every, harming = read_in[ReadBy.OUTLOOK if program == OUTLOOK_ON_WINDOWS else ReadBy.OTHERS]
            found = tuple(_findings(every, shares, (program,), only_harm=False))
            harmed = tuple(_findings(harming, shares, (program,), only_harm=True))
            losses.append(ProgramLosses(program, client_support().programs[program], share, found, harmed))
    return losses
