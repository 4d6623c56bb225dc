"""``make bench``: runs the benchmarks side by side on this machine and writes docs/benchmarks.md.

``make bench ARGS="compose merge"`` runs some of them; ``ARGS=--dry`` leaves the document as it is.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from bench.measure import Table
from tests.support.machine import describe_machine

BENCHMARKS = (
    "compose",
    "checks",
    "merge",
    "send",
    "delay",
    "profile",
    "databases",
    "million",
    "segments",
    "studio",
    "import",
)
"""Modules of this package, each with ``measure() -> tuple[Table, ...]``."""

_FILES = {"import": "importing"}  # a module cannot be called so

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Run what was asked for and print its tables; keep the others' tables in the document."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help="which benchmarks; all of them otherwise")
    parser.add_argument("--dry", action="store_true", help="print only; do not write docs/benchmarks.md")
    arguments = parser.parse_args()
    tables: list[Table] = []
    for name in arguments.names or BENCHMARKS:
        for table in importlib.import_module(f"bench.{_FILES.get(name, name)}").measure():
            print(table.markdown(), flush=True)
            tables.append(table)
    if not arguments.dry:
        _write(tables)


def _write(tables: list[Table]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for table in tables:
        start, end = f"<!-- {table.key} -->", f"<!-- /{table.key} -->"
        section = f"{start}\n{table.markdown()}\nMeasured on {describe_machine()}.\n{end}"
        if start in text:
            before, _, rest = text.partition(start)
            text = before + section + rest.partition(end)[2]
        else:
            text = f"{text.rstrip()}\n\n{section}\n"
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
