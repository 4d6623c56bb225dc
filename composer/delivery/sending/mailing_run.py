"""Sending a mailing from end to end: take it, load what it is made of, dispatch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import Engine

from composer.database.engine import reading
from composer.delivery.ledger.group_commit import GroupCommit
from composer.delivery.ledger.ledger import hold_ledger
from composer.delivery.ledger.sendable import NO_TERMS, SendTerms
from composer.delivery.limits.settings import NO_LIMITS, LimitSettings
from composer.delivery.mailing import compile_mailing, find_mailing
from composer.delivery.sending.dispatch import dispatch
from composer.delivery.sending.rendering import EditionMessage
from composer.delivery.sending.run import End, Run
from composer.delivery.smtp.pool import Route
from composer.delivery.variant import EditionKey
from composer.message.links import Site


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

    ``holder`` names this process (``host:pid:random``), ``clock`` gives Unix seconds. Raises MailingError if it
    is being sent already, StateError if it may not be sent, LeaseLost, DatabaseError.
    """
    held = partial(hold_ledger, engine, mailing=mailing, holder=holder, clock=clock, terms=terms)
    async with GroupCommit(held, clock=clock, halted=run.halt) as ledger:
        run.left_unknown = ledger.left_unknown
        return await dispatch(
            ledger,
            mailing=mailing,
            messages=_messages(engine, mailing, site=site),
            routes=routes,
            limits=limits,
            run=run,
            clock=clock,
            patient=patient,
        )


def _messages(engine: Engine, mailing: int, *, site: Site) -> Mapping[EditionKey, EditionMessage]:
    """Read after the lease is ours: the first taking of the lease fixes the date of all messages."""
    with reading(engine) as connection:
        compiled = compile_mailing(connection, find_mailing(connection, mailing), site=site)
    return {version: EditionMessage(message, edition.sender[1]) for version, (edition, message) in compiled.items()}
