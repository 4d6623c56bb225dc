"""A speed that several senders share: never more than the whole, whoever comes, goes, dies, or sleeps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.delivery.limits.grants import Grant
from composer.delivery.limits.limiter import Limiter
from composer.delivery.limits.quota import SECOND_NS, Rate, Unit
from composer.delivery.limits.settings import LimitSet
from composer.delivery.limits.shared_rate import GOOD_FOR_S, SenderShare, divide

NOW = 1_790_000_000


class Table:
    """What stands in the database."""

    def __init__(self, whole: int) -> None:
        self.whole = whole
        self.parts: Sequence[SenderShare] = ()
        self.living: set[str] = set()

    def ask(self, sender: str, now: int, *, leaves: bool = False) -> int:
        count, self.parts = divide(
            self.whole, self.parts, sender=sender, living=self.living | {sender}, now=now, leaves=leaves
        )
        return count


def test_one_alone_has_all_and_two_have_half_each() -> None:
    table = Table(20)
    table.living = {"a", "b"}
    assert table.ask("a", NOW) == 20
    assert table.ask("b", NOW) == 0, "nothing is free yet"
    assert table.ask("a", NOW + 2) == 10
    assert table.ask("b", NOW + 2) == 0, "it lies still for a second"
    assert table.ask("b", NOW + 4) == 10
    assert table.ask("a", NOW + 4) == 10


def test_a_limit_that_was_lowered_holds_from_when_the_old_parts_are_over() -> None:
    table = Table(100)
    table.living = {"a"}
    assert table.ask("a", NOW) == 100
    table.whole, table.living = 10, {"b"}
    assert table.ask("b", NOW + 1) == 0
    assert table.ask("b", NOW + 4) == 10


def test_what_a_sender_leaves_is_the_others_a_moment_later() -> None:
    table = Table(20)
    table.living = {"a", "b"}
    for now in range(NOW, NOW + 8, 2):
        for sender in "ab":
            table.ask(sender, now)
    assert table.ask("a", NOW + 8, leaves=True) == 0
    assert table.ask("b", NOW + 8) == 10
    assert table.ask("b", NOW + 10) == 20


def test_a_dead_senders_part_is_free_a_moment_after_its_lease_has_ended() -> None:
    table = Table(20)
    table.living = {"a", "b"}
    table.ask("a", NOW)
    table.living = {"b"}
    assert table.ask("b", NOW + 1) == 0
    assert table.ask("b", NOW + 3) == 20


def test_a_sender_of_which_nothing_is_heard_keeps_its_part_no_longer_than_it_may_use_it() -> None:
    table = Table(20)
    table.living = {"a", "b"}
    table.ask("a", NOW)
    assert table.ask("b", NOW + GOOD_FOR_S + 1) == 0
    assert table.ask("b", NOW + GOOD_FOR_S + 2) == 20


def test_with_more_senders_than_messages_those_who_came_first_send_and_the_others_follow() -> None:
    table = Table(2)
    table.living = {"a", "b", "c"}
    for now in range(NOW, NOW + 8, 2):
        counts = {sender: table.ask(sender, now) for sender in "abc"}
    assert counts == {"a": 1, "b": 1, "c": 0}
    table.ask("a", NOW + 8, leaves=True)
    assert table.ask("c", NOW + 10) == 1


def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_long() -> None:
    table = Table(20)
    table.living = {"b"}
    table.ask("a", NOW + 3600)
    table.ask("b", NOW)
    assert table.ask("b", NOW + 2) == 20


@dataclass
class Sender:
    """One process with the limiter of a limit, and a clock that only goes forward."""

    name: str
    limiter: Limiter
    sleeps_until_ns: int = 0
    gone: list[int] = field(default_factory=list)

    def turn(self, table: Table, now_ns: int) -> None:
        """Everything that may go now."""
        while True:
            asked = [*self.limiter.needs(now_ns)]
            if not asked and (ageing := self.limiter.expiring_share(now_ns)):
                asked = [ageing]
            now = now_ns // SECOND_NS
            for one in asked:
                count = table.ask(self.name, now)
                one.apply(Grant(count, now, now + GOOD_FOR_S, 0 if count else 1), now_ns)
            if self.limiter.wait(now_ns) or [*self.limiter.needs(now_ns)]:
                return
            self.limiter.begin_message(now_ns)
            self.gone.append(now_ns)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([1, 2, 3, 7, 20, 60]),
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["come", "leave", "die", "sleep"]), st.integers(0, 40)),
        min_size=1,
        max_size=14,
    ),
)
def test_no_second_sees_more_than_the_whole_and_in_the_end_all_of_it_is_used(
    whole: int, events: list[tuple[str, str, int]]
) -> None:
    table, now_ns = Table(whole), NOW * SECOND_NS
    senders: dict[str, Sender] = {}
    gone: list[int] = []
    number = 0
    for who, what, tenths in [*events, ("z", "come", 0), ("z", "", 240)]:
        sender = senders.get(who)
        if what == "come" and sender is None:
            number += 1
            senders[who] = Sender(f"{who}{number}", Limiter("to gmail", LimitSet((Rate(whole, Unit.SECOND),))))
            table.living.add(senders[who].name)
        elif sender and what == "sleep":
            sender.sleeps_until_ns = now_ns + 9 * SECOND_NS
        elif sender and what in ("leave", "die"):
            del senders[who]
            table.living.discard(sender.name)
            gone += sender.gone
            if what == "leave" and [*sender.limiter.return_unused()]:
                table.ask(sender.name, now_ns // SECOND_NS, leaves=True)
        for _ in range(tenths * 10):
            now_ns += SECOND_NS // 100
            for one in senders.values():
                if now_ns >= one.sleeps_until_ns:
                    one.turn(table, now_ns)
    times = sorted(gone + [moment for sender in senders.values() for moment in sender.gone])
    most = max(bisect_left(times, begin + SECOND_NS) - index for index, begin in enumerate(times))
    assert most <= whole
    used = len(times) - bisect_left(times, now_ns - 3 * SECOND_NS)
    assert used >= 2 * (whole - len(senders)), "a timer of 10 ms is late by up to that"
