"""Sending a mailing from end to end: take it, load what it is made of, dispatch it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Engine

from composer.database.engine import reading
from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.ledger.ledger import hold_ledger
from composer.delivery.ledger.sendable import NO_TERMS, SendTerms
from composer.delivery.limits.settings import NO_LIMITS, LimitSettings
from composer.delivery.mailing import compile_mailing, find_mailing
from composer.delivery.sending.dispatch import dispatch
from composer.delivery.sending.relay_choice import routes_of
from composer.delivery.sending.relay_worker import EditionMessage
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import Route
from composer.delivery.variant import EditionKey
from composer.message.links import Site

_log = logging.getLogger("composer.delivery")


async def send_mailing(
    engine: Engine,
    mailing: int,
    *,
    site: Site,
    routes: Sequence[Route],
    run: Run,
    holder: str,
    clock: Callable[[], float],
    limits: LimitSettings = NO_LIMITS,
    patient: bool = False,
    terms: SendTerms = NO_TERMS,
) -> End:
    """Begin a planned mailing, or go on with one; ``run`` tells how far it is, and stops it.

    Of the ``routes``, those are used that may carry it. ``holder`` names this process (``host:pid:random``), ``clock``
    gives Unix seconds. Raises MailingError if it is being sent already, StateError if it may not be sent, LeaseLost,
    DatabaseError.
    """
    with reading(engine) as connection:
        routes = routes_of(find_mailing(connection, mailing), routes)
    held_to = replace(terms, site=site, domains=limits.domains)
    held = partial(hold_ledger, engine, mailing=mailing, holder=holder, clock=clock, terms=held_to)
    began = time.monotonic()
    async with GroupCommit(held, clock=clock, halted=run.halt) as ledger:
        run.left_unknown = ledger.left_unknown
        _log_start(mailing, routes, left_unknown=run.left_unknown)
        try:
            end = await dispatch(
                ledger,
                mailing=mailing,
                messages=_messages(engine, mailing, site=site),
                routes=routes,
                limits=limits,
                run=run,
                clock=clock,
                patient=patient,
            )
        except Exception as error:
            fields = {"mailing": mailing, "reason": f"{type(error).__name__}: {error}"}
            _log.warning("the sending of a mailing has failed", extra={"action": "send.failed", **fields})
            raise
    _log_end(mailing, run, end, seconds=time.monotonic() - began)
    return end


def _log_start(mailing: int, routes: Sequence[Route], *, left_unknown: int) -> None:
    fields = {
        "mailing": mailing,
        "relays": " ".join(route.relay.name for route in routes),
        "connections": sum(route.connections for route in routes),
        "left_unknown": left_unknown,
    }
    _log.info("the sending of a mailing begins", extra={"action": "send.started", **fields})


def _log_end(mailing: int, run: Run, end: End, *, seconds: float) -> None:
    counts = {str(state): count for state, count in run.counts.items()}
    fields = {"mailing": mailing, "end": run.halted or end.name.lower(), **counts, "seconds": round(seconds, 3)}
    _log.info("the sending of a mailing has ended", extra={"action": "send.finished", **fields})


def _messages(engine: Engine, mailing: int, *, site: Site) -> Mapping[EditionKey, EditionMessage]:
    """Read after the lease is ours: the first taking of the lease fixes the date of all messages."""
    with reading(engine) as connection:
        compiled = compile_mailing(connection, find_mailing(connection, mailing), site=site)
    return {version: EditionMessage(message, edition.sender[1]) for version, (edition, message) in compiled.items()}
