"""Who may use the studio: a browser that has opened the start address, from our own pages, with the page's token."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from composer.studio.app import create_studio
from composer.studio.session import BrowserSession
from tests.support.fuzzing import ODD, cases
from tests.support.projects import SESSION, SLUG, ProjectFolder

pytestmark = pytest.mark.usefixtures("built_page")
OURS = "http://127.0.0.1:8027"
PATHS = (
    "/",
    "/api/project",
    f"/api/issues/{SLUG}",
    f"/show/{SLUG}/en/mail",
    f"/pictures/{SLUG}/en/bridge.png",
    "/events",
)


@pytest.fixture
def stranger(project_folder: ProjectFolder) -> Iterator[TestClient]:
    app = create_studio(project_folder.project, run="test", session=SESSION)
    with TestClient(app, base_url=OURS) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_that_has_not_opened_the_start_address_is_told_to(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "Open the address that the terminal shows" in answer.text


def test_the_start_address_gives_a_strict_cookie_that_no_script_can_read(stranger: TestClient) -> None:
    answer = stranger.get(f"/?issue={SLUG}&token={SESSION.token}")
    assert answer.status_code == 200
    said = answer.headers["set-cookie"]
    assert said.startswith(f"{SESSION.cookie_name}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(said.split("; "))
    assert stranger.get("/api/project").status_code == 200
    assert "set-cookie" not in stranger.get("/").headers


@pytest.mark.parametrize("token", ["", "Start", "start ", "stärt", "start&token=start2"])
def test_another_token_opens_nothing(stranger: TestClient, token: str) -> None:
    answer = stranger.get(f"/?token={token}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_no_cookie_that_we_did_not_make_is_known(stranger: TestClient) -> None:
    good = SESSION.new_cookie()
    browser, _, tag = good.partition(".")
    strange = [f"{browser}.{'0' * 32}", f"{browser}x.{tag}", browser, f".{tag}", f"{browser}.", f"{good}x"]
    strange += [
        BrowserSession.new("", project="p").new_cookie(),
        BrowserSession(SESSION.key[::-1], "start").new_cookie(),
    ]
    for _, rng in cases(60, "studio cookies"):
        letters = list(good)
        letters[rng.randrange(len(letters))] = rng.choice("0123456789abcdef.!~")
        strange.append("".join(letters))
        strange.append(rng.choice(ODD).encode("ascii", "ignore").decode().replace("\r", "").replace("\n", ""))
    for cookie in strange:
        if cookie != good:
            headers = {"Cookie": f"{SESSION.cookie_name}={cookie}"}
            assert stranger.get("/api/project", headers=headers).status_code == 403, cookie
    assert stranger.get("/api/project", headers={"Cookie": f"{SESSION.cookie_name}={good}"}).status_code == 200


def test_a_program_that_starts_anew_knows_its_browsers_by_the_projects_secret() -> None:
    first, second = (BrowserSession.new("a secret of at least 32 characters", project="/p") for _ in "12")
    assert second.knows(first.new_cookie())
    assert not second.is_start(first.token)
    assert not BrowserSession.new("a secret of at least 32 characters", project="/q").knows(first.new_cookie())
    assert not BrowserSession.new("", project="/p").knows(first.new_cookie())


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_of_this_machine_gets_nothing_though_its_requests_have_the_cookie(
    stranger: TestClient, site: str
) -> None:
    stranger.cookies.set(SESSION.cookie_name, SESSION.new_cookie())
    for path in PATHS[1:5]:
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        assert stranger.get(path, headers=headers).status_code == 403
        assert stranger.get(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    # A link to the studio, in a mail or a chat, may be followed.
    assert stranger.get("/", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}).status_code == 200


def test_a_token_against_forgery_is_of_one_browser_alone(stranger: TestClient) -> None:
    cookie, other = SESSION.new_cookie(), SESSION.new_cookie()
    stranger.cookies.set(SESSION.cookie_name, cookie)
    page = stranger.get("/").text
    found = re.search(r'name="studio-token" content="(\w+)"', page)
    assert found is not None
    assert found[1] == SESSION.forgery_token(cookie) != SESSION.forgery_token(other)
    for token, status in ((found[1], 405), (SESSION.forgery_token(other), 403), ("", 403), ("x", 403), ("ä", 403)):
        headers = {"Origin": OURS, "X-Studio-Token": token.encode()}
        assert stranger.post("/api/project", headers=headers).status_code == status


def test_neither_the_secret_nor_the_start_token_stands_in_any_answer(project_folder: ProjectFolder) -> None:
    session = BrowserSession.new("a secret of at least 32 characters", project="/p")
    with TestClient(create_studio(project_folder.project, run="run", session=session), base_url=OURS) as client:
        client.get(f"/?token={session.token}")
        for path in PATHS[:-1]:
            answer = client.get(path)
            told = answer.text + str(answer.headers)
            assert session.token not in told
            assert session.key.hex() not in told
            assert "a secret of at least" not in told
