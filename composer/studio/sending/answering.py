"""What every address of sending has in common: its database, the time, and how an error is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import AfterValidator
from sqlalchemy import Connection, Engine

from composer import database
from composer.control_characters import control_character
from composer.errors import (
    AddressError,
    AudienceError,
    DatabaseError,
    ImportRefused,
    NewsletterError,
    NoSuchMailing,
)
from composer.studio.asked import previews_of
from composer.studio.sending.wording import say_to_author
from composer.web.unreadable import what_is_wrong
from composer.workflow.project_database import has_database, open_database, open_to_read


def _line(text: str) -> str:
    if control_character(text):
        raise ValueError("it has a control character in it, which no line of text has")
    return text


Line = Annotated[str, AfterValidator(_line)]
"""A text that a request brings: one line, which every database can keep and every page can show."""


Number = Annotated[int, Path(ge=0, le=2**63 - 1)]
"""The number of a mailing or of a person, as a database can be asked for it."""


class AnsweringRoute(APIRoute):
    """An address whose errors are answered as JSON, with what to do about them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give the handler that answers an expected error as data."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except NewsletterError as error:
                return JSONResponse(
                    say_to_author(error, project=previews_of(request).project), status_code=_status(error)
                )
            except RequestValidationError as error:
                unread = NewsletterError(what_is_wrong(error))
                return JSONResponse(say_to_author(unread, project=previews_of(request).project), status_code=422)

        return handled


def _status(error: NewsletterError) -> int:
    match error:
        case NoSuchMailing():
            return 404
        case ImportRefused() | AddressError():
            return 422
        case AudienceError():
            return 404
        case DatabaseError():
            return 503
        case _:
            return 409


@contextmanager
def opened(*, to_write: bool = False) -> Iterator[Engine]:
    """Open the project's database while the block lasts."""
    engine = open_database() if to_write else open_to_read()
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def looking() -> Iterator[Connection | None]:
    """Give a connection that sees one moment, or None where there is no database yet."""
    if not has_database():
        yield None
        return
    with opened() as engine, database.reading(engine) as connection:
        yield connection


@contextmanager
def changing(mailing: int) -> Iterator[Engine]:
    """Open the database to change something of a mailing. Raises NoSuchMailing where there is no database yet."""
    if not has_database():
        raise NoSuchMailing(mailing)
    with opened(to_write=True) as engine:
        yield engine


@contextmanager
def looking_at(mailing: int) -> Iterator[Connection]:
    """Give a connection for a look at a mailing. Raises NoSuchMailing where there is no database yet."""
    with looking() as connection:
        if connection is None:
            raise NoSuchMailing(mailing)
        yield connection


def moment(at: float | None) -> dt.datetime | None:
    """Turn Unix seconds into a time that JSON can tell; None and 0 stay nothing."""
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None
