"""The palette's pictures: each block's sample as the mail that is being written looks."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.support.fonts import block_font
from tests.support.projects import SLUG, ProjectFolder, png
from tests.support.studio_client import OURS

OWN = """\
<mj-section><mj-column><mj-text><p>{{ block.words }}</p></mj-text></mj-column></mj-section>
"""


def shown(client: TestClient, block: str, query: str = "") -> str:
    answer = client.get(f"/palette/{SLUG}/en/{block}{query}")
    assert answer.status_code == 200, answer.text
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


def test_a_block_is_shown_in_the_colours_the_logo_and_the_theme_of_the_mail(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(
        f"{newsletter.read_text('utf-8')}theme: {{accent: '#0a7d33'}}\nlogo: {{file: buoy.png, alt: A buoy}}\n", "utf-8"
    )
    (project_folder.issues / "buoy.png").write_bytes(png(80, 80))
    assert "#0a7d33" in shown(client, "button")
    assert "1 Quay Street" in shown(client, "footer")
    masthead = shown(client, "masthead")
    picture = f"{OURS}/palette/{SLUG}/en/masthead/files/buoy.png"
    assert picture in masthead
    assert client.get(picture).headers["content-type"] == "image/png"
    assert client.get(f"{picture}.not").status_code == 404
    project_folder.edit("blocks:", "theme: {accent: '#7a1fa2'}\nblocks:")
    button = shown(client, "button")
    assert "#7a1fa2" in button
    assert "#0a7d33" not in button


def test_a_font_outside_the_project_is_neither_read_nor_written_elsewhere(
    client: TestClient, project_folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's newsletter.yaml may name any file; the palette's pictures are built in a copy of the publication."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    secret = project_folder.issues.parent / "secret.woff2"
    secret.write_bytes(block_font())
    before = set(tmp_path.rglob("*"))
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(
        f"{newsletter.read_text('utf-8')}fonts:\n  - {{family: Own, file: ../secret.woff2}}\n"
        "  - {family: Odd, file: ../../nowhere/odd.woff2}\n",
        "utf-8",
    )
    assert "Register for the conference" in shown(client, "button")
    assert set(tmp_path.rglob("*")) == before


def test_while_the_newsletter_or_its_theme_cannot_be_read_the_blocks_are_still_seen(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    newsletter = project_folder.issues / "newsletter.yaml"
    said = newsletter.read_text("utf-8")
    for wrong in ("theme: {name: nowhere}\n", "theme: [\n"):
        newsletter.write_text(said + wrong, "utf-8")
        assert "Register for the conference" in shown(client, "button")
    assert client.get(f"/palette/{SLUG}/en/no-such").status_code == 404


def test_a_block_of_the_projects_own_is_shown_too_and_anew_when_its_template_changes(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    folder = project_folder.templates / "blocks" / "signal"
    folder.mkdir(parents=True)
    (folder / "fields.yaml").write_text("words: {type: line}\n", "utf-8")
    (folder / "sample.yaml").write_text("block: signal\nwords: Three short, three long\n", "utf-8")
    (folder / "block.txt.j2").write_text("{{ block.words }}\n", "utf-8")
    (folder / "block.mjml.j2").write_text(OWN, "utf-8")
    assert "Three short, three long" in shown(client, "signal")
    (folder / "block.mjml.j2").write_text(OWN.replace("<p>", "<p>Signal: "), "utf-8")
    assert "Signal: Three short" in shown(client, "signal")
