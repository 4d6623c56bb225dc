"""The addresses of the studio: what they answer, and to whom."""

from __future__ import annotations

import base64
import email
import hashlib
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from composer.compose import build_language
from composer.edition.model import Edition
from composer.issue import Issue
from composer.studio import page
from composer.studio import previews as previews_module
from composer.studio.app import create_studio
from tests.support.hanging import wait_until
from tests.support.projects import SESSION, SLUG, ProjectFolder, png
from tests.support.studio_client import OURS

pytestmark = pytest.mark.usefixtures("built_page")


def test_the_project_lists_its_issues(client: TestClient) -> None:
    project = client.get("/api/project").json()
    assert project["newsletter"] == "The Harbour Letter"
    assert [(issue["slug"], issue["languages"]) for issue in project["issues"]] == [(SLUG, ["en", "fr"])]


def test_the_first_mail_waits_for_no_database_no_checks_and_no_room_beside_it(project_folder: ProjectFolder) -> None:
    script = (
        "import sys, composer.studio.app, composer.web.serving\n"
        "print(*sys.modules)\n"
        "from composer.studio.frames import ROUTES\n"
        "from composer.studio.previews import IssuePreviews\n"
        "from pathlib import Path\n"
        "from composer.project import Project\n"
        "previews = IssuePreviews(Project(Path('issues')))\n"
        f"print(previews.unchecked('{SLUG}', '').editions['en'].subject)\n"
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=project_folder.root
    )
    for_the_page, *_, loaded = [{*line.split()} for line in run.stdout.splitlines()]
    assert "uvicorn" in for_the_page
    assert not {"composer.edition", "composer.compose", "pydantic"} & for_the_page
    assert "premailer" in loaded
    for unneeded in ("sqlalchemy", "fastapi", "requests", "composer.checks.run", "composer.checks.proof"):
        assert unneeded not in loaded
    assert not {"composer.studio.sending", "composer.studio.writing", "composer.importer"} & loaded


@pytest.mark.parametrize("first", ["", SLUG])
def test_the_first_mail_is_composed_before_it_is_asked_for(
    project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    built: list[str] = []

    def noted(folder: Path, *, language: str, templates: Sequence[Path]) -> tuple[Issue, Edition] | None:
        built.append(folder.name)
        return build_language(folder, language=language, templates=templates)

    monkeypatch.setattr(previews_module, "build_language", noted)
    app = create_studio(project_folder.project, run="test", session=SESSION, first=first)
    with TestClient(app, base_url=OURS) as client:
        wait_until(lambda: built == [SLUG])
        client.cookies.set(SESSION.cookie_name, SESSION.new_cookie())
        assert client.get(f"/api/issues/{SLUG}?soon=true").json()["digest"]
    assert built == [SLUG]


def test_the_browser_keeps_what_is_named_by_its_content_and_asks_again_for_the_rest(client: TestClient) -> None:
    asked = set(re.findall(r"/static/[\w.-]+", client.get("/").text))
    asked |= {f"/static/{part}" for part in re.findall(r"part-\w+\.js", client.get("/static/studio.js").text)}
    kept = {re.sub("-[0-9A-Z]{8}", "", name): client.get(name).headers["cache-control"] for name in asked}
    for_ever = "max-age=31536000, immutable"
    assert kept == {
        "/static/icons.svg": for_ever,
        "/static/icon.svg": for_ever,
        "/static/part.js": for_ever,
        "/static/studio.js": "no-cache",
        "/static/studio.css": "no-cache",
    }


def test_icons_have_another_name_when_they_are_drawn_anew(client: TestClient) -> None:
    name = next(page.STATIC.glob("icons-*.svg"))
    digest = base64.b32encode(hashlib.sha256(name.read_bytes()).digest()).decode()[:8]
    assert name.name == f"icons-{digest}.svg"
    assert f"/static/{name.name}#" in "".join(part.read_text(encoding="utf-8") for part in page.STATIC.glob("*.js"))
    assert f'"/static/{name.name}#' in client.get("/").text


def test_the_page_names_the_parts_that_its_script_imports_so_that_none_waits_for_another(client: TestClient) -> None:
    named = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', client.get("/").text)
    needed, waiting = set[str](), ["studio.js"]
    while waiting:
        script = client.get(f"/static/{waiting.pop()}").text
        found = {*re.findall(r'\b(?:from|import)\s*"\./([^"]+)"', script)} - needed
        waiting += found
        needed |= found
    assert needed
    assert sorted(named) == sorted(needed)


def test_an_issue_that_is_not_there_keeps_no_studio_from_starting(project_folder: ProjectFolder) -> None:
    app = create_studio(project_folder.project, run="test", session=SESSION, first="2026-12-harbor")
    with TestClient(app, base_url=OURS) as client:
        client.cookies.set(SESSION.cookie_name, SESSION.new_cookie())
        assert client.get("/api/project").status_code == 200


def test_an_issue_is_told_with_its_inbox_line_weight_and_findings(client: TestClient) -> None:
    report = client.get(f"/api/issues/{SLUG}").json()
    assert report["language"] == "en"
    assert report["inbox"]["subject"] == "News for Ana"
    assert report["inbox"]["preheader"] == "A bridge opens, and a market moves."
    assert 0 < report["weight"]["html"] < report["weight"]["clip"] == 102_400
    assert report["weight"]["picture_count"] == 1
    assert [field["name"] for field in report["fields"]] == ["email", "first_name", "last_name", "language", "city"]


def test_only_pictures_that_the_mail_shows_are_counted(client: TestClient, project_folder: ProjectFolder) -> None:
    """A portrait is cut to a small square for the mail; the whole of it is for the printable page."""
    (project_folder.issue_file.parent / "ada.png").write_bytes(png(80, 120))
    quote = "  - block: quote\n    body: It was time.\n    person: Ada\n    picture: {file: ada.png, alt: Ada}\n"
    project_folder.issue_file.write_text(project_folder.issue_file.read_text(encoding="utf-8") + quote)
    weight = client.get(f"/api/issues/{SLUG}").json()["weight"]
    assert weight["picture_count"] == 2
    assert 0 < weight["pictures"] < 2_000


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("reader=full", "News for Ana"),
        ("reader=nameless", "News for you"),
        ("reader=nobody-we-know", "News for Ana"),
        ("reader=full&v.first_name=", "News for you"),
        ("reader=nameless&v.first_name=Zo%C3%AB", "News for Zoë"),
    ],
)
def test_both_branches_of_a_merge_field_can_be_seen(client: TestClient, query: str, subject: str) -> None:
    assert client.get(f"/api/issues/{SLUG}?{query}").json()["inbox"]["subject"] == subject


def test_every_subject_of_a_test_is_told_as_its_reader_gets_it(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    assert client.get(f"/api/issues/{SLUG}").json()["inbox"]["subjects"] == ["News for Ana"]
    test = 'subject_test: {subjects: ["{{ subscriber.first_name }}, a bridge opens"], sample: 20%}'
    project_folder.edit("preheader:", f"{test}\npreheader:")
    subjects = client.get(f"/api/issues/{SLUG}").json()["inbox"]["subjects"]
    assert subjects == ["News for Ana", "Ana, a bridge opens"]
    for subject, words in (("A", "News for Ana"), ("B", "Ana, a bridge opens"), ("C", "News for Ana")):
        message = client.get(f"/show/{SLUG}/en/message.eml?subject={subject}").text
        assert f"Subject: {words}" in message


def test_a_finding_brings_the_authors_line_and_a_caret(client: TestClient, project_folder: ProjectFolder) -> None:
    project_folder.edit("subject:", "subjct:")
    finding = next(
        finding for finding in client.get(f"/api/issues/{SLUG}").json()["findings"] if "subjct" in finding["message"]
    )
    assert finding["blocking"]
    assert finding["file"] == f"issues/{SLUG}/issue.yaml"
    here = next(line for line in finding["excerpt"] if line["caret"])
    assert (here["number"], here["caret"]) == (1, 1)
    assert here["text"].startswith("subjct:")


def test_after_a_mistake_the_last_good_mail_is_still_shown(client: TestClient, project_folder: ProjectFolder) -> None:
    good = client.get(f"/show/{SLUG}/en/mail").text
    project_folder.edit("subject:", "subjct:")
    assert client.get(f"/api/issues/{SLUG}").json()["stale"]
    assert client.get(f"/show/{SLUG}/en/mail").text == good


def test_the_mail_in_every_form(client: TestClient) -> None:
    mail, text = client.get(f"/show/{SLUG}/en/mail"), client.get(f"/show/{SLUG}/en/text")
    assert "Dear Ana, the bridge opens." in mail.text
    assert "Dear Ana, the bridge opens." in text.text
    assert text.headers["content-type"].startswith("text/plain")
    source = client.get(f"/show/{SLUG}/en/source")
    assert source.headers["content-type"].startswith("text/plain")
    assert '<base target="_blank">' not in source.text
    assert "the bridge opens" in client.get(f"/show/{SLUG}/en/print").text
    message = client.get(f"/show/{SLUG}/fr/message.eml?reader=nameless")
    assert email.message_from_bytes(message.content)["To"] == "reader@example.org"


def test_pictures_are_served_with_their_type_and_remembered_by_their_content(client: TestClient) -> None:
    answer = client.get(f"/pictures/{SLUG}/en/bridge.png")
    assert answer.headers["content-type"] == "image/png"
    again = client.get(f"/pictures/{SLUG}/en/bridge.png", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.get(f"/pictures/{SLUG}/en/../issue.yaml").status_code == 404
    assert client.get(f"/pictures/{SLUG}/en/%2e%2e/issue.yaml").status_code == 404


def test_what_is_not_there_is_told_in_words(client: TestClient) -> None:
    answer = client.get("/api/issues/2026-12-harbor")
    assert answer.status_code == 404
    assert SLUG in answer.json()["detail"]


@pytest.mark.parametrize("slug", ["%2e%2e", "beside", "issue.yaml", "x" * 3000, "%00"])
def test_what_is_no_issue_of_the_project_is_not_there(
    client: TestClient, project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    monkeypatch.chdir(project_folder.root)
    for folder in (project_folder.root, project_folder.root / "beside"):
        folder.mkdir(exist_ok=True)
        (folder / "issue.yaml").write_bytes(project_folder.issue_file.read_bytes())
    for path in (f"/api/issues/{slug}", f"/show/{slug}/en/mail", f"/api/issues/{slug}/document"):
        assert client.get(path).status_code == 404, path


def test_a_samples_own_links_do_nothing(client: TestClient) -> None:
    assert "nothing happens" in client.get("/link/unsubscribe").text
    assert "il ne se passe rien" in client.get("/link/unsubscribe", headers={"Accept-Language": "fr-CH, en"}).text
    assert client.get("/link/elsewhere").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8027", ""])
@pytest.mark.parametrize("path", ["/", "/api/project", f"/show/{SLUG}/en/mail", "/events", "/static/studio.js"])
def test_a_foreign_name_gets_no_answer(client: TestClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 403


def test_a_foreign_page_gets_no_answer(client: TestClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:9999"}):
        assert client.get("/api/project", headers=headers).status_code == 403
    assert client.get("/api/project", headers={"Origin": OURS}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/project", f"/show/{SLUG}/en/mail", f"/pictures/{SLUG}/en/bridge.png"])
def test_no_answer_may_be_embedded_read_or_guessed_at_by_others(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers
    assert "default-src 'none'" in headers["content-security-policy"]


def test_nothing_can_be_changed_without_the_token_of_the_page(client: TestClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/", "/api/project", f"/api/issues/{SLUG}", f"/show/{SLUG}/en/mail"):
            assert client.request(method, path, headers={"Origin": OURS}).status_code == 403
            known = {"Origin": OURS, "X-Studio-Token": _token(client)}
            assert client.request(method, path, headers=known).status_code == 405


def _token(client: TestClient) -> str:
    found = re.search(r'name="studio-token" content="(\w+)"', client.get("/").text)
    assert found is not None
    return found[1]
