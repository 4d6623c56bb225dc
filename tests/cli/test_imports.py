"""What the program reads before it can answer: the help waits for no library that it does not show."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from composer import shipped
from tests.support.authoring import ISSUE, write_issue

HEAVY = {
    "asyncio", "babel", "cssutils", "jinja2", "lxml", "markdown_it", "mjml", "premailer", "pydantic", "pygments",
    "rich.syntax", "sqlalchemy", "sqlite3", "yaml",
}  # fmt: skip


UNUSED_BY_A_BUILD = {
    "aiosmtplib", "asyncio", "concurrent.futures", "cssutils", "fastapi", "requests", "rich", "ruamel", "sqlalchemy",
    "starlette", "urllib3",
    *("composer.audience", "composer.database", "composer.delivery", "composer.importer", "composer.probing"),
    *("composer.studio", "composer.web", "composer.workflow", "composer.writing"),
}  # fmt: skip


def _read_by(*words: str, environment: Mapping[str, str] = os.environ) -> tuple[str, set[str]]:
    script = (
        "import sys\n"
        "from composer.cli.main import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    print(*sys.modules, file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *words], env=environment, capture_output=True, text=True, check=False
    )
    return run.stdout, set(run.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ()])
def test_the_help_and_the_version_read_no_library_that_they_do_not_need(words: tuple[str, ...]) -> None:
    shown, modules = _read_by(*words)
    assert "newsletter" in shown
    assert not HEAVY & modules
    assert {name for name in modules if name.startswith("composer.")} <= {
        *("composer.cli", "composer.cli.main", "composer.cli.exits", "composer.cli.log", "composer.cli.visible"),
        *("composer.cli.wording", "composer.errors", "composer.logs", "composer.cli.terminal"),
        "composer.cli.terminal.help",
    }


def test_a_build_reads_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    """The second one of an installation, which finds what the first has compiled of templates and read of CSS."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    words = ("build", str(shipped.SAMPLE_ISSUES / "2020-03-network-news"), "--out", str(tmp_path / "out"))
    assert "cssutils" in _read_by(*words, environment=environment)[1]
    shown, modules = _read_by(*words, environment=environment)
    assert "2 editions" in shown
    assert not UNUSED_BY_A_BUILD & modules
    letter = write_issue(tmp_path / "issues", ISSUE)
    shown, modules = _read_by("build", str(letter), "--out", str(tmp_path / "letter"), environment=environment)
    assert "1 edition " in shown
    assert not {*UNUSED_BY_A_BUILD, "icalendar"} & modules, "it has no dates"


@pytest.mark.parametrize(("command", "objects"), [("build", 200_000), ("serve", 20_000)])
def test_garbage_is_looked_for_seldom_and_in_what_runs_for_days_more_often(command: str, objects: int) -> None:
    script = (
        "import gc, sys\n"
        "from composer.cli.main import main\n"
        "try:\n"
        "    main([sys.argv[1], '--help'])\n"
        "finally:\n"
        "    print(gc.get_threshold()[0], file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, command], capture_output=True, text=True, check=True)
    assert int(run.stderr) == objects


def test_whoever_draws_markdown_or_a_traceback_has_them_whole_though_the_help_did_not() -> None:
    script = (
        "import sys\n"
        "from composer.cli.terminal.help import read_lightly\n"
        "read_lightly()\n"
        "from typer import rich_utils\n"
        "print('rich.markdown' in sys.modules, rich_utils.Markdown.__mro__)\n"
        "text = rich_utils.Markdown('*a*')\n"
        "from rich.markdown import Markdown\n"
        "from rich.traceback import Traceback\n"
        "print(type(text) is Markdown, rich_utils.Traceback.from_exception == Traceback.from_exception)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[0].startswith("False ")
    assert run.stdout.splitlines()[1] == "True True"
