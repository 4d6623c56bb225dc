"""The gallery inside the studio: every block in every theme, what to paste, and the way into the issue."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from composer.checks import Severity
from composer.compose import check_folder
from composer.issue.blocks import BLOCKS
from tests.support.projects import ISSUE, SLUG, ProjectFolder
from tests.support.studio_client import TOKEN


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A page that changes things."""
    client.headers.update(TOKEN)
    return client


def test_every_block_is_told_with_what_to_paste_and_shown_with_its_pictures(client: TestClient) -> None:
    told = client.get("/api/gallery").json()
    assert {block["block"] for block in told["blocks"]} == set(BLOCKS)
    for block in told["blocks"]:
        assert block["yaml"].startswith("  - ")
        assert block["markdown"].strip(), block["block"]
    for theme in told["themes"]:
        frame = client.get(f"/gallery/{theme}/article")
        assert frame.status_code == 200
        assert "bars-into-trees" in frame.text
    picture = client.get(f"/gallery/{told['themes'][0]}/article/files/bars-into-trees.png")
    assert picture.headers["content-type"] == "image/png"
    assert client.get("/gallery/no-such/article").status_code == 404
    assert client.get(f"/gallery/{told['themes'][0]}/no-such").status_code == 404


@pytest.mark.parametrize("format", ["yaml", "markdown"])
def test_what_is_copied_can_be_pasted(client: TestClient, project_folder: ProjectFolder, format: str) -> None:
    told = client.get("/api/gallery").json()["blocks"]
    folder = project_folder.issue_file.parent
    (folder / "issue.fr.yaml").unlink()
    head = ISSUE.partition("blocks:")[0]
    project_folder.issue_file.unlink()
    for block in told:
        for name in ("issue.yaml", "issue.md"):
            (folder / name).unlink(missing_ok=True)
        if format == "yaml":
            (folder / "issue.yaml").write_text(f"{head}blocks:\n{block['yaml']}", encoding="utf-8")
        else:
            (folder / "issue.md").write_text(f"---\n{head}---\n\n{block['markdown']}", encoding="utf-8")
        found = check_folder(folder, templates=project_folder.project.templates)
        wrong = [str(one) for one in found.findings if one.code == "issue-invalid" and "picture" not in one.message]
        assert wrong == [], block["block"]


@pytest.mark.parametrize("block", ["article", "agenda", "gallery", "callout"])
def test_a_block_is_put_into_the_issue_with_its_pictures(
    client: TestClient, project_folder: ProjectFolder, block: str
) -> None:
    answer = client.post(f"/api/issues/{SLUG}/gallery", json={"block": block, "index": 1})
    assert answer.json() == {"index": 1}, answer.text
    checked = check_folder(project_folder.issue_file.parent, templates=project_folder.project.templates)
    assert checked.issue is not None
    assert [one.block for one in checked.issue.contents["en"].blocks] == ["text", block, "image"]
    broken = {"issue-invalid", "edition-invalid"}
    assert [str(one) for one in checked.findings if one.code in broken and one.severity is Severity.ERROR] == []
    undone = client.post(f"/api/issues/{SLUG}/undo", json={"language": ""})
    assert undone.status_code == 200
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE


def test_a_picture_of_the_issue_is_never_written_over(client: TestClient, project_folder: ProjectFolder) -> None:
    own = project_folder.issue_file.with_name("bars-into-trees.png")
    own.write_bytes(project_folder.issue_file.with_name("bridge.png").read_bytes())
    before = own.read_bytes()
    client.post(f"/api/issues/{SLUG}/gallery", json={"block": "article", "index": 9})
    assert own.read_bytes() == before
    assert "file: bars-into-trees-2.png" in project_folder.issue_file.read_text(encoding="utf-8")
