"""What is about a connection, and what its ends teach, without a server."""

from __future__ import annotations

import pytest

from composer.delivery.reply import Phase, Reply
from composer.delivery.smtp.connection_habit import Carried, CarriedLimit, ConnectionHabit, is_about_connection
from composer.delivery.smtp.transaction import Transaction


@pytest.mark.parametrize(
    "reply",
    [
        Reply(452, "4.5.3", "Too many messages sent"),
        Reply(450, None, "too many messages in this connection"),
        Reply(451, "4.7.0", "Maximum number of messages per session reached"),
        Reply(554, "5.7.1", "You may only send 20 mails per connection"),
        Reply(452, None, "Session limit exceeded"),
        Reply(451, "4.7.0", "please reconnect"),
        Reply(451, "4.4.2", "Timeout waiting for data from client"),
        Reply(452, None, "Too many e-mails, open a new connection"),
        Reply(421, "4.7.0", "Error: too many errors"),
    ],
)
def test_words_that_mean_a_new_connection_please(reply: Reply) -> None:
    assert is_about_connection(reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(550, "5.1.1", "no such user"),
        Reply(450, "4.7.1", "Error: too much mail from 127.0.0.1"),
        Reply(451, None, "rate limit exceeded"),
        Reply(452, "4.2.2", "mailbox full"),
        Reply(450, "4.7.1", "too many messages per hour, try again later"),
        Reply(451, "4.3.0", "the connection to the database failed"),
        Reply(250, "2.0.0", "queued; this session may carry only one more"),
    ],
)
def test_words_that_mean_something_else(reply: Reply) -> None:
    assert not is_about_connection(reply)


def turned_away(code: int = 421, enhanced: str | None = None, *, phase: Phase = Phase.MAIL) -> Transaction:
    return Transaction(phase, Reply(code, enhanced, "no"), None, reusable=code != 421)


def test_the_first_message_of_a_connection_says_nothing_about_it() -> None:
    habit = ConnectionHabit()
    assert not habit.may_be_why(turned_away(), Carried())
    assert habit.may_be_why(turned_away(), Carried(1))
    assert not habit.may_be_why(turned_away(550, "5.1.1", phase=Phase.RCPT), Carried(1)), "it is about the person"
    assert not habit.may_be_why(Transaction(Phase.DOT, None, "hung up", reusable=False), Carried(1)), "it is unknown"


def test_a_new_connection_that_was_no_help_is_not_opened_again_for_the_same_answer() -> None:
    habit = ConnectionHabit()
    busy = turned_away(450, "4.7.1")
    assert habit.may_be_why(busy, Carried(5))
    habit.note_second_try(busy, busy, Carried(5))
    assert not habit.may_be_why(busy, Carried(5))
    assert habit.limit is None


@pytest.mark.parametrize(
    ("first", "second", "limit"),
    [
        (Carried(10), Carried(10), CarriedLimit(0, 10)),
        (Carried(12, 2), Carried(10), CarriedLimit(0, 10)),
        (Carried(10, 2), Carried(10), CarriedLimit(1, 10)),
        (Carried(30, 5), Carried(17, 5), CarriedLimit(2, 5)),
        (Carried(30), Carried(17), None),
        (Carried(), Carried(), None),
    ],
)
def test_two_ends_in_a_row_must_agree_on_something(first: Carried, second: Carried, limit: CarriedLimit | None) -> None:
    habit = ConnectionHabit()
    habit.note_end(first)
    habit.note_end(second)
    assert habit.limit == limit


def test_a_limit_keeps_connections_below_it_until_one_has_passed_it() -> None:
    habit = ConnectionHabit()
    habit.note_end(Carried(10))
    habit.note_end(Carried(10))
    assert habit.has_room(Carried(9))
    assert not habit.has_room(Carried(10))
    trials = [number for number in range(200) if habit.begins_trial()]
    assert trials == [31, 95], "now and then, ever more seldom"
    habit.note_carried(Carried(11))
    assert habit.limit is None
    assert not habit.begins_trial()
