"""Two languages of an issue side by side in the studio."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from composer.issue.yaml.read import MAX_SIZE_BYTES
from composer.studio.app import create_studio
from composer.studio.translated import change_memory, translation_memory
from composer.writing.translating import Memory
from tests.support.hanging import HANGS_S, wait_until
from tests.support.projects import FRENCH, SESSION, SLUG, ProjectFolder, admit
from tests.support.studio_client import TOKEN
from tests.support.studio_page import HeldAnswers


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A page that changes things."""
    client.headers.update(TOKEN)
    return client


def _ask(client: TestClient, step: str = "", **more: Any) -> dict[str, Any]:
    answer = client.post(f"/api/issues/{SLUG}/translations{step}", json={"language": "fr", **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _states(told: dict[str, Any]) -> dict[str, str]:
    return {str(pair["there"]): pair["state"] for row in told["rows"] for pair in row["pairs"]}


def test_a_change_of_the_first_language_marks_its_translation_after_a_restart_too(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    edit = {"edit": "set", "path": ["preheader"], "value": "A ferry sails, and a market moves."}
    version = client.get(f"/api/issues/{SLUG}/document").json()["document"]["version"]
    asked = {"language": "en", "version": version, "edits": [edit]}
    assert client.post(f"/api/issues/{SLUG}/edit", json=asked).status_code == 200
    app = create_studio(project_folder.project, run="again", session=SESSION)
    with TestClient(app, base_url="http://127.0.0.1:8027", cookies=client.cookies, headers=client.headers) as again:
        states = _states(_ask(again))
        assert states["['preheader']"] == "newer"
        assert states["['title']"] == "translated"
        assert _states(_ask(again, "/confirm", path=["preheader"]))["['preheader']"] == "translated"


@pytest.mark.parametrize("why", ["changed elsewhere", "too long"])
def test_an_edit_that_is_refused_leaves_no_note_of_what_a_translation_was_made_from(
    client: TestClient, project_folder: ProjectFolder, why: str
) -> None:
    folder = project_folder.issues / SLUG
    version = client.get(f"/api/issues/{SLUG}/document").json()["document"]["version"]
    value = "A ferry sails."
    if why == "too long":
        value = "x" * MAX_SIZE_BYTES
    else:
        file = project_folder.issue_file
        file.write_text(re.sub("(?m)^preheader:.*$", "preheader: Written beside it.", file.read_text("utf-8")), "utf-8")
    edit = {"edit": "set", "path": ["preheader"], "value": value}
    answer = client.post(
        f"/api/issues/{SLUG}/edit", json={"language": "en", "version": version, "edits": [edit], "gesture": "typing"}
    )
    assert answer.status_code == (422 if why == "too long" else 409), answer.text[:200]
    assert translation_memory(folder) == {}
    now = client.get(f"/api/issues/{SLUG}/document").json()["document"]["version"]
    asked = {"language": "en", "version": now, "edits": [{**edit, "value": "A ferry."}], "gesture": "typing"}
    assert client.post(f"/api/issues/{SLUG}/edit", json=asked).status_code == 200
    assert translation_memory(folder) != {}, "the gesture is noted once it is made"


def test_a_new_language_begins_with_the_words_of_the_first(client: TestClient, project_folder: ProjectFolder) -> None:
    (project_folder.issues / SLUG / "issue.fr.yaml").unlink()
    told = _ask(client)
    assert (told["first"], told["languages"], told["file"], told["rows"]) == ("en", ["fr"], None, [])
    told = _ask(client, "/begin")
    assert told["file"] == "issue.fr.yaml"
    assert set(_states(told).values()) == {"missing"}
    assert "date:" not in (project_folder.issues / SLUG / "issue.fr.yaml").read_text(encoding="utf-8")
    again = client.post(f"/api/issues/{SLUG}/translations/begin", json={"language": "fr"})
    assert again.status_code == 422
    nowhere = client.post(f"/api/issues/{SLUG}/translations/add", json={"language": "fr", "index": 99})
    assert (nowhere.status_code, nowhere.json()["detail"][:24]) == (422, "there is no block 100 in")
    for wrong in ("../x", "en", "x" * 30):
        answer = client.post(f"/api/issues/{SLUG}/translations/begin", json={"language": wrong})
        assert answer.status_code == 422, wrong


def test_what_two_tabs_have_seen_of_two_languages_is_kept_of_both(project_folder: ProjectFolder) -> None:
    folder = project_folder.issues / SLUG
    is_changing, may_end = threading.Event(), threading.Event()

    def see_french(memory: Mapping[str, Memory]) -> Mapping[str, Memory]:
        is_changing.set()
        assert may_end.wait(HANGS_S)
        return {**memory, "fr": {"a": "b"}}

    french = threading.Thread(target=change_memory, args=[folder, see_french])
    german = threading.Thread(target=change_memory, args=[folder, lambda memory: {**memory, "de": {"c": "d"}}])
    french.start()
    assert is_changing.wait(HANGS_S)
    german.start()
    may_end.set()
    for thread in (french, german):
        thread.join()
    assert translation_memory(folder) == {"fr": {"a": "b"}, "de": {"c": "d"}}


def test_a_block_that_the_translation_lacks_is_added_to_it(client: TestClient, project_folder: ProjectFolder) -> None:
    french = project_folder.issues / SLUG / "issue.fr.yaml"
    french.write_text(FRENCH[: FRENCH.index("  - block: image")], encoding="utf-8")
    assert [row["here"] for row in _ask(client)["rows"]] == [None, 0, None]
    assert [row["here"] for row in _ask(client, "/add", index=1)["rows"]] == [None, 0, 1]
    assert "file: bridge.png" in french.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_told_with_its_line(client: TestClient, project_folder: ProjectFolder) -> None:
    project_folder.edit("preheader: A bridge", "preheader: [A bridge")
    told = _ask(client)
    assert told["rows"] == []
    assert told["trouble"].startswith("issue.yaml, line ")


@pytest.fixture
def page(browser: Browser, studio_url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    page = context.new_page()
    page.goto(studio_url)
    expect(page.frame_locator(".frames iframe:not(.coming)").get_by_text("Dear Ana")).to_be_visible()
    yield page
    context.close()


def test_a_translator_sees_what_is_older_and_writes_it_beside_its_source(
    page: Page, project_folder: ProjectFolder
) -> None:
    page.get_by_role("tab", name="Write").click()
    page.get_by_label("What inboxes show after the subject").fill("A ferry sails.")
    wait_until(lambda: "A ferry sails." in project_folder.issue_file.read_text(encoding="utf-8"))
    page.get_by_role("button", name="Translate").click()
    room = page.get_by_role("main", name="Translations")
    expect(room.get_by_text("1 text was changed in the source since")).to_be_visible()
    field = room.get_by_role("textbox", name="What inboxes show after the subject")
    expect(field).to_have_value("Un pont ouvre, un marché déménage.")
    field.fill("Un bac part.")
    expect(room.get_by_text("All texts are translated")).to_be_visible()
    french = project_folder.issues / SLUG / "issue.fr.yaml"
    wait_until(
        lambda: (
            french.read_text(encoding="utf-8")
            == FRENCH.replace("preheader: Un pont ouvre, un marché déménage.", "preheader: Un bac part.")
        )
    )
    room.get_by_role("button", name="Back to the mail").click()
    expect(page.locator(".frames iframe:not(.coming)")).to_be_visible()


def test_a_translation_that_is_begun_twice_at_once_is_begun_once(
    page: Page, studio_url: str, project_folder: ProjectFolder
) -> None:
    (project_folder.issues / SLUG / "issue.fr.yaml").unlink()
    page.goto(f"{studio_url}?issue={SLUG}&place=translations/fr")
    room = page.get_by_role("main", name="Translations")
    begin = room.get_by_role("button", name="Begin in French")
    expect(begin).to_be_visible()
    held = HeldAnswers(page)
    held.press_twice(begin, f"issues/{SLUG}/translations/begin")
    held.end()
    expect(room.locator(".text-pair").first).to_be_visible()
