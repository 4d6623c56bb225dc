"""A person at the studio in Chromium: the real program in a folder of her own, and what hands can do there.

Only what somebody sees and touches: roles, labels, words, keys, files. Nothing is asked of the server by the test.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.hanging import wait_until
from tests.support.ports import TRIES, free_port
from tests.support.studio_page import mail, panel


@dataclass(slots=True)
class Program:
    """``newsletter studio`` in a folder; it can be killed and started again on the same port."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    address: str = ""

    def start(self) -> str:
        """Start it; the address that the terminal shows, with its key."""
        for _ in range(TRIES):
            command = [sys.executable, "-m", "composer", "studio", "--no-open", "--port", str(self.port)]
            said: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True, "start_new_session": True}
            self.process = subprocess.Popen(command, cwd=self.folder, **said)
            assert self.process.stdout is not None
            if words := self.process.stdout.readline().split():
                self.address = words[-1]
                assert self.address.startswith("http://"), words
                return self.address
            self.kill()
            if not self.address:  # Somebody has taken the port since it was chosen; later a browser knows it.
                self.port = free_port()
        raise AssertionError(f"the studio did not start; its last port was {self.port}")

    def pause(self) -> None:
        """Let it stand still, as on a machine that is asleep; ``go_on`` wakes it."""
        self.tell(signal.SIGSTOP)

    def go_on(self) -> None:
        """Wake it."""
        self.tell(signal.SIGCONT)

    def tell(self, number: signal.Signals) -> None:
        """Tell the process something."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it without warning, with all that it has started but what leads a session of its own."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None


@contextmanager
def studio_in(folder: Path) -> Iterator[Program]:
    """Start the studio in a folder as somebody would at a terminal; it ends with the block."""
    program = Program(folder)
    program.start()
    try:
        yield program
    finally:
        program.kill()


def room(page: Page, name: str = "Sending") -> Locator:
    """A place of its own beside the mail's."""
    return page.get_by_role("main", name=name)


def pick(page: Page, words: str) -> None:
    """Click a block of the mail by its words."""
    mail(page).get_by_text(words).first.click()
    expect(page.get_by_role("toolbar", name="Block", exact=True)).to_be_visible()


def text_field(page: Page, label: str) -> Locator:
    """The field of the form that is open with this label; of a list of them, each."""
    return panel(page).get_by_role("textbox", name=re.compile(f"^{re.escape(label)}( needed)?$"))


def is_saved(page: Page) -> None:
    """Wait until what was typed is on the disk."""
    expect(page.get_by_text("Saved", exact=True).filter(visible=True)).to_be_visible()


def comes_to_be(file: Path, expected: str) -> None:
    """Wait until a file says exactly this."""
    try:
        wait_until(lambda: file.read_text(encoding="utf-8") == expected)
    except AssertionError:
        assert file.read_text(encoding="utf-8") == expected


def drop_files(page: Page, on: Locator, *files: Path, sign: Locator) -> None:
    """Drag files from the desktop over something, and let them go when this shows that they are taken there."""
    on.scroll_into_view_if_needed()
    box = on.bounding_box()
    assert box
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "data": data}
    session = page.context.new_cdp_session(page)

    def drag(kind: str) -> None:
        session.send("Input.dispatchDragEvent", {"type": kind, **place})

    def is_taken() -> bool:
        drag("dragOver")
        return sign.is_visible()

    drag("dragEnter")
    wait_until(is_taken, every_s=0.05, what=f"{sign}")
    drag("drop")
    session.detach()


def photograph(file: Path, size: tuple[int, int], colour: tuple[int, int, int]) -> Path:
    """A picture as a camera writes it, with enough in it that a person could tell it from another."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(image)
    for left in range(0, size[0], 40):
        pen.line([(left, 0), (size[0] - left, size[1])], fill=(255, 255, 255), width=3)
    image.save(file)
    return file


@dataclass(slots=True)
class Walk:
    """The steps of a walk, each with how long it took: told at the end, and never judged."""

    page: Page
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Do one step."""
        began = time.monotonic()
        yield
        self.seconds[words] = time.monotonic() - began

    def tell(self) -> None:
        """Print what took how long; ``pytest -s`` shows it."""
        for words, taken in self.seconds.items():
            print(f"{taken:7.1f} s  {words}")
        print(f"{sum(self.seconds.values()):7.1f} s  from an empty folder to a sent issue")
