"""What is chosen for a mailing: a segment, relays; and what is asked before it is sent, as a person meets it."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from composer.database import open_database
from composer.database.schema import subscribers, subscriptions
from tests.support.authoring import NEWSLETTER
from tests.support.hanging import HANGS_S
from tests.support.sending_commands import PEOPLE, Say
from tests.support.truth_sink import Sink, truth_sink

SEGMENTS = """\
segments:
  riviera: subscriber.city in ["Nice", "Menton"]
  Turin: subscriber.city == "Turin"
"""
IN_TURIN = 4


@pytest.fixture
def segments(say: Say, tmp_path: Path) -> None:
    """Two segments; four of the people live in Turin, the others in Nice."""
    (tmp_path / "issues" / "newsletter.yaml").write_text(NEWSLETTER + SEGMENTS, encoding="utf-8")
    engine = open_database(f"sqlite:///{tmp_path / 'newsletter.db'}")
    with engine.begin() as connection:
        moved = update(subscribers).where(subscribers.c.id <= IN_TURIN).values(attributes={"city": "Turin"})
        connection.execute(moved)
        connection.execute(update(subscriptions).values(joined_at=int(time.time())))
    engine.dispose()


@pytest.mark.usefixtures("segments")
def test_a_mailing_goes_to_those_in_the_segment_and_the_others_are_counted(say: Say, sink: Sink) -> None:
    assert json.loads(say("segments", "--json")[1]) == {
        "together": PEOPLE,
        "segments": [
            {
                "name": "riviera",
                "condition": 'subscriber.city in ["Nice", "Menton"]',
                "words": "Only readers whose city is “Nice” or “Menton”.",
                "people": PEOPLE - IN_TURIN,
            },
            {
                "name": "Turin",
                "condition": 'subscriber.city == "Turin"',
                "words": "Only readers whose city is “Turin”.",
                "people": IN_TURIN,
            },
        ],
    }
    assert "Of 12 people who may be written to." in say("segments", "--list", "members")[1]
    code, output, _ = say("plan", "spring", "--list", "members", "--segment", "Turin", "--json")
    plan = json.loads(output)
    assert (code, plan["planned"], plan["segment"]) == (0, IN_TURIN, "Turin")
    assert plan["excluded"] == {"not in the segment": PEOPLE - IN_TURIN}
    code, output, _ = say("send", "1", "--yes")
    assert code == 0
    assert "segment" in output
    assert "8 not in the segment" in output
    assert len(sink.taken()) == IN_TURIN
    status = json.loads(say("status", "1", "--json")[1])
    assert (status["segment"], status["deliveries"]["accepted"]) == ("Turin", IN_TURIN)
    # The others are those who have not had it.
    code, output, _ = say("plan", "spring", "--list", "members", "--only-missing", "--segment", "riviera", "--json")
    assert json.loads(output)["excluded"] == {"has it": IN_TURIN}
    assert say("send", "spring", "--list", "members", "--again", "--segment", "Turin", "--dry-run")[1].startswith("4 ")


@pytest.mark.usefixtures("segments")
def test_a_condition_is_tried_out_and_planned_with_the_days_that_it_says(say: Say, tmp_path: Path) -> None:
    written = 'subscriber.city != "Turin" and joined_before("tomorrow", "members")'
    code, output, _ = say("segments", written)
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    assert code == 0
    assert "Only readers whose city is not “Turin” and who came onto the list “members” before" in output
    assert "(tomorrow)" in output
    assert "“Not” is true also of those whose city is not known." in output
    assert f"{PEOPLE - IN_TURIN} of {PEOPLE} people who may be written to." in output
    code, output, _ = say("plan", "spring", "--list", "members", "--segment", written, "--json")
    plan = json.loads(output)
    assert (code, plan["planned"], plan["segment"]) == (0, PEOPLE - IN_TURIN, written)
    # A day later, if midnight has passed meanwhile.
    days = (tomorrow, tomorrow + dt.timedelta(days=1))
    assert plan["condition"] in [written.replace("tomorrow", day.isoformat()) for day in days]
    assert json.loads(say("status", "1", "--json")[1])["segment"] == written
    assert say("plan", "spring", "--list", "members", "--segment", "subscriber.citty")[0] == 1


@pytest.mark.usefixtures("segments")
def test_names_that_are_not_there_are_told_with_the_nearest_and_the_others_counted(say: Say, tmp_path: Path) -> None:
    more = SEGMENTS + """  gone: received("sprung")\n  on: '"membres" in subscriber.lists'\n"""
    (tmp_path / "issues" / "newsletter.yaml").write_text(NEWSLETTER + more, encoding="utf-8")
    code, output, errors = say("segments")
    assert code == 1
    assert "riviera" in output
    assert "newsletter.yaml:15:18: there is no issue “sprung”; did you mean “spring”?" in errors
    assert "there is no list “membres”; did you mean “members”?" in errors
    assert say("check", "spring")[0] == 0
    assert say("plan", "spring", "--list", "members", "--segment", "Turin")[0] == 0
    assert "there is no issue “sprung”" in say("plan", "spring", "--list", "members", "--segment", "gone")[2]
    code, _, errors = say("segments", "subscriber.city == 'Nice' and received('sprang')")
    assert code == 1
    assert "character 40 of the condition, behind “'Nice' and received(”: there is no issue “sprang”" in errors


@pytest.mark.usefixtures("segments")
def test_a_segment_with_a_mistake_is_told_at_its_place_and_one_that_is_not_there_by_the_nearest(
    say: Say, tmp_path: Path
) -> None:
    code, _, errors = say("plan", "spring", "--list", "members", "--segment", "Turn")
    assert code == 1
    assert "There is no segment “Turn”. Did you mean “Turin”?" in errors
    file = tmp_path / "issues" / "newsletter.yaml"
    file.write_text(NEWSLETTER + SEGMENTS.replace('== "Turin"', '= "Turin"'), encoding="utf-8")
    place = "newsletter.yaml:14:26"
    code, output, _ = say("check", "spring")
    assert code == 1
    assert place in output
    assert "there is no '=' here" in output
    assert output.count("there is no '=' here") == 1, "told once for all languages"
    assert place in say("segments")[2]
    file.write_text(NEWSLETTER + SEGMENTS.replace("Turin:", "Turin!:"), encoding="utf-8")
    assert "cannot be a segment's name" in say("check", "spring")[1]


@pytest.fixture
def spare(tmp_path: Path, sink: Sink, say: Say, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A second relay, which carries nothing as long as the first one does."""
    with truth_sink(tmp_path / "spare.jsonl") as running:
        urls = f"smtp://127.0.0.1:{sink.port} smtp://127.0.0.1:{running.port}?weight=0"
        monkeypatch.setenv("NEWSLETTER_SMTP_URL", urls)
        yield running


def test_a_mailing_goes_by_the_chosen_relay_and_no_other(
    say: Say, sink: Sink, spare: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, errors = say("plan", "spring", "--list", "members", "--relay", "127.0.0.1:1")
    assert code == 1
    assert "names no relay '127.0.0.1:1'" in errors
    name = f"127.0.0.1:{spare.port}"
    code, output, _ = say("plan", "spring", "--list", "members", "--relay", name)
    assert code == 0
    assert f"relay {name}" in " ".join(output.split())
    spare.script("dot@4+=421 4.3.2 closing down")
    code, output, _ = say("send", "1", "--yes")
    assert code == 1
    assert (len(sink.taken()), len(spare.taken())) == (0, 3), "the other one does not take over"
    both = f"smtp://127.0.0.1:{sink.port} smtp://127.0.0.1:{spare.port}?weight=0"
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
    code, _, errors = say("send", "1", "--yes")
    assert code == 1
    assert f"mailing 1 is to go by {name} alone, which NEWSLETTER_SMTP_URL does not name." in errors
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", both)
    spare.script()
    say("retry", "1", "--state", "deferred")
    assert say("send", "1", "--yes")[0] == 0
    assert (len(sink.taken()), len(spare.taken())) == (0, PEOPLE)
    assert json.loads(say("status", "1", "--json")[1])["relays"] == [name]


def test_a_relay_that_carries_no_mail_from_the_sender_cannot_be_chosen(
    say: Say, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = f"smtp://127.0.0.1:{sink.port} smtp://me:secret-word@other.example?from=other.example"
    monkeypatch.setenv("NEWSLETTER_SMTP_URL", urls)
    code, _, errors = say("plan", "spring", "--list", "members", "--relay", "other.example")
    assert code == 1
    assert "other.example:587 carries no mail from network.example.org" in errors
    assert "secret-word" not in errors


@pytest.mark.usefixtures("segments")
def test_before_it_is_sent_somebody_is_asked_with_subject_sender_list_and_number(say: Say, sink: Sink) -> None:
    words = (sys.executable, "-m", "composer", "send", "spring", "--list", "members", "--segment", "Turin")
    ours, theirs = pty.openpty()
    with subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        os.close(theirs)
        os.write(ours, b"n\n")
        output, _ = program.communicate(timeout=HANGS_S)
        os.close(ours)
    asked = output.partition("digest")[2]
    assert program.returncode == 1
    assert "  sender      The Network <news@network.example.org>\n  list        members\n  segment     Turin\n" in asked
    assert f"Send it to 4 people by 127.0.0.1:{sink.port}? [y/N]" in asked
    assert "  subject     " in asked
    assert "Nothing was sent" in asked
    assert sink.taken() == []
    code, _, errors = say("send", "1", "--list", "members", "--yes")
    assert code == 1
    assert "mailing 1 is planned, so nothing can be chosen for it any more" in errors
