"""Compiled templates of the program are kept between its starts, as Python keeps its compiled modules."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from composer import shipped
from composer.edition.theme.compiled import keep, recall

CODE = compile("1 + 1", "a template", "eval")
KEY = ("blocks/a.j2", 1, 2, False)
ARTICLE = "blocks/article/block.mjml.j2"

_START = """
import sys
from pathlib import Path
import jinja2
from composer import shipped
from composer.edition.build import build_edition
from composer.edition.theme.environment import keep_compiled, recall_compiled
from composer.issue import load_issue
compiled = []
def noted(environment, source, name, filename, _compile=jinja2.Environment.compile):
    compiled.append(name)
    return _compile(environment, source, name, filename)
jinja2.Environment.compile = noted
recall_compiled()
templates = (Path(sys.argv[1]), shipped.TEMPLATES)
edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"), templates=templates)
keep_compiled()
print(edition.digest, *compiled)
"""


def _start(own: Path, kept: Path, **environment: str) -> tuple[str, list[str]]:
    """Build the sample in a new process; gives its digest, and which templates were compiled."""
    everything = {**os.environ, "PYTHONPYCACHEPREFIX": str(kept), **environment}
    if not environment:
        everything.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run(
        [sys.executable, "-c", _START, str(own)], env=everything, capture_output=True, text=True, check=True
    )
    digest, *compiled = run.stdout.split()
    return digest, compiled


def test_the_second_start_compiles_only_the_projects_own_templates(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / ARTICLE).parent.mkdir(parents=True)
    (own / ARTICLE).write_bytes((shipped.TEMPLATES / ARTICLE).read_bytes())
    digest, compiled = _start(own, tmp_path / "kept")
    assert len(compiled) > 20
    assert _start(own, tmp_path / "kept") == (digest, [ARTICLE])


def test_where_python_keeps_nothing_neither_do_we(tmp_path: Path) -> None:
    _start(tmp_path, tmp_path / "kept", PYTHONDONTWRITEBYTECODE="1")
    assert not (tmp_path / "kept").exists()


def test_what_another_program_kept_or_nobody_can_read_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert recall() == {}
    keep({KEY: CODE})
    assert recall() == {KEY: CODE}
    [file] = [file for file in tmp_path.rglob("*") if file.is_file()]
    whole = file.read_bytes()
    for data in (b"", whole[:19], whole[:-1], whole[:20], b"x" + whole[1:], whole[:20] + b"N"):
        file.write_bytes(data)
        assert recall() == {}


def test_a_folder_that_takes_nothing_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    monkeypatch.setattr(sys, "pycache_prefix", str(taken))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    keep({KEY: CODE})
    assert recall() == {}
