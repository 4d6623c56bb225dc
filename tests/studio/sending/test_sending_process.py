"""Whether a process is at a mailing: many may look at once, and none of them is taken for one that sends."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from composer.workflow.sending_process import former_run, is_at_it, start_sending
from tests.support.hanging import wait_until

LOOKS = 2000


@pytest.mark.usefixtures("sending_folder")
def test_those_who_look_are_not_taken_for_a_sender_and_keep_nobody_from_sending() -> None:
    assert start_sending(1)  # makes the file; there is no such mailing, so it ends soon
    wait_until(lambda: not is_at_it(1), every_s=0.05, what="the process to end")
    is_enough = threading.Event()

    def look() -> list[bool]:
        return [is_at_it(1) for _ in range(LOOKS) if not is_enough.is_set()]

    with ThreadPoolExecutor(2) as pool:
        looks = [pool.submit(look) for _ in range(2)]
        assert not any(any(one.result()) for one in looks), "nobody is at it"
        looks = [pool.submit(look) for _ in range(2)]
        has_begun = start_sending(1)
        is_enough.set()
    assert has_begun
    wait_until(lambda: not is_at_it(1), every_s=0.05, what="the process to end")
    words = former_run(1).words
    assert "mailing 1" in words
    assert "command.failed" not in words, "they are words, and no lines of a log"
