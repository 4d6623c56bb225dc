"""A real server of the web on 127.0.0.1 that answers each path in its own way, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str]]
ScriptedAnswer = Reply | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Pages:
    """What the server answers by path; ``asked`` is what came: method, host and path."""

    answers: dict[str, ScriptedAnswer]
    port: int = 0
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    connections: int = 0
    has_ended: threading.Event = field(default_factory=threading.Event)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(answers: dict[str, ScriptedAnswer], *, tls: ssl.SSLContext | None = None) -> Iterator[Pages]:
    """Serve until the block ends; a path that is not named is not there."""
    pages = Pages(answers)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            pages.connections += 1
            super().setup()

        def _answer(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            with lock:
                pages.asked.append((self.command, host, self.path))
                pages.headers.append(dict(self.headers))
            answer = pages.answers.get(self.path, (404, {}))
            if callable(answer):
                answer(self)
                return
            self.send_response(answer[0])
            for name, value in answer[1].items():
                self.send_header(name, value.replace("PORT", str(pages.port)))
            self.end_headers()

        do_GET = do_HEAD = _answer  # noqa: N815  as the library calls them

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    pages.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        pages.has_ended.set()
        server.shutdown()
        server.server_close()
