"""Every command in docs/run.md is typed here, in its order, in a project of its own.

A fenced block (``sh``, or without a language) is run by bash as it stands; one behind a comment ``not run by tests`` is
not, and the comment says why.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.support.databases import Cluster

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
BLOCK = re.compile(r"^(?:<!-- ([^\n]*) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BESIDE = re.compile(r"(?<=\S) {2,}\S.*$", re.MULTILINE)  # what a guide says of a command, in a column of its own
NOT_RUN = "not run by tests: "
ON_POSTGRESQL = "environment: PostgreSQL"

YES = "y\n" * 20


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide: the line that it begins at, the comment before it, and its lines."""

    line: int
    comment: str
    commands: str


def blocks(guide: Path) -> Iterator[Block]:
    written = guide.read_text(encoding="utf-8")
    for found in BLOCK.finditer(written):
        comment, language, commands = found.groups()
        if language in ("", "sh", "bash"):
            yield Block(written.count("\n", 0, found.start(3)), comment or "", commands)


def script_of(guide: Path, *, comment: str = "") -> str:
    """All blocks that have this comment before them, as one script that tells where it is."""
    lines = ["set -euo pipefail"]
    for block in blocks(guide):
        if block.comment == comment:
            commands = BESIDE.sub("", block.commands)
            lines += [f"echo '## {guide.name}:{block.line}' >&2", commands]
    return "\n".join(lines)


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    environment |= {"PATH": f"{PROGRAMS}:{environment['PATH']}", "HOME": str(folder), **more}
    words = ["bash", "-c", script]
    done = subprocess.run(words, cwd=folder, env=environment, input=YES, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def test_what_is_not_run_says_why() -> None:
    for block in blocks(ROOT / "docs" / "run.md"):
        assert block.comment in ("", ON_POSTGRESQL) or len(block.comment) > len(NOT_RUN) + 10, block
        assert block.comment in ("", ON_POSTGRESQL) or block.comment.startswith(NOT_RUN), block


def test_every_command_about_running_it_works_on_sqlite(tmp_path: Path) -> None:
    said = run(script_of(ROOT / "docs" / "run.md"), tmp_path)
    assert "ok\n" in said.stdout, "the backup is whole"
    modes = {one.name: one.stat().st_mode & 0o777 for one in (tmp_path / "newsletter").glob("newsletter*.db")}
    assert modes == {"newsletter.db": 0o600, "newsletter-backup.db": 0o600, "newsletter-small.db": 0o600}


def test_the_backup_of_postgresql_is_restored_whole(tmp_path: Path, postgresql: Cluster) -> None:
    url = postgresql.create_migrated()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO lists (name, created_at) VALUES ('members', 1)"))
    engine.dispose()
    database = url.replace("+psycopg", "")
    name = f"{url.rpartition('/')[2]}_restored"
    restored = postgresql.url(name)
    script = script_of(ROOT / "docs" / "run.md", comment=ON_POSTGRESQL).replace("newsletter_restored", name)
    run(script, tmp_path, DATABASE=database, RESTORED=restored.replace("+psycopg", ""))
    run("newsletter init there && cd there && newsletter lists", tmp_path, NEWSLETTER_DATABASE_URL=restored)
    said = run("cd there && newsletter lists", tmp_path, NEWSLETTER_DATABASE_URL=restored)
    assert "members" in said.stdout
    postgresql.drop(restored)
    postgresql.drop(url)
