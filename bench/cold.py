"""What a process takes from nothing: the first mail of an issue, and the help, each beside the same of others.

Whole processes, from their start to their end. Python's compiled modules, and our compiled templates with them, are
kept in a folder of their own and made before anything is measured, as an installation has them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import Row, Table, median
from bench.peers import node_available, peer_command

ROUNDS = 7
_PROGRAM = Path(sys.executable).with_name("newsletter")


def starts(folder: Path, *, mjml: Path, css: Path, place: Path) -> Table:
    """Time the processes that build the issue in ``folder``, and that show the help; ``mjml`` is that of its mail."""
    build = [str(_PROGRAM), "build", str(folder), "--out", str(place / "built")]
    commands: dict[str, Sequence[str]] = {"newsletter build": build}
    if node_available():
        commands["node, npm mjml"] = peer_command("mjml_juice.mjs", mjml, css, 1)
    commands |= {
        "newsletter --help": [str(_PROGRAM), "--help"],
        "python -c 'import typer'": [sys.executable, "-c", "import typer"],
    }
    times = _interleaved(commands, environment=_environment(place / "compiled"), directory=folder.parent.parent)
    peers = {"newsletter build": "node, npm mjml", "newsletter --help": "python -c 'import typer'"}
    rows = [
        Row(name, median(found), "ms", _ratio(times, name, peers.get(name, name)), _NOTES[name])
        for name, found in times.items()
    ]
    method = (
        "Whole processes, each from its start to its end, with the interpreter's own start. What Python compiles is "
        f"there, as after an installation. Median of {ROUNDS} interleaved rounds. `make bench ARGS=compose`."
    )
    return Table("cold", "A cold start", method, tuple(rows), "its peer")


_NOTES = {
    "newsletter build": "the sample issue in both languages, checked, all forms and pictures written to files",
    "node, npm mjml": "reads the mail's MJML once, and inlines its style sheet by juice",
    "newsletter --help": "",
    "python -c 'import typer'": "the library that reads the command line",
}


def _interleaved(
    commands: Mapping[str, Sequence[str]], *, environment: Mapping[str, str], directory: Path
) -> dict[str, list[float]]:
    """Run each of the commands in turn, in milliseconds; the first round fills what is kept, and does not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=directory, env=environment)
            if number:
                times[name].append((time.perf_counter() - start) * 1000)
    return times


def _environment(compiled: Path) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _ratio(times: Mapping[str, Sequence[float]], name: str, peer: str) -> float | None:
    return median(times[name]) / median(times[peer]) if peer in times else None
