"""A Postfix log as evidence: which of our messages the relay took over, whatever we came to know of it.

Enters: log files, from any of syslog (old and RFC 5424), Postfix's own logging and ``journalctl`` (``-o short`` or
``json``), also packed ones; and the Message-IDs in question. Leaves: Message-ID → queue id.

Postfix writes ``message-id=`` while it is still receiving, so that is no proof: a message whose connection broke
before the final dot has such a line too. The proof is ``qmgr … (queue active)`` for the same queue id, which
is written after the whole message is on its disk. A log that has no proof proves nothing: it may be of another day, or
of another relay.

Nothing depends on the time of a line, which in most logs has no year: our Message-IDs never come again. Queue ids do,
on one host as on two, so a queue id is known by its host and instance, and means the message it was last given to.
Files are read line by line, and only what is asked for is kept: a log of many gigabytes takes time, no memory.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from composer.errors import NewsletterError

# "mx postfix/cleanup[11]: ", and RFC 5424's "mx postfix/cleanup 11 - - ". A word with a colon is a time, not a host.
_OF = r"(?<!\S)(?P<of>(?:[^\s:]+ )?[^\s/]+(?:/[^\s/]+)*)"
_SAYS = r"(?:\[\d+\]:| \d+ \S+ \S+) (?P<queue_id>[0-9A-Za-z]+): "
_NAMED = re.compile(_OF + "/cleanup" + _SAYS + r"message-id=(?P<message_id><[^>\s]+>)")
_ACTIVE = re.compile(_OF + "/qmgr" + _SAYS + r"from=.*\(queue active\)")

_PACKED: Sequence[tuple[bytes, Any]] = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\0", lzma.open))
"""How a packed file begins → what opens it."""


@dataclass(slots=True)
class LogEvidence:
    """What a log proves about the messages in question.

    ``taken`` has the Message-IDs that the relay took over, with their queue ids. ``queued`` counts all messages that
    the log shows as queued, whoever sent them.
    """

    taken: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    queued: int = 0


def read_logs(paths: Iterable[Path], *, wanted: Collection[str]) -> LogEvidence:
    """Which of the ``wanted`` Message-IDs these logs prove to have been taken over, as one log in order of age.

    Raises NewsletterError for a file that cannot be read.
    """
    return taken_over(chain.from_iterable(_lines(path) for path in _by_age(paths)), wanted=wanted)


def taken_over(lines: Iterable[str], *, wanted: Collection[str]) -> LogEvidence:
    """Look for the ``wanted`` Message-IDs in lines of a log, as ``read_logs`` does in files."""
    evidence = LogEvidence()
    named: dict[tuple[str, str], str] = {}
    for line in lines:
        evidence.lines += 1
        if "/cleanup" in line and (found := _NAMED.search(_plain(line))):
            key, message_id = (found["of"], found["queue_id"]), found["message_id"]
            named.pop(key, None)
            if message_id in wanted:
                named[key] = message_id
        elif "(queue active)" in line and (found := _ACTIVE.search(_plain(line))):
            evidence.queued += 1
            if of_ours := named.get((found["of"], found["queue_id"])):
                evidence.taken[of_ours] = found["queue_id"]
    return evidence


def _plain(line: str) -> str:
    """Turn a line of ``journalctl -o json`` into one of syslog, and leave any other as it is."""
    if not line.startswith("{"):
        return line
    try:
        entry = json.loads(line)
        return f"{entry['_HOSTNAME']} {entry['SYSLOG_IDENTIFIER']}[0]: {entry['MESSAGE']}"
    except (ValueError, LookupError, TypeError):
        return ""


def _by_age(paths: Iterable[Path]) -> Sequence[Path]:
    """Sort files by age, the oldest first, because a message may begin in one file and be queued in the next."""
    with _errors_in_words(files := list(paths)):
        return sorted(files, key=lambda path: path.stat().st_mtime)


def _lines(path: Path) -> Iterator[str]:
    with _errors_in_words([path]), _open(path) as lines:
        yield from lines


def _open(path: Path) -> IO[str]:
    beginning = b""
    if path.is_file():  # of a pipe it would be lost
        with path.open("rb") as file:
            beginning = file.read(6)
    unpack = next((opened for sign, opened in _PACKED if beginning.startswith(sign)), open)
    opened: IO[str] = unpack(path, "rt", encoding="utf-8", errors="replace")
    return opened


@contextmanager
def _errors_in_words(paths: Sequence[Path]) -> Iterator[None]:
    """Put into words why the system, or a program that unpacks, cannot read a file."""
    try:
        yield
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        name = getattr(error, "filename", None) or ", ".join(map(str, paths))
        reason = getattr(error, "strerror", None) or f"the packed file is damaged ({error})"
        raise NewsletterError(f"{name} cannot be read: {reason}") from error
