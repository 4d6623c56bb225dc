"""From a save to an open browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from composer.studio.changes import SavedChanges


async def test_a_browser_hears_the_run_and_then_of_a_save(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    watching = asyncio.create_task(changes.watch())
    events = changes.stream()
    assert "event: hello\ndata: abc 0\n" in await anext(events)
    heard = asyncio.ensure_future(anext(events))
    while not heard.done():
        # The watcher needs an instant to begin; an author saves again, too.
        (tmp_path / "issue.yaml").write_text("x")
        await asyncio.wait([heard], timeout=0.2)
    assert heard.result() == "event: change\ndata:\n\n"
    changes.end()
    await watching


async def test_a_save_before_a_page_listens_is_in_the_greeting(tmp_path: Path) -> None:
    """The page knows how many there had been when it was made; the greeting is made when the stream hears the next."""
    changes = SavedChanges([tmp_path], run="abc")
    events = changes.stream()
    changes.notify()
    assert "data: abc 1\n" in await anext(events)
    changes.notify()
    assert await anext(events) == "event: change\ndata:\n\n"


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


async def test_a_folder_that_appears_beside_a_watched_one_is_told_and_watched(tmp_path: Path) -> None:
    """As the issues of a project that begins in an empty folder do, beside the shipped templates."""
    issues, templates = tmp_path / "issues", tmp_path / "templates"
    templates.mkdir()
    changes = SavedChanges([issues, templates], run="abc")
    watching = asyncio.create_task(changes.watch())
    events = changes.stream()
    await anext(events)
    await asyncio.sleep(0)  # the watcher has begun with the templates alone
    issues.mkdir()
    heard = asyncio.ensure_future(_change(events))
    while not heard.done():
        (issues / "issue.yaml").write_text("x")
        await asyncio.wait([heard], timeout=0.2)
    changes.end()
    await watching


async def _change(events: AsyncIterator[str]) -> str:
    """Wait for a change; the stream says now and then that it is still there."""
    while "event: change" not in (event := await anext(events)):
        pass
    return event


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


async def test_who_wrote_a_file_is_not_told_of_it_and_the_others_are_at_once(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    watching = asyncio.create_task(changes.watch())
    await asyncio.sleep(0)  # it watches
    writer, other = changes.stream("writer"), changes.stream("other")
    for stream in (writer, other):
        await anext(stream)
    file = tmp_path / "issue.yaml"
    file.write_bytes(b"mine")
    changes.wrote({file: b"mine"}, page="writer")
    assert await anext(other) == "event: change\ndata:\n\n"
    heard = asyncio.ensure_future(anext(writer, "over"))
    await asyncio.sleep(0)
    assert not heard.done()
    assert not changes.is_news(str(file))
    changes.end()
    assert await heard == "over"
    await watching


def test_what_the_studio_wrote_is_news_when_somebody_else_puts_it_back(tmp_path: Path) -> None:
    changes = SavedChanges([tmp_path], run="abc")
    file = tmp_path / "issue.yaml"
    file.write_bytes(b"an editor's")
    assert changes.is_news(str(file))
    file.write_bytes(b"mine")
    changes.wrote({file: b"mine"}, page="")
    assert not changes.is_news(str(file))
    assert not changes.is_news(str(file)), "the disk may tell twice"
    file.write_bytes(b"an editor's")
    assert changes.is_news(str(file))
    file.write_bytes(b"mine")
    assert changes.is_news(str(file)), "the page that wrote it shows the editor's"
    changes.wrote({file: b"mine"}, page="")
    file.unlink()
    assert changes.is_news(str(file))
    file.write_bytes(b"mine")
    assert changes.is_news(str(file))


def test_hidden_files_are_no_news(tmp_path: Path) -> None:
    """The translations' memory, what could not be saved, an editor's lock: none of them is shown in a mail."""
    changes = SavedChanges([tmp_path / ".hidden" / "issues"], run="abc")
    for name in (".translated/2026-12.json", "2026-12/.issue.yaml.unsaved", "2026-12/.#issue.yaml"):
        assert not changes.is_news(str(tmp_path / ".hidden" / "issues" / name))
    assert changes.is_news(str(tmp_path / ".hidden" / "issues" / "2026-12" / "issue.yaml"))


async def test_the_disk_tells_of_nothing_while_the_studio_writes(tmp_path: Path) -> None:
    """Else it could tell of a write before whoever wrote has said that it is its own."""
    changes = SavedChanges([tmp_path], run="abc")
    watching = asyncio.create_task(changes.watch())
    stream = changes.stream("writer")
    await anext(stream)
    heard = asyncio.ensure_future(anext(stream, "over"))
    with changes.writing:
        for number in range(5):
            (tmp_path / "foreign.yaml").write_text(str(number))
            await asyncio.wait([heard], timeout=0.1)
        assert not heard.done()
    while not heard.done():
        (tmp_path / "foreign.yaml").write_text("x")
        await asyncio.wait([heard], timeout=0.2)
    assert heard.result() == "event: change\ndata:\n\n"
    changes.end()
    await watching
