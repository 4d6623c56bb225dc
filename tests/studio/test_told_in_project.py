"""What the studio says names files as they are called in the project, never by where that is on this machine."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from composer.project import Project
from composer.writing import saving
from tests.support.fonts import block_font
from tests.support.projects import SLUG, ProjectFolder
from tests.support.studio_client import TOKEN

Provoke = Callable[[TestClient, ProjectFolder], str]
PROVOKED: dict[str, tuple[Provoke, str]] = {}
ADDRESS = f"/api/issues/{SLUG}"
TITLE = {"edit": "set", "path": ["title"], "value": "Another title"}


def says(words: str) -> Callable[[Provoke], Provoke]:
    """Mark what provokes an answer with these words in it."""

    def keep(provoke: Provoke) -> Provoke:
        PROVOKED[provoke.__name__] = provoke, words
        return provoke

    return keep


def edit(client: TestClient) -> str:
    opened = client.get(f"{ADDRESS}/document").json()
    asked = {"language": "", "version": opened["document"]["version"], "edits": [TITLE]}
    return client.post(f"{ADDRESS}/edit", json=asked, headers=TOKEN).text


def document(client: TestClient) -> str:
    return client.get(f"{ADDRESS}/document").text


def report(client: TestClient) -> str:
    return client.get(ADDRESS).text


def put(file: Path, content: str | bytes) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


@says("issues in issues: none")
def a_folder_for_the_issue(client: TestClient, project: ProjectFolder) -> str:
    document(client)
    project.issue_file.unlink()
    project.issue_file.mkdir()
    return document(client) + report(client)


@says("/issue.yaml is a link to something outside")
def a_link_for_the_issue(client: TestClient, project: ProjectFolder) -> str:
    project.issue_file.unlink()
    project.issue_file.symlink_to("/etc/hostname")
    return document(client) + report(client)


@says("/issue.yaml has more than")
def an_issue_that_never_ends(client: TestClient, project: ProjectFolder) -> str:
    put(project.issue_file, b"#" * 20_000_000)
    return document(client) + report(client)


@says("/issue.fr.yaml is not a file")
def a_pipe_for_a_translation(client: TestClient, project: ProjectFolder) -> str:
    french = project.issue_file.with_name("issue.fr.yaml")
    french.unlink()
    os.mkfifo(french)
    return document(client) + report(client)


@says("issues/none/newsletter.de.yaml cannot be written")
def a_link_that_leads_to_nothing(client: TestClient, project: ProjectFolder) -> str:
    """A place that takes nothing: what the link leads to would be in a folder that is not there."""
    project.issues.joinpath("newsletter.yaml").write_text(
        project.issues.joinpath("newsletter.yaml").read_text().replace("[en, fr]", "[en, fr, de]"), encoding="utf-8"
    )
    project.issues.joinpath("newsletter.de.yaml").symlink_to("none/newsletter.de.yaml")
    return client.post("/api/publication/language", json={"language": "de"}, headers=TOKEN).text


@says("/issue.yaml is being written")
def somebody_writes_all_the_time(client: TestClient, project: ProjectFolder) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saving, "_TRIES", 0)
        return edit(client)


@says("issues/fonts cannot be made")
def fonts_is_a_file(client: TestClient, project: ProjectFolder) -> str:
    put(project.issues / "fonts", "no folder")
    return client.post("/api/publication/font?name=A.ttf", content=block_font(), headers=TOKEN).text


@says("there is no picture 'none.png' in issues/")
def a_picture_that_is_not_there(client: TestClient, project: ProjectFolder) -> str:
    project.edit("file: bridge.png", "file: none.png")
    return report(client)


@says("is outside issues/")
def a_picture_elsewhere(client: TestClient, project: ProjectFolder) -> str:
    project.edit("file: bridge.png", f"file: {'../' * 9}etc/x.png")
    return report(client)


@says("is a link to a file outside issues/")
def a_picture_that_is_a_link(client: TestClient, project: ProjectFolder) -> str:
    project.issue_file.with_name("bridge.png").unlink()
    project.issue_file.with_name("bridge.png").symlink_to("/etc/hostname")
    return report(client)


@says("issues/newsletter.yaml:2:1")
def a_publication_with_a_mistake(client: TestClient, project: ProjectFolder) -> str:
    put(project.issues / "newsletter.yaml", "name: [\n")
    said = [client.get("/api/publication/token", params={"name": "colour_text", "value": "#000"}).text]
    said += [client.get("/api/publication").text, report(client), client.get("/api/sending/lists").text]
    asked = {"source": "words", "title": "A", "slug": "2027-01-a", "date": "2027-01-01"}
    said.append(client.post("/api/begin/issue", json=asked, headers=TOKEN).text)
    said.append(client.post(f"/api/sending/issues/{SLUG}/plan", json={"lists": ["a"]}, headers=TOKEN).text)
    return "".join(said)


@says("templates/theme.yaml:")
def a_theme_with_a_mistake(client: TestClient, project: ProjectFolder) -> str:
    put(project.templates / "theme.yaml", "colour_texxt: 24px\nnothing: [\n")
    return client.get("/api/publication").text + report(client)


@says("a link to a f")
def a_theme_that_is_a_link(client: TestClient, project: ProjectFolder) -> str:
    (project.templates / "theme.yaml").symlink_to("/etc/hostname")
    (project.templates / "themes").symlink_to("/etc")
    return client.get("/api/publication").text + report(client)


@says("templates/blocks/text/block.mjml.j2")
def a_template_with_a_mistake(client: TestClient, project: ProjectFolder) -> str:
    (project.templates / "blocks" / "text").mkdir(parents=True)
    put(project.templates / "blocks" / "text" / "block.mjml.j2", "{{ block.none }}{% if %}")
    return report(client) + client.get("/api/gallery").text + client.get("/api/palette").text


@says("there is no issue 'none'; issues in issues:")
def no_such_issue(client: TestClient, project: ProjectFolder) -> str:
    asked = {"source": "last", "like": "none", "date": "2027-01-01"}
    put(project.issues / "newsletter.yaml", "name: A\n")
    said = [client.get("/api/issues/none").text, client.get("/show/none/en/mail").text]
    said.append(client.post("/api/begin/issue", json=asked, headers=TOKEN).text)
    said.append(client.post("/api/issues/none/rename", json={"slug": "other"}, headers=TOKEN).text)
    said.append(client.post("/api/sending/issues/none/plan", json={"lists": ["a"]}, headers=TOKEN).text)
    return "".join(said)


@says("is already there")
def an_issue_that_is_there_already(client: TestClient, project: ProjectFolder) -> str:
    said = [client.post(f"{ADDRESS}/duplicate", json={"slug": SLUG}, headers=TOKEN).text]
    said.append(client.post(f"{ADDRESS}/archive", headers=TOKEN).text)
    shutil.rmtree(project.issues / "archive")
    said.append(client.post(f"/api/put-away/archive/{SLUG}/restore", headers=TOKEN).text)
    said.append(client.post("/api/moves/undo", json={"number": 1}, headers=TOKEN).text)
    return "".join(said)


@says("not beside the file: none.png")
def an_import_with_pictures_that_are_lost(client: TestClient, project: ProjectFolder) -> str:
    html = b"<html><body><h1>A</h1><p>Words.</p><img src='none.png' alt='x'><img src='/etc/x.png'></body></html>"
    files = [{"name": "a.html", "base64": base64.b64encode(html).decode()}]
    return client.post("/api/begin/read", json={"files": files}, headers=TOKEN).text


@says('"issues_dir":"issues"')
def a_project_where_there_is_none(client: TestClient, project: ProjectFolder) -> str:
    shutil.rmtree(project.issues)
    project.issues.symlink_to("/etc")
    asked = {"name": "A", "sender": "a@example.org", "languages": ["en"], "theme": "default"}
    return client.post("/api/begin/project", json=asked, headers=TOKEN).text + client.get("/api/project").text


@pytest.mark.parametrize("name", PROVOKED)
def test_no_answer_says_where_the_project_is(name: str, client: TestClient, project_folder: ProjectFolder) -> None:
    provoke, words = PROVOKED[name]
    said = provoke(client, project_folder)
    assert words in said
    assert str(project_folder.root) not in said


def test_only_what_lies_in_the_project_is_named_from_there(tmp_path: Path) -> None:
    for way in ("real", "linked"):
        (tmp_path / "real" / "issues").mkdir(parents=True, exist_ok=True)
        if way == "linked":
            (tmp_path / "linked").symlink_to("real")
        root = tmp_path / way
        project = Project.at(root / "issues", tmp_path / "house" / "templates")
        assert (
            project.told(f"{root}/issues/a.yaml:2:1: no, see '{root}/issues'") == "issues/a.yaml:2:1: no, see 'issues'"
        )
        assert project.told(f"{root.resolve()}/issues/a.yaml") == "issues/a.yaml"
        assert project.told(f"{tmp_path}/house/templates/theme.yaml") == "templates/theme.yaml"
        assert project.told(f"{root} cannot be written") == f"{way} cannot be written"
        for driver in ("sqlite", "sqlite+pysqlite"):
            told = project.told(f"The database {driver}:///{root}/newsletter.db cannot be used")
            assert told == f"The database {driver}:///newsletter.db cannot be used"
        for other in (
            f"https://example.org{root}/x",
            f"file://{root}/x",
            f"{root}s/x",
            f"{root}-2 and x{root}/y",
            "/etc/hosts",
        ):
            assert project.told(other) == other


def test_a_project_at_the_root_of_a_disk_takes_no_strokes_away() -> None:
    assert Project.at(Path("/issues"), Path("/templates")).told("/issues/a.yaml, /etc/b") == "/issues/a.yaml, /etc/b"
