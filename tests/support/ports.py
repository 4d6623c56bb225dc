"""Free TCP ports of 127.0.0.1 for programs that cannot choose one themselves.

A server that can is given port 0. For the others a port is chosen at random below those that the system gives to
outgoing connections, so nobody is handed it by chance while a server starts again; two that choose the same one
at the same moment are possible, so whoever starts a server tries another port when it does not come up.
"""

from __future__ import annotations

import random
import socket
from contextlib import closing
from pathlib import Path

TRIES = 5
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 10_000


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    dice = random.SystemRandom()  # two test processes with one seed would choose the same
    highest = int(_EPHEMERAL.read_text().split()[0]) if _EPHEMERAL.exists() else 32_768
    while True:
        port = dice.randrange(_LOWEST, max(highest, _LOWEST + 1000))
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def answers(port: int) -> bool:
    """Whether somebody listens on that port."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
