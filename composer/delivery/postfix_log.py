"""A Postfix log as evidence: which of our messages the relay took over, whatever we came to know of it.

Enters: lines of a log, from any of syslog, journald and Postfix's own logging. Leaves: Message-ID → queue id.
Postfix writes ``message-id=`` while it is still receiving, so that is no proof: a message whose connection broke
before the final dot has such a line too. The proof is ``qmgr … (queue active)`` for the same queue id, which
is written after the whole message is on its disk. A log that has no proof proves nothing: it may be of another day, or
of another relay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NAMED = re.compile(r"/cleanup\[\d+\]: (?P<queue_id>[0-9A-Za-z]+): message-id=(?P<message_id><[^>\s]+>)")
_ACTIVE = re.compile(r"/qmgr\[\d+\]: (?P<queue_id>[0-9A-Za-z]+): from=.*\(queue active\)")


def taken_over(lines: Iterable[str]) -> Mapping[str, str]:
    """Message-ID → the id under which Postfix has queued it, for every message that it has taken over."""
    named: dict[str, str] = {}
    taken: dict[str, str] = {}
    for line in lines:
        # Postfix uses a short queue id again, for a later message: what counts is the latest name.
        if found := _NAMED.search(line):
            named[found["queue_id"]] = found["message_id"]
        elif (found := _ACTIVE.search(line)) and found["queue_id"] in named:
            taken[named[found["queue_id"]]] = found["queue_id"]
    return taken
