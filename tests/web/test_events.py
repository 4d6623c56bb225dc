"""Server-sent events: every open browser hears of every change, once, until the feed is closed."""

from __future__ import annotations

import asyncio

from composer.web.events import ChangeFeed, ServerEvent


async def test_a_browser_hears_a_greeting_and_then_each_change() -> None:
    feed = ChangeFeed()
    stream = feed.stream(lambda: ServerEvent("change", "7"), greeting=lambda: ServerEvent("hello", "run"))
    assert await anext(stream) == "retry: 1000\nevent: hello\ndata: run\n\n"
    feed.notify()
    assert await anext(stream) == "event: change\ndata: 7\n\n"


async def test_what_changed_before_a_browser_connected_is_told_at_once_where_it_matters() -> None:
    stream = ChangeFeed().stream(lambda: ServerEvent("change", "7"), describe_at_once=True)
    assert await anext(stream) == "retry: 1000\n\n"
    assert await anext(stream) == "event: change\ndata: 7\n\n"


async def test_an_event_tells_the_state_when_it_is_sent_and_many_changes_are_one() -> None:
    feed, count = ChangeFeed(), 0
    stream = feed.stream(lambda: ServerEvent("change", str(count)))
    await anext(stream)
    for count in range(1, 6):  # noqa: B007
        feed.notify()
    assert await anext(stream) == "event: change\ndata: 5\n\n"
    waiting = asyncio.ensure_future(anext(stream, "over"))
    await asyncio.sleep(0)
    assert not waiting.done()
    feed.close()
    assert await waiting == "over"


async def test_a_closed_feed_ends_the_streams_that_begin_later_too() -> None:
    feed = ChangeFeed()
    feed.close()
    stream = feed.stream(lambda: ServerEvent("change"))
    assert [text async for text in stream] == ["retry: 1000\n\n"]
