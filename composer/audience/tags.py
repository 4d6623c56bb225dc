"""Words that an operator ties to people. Case is kept and does not count: “VIP” and “vip” are one tag.

Whichever spelling was there first is the tag's, for everybody.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from composer.control_characters import control_character
from composer.database.schema import tags
from composer.errors import AudienceError

TAG_MAX = 100


def clean_tag(text: str) -> str:
    """Bring a tag into one spelling: no white space around it, single spaces in it. Raises AudienceError."""
    tag = unicodedata.normalize("NFC", " ".join(text.split()))
    if not tag or len(tag) > TAG_MAX or control_character(tag):
        shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in tag)[:40]
        raise AudienceError(f"“{shown}” cannot be a tag: 1 to {TAG_MAX} visible characters")
    return tag


def tags_of(connection: Connection, subscriber: int) -> Sequence[str]:
    """Read somebody's tags, in alphabetical order."""
    found = connection.scalars(select(tags.c.tag).where(tags.c.subscriber_id == subscriber))
    return sorted(found, key=str.casefold)


def count_tags(connection: Connection) -> Sequence[tuple[str, int]]:
    """Count the people of every tag, in alphabetical order."""
    rows = connection.execute(select(tags.c.tag, func.count()).group_by(tags.c.tag)).all()
    return sorted(((tag, people) for tag, people in rows), key=lambda row: row[0].casefold())


def find_tag(connection: Connection, text: str) -> str:
    """Give the tag that is meant, as it is spelled. Raises AudienceError if nobody has it, with the nearest."""
    known: dict[str, str] = {tag.casefold(): tag for tag in connection.scalars(select(tags.c.tag).distinct())}
    if found := known.get(clean_tag(text).casefold()):
        return found
    near = difflib.get_close_matches(text.casefold(), known, n=1)
    words = (
        f"did you mean “{known[near[0]]}”?" if near else f"there are {', '.join(sorted(known.values())[:20]) or 'none'}"
    )
    raise AudienceError(f"Nobody has the tag “{clean_tag(text)}”; {words}")


def spell_tags(connection: Connection, texts: Iterable[str]) -> dict[str, str]:
    """Give each text as the tag that it is: spelled as it was first, and itself if it is new. Raises AudienceError."""
    known = {tag.casefold(): tag for tag in connection.scalars(select(tags.c.tag).distinct().order_by(tags.c.tag))}
    return {text: known.setdefault(tag.casefold(), tag) for text in texts for tag in (clean_tag(text),)}


def change_tags(
    connection: Connection, subscriber: int, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> bool:
    """Tag somebody, and take tags off them; True if that changed anything. Raises AudienceError."""
    before = {tag.casefold(): tag for tag in tags_of(connection, subscriber)}
    off = {clean_tag(text).casefold() for text in remove}
    on = set(spell_tags(connection, add).values())
    if both := sorted(tag for tag in on if tag.casefold() in off):
        raise AudienceError(f"“{both[0]}” cannot be put on and taken off at once")
    if unknown := sorted(off - before.keys()):
        has = f"they have {', '.join(before.values())}" if before else "they have none"
        raise AudienceError(f"they have no tag “{unknown[0]}”; {has}")
    new = sorted(tag for tag in on if tag.casefold() not in before)
    if new:
        connection.execute(insert(tags), [{"subscriber_id": subscriber, "tag": tag} for tag in new])
    if gone := [before[one] for one in off]:
        connection.execute(delete(tags).where(tags.c.subscriber_id == subscriber, tags.c.tag.in_(gone)))
    return bool(new or off)
