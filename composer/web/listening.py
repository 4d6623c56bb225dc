"""A socket that listens, before anything is there that answers: who connects waits until an app serves on it.

Enters: a host, a port (0: any that is free). Leaves: the socket, and the address to open.
"""

from __future__ import annotations

import errno
import os
import socket

from composer.errors import PortTaken

# As many of ours at a time as a person may have left running.
_PORTS = 20


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket. Raises PortTaken, naming the port and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # On Windows it would share the port of another program.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}; choose another port") from error
    sock.listen(128)
    sock.setblocking(False)
    return sock


def listen_from(host: str, port: int) -> socket.socket:
    """Open a listening socket at ``port``, or at the next one that nobody has. Raises PortTaken after twenty."""
    for higher in range(port, min(port + _PORTS, 65536)):
        try:
            return listen(host, higher)
        except PortTaken as taken:
            if not isinstance(taken.__cause__, OSError) or taken.__cause__.errno != errno.EADDRINUSE:
                raise
    last = min(port + _PORTS, 65536) - 1
    raise PortTaken(f"cannot listen on {host}: the ports {port} to {last} are taken; choose another port")


def socket_address(sock: socket.socket) -> str:
    """Return the address of a listening socket, as ``http://host:port``."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
