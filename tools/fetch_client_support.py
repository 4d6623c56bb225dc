"""Refreshes ``composer/edition/clients/client_support.json``: which mail program understands what, and its notes.

Enters: npm's ``caniemail``, the data of caniemail.com (fetched into a temporary folder). Leaves: a line for each
feature: title, category, one letter for each program in its newest version, y(es), n(o), a(lmost), u(nknown), the
numbers of the notes to that answer, and those notes. Needs npm::

    python tools/fetch_client_support.py [VERSION]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer.edition.clients.support import TABLE

VERSION = "2.0.2"
_NUMBER = re.compile(r"#(\d+)")


def fetch(version: str) -> dict[str, Any]:
    """Read the data that the package carries."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
        subprocess.run([*command, f"caniemail@{version}"], check=True, stdout=sys.stderr)
        package = Path(folder, "node_modules", "caniemail")
        assert json.loads((package / "package.json").read_text("utf-8"))["license"] == "MIT"
        data: dict[str, Any] = json.loads((package / "dist" / "data" / "caniemail.json").read_text("utf-8"))
    return data


def newest(stats: Mapping[str, Mapping[str, Mapping[str, str]]], family: str, platform: str) -> str:
    """Give the answer of a program's newest version, with the numbers of its notes: ``a #1 #3``."""
    versions = list(stats.get(family, {}).get(platform, {}).values())
    return versions[-1] if versions else "u"


def row_of(feature: Mapping[str, Any], programs: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Make a feature's line of the table; only notes to an answer of a newest version are kept."""
    answers = {key: newest(feature["stats"], *program) for key, program in programs.items()}
    numbers = {key: " ".join(_NUMBER.findall(answer)) for key, answer in answers.items() if "#" in answer}
    notes = feature["notes_by_num"] or {}
    used = sorted({number for each in numbers.values() for number in each.split()}, key=int)
    return {
        "title": feature["title"].strip(),
        "category": feature["category"],
        "answers": "".join(answer[:1] for answer in answers.values()),
        "numbers": numbers,
        "notes": {number: notes[number] for number in used if number in notes},
    }


def main(version: str = VERSION) -> None:
    """Write the table into ``edition/clients``, from the package that npm fetches."""
    data = fetch(version)
    names = data["nicenames"]
    stats = [feature["stats"] for feature in data["data"]]
    pairs = {(family, platform) for each in stats for family, platforms in each.items() for platform in platforms}
    programs = {f"{family}_{platform}".replace("-", "_"): (family, platform) for family, platform in sorted(pairs)}
    head = {
        "source": "npm caniemail, the data of caniemail.com",
        "version": version,
        "licence": "MIT, (c) Rémi Parmentier and contributors",
        "date": data["last_update_date"][:10],
        "programs": {
            key: f"{names['family'].get(family, family)} ({names['platform'].get(platform, platform)})"
            for key, (family, platform) in programs.items()
        },
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    features = {each["slug"]: row_of(each, programs) for each in data["data"]}
    rows = [f"    {json.dumps(slug)}: {json.dumps(row, ensure_ascii=False)}" for slug, row in sorted(features.items())]
    lines.append('  "features": {\n' + ",\n".join(rows) + "\n  }")
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
