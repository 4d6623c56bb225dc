"""One HTTP/1.1 connection that cannot hold a server up, whatever its other end does or leaves undone.

uvicorn waits for the rest of a request as long as it takes, so some hundreds of half requests (slowloris) use up all
file descriptors, and nobody can leave a list any more. Here a request has ``REQUEST_S`` to arrive whole, an answer
``STALLED_S`` to move on, and where the descriptors become few, whoever has kept us waiting longest gives way.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S: Final = 30.0
"""Seconds from the opening of a connection, or the answer before, to the last byte of a request."""

STALLED_S: Final = 60.0
"""Seconds that an answer may stand still because its reader takes nothing."""

_MOST_CONNECTIONS = 2000
# For the database, files, and the connections that are accepted in one turn of the loop.
_KEPT_DESCRIPTORS = 128
_ACCEPTED_AT_ONCE = 32

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class BoundedConfig(uvicorn.Config):
    """The server's settings: uvicorn's, and how long and how many a connection may be."""

    def __init__(self, app: ASGIApp, *, request_s: float, stalled_s: float, grace_s: int) -> None:
        super().__init__(
            app,
            http=BoundedConnection,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_graceful_shutdown=grace_s,
        )
        self.request_s = request_s
        self.stalled_s = stalled_s
        self.most_connections = _most_connections()


def _most_connections() -> int:
    """Tell how many connections the descriptors of this process allow, after asking for as many as it may have."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _KEPT_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(8, min(wanted, soft) - _KEPT_DESCRIPTORS)


class BoundedConnection(H11Protocol):
    """Serves requests as uvicorn's connection does, and puts an end to every wait for the other side."""

    config: BoundedConfig

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request_due: asyncio.TimerHandle | None = None
        self._answer_due: asyncio.TimerHandle | None = None
        self._waits_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to wait for the first request, in the place of an older one if there is no other."""
        super().connection_made(transport)
        self._wait_or_not()
        if len(self.connections) > self.config.most_connections:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request."""
        super().data_received(data)
        self._wait_or_not()

    def on_response_complete(self) -> None:
        """Go on to the next request."""
        super().on_response_complete()
        self._wait_or_not()

    def shutdown(self) -> None:
        """End in order; a request that is not there yet has nothing to be answered."""
        if self._is_owed_a_request:
            self.transport.abort()
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: there is nobody any more."""
        super().connection_lost(exc)
        for timer in (self._request_due, self._answer_due):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        """Give the reader of an answer some time to take what is there."""
        super().pause_writing()
        self._answer_due = self.loop.call_later(self.config.stalled_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        if self._answer_due is not None:
            self._answer_due.cancel()

    @property
    def _is_owed_a_request(self) -> bool:
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _wait_or_not(self) -> None:
        if not self._is_owed_a_request or self.transport.is_closing():
            if self._request_due is not None:
                self._request_due.cancel()
                self._request_due = None
        elif self._request_due is None:
            self._waits_since = time.monotonic()
            self._request_due = self.loop.call_later(self.config.request_s, self._end)

    def _end(self) -> None:
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _make_room(self) -> None:
        """Let whoever has kept us waiting longest go, until there are as many connections as there may be."""
        open_ones = [
            one for one in self.connections if isinstance(one, BoundedConnection) and not one.transport.is_closing()
        ]
        waiting = sorted((one for one in open_ones if one._is_owed_a_request), key=lambda one: one._waits_since)
        for one in (waiting or [self])[: len(open_ones) - self.config.most_connections]:
            one.transport.abort()
