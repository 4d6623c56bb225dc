"""Whatever operators do, in whatever order: who has left, complained or was erased gets mail by their own act only.

A model of what each person wants is kept beside the database: whose address is whose, as far as the operator has said
so. After each step, everybody who may be mailed is held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from composer.address import fold_address
from composer.audience import (
    add_subscriber,
    ensure_list,
    find_subscriber,
    find_suppressions,
    import_subscribers,
    mailable,
    return_to_lists,
    show_subscriber,
    suppress,
    unsubscribe,
)
from composer.audience.address_change import change_address
from composer.audience.consent.verify import verify_chain
from composer.audience.doors import require_new_or_known
from composer.audience.erasure.digests import AddressDigests
from composer.audience.erasure.erase import erase_held, find_held_person
from composer.audience.merging import merge_subscribers
from composer.database.schema import subscribers, subscriptions
from composer.errors import AudienceError

NOW = 1_700_000_000
DIGESTS = AddressDigests(b"a key for tests, 32 bytes or more")
KNOWN = tuple(f"{name}@example.org" for name in "abc")
ADDRESSES = (*KNOWN, "new@example.org")
LISTS = ("one", "two")


@dataclass
class Wishes:
    """What somebody wants, by all the addresses that are known to be theirs."""

    addresses: set[str]
    left: set[str] = field(default_factory=set)
    complained: bool = False
    erased: bool = False


class World:
    """A database, and the wishes of everybody in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.people = [Wishes({address}) for address in ADDRESSES]
        self.now = NOW
        self.lists = {name: ensure_list(connection, name, now=NOW) for name in LISTS}
        for address in KNOWN:
            for name in LISTS:
                self._add(address, name, asked_anew=False)

    def whose(self, address: str) -> Wishes:
        return next(one for one in self.people if address in one.addresses)

    def add(self, address: str, other: str, name: str) -> None:
        require_new_or_known(self.connection, address, DIGESTS)
        self._add(address, name, asked_anew=False)

    def bring(self, address: str, other: str, name: str) -> None:
        """A file has both addresses, and says that they are subscribed."""
        data = f"email,status\n{address},subscribed\n{other},subscribed\n".encode()
        import_subscribers(self.connection, data, list_name=name, source="file", now=self.now, digests=DIGESTS)

    def ask_anew(self, address: str, other: str, name: str) -> None:
        """They ask for a list themselves: whoever was erased is somebody new, with that one address."""
        self._add(address, name, asked_anew=True)
        wishes = self.whose(address)
        if wishes.erased or find_held_person(self.connection, fold_address(address)).addresses != wishes.addresses:
            wishes.addresses.remove(address)
            # What they complained about by another address since is that person's, whom nobody knows to be the same.
            complained = bool(find_suppressions(self.connection, address))
            self.people.append(Wishes({address}, complained=complained))

    def _add(self, address: str, name: str, *, asked_anew: bool) -> None:
        add_subscriber(
            self.connection,
            address,
            list_id=self.lists[name],
            source="by hand",
            now=self.now,
            asked_anew=asked_anew,
        )

    def leave(self, address: str, other: str, name: str) -> None:
        person = find_subscriber(self.connection, address)
        unsubscribe(self.connection, subscriber=person, lists=[self.lists[name]], source="page", now=self.now)
        if self.lists[name] in self._on(person):
            self.whose(address).left.add(name)

    def complain(self, address: str, other: str, name: str) -> None:
        find_subscriber(self.connection, address)
        suppress(self.connection, address, reason="complained", source="report", now=self.now)
        self.whose(address).complained = True

    def move(self, address: str, other: str, name: str) -> None:
        change_address(self.connection, address, other, digests=DIGESTS, by="op", source="by mail", now=self.now)
        self._join(address, other)

    def merge(self, address: str, other: str, name: str) -> None:
        merge_subscribers(self.connection, address, other, by="op", source="by mail", now=self.now)
        self._join(address, other)

    def erase(self, address: str, other: str, name: str) -> None:
        held = find_held_person(self.connection, fold_address(address))
        erase_held(self.connection, held, digests=DIGESTS, by="op", at=self.now, now=self.now)
        for key in held.email_keys:
            wishes = self.whose(key)
            wishes.addresses.remove(key)
            self.people.append(Wishes({key}, erased=True))

    def _join(self, address: str, other: str) -> None:
        mine, theirs = self.whose(address), self.whose(other)
        if mine is not theirs:
            mine.addresses |= theirs.addresses
            mine.left |= theirs.left
            mine.complained |= theirs.complained
            self.people.remove(theirs)

    def _on(self, person: int) -> set[int]:
        query = select(subscriptions.c.list_id).where(subscriptions.c.subscriber_id == person)
        return set(self.connection.scalars(query))

    def check(self) -> None:
        for name, number in self.lists.items():
            query = select(subscribers.c.email_key).where(mailable(subscribers.c.id, [number]))
            for key in self.connection.scalars(query):
                wishes = self.whose(key)
                assert name not in wishes.left, f"{key} has left {name}"
                assert not wishes.complained, f"{key} has complained"
                assert not wishes.erased, f"{key} was erased"
        report = verify_chain(self.connection)
        assert report.is_whole, report.faults


STEPS: tuple[Callable[[World, str, str, str], None], ...] = (
    World.add,
    World.bring,
    World.ask_anew,
    World.leave,
    World.complain,
    World.move,
    World.merge,
    World.erase,
)
_step = st.tuples(st.sampled_from(STEPS), *(st.sampled_from(ADDRESSES),) * 2, st.sampled_from(LISTS))


def test_nobody_is_mailed_again_but_by_their_own_act(engine: Engine) -> None:
    # Not shrunk: each step is several transactions' work, and the steps of one example are few enough to read.
    @settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
    @given(st.lists(_step, max_size=25))
    def whatever_is_done(steps: list[tuple[Callable[[World, str, str, str], None], str, str, str]]) -> None:
        with engine.connect() as connection, connection.begin() as transaction:
            world = World(connection)
            for step, address, other, name in steps:
                world.now += 1
                savepoint = connection.begin_nested()
                try:
                    step(world, address, other, name)
                    savepoint.commit()
                except AudienceError:
                    savepoint.rollback()
                world.check()
            transaction.rollback()

    whatever_is_done()


def test_who_had_not_confirmed_and_takes_leaving_back_has_not_confirmed(engine: Engine) -> None:
    with engine.begin() as connection:
        data = b"email,status\nana@example.org,pending\nbob@example.org,confirmed\n"
        import_subscribers(connection, data, list_name="one", source="file", now=NOW, new_list=True)
        one = ensure_list(connection, "one", now=NOW)
        for address, status in (("ana@example.org", "pending"), ("bob@example.org", "confirmed")):
            person = find_subscriber(connection, address)
            assert unsubscribe(connection, subscriber=person, lists=[one], source="page", now=NOW + 1)
            assert return_to_lists(
                connection, subscriber=person, lists=[one], left_by=["page"], since=NOW, source="undo", now=NOW + 2
            )
            assert [one.status for one in show_subscriber(connection, address).subscriptions] == [status]
        assert verify_chain(connection).is_whole
