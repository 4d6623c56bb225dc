"""What becomes of an issue's folder in the studio is undone and made again in its turn, among all that was typed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.projects import SLUG, ProjectFolder
from tests.support.studio_client import TOKEN

Files = dict[str, bytes]


class Editor:
    """Somebody at the page, who presses Undo and Redo and goes where that leads."""

    def __init__(self, client: TestClient, issues: Path) -> None:
        self.client = client
        self.issues = issues
        self.shown = SLUG

    def post(self, path: str, **wanted: Any) -> dict[str, Any]:
        answer = self.client.post(path, json=wanted)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def do(self, what: str, **wanted: Any) -> dict[str, Any]:
        told = self.post(f"/api/issues/{self.shown}/{what}", **wanted)
        self.shown = told.get("slug", self.shown)
        return told

    @property
    def history(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/issues/{self.shown}/document").json()["history"]
        return found

    def type(self, subject: str) -> None:
        version = self.client.get(f"/api/issues/{self.shown}/document").json()["document"]["version"]
        edit = {"edit": "set", "path": ["subject"], "value": subject}
        self.do("edit", language="", version=version, edits=[edit], words="subject")

    def step(self, way: str) -> str:
        words, number = self.history[way], self.history[f"{way}_move"]
        if number is None:
            self.do(way, language="")
        else:
            told = self.post(f"/api/moves/{way}", number=number)
            assert told["words"] == words
            if not told["gone"] or told["gone"] == self.shown:
                self.shown = told["slug"] or next(self.listed, SLUG)
        return str(words)

    @property
    def listed(self) -> Iterator[str]:
        return (folder.name for folder in sorted(self.issues.iterdir()) if (folder / "issue.yaml").is_file())

    def files(self) -> Files:
        return {
            path.relative_to(self.issues).as_posix(): path.read_bytes()
            for path in self.issues.rglob("*")
            if path.is_file() and not path.relative_to(self.issues).as_posix().startswith(".")
        }


@pytest.fixture
def editor(client: TestClient, project_folder: ProjectFolder) -> Editor:
    client.headers.update(TOKEN)
    return Editor(client, project_folder.issues)


def test_a_folder_that_was_renamed_and_then_written_is_as_it_was_after_two_steps_back(editor: Editor) -> None:
    before = editor.files()
    assert any(name.endswith(".png") for name in before)
    editor.type("Before")
    typed = editor.files()
    editor.do("rename", slug="2026-12-quay")
    editor.type("After")
    last = editor.files()
    assert editor.step("undo") == "subject"
    assert editor.step("undo") == "rename the folder of “The bridge opens”"
    assert (editor.shown, editor.files()) == (SLUG, typed)
    assert editor.step("undo") == "subject"
    assert editor.files() == before
    assert [editor.step("redo") for _ in range(3)] == ["subject", "rename the folder of “The bridge opens”", "subject"]
    assert (editor.shown, editor.files()) == ("2026-12-quay", last)
    assert editor.history["redo"] is None


@pytest.mark.parametrize("act", ["archive", "delete"])
def test_an_issue_that_was_put_away_comes_back_with_its_history_wherever_that_is_asked(
    editor: Editor, act: str
) -> None:
    editor.do("duplicate", slug="2026-12-copy")
    editor.shown = SLUG
    editor.type("Before")
    before = editor.files()
    editor.do(act)
    editor.shown = "2026-12-copy"
    assert editor.step("undo") == f"{act} “The bridge opens”"
    assert (editor.shown, editor.files()) == (SLUG, before)
    assert editor.step("undo") == "subject"
    assert editor.step("redo") == "subject"
    assert editor.step("redo") == f"{act} “The bridge opens”"
    assert list(editor.listed) == ["2026-12-copy"]
    assert editor.step("undo") == f"{act} “The bridge opens”"
    assert editor.files() == before


def test_a_copy_goes_and_comes_with_what_was_written_in_it(editor: Editor) -> None:
    before = editor.files()
    editor.do("duplicate", slug="")
    copy = editor.shown
    assert copy != SLUG
    editor.type("In the copy")
    last = editor.files()
    assert editor.step("undo") == "subject"
    assert editor.step("undo") == "duplicate “The bridge opens”"
    assert (editor.shown, editor.files()) == (SLUG, before)
    assert editor.step("redo") == "duplicate “The bridge opens”"
    assert editor.shown == copy
    assert editor.step("redo") == "subject"
    assert editor.files() == last


def test_an_issue_that_was_begun_or_brought_back_goes_again(editor: Editor) -> None:
    before = editor.files()
    editor.shown = editor.post("/api/begin/issue", source="words", title="Ice", date="2027-01-15")["slug"]
    assert editor.step("undo") == "begin 2027-01-ice"
    assert editor.files() == before
    name = editor.do("delete")["name"]
    editor.post(f"/api/put-away/trash/{name}/restore")
    assert editor.step("undo") == f"bring back {SLUG}"
    assert not list(editor.listed)


def test_nothing_is_moved_over_what_stands_there_now_and_what_was_done_before_can_be_undone(editor: Editor) -> None:
    original = editor.files()
    editor.type("Before")
    editor.do("rename", slug="2026-12-quay")
    shutil.copytree(editor.issues / "2026-12-quay", editor.issues / SLUG)
    there = editor.files()
    refused = editor.client.post("/api/moves/undo", json={})
    assert (refused.status_code, refused.json()["detail"]) == (422, f"issues/{SLUG} is already there")
    assert editor.files() == there
    assert editor.step("undo") == "subject"
    assert (editor.issues / "2026-12-quay" / "issue.yaml").read_bytes() == original[f"{SLUG}/issue.yaml"]


def test_what_somebody_else_has_changed_or_deleted_for_good_is_left_as_it_is(editor: Editor) -> None:
    editor.do("duplicate", slug="2026-12-copy")
    file = editor.issues / "2026-12-copy" / "issue.yaml"
    file.write_bytes(file.read_bytes() + b"# by hand\n")
    refused = editor.client.post("/api/moves/undo", json={})
    assert refused.status_code == 422
    assert "has been changed since it began" in refused.json()["detail"]
    assert file.read_bytes().endswith(b"# by hand\n")
    editor.do("delete")
    editor.post("/api/put-away/trash/empty", names=["2026-12-copy"])
    refused = editor.client.post("/api/moves/undo", json={})
    assert "there is no issue .trash/2026-12-copy any more" in refused.json()["detail"]
    assert "nothing to undo" in editor.client.post("/api/moves/undo", json={}).json()["detail"]


def test_a_copy_that_has_another_place_since_waits_for_that_to_be_undone(editor: Editor) -> None:
    before = editor.files()
    number = editor.do("duplicate", slug="2026-12-copy")["number"]
    for act, wanted, words in (
        ("rename", {"slug": "2026-12-quay"}, "has another name now, 2026-12-quay; undo that first"),
        ("archive", {}, "has been put away since; undo that first"),
    ):
        editor.do(act, **wanted)
        refused = editor.client.post("/api/moves/undo", json={"number": number})
        assert (refused.status_code, refused.json()["detail"]) == (422, f"2026-12-copy {words}")
    editor.shown = SLUG
    editor.step("undo")
    editor.step("undo")
    editor.post("/api/moves/undo", number=number)
    assert editor.files() == before


def test_what_is_done_after_a_step_back_is_the_end_of_what_can_be_made_again(editor: Editor) -> None:
    editor.do("rename", slug="2026-12-quay")
    editor.step("undo")
    editor.type("Another way")
    assert editor.history["redo"] is None
    editor.step("undo")
    editor.do("rename", slug="2026-12-pier")
    assert editor.history["redo"] is None
    assert "nothing to redo" in editor.client.post("/api/moves/redo", json={}).json()["detail"]
