"""Refreshes ``composer/edition/mjml/lint/client_support.json``: which mail program understands what.

Enters: npm's ``caniemail``, the data of caniemail.com (fetched into a temporary folder). Leaves: a line for each
feature with one letter for each program, in its newest version: y(es), n(o), a(lmost), u(nknown). Needs npm::

    python tools/fetch_client_support.py [VERSION]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer.edition.mjml.lint.clients import TABLE

VERSION = "2.0.2"


def fetch(version: str) -> dict[str, Any]:
    """Read the data that the package carries."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
        subprocess.run([*command, f"caniemail@{version}"], check=True, stdout=sys.stderr)
        package = Path(folder, "node_modules", "caniemail")
        assert json.loads((package / "package.json").read_text("utf-8"))["license"] == "MIT"
        data: dict[str, Any] = json.loads((package / "dist" / "data" / "caniemail.json").read_text("utf-8"))
    return data


def letters(stats: Mapping[str, Mapping[str, Mapping[str, str]]], programs: Mapping[str, tuple[str, str]]) -> str:
    """Give one letter for each program: that of its newest version, without the numbers of notes."""
    newest = (list(stats.get(family, {}).get(platform, {"": "u"}).values()) for family, platform in programs.values())
    return "".join(versions[-1][:1] if versions else "u" for versions in newest)


def main(version: str = VERSION) -> None:
    """Write the table into ``edition/mjml/lint``, from the package that npm fetches."""
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
    features = {each["slug"]: letters(each["stats"], programs) for each in data["data"]}
    rows = [f"    {json.dumps(slug)}: {json.dumps(row)}" for slug, row in sorted(features.items())]
    lines.append('  "features": {\n' + ",\n".join(rows) + "\n  }")
    TABLE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
