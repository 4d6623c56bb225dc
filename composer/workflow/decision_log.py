"""The log of what people decide: one record for each decision, once it is in the database."""

from __future__ import annotations

import getpass
import logging
from typing import Any

_log = logging.getLogger("composer.workflow")


def log_event(action: str, message: str, **fields: Any) -> None:
    """Record what a person has done, once it is in the database."""
    _log.info(message, extra={"action": action, **fields})


def name_of(by: str | None) -> str:
    """Give the name of whoever says so: the one given, or else the login."""
    return by or getpass.getuser()


def note_of(by: str | None, what: str, why: str) -> str:
    """Word a line for the record: who has decided what, and why."""
    return f"{name_of(by)}: {what}" + (f" ({why})" if why else "")
