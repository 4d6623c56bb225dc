"""The event loops that SMTP is tested on: uvloop, which sends; and asyncio's own, where TLS is another program."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import uvloop

_LOOPS: Mapping[str, Mapping[str, Callable[[], asyncio.AbstractEventLoop]]] = {
    "test_transaction": {"uvloop": uvloop.new_event_loop},
    "test_connection": {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop},
}
for module in _LOOPS:
    assert Path(__file__).with_name(f"{module}.py").is_file(), f"{module} was renamed: it would lose its event loops"


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """By module."""
    return _LOOPS.get(item.path.stem, {"asyncio": asyncio.new_event_loop})
