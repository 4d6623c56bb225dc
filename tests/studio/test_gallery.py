"""The gallery inside the studio: every block in every theme, what to paste, and the way into the issue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from composer.compose import check_folder
from composer.issue.blocks import BLOCKS
from composer.studio.gallery import Samples
from composer.writing.document import read_document
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


@pytest.mark.parametrize("block", ["article", "agenda", "gallery", "callout", "sponsor"])
def test_a_block_is_put_into_the_issue_in_its_shape_with_nothing_that_the_sample_says(
    client: TestClient, project_folder: ProjectFolder, block: str
) -> None:
    answer = client.post(f"/api/issues/{SLUG}/gallery", json={"block": block, "index": 1})
    assert answer.json() == {"index": 1}, answer.text
    folder = project_folder.issue_file.parent
    samples: Samples = client.app.state.samples  # type: ignore[attr-defined]
    document = read_document("issue.yaml", project_folder.issue_file.read_bytes(), shape=samples.shape())
    values = [one["values"] for one in document.as_json()["blocks"]]
    assert [one["block"] for one in values] == ["text", block, "image"]
    sample = samples.values(samples.of(block))
    assert set(texts(values[1])) & set(texts(sample)) == {block, *({"left"} if block == "article" else ())}
    # Each text is found, and each picture that is to be chosen.
    found = check_folder(folder, templates=project_folder.project.templates).findings
    lacking = [one for one in found if one.code == "text-todo"]
    assert len(lacking) == sum(text.startswith("TODO: ") for text in texts(values[1]))
    pictures = [one for one in found if one.code == "issue-invalid"]
    assert [one.message for one in pictures] == ["'file' is empty"] * sum(not text for text in texts(values[1]))
    assert sorted(file.name for file in folder.iterdir()) == ["bridge.png", "issue.fr.yaml", "issue.yaml"]
    undone = client.post(f"/api/issues/{SLUG}/undo", json={"language": ""})
    assert undone.status_code == 200
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE


def texts(value: Any) -> Iterator[str]:
    """All that is said in what a block says."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)
