"""An app on a socket, in the event loop that is running already, so that several can share one process.

Enter: an ASGI app, a host, a port (0: any that is free). Leaves: the address to open. Signals are left to the
caller: ``until_stopped`` (``signals.py``) waits for one that ends programs, once, whatever number of apps runs.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from composer.web.connection import REQUEST_S, STALLED_S, BoundedConfig
from composer.web.listening import socket_address

_log = logging.getLogger("composer.web")

# An open event stream must not hold up the end of the program.
_GRACE_S = 1


@asynccontextmanager
async def serving(
    app: ASGIApp, sock: socket.socket, *, request_s: float = REQUEST_S, stalled_s: float = STALLED_S
) -> AsyncIterator[str]:
    """Serve ``app`` on ``sock`` while the block runs; gives the address to open."""
    server = _Server(BoundedConfig(app, request_s=request_s, stalled_s=stalled_s, grace_s=_GRACE_S))
    task = asyncio.create_task(server.serve(sockets=[sock]))
    url = socket_address(sock)
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
