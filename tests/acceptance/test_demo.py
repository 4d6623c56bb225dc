"""The demo, as somebody runs it who has just installed the product."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

PROGRAM = Path(sys.executable).with_name("newsletter")


def run_demo(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.Popen(
        [PROGRAM, "demo", *arguments],
        cwd=folder,
        env=environment | {"COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_once_sends_to_the_twelve_sample_readers_and_reports_that_all_adds_up(tmp_path: Path) -> None:
    demo = run_demo(tmp_path, "--once")
    report, _ = demo.communicate()
    assert demo.returncode == 0, report
    assert "12 of 12 imported, 12 planned" in report
    assert "12 accepted" in report
    assert "12 messages" in report
    assert "Everything adds up" in report
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses that the demo prints, while it runs."""
    demo = run_demo(tmp_path_factory.mktemp("demo"))
    assert demo.stdout is not None
    text = ""
    for line in demo.stdout:
        text += line
        if "Ctrl-C" in line:
            break
    yield dict(re.findall(r"^(Studio|Inbox|Site)\s+(http://\S+)", text, re.MULTILINE))
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate()
    assert demo.returncode == 0, text + rest


def test_every_link_of_every_mail_can_be_fetched_without_anybody_leaving(
    pages: dict[str, str], web: httpx.Client
) -> None:
    """What a scanner does: GET and HEAD, everything."""
    listed = web.get(f"{pages['Inbox']}/api/messages").json()["messages"]
    links = set()
    for message in listed:
        html = web.get(f"{pages['Inbox']}/api/messages/{message['id']}").json()["html"]
        links |= {link for link in re.findall(r"(?:href|src)=\"([^\"]+)\"", html) if link.startswith(pages["Site"])}
    assert len({link for link in links if "/u/" in link}) == len(listed) == 12
    for link in sorted(links):
        assert web.head(link).status_code == 200, link
        assert web.get(link).status_code == 200, link


def test_a_reader_leaves_by_the_button_of_the_inbox(pages: dict[str, str], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(pages["Inbox"])
    page.locator(".row").first.click()
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Agora")
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("status")).to_contain_text("200 OK")
    page.close()


def test_the_pictures_of_a_mail_are_shown_in_the_inbox(pages: dict[str, str], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{pages['Inbox']}/messages/1")
    pictures = page.frame_locator("iframe").locator("img")
    expect(pictures.first).to_be_attached()
    assert pictures.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")
    page.close()


def test_the_studio_shows_the_sample(pages: dict[str, str], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(pages["Studio"])
    expect(page.frame_locator("iframe").first.locator("body")).to_contain_text("Agora")
    page.close()
