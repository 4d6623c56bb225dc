"""What is made when it is first asked for is made once, however many ask."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from composer.web.late import LateApp


async def test_the_app_is_made_once_for_all_who_ask_while_it_is_made() -> None:
    made: list[int] = []
    let_go = threading.Event()

    def make() -> ASGIApp:
        let_go.wait()
        made.append(threading.get_ident())
        return PlainTextResponse("made")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(LateApp(make)), base_url="http://late") as client:
        asking = [asyncio.ensure_future(client.get("/")) for _ in range(3)]
        await asyncio.sleep(0)  # the loop goes on meanwhile
        let_go.set()
        answers = await asyncio.gather(*asking)
        answers.append(await client.get("/again"))
    assert [answer.text for answer in answers] == ["made"] * 4
    assert len(made) == 1
    assert made != [threading.get_ident()]


async def test_what_could_not_be_made_is_tried_again() -> None:
    tries: list[str] = []

    def make() -> ASGIApp:
        tries.append("")
        if len(tries) == 1:
            raise OSError("too many open files")
        return PlainTextResponse("made")

    async with httpx.AsyncClient(transport=httpx.ASGITransport(LateApp(make)), base_url="http://late") as client:
        with pytest.raises(OSError, match="too many"):
            await client.get("/")
        assert (await client.get("/")).text == "made"
