"""A real PgBouncer in transaction mode before the private PostgreSQL, on a free port of 127.0.0.1.

Transactions of several connections share one connection of the server, so that whatever a program leaves in a session
is lost, or met by another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.databases import unprivileged_user
from tests.support.hanging import HANGS_S, wait_until
from tests.support.ports import TRIES, answers, free_port

_CONFIGURATION = """\
[databases]
* = host=127.0.0.1 port={server} user=newsletter
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {pool}
logfile = {folder}/log
pidfile = {folder}/pid
"""


@contextmanager
def pgbouncer(url: str, *, mode: str = "transaction", pool: int = 2) -> Iterator[str]:
    """The URL of the database at ``url``, through a PgBouncer that keeps ``pool`` connections to the server."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        reason = "PgBouncer is not installed (apt install pgbouncer), so nothing is tested behind one"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    head, _, rest = url.rpartition("@127.0.0.1:")
    server, _, database = rest.partition("/")
    folder = Path(tempfile.mkdtemp(prefix="newsletter-pgbouncer-"))
    user = unprivileged_user()
    try:
        process, port = _start(program, folder, user, server=server, mode=mode, pool=pool)
        try:
            yield f"{head}@127.0.0.1:{port}/{database}".replace("newsletter@", "newsletter:none@")
        finally:
            process.terminate()
            process.wait(timeout=HANGS_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(
    program: str, folder: Path, user: str | None, *, server: str, mode: str, pool: int
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(TRIES):
        port, configuration = free_port(), folder / "pgbouncer.ini"
        words = _CONFIGURATION.format(server=server, port=port, mode=mode, pool=pool, folder=folder)
        configuration.write_text(words)
        if user:
            for path in (folder, configuration):
                shutil.chown(path, user)
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen([program, configuration], stdout=output, stderr=output, cwd="/", user=user)
        _wait_for(process, port)
        if process.poll() is None:
            return process, port
    pytest.fail(f"PgBouncer could not be started:\n{(folder / 'output').read_text()}")


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    wait_until(lambda: answers(port) or process.poll() is not None)
