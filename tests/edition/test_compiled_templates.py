"""What a start has compiled of templates and read of CSS is kept for the next, as Python keeps its compiled modules."""

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
from composer.edition.starts import keep_start, recall_start
from composer.issue import load_issue
compiled = []
def noted(environment, source, name, filename, _compile=jinja2.Environment.compile):
    compiled.append(name)
    return _compile(environment, source, name, filename)
jinja2.Environment.compile = noted
recall_start()
templates = (Path(sys.argv[1]), shipped.TEMPLATES)
edition = build_edition(load_issue(shipped.SAMPLE_ISSUES / "2020-03-network-news"), templates=templates)
keep_start()
print(edition.digest, *compiled)
print("cssutils" in sys.modules, file=sys.stderr)
"""


def _start(own: Path, kept: Path, **environment: str) -> tuple[str, list[str], bool]:
    """Build the sample in a new process; gives its digest, which templates were compiled, and whether CSS was read."""
    everything = {**os.environ, "PYTHONPYCACHEPREFIX": str(kept), **environment}
    if not environment:
        everything.pop("PYTHONDONTWRITEBYTECODE", None)
    run = subprocess.run(
        [sys.executable, "-c", _START, str(own)], env=everything, capture_output=True, text=True, check=True
    )
    digest, *compiled = run.stdout.split()
    return digest, compiled, run.stderr.strip() == "True"


def test_the_second_start_compiles_only_the_projects_own_templates(tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / ARTICLE).parent.mkdir(parents=True)
    (own / ARTICLE).write_bytes((shipped.TEMPLATES / ARTICLE).read_bytes())
    digest, compiled, has_read = _start(own, tmp_path / "kept")
    assert len(compiled) > 20
    assert has_read
    assert _start(own, tmp_path / "kept") == (digest, [ARTICLE], False)


def test_css_that_no_start_has_read_is_read_beside_what_is_known(tmp_path: Path) -> None:
    own, style = tmp_path / "own", "css/prose.css"
    first = _start(own, tmp_path / "kept")
    (own / style).parent.mkdir(parents=True)
    (own / style).write_text((shipped.TEMPLATES / style).read_text(encoding="utf-8") + "p { color: #123456 }\n")
    other = _start(own, tmp_path / "kept")
    assert (other[0] != first[0], other[2]) == (True, True)
    assert _start(own, tmp_path / "kept") == (other[0], [style], False)
    (own / style).unlink()
    assert _start(own, tmp_path / "kept") == (first[0], [], False)


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
