"""What is said of a request that cannot be read, whichever address it was for: 422, in words, of each part.

Enters: what FastAPI found. Leaves: words that name the parts and say what is wrong with them. What stands in a part is
not repeated: it may be a secret, or half of a character, which no answer can have in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

_IN_WORDS: Final = {"string_unicode": "it has half of a character in it (a lone surrogate); delete it"}


def tell_unreadable(app: FastAPI) -> None:
    """Let an app say in words what cannot be read of a request."""
    app.add_exception_handler(RequestValidationError, _tell)


def what_is_wrong(error: RequestValidationError) -> str:
    """Say which parts of a request cannot be read, without what stands in them."""
    return "; ".join(f"{_part(one)}: {_IN_WORDS.get(one['type'], one['msg'])}" for one in error.errors())


def _part(found: Mapping[str, Any]) -> str:
    name = ".".join(map(str, found["loc"][1:])) or "the request"
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _tell(_: Request, error: Exception) -> JSONResponse:
    words = what_is_wrong(error) if isinstance(error, RequestValidationError) else str(error)
    return JSONResponse({"detail": words}, status_code=422)
