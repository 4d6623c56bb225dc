"""A real Postfix on a free port of 127.0.0.1, which takes everything and delivers nothing.

Its own configuration and queue in a temporary folder; every message goes to the discard transport. It refuses
line ends that are none (``smtpd_forbid_bare_newline``, without the exclusion of loopback that is the default),
and answers no question about names. Its log is the record: ``Postfix.taken()``.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.hanging import wait_until
from tests.support.ports import TRIES, answers, free_port

_PROGRAM = "/usr/sbin/postfix"
_DAEMONS = Path("/usr/lib/postfix/sbin")

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
myhostname = relay.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = discard:
local_transport = discard:
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
smtputf8_enable = yes
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""

_MASTER = """\
{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
"""


class Postfix:
    """A running one."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    @property
    def log(self) -> str:
        """What it has written so far."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def taken(self) -> Sequence[tuple[str, str]]:
        """(queue id, Message-ID) of every message that came whole into its queue from outside, in order."""
        received = set(re.findall(r"smtpd\[\d+\]: (\w+): client=", self.log))
        named = dict(re.findall(r"cleanup\[\d+\]: (\w+): message-id=(\S*)", self.log))
        active = re.findall(r"qmgr\[\d+\]: (\w+): from=.*queue active", self.log)
        return [(queue_id, named.get(queue_id, "")) for queue_id in dict.fromkeys(active) if queue_id in received]

    def settle(self, *replies: str) -> None:
        """Wait until what these replies accepted ("queued as …"), and all that came of it, has left the queue.

        The log is written by a process of its own and may come later than the reply.
        """
        expected = {queue_id for reply in replies for queue_id in re.findall(r"queued as (\w+)", reply)}

        def is_empty() -> bool:
            active = expected | set(re.findall(r"(\w+): from=.*queue active", self.log))
            return not active - set(re.findall(r"(\w+): removed", self.log))

        wait_until(is_empty, every_s=0.05, what="an empty queue of Postfix")


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    """The private one; skipped where there is no Postfix, or where we are not root, as its master must be."""
    with running_postfix() as running:
        yield running


@contextlib.contextmanager
def running_postfix(settings: str = "") -> Iterator[Postfix]:
    """A private one with more ``settings`` in its main.cf, of which the last of a name counts."""
    if not Path(_PROGRAM).exists() or os.geteuid() != 0:
        reason = "needs a Postfix to start, and root to start it (apt install postfix)"
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="newsletter-postfix-"))
    folder.chmod(0o755)
    try:
        port = _start(folder, settings)
        try:
            yield Postfix(folder, port)
        finally:
            _command(folder, "abort")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, settings: str) -> int:
    """Start it on a port that nobody has; the port."""
    (folder / "spool").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(_MAIN.format(folder=folder, daemons=_DAEMONS) + settings)
    for _ in range(TRIES):
        port = free_port()
        (folder / "master.cf").write_text(_MASTER.format(port=port))
        _command(folder, "start")
        # Its master ends when the port is another's; the answer of that one would not be from Postfix.
        wait_until(lambda port=port: _is_gone(folder) or answers(port), what="Postfix")  # type: ignore[misc]
        if not _is_gone(folder):
            return port
    pytest.fail(f"Postfix could not be started for the tests:\n{Postfix(folder, port).log}")


def _command(folder: Path, word: str) -> None:
    done = _ask(folder, word)
    assert done.returncode == 0, f"postfix {word}: {done.stderr}"


def _is_gone(folder: Path) -> bool:
    return _ask(folder, "status").returncode != 0


def _ask(folder: Path, word: str) -> subprocess.CompletedProcess[str]:
    command = [_PROGRAM, "-c", folder, word]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
