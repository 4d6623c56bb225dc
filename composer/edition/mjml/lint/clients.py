"""Mail programs: which of them understand what, and how many readers have them.

Source: caniemail.com, as ``client_support.json`` beside this file says; ``tools/fetch_client_support.py`` refreshes it.
The shares of the programs are the newsletter's own, from ``clients.yaml`` of the templates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from composer.edition.language.flat_yaml import read_flat_yaml
from composer.errors import Position, Problem, TemplateError
from composer.issue.inside import unusable
from composer.issue.nearest import nearest

TABLE = Path(__file__).with_name("client_support.json")
SHARES = "clients.yaml"


@dataclass(frozen=True, slots=True)
class ClientSupport:
    """A table that tells which programs understand which feature.

    ``programs`` are their names by key; ``features`` hold a letter for each of them, in that order: y, n, a or u
    (yes, no, almost, unknown).
    """

    programs: Mapping[str, str]
    features: Mapping[str, str]

    def without(self, feature: str, shares: Mapping[str, float]) -> Mapping[str, float]:
        """Name the programs that do not understand ``feature``, with their shares in per cent, largest first."""
        letters = dict(zip(self.programs, self.features[feature], strict=True))
        missing = {self.programs[key]: share for key, share in shares.items() if letters[key] == "n"}
        return dict(sorted(missing.items(), key=lambda item: -item[1]))


@lru_cache(maxsize=1)
def client_support() -> ClientSupport:
    """Read the table of what mail programs understand, which ships with the program."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return ClientSupport(table["programs"], table["features"])


def load_shares(folders: Sequence[Path]) -> Mapping[str, float]:
    """Read the share of each program in per cent of the readers from the first ``clients.yaml``. TemplateError."""
    file = next((folder / SHARES for folder in folders if (folder / SHARES).is_file()), None)
    if file is None:
        return {}
    if (wrong := unusable(file, file.parent)) is not None:
        raise TemplateError([wrong])
    programs, problems, shares = client_support().programs, [], {}
    for key, text in read_flat_yaml(file, file.read_bytes()).items():
        try:
            share = float(text)
        except ValueError:
            problems.append(Problem(Position(file, 1, 1), f"the share of {key} is no number: {text!r}"))
            continue
        if key not in programs:
            hint = nearest(key, programs) or f"they are {', '.join(programs)}"
            problems.append(Problem(Position(file, 1, 1), f"there is no mail program {key!r}", hint))
        shares[key] = share
    if problems:
        raise TemplateError(problems)
    return shares
