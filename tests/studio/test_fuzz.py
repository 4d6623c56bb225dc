"""Whatever is asked of the studio is answered with less than 500, also while an issue is broken."""

from __future__ import annotations

import httpx

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


def _raw(path: str, query: dict[str, bytes]) -> bytes:
    """The octets of a path that no client would send, without those that end a line."""
    escaped = path.encode("utf-8", "surrogatepass").decode("latin-1")
    kept = "".join(one if " " < one < "\x7f" and one not in "?#" else f"%{ord(one):02X}" for one in escaped)
    asked = "&".join(f"{name}=" + "".join(f"%{byte:02X}" for byte in value) for name, value in query.items())
    return f"{kept}?{asked}".encode("ascii")
