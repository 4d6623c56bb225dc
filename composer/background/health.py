"""What programs ask a service: whether it lives, whether it can work, and what it has done.

::

    GET /healthz     200 as long as the process answers: whoever restarts what is stuck asks this
    GET /readyz      200 while it works, 503 with the reason while it does not: a line for each thing that is looked at
    GET /metrics     for Prometheus (``metrics.py``)

It listens on a port of its own, on the loopback unless the settings say otherwise: the numbers are the operator's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from composer.background.metrics import Counted, measure_service
from composer.background.metrics_text import MEDIA_TYPE, write_metrics
from composer.background.state import ServiceState
from composer.database.migrating import require_current
from composer.errors import DatabaseError
from composer.web.guards import SecurityHeaders, content_policy

_STUCK_S = 300
"""A service that has not looked for work for so long is not ready, whatever it says of itself."""

_CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class AnswerCounts:
    """Stands before an app and counts its answers by their class; ``by_class`` has every class."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.by_class = dict.fromkeys(_CLASSES, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.by_class[f"{message['status'] // 100}xx"] += 1
            await send(message)

        await self._app(scope, receive, send_and_count)


def create_health(
    engine: Engine,
    state: ServiceState,
    *,
    answers: Mapping[str, int],
    has_relay: bool,
    clock: Callable[[], float] = time.time,
) -> ASGIApp:
    """Make the app that answers the three; ``answers`` are those of the site, ``has_relay``: one is configured."""

    async def healthz(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> PlainTextResponse:
        looked_at = await run_in_threadpool(lambda: dict(_look(engine, state, has_relay=has_relay, now=clock())))
        is_ready = not any(looked_at.values())
        lines = "".join(f"{f'no  {what}: {why}' if why else f'ok  {what}'}\n" for what, why in looked_at.items())
        return PlainTextResponse(lines, status_code=200 if is_ready else 503)

    counted = Counted()

    async def metrics(_: Request) -> PlainTextResponse:
        written = await run_in_threadpool(
            lambda: write_metrics(measure_service(engine, state, dict(answers), counted, now=clock()))
        )
        return PlainTextResponse(written, media_type=MEDIA_TYPE)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return SecurityHeaders(Starlette(routes=routes), policy=content_policy())


def _look(engine: Engine, state: ServiceState, *, has_relay: bool, now: float) -> Iterator[tuple[str, str]]:
    """Tell of each thing that must be so why it is not; "" where it is."""
    yield "database", _of_database(engine)
    yield "relay", "" if has_relay else "none is configured"
    yield "lease", "" if state.has_lease else "another process has this one's place"
    why = "it has not begun yet" if not state.is_ready else ""
    yield "service", "it has been told to end" if state.is_draining else why
    is_stuck = state.last_sweep_at is not None and now - state.last_sweep_at > _STUCK_S
    yield "sweep", "it has not looked for work for minutes" if is_stuck else ""


def _of_database(engine: Engine) -> str:
    try:
        require_current(engine)
    except DatabaseError as error:
        return "its tables are not those of this program" if error.remedy else "it cannot be used"
    return ""
