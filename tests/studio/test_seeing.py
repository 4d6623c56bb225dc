"""What stands behind the ways to look at a mail: other themes, weights of blocks, who sees what, real people."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.support.projects import SESSION, SLUG, ProjectFolder


def test_without_head_styles_the_elements_keep_their_own(client: TestClient) -> None:
    whole = client.get(f"/show/{SLUG}/en/mail").text
    bare = client.get(f"/show/{SLUG}/en/mail?styles=false").text
    assert "@media" in whole
    assert "@media" not in bare
    assert bare.count("<style>") == 1, "what pins the colour scheme is the studio's own"
    assert bare.count('style="') == whole.count('style="')


def test_an_issue_is_seen_in_another_theme_with_that_themes_pictures(client: TestClient) -> None:
    themes = client.get("/api/seeing").json()["themes"]
    assert len(themes) > 1
    own = client.get(f"/show/{SLUG}/en/mail").text
    for theme in themes[1:]:
        other = client.get(f"/show/{SLUG}/en/mail?theme={theme}")
        assert other.status_code == 200
        assert other.text != own
    assert client.get(f"/show/{SLUG}/en/mail?theme={themes[0]}").text == own
    refused = client.get(f"/show/{SLUG}/en/mail?theme=no-such")
    assert refused.status_code == 404
    assert "no-such" in refused.json()["detail"]


def test_a_theme_beside_follows_what_is_saved(client: TestClient, project_folder: ProjectFolder) -> None:
    theme = client.get("/api/seeing").json()["themes"][1]
    assert "the bridge opens." in client.get(f"/show/{SLUG}/en/mail?theme={theme}").text
    project_folder.edit("the bridge opens.", "the bridge is shut.")
    assert "the bridge is shut." in client.get(f"/show/{SLUG}/en/mail?theme={theme}").text


def test_what_blocks_weigh_and_what_is_around_them_is_the_weight_of_the_mail(client: TestClient) -> None:
    told = client.get(f"/api/issues/{SLUG}/seeing").json()
    blocks = [one for one in told["blocks"] if one["block"] < 2]
    assert [one["block"] for one in blocks] == [0, 1]
    assert all(one["bytes"] > 100 for one in blocks)
    html = client.get(f"/api/issues/{SLUG}").json()["weight"]["html"]
    assert sum(one["bytes"] for one in told["blocks"]) + told["around"] == html < told["clip"]


def test_each_condition_has_a_reader_on_both_sides(client: TestClient, project_folder: ProjectFolder) -> None:
    project_folder.edit("  - block: image\n", '  - block: image\n    show_if: subscriber.city == "Nice"\n')
    (branch,) = client.get(f"/api/issues/{SLUG}/seeing").json()["conditions"]
    assert (branch["block"], branch["condition"]) == (1, 'subscriber.city == "Nice"')
    seen = client.get(f"/show/{SLUG}/en/mail?reader={branch['seen_by']}").text
    hidden = client.get(f"/show/{SLUG}/en/mail?reader={branch['hidden_from']}").text
    assert "A bridge at night" in seen
    assert "A bridge at night" not in hidden


def test_the_mail_is_read_as_a_real_subscriber_and_as_the_extremes(client: TestClient) -> None:
    assert client.get("/api/seeing").json()["people"] == []
    token = SESSION.forgery_token(client.cookies[SESSION.cookie_name])
    for email, first, last in (
        ("zoe@example.org", "Zoë", "Li"),
        ("max@example.org", "Maximiliane-Alexandrine", "von Hohenstein"),
        ("x@example.org", "", ""),
    ):
        person = {"email": email, "list": "members", "new_list": True, "first_name": first, "last_name": last}
        answer = client.post("/api/sending/people", json=person, headers={"X-Studio-Token": token})
        assert answer.status_code == 200, answer.text
    found = client.get("/api/sending/people?search=zoe").json()["people"][0]
    report = client.get(f"/api/issues/{SLUG}?reader=subscriber-{found['id']}").json()
    assert report["inbox"]["subject"] == "News for Zoë"
    assert report["reader"]["values"]["email"] == "zoe@example.org"
    longest, least = client.get("/api/seeing").json()["people"]
    assert "Dear Maximiliane-Alexandrine" in client.get(f"/show/{SLUG}/en/mail?reader={longest['key']}").text
    assert "Dear reader" in client.get(f"/show/{SLUG}/en/mail?reader={least['key']}").text
    nobody = client.get(f"/api/issues/{SLUG}?reader=subscriber-999999").json()
    assert nobody["reader"]["key"] == "full"
