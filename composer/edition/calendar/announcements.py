"""What an issue announces, and what each event is known by.

Enters: a draft (its ``agenda`` and ``events`` blocks). Leaves: ``Announcement``s, each with the UID that calendars
know it by and the entries that speak of it. An event keeps its UID when its words, its place in the issue or
its date change. What it is known by, the first of these that tells it from the others of its block::

    1  ``uid``, the author's own name for it: the same in all issues of the newsletter
    2  the address of its link
    3  its link and its words (series and title)
    4  its words
    5  its link, words, day and time

2 to 5 hold within one issue. An entry of an agenda and a row of an events list that are known by the same
and begin on the same day are one event; the agenda tells more, so it speaks for both. In a translation an event
is known by what it is known by in the default language, so that all languages have the same UIDs.
Never: the clock, a position in a list, a reader's data.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from composer.edition.draft import EditionDraft
from composer.edition.event import Moment
from composer.issue.blocks import AgendaBlock, AgendaEntry, Days, Event, EventsBlock
from composer.issue.model import Content, Issue

_NAMESPACE = uuid.UUID("5e1f5f5c-8a54-5c8e-9f4e-3b0c7f6d2a11")

CalendarEntry = AgendaEntry | Event
_EntryIndex = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event of the draft: its UID, its file, the entry that tells most of it.

    ``linked`` are the entries beside which a link to the file stands: one that all readers see, or, if only some
    readers are told of the event (``for_all`` is false), each that speaks of it.
    """

    uid: str
    file: str
    entry: CalendarEntry
    linked: tuple[CalendarEntry, ...]
    for_all: bool


def announcements(draft: EditionDraft) -> tuple[Announcement, ...]:
    """Gather what the issue announces, agendas first, in their order."""
    uids = _uids(draft.issue, draft.language)
    mentions: dict[str, list[_EntryIndex]] = {}
    entries = dict(_entries(draft.content))
    for place in entries:
        mentions.setdefault(uids[place], []).append(place)
    files: set[str] = set()
    found = []
    for uid, places in mentions.items():
        for_all = [place for place in places if draft.conditions[place[0]] is None]
        file = _file_name(_entry_as_written(draft, places[0]), files)
        linked = tuple(entries[place] for place in for_all[:1] or places)
        found.append(Announcement(uid, file, entries[places[0]], linked, bool(for_all)))
    return tuple(found)


def start_and_end(entry: CalendarEntry) -> tuple[Moment, Moment | None]:
    """Say when it starts, and the first moment after it (RFC 5545 3.8.2.2: DTEND is not part of the event).

    What takes place at the same hours on several days (``days_in_a_row``) is told as it is on the first of them.
    """
    last = entry.until or entry.date
    if entry.time is None or (last > entry.date and entry.end_time is None):
        # When several days begin and not when they end is known: days, and the hour in words.
        return entry.date, last + dt.timedelta(days=1)
    starts = dt.datetime.combine(entry.date, entry.time)
    if entry.end_time is not None:
        last = entry.date + dt.timedelta(days=entry.is_overnight) if entry.is_daily or entry.is_overnight else last
        ends = dt.datetime.combine(last, entry.end_time)
        # An end before the start is a finding; calendars refuse the whole file for it.
        return starts, ends if ends > starts else None
    return starts, None


def days_in_a_row(entry: CalendarEntry) -> int:
    """Count the days on each of which it takes place at the same hours; 1 if it is one stretch of time."""
    return ((entry.until or entry.date) - entry.date).days + 1 if entry.is_daily else 1


def _entries(content: Content) -> Iterator[tuple[_EntryIndex, CalendarEntry]]:
    """Yield every entry with its place, those of agendas first, because they tell more."""
    for block_type in (AgendaBlock, EventsBlock):
        for index, block in enumerate(content.blocks):
            if isinstance(block, block_type):
                yield from (((index, number), entry) for number, entry in enumerate(_entries_of(block)))


def _entries_of(block: AgendaBlock | EventsBlock) -> tuple[CalendarEntry, ...]:
    return block.entries if isinstance(block, AgendaBlock) else block.events


def _uids(issue: Issue, language: str) -> Mapping[_EntryIndex, str]:
    content, base = issue.contents[language], issue.contents[issue.languages[0]]
    own, twins = _identities(content), _identities(base) if content is not base else {}
    originals = dict(_entries(base))
    publication = issue.newsletter.list_id or issue.newsletter.name
    uids = {}
    for place, entry in _entries(content):
        twin = originals.get(place)
        identity = twins[place] if place in twins and twin and _moment(twin) == _moment(entry) else own[place]
        scope = () if identity[0] == "uid" else (issue.slug,)
        uids[place] = str(uuid.uuid5(_NAMESPACE, "\n".join((publication, *scope, *identity))))
    return uids


def _identities(content: Content) -> Mapping[_EntryIndex, tuple[str, ...]]:
    """Say what each entry is known by; two places share one if they speak of the same event."""
    named = {
        (known, entry.date): ("uid", entry.uid)
        for _, entry in _entries(content)
        if entry.uid
        for known in _ways_to_know(entry)
    }
    days: dict[tuple[str, ...], dt.date] = {}
    identities: dict[_EntryIndex, tuple[str, ...]] = {}
    by_block: dict[int, list[CalendarEntry]] = {}
    for (block, _), entry in _entries(content):
        by_block.setdefault(block, []).append(entry)
    for block, entries in by_block.items():
        shared = Counter(known for entry in entries for known in _ways_to_know(entry))
        for number, entry in enumerate(entries):
            ways = list(_ways_to_know(entry))
            identity = next((known for known in ways if shared[known] == 1), ways[-1])
            if entry.uid or (identity, entry.date) in named:
                # A row without a uid may speak of an event that has one.
                identity = ("uid", entry.uid) if entry.uid else named[identity, entry.date]
            else:
                while days.setdefault(identity, entry.date) != entry.date:
                    # Known by the same words on another day: another event.
                    identity = (*identity, str(content.blocks[block].id or content.blocks[block].block))
            identities[block, number] = identity
    return identities


def _ways_to_know(entry: CalendarEntry) -> Iterator[tuple[str, ...]]:
    words = _letters(f"{entry.kicker or ''} {entry.title}")
    link = entry.link.url if entry.link else ""
    if link:
        yield ("link", link)
        yield ("link", link, words)
    yield ("words", words)
    yield ("moment", link, words, _moment(entry))


def _moment(entry: CalendarEntry) -> str:
    return entry.date.isoformat() + (f"T{entry.time:%H:%M}" if entry.time else "")


def _letters(words: str) -> str:
    """Return the words as one hears them, without capitals and punctuation."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", words).casefold()))


def _entry_as_written(draft: EditionDraft, place: _EntryIndex) -> CalendarEntry:
    block = draft.issue.contents[draft.language].blocks[place[0]]
    assert isinstance(block, AgendaBlock | EventsBlock)
    return _entries_of(block)[place[1]]


def _file_name(entry: CalendarEntry, taken: set[str]) -> str:
    """Make a name that tells what was downloaded: ``calendar/2020-04-07-two-toolbox-presentations.ics``."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\{\{.*?\}\}", "", entry.title)).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:48].rstrip("-")
    stem = f"calendar/{entry.date.isoformat()}" + (f"-{words}" if words else "")
    name, number = f"{stem}.ics", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.ics"
    taken.add(name)
    return name


def calendar_choice(draft: EditionDraft) -> str:
    """Say how readers get the dates: "attach", "link" or "none"."""
    return str(draft.content.calendar or draft.newsletter.calendar)


def linked_files(found: Sequence[Announcement]) -> Mapping[Days, str]:
    """Tell for each entry of a block which calendar file a link beside it leads to."""
    return {entry: announcement.file for announcement in found for entry in announcement.linked}
