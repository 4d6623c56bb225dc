"""The log: what the program does, told by the standard library's ``logging`` on stderr, as text or as JSON lines.

One logger a package (``composer.delivery``, ``composer.site`` …). A record's message is a fixed sentence; what differs
from one time to the next stands in its fields, given by ``extra``, and ``action`` names what has happened
(``send.started``) for whoever searches or counts. docs/operating.md lists the actions; a test holds its table against
the code.

::

    2026-11-26T21:04:10+01:00 WARNING relay.unreachable: a relay cannot be reached, relay=smtp.example.org:587 …
    {"time": "2026-11-26T21:04:10+01:00", "level": "warning", "action": "relay.unreachable", "message": …, "relay": …}

Mail addresses never leave from level INFO on, whatever a relay's words or a traceback say: they are replaced while the
line is made. So are user names and passwords in URLs.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from typing import Any, TextIO

_LIBRARIES = {"uvicorn": "server", "mail": "inbox", "asyncio": "loop", "sqlalchemy": "database", "dbos": "engine"}
"""Loggers of libraries whose warnings are ours to tell → the noun of their actions."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "action", "color_message"}
# No address is longer than 254, and without that limit a long word without an @ would be searched from each letter on.
# What logs in to a relay or a database may have any sign in it, where somebody has forgotten to encode it.
_ADDRESS = re.compile(
    r'(?<=smtp:|mtps:|esql:|gres:|copg:)//[^\s@]*(?:@[^\s@]+)*@|//[^\s/@]*(?:@[^\s/@]+)*@|(?:"[^"\n]*"|[^\s<>()\[\],;:"\'=]{1,254})@\[?[\w.:-]+\]?'
)


def start_log(*, as_json: bool, level: int) -> None:
    """Write the records of this program from ``level`` on to stderr, and the warnings of the libraries that it runs."""
    handler = _ToStderr()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    for name in ("composer", *_LIBRARIES):
        logger = logging.getLogger(name)
        logger.handlers = [one for one in logger.handlers if not isinstance(one, _ToStderr)] + [handler]
        logger.setLevel(level if name == "composer" else max(level, logging.WARNING))


def is_json() -> bool:
    """Whether stderr is for programs: JSON lines and nothing else."""
    handlers = logging.getLogger("composer").handlers
    return any(isinstance(one, _ToStderr) and isinstance(one.formatter, JsonFormatter) for one in handlers)


def hide_addresses(text: str) -> str:
    """Replace mail addresses, and what stands before the ``@`` of a URL, by ``***``."""
    return _ADDRESS.sub(lambda found: "//***@" if found[0].startswith("//") else "***", text)


# What databases and their drivers add about the row that they refuse.
_ROW = re.compile(r"(DETAIL: |\[parameters: |Failing row contains|Key (?=\())[^\n]*|(?<=\[SQL: )[^\n]*VALUES[^\n]*")


def without_people(text: str) -> str:
    """Take mail addresses, logins, and rows of the database that an error repeats out of a text."""
    return hide_addresses(_ROW.sub(lambda found: f"{found[1] or ''}***", text))


class _ToStderr(logging.StreamHandler[TextIO]):
    """Looks up ``sys.stderr`` for every record: a progress bar puts its own in its place, and prints above itself."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class TextFormatter(logging.Formatter):
    """A record as a line for people: time, level, action, sentence, fields; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, without its end."""
        known = _parts(self, record)
        line = f"{known.pop('time')} {record.levelname} {known.pop('action')}: {known.pop('message')}"
        error = known.pop("error", None)
        fields = " ".join(f"{name}={_short(value)}" for name, value in known.items() if name not in ("level", "logger"))
        line += f", {fields}" if fields else ""
        return f"{line}\n{error}" if error else line


class JsonFormatter(logging.Formatter):
    """A record as one JSON document in one line; a traceback is its ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the document, without a line end."""
        return json.dumps(_parts(self, record), ensure_ascii=False, default=str)


def _parts(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "time": dt.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "action": getattr(record, "action", None) or _action_of_library(record),
        "message": record.getMessage().strip(),
        **{name: value for name, value in vars(record).items() if name not in _STANDARD},
    }
    if record.exc_info:
        parts["error"] = formatter.formatException(record.exc_info)
    if record.levelno < logging.INFO:
        return parts
    return {name: without_people(value) if isinstance(value, str) else value for name, value in parts.items()}


def _action_of_library(record: logging.LogRecord) -> str:
    noun = _LIBRARIES.get(record.name.partition(".")[0], "program")
    return f"{noun}.{'failed' if record.exc_info else 'warned'}"


def _short(value: object) -> str:
    """A field's value, in quotes where it would run into the next."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or re.search(r'[\s"=]', text) else text
