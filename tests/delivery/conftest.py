"""The event loops that SMTP is tested on: uvloop, which sends; and asyncio's own, where TLS is another program."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

_LOOPS: Mapping[str, Mapping[str, Callable[[], asyncio.AbstractEventLoop]]] = {
    "test_smtp_transaction": {"uvloop": uvloop.new_event_loop},
    "test_smtp_connection": {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop},
}


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """By module."""
    return _LOOPS.get(item.path.stem, {"asyncio": asyncio.new_event_loop})
