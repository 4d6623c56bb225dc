"""Mail programs: which of them understand what, and how many readers have them.

Source: caniemail.com, as ``client_support.json`` beside this file says; ``tools/fetch_client_support.py`` refreshes it.
The shares of the programs are the newsletter's own (``clients:`` of ``newsletter.yaml``), or from ``clients.yaml`` of
the templates.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from composer.edition.language.flat_yaml import read_placed_texts
from composer.errors import Position, Problem, TemplateError
from composer.issue.inside import unusable
from composer.issue.reader_shares import checked_sum, share_of, which_program

TABLE = Path(__file__).with_name("client_support.json")
SHARES = "clients.yaml"
OUTLOOK_ON_WINDOWS = "outlook_windows"
"""The one program that reads what stands in a conditional comment."""


class Support(enum.StrEnum):
    """What a program makes of a feature, as far as somebody has tried it."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    UNKNOWN = "unknown"


_LETTERS = {"y": Support.YES, "n": Support.NO, "a": Support.PARTLY, "u": Support.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of caniemail's. ``supports`` has an answer for each program; ``notes`` the sentences to an answer."""

    slug: str
    title: str
    category: str
    supports: Mapping[str, Support]
    notes: Mapping[str, tuple[str, ...]]

    @property
    def address(self) -> str:
        """Where the tests of this feature are published."""
        return f"https://www.caniemail.com/features/{self.slug}/"


@dataclass(frozen=True, slots=True)
class ClientSupport:
    """The whole table holds the names of the ``programs`` by key, and all ``features`` by slug."""

    programs: Mapping[str, str]
    features: Mapping[str, Feature]


@lru_cache(maxsize=1)
def client_support() -> ClientSupport:
    """Read the table of what mail programs understand, which ships with the program."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    programs = table["programs"]
    features = {}
    for slug, row in table["features"].items():
        answers = (_LETTERS[letter] for letter in row["answers"])
        notes = {key: tuple(filter(None, map(row["notes"].get, of.split()))) for key, of in row["numbers"].items()}
        supports = dict(zip(programs, answers, strict=True))
        features[slug] = Feature(slug, row["title"], row["category"], supports, notes)
    return ClientSupport(programs, features)


def load_shares(folders: Sequence[Path], *, own: Mapping[str, float] = MappingProxyType({})) -> Mapping[str, float]:
    """Give the share of each program in per cent of the readers: the newsletter's ``own``, where it has any.

    They are of the first ``clients.yaml`` otherwise; TemplateError with everything wrong in it, each at its line.
    """
    if own:
        return own
    file = next((folder / SHARES for folder in folders if (folder / SHARES).is_file()), None)
    if file is None:
        return {}
    if (wrong := unusable(file, file.parent)) is not None:
        raise TemplateError([wrong])
    programs, problems, shares = client_support().programs, [], {}
    for key, (text, source) in read_placed_texts(file, file.read_bytes()).items():
        if key not in programs:
            message = f"there is no mail program {key!r}"
            problems.append(Problem(source.key_position((key,)), message, which_program(key)))
        try:
            shares[key] = share_of(text)
        except ValueError as error:
            problems.append(_problem(source.position((key,)), error))
    if not problems:
        try:
            return checked_sum(shares)
        except ValueError as error:
            problems.append(_problem(Position(file, 1, 1), error))
    raise TemplateError(problems)


def _problem(position: Position, error: ValueError) -> Problem:
    message, _, hint = str(error).partition("; ")
    return Problem(position, message, hint)
