"""plan, send, status, deliveries and test-send, as a person types them."""

from __future__ import annotations

import csv
import datetime as dt
import email
import email.policy
import io
import json
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, update

from composer.database import open_database
from composer.database.schema import deliveries, mailings, subscribers, subscriptions
from tests.support.authoring import ISSUE, png, write_issue
from tests.support.hanging import HANGS_S
from tests.support.sending_commands import PEOPLE, Say
from tests.support.truth_sink import Sink


def test_a_plan_tells_programs_what_will_be_sent_to_whom(say: Say, sink: Sink) -> None:
    code, output, _ = say("plan", "spring", "--list", "members", "--json")
    plan = json.loads(output)
    assert code == 0
    assert list(plan) == ["mailing", "issue", "digest", "planned", "excluded", "editions"]
    assert (plan["mailing"], plan["issue"], plan["planned"]) == (1, "spring", PEOPLE)
    assert (plan["excluded"], plan["editions"]) == ({}, {"en": PEOPLE})
    assert len(plan["digest"]) == 64
    assert sink.taken() == []


def test_an_issue_is_planned_sent_and_reported(say: Say, sink: Sink) -> None:
    code, output, _ = say("send", "spring", "--list", "members", "--yes")
    assert code == 0, output
    assert f"planned{PEOPLE:>8}  nobody is missing" in output
    assert len({one["recipient"] for one in sink.taken()}) == len(sink.taken()) == PEOPLE
    code, output, _ = say("status", "1", "--json")
    status = json.loads(output)
    assert (status["state"], status["finished"], status["deliveries"]["accepted"]) == ("finished", True, PEOPLE)
    assert "spring" in say("status")[1]


def test_a_mailing_is_sent_without_loading_what_composes_and_leaves_one_whole_file(
    say: Say, sink: Sink, tmp_path: Path
) -> None:
    plan = [sys.executable, "-m", "composer", "plan", "spring", "--list", "members"]
    subprocess.run(plan, capture_output=True, check=True, timeout=HANGS_S)
    program = (
        "import atexit, sys; from composer.cli.main import main;"
        "sys.argv = ['newsletter', 'send', '1', '--yes', '--json'];"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=HANGS_S)
    assert json.loads(ended.stdout)["deliveries"]["accepted"] == PEOPLE
    assert not list(tmp_path.rglob("*.db-wal")), "commits were left beside the database"
    modules = set(ended.stderr.splitlines()[-1].split())
    assert not {"composer.audience.imports", "composer.audience.exporting", "sqlalchemy.dialects.postgresql"} & modules
    loaded = {".".join(name.split(".")[:2]) for name in modules}
    composing = {"jinja2", "markdown_it", "babel", "icalendar", "mjml", "composer.issue", "composer.checks"}
    assert composing & (loaded | {name.partition(".")[0] for name in loaded}) == set()


def test_the_records_are_a_table_for_programs(say: Say, sink: Sink) -> None:
    sink.script("rcpt@1=550 5.1.1 =no such user")
    say("send", "spring", "--list", "members", "--yes")
    code, output, _ = say("deliveries", "1", "--csv")
    assert code == 0
    assert output.splitlines()[0] == "email,language,state,attempts,relay,code,enhanced,text,message_id,updated_at"
    rows = list(csv.DictReader(io.StringIO(output)))
    refused = [row for row in rows if row["state"] == "refused"]
    assert [(row["code"], row["enhanced"], row["text"]) for row in refused] == [("550", "5.1.1", "'=no such user")]
    accepted = {row["message_id"] for row in rows if row["state"] == "accepted"}
    assert accepted == {one["message_id"] for one in sink.taken()}
    assert "550 5.1.1" in say("deliveries", "1", "--state", "refused")[1]


def test_a_dry_run_writes_the_messages_and_sends_nothing(say: Say, sink: Sink, tmp_path: Path) -> None:
    code, _, _ = say("send", "spring", "--list", "members", "--dry-run", "--out", "drafts")
    assert code == 0
    files = sorted((tmp_path / "drafts" / "spring" / "en").glob("*.eml"))
    assert len(files) == PEOPLE
    assert b"\r\nTo: reader0@example.org\r\n" in files[0].read_bytes()
    assert sink.times["connect"] == 0
    assert "no mailing yet" in say("status")[1]


def test_a_dry_run_of_a_mailing_writes_what_the_relay_will_get(say: Say, sink: Sink, tmp_path: Path) -> None:
    say("plan", "spring", "--list", "members")
    say("send", "1", "--dry-run", "--out", "drafts")
    written = {path.read_bytes().partition(b"Message-ID: ")[2][:40] for path in (tmp_path / "drafts").rglob("*.eml")}
    say("send", "1", "--yes")
    assert {message.partition(b"Message-ID: ")[2][:40] for message in sink.messages} == written


def test_nothing_is_sent_without_a_yes(say: Say, sink: Sink) -> None:
    code, _, errors = say("send", "spring", "--list", "members")
    assert code == 1
    assert "give --yes" in errors
    assert sink.taken() == []


def test_a_mistake_stops_the_send(say: Say, sink: Sink, tmp_path: Path) -> None:
    write_issue(tmp_path / "issues", ISSUE.replace("Dear reader", "Dear {{ subscriber.frist_name }}"))
    code, _, errors = say("send", "spring", "--list", "members", "--yes")
    assert code == 1
    assert "frist_name" in errors
    assert sink.taken() == []
    assert "no mailing yet" in say("status")[1]


def test_sending_needs_a_key_and_says_how_to_make_one(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("", "too short"):
        monkeypatch.setenv("NEWSLETTER_SECRET_KEY", key)
        code, _, errors = say("plan", "spring", "--list", "members")
        assert code == 1
        assert "NEWSLETTER_SECRET_KEY" in errors
        assert "secrets.token_urlsafe(32)" in errors


def test_a_plan_tells_which_it_takes_the_place_of_and_knows_the_checks(say: Say) -> None:
    say("plan", "spring", "--list", "members")
    assert "takes the place of mailing 1" in say("plan", "spring", "--list", "members")[1]
    code, _, errors = say("plan", "spring", "--list", "members", "--allow", "link-empti")
    assert (code, "no check is called 'link-empti'; did you mean 'link-empty'?" in errors) == (1, True)


def test_sending_needs_a_list(say: Say) -> None:
    code, _, errors = say("plan", "spring")
    assert code == 1
    assert "--list" in errors
    assert "There is no list" in say("plan", "spring", "--list", "nobody")[2]


def test_the_same_issue_is_not_sent_twice_by_accident(say: Say, sink: Sink) -> None:
    say("send", "spring", "--list", "members", "--yes")
    code, _, errors = say("send", "spring", "--list", "members", "--yes")
    assert code == 1
    assert "as mailing 1" in errors
    assert len(sink.taken()) == PEOPLE
    assert say("send", "1", "--yes")[0] == 0
    assert len(sink.taken()) == PEOPLE


def test_something_that_needs_a_person_is_exit_code_1(say: Say, sink: Sink) -> None:
    sink.script("taken@1=drop", "dot@3=451 4.2.0 later")
    code, output, _ = say("send", "spring", "--list", "members", "--yes")
    assert code == 1
    assert "Unknown" in output
    assert "The next try is due on" in output


def test_a_test_message_is_marked_and_not_recorded(say: Say, sink: Sink) -> None:
    code, output, _ = say("test-send", "spring", "--to", "me@example.org")
    assert code == 0
    assert "accepted for me@example.org" in output
    assert b"\r\nSubject: [Test] Spring in the network\r\n" in sink.messages[0]
    assert b"\r\nTo: me@example.org\r\n" in sink.messages[0]
    assert "no mailing yet" in say("status")[1]
    assert "there is no fr edition" in say("test-send", "spring", "--to", "me@example.org", "--language", "fr")[2]


def test_a_test_message_carries_its_pictures_which_the_site_does_not_have(say: Say, sink: Sink) -> None:
    picture = "\n  - block: image\n    picture: {file: dot.png, alt: A dot}\n"
    write_issue(Path("issues"), textwrap.dedent(ISSUE).rstrip() + picture, files={"dot.png": png(900, 300)})
    assert say("test-send", "spring", "--to", "me@example.org")[0] == 0
    message = email.message_from_bytes(sink.messages[0], policy=email.policy.default)
    html = message.get_body(("html",))
    assert html is not None
    shown = re.findall(r'<img[^>]* src="(?:cid:)?([^"]+)"', html.get_content())
    parts = {str(part["Content-ID"]).strip("<>") for part in message.walk() if part["Content-ID"]}
    assert shown
    assert set(shown) == parts


def test_each_of_several_people_gets_a_test_message(say: Say, sink: Sink) -> None:
    to = ("--to", "me@example.org", "--to", "you@example.org", "--to", "ME@example.org", "--to", "me@example.org")
    assert say("test-send", "spring", *to)[0] == 0
    assert sorted(message.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0] for message in sink.messages) == [
        b"ME@example.org",
        b"me@example.org",
        b"you@example.org",
    ]
    before = len(sink.messages)
    assert say("test-send", "spring", "--to", "me@example.org", "--to", "nobody")[0] == 1
    assert len(sink.messages) == before, "nothing is sent before every address is right"


def test_a_test_message_that_is_refused_says_what_the_relay_said(say: Say, sink: Sink) -> None:
    sink.script("rcpt=550 5.1.1 no such user")
    code, output, _ = say("test-send", "spring", "--to", "me@example.org")
    assert code == 1
    assert "550 5.1.1 no such user" in output


TESTED = ISSUE.replace("preheader:", "subject_test: {subjects: [Who feels safe?], sample: 50%}\npreheader:")


def test_a_test_of_subjects_as_a_person_types_it(say: Say, sink: Sink, tmp_path: Path) -> None:
    write_issue(tmp_path / "issues", TESTED)
    code, output, _ = say("send", "spring", "--list", "members", "--yes")
    assert code == 1
    words = " ".join(output.split())
    assert "planned 12 12 en A 3 B 3 held 6 digest" in words
    assert "Fewer than 100 people get a subject" in words
    assert "6 people wait for the winner: newsletter choose 1 A|B" in words
    assert "B Who feels safe? 3 of 3 accepted; 0 left since, 0.0% (likely 0.0% to 56.2%)" in words

    code, output, _ = say("choose", "1", "b", "--by", "Ana")
    assert (code, output) == (
        0,
        "Ana has chosen B for mailing 1: 6 people get it.\nGo on with: newsletter send 1\n",
    )
    assert "Ana has chosen B" in say("choose", "1", "A")[2]
    code, output, _ = say("send", "1", "--yes")
    assert code == 0, output
    assert "Who feels safe? ← chosen" in " ".join(output.split())
    assert sum(b"Subject: Who feels safe?" in message for message in sink.messages) == 9
    assert len(say("deliveries", "1", "--variant", "a")[1].splitlines()) == 3
    assert say("deliveries", "1", "--variant", "Z")[::2] == (1, "mailing 1 has no subject 'Z'; there are A, B\n")


def test_a_plan_of_a_test_tells_programs_who_gets_what(say: Say, tmp_path: Path) -> None:
    write_issue(tmp_path / "issues", TESTED)
    plan = json.loads(say("plan", "spring", "--list", "members", "--json")[1])
    assert plan["subject_test"] == {"en": {"A": 3, "B": 3, "held": 6}}
    status = json.loads(say("status", "1", "--json")[1])
    assert (status["winner"], status["sample"]["B"]["people"], status["deliveries"]["held"]) == (None, 3, 6)


def test_another_subject_can_be_sent_to_oneself(say: Say, sink: Sink, tmp_path: Path) -> None:
    write_issue(tmp_path / "issues", TESTED)
    assert say("test-send", "spring", "--to", "me@example.org", "--variant", "B")[0] == 0
    assert b"Subject: [Test] Who feels safe?" in sink.messages[0]
    code, _, errors = say("test-send", "spring", "--to", "me@example.org", "--variant", "C")
    assert (code, "there is no subject C; there are: A, B" in errors) == (1, True)


def test_a_key_that_was_changed_in_mid_mailing_is_noticed(
    say: Say, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("plan", "spring", "--list", "members")
    sink.script("dot@4+=421 4.3.0 later")
    say("send", "1", "--yes")
    sink.script()
    sent = {one["message_id"] for one in sink.taken()}
    assert sent < {row["message_id"] for row in csv.DictReader(io.StringIO(say("deliveries", "1", "--csv")[1]))}
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "another key for tests, 32 characters or more")
    code, _, errors = say("send", "1", "--yes")
    assert code == 1
    assert "begun with another NEWSLETTER_SECRET_KEY" in errors
    assert "newsletter cancel 1" in errors
    assert {one["message_id"] for one in sink.taken()} == sent
    code, output, errors = say("deliveries", "1", "--csv")
    rows = list(csv.DictReader(io.StringIO(output)))
    assert (code, len(rows), {row["message_id"] for row in rows}) == (0, PEOPLE, {""})
    assert "message_id is empty" in errors
    code, _, errors = say("reconcile", "1", "--log", "/dev/null")
    assert code == 1
    assert "Message-IDs are not known" in errors
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "a key for tests, 32 characters or more")
    say("retry", "1", "--state", "deferred")
    assert say("send", "1", "--yes")[0] == 0
    assert len({one["message_id"] for one in sink.taken()}) == len(sink.taken()) == PEOPLE


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_site_that_was_changed_since_the_plan_is_noticed(
    say: Say, sink: Sink, monkeypatch: pytest.MonkeyPatch, is_begun: bool
) -> None:
    say("plan", "spring", "--list", "members")
    if is_begun:
        sink.script("dot@4+=421 4.3.0 later")
        say("send", "1", "--yes")
        sink.script()
    taken = len(sink.taken())
    monkeypatch.setenv("NEWSLETTER_SITE_URL", "https://other.example.org")
    code, _, errors = say("send", "1", "--yes")
    assert code == 1
    assert "https://news.example.org, and NEWSLETTER_SITE_URL is https://other.example.org now" in errors
    assert ("newsletter cancel 1" if is_begun else "plan the issue again") in errors
    assert len(sink.taken()) == taken


def test_a_key_that_is_changed_before_the_first_message_harms_nobody(
    say: Say, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("plan", "spring", "--list", "members")
    monkeypatch.setenv("NEWSLETTER_SECRET_KEY", "another key for tests, 32 characters or more")
    assert say("send", "1", "--yes")[0] == 0
    rows = csv.DictReader(io.StringIO(say("deliveries", "1", "--csv")[1]))
    assert {row["message_id"] for row in rows} == {one["message_id"] for one in sink.taken()}


def test_a_mailing_that_nobody_got_is_no_success(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    engine = database()
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(state="refused", code=550, attempts=1))
        connection.execute(update(mailings).values(state="sending", epoch=1))
    engine.dispose()
    code, output, _ = say("send", "1", "--yes")
    assert code == 1
    assert "Nobody has got this mailing." in output


@pytest.mark.parametrize(("state", "count", "code"), [("expired", 6, 1), ("expired", 1, 0), ("refused", 7, 1)])
def test_many_that_failed_are_told_by_the_exit_code(say: Say, sink: Sink, state: str, count: int, code: int) -> None:
    say("send", "spring", "--list", "members", "--yes")
    engine = database()
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id <= count).values(state=state))
    engine.dispose()
    said = say("send", "1", "--yes")
    assert said[0] == code, said[1]
    assert (f"newsletter retry 1 --state {state}" in said[1]) == bool(code)
    assert say("send", "1", "--yes", "--json")[0] == code


def test_a_missed_time_is_told(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    engine = database()
    with engine.begin() as connection:
        connection.execute(update(mailings).values(send_at=int(time.time()) - 7200))
    engine.dispose()
    assert "nobody has begun it: newsletter send 1" in say("status", "1")[1]
    code, _, errors = say("send", "1", "--yes")
    assert code == 1
    assert "has begun 2:00:" in errors
    assert len(sink.taken()) == PEOPLE
    assert say("send", "1", "--yes")[0] == 0


def test_the_times_of_a_mailing_are_told_to_programs(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    names = ("send_at", "started", "ended", "last_progress")
    status = json.loads(say("status", "1", "--json")[1])
    assert [status[name] for name in names] == [None] * 4
    say("send", "1", "--yes", "--at", "now")
    status = json.loads(say("status", "1", "--json")[1])
    times = [dt.datetime.fromisoformat(status[name]) for name in names]
    assert all(moment.utcoffset() == dt.timedelta(0) for moment in times)
    assert times[0] <= times[1] <= times[2] == times[3]


def test_who_was_suppressed_after_the_plan_is_told_with_the_reason(say: Say, sink: Sink) -> None:
    say("plan", "spring", "--list", "members")
    say("subscribers", "unsubscribe", "reader0@example.org", "--list", "members")
    sink.script("rcpt@1=550 5.1.1 no such user")
    code, output, _ = say("send", "1", "--yes")
    assert code == 0
    assert "  1  has left the lists since the plan" in output
    assert "suppressed because of what was said of them in this mailing: 1" in output


def test_an_issue_can_go_to_those_alone_who_have_not_had_it(say: Say, sink: Sink) -> None:
    sink.script("rcpt@1=550 5.7.1 not today")
    say("send", "spring", "--list", "members", "--yes")
    sink.script()
    had = {one["recipient"] for one in sink.taken()}
    assert len(had) == PEOPLE - 1
    code, _, errors = say("send", "spring", "--list", "members", "--yes")
    assert code == 1
    assert "--only-missing" in errors
    engine = database()
    with engine.begin() as connection:
        row = {"email": "new@example.org", "email_key": "new@example.org", "attributes": {}}
        new = connection.scalars(
            insert(subscribers).values(**row, created_at=1, updated_at=1).returning(subscribers.c.id)
        ).one()
        on_list = {"subscriber_id": new, "list_id": 1, "status": "confirmed", "updated_at": 1}
        connection.execute(insert(subscriptions).values(on_list))
    engine.dispose()
    code, output, _ = say("plan", "spring", "--list", "members", "--only-missing", "--json")
    plan = json.loads(output)
    assert (code, plan["planned"], plan["excluded"]) == (0, 2, {"has it": PEOPLE - 1})
    say("send", "2", "--yes")
    taken = [one["recipient"] for one in sink.taken()]
    assert len(taken) == len(set(taken)) == PEOPLE + 1
    say("retry", "1", "--state", "refused")
    say("send", "1", "--yes")
    assert len(sink.taken()) == PEOPLE + 1
    assert "nobody would get this mailing" in say("plan", "spring", "--list", "members", "--only-missing")[2]


def database() -> Engine:
    """The database of the project that the test stands in."""
    return open_database("sqlite:///newsletter.db")
