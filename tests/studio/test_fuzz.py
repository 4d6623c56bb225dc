"""Whatever is asked of the studio is answered with less than 500, also while an issue is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.applications import Starlette
from starlette.testclient import TestClient

from composer.studio.app import create_studio
from composer.studio.session import FORGERY_HEADER
from composer.web.late import LateApp
from tests.support.fuzzing import ODD, broken, cases
from tests.support.projects import SESSION, SLUG, ProjectFolder

PATHS = (
    "/",
    "/api/project",
    f"/api/issues/{SLUG}",
    *(f"/show/{SLUG}/en/{form}" for form in ("mail", "print", "text", "source", "message.eml")),
    f"/show/{SLUG}/fr/mail",
    f"/pictures/{SLUG}/en/bridge.png",
    "/link/unsubscribe",
    "/static/x",
)
OURS = "http://127.0.0.1:8027"
HALF = "\ud800"
"""Half of a character, as JSON can say it and no text has it."""
QUERY = ("language", "reader", "subject", "scheme", "issue", "v.subscriber.first_name", "v.", "width", "x")


def test_no_question_is_a_fault_of_ours(studio_url: str, web: httpx.Client) -> None:
    web.cookies.set(SESSION.cookie_name, SESSION.new_cookie())
    for number, rng in cases(80, "studio"):
        path = rng.choice(PATHS)
        if rng.random() < 0.3:
            path = "/" + broken(path, rng).lstrip("/").replace("\0", "")
        query = {rng.choice(QUERY): rng.choice(ODD).encode("utf-8", "surrogatepass") for _ in range(rng.randrange(3))}
        url = httpx.URL(studio_url, raw_path=_raw(path, query))
        answer = web.get(url, headers={"Accept-Language": rng.choice(("fr;q=x", "*", ",;"))})
        assert answer.status_code < 500, (number, url)


def test_no_issue_is_a_fault_of_ours(studio_url: str, project_folder: ProjectFolder, web: httpx.Client) -> None:
    web.cookies.set(SESSION.cookie_name, SESSION.new_cookie())
    good = project_folder.issue_file.read_text(encoding="utf-8")
    for number, rng in cases(12, "studio issue"):
        written = broken(good, rng).encode("utf-8", "surrogatepass")
        project_folder.issue_file.write_bytes(written)
        for path in PATHS[1:5]:
            assert web.get(studio_url + path).status_code < 500, (number, path, written)
    project_folder.issue_file.write_text(good, encoding="utf-8")
    assert web.get(f"{studio_url}/show/{SLUG}/en/mail").status_code == 200


def test_half_a_character_is_refused_in_words_at_every_address(project_folder: ProjectFolder) -> None:
    app = create_studio(project_folder.project, run="test", session=SESSION)
    cookie = SESSION.new_cookie()
    headers = {FORGERY_HEADER: SESSION.forgery_token(cookie), "Origin": OURS, "Content-Type": "application/json"}
    before = {file: file.read_bytes() for file in project_folder.issues.rglob("*") if file.is_file()}
    tried = 0
    with TestClient(app, base_url=OURS, raise_server_exceptions=False) as client:
        client.cookies.set(SESSION.cookie_name, cookie)
        for address, schema in _taken_as_json(app):
            halves = dict.fromkeys(schema.get("properties", {}), HALF)
            for body in (halves, [halves], HALF, {HALF: HALF}):
                answer = client.post(address, content=json.dumps(body), headers=headers)
                tried += answer.status_code == 422
                assert answer.status_code in (404, 409, 422), (address, body)
                assert isinstance(answer.json()["detail"], str), (address, body)
        version = client.get(f"/api/issues/{SLUG}/document").json()["document"]["version"]
        for edit in ({"edit": HALF}, {"edit": "set", "path": [HALF], "value": HALF}, {"edit": "text", "text": HALF}):
            body = {"language": "en", "version": version, "edits": [edit]}
            answer = client.post(f"/api/issues/{SLUG}/edit", content=json.dumps(body), headers=headers)
            assert answer.status_code == 422, edit
        assert (
            "language: it has half of a character"
            in client.post(f"/api/issues/{SLUG}/undo", content=json.dumps({"language": HALF}), headers=headers).text
        )
    assert tried > 80
    assert {file: file.read_bytes() for file in project_folder.issues.rglob("*") if file.is_file()} == before


def _taken_as_json(app: Starlette) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address of the studio that takes JSON, with the schema of that."""
    made: Any = app
    while not isinstance(made, FastAPI):  # behind the page are the mails, and behind them the rooms
        late = made.router.default
        assert isinstance(late, LateApp)
        made = late.made()
    told = get_openapi(title="", version="", routes=made.routes)
    names = {"slug": SLUG, "mailing": "1", "place": "trash", "file": "x", "name": "x"}
    for path, ways in told["paths"].items():
        taken = ways.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        if schema := taken.get("schema"):
            name = schema.get("$ref", "").rpartition("/")[2]
            yield path.format_map(names), told["components"]["schemas"].get(name, {})


def _raw(path: str, query: dict[str, bytes]) -> bytes:
    """The octets of a path that no client would send, without those that end a line."""
    escaped = path.encode("utf-8", "surrogatepass").decode("latin-1")
    kept = "".join(one if " " < one < "\x7f" and one not in "?#" else f"%{ord(one):02X}" for one in escaped)
    asked = "&".join(f"{name}=" + "".join(f"%{byte:02X}" for byte in value) for name, value in query.items())
    return f"{kept}?{asked}".encode("ascii")
