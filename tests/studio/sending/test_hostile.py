"""Whatever is asked of sending is answered or refused in words, on each database, and a stranger is let do nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.projects import SLUG, ProjectFolder
from tests.support.studio_author import Author, database_files

ODD = ("\0", "a\nb", "\ud800", "\u202e", "%", "_%'", "x" * 5000, "../../etc/passwd", "", "{{ x }}", "=1+1", "🦆")

ASKED = (
    ("people", {"list", "search"}),
    ("person", {"email"}),
    ("mailings/1/recipients", {"search"}),
    ("mailings/1/left-out", {"reason", "search"}),
)
CHANGES: dict[str, dict[str, Any]] = {
    f"issues/{SLUG}/test": {"to": ["ana@example.org"], "languages": ["en"], "subject": "A"},
    f"issues/{SLUG}/plan": {"lists": ["members"], "allow": ["link-local"], "again": True, "only_missing": False},
    "people": {"email": "zoe@example.org", "list": "members", "first_name": "Zoë", "fields": {"a": "b"}, "source": "x"},
    "people/leave": {"email": "reader1@example.org", "list": "members", "source": "x"},
    "mailings/1/time": {"at": "now"},
    "mailings/1/approve": {"by": "Zoë", "digest": "0"},
    "mailings/1/retry": {"state": "refused", "to": ["reader1@example.org"], "by": "Zoë", "why": "x"},
    "mailings/1/settle": {"said": "sent", "to": ["reader1@example.org"], "by": "Zoë", "why": "x"},
    "mailings/1/choose": {"variant": "B", "by": "Zoë", "early": True},
    "files/none/dry-run": {"list": "members", "source": "x", "encoding": "x", "columns": {"a": "email"}},
}
NUMBERS = ("0", "-1", "999", str(2**63), str(2**80), "x", "1.5", "٣")


def _odd() -> list[Any]:
    return [*ODD, None, 7, [], {}, [["x"]]]


def test_odd_texts_are_answered_or_refused_in_words(author_of_each: Author) -> None:
    author = author_of_each
    author.import_people()
    assert author.plan() == 1
    for path, names in ASKED:
        for name in names:
            for odd in ODD:
                if odd != "\ud800":  # which no address can have
                    answer = author.client.get(f"/api/sending/{path}", params={name: odd})
                    assert answer.status_code < 500, (path, name, odd, answer.text)
    for path, body in CHANGES.items():
        for name, usual in body.items():
            for odd in _odd():
                changed = [odd] if isinstance(usual, list) and isinstance(odd, str) else odd
                text = json.dumps({**body, name: changed})
                answer = author.client.post(
                    f"/api/sending/{path}", content=text, headers={**author.headers, "Content-Type": "application/json"}
                )
                assert answer.status_code < 500, (path, name, odd, answer.text)
                if answer.status_code >= 400:
                    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_no_mailing_has_are_refused(author_of_each: Author, number: str) -> None:
    author = author_of_each
    author.import_people("email\nana@example.org\n")
    for path in ("", "/last-page", "/recipients", "/left-out", "/progress", "/deliveries.csv"):
        assert author.client.get(f"/api/sending/mailings/{number}{path}").status_code in (404, 422), path
    for path in ("send", "pause", "resume", "cancel", "settle"):
        refused = author.ask(f"/api/sending/mailings/{number}/{path}", seen="x")
        assert refused.status_code in (404, 422), path
    for path in ("mail", "text", "message.eml", "pictures/bridge.png"):
        assert author.client.get(f"/sending/mailings/{number}/1/{path}").status_code in (404, 422), path


def test_nothing_is_changed_without_the_pages_token_or_by_asking(author: Author, sending_folder: ProjectFolder) -> None:
    for path, body in CHANGES.items():
        assert author.client.post(f"/api/sending/{path}", json=body).status_code == 403
        assert author.client.get(f"/api/sending/{path}").status_code in (404, 405, 200, 422)
    assert author.client.post("/api/sending/files", content=b"email\n").status_code == 403
    assert database_files(sending_folder.root) == []
    author.client.cookies.clear()
    for path in ("lists", "people", "mailings", "mailings/1"):
        assert author.client.get(f"/api/sending/{path}").status_code == 403


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0", b"PK\x03\x04", b"\xff\xfe", b"email", b"email\n" + b"x" * 2_000_000, b'"']
)
def test_odd_files_are_answered_or_refused_in_words(author: Author, data: bytes) -> None:
    answer = author.client.post("/api/sending/files", params={"name": "x.csv"}, content=data, headers=author.headers)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        file = answer.json()["file"]
        tried = author.ask(f"/api/sending/files/{file}/dry-run", list="members", new_list=True)
        assert tried.status_code in (200, 422), tried.text
