"""What of a mail is another than the one that a page shows, so that a key or a save is painted by one question."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, expect
from starlette.testclient import TestClient

from composer.studio.frames import changed_blocks
from tests.support.projects import SLUG, ProjectFolder, admit
from tests.support.studio_client import TOKEN

BODY = {"edit": "set", "path": ["blocks", 0, "body"], "value": "Dear all, the bridge is open.\n"}


def _told(client: TestClient, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/api/issues/{SLUG}", params={"soon": "true", **query}).json()
    return answer


def _edit(client: TestClient, edit: dict[str, Any], **query: str) -> list[dict[str, Any]]:
    """Make an edit; gives the lines of the answer."""
    version = client.get(f"/api/issues/{SLUG}/document?language=en").json()["document"]["version"]
    wanted = {"language": "en", "version": version, "edits": [edit]}
    answer = client.post(f"/api/issues/{SLUG}/edit", params=query, json=wanted, headers=TOKEN)
    assert answer.status_code == 200
    assert answer.text.startswith('{"document":')
    return [json.loads(line) for line in answer.text.splitlines()]


def test_only_what_differs_in_blocks_is_told() -> None:
    before = "<p>a</p><!--block 0--><b>one</b><!--end of block 0--><!--block 12-->two<!--end of block 12-->"
    assert changed_blocks(before, before) == {}
    assert changed_blocks(before, before.replace("two", "three")) == {12: "three"}
    assert changed_blocks(before, before.replace("<p>", "<p class=x>")) is None
    assert changed_blocks(before, before + "<!--block 13-->new<!--end of block 13-->") is None
    assert changed_blocks("no blocks", "no blocks") is None


@pytest.mark.parametrize("look", [{}, {"scheme": "dark"}, {"styles": "false", "scheme": "forced"}])
def test_the_answer_to_a_change_has_the_blocks_of_the_mail_that_it_changed(
    client: TestClient, look: dict[str, str]
) -> None:
    shown = _told(client)["digest"]
    _, report = _edit(client, BODY, shown=shown, soon="true", language="en", reader="nameless", **look)
    assert report["reader"]["key"] == "nameless"
    assert report["checking"]
    assert report["repaint"].keys() == {"0"}
    mail = client.get(f"/show/{SLUG}/en/mail", params={"reader": "nameless", **look}).text
    assert f"<!--block 0-->{report['repaint']['0']}<!--end of block 0-->" in mail
    assert "the bridge is open." in report["repaint"]["0"]


def test_a_frame_has_the_edition_that_the_page_was_told_of(client: TestClient, project_folder: ProjectFolder) -> None:
    digest = client.get(f"/api/issues/{SLUG}").json()["digest"]
    project_folder.edit("the bridge opens.", "the bridge closes.")
    assert client.get(f"/api/issues/{SLUG}").json()["digest"] != digest
    for form in ("mail", "text", "source", "print"):
        told = client.get(f"/show/{SLUG}/en/{form}", params={"digest": f"{digest} The subject"})
        assert "the bridge opens." in told.text
        for other in ("", "unknown", digest[:-1]):
            assert "the bridge closes." in client.get(f"/show/{SLUG}/en/{form}", params={"digest": other}).text
    assert "le pont ouvre" in client.get(f"/show/{SLUG}/fr/mail", params={"digest": digest}).text


def test_a_save_by_an_editor_is_told_in_the_same_way(client: TestClient, project_folder: ProjectFolder) -> None:
    shown = _told(client)["digest"]
    project_folder.edit("the bridge opens.", "the bridge is open.")
    assert _told(client, shown=shown)["repaint"].keys() == {"0"}


def test_a_page_that_shows_something_else_asks_for_the_mail(client: TestClient) -> None:
    assert len(_edit(client, BODY)) == 1
    shown = _told(client)["digest"]
    assert _told(client, shown="0" * 64)["repaint"] is None
    assert _told(client, shown=shown, language="fr")["repaint"] is None
    assert _told(client, shown=shown, scheme="purple")["repaint"] is None
    subject = {"edit": "set", "path": ["subject"], "value": "It stands beside the mail"}
    _, report = _edit(client, subject, shown=shown, soon="true")
    assert report["repaint"] == {}
    title = {"edit": "set", "path": ["title"], "value": "It stands in the head of the mail"}
    assert _edit(client, title, shown=report["digest"], soon="true")[1]["repaint"] is None


def test_a_key_is_painted_by_its_own_answer_and_others_hear_of_it(
    browser: Browser, studio_url: str, project_folder: ProjectFolder
) -> None:
    """No second question, not even when the disk tells of the page's own save; the mail is what a new page shows."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    admit(context)
    page, other = context.new_page(), context.new_page()
    for one in (page, other):
        one.goto(studio_url)
        expect(_mail(one).get_by_text("the bridge opens.")).to_be_visible()
        expect(one.locator("#live")).to_have_text("Live")
    _mail(page).get_by_text("the bridge opens.").click()
    text = page.get_by_role("tabpanel").get_by_role("textbox", name="Text")
    expect(text).to_contain_text("the bridge opens.")
    asked: list[str] = []
    page.on("request", lambda request: _note(request, asked))
    text.press("Control+End")
    text.press("!")  # one key, because on a busy machine the second may be pressed before the first is painted
    expect(_mail(page).get_by_text("the bridge opens.!")).to_be_visible()
    expect(_mail(other).get_by_text("the bridge opens.!")).to_be_visible()
    typed = _html(page)
    _put(project_folder, "A bridge at night", "A bridge by day")
    expect(_mail(page).get_by_alt_text("A bridge by day")).to_be_visible()
    assert asked == ["told"]
    other.reload()
    expect(_mail(other).get_by_alt_text("A bridge by day")).to_be_visible()
    assert typed.replace("A bridge at night", "A bridge by day") == _html(other)
    context.close()


def _put(folder: ProjectFolder, old: str, new: str) -> None:
    """Save as editors do that put a file in the place of the old one: the disk tells of it once."""
    beside = folder.issue_file.with_name(".beside")
    beside.write_text(folder.issue_file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    beside.replace(folder.issue_file)


def _mail(page: Page) -> FrameLocator:
    return page.frame_locator(".frames iframe:not(.coming)")


def _html(page: Page) -> str:
    html: str = _mail(page).locator("html").evaluate("page => page.outerHTML")
    return html


def _note(request: Request, asked: list[str]) -> None:
    """Note the questions by which a page would learn of a mail, beside the answers to its own changes."""
    if re.search(r"/show/[^?]*/mail\?", request.url):
        asked.append("mail")
    elif "/api/issues/" in request.url and "soon=true" in request.url and request.method == "GET":
        asked.append("told")
