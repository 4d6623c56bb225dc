"""The real program: the studio dies in mid-send, the mailing ends all the same, and a new studio finds it again."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest

from tests.support.hanging import HANGS_S, wait_until
from tests.support.projects import ProjectFolder
from tests.support.studio_author import running_studio
from tests.support.truth_sink import Sink

PEOPLE = 300

HARDLY = "dot@50+=wait 10"
"""A relay that is so slow after the first mails that it cannot be done before the test has let it."""


@pytest.mark.usefixtures("built_page")
def test_a_studio_that_is_killed_in_mid_send_loses_nothing(sending_folder: ProjectFolder, sink: Sink) -> None:
    sink.script(HARDLY)
    rows = "".join(f"reader{n}@example.org\n" for n in range(PEOPLE))
    with running_studio() as studio:
        author = studio.author
        author.import_people(f"email\n{rows}")
        mailing = author.plan()
        author.send(mailing)
        wait_until(lambda: len(sink.taken()) >= 20, what="the first mails")
        studio.kill()
        taken = len(sink.taken())
    assert taken < PEOPLE, "it has died in mid-send"
    with running_studio() as studio:
        author = studio.author
        status = author.report(mailing)["status"]
        assert (status["state"], status["is_at_it"]) == ("sending", True)
        again = author.ask(f"/api/sending/mailings/{mailing}/send", seen=author.last_page(mailing)["seen"])
        assert again.json() == {"has_begun": False, "is_at_it": True}
        sink.script()
        events = author.follow(mailing)
        assert events[-2][1]["status"]["deliveries"] == {"accepted": PEOPLE}
        assert len(events) > 2, "the progress is seen, too"
        assert author.wait_for(mailing, "finished")["sentences"] == [f"{PEOPLE} people were taken by the relay."]
    assert Counter(one["recipient"] for one in sink.taken()) == Counter(f"reader{n}@example.org" for n in range(PEOPLE))


@pytest.mark.usefixtures("built_page")
def test_a_terminal_that_ends_with_ctrl_c_leaves_the_mailing_alone(sending_folder: ProjectFolder, sink: Sink) -> None:
    sink.script(HARDLY)
    rows = "".join(f"reader{n}@example.org\n" for n in range(PEOPLE))
    with running_studio() as studio:
        studio.author.import_people(f"email\n{rows}")
        mailing = studio.author.plan()
        studio.author.send(mailing)
        wait_until(lambda: len(sink.taken()) >= 20, what="the first mails")
        os.killpg(studio.process.pid, signal.SIGINT)  # as a terminal does: to everybody of its group
        assert studio.process.wait(timeout=HANGS_S) == 0
    sink.script()
    wait_until(lambda: len(sink.taken()) >= PEOPLE, what="the rest of the mails")
    with running_studio() as studio:
        assert studio.author.wait_for(mailing, "finished")["status"]["deliveries"] == {"accepted": PEOPLE}


@pytest.mark.usefixtures("built_page")
def test_a_sender_that_is_killed_is_told_and_sent_further_with_the_unknown_named(
    sending_folder: ProjectFolder, sink: Sink
) -> None:
    sink.script("taken@20+=silent")
    rows = "".join(f"reader{n}@example.org\n" for n in range(PEOPLE))
    with running_studio() as studio:
        author = studio.author
        author.import_people(f"email\n{rows}")
        mailing = author.plan()
        author.send(mailing)
        wait_until(lambda: len(sink.taken()) >= 20, what="the first mails")
        wait_until(lambda: author.follow_once(mailing)["processes"] != [], every_s=0.1)
        (sender,) = author.follow_once(mailing)["processes"]
        os.kill(int(sender["pid"]), signal.SIGKILL)
        sink.script()
        wait_until(lambda: not author.report(mailing)["status"]["is_at_it"], every_s=0.1)
        author.post(f"/api/sending/mailings/{mailing}/settle")  # calls unknown what the dead one left open
        assert author.report(mailing)["status"]["next_step"] == "go_on"
        author.send(mailing)
        report = author.wait_for(mailing, "finished")
        counts = report["status"]["deliveries"]
        assert counts["accepted"] + counts["unknown"] == PEOPLE
        assert 0 < counts["unknown"] <= 8, "at most one for each connection"
    taken = Counter(one["recipient"] for one in sink.taken())
    assert max(taken.values()) == 1, "nobody has it twice"
