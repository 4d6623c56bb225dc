"""An app on a socket, in the event loop that is running already, so that several can share one process.

Enter: an ASGI app, a host, a port (0: any that is free). Leaves: the address to open. Signals are left to the
caller: ``until_stopped`` waits for one that ends programs, once, whatever number of apps runs.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from composer.errors import PortTaken
from composer.web.connection import REQUEST_S, STALLED_S, BoundedConfig
from composer.web.signals import ending_signals, leave_closed_terminal

_log = logging.getLogger("composer.web")

# An open event stream must not hold up the end of the program.
_GRACE_S = 1
# As many of ours at a time as a person may have left running.
_PORTS = 20


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
    url = address(sock)
    try:
        await server.ready.wait()
        _log.info("a server listens", extra={"action": "server.started", "address": url})
        yield url
    finally:  # also where Ctrl-C comes while it starts: the app ends in its own way
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
    with _calling(stopped.set):
        await stopped.wait()
        leave_closed_terminal()


@contextmanager
def _calling(act: Callable[[], object]) -> Iterator[None]:
    """Call ``act`` in the running loop at each signal that ends programs, while the block runs."""
    loop = asyncio.get_running_loop()
    numbers = ending_signals()
    try:
        for number in numbers:
            loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows, whose loops are woken by a signal and do not hear which one
        former = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(act)) for number in numbers}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
