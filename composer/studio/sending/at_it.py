"""Who is at a mailing: a process that the studio has started, or the service, if one works on the database."""

from __future__ import annotations

import datetime as dt
import time

from sqlalchemy import Engine

from composer.background.alive import running_services
from composer.background.registering import is_left_to_service, leave_to_service
from composer.database.engine import reading
from composer.studio.sending.answering import opened
from composer.workflow import sending_process
from composer.workflow.decision_log import name_of
from composer.workflow.sending_process import StartWords


def is_at_it(mailing: int, *, waits_since: dt.datetime | None = None) -> bool:
    """Whether somebody sends the mailing, or waits for its time, which is ``waits_since`` if it has not begun."""
    if sending_process.is_at_it(mailing):
        return True
    if waits_since is None:
        return False
    with opened() as engine, reading(engine) as connection:
        return is_left_to_service(connection, mailing)


def leave_if_served(engine: Engine, mailing: int, words: StartWords) -> bool:
    """Leave the mailing to the service, if one works; whether it was."""
    with engine.begin() as connection:
        if not running_services(connection):
            return False
        leave_to_service(
            connection,
            mailing,
            now=int(time.time()),
            by=name_of(None),
            confirmed=words.confirmed,
            believes_refusals=words.believes_refusals,
        )
    return True
