"""A page of the studio whose answers come late, in an order thrown by dice, or not at all.

Questions reach the real server at once, and the page hears of the answers when ``let_in`` says so: that of an earlier
question may come after that of a later one, and of an answer in two lines each comes by itself. With ``troubled``, some
questions get no answer: the connection breaks before the server hears of it, or after, or somebody in between says that
nobody is there (503). ``calm`` lets everything in from then on.

``seen`` is what somebody has before her of a page, so that two pages can be compared.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

_SCRIPT = (Path(__file__).parent / "late_answers.mjs").read_text(encoding="utf-8").replace("export ", "")


class LateAnswers:
    """Holds the answers of a page that is about to be opened; ``seed`` throws the dice."""

    def __init__(self, page: Page, seed: int) -> None:
        self._page = page
        self._dice = random.Random(seed)
        self._is_calm = False
        self._trouble = 0.0
        page.add_init_script(f"{_SCRIPT}\nholdAnswers({seed});")

    def troubled(self, share: float) -> None:
        """Let this share of the questions have no answer from now on, those of frames too."""
        self._trouble = share
        self._page.evaluate("share => { late.trouble = share; }", share)
        self._page.route("**/show/**", self._show)

    def _show(self, route: Route) -> None:
        if self._is_calm or self._dice.random() >= self._trouble or not route.request.is_navigation_request():
            route.fallback()
        elif self._dice.random() < 0.5:
            route.abort("connectionreset")
        else:
            route.fulfill(status=503, content_type="text/plain", body="Service Unavailable")

    def let_in(self, most: int) -> int:
        """Let some of the answers in that are there, up to ``most``, in any order; how many at the most."""
        count = self._dice.randint(0, most)
        self._page.evaluate("count => late.letIn(count)", count)
        return count

    def calm(self) -> None:
        """Let in all that is held back, and from now on everything at once."""
        self._is_calm = True
        self._page.evaluate("late.calm()")

    def is_quiet(self) -> bool:
        """Whether nothing is asked at the moment."""
        return bool(self._page.evaluate("late.underWay === 0"))


def seen(page: Page) -> list[str]:
    """What somebody has before her: each thing that is in sight with its words, its state and its value; the mails."""
    lines: list[Any] = page.evaluate(f"() => {{ {_SCRIPT}\nreturn seenOf(); }}")
    return list(map(str, lines))
