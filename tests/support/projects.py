"""A small project on the disk: one publication, one issue in two languages, one picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from composer.project import Project
from composer.studio.app import create_studio
from composer.studio.session import BrowserSession
from tests.support.web import in_thread, serve_in_thread

NEWSLETTER = """\
name: The Harbour Letter
organisation: Harbour Association
languages: [en, fr]
timezone: Europe/Paris
sender:
  name: Harbour Association
  email: letter@example.org
postal_address: 1 Quay Street, 12345 Harbour
fields:
  city: The city that the reader lives in.
"""

ISSUE = """\
subject: News for {{ subscriber.first_name | default("you") }}
preheader: A bridge opens, and a market moves.
title: The bridge opens
date: 2026-12-01

blocks:
  - block: text
    body: |
      Dear {{ subscriber.first_name | default("reader") }}, the bridge opens.
  - block: image
    picture:
      file: bridge.png
      alt: A bridge at night
"""

FRENCH = """\
subject: Des nouvelles
preheader: Un pont ouvre, un marché déménage.
title: Le pont ouvre
blocks:
  - block: text
    body: |
      Bonjour, le pont ouvre.
  - block: image
    picture:
      file: bridge.png
      alt: Un pont la nuit
"""

LOSSY_BLOCK = """\
  - block: mjml
    body: Bread and jam.
    mjml: |
      <mj-section><mj-column><mj-text>
        <p style="display:flex">Bread</p>
      </mj-text></mj-column></mj-section>
"""
"""A block of which Outlook on Windows loses something; to be put before another."""

SLUG = "2026-12-harbour"

SESSION = BrowserSession(key=b"the key of a test, of this size.", token="start")


def admit(context: BrowserContext) -> None:
    """Let a browser use every studio of ``SESSION``, as if it had opened its start address."""
    context.add_cookies([{"name": SESSION.cookie_name, "value": SESSION.new_cookie(), "url": "http://127.0.0.1"}])


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """Where the project is, and short ways to its files."""

    root: Path

    @property
    def issues(self) -> Path:
        return self.root / "issues"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def issue_file(self) -> Path:
        return self.issues / SLUG / "issue.yaml"

    @property
    def project(self) -> Project:
        return Project.at(self.issues, self.templates)

    def edit(self, old: str, new: str) -> None:
        """Change the issue as an author's editor does."""
        text = self.issue_file.read_text(encoding="utf-8")
        assert old in text
        self.issue_file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def project_folder(tmp_path: Path) -> ProjectFolder:
    """A project of one issue in English and French."""
    folder = ProjectFolder(tmp_path)
    (folder.issues / SLUG).mkdir(parents=True)
    folder.templates.mkdir()
    (folder.issues / "newsletter.yaml").write_text(NEWSLETTER, encoding="utf-8")
    folder.issue_file.write_text(ISSUE, encoding="utf-8")
    (folder.issues / SLUG / "issue.fr.yaml").write_text(FRENCH, encoding="utf-8")
    (folder.issues / SLUG / "bridge.png").write_bytes(png(600, 400))
    return folder


@pytest.fixture
def studio_url(project_folder: ProjectFolder, built_page: None) -> Iterator[str]:
    """The studio of ``project_folder``, served on a free port."""
    app = create_studio(project_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        yield url
        app.state.changes.end()


def png(width: int, height: int) -> bytes:
    """A plain picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x20\x60\xa0" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
