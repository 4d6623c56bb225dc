"""From the plan to the report in the studio, by processes of the real program, a real relay and each database."""

from __future__ import annotations

import email
import email.policy
import os
import signal
from collections import Counter

import pytest

from tests.support.hanging import wait_until
from tests.support.projects import SLUG, ProjectFolder
from tests.support.studio_author import Author
from tests.support.truth_sink import Sink

FAR_AWAY = "2099-12-01T09:00:00Z"


def test_an_issue_is_planned_looked_at_sent_followed_and_told(author_of_each: Author, sink: Sink) -> None:
    author = author_of_each
    sink.script("dot=wait 0.02")
    author.import_people("email,first_name,language\nana@gmail.com,Ana,en\nzoé@example.org,Zoé,fr\nben@x.org,,\n")
    author.post("/api/sending/people/leave", email="ben@x.org")
    mailing = author.plan()
    page = author.last_page(mailing)
    assert (page["planned"], page["to_send"], page["excluded"]) == (2, 2, {"unsubscribed": 1})
    assert (page["lists"], page["first"], page["hindrance"]) == (["members"], ["Ana", "Zoé"], None)
    assert [(one["language"], one["people"], one["subject"]) for one in page["editions"]] == [
        ("en", 1, "News for Ana"),
        ("fr", 1, "Des nouvelles"),
    ]
    assert page["editions"][0]["address"] == "letter@example.org"
    left_out = author.get(f"/api/sending/mailings/{mailing}/left-out")["left_out"]
    assert [(one["email"], one["reason"]) for one in left_out] == [("ben@x.org", "unsubscribed")]

    assert author.send(mailing) == {"has_begun": True, "is_at_it": True}
    events = author.follow(mailing)
    assert events[-1] == ("end", None)
    assert events[-2][1]["status"]["settled"] == 2
    report = author.wait_for(mailing, "finished")
    assert report["sentences"] == [
        "2 people were taken by the relay.",
        "1 person of the lists was left out: 1 unsubscribed.",
    ]
    assert [(one["provider"], one["states"]) for one in report["providers"]] == [
        ("example.org", {"accepted": 1}),
        ("gmail", {"accepted": 1}),
    ]
    assert len(sink.taken()) == 2
    person = author.get("/api/sending/person", email="ana@gmail.com")
    (delivery,) = person["deliveries"]
    assert (delivery["issue"], delivery["state"]) == (SLUG, "accepted")
    assert [one["reply"] for one in delivery["attempts"]] == ["250 2.0.0 ok"]
    assert author.client.get(f"/api/sending/mailings/{mailing}/deliveries.csv").text.count("accepted") == 2


def test_each_mail_is_shown_as_it_was_sent_whatever_became_of_the_issue(
    author: Author, sink: Sink, sending_folder: ProjectFolder
) -> None:
    author.import_people("email,first_name\nana@example.org,Ana\n")
    mailing = author.plan()
    author.send(mailing)
    author.wait_for(mailing, "finished")
    sending_folder.edit("the bridge opens.", "the bridge has fallen.")
    (recipient,) = author.get(f"/api/sending/mailings/{mailing}/recipients")["recipients"]
    path = f"/sending/mailings/{mailing}/{recipient['subscriber']}"
    shown = author.client.get(f"{path}/mail")
    assert "Dear Ana, the bridge opens." in shown.text
    assert "script-src 'none'" in shown.headers["content-security-policy"]
    assert "/link/unsubscribe" in shown.text
    assert author.client.get(f"{path}/pictures/bridge.png").headers["content-type"] == "image/png"
    assert "Dear Ana, the bridge opens." in author.client.get(f"{path}/text").text
    kept = author.client.get(f"{path}/message.eml").content
    ours, theirs = (email.message_from_bytes(data, policy=email.policy.default) for data in (kept, sink.messages[0]))
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Content-Type"):
        assert ours[name] == theirs[name]
    both = zip(kept.splitlines(), sink.messages[0].splitlines(), strict=True)
    assert 0 < sum(one != other for one, other in both) < 10, "only links are others"
    assert author.client.get(f"/sending/mailings/{mailing}/999/mail").status_code == 409


def test_a_second_click_sends_nothing_twice(author_of_each: Author, sink: Sink) -> None:
    author = author_of_each
    sink.script("dot=wait 0.05")
    author.import_people()
    mailing = author.plan()
    seen = author.last_page(mailing)["seen"]
    clicks = [author.post(f"/api/sending/mailings/{mailing}/send", seen=seen) for _ in range(4)]
    assert [click["has_begun"] for click in clicks] == [True, False, False, False]
    author.wait_for(mailing, "finished")
    again = author.ask(f"/api/sending/mailings/{mailing}/send", seen=author.last_page(mailing)["seen"])
    assert again.json()["has_begun"] is True, "there is nothing left, and the process says so"
    author.wait_for(mailing, "finished")
    assert Counter(one["recipient"] for one in sink.taken()) == Counter(f"reader{n}@example.org" for n in range(40))


def test_what_was_not_seen_is_not_sent(author: Author, sink: Sink, sending_folder: ProjectFolder) -> None:
    author.import_people()
    mailing = author.plan()
    seen = author.last_page(mailing)["seen"]
    send = f"/api/sending/mailings/{mailing}/send"
    assert author.ask(send, seen="what").status_code == 409
    author.post(f"/api/sending/mailings/{mailing}/time", at=FAR_AWAY)
    refused = author.ask(send, seen=seen)
    assert "its time has changed" in refused.json()["detail"]
    author.post(f"/api/sending/mailings/{mailing}/time", at="now")
    seen = author.last_page(mailing)["seen"]
    sending_folder.edit("the bridge opens.", "the bridge stays closed.")
    refused = author.ask(send, seen=seen)
    assert "the issue's files have changed" in refused.json()["detail"]
    page = author.last_page(mailing)
    assert (page["is_issue_as_planned"], page["hindrance"]["remedy"]) == (False, "plan_again")
    refused = author.ask(send, seen=page["seen"])
    assert (refused.status_code, refused.json()["remedy"]) == (409, "plan_again")
    again = author.plan()
    assert author.last_page(again)["hindrance"] is None
    assert author.last_page(mailing)["hindrance"]["detail"] == f"mailing {mailing} is cancelled, so it cannot be sent"
    assert sink.taken() == []


def test_an_approval_is_asked_for_where_the_project_wants_one(
    author: Author, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_APPROVAL", "required")
    author.import_people()
    mailing = author.plan()
    page = author.last_page(mailing)
    assert (page["needs_approval"], page["hindrance"]["remedy"]) == (True, "approve")
    refused = author.ask(f"/api/sending/mailings/{mailing}/send", seen=page["seen"])
    assert (refused.status_code, refused.json()["remedy"]) == (409, "approve")
    approve = f"/api/sending/mailings/{mailing}/approve"
    assert author.ask(approve, by="Zoë", digest="0000").status_code == 409
    assert author.ask(approve, by="", digest=page["digest"]).status_code == 409
    assert author.post(approve, by="Zoë", digest=page["digest"])["by"] == "Zoë"
    page = author.last_page(mailing)
    assert [(one["by"], one["is_valid"]) for one in page["approvals"]] == [("Zoë", True)]
    author.send(mailing)
    author.wait_for(mailing, "finished")
    assert len(sink.taken()) == 40


def test_a_mailing_waits_for_its_time_and_can_be_cancelled_meanwhile(author: Author, sink: Sink) -> None:
    author.import_people()
    mailing = author.plan()
    due = author.post(f"/api/sending/mailings/{mailing}/time", at="2099-12-01T09:00:00+00:00")
    assert due == {"send_at": "2099-12-01T09:00:00Z"}
    assert author.last_page(mailing)["send_at"] == "2099-12-01T09:00:00Z"
    assert author.send(mailing)["has_begun"]
    page = author.last_page(mailing)
    assert (page["is_at_it"], page["state"]) == (True, "planned")
    assert author.ask(f"/api/sending/mailings/{mailing}/time", at="now").status_code == 409
    assert author.post(f"/api/sending/mailings/{mailing}/cancel")["state"] == "cancelled"
    wait_until(lambda: not author.report(mailing)["status"]["is_at_it"], every_s=0.1, what="the process to end")
    assert author.report(mailing)["sentences"] == ["40 people do not get it: it was cancelled."]
    assert sink.taken() == []


def test_the_time_that_is_said_with_the_send_counts_whatever_was_set(author: Author, sink: Sink) -> None:
    author.import_people()
    mailing = author.plan()
    send = f"/api/sending/mailings/{mailing}/send"
    seen = author.last_page(mailing)["seen"]
    assert "is past" in author.ask(send, seen=seen, at="2020-12-01T09:00:00Z").json()["detail"]
    assert author.ask(send, seen=seen, at="").status_code == 409
    author.post(f"/api/sending/mailings/{mailing}/time", at="now")
    # Of a page that is another in anything else, or is none, the time does not make what was seen.
    for other in (f"0{seen[1:]}", seen.rpartition("-")[0], "what"):
        assert "is not what you have seen" in author.ask(send, seen=other, at=FAR_AWAY).json()["detail"]
    assert author.post(send, seen=seen, at=FAR_AWAY)["has_begun"]
    status = author.report(mailing)["status"]
    assert (status["state"], status["is_at_it"], status["send_at"]) == ("planned", True, FAR_AWAY)
    author.post(f"/api/sending/mailings/{mailing}/cancel")
    wait_until(lambda: not author.report(mailing)["status"]["is_at_it"], every_s=0.1, what="the process to end")
    assert sink.taken() == []


def test_a_mailing_is_paused_and_goes_on_and_nobody_is_missing(author_of_each: Author, sink: Sink) -> None:
    author = author_of_each
    sink.script("dot=wait 0.3")
    author.import_people()
    mailing = author.plan()
    author.send(mailing)
    wait_until(lambda: len(sink.taken()) >= 4, what="the first mails")
    assert author.post(f"/api/sending/mailings/{mailing}/pause")["state"] == "paused"
    assert author.post(f"/api/sending/mailings/{mailing}/resume")["state"] in ("sending", "interrupted")
    sink.script()
    author.wait_for(mailing, "finished")
    assert Counter(one["recipient"] for one in sink.taken()) == Counter(f"reader{n}@example.org" for n in range(40))


def test_a_mailing_goes_on_though_the_process_dies_that_was_finishing(author: Author, sink: Sink) -> None:
    sink.script("taken@5+=silent")
    author.import_people()
    mailing = author.plan()
    author.send(mailing)
    wait_until(lambda: len(sink.taken()) >= 4, what="the first mails")
    wait_until(lambda: author.follow_once(mailing)["processes"] != [], every_s=0.1)
    (sender,) = author.follow_once(mailing)["processes"]
    author.post(f"/api/sending/mailings/{mailing}/pause")
    author.post(f"/api/sending/mailings/{mailing}/resume")
    sink.script()
    os.kill(int(sender["pid"]), signal.SIGKILL)  # its lease stands on
    counts = author.wait_for(mailing, "finished")["status"]["deliveries"]
    assert sum(counts.values()) == counts["accepted"] + counts["unknown"] == 40
    taken = Counter(one["recipient"] for one in sink.taken())
    assert max(taken.values()) == 1, "nobody has it twice"


def test_unknowns_are_named_and_settled_and_refusals_tried_again(author: Author, sink: Sink) -> None:
    sink.script("dot@1=drop", "rcpt@2=550 5.1.1 no such user")
    author.import_people("email\nana@example.org\nben@example.org\ncem@example.org\n")
    mailing = author.plan()
    author.send(mailing)
    report = author.wait_for(mailing, "finished")
    assert report["status"]["deliveries"] == {"accepted": 1, "refused": 1, "unknown": 1}
    ((unknown,), (refused,)) = report["people"]["unknown"], report["people"]["refused"]
    assert refused["reply"] == "550 5.1.1 no such user"
    sink.script()

    settle = f"/api/sending/mailings/{mailing}/settle"
    left = author.post(settle)["left"]
    assert [one["email"] for one in left] == [unknown["email"]]
    settled = author.post(settle, said="not sent", to=[unknown["email"]], by="Zoë", why="the relay's log")
    assert (settled["by_word"], settled["left"]) == (1, [])
    assert author.ask(settle, said="sent", to=["x@example.org"]).status_code == 409
    assert author.post(f"/api/sending/mailings/{mailing}/retry", state="refused") == {"count": 1}
    author.send(mailing)
    report = author.wait_for(mailing, "finished")
    assert report["status"]["deliveries"] == {"accepted": 2, "suppressed": 1}, "an address that is dead stays so"
    assert sum(report["gone"].values()) == 1
    person = author.get("/api/sending/person", email=unknown["email"])
    ((first, second),) = [one["attempts"] for one in person["deliveries"]]
    assert (first["outcome"], first["note"]) == ("unknown", "Zoë: send again (the relay's log)")
    assert second["outcome"] == "accepted"


def test_a_relays_log_settles_what_is_unknown(author: Author, sink: Sink) -> None:
    sink.script("dot@1=drop", "dot@2=drop")
    author.import_people("email\nana@example.org\nben@example.org\n")
    mailing = author.plan()
    author.send(mailing)
    assert author.wait_for(mailing, "finished")["status"]["deliveries"] == {"unknown": 2}
    table = author.client.get(f"/api/sending/mailings/{mailing}/deliveries.csv").text
    row = next(line for line in table.splitlines() if line.startswith("ana@example.org"))
    message_id = row.split(",")[8]
    log = (
        f"Nov 22 10:00:00 mx postfix/cleanup[11]: 4bQ: message-id={message_id}\n"
        "Nov 22 10:00:00 mx postfix/qmgr[12]: 4bQ: from=<news@example.org>, size=812, nrcpt=1 (queue active)\n"
    )
    answer = author.client.post(
        "/api/sending/settle-by-log", params={"mailing": mailing}, content=log.encode(), headers=author.headers
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["by_logs"] == {"ana@example.org": "queued by the relay as 4bQ"}
    assert [one["email"] for one in told["left"]] == ["ben@example.org"]
    assert author.report(mailing)["status"]["deliveries"] == {"accepted": 1, "unknown": 1}
    gone = author.client.post("/api/sending/settle-by-log", params={"mailing": 9}, content=b"", headers=author.headers)
    assert gone.status_code == 404
