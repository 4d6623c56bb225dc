"""Whatever arrives, the inbox goes on: every view of every message answers, and the list too."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from composer.inbox.oneclick import press
from composer.inbox.store import Store
from composer.inbox.web import create_inbox

ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nList-Unsubscribe: <%s>\r\n\r\nx\r\n"
MESSAGES = {
    "a subject whose Base64 is broken": b"Subject: =?utf-8?b?a?=\r\n\r\nhello\r\n",
    "a sender whose Base64 is broken": b"From: =?utf-8?b?YWJj??b?= <a@e>\r\n\r\nhello\r\n",
    "a file whose name cannot be decoded": (
        b'Content-Type: application/pdf; name="=?utf-8?b?a?="\r\n'
        b"Content-Disposition: attachment; filename*=utf-9''%ff%fe\r\n\r\nx\r\n"
    ),
    "a type that is cut off": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Typek text/html\r\n",
    "an address to leave with a port that is no number": ONE_CLICK % b"http://127.0.0.1:=8025/u/x",
    "an address to leave with half a bracket": ONE_CLICK % b"http://[::1/u/x",
    "brackets in brackets": b"From: " + b"(" * 20_000 + b"\r\nTo: " + b"(" * 20_000 + b"\r\n\r\nx\r\n",
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(3000)
    ),
    **{
        f"a {kind} in {charset!r}": f'Content-Type: text/{kind}; charset="{charset}"\r\n\r\nhi \xff\r\n'.encode(
            "latin-1"
        )
        for kind in ("plain", "html")
        for charset in ("idna", "punycode", "undefined", "\0", "utf-7", "hex", "a" * 99)
    },
    "an address to leave with a port that is too large": ONE_CLICK % b"http://127.0.0.1:99999/u/x",
}


@pytest.mark.parametrize("data", MESSAGES.values(), ids=MESSAGES)
@pytest.mark.filterwarnings("ignore")
def test_every_view_of_a_malformed_message_answers(data: bytes) -> None:
    store = Store()
    message = store.add_message(mail_from="", recipients=("a@example.org",), data=data, received_at=0)
    app = create_inbox(store, site_url="http://127.0.0.1:8025", smtp_port=1)
    client = TestClient(app, base_url="http://127.0.0.1:8026")
    here = f"/messages/{message.id}"
    views = [f"{here}?view={view}" for view in ("html", "text", "headers", "source")]
    for path in ["/", "/?q=hello", here, *views, f"{here}/html?scheme=dark", "/api/messages", f"/api{here}"]:
        assert client.get(path).status_code == 200, path
    assert client.post(f"/api{here}/unsubscribe").status_code == 409


def test_an_address_to_leave_with_other_letters_is_answered_in_words() -> None:
    status, words = press("http://127.0.0.1:8025/\ufffd")
    assert (status, "letters" in words) == (0, True)


@pytest.mark.parametrize("site_url", ["http://[", "http://127.0.0.1:x", ""])
@pytest.mark.filterwarnings("ignore")
def test_an_address_of_the_site_that_cannot_be_read_takes_no_view_down(site_url: str) -> None:
    store = Store()
    data = ONE_CLICK % b"http://127.0.0.1:8025/u/x"
    message = store.add_message(mail_from="", recipients=("a@example.org",), data=data, received_at=0)
    client = TestClient(create_inbox(store, site_url=site_url, smtp_port=1), base_url="http://127.0.0.1:8026")
    assert client.get(f"/messages/{message.id}").status_code == 200
    assert client.post(f"/api/messages/{message.id}/unsubscribe").status_code == 409
