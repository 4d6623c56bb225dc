"""An app on a socket, in the event loop that is running already, so that several can share one process.

Enter: an ASGI app, a host, a port (0: any that is free). Leaves: the address to open. Signals are left to the
caller: ``until_stopped`` waits for one that ends programs, once, whatever number of apps runs.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from composer.errors import PortTaken
from composer.web.connection import REQUEST_S, STALLED_S, BoundedConfig
from composer.web.signals import ending_signals, leave_closed_terminal

_log = logging.getLogger("composer.web")

# An open event stream must not hold up the end of the program.
_GRACE_S = 1


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket. Raises PortTaken, naming the port and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}; choose another port") from error
    sock.listen(128)
    sock.setblocking(False)
    return sock


def address(sock: socket.socket) -> str:
    """Return the address of a listening socket, as ``http://host:port``."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(
    app: ASGIApp, sock: socket.socket, *, request_s: float = REQUEST_S, stalled_s: float = STALLED_S
) -> AsyncIterator[str]:
    """Serve ``app`` on ``sock`` while the block runs; gives the address to open."""
    server = _Server(BoundedConfig(app, request_s=request_s, stalled_s=stalled_s, grace_s=_GRACE_S))
    task = asyncio.create_task(server.serve(sockets=[sock]))
    await server.ready.wait()
    url = address(sock)
    _log.info("a server listens", extra={"action": "server.started", "address": url})
    try:
        yield url
    finally:
        server.should_exit = True
        await task
        _log.info("a server has stopped", extra={"action": "server.stopped", "address": url})


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: they end the program, not one of its servers."""
        yield


async def until_stopped() -> None:
    """Return at the first Ctrl-C or SIGTERM, or when the terminal is closed."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = ending_signals()
    for number in numbers:
        loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
        leave_closed_terminal()
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
