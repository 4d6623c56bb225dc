"""The log: what a line looks like, what never stands in it, and that operators are told of every action."""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.logs import JsonFormatter, TextFormatter, hide_addresses

ROOT = Path(__file__).parents[1]
ACTION = re.compile(r"[a-z]+\.[a-z]+")
LIBRARIES = ("server", "inbox", "loop", "database", "engine")


def _record(level: int, message: str, *, error: Exception | None = None, **fields: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "composer.delivery", "levelno": level, "msg": message, **fields})
    record.levelname = logging.getLevelName(level)
    record.exc_info = (type(error), error, error.__traceback__) if error else None
    return record


def test_a_line_of_text_has_time_level_action_and_fields() -> None:
    record = _record(logging.INFO, "it goes", action="send.started", mailing=3, relays="a b", none="", created=0.0)
    time, rest = TextFormatter().format(record).split(" ", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", time)
    assert rest == 'INFO send.started: it goes, mailing=3 relays="a b" none=""'


def test_a_line_of_json_is_one_document_with_the_fields_as_data() -> None:
    line = JsonFormatter().format(_record(logging.WARNING, "two\nlines", action="relay.away", rest_s=1.5))
    assert "\n" not in line
    document = json.loads(line)
    assert document.pop("time")
    assert document == {
        "level": "warning",
        "logger": "composer.delivery",
        "action": "relay.away",
        "message": "two\nlines",
        "rest_s": 1.5,
    }


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
def test_an_exception_is_told_with_its_traceback_and_without_addresses(formatter: logging.Formatter) -> None:
    try:
        raise ValueError("cannot write to ana@example.org")
    except ValueError as error:
        told = formatter.format(
            _record(logging.ERROR, "it has failed", error=error, reason="<ben@example.org> is gone")
        )
    assert "Traceback" in told
    assert "ValueError: cannot write to ***" in told
    assert "<***> is gone" in told
    assert "@" not in told


def test_debug_lines_keep_addresses_for_whoever_asks_for_them() -> None:
    assert "ana@example.org" in TextFormatter().format(_record(logging.DEBUG, "to ana@example.org", action="a.b"))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("550 5.1.1 <ana@example.org>: unknown", "550 5.1.1 <***>: unknown"),
        ("ana+news@sub.example.org, ben@[192.0.2.1]", "***, ***"),
        ("élodie@exämple.fr (Élodie)", "*** (Élodie)"),
        ('to "ana maria"@example.org now', "to *** now"),
        ("to=ana@example.org;orcpt=rfc822;ana@example.org", "to=***;orcpt=rfc822;***"),
        ("smtp://ana:s3cret@mail.example.org:587", "smtp://***@mail.example.org:587"),
        ("smtp://ana@example.org:s3cr@t@mail.example.org:587", "smtp://***@mail.example.org:587"),
        ("smtp://ana:s3/cr?t@mail.example.org:587", "smtp://***@mail.example.org:587"),
        ("postgresql://ana:s3/cr#t@db.example/news", "postgresql://***@db.example/news"),
        ("http://127.0.0.1:8025/a/b", "http://127.0.0.1:8025/a/b"),
        ("20/second @ once", "20/second @ once"),
    ],
)
def test_addresses_and_what_logs_in_are_hidden(text: str, hidden: str) -> None:
    assert hide_addresses(text) == hidden


def test_a_long_word_does_not_hold_up_the_program() -> None:
    """From each letter on it is read as far as an address goes, and not to its end: what is longer shows that."""
    assert hide_addresses("a" * 50_000) == "a" * 50_000
    assert hide_addresses("a" * 50_000 + " ana@example.org") == "a" * 50_000 + " ***"
    assert hide_addresses("a" * 50_000 + "@example.org") == "a" * (50_000 - 254) + "***"


def test_what_libraries_say_has_an_action_too() -> None:
    record = _record(logging.WARNING, "Invalid HTTP request received.")
    record.name = "uvicorn.error"
    assert json.loads(JsonFormatter().format(record))["action"] == "server.warned"


def test_the_documentation_lists_every_action_and_no_other() -> None:
    table = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Logs")[2]
    listed = [name for line in table.splitlines() if line.startswith("| `") for name in _names(line)]
    assert sorted(listed) == sorted(set(listed))
    assert set(listed) == set(_actions()) | {f"{noun}.{verb}" for noun in LIBRARIES for verb in ("failed", "warned")}


def _names(line: str) -> list[str]:
    return re.findall(r"`([a-z]+\.[a-z]+)`", line.split("|")[1])


def test_every_record_of_ours_has_an_action() -> None:
    calls = [call for tree in _trees() for call in ast.walk(tree) if isinstance(call, ast.Call) and _is_logging(call)]
    assert len(calls) > 20
    assert [ast.unparse(call) for call in calls if "extra" not in {keyword.arg for keyword in call.keywords}] == []


def _is_logging(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == "_log"
        and call.func.attr != "isEnabledFor"
    )


def _actions() -> Iterator[str]:
    """What stands in the code as an action: behind that key, or as an argument of what records one."""
    for tree in _trees():
        for node in ast.walk(tree):
            told: list[ast.expr] = []
            if isinstance(node, ast.Dict):
                told = [value for key, value in zip(node.keys, node.values, strict=True) if _is_action(key)]
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("log_event", "_tell"):
                told = list(node.args)
            for value in told:
                if isinstance(value, ast.Constant) and ACTION.fullmatch(str(value.value)):
                    yield str(value.value)


def _is_action(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == "action"


def _trees() -> Iterator[ast.Module]:
    for file in sorted((ROOT / "composer").rglob("*.py")):
        yield ast.parse(file.read_text(encoding="utf-8"))
