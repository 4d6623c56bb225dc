"""What the page asks to be changed is changed in the file, whole or not at all, and only there."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from composer.studio import desk
from tests.support.fuzzing import ODD, cases
from tests.support.projects import FRENCH, ISSUE, SLUG, ProjectFolder
from tests.support.studio_client import OURS, TOKEN


def opened(client: TestClient, language: str = "en") -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/issues/{SLUG}/document?language={language}").json()
    return answer


def post(client: TestClient, way: str, **wanted: Any) -> httpx.Response:
    return client.post(f"/api/issues/{SLUG}/{way}", json={"language": "en", **wanted}, headers=TOKEN)


def edit(client: TestClient, *edits: dict[str, Any], version: str = "", **more: Any) -> httpx.Response:
    version = version or opened(client, more.get("language", "en"))["document"]["version"]
    return post(client, "edit", version=version, edits=list(edits), **more)


TITLE = {"edit": "set", "path": ["title"], "value": "The bridge is here"}


def test_a_file_is_told_with_its_blocks_and_their_places(client: TestClient) -> None:
    document = opened(client)["document"]
    assert (document["name"], document["text"]) == ("issue.yaml", ISSUE)
    assert [block["kind"] for block in document["blocks"]] == ["text", "image"]
    french = opened(client, "fr")
    assert (french["document"]["name"], french["is_first"]) == ("issue.fr.yaml", False)


def test_every_block_has_a_form_and_what_a_new_one_begins_with(client: TestClient) -> None:
    forms = client.get("/api/forms").json()
    assert {"text", "article", "agenda"} <= {form["kind"] for form in forms["blocks"]}
    assert all(form["begins"]["block"] == form["kind"] for form in forms["blocks"])
    assert next(field["name"] for field in forms["issue"]["fields"]) == "subject"


def test_an_edit_is_in_the_file_when_it_is_answered(client: TestClient, project_folder: ProjectFolder) -> None:
    answer = edit(client, TITLE).json()
    expected = ISSUE.replace("title: The bridge opens", "title: The bridge is here")
    assert project_folder.issue_file.read_text(encoding="utf-8") == expected == answer["document"]["text"]
    assert (project_folder.issue_file.parent / "issue.fr.yaml").read_text(encoding="utf-8") == FRENCH


def test_several_edits_are_made_together_or_not_at_all(client: TestClient, project_folder: ProjectFolder) -> None:
    answer = edit(client, TITLE, {"edit": "remove", "path": ["blocks", 7]})
    assert answer.status_code == 422
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE


def test_an_edit_of_what_an_editor_has_changed_too_is_not_made_and_the_file_is_told(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    version = opened(client)["document"]["version"]
    project_folder.edit("title: The bridge opens", "title: The bridge is open")
    answer = edit(client, {**TITLE, "path": ["subject"]}, TITLE, version=version)
    assert answer.status_code == 409
    assert "The bridge is open" in answer.json()["document"]["text"]
    assert "The bridge is here" not in project_folder.issue_file.read_text(encoding="utf-8")


def test_what_an_editor_has_changed_elsewhere_in_the_file_is_kept(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    version = opened(client)["document"]["version"]
    project_folder.edit("A bridge at night", "A bridge at noon  # by day")
    assert edit(client, TITLE, version=version).status_code == 200
    both = ISSUE.replace("A bridge at night", "A bridge at noon  # by day")
    both = both.replace("title: The bridge opens", "title: The bridge is here")
    assert project_folder.issue_file.read_text(encoding="utf-8") == both
    assert post(client, "undo").status_code == 200
    assert project_folder.issue_file.read_text(encoding="utf-8") == both.replace("is here", "opens")


def test_what_is_typed_at_once_is_undone_at_once_and_made_again(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    for text in ("T", "Th", "The"):
        edit(client, {**TITLE, "value": text}, gesture="1", words="typing")
    told = edit(client, {**TITLE, "value": "Other"}, gesture="2", words="typing more").json()
    assert told["history"] == {"undo": "typing more", "redo": None, "undo_move": None, "redo_move": None}
    assert post(client, "undo").json()["document"]["values"]["title"] == "The"
    undone = post(client, "undo").json()
    assert undone["document"]["text"] == ISSUE == project_folder.issue_file.read_text(encoding="utf-8")
    assert undone["history"] == {"undo": None, "redo": "typing", "undo_move": None, "redo_move": None}
    assert post(client, "undo").status_code == 422
    post(client, "redo")
    assert post(client, "redo").json()["document"]["values"]["title"] == "Other"


def test_what_is_asked_for_again_because_nobody_answered_is_done_once(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    version = opened(client)["document"]["version"]
    copy = {"edit": "duplicate", "path": ["blocks", 0]}
    for _ in range(2):
        told = edit(client, copy, version=version, once="first copy").json()
        assert [block["kind"] for block in told["document"]["blocks"]] == ["text", "text", "image"]
    refused = {"edit": "remove", "path": ["blocks", 9]}
    assert [edit(client, refused, once="refused").status_code for _ in range(2)] == [422, 422]
    edit(client, copy, once="second copy")
    for _ in range(2):
        told = post(client, "undo", once="one step back").json()
        assert len(told["document"]["blocks"]) == 3
    for _ in range(2):
        told = post(client, "redo", once="one step on").json()
        assert len(told["document"]["blocks"]) == 4
    assert project_folder.issue_file.read_text(encoding="utf-8") == told["document"]["text"]


def test_what_is_settled_again_because_nobody_answered_settles_nothing_newer(
    client: TestClient, project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = iter(["The bridge is open", "The bridge is closed"])

    def saved_in_this_very_moment(*_: object) -> Callable[[], None]:
        """An editor saves when the studio has looked at the file, and not written it yet."""
        project_folder.edit(f"title: {title()}", f"title: {next(saves)}")
        return lambda: None

    def title() -> str:
        return project_folder.issue_file.read_text(encoding="utf-8").partition("title: ")[2].partition("\n")[0]

    def typed(words: str) -> list[Any]:
        version = opened(client)["document"]["version"]
        with monkeypatch.context() as patch:
            patch.setattr(desk, "seen_translations", saved_in_this_very_moment)
            told: list[Any] = edit(client, {**TITLE, "value": words}, version=version).json()["conflicts"]
        return told

    assert len(typed("The bridge is here")) == 1
    assert post(client, "settle", side="mine", once="mine").json()["conflicts"] == []
    assert title() == "The bridge is here"
    assert len(typed("The bridge is ours")) == 1
    assert len(post(client, "settle", side="mine", once="mine").json()["conflicts"]) == 1
    assert title() == "The bridge is closed"
    assert post(client, "settle", side="mine", once="mine again").json()["conflicts"] == []
    assert title() == "The bridge is ours"


def test_a_step_in_a_translation_is_undone_while_another_file_is_seen(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    edit(client, {**TITLE, "value": "Le voici"}, language="fr")
    assert post(client, "undo").json()["document"]["name"] == "issue.yaml"
    assert (project_folder.issue_file.parent / "issue.fr.yaml").read_text(encoding="utf-8") == FRENCH


def test_a_file_keeps_its_permissions_and_nothing_is_left_beside_it(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    project_folder.issue_file.chmod(0o640)
    before = sorted(os.listdir(project_folder.issue_file.parent))
    assert edit(client, TITLE).status_code == 200
    assert stat.S_IMODE(project_folder.issue_file.stat().st_mode) == 0o640
    assert sorted(os.listdir(project_folder.issue_file.parent)) == before


def test_no_file_outside_the_project_is_opened_or_written(
    client: TestClient, project_folder: ProjectFolder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    secret = outside / "issue.yaml"
    secret.write_text("subject: not yours\n", encoding="utf-8")
    (project_folder.issues / "linked").symlink_to(outside)
    french = project_folder.issue_file.parent / "issue.fr.yaml"
    french.unlink()
    french.symlink_to(secret)
    for path in (
        "/api/issues/linked/document",
        f"/api/issues/{SLUG}/document?language=fr",
        "/api/issues/../document",
        "/api/issues/%2e%2e/document",
        f"/api/issues/..%2f{SLUG}/document",
        f"/api/issues/{outside.as_posix().replace('/', '%2f')}/document",
        "/api/issues/./document",
    ):
        answer = client.get(path)
        assert answer.status_code in (403, 404, 422), path
        assert "not yours" not in answer.text
    for slug, language in (("linked", ""), (SLUG, "fr")):
        wanted = {"language": language, "version": "", "edits": [{"edit": "text", "text": "x"}]}
        assert client.post(f"/api/issues/{slug}/edit", json=wanted, headers=TOKEN).status_code in (404, 422)
    assert secret.read_text(encoding="utf-8") == "subject: not yours\n"


def test_a_change_needs_the_pages_token(client: TestClient, project_folder: ProjectFolder) -> None:
    wanted = {"language": "en", "version": opened(client)["document"]["version"], "edits": [TITLE]}
    for headers in (
        {},
        {"Origin": OURS},
        {**TOKEN, "Origin": "http://127.0.0.1:9999"},
        {**TOKEN, "Sec-Fetch-Site": "same-site"},
    ):
        assert client.post(f"/api/issues/{SLUG}/edit", json=wanted, headers=headers).status_code == 403
    # A form of another page can send text that happens to be JSON, but no header.
    assert client.post(f"/api/issues/{SLUG}/edit", content=json.dumps(wanted)).status_code == 403
    assert client.get(f"/api/issues/{SLUG}/edit").status_code == 405
    assert project_folder.issue_file.read_text(encoding="utf-8") == ISSUE


def test_a_folder_that_refuses_is_told_and_the_file_stays(client: TestClient, project_folder: ProjectFolder) -> None:
    version = opened(client)["document"]["version"]
    shutil.rmtree(project_folder.issue_file.parent)
    answer = edit(client, TITLE, version=version)
    assert answer.status_code == 404
    assert SLUG in answer.json()["detail"]


def test_no_wish_is_a_fault_of_ours(client: TestClient, project_folder: ProjectFolder) -> None:
    kinds = ("set", "remove", "add", "move", "duplicate", "text", "x")
    keys = ["blocks", "title", "picture", 0, 1, 2, -1, "x"]
    others: list[Any] = [None, True, -1, 0, 1, 10**30, 0.5, [], {}, ["blocks"], {"block": "text"}, [[[[]]]]]
    odd = [*ODD[:12], *others]
    for number, rng in cases(150, "studio wishes"):
        wish: Any = {
            "edit": rng.choice(kinds),
            **{name: rng.choice(odd) for name in ("path", "value", "to", "index", "text") if rng.random() < 0.6},
        }
        if rng.random() < 0.5:
            wish["path"] = [rng.choice(keys) for _ in range(rng.randrange(5))]
        if rng.random() < 0.1:
            wish = rng.choice(odd)
        version = opened(client)["document"]["version"]
        wanted = {"language": rng.choice(["en", "fr", "x", ""]), "version": version, "edits": [wish]}
        body = json.dumps(wanted).encode("utf-8", "surrogatepass")
        answer = client.post(
            f"/api/issues/{SLUG}/edit", content=body, headers={**TOKEN, "Content-Type": "application/json"}
        )
        assert answer.status_code < 500, (number, wanted)
    assert opened(client)["document"]["name"] == "issue.yaml"
