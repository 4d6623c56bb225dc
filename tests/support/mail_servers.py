"""A real Exim and a real OpenSMTPD on free ports of 127.0.0.1, which take what they are told to and deliver nothing.

Debian's packages of mail servers exclude each other, so these two are unpacked into ``build/mail-servers``
(``tools/unpack-packages.sh``) and run from there. Both want users and folders of the system; they get them in a
mount namespace of their own, which ends with them: nothing on the machine is changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.hanging import wait_until
from tests.support.ports import TRIES, answers, free_port

_UNPACKED = Path(__file__).parent.parent.parent / "build" / "mail-servers"

_IN_NAMESPACE = """\
set -e
cp /etc/passwd {folder}/passwd
cp /etc/group {folder}/group
for user in Debian-exim:64989 opensmtpd:64990 opensmtpq:64991; do
  name=${{user%:*}} number=${{user#*:}}
  echo "$name:x:$number:$number::/var/lib/opensmtpd/empty:/bin/false" >>{folder}/passwd
  echo "$name:x:$number:" >>{folder}/group
done
mount --bind {folder}/passwd /etc/passwd
mount --bind {folder}/group /etc/group
for place in /var/spool /var/lib /run; do mount -t tmpfs -o mode=755 tmpfs $place; done
mkdir -p -m 711 /var/spool/smtpd /var/lib/opensmtpd/empty
mkdir -p -m 777 /var/spool/exim
export LD_LIBRARY_PATH={libraries}
exec {command}
"""

_EXIM = """\
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = /var/spool/exim
log_file_path = {folder}/log-%s
pid_file_path =
primary_hostname = relay.example.test
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
queue_only = true
{settings}
acl_smtp_rcpt = acl_check_rcpt
acl_smtp_data = acl_check_data

begin acl
acl_check_rcpt:
{rcpt}
acl_check_data:
  discard
"""

_OPENSMTPD = """\
{settings}
listen on 127.0.0.1 port {port} hostname relay.example.test
action "away" relay host smtp://127.0.0.1:1
match from any for any action "away"
"""


@dataclass(frozen=True)
class MailServer:
    """A running one, with its log."""

    port: int
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""


@contextlib.contextmanager
def exim(*, settings: str = "", rcpt: str = "  accept\n") -> Iterator[MailServer]:
    """An Exim that throws away what it takes: ``settings`` for its main section, ``rcpt`` the ACL of that command."""
    command = f"{_UNPACKED}/usr/sbin/exim4 -C {{folder}}/conf -bdf"
    with _running("usr/sbin/exim4", _EXIM.replace("{settings}", settings).replace("{rcpt}", rcpt), command) as server:
        yield server


@contextlib.contextmanager
def opensmtpd(*, settings: str = "") -> Iterator[MailServer]:
    """An OpenSMTPD that keeps what it takes in a queue that goes away with it; ``settings`` come first in its file."""
    command = f"{_UNPACKED}/usr/sbin/smtpd -d -f {{folder}}/conf"
    with _running("usr/sbin/smtpd", _OPENSMTPD.replace("{settings}", settings), command) as server:
        yield server


@contextlib.contextmanager
def _running(program: str, configuration: str, command: str) -> Iterator[MailServer]:
    _need(program)
    folder = Path(tempfile.mkdtemp(prefix="newsletter-mail-server-"))
    folder.chmod(0o777)  # the server writes its log as another user
    try:
        for _ in range(TRIES):
            port = free_port()
            (folder / "conf").write_text(configuration.format(port=port, folder=folder))
            (folder / "conf").chmod(0o644)
            with _process(folder, command.format(folder=folder)) as process:
                wait_until(lambda: process.poll() is not None or answers(port), what=program)  # noqa: B023
                if process.poll() is None:
                    yield MailServer(port, folder / "output")
                    return
        pytest.fail(f"{program} could not be started for the tests:\n{(folder / 'output').read_text()}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _process(folder: Path, command: str) -> Iterator[subprocess.Popen[bytes]]:
    libraries = ":".join(str(one) for one in _UNPACKED.glob("usr/lib/*-linux-*"))
    script = folder / "start"
    script.write_text(_IN_NAMESPACE.format(folder=folder, libraries=libraries, command=command))
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "bash", str(script)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # so that its children end with it
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _need(program: str) -> None:
    if not _may_unshare():
        pytest.skip(f"{program} needs root, and a mount namespace of its own, which this machine does not allow")
    if not (_UNPACKED / program).exists():
        reason = f"needs {program} in build/mail-servers (make packages)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@cache
def _may_unshare() -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
