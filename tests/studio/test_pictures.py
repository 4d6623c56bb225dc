"""Pictures come into an issue through the studio: judged, stored beside it, and shown from there only."""

from __future__ import annotations

import io
import os

from PIL import Image
from starlette.testclient import TestClient

from composer.studio.pictures import PICTURES_PATH
from composer.writing.pictures import MAX_BYTES
from tests.support.projects import SLUG, ProjectFolder
from tests.support.studio_client import OURS, TOKEN


def picture(kind: str = "PNG", *, width: int = 60, height: int = 40) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), (30, 90, 160)).save(made, kind)
    return made.getvalue()


def asked(name: str, issue: str = SLUG) -> dict[str, str]:
    return {"issue": issue, "name": name}


def test_a_picture_is_stored_beside_the_issue_and_shown_from_there(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    content = picture("WEBP")
    answer = client.post(PICTURES_PATH, params=asked("Été à Nice (2).webp"), content=content, headers=TOKEN)
    assert answer.json() == {"name": "ete-a-nice-2.jpg", "width": 60, "height": 40}
    assert (project_folder.issue_file.parent / "ete-a-nice-2.jpg").is_file()
    shown = client.get(f"{PICTURES_PATH}/file", params=asked("ete-a-nice-2.jpg"))
    assert shown.headers["content-type"] == "image/jpeg"
    assert "sandbox" in shown.headers["content-security-policy"]
    names = [one["name"] for one in client.get(PICTURES_PATH, params={"issue": SLUG}).json()]
    assert names == ["bridge.png", "ete-a-nice-2.jpg"]


def test_what_is_no_picture_is_refused_in_words_and_leaves_nothing(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    before = sorted(os.listdir(project_folder.issue_file.parent))
    for content in (b"", b"<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n broken", b"%PDF-1.7"):
        answer = client.post(PICTURES_PATH, params=asked("x.png"), content=content, headers=TOKEN)
        assert answer.status_code == 422, content
        assert answer.json()["detail"]
    assert sorted(os.listdir(project_folder.issue_file.parent)) == before


def test_a_picture_may_be_larger_than_other_changes_but_has_a_limit_of_its_own(client: TestClient) -> None:
    large = picture("BMP", width=2000, height=1500)  # 9 MB, and not of a kind that is taken
    answer = client.post(PICTURES_PATH, params=asked("x.bmp"), content=large, headers=TOKEN)
    assert answer.status_code == 422
    assert "use PNG" in answer.json()["detail"]
    answer = client.post(PICTURES_PATH, params=asked("x.png"), content=b"\0" * (MAX_BYTES + 1), headers=TOKEN)
    assert answer.status_code == 422
    assert "40 MB" in answer.json()["detail"]


def test_nothing_outside_the_issue_is_shown_or_written(client: TestClient, project_folder: ProjectFolder) -> None:
    folder = project_folder.issue_file.parent
    outside = project_folder.issues / "secret.png"
    outside.write_bytes(picture())
    (folder / "link.png").symlink_to(outside)
    (folder / "notes.png").write_text("not a picture", encoding="utf-8")
    for name in ("../secret.png", str(outside), "link.png", "notes.png", "issue.yaml", "a\0b.png", "none.png", ""):
        assert client.get(f"{PICTURES_PATH}/file", params=asked(name)).status_code == 404, name
    assert [one["name"] for one in client.get(PICTURES_PATH, params={"issue": SLUG}).json()] == ["bridge.png"]
    for issue in ("..", "", "none", "../x"):
        answer = client.post(PICTURES_PATH, params=asked("x.png", issue), content=picture(), headers=TOKEN)
        assert answer.status_code == 404
    stored = client.post(PICTURES_PATH, params=asked("../../x.png"), content=picture(), headers=TOKEN).json()
    assert (folder / stored["name"]).is_file()


def test_another_page_cannot_put_a_picture_in(client: TestClient, project_folder: ProjectFolder) -> None:
    before = sorted(os.listdir(project_folder.issue_file.parent))
    for headers in ({}, {"Origin": OURS}, {**TOKEN, "Origin": "http://example.org"}):
        answer = client.post(PICTURES_PATH, params=asked("x.png"), content=picture(), headers=headers)
        assert answer.status_code == 403
    assert sorted(os.listdir(project_folder.issue_file.parent)) == before
