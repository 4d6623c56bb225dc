"""Servers find a port, and end at the signals that end programs, on every system's event loop."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import closing
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from composer.errors import PortTaken
from composer.web.listening import listen, listen_from
from composer.web.serving import serving
from composer.web.signals import until_stopped
from tests.support.ports import free_port


def test_a_port_that_is_taken_gives_way_to_the_next_free_one() -> None:
    with closing(listen_from("127.0.0.1", free_port())) as first:
        taken = first.getsockname()[1]
        with closing(listen_from("127.0.0.1", taken)) as second:
            assert taken < second.getsockname()[1] < taken + 20
        with pytest.raises(PortTaken, match=f"port {taken}: .* choose another port"):
            listen("127.0.0.1", taken)


def test_the_search_for_a_port_ends_with_the_last_that_there_is() -> None:
    with closing(listen_from("127.0.0.1", 65535)), pytest.raises(PortTaken, match="65535 to 65535 are taken"):
        listen_from("127.0.0.1", 65535)


def test_an_address_that_is_not_ours_is_no_taken_port() -> None:
    with pytest.raises(PortTaken, match=r"cannot listen on 192\.0\.2\.1 port 8027"):
        listen_from("192.0.2.1", 8027)


class LoopOfWindows(asyncio.SelectorEventLoop):
    """As the loops of Windows are: woken by signals, without handlers of its own for them."""

    def add_signal_handler(self, *words: Any) -> None:  # type: ignore[override]
        raise NotImplementedError


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, LoopOfWindows])
def test_ctrl_c_ends_a_server_in_order_and_is_python_s_again_afterwards(loop: type[asyncio.AbstractEventLoop]) -> None:
    async def interrupted() -> None:
        waiting = asyncio.create_task(until_stopped())
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGINT)
        await waiting

    before = signal.getsignal(signal.SIGINT)
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(interrupted())
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_a_server_starts_lets_it_begin_and_end_in_order(caplog: pytest.LogCaptureFixture) -> None:
    asked, may_start, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow_to_start(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        asked.set()
        await may_start.wait()
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        ended.set()
        await send({"type": "lifespan.shutdown.complete"})

    async def interrupted() -> None:
        async def served() -> None:
            async with serving(slow_to_start, listen("127.0.0.1", 0)):
                pytest.fail("a server that was interrupted is not ready")

        starting = asyncio.create_task(served())
        await asked.wait()
        starting.cancel()
        await asyncio.sleep(0)
        may_start.set()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert ended.is_set()

    asyncio.run(interrupted())
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
