"""Answers at the address where a relay's log is dropped: what it says of deliveries that are unknown."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from composer.errors import NewsletterError
from composer.studio.sending.answering import AnsweringRoute, changing
from composer.studio.sending.mailing_models import LogSettlement
from composer.studio.sending.reports import unknown_lines
from composer.workflow.deciding import settle
from composer.workflow.wiring import the_site, this_sender

LOG_PATH = "/api/sending/settle-by-log"
"""Where a log is dropped, which may be larger than what else is sent to the studio."""

LOG_MAX_BYTES: Final = 2**30
"""A log of a day or a month; it is read from the disk, line by line."""

routes = APIRouter(route_class=AnsweringRoute)


@routes.post(LOG_PATH)
async def _settle_by_log(request: Request, mailing: Annotated[int, Query(ge=0, le=2**63 - 1)]) -> LogSettlement:
    # In a file for its owner alone, which is gone with the answer: everybody's addresses are in it.
    with tempfile.NamedTemporaryFile(prefix="newsletter-", suffix=".log") as log:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > LOG_MAX_BYTES:
                raise NewsletterError(f"the log is larger than {LOG_MAX_BYTES // 2**20} MB; drop the part of that day")
            log.write(part)
        log.flush()
        return await run_in_threadpool(_settle, mailing, Path(log.name))


def _settle(mailing: int, log: Path) -> LogSettlement:
    with changing(mailing) as engine:
        found = settle(engine, mailing, seen_from=this_sender(), site=the_site, logs=[log])
    return LogSettlement(
        by_logs=dict(found.by_logs),
        lines=found.log.lines if found.log else 0,
        queued=found.log.queued if found.log else 0,
        left=unknown_lines(found),
    )
