"""Every command in the guides for operators is typed here, in their order, in a project of its own.

A fenced block (``sh``, or without a language) is run by bash as it stands; one behind a comment ``not run by tests`` is
not, and the comment says why. What a block takes for granted (a file, a second issue) is made in ``a_project``; names
that stand for something (HASH) are given in ``MEANT``.
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

from tests.support.authoring import ISSUE, NEWSLETTER, write_issue
from tests.support.databases import Cluster

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
BLOCK = re.compile(r"^(?:<!-- ([^\n]*) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BESIDE = re.compile(r"(?<=\S) {2,}\S.*$", re.MULTILINE)  # what a guide says of a command, in a column of its own
YAML = re.compile(r"^```yaml\n(fields:.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = "not run by tests: "
ON_POSTGRESQL = "environment: PostgreSQL"

MEANT = {
    "HASH": '$(newsletter subscribers verify | grep --only-matching --extended-regexp "[0-9a-f]{64}" | tail -n 1)',
    "--mailing 7": "--mailing 1",
    "imports show 7": "imports show 1",
    "imports undo 7": "imports undo 1",
    "subscribers erase ana@example.org\n": "subscribers erase ana@example.org --yes\n",  # nobody can be asked here
}
"""What stands in a guide → what is typed for it."""

YES = "y\n" * 20
SETTINGS = {
    "NEWSLETTER_DATABASE_URL": "sqlite:///newsletter.db",
    "NEWSLETTER_SECRET_KEY": "a key for tests, 32 characters or more",
    "NEWSLETTER_SITE_URL": "https://news.example.org",
}


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
            for written, typed in MEANT.items():
                commands = commands.replace(written, typed)
            lines += [f"echo '## {guide.name}:{block.line}' >&2", commands]
    return "\n".join(lines)


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    environment |= {"PATH": f"{PROGRAMS}:{environment['PATH']}", "HOME": str(folder), **more}
    words = ["bash", "-c", script]
    done = subprocess.run(words, cwd=folder, env=environment, input=YES, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def a_project(folder: Path) -> Path:
    """A project with the fields and segments of the guide, three issues, files of people, and somebody with a tag."""
    for name, words in (("2026-welcome", "Welcome"), ("2026-12-winter", "Winter"), ("2027-01-spring", "Spring")):
        text_ = ISSUE.replace("Spring in the network", f"{words} in the network").replace("spring", words.lower())
        write_issue(folder / "issues", text_).rename(folder / "issues" / name)
    fields_and_segments = next(YAML.finditer((ROOT / "docs" / "people.md").read_text(encoding="utf-8")))[1]
    publication = re.sub(r"^fields:\n(?: .*\n)*", "lists: [members, others]\n", NEWSLETTER, flags=re.MULTILINE)
    (folder / "issues" / "newsletter.yaml").write_text(publication + fields_and_segments, encoding="utf-8")
    people = "email,first_name,city\nana@example.org,Ana,Nice\nben@example.org,Ben,Antibes\n"
    (folder / "members.csv").write_text(people, encoding="utf-8")
    (folder / "bounces.csv").write_text("email\ngone@example.org\n", encoding="utf-8")
    run(
        "newsletter lists add others; newsletter subscribers add vera@example.org --list others --tag vip",
        folder,
        **SETTINGS,
    )
    return folder


def test_what_is_not_run_says_why() -> None:
    for guide in (ROOT / "docs" / "run.md", ROOT / "docs" / "people.md"):
        for block in blocks(guide):
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


def test_every_command_about_people_works(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    run(script_of(ROOT / "docs" / "people.md"), project, **SETTINGS)
