"""What each of the readers' mail programs loses of the mail that is shown, and in whose blocks."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from tests.support.projects import LOSSY_BLOCK, SLUG, ProjectFolder


def programs(client: TestClient, **query: str) -> dict[str, dict[str, Any]]:
    told = client.get(f"/api/issues/{SLUG}/programs", params=query).json()
    return {each["program"]: each for each in told["programs"]}


def test_a_loss_is_told_of_the_programs_that_have_it_with_its_block(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    assert all(each["lost"] == [] for each in programs(client).values()), "a mail of ours loses nothing"
    project_folder.edit("  - block: image\n", f"{LOSSY_BLOCK}  - block: image\n")
    told = programs(client)
    assert next(iter(told)) == "apple_mail_ios", "the program of most readers comes first"
    (flex,) = [loss for loss in told["outlook_windows"]["lost"] if loss["title"] == "display:flex"]
    assert (flex["words"], flex["blocks"], flex["is_around"]) == ("display: flex", [1], False)
    assert flex["reason"].startswith("what stands side by side")
    assert flex["advice"]
    assert told["apple_mail_ios"]["lost"] == []
    doctype = next(loss for loss in told["outlook_windows"]["plainer"] if loss["title"] == "HTML5 doctype")
    assert (doctype["support"], doctype["blocks"], doctype["is_around"]) == ("no", [], True)
    assert doctype["notes"] == ["Not supported. The HTML5 doctype has no impact here."]
    assert not {loss["title"] for loss in told["outlook_windows"]["plainer"]} & {"display:flex"}
    assert programs(client, language="fr")["outlook_windows"]["plainer"]


def test_the_shares_are_the_newsletters_own_where_it_has_any(client: TestClient, project_folder: ProjectFolder) -> None:
    assert client.get(f"/api/issues/{SLUG}/programs").json()["is_own"] is False
    newsletter = project_folder.issues / "newsletter.yaml"
    newsletter.write_text(
        newsletter.read_text() + "clients: {gmx_ios: 30, outlook_windows: 60, hey_desktop_webmail: 0}\n"
    )
    told = client.get(f"/api/issues/{SLUG}/programs").json()
    assert told["is_own"] is True
    shares = [(each["name"], each["share"]) for each in told["programs"]]
    assert shares == [("Outlook (Windows)", 60.0), ("GMX (iOS)", 30.0)]


def test_all_programs_are_known_with_the_shares_of_who_says_nothing(client: TestClient) -> None:
    known = client.get("/api/publication/programs").json()
    assert known["names"]["gmail_ios"] == "Gmail (iOS)"
    assert len(known["names"]) == 48
    assert sum(known["usual"].values()) == 100


def test_shares_of_the_project_that_cannot_be_read_leave_the_mail_alone(
    client: TestClient, project_folder: ProjectFolder
) -> None:
    assert programs(client)
    (project_folder.templates / "clients.yaml").write_text("gmial_ios: 6\n")
    told = client.get(f"/api/issues/{SLUG}/programs")
    assert (told.status_code, told.json()["programs"]) == (200, [])
