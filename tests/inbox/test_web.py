"""The pages of the inbox: only for this machine, live, and usable by keyboard."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from composer.database.engine import BUSY_TIMEOUT_S
from composer.inbox.oneclick import TIMEOUT_S
from composer.inbox.running import Inbox, open_inbox
from composer.inbox.store import Store
from tests.support.web import in_thread


def send(inbox: Inbox, subject: str, *, to: str = "Ana Kovač <ana@example.org>", **headers: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "News <news@example.org>", to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"The text of {subject}")
    message.add_alternative(f"<html><body><p>The body of {subject}</p></body></html>", subtype="html")
    target = urlsplit(inbox.smtp_url)
    with smtplib.SMTP(target.hostname or "", target.port or 0) as smtp:
        smtp.send_message(message)


def test_a_foreign_host_name_is_refused(inbox: Inbox, web: httpx.Client) -> None:
    for host in ("rebound.example.org", "127.0.0.1.example.org", "", "10.0.0.1"):
        assert web.get(f"{inbox.url}/api/messages", headers={"Host": host}).status_code == 403
    port = urlsplit(inbox.url).port
    assert web.get(f"{inbox.url}/", headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_page_cannot_delete(inbox: Inbox, headers: dict[str, str], web: httpx.Client) -> None:
    send(inbox, "one")
    assert web.delete(f"{inbox.url}/api/messages", headers=headers).status_code == 403
    assert web.get(f"{inbox.url}/api/messages").json()["total"] == 1
    assert web.delete(f"{inbox.url}/api/messages", headers={"Origin": inbox.url}).json() == {"deleted": 1}


def test_every_answer_carries_the_security_headers(inbox: Inbox, web: httpx.Client) -> None:
    send(inbox, "one")
    for path in (
        "/",
        "/messages/1",
        "/messages/1/html",
        "/messages/9",
        "/api/messages",
        "/assets/inbox.css",
        "/nowhere",
    ):
        headers = web.get(inbox.url + path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert "sandbox" in web.get(f"{inbox.url}/messages/1/html").headers["content-security-policy"]


def test_a_message_that_is_gone_is_told_in_words(inbox: Inbox, web: httpx.Client) -> None:
    answer = web.get(f"{inbox.url}/messages/7")
    assert answer.status_code == 404
    assert "not here any more" in answer.text


def test_the_list_and_a_message_work_without_scripts(inbox: Inbox, browser: Browser) -> None:
    send(inbox, "Safer <b>cities</b>")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(inbox.url)
    page.get_by_role("link", name="Ana Kovač").click()
    expect(page.locator("h1")).to_have_text("Safer <b>cities</b>")
    page.get_by_role("link", name="Headers", exact=True).click()
    expect(page.locator("table.headers")).to_contain_text("RCPT TO")
    context.close()


def test_new_mail_appears_by_itself_and_keys_walk_through_it(inbox: Inbox, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(inbox.url)
    expect(page.get_by_text("Nothing has come in yet.")).to_be_visible()
    page.wait_for_load_state("load")
    for number in range(3):
        send(inbox, f"Subject {number}")
    expect(page.locator(".row")).to_have_count(3)
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("Subject 2")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("Subject 1")
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text("Subject 2")
    page.keyboard.press("2")
    expect(page.locator("pre.text")).to_contain_text("The text of Subject 2")
    expect(page.locator(".row.unread")).to_have_count(1)
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.get_by_text("Nothing has come in yet.")).to_be_visible()
    page.close()


def test_the_frame_is_shown_in_the_width_and_colours_that_were_chosen(inbox: Inbox, browser: Browser) -> None:
    send(inbox, "one")
    page = browser.new_context().new_page()
    page.goto(f"{inbox.url}/messages/1")
    page.get_by_role("button", name="Phone width").click()
    assert page.locator("iframe").bounding_box()["width"] == 375  # type: ignore[index]
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("iframe")).to_have_attribute("src", "/messages/1/html?scheme=dark")
    page.reload()
    expect(page.locator("iframe")).to_have_attribute("src", "/messages/1/html?scheme=dark")
    expect(page.get_by_role("button", name="Phone width")).to_have_attribute("aria-pressed", "true")
    page.context.close()


class OwnSite:
    """Our site, reduced to what the button talks to: it remembers what was posted."""

    def __init__(self) -> None:
        posted = self.posted = list[tuple[str, str, bytes]]()

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posted.append((self.path, self.headers["Content-Type"], body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


def test_the_unsubscribe_button_posts_as_a_mail_provider_does(browser: Browser) -> None:
    site = OwnSite()
    with in_thread(open_inbox(Store(), site_url=site.url)) as inbox:
        one_click = {
            "List_Unsubscribe": f"<{site.url}/u/token>, <mailto:leave@example.org>",
            "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
        }
        send(inbox, "one", **one_click)
        page = browser.new_page()
        page.goto(f"{inbox.url}/messages/1")
        page.get_by_role("button", name="Unsubscribe").click()
        expect(page.get_by_role("status")).to_contain_text("200 OK")
        page.close()
    site.server.shutdown()
    site.server.server_close()
    assert site.posted == [("/u/token", "application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click")]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/u/x", "http://169.254.169.254/u/x", "https://other.example.org/u/x"]
)
def test_the_unsubscribe_button_posts_to_no_other_site(inbox: Inbox, url: str, web: httpx.Client) -> None:
    send(inbox, "one", List_Unsubscribe=f"<{url}>", List_Unsubscribe_Post="List-Unsubscribe=One-Click")
    answer = web.post(f"{inbox.url}/api/messages/1/unsubscribe")
    assert answer.status_code == 409
    assert "leads to" in answer.json()["detail"]


def test_the_unsubscribe_button_waits_longer_than_the_site_may_take() -> None:
    assert TIMEOUT_S > BUSY_TIMEOUT_S, "it would say that nobody answers, although the reader is taken off"


def test_a_large_request_is_refused(inbox: Inbox, web: httpx.Client) -> None:
    assert web.post(f"{inbox.url}/api/messages/1/unsubscribe", content=b"x" * 20_000).status_code == 413
    assert web.post(f"{inbox.url}/api/messages/1/unsubscribe", content=iter([b"x" * 9_000] * 2)).status_code == 413
