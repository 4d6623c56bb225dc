"""Which relays refuse everybody in a mailing, and which providers of which relays, as it stands on disk.

A stop ends with the first message that is taken again, if its commands left after the last refusal that it stands on.
Of a stop that another sender or an earlier run has made, any message ends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from composer.database.schema import stopped_providers, stopped_relays
from composer.database.upsert import upsert
from composer.delivery.ledger.doubt_rows import HeldDoubt


@dataclass(frozen=True, slots=True)
class StoppedNow:
    """What refuses everybody in a mailing: relays by account, and providers by account and name, with the words."""

    relays: Mapping[str, str]
    providers: Mapping[tuple[str, str], str]


class Stops:
    """The stops of one mailing, as one sender sees and changes them. One who ``believes`` the relays sees none."""

    def __init__(self, connection: Connection, *, mailing: int, believes: bool) -> None:
        self._connection = connection
        self._mailing = mailing
        self._believes = believes
        self.relays: dict[str, int] = {}
        """Account → when it refused last, in milliseconds of Unix time; 0: before this run, or somebody else's."""
        self.providers: dict[tuple[str, str], int] = {}
        """The same by account and provider."""
        self._words: dict[tuple[str, str], str] = {}

    def read(self) -> StoppedNow:
        """Read what is stopped in this mailing; nothing, and nothing any more, for one who believes the relays."""
        if self._believes:
            for table in (stopped_relays, stopped_providers):
                self._connection.execute(delete(table).where(table.c.mailing_id == self._mailing))
            return StoppedNow({}, {})
        relays = self._connection.execute(_of_mailing(stopped_relays, self._mailing)).all()
        providers = self._connection.execute(_of_mailing(stopped_providers, self._mailing)).all()
        self._words = {(row.account, row.provider): row.words for row in providers}
        return StoppedNow(
            {row.account: row.reply for row in relays}, {(row.account, row.provider): row.reply for row in providers}
        )

    def look(self) -> None:
        """See what other senders have stopped, and let go on."""
        known = self.read()
        self.relays = {account: self.relays.get(account, 0) for account in known.relays}
        self.providers = {pair: self.providers.get(pair, 0) for pair in known.providers}

    def has_words(self, account: str, words: str) -> bool:
        """Whether the relay has refused everybody of some provider in these words."""
        return bool(words) and any(
            pair[0] == account and pair in self.providers and known == words for pair, known in self._words.items()
        )

    def stop(self, account: str, provider: str, streak: Sequence[HeldDoubt], now: int) -> str:
        """Write down that a relay refuses everybody, or everybody of a provider (not ""); gives its last words."""
        last = max(streak, key=lambda one: (one.refused_ms, one.doubt.delivery))
        for mailing in sorted({one.mailing for one in streak}):
            people = sum(one.mailing == mailing for one in streak)
            row = {"mailing_id": mailing, "account": account, "reply": last.reply, "people": people, "stopped_at": now}
            if provider:
                self._write(stopped_providers, {**row, "provider": provider, "words": last.doubt.words})
            else:
                self._write(stopped_relays, row)
        refused_ms = max(one.refused_ms for one in streak)
        if provider:
            self.providers[account, provider] = refused_ms
            self._words[account, provider] = last.doubt.words
        else:
            self.relays[account] = refused_ms
            for pair in [pair for pair in self.providers if pair[0] == account]:
                self._delete_provider(*pair)  # it is the relay
        return last.reply

    def end_relay(self, account: str, began_ms: int) -> None:
        """The relay has taken a message whose commands left then: it refuses everybody no more, if that was later."""
        if self.relays.get(account, began_ms) < began_ms:
            is_it = (stopped_relays.c.mailing_id == self._mailing) & (stopped_relays.c.account == account)
            self._connection.execute(delete(stopped_relays).where(is_it))
            del self.relays[account]

    def end_provider(self, account: str, provider: str, began_ms: int) -> bool:
        """The same of a provider; whether that has ended now."""
        if self.providers.get((account, provider), began_ms) >= began_ms:
            return False
        self._delete_provider(account, provider)
        return True

    def _delete_provider(self, account: str, provider: str) -> None:
        table = stopped_providers
        is_it = (table.c.mailing_id == self._mailing) & (table.c.account == account) & (table.c.provider == provider)
        self._connection.execute(delete(table).where(is_it))
        del self.providers[account, provider]

    def _write(self, table: Table, row: Mapping[str, Any]) -> None:
        written = upsert(self._connection, table).values(row)
        key = [column.name for column in table.primary_key]
        changed = {name: value for name, value in row.items() if name not in key}
        changed["people"] = table.c.people + row["people"]
        self._connection.execute(written.on_conflict_do_update(index_elements=key, set_=changed))


def _of_mailing(table: Table, mailing: int) -> Any:
    return select(table).where(table.c.mailing_id == mailing)
