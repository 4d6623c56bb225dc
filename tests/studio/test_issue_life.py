"""Issues begin, and go out of the way, by the studio's addresses."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from composer.project import Project
from tests.support.projects import NEWSLETTER, SLUG, ProjectFolder, png
from tests.support.studio_client import TOKEN, studio_client

DAY = "2027-01-15"


def _client(project: Project) -> TestClient:
    client = studio_client(project)
    client.headers.update(TOKEN)
    return client


@pytest.fixture
def client(client: TestClient) -> TestClient:
    """A page that changes things."""
    client.headers.update(TOKEN)
    return client


def _slugs(client: TestClient) -> list[str]:
    return [issue["slug"] for issue in client.get("/api/project").json()["issues"]]


def _file(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "base64": base64.b64encode(data).decode()}


def test_an_empty_folder_becomes_a_project_with_a_first_issue_that_can_be_shown(tmp_path: Path) -> None:
    project = Project.at(tmp_path / "issues", tmp_path / "templates")
    asked = {
        "name": "The Quay",
        "sender": "letter@example.org",
        "address": "1 Quay Street",
        "languages": ["fr", "en"],
        "theme": "poster",
    }
    with _client(project) as client:
        assert client.get("/api/project").json()["started"] is False
        slug = client.post("/api/begin/project", json=asked).json()["slug"]
        report = client.get(f"/api/issues/{slug}").json()
        assert (report["language"], report["inbox"]["sender"]) == ("fr", "The Quay")
        again = client.post("/api/begin/project", json=asked)
    assert again.status_code == 422
    assert "already" in again.json()["detail"]
    written = (tmp_path / "issues" / "newsletter.yaml").read_text(encoding="utf-8")
    assert "languages: [fr, en]" in written
    assert "name: poster" in written
    assert "NEWSLETTER_SECRET_KEY=" in (tmp_path / ".env").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"sender": "not an address"}, "address"), ({"languages": ["no code"]}, "code"), ({"theme": "postr"}, "poster")],
)
def test_what_cannot_be_of_a_publication_is_told_and_nothing_is_written(
    tmp_path: Path, wrong: dict[str, object], words: str
) -> None:
    with _client(Project.at(tmp_path / "issues", tmp_path / "templates")) as client:
        answer = client.post("/api/begin/project", json={"name": "The Quay", **wrong})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("link", ["issues", "templates", "issues/newsletter.yaml"])
@pytest.mark.parametrize("is_there", [True, False])
def test_nothing_is_begun_by_way_of_a_link_out_of_the_folder(tmp_path: Path, link: str, is_there: bool) -> None:
    root, elsewhere = tmp_path / "quay", tmp_path / "elsewhere"
    (root / link).parent.mkdir(parents=True)
    if is_there:
        (elsewhere / "there").mkdir(parents=True)
    (root / link).symlink_to(elsewhere / "there")
    before = set(tmp_path.rglob("*"))
    with _client(Project.at(root / "issues", root / "templates")) as client:
        answer = client.post("/api/begin/project", json={"name": "The Quay"})
    assert answer.status_code == 422
    assert "link to something outside" in answer.json()["detail"] or "already" in answer.json()["detail"]
    assert set(tmp_path.rglob("*")) == before


def test_the_next_issue_has_the_frame_of_the_last_one_its_day_and_number(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    asked = {"source": "last", "title": "Ice on the Quay", "date": DAY, "number": 12}
    slug = client.post("/api/begin/issue", json=asked).json()["slug"]
    assert slug == "2027-01-ice-on-the-quay"
    text = (project_folder.issues / slug / "issue.yaml").read_text(encoding="utf-8")
    assert f"date: {DAY}" in text
    assert "number: 12" in text
    assert [f'{key}: "Ice on the Quay"\n' in text for key in ("subject", "title")] == [True, True]
    untitled = client.post("/api/begin/issue", json={**asked, "title": ""}).json()["slug"]
    assert "TODO: subject" in (project_folder.issues / untitled / "issue.yaml").read_text(encoding="utf-8")
    assert "The bridge opens" not in text
    assert (project_folder.issues / slug / "issue.fr.yaml").is_file()
    assert client.get("/api/begin").json()["number"] == 13
    special = {**asked, "title": "Extra", "date": "2027-09-01", "number": 3}
    assert client.post("/api/begin/issue", json=special).status_code == 200
    assert client.get("/api/begin").json()["number"] == 13, "the latest issue need not have the highest number"
    assert client.post("/api/begin/issue", json={**asked, "like": SLUG}).json()["slug"] == f"{slug}-2"


def test_issues_that_begin_at_once_with_one_title_get_a_name_each(client: TestClient) -> None:
    asked = {"source": "words", "title": "Ice", "date": DAY}
    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(lambda _: client.post("/api/begin/issue", json=asked), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["slug"] for answer in answers}) == 4


@pytest.mark.parametrize("source", ["words", "sample"])
def test_an_issue_begins_with_a_few_words_or_the_sample(client: TestClient, source: str) -> None:
    slug = client.post("/api/begin/issue", json={"source": source, "title": "Ice", "date": DAY}).json()["slug"]
    report = client.get(f"/api/issues/{slug}").json()
    assert report["digest"]
    assert _slugs(client)[0] == slug


def test_an_import_says_what_it_takes_and_leaves_out_before_anything_is_written(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    html = (
        b"<html><body><h1>News</h1><h2>One</h2><p>Words of the first story, long enough.</p><img src='a/quay.png' "
        b"alt='The quay'><h2>Two</h2><p>Words of the second.</p><img src='https://example.org/x.png' alt='x'>"
        b"</body></html>"
    )
    files = [_file("spring.html", html), _file("a/quay.png", png(60, 40)), _file("../../evil.png", png(6, 4))]
    files += [_file("a", b"no folder"), _file("evil.png/below.png", png(6, 4))]
    report = client.post("/api/begin/read", json={"files": files}).json()
    assert report["pictures"] == ["quay.png"]
    assert report["articles"] == 2
    assert any("not on this machine" in sentence for sentence in report["left_out"])
    assert _slugs(client) == [SLUG]
    begun = client.post("/api/begin/issue", json={"source": "import", "title": "Spring", "date": DAY, "files": files})
    folder = project_folder.issues / begun.json()["slug"]
    assert f"date: {DAY}" in (folder / "issue.md").read_text(encoding="utf-8")
    assert sorted(file.name for file in folder.iterdir()) == ["issue.md", "quay.png"]
    assert not list(project_folder.root.rglob("evil.png"))


def test_what_is_no_newsletter_is_refused_in_words(client: TestClient) -> None:
    pdf = client.post("/api/begin/read", json={"files": [_file("letter.pdf", b"%PDF-1.4")]})
    assert pdf.status_code == 422
    assert "a PDF" in pdf.json()["detail"]
    broken = client.post("/api/begin/read", json={"files": [{"name": "a.html", "base64": "%%%"}]})
    assert broken.status_code == 422


def test_an_issue_is_copied_renamed_archived_deleted_and_brought_back(client: TestClient) -> None:
    copy = client.post(f"/api/issues/{SLUG}/duplicate", json={"slug": ""}).json()["slug"]
    assert copy == f"{SLUG}-2"
    other = client.post(f"/api/issues/{copy}/rename", json={"slug": "2026-12-copy"}).json()["slug"]
    assert set(_slugs(client)) == {SLUG, other}
    archived = client.post(f"/api/issues/{SLUG}/archive").json()["name"]
    deleted = client.post(f"/api/issues/{other}/delete").json()["name"]
    assert _slugs(client) == []
    lists = client.get("/api/put-away").json()
    assert [line["slug"] for line in lists["archived"]] == [SLUG]
    assert [line["title"] for line in lists["deleted"]] == ["The bridge opens"]
    assert client.post(f"/api/put-away/trash/{deleted}/restore").json()["slug"] == other
    assert client.post(f"/api/put-away/trash/{archived}/restore").status_code == 422
    assert client.post(f"/api/put-away/archive/{archived}/restore").json()["slug"] == SLUG


@pytest.mark.parametrize("name", ["Winter News", "../out", "archive", "", "a" * 101, SLUG])
def test_a_name_that_cannot_be_is_told_in_words(client: TestClient, name: str) -> None:
    answer = client.post(f"/api/issues/{SLUG}/rename", json={"slug": name})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert _slugs(client) == [SLUG]


def test_five_hundred_issues_are_listed_and_the_next_begins_without_reading_them_all(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    for number in range(500):
        folder = project_folder.issues / f"2020-{number % 12 + 1:02}-letter-{number}"
        folder.mkdir()
        (folder / "issue.yaml").write_text(f"subject: Letter {number}\ndate: 2020-01-01\nblocks: [", encoding="utf-8")
    assert len(_slugs(client)) == 501
    begun = client.post("/api/begin/issue", json={"source": "last", "date": DAY})
    assert begun.status_code == 200, begun.text


def test_without_a_newsletter_no_issue_begins(tmp_path: Path) -> None:
    with _client(Project.at(tmp_path / "issues", tmp_path / "templates")) as client:
        answer = client.post("/api/begin/issue", json={"source": "words", "date": DAY})
    assert answer.status_code in (404, 422)
    assert NEWSLETTER not in answer.text
    assert not (tmp_path / "issues").exists()


def test_a_new_name_keeps_what_is_older_than_its_source(client: TestClient, project_folder: ProjectFolder) -> None:
    def states(slug: str) -> set[str]:
        told = client.post(f"/api/issues/{slug}/translations", json={"language": "fr"}).json()
        return {pair["state"] for row in told["rows"] for pair in row["pairs"]}

    opened = client.get(f"/api/issues/{SLUG}/document", params={"language": "en"}).json()["document"]
    assert "newer" not in states(SLUG)
    edit = {"edit": "set", "path": ["title"], "value": "The bridge is open"}
    asked = {"language": "en", "version": opened["version"], "edits": [edit]}
    assert client.post(f"/api/issues/{SLUG}/edit", json=asked).status_code == 200
    assert "newer" in states(SLUG)
    assert client.post(f"/api/issues/{SLUG}/rename", json={"slug": "2026-12-bridge"}).status_code == 200
    assert "newer" in states("2026-12-bridge")
    assert [file.name for file in (project_folder.issues / ".translated").iterdir()] == ["2026-12-bridge.json"]


def test_the_trash_is_emptied_of_what_was_seen_in_it_and_of_nothing_else(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    elsewhere = project_folder.root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "issue.yaml").write_text("subject: kept\n", encoding="utf-8")
    for _ in range(2):
        copy = client.post(f"/api/issues/{SLUG}/duplicate", json={"slug": ""}).json()["slug"]
        client.post(f"/api/issues/{copy}/delete")
    (project_folder.issues / ".trash" / "link").symlink_to(elsewhere)
    client.post(f"/api/issues/{SLUG}/archive")
    seen = [line["slug"] for line in client.get("/api/put-away").json()["deleted"]]
    assert len(seen) == 3
    unseen, *seen = sorted(seen)
    asked = {"names": [*seen, "../archive", SLUG, f"../archive/{SLUG}", ""]}
    assert client.post("/api/put-away/trash/empty", json=asked).json() == {"gone": 2}
    assert [line["slug"] for line in client.get("/api/put-away").json()["deleted"]] == [unseen]
    assert (project_folder.issues / "archive" / SLUG / "issue.yaml").is_file()
    assert (elsewhere / "issue.yaml").is_file()


def test_a_mail_that_was_saved_is_imported_with_its_pictures_subject_and_day(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@example.org", "Fwd: Frühling", "Tue, 31 Mar 2020 10:00:00 +0200"
    mail.set_content("Only words.")
    html = "<h1>Spring</h1><h2>One</h2><p>The first story of all of them.</p><img src='cid:quay@x' alt='The quay'>"
    mail.add_alternative(html, subtype="html")
    parts: list[EmailMessage] = mail.get_payload()  # type: ignore[assignment]
    parts[1].add_related(png(30, 20), "image", "png", cid="<quay@x>")
    mail.add_attachment(b"%PDF", "application", "pdf", filename="notes.pdf")
    files = [_file("spring.eml", bytes(mail))]
    report = client.post("/api/begin/read", json={"files": files}).json()
    assert (report["articles"], report["pictures"]) == (1, ["picture.png"])
    assert "a file that was attached: notes.pdf" in report["left_out"]
    begun = client.post("/api/begin/issue", json={"source": "import", "title": "Spring", "date": DAY, "files": files})
    text = (project_folder.issues / begun.json()["slug"] / "issue.md").read_text(encoding="utf-8")
    assert 'subject: "Frühling"' in text
    assert "The first story of all of them." in text
    alone = (
        b"From ana Tue Mar 31\r\nSubject: Words\r\nContent-Type: text/plain; charset=nobodys\r\n\r\n"
        b"# One\r\n\r\nHello all."
    )
    report = client.post("/api/begin/read", json={"files": [_file("words.eml", alone)]}).json()
    assert 'subject: "Words"' in report["text"]
    assert "Hello all." in report["text"]
    deep = b"MIME-Version: 1.0\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (number, number) for number in range(3000)
    )
    for broken in (b"Subject: Nothing\n", b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nx", deep):
        assert client.post("/api/begin/read", json={"files": [_file("x.eml", broken)]}).status_code in (200, 422)
