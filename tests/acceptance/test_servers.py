"""`newsletter inbox` and `newsletter serve`, as an operator starts and stops them."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

PROGRAM = Path(sys.executable).with_name("newsletter")
KEY = {"NEWSLETTER_SECRET_KEY": "a key for tests, 32 bytes or more"}
SITE = KEY | {"NEWSLETTER_DATABASE_URL": "sqlite:///people.db"}


def start(
    folder: Path, *arguments: str, settings: dict[str, str] | None = None, descriptors: int | None = None
) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.Popen(
        ["prlimit", *([f"--nofile={descriptors}:{descriptors}"] if descriptors else []), PROGRAM, *arguments],
        cwd=folder,
        env=environment | (settings or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(program: subprocess.Popen[str], word: str) -> str:
    assert program.stdout is not None
    text = ""
    for line in program.stdout:
        text += line
        if word in line:
            return text
    raise AssertionError(text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_inbox_takes_mail_until_it_is_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    inbox = start(tmp_path, "inbox", "--port", "0", "--smtp-port", "0", "--folder", "kept")
    text = read_until(inbox, "Ctrl-C")
    port = re.search(r"smtp://127\.0\.0\.1:(\d+)", text)
    assert port is not None
    with smtplib.SMTP("127.0.0.1", int(port[1])) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org"], b"Subject: one\r\n\r\nHello\r\n")
    inbox.send_signal(number)
    inbox.communicate()
    assert inbox.returncode == 0
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["000001.eml"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_site_runs_until_it_is_told_to_stop(tmp_path: Path, web: httpx.Client, number: signal.Signals) -> None:
    site = start(tmp_path, "serve", "--port", "0", settings=SITE)
    text = read_until(site, "Ctrl-C")
    url = re.search(r"http://127\.0\.0\.1:\d+", text)
    assert url is not None
    assert web.get(f"{url[0]}/healthz").text == "ok\n"
    site.send_signal(number)
    site.communicate()
    assert site.returncode == 0


def test_half_requests_do_not_keep_anybody_out(tmp_path: Path, web: httpx.Client) -> None:
    site = start(tmp_path, "serve", "--port", "0", settings=SITE, descriptors=256)
    found = re.search(r"http://(127\.0\.0\.1):(\d+)", read_until(site, "Ctrl-C"))
    assert found is not None
    with ExitStack() as stack:
        for _ in range(400):
            half = stack.enter_context(socket.create_connection((found[1], int(found[2]))))
            half.sendall(b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nList")
        assert [web.get(f"{found[0]}/healthz").text for _ in range(5)] == ["ok\n"] * 5
    site.send_signal(signal.SIGTERM)
    text, _ = site.communicate()
    assert site.returncode == 0
    assert "out of system resource" not in text


def test_the_site_does_not_start_without_a_key(tmp_path: Path) -> None:
    site = start(tmp_path, "serve", "--port", "0")
    text, _ = site.communicate()
    assert site.returncode == 1
    assert "NEWSLETTER_SECRET_KEY is not set" in text


def test_a_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    inbox = start(tmp_path, "inbox", "--port", "0", "--smtp-port", "0")
    port = read_until(inbox, "Ctrl-C").split("smtp://127.0.0.1:")[1].split()[0]
    second = start(tmp_path, "inbox", "--port", "0", "--smtp-port", port)
    text, _ = second.communicate()
    assert second.returncode == 1
    assert f"port {port}" in text
    inbox.send_signal(signal.SIGTERM)
    inbox.communicate()
