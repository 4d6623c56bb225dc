"""The store keeps the newest messages within its limits, and finds them."""

from __future__ import annotations

import pytest

from composer.inbox.store import ReceivedMessage, Store


def put(store: Store, subject: str, *, to: str = "ana@example.org", body: str = "Hello") -> ReceivedMessage:
    data = f"From: News <news@example.org>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()
    return store.add_message(mail_from="b@example.org", recipients=(to,), data=data, received_at=1_600_000_000)


def subjects(found: list[ReceivedMessage]) -> list[str]:
    return [message.headers["subject"] for message in found]


def test_the_newest_message_comes_first() -> None:
    store = Store()
    put(store, "one")
    put(store, "two")
    assert subjects(list(store.find())) == ["two", "one"]


def test_every_word_of_a_search_must_stand_somewhere() -> None:
    store = Store()
    put(store, "Safer cities", to="ana@example.org")
    put(store, "Safer cities", to="bo@example.test")
    assert [message.recipients for message in store.find("SAFER bo@")] == [("bo@example.test",)]
    assert list(store.find("safer nobody")) == []


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    store = Store()
    for number in range(25):
        put(store, f"{number}")
    first, more = store.page("", before=None, length=10)
    second, _ = store.page("", before=first[-1].id, length=10)
    last, no_more = store.page("", before=second[-1].id, length=10)
    assert subjects(first + second + last) == [str(number) for number in reversed(range(25))]
    assert (more, no_more) == (True, False)


def test_beyond_the_limit_of_messages_the_oldest_are_dropped_and_counted() -> None:
    store = Store(max_messages=3)
    for number in range(5):
        put(store, str(number))
    assert subjects(list(store.find())) == ["4", "3", "2"]
    assert (len(store), store.unread, store.dropped) == (3, 3, 2)


def test_beyond_the_limit_of_bytes_the_oldest_are_dropped_but_never_the_newest() -> None:
    store = Store(max_bytes=1000)
    put(store, "small")
    put(store, "large", body="x" * 5000)
    assert subjects(list(store.find())) == ["large"]
    assert store.size_bytes == store.get(2).size_bytes  # type: ignore[union-attr]


def test_reading_and_deleting_keep_the_counts_true() -> None:
    store = Store()
    first, second = put(store, "one"), put(store, "two")
    store.mark_read(first)
    assert store.unread == 1
    assert store.delete(second.id)
    assert not store.delete(second.id)
    assert (len(store), store.unread, store.size_bytes) == (1, 0, first.size_bytes)
    assert store.clear() == 1
    assert (len(store), store.size_bytes) == (0, 0)


@pytest.mark.parametrize("data", [b"", b"\r\n", b"no header at all", b"Subject: =?x?q?=FF?=\r\n\r\n", b"\x00\xff" * 99])
def test_whatever_comes_can_be_listed(data: bytes) -> None:
    message = Store().add_message(mail_from="", recipients=("a@example.org",), data=data, received_at=0)
    assert isinstance(message.searchable, str)
    assert isinstance(message.preheader, str)
    assert message.parse().files is not None
