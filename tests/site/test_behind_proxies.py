"""The samples in contrib/ for nginx and Caddy, each before a real site: TLS, HSTS, leaving, and forged headers."""

from __future__ import annotations

import os
import re
import shutil
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from composer.message.links import Purpose
from tests.site.conftest import ServedSite
from tests.support.hanging import HANGS_S, wait_until
from tests.support.ports import answers, free_port
from tests.support.truth_sink import Certificate, make_certificate

CONTRIB = Path(__file__).parent.parent.parent / "contrib"
UNPACKED = CONTRIB.parent / "build" / "web-servers" / "usr"
NAME = "news.example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}

_NGINX = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{sample}
}}
"""


def need(program: str) -> str:
    """The path of a web server that is installed, or unpacked by `make packages`."""
    found = shutil.which(program, path=f"{UNPACKED}/sbin:{UNPACKED}/bin") or shutil.which(program)
    if found is None:
        reason = f"needs {program} (make packages)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, start_new_session=True)
    try:
        wait_until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, (folder / "output").read_text()
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def nginx(folder: Path, site: str, certificate: Certificate, *, http: int, https: int) -> Iterator[None]:
    sample = (CONTRIB / "nginx" / "newsletter.conf").read_text(encoding="utf-8")
    for written, ours in (
        (r"listen \[::\].*\n", "\n"),
        (r"listen 80;", f"listen 127.0.0.1:{http};"),
        (r"listen 443 ", f"listen 127.0.0.1:{https} "),
        (r"/etc/letsencrypt/\S+/fullchain.pem", str(certificate.file)),
        (r"/etc/letsencrypt/\S+/privkey.pem", str(certificate.key)),
        (r"http://127.0.0.1:8025", site),
    ):
        sample, count = re.subn(written, ours, sample)
        assert count, f"the sample has no more {written}"
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(_NGINX.format(folder=folder, user=user, sample=sample), encoding="utf-8")
    with running([need("nginx"), "-p", str(folder), "-c", str(file)], folder, https):
        yield


@contextmanager
def caddy(folder: Path, site: str, certificate: Certificate, *, http: int, https: int) -> Iterator[None]:
    sample = (CONTRIB / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    options = f"{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n\tskip_install_trust\n}}\n"
    assert f"{NAME} {{" in sample
    assert "reverse_proxy 127.0.0.1:8025" in sample
    sample = sample.replace(f"{NAME} {{", f"{options}{NAME} {{\n\ttls {certificate.file} {certificate.key}")
    sample = sample.replace("127.0.0.1:8025", site.removeprefix("http://"))
    file = folder / "Caddyfile"
    file.write_text(sample, encoding="utf-8")
    with running([need("caddy"), "run", "--config", str(file)], folder, https):
        yield


PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("program", PROXIES)
def test_the_sample_serves_the_pages_by_tls_and_readers_leave(program: str, served: ServedSite, tmp_path: Path) -> None:
    need(program)
    certificate = make_certificate(tmp_path, f"DNS:{NAME}")
    http, https = free_port(), free_port()
    with PROXIES[program](tmp_path, served.url, certificate, http=http, https=https):
        trusted = ssl.create_default_context(cafile=str(certificate.file))
        headers = {"Host": NAME}
        with httpx.Client(verify=trusted, timeout=HANGS_S, headers=headers) as web:

            def address(link: str) -> str:
                return link.replace(served.url, f"https://127.0.0.1:{https}")

            def ask(method: str, link: str, **more: object) -> httpx.Response:
                return web.request(method, address(link), extensions={"sni_hostname": NAME}, **more)  # type: ignore[arg-type]

            wait_until(lambda: answers(http))
            moved = web.get(f"http://127.0.0.1:{http}/v/x")
            assert (moved.status_code // 100, moved.headers["Location"][:24]) == (3, f"https://{NAME}")
            page = ask("GET", served.leaving(1))
            assert page.status_code == 200
            assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert ask("GET", served.link(Purpose.VIEW, 2)).headers["Content-Language"] == "fr"
            forged = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "evil.example"}
            assert ask("GET", served.leaving(1), headers=forged).content == page.content
            assert ask("POST", served.leaving(1), data=ONE_CLICK).status_code == 200
            assert served.status(1) == "unsubscribed"
            if program == "nginx":  # Caddy 2.6 ends the connection, now and then before it has answered
                assert ask("POST", served.leaving(2), content=b"x" * 40_000).status_code == 413
            assert served.status(2) == "confirmed"
    log = tmp_path / "access.log"
    kept = log.read_text() if log.exists() else (tmp_path / "output").read_text()
    assert served.leaving(1).rpartition("/")[2] not in kept, "the key of a reader is in no log"
