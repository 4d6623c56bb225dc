"""From a save to an open browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

from composer.studio.changes import SavedChanges


async def test_a_browser_hears_the_run_and_then_of_a_save(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    watching = asyncio.create_task(changes.watch())
    events = changes.stream()
    assert "event: hello\ndata: abc\n" in await anext(events)
    heard = asyncio.ensure_future(anext(events))
    while not heard.done():
        # The watcher needs an instant to begin; an author saves again, too.
        (tmp_path / "issue.yaml").write_text("x")
        await asyncio.wait([heard], timeout=0.2)
    assert heard.result() == "event: change\ndata:\n\n"
    changes.end()
    await watching


async def test_a_folder_that_appears_later_is_watched_too(tmp_path: Path) -> None:
    folder = tmp_path / "issues"
    changes = SavedChanges([folder], run="abc")
    watching = asyncio.create_task(changes.watch())
    events = changes.stream()
    await anext(events)
    folder.mkdir()
    heard = asyncio.ensure_future(anext(events))
    while not heard.done():
        (folder / "issue.yaml").write_text("x")
        await asyncio.wait([heard], timeout=0.2)
    changes.end()
    await watching


async def test_every_browser_hears_and_a_busy_one_hears_once(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    streams = [changes.stream(), changes.stream()]
    for stream in streams:
        await anext(stream)
    changes.notify()
    changes.notify()
    assert [await anext(stream) for stream in streams] == ["event: change\ndata:\n\n"] * 2
    waiting = asyncio.ensure_future(anext(streams[0], "over"))
    await asyncio.sleep(0)
    assert not waiting.done()
    changes.end()
    assert await waiting == "over"


async def test_the_end_closes_every_stream(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    stream = changes.stream()
    await anext(stream)
    changes.end()
    assert [event async for event in stream] == []
