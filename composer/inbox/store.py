"""What arrived: in memory, newest first, up to a limit. One event loop reads and writes it, so it has no locks.

Taking a message in only keeps its bytes; it is read when somebody looks. Beyond ``max_messages`` or
``max_bytes`` the oldest are dropped and counted. With a ``folder`` every message is also written there as
``000001.eml``, exactly as it came; dropping and deleting leave those files alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from composer.inbox.parsing import ParsedMessage, parse_headers, parse_message, preheader
from composer.web.events import ChangeFeed


@dataclass(frozen=True)
class ReceivedMessage:
    """One message as it came in, with its envelope. ``received_at`` is Unix time."""

    id: int
    received_at: float
    mail_from: str
    recipients: tuple[str, ...]
    data: bytes

    @property
    def size_bytes(self) -> int:
        """How large the message was as it came over SMTP."""
        return len(self.data)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The first header of each name, decoded; names are in small letters."""
        return {header.name.lower(): header.value for header in reversed(parse_headers(self.data))}

    @cached_property
    def preheader(self) -> str:
        """The words that an inbox shows after the subject."""
        return preheader(parse_message(self.data))

    @cached_property
    def searchable(self) -> str:
        """What a search is made in: subject, sender, recipients and Message-ID, all in small letters."""
        words = (self.headers.get(name, "") for name in ("subject", "from", "to", "message-id"))
        return "\n".join((*words, *self.recipients)).casefold()

    def parse(self) -> ParsedMessage:
        """Parse the whole message. The result is not kept: a thousand opened messages should cost only their bytes."""
        return parse_message(self.data)


class Store:
    """Keeps the newest messages that have come in, and knows which nobody has opened."""

    def __init__(
        self, *, max_messages: int = 20_000, max_bytes: int = 512 * 1024 * 1024, folder: Path | None = None
    ) -> None:
        self._messages: dict[int, ReceivedMessage] = {}
        self._unread: set[int] = set()
        self._last_id = 0
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._folder = folder
        self.size_bytes = 0
        self.dropped = 0
        self.changes = ChangeFeed()
        # Grows with every change, so that a page can tell whether it is up to date.
        self.version = 1

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def unread(self) -> int:
        """How many messages nobody has opened."""
        return len(self._unread)

    def is_unread(self, message: ReceivedMessage) -> bool:
        """Say whether nobody has opened this message."""
        return message.id in self._unread

    def add_message(
        self, *, mail_from: str, recipients: tuple[str, ...], data: bytes, received_at: float
    ) -> ReceivedMessage:
        """Keep one message that has come in, and drop the oldest ones beyond the limits."""
        self._last_id += 1
        message = ReceivedMessage(self._last_id, received_at, mail_from, recipients, data)
        if self._folder is not None:
            (self._folder / f"{message.id:06d}.eml").write_bytes(data)
        self._messages[message.id] = message
        self._unread.add(message.id)
        self.size_bytes += message.size_bytes
        while len(self._messages) > self._max_messages or (
            self.size_bytes > self._max_bytes and len(self._messages) > 1
        ):
            self._remove(next(iter(self._messages)))
            self.dropped += 1
        self._notify()
        return message

    def get(self, message_id: int) -> ReceivedMessage | None:
        """Return the message of this number, if it is still here."""
        return self._messages.get(message_id)

    def find(self, query: str = "", *, before: int | None = None) -> Iterator[ReceivedMessage]:
        """Yield the messages older than ``before`` in which every word of ``query`` stands, the newest first."""
        words = query.casefold().split()
        for message_id in reversed(self._messages):
            message = self._messages[message_id]
            if before is not None and message_id >= before:
                continue
            if all(word in message.searchable for word in words):
                yield message

    def page(self, query: str, *, before: int | None, length: int) -> tuple[list[ReceivedMessage], bool]:
        """Return the next ``length`` messages of a search, and whether there are more."""
        found = list(islice(self.find(query, before=before), length + 1))
        return found[:length], len(found) > length

    def mark_read(self, message: ReceivedMessage) -> None:
        """Note that somebody has opened this message."""
        if message.id in self._unread:
            self._unread.discard(message.id)
            self._notify()

    def delete(self, message_id: int) -> bool:
        """Delete one message; return False if it is not here."""
        if message_id not in self._messages:
            return False
        self._remove(message_id)
        self._notify()
        return True

    def clear(self) -> int:
        """Delete all messages; return how many there were."""
        count = len(self._messages)
        self._messages.clear()
        self._unread.clear()
        self.size_bytes = self.dropped = 0
        self._notify()
        return count

    def _remove(self, message_id: int) -> None:
        self.size_bytes -= self._messages.pop(message_id).size_bytes
        self._unread.discard(message_id)

    def _notify(self) -> None:
        self.version += 1
        self.changes.notify()
