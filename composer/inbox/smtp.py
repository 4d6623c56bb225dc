"""The door: SMTP on a loopback port → the store. Takes any sender, any recipient, no login.

aiosmtpd speaks the protocol (RFC 5321, SIZE, 8BITMIME, SMTPUTF8); this module only opens the port and keeps
what comes. Only loopback: a server that takes anything must not be reachable from elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from composer.inbox.store import Store

_log = logging.getLogger("composer.inbox")

MAX_MESSAGE_BYTES = 64 * 1024 * 1024


class _IntoStore:
    """Puts every message that arrives into the store; aiosmtpd finds the method by its name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content or b""
        message = self._store.add_message(
            mail_from=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            data=content if isinstance(content, bytes) else content.encode(),
            received_at=time.time(),
        )
        fields = {"number": message.id, "recipients": len(message.recipients), "size_bytes": message.size_bytes}
        _log.info("the inbox has kept a message", extra={"action": "inbox.received", **fields})
        return f"250 2.0.0 kept as message {message.id}"


@asynccontextmanager
async def accepting(store: Store, sock: socket.socket) -> AsyncIterator[None]:
    """Accept mail on ``sock`` while the block runs."""
    loop = asyncio.get_running_loop()
    handler = _IntoStore(store)

    sessions: WeakSet[SMTP] = WeakSet()

    def session() -> SMTP:
        # The host name is given: looking it up takes seconds on a machine without a resolver.
        new = SMTP(
            handler,
            hostname="localhost",
            ident="newsletter inbox",
            data_size_limit=MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            loop=loop,
        )
        sessions.add(new)
        return new

    server = await loop.create_server(session, sock=sock)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        # A server that is closed keeps its open connections; a relay that goes away does not.
        for each in sessions:
            if each.transport is not None:
                each.transport.close()
        await asyncio.sleep(0)
