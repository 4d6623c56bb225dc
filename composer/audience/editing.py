"""Changes what is known of one person: names, language, values of fields, tags. All that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from composer.audience.attributes import FieldDeclaration
from composer.audience.identities import HAS_ADDRESS
from composer.audience.imports.person import clean_name, parse_language
from composer.audience.known_values import NO_DECLARATIONS, PersonChange, canonical_attributes
from composer.audience.subscribers import find_subscriber
from composer.audience.tags import change_tags
from composer.database.schema import subscribers
from composer.errors import AudienceError


def change_person(
    connection: Connection,
    email: str,
    change: PersonChange,
    *,
    declared: Mapping[str, FieldDeclaration] = NO_DECLARATIONS,
    now: int,
) -> bool:
    """Write down what is to be known of whoever has this address; True if that is new.

    Raises AudienceError with everything that is wrong, or AddressError; then nothing may be committed.
    """
    subscriber = find_subscriber(connection, email)
    # Who is erased meanwhile, on PostgreSQL, is not written down again.
    held = select(subscribers).where(subscribers.c.id == subscriber, HAS_ADDRESS).with_for_update(key_share=True)
    row = connection.execute(held).mappings().one_or_none()
    if row is None:
        raise AudienceError(f"{email} was erased or merged at this moment.")
    problems = list(change.problems(declared))
    tagged = False
    try:
        tagged = change_tags(connection, subscriber, add=change.tags, remove=change.untag)
    except AudienceError as error:
        problems.append(str(error))
    if problems:
        raise AudienceError("\n".join(problems))
    values: dict[str, Any] = {}
    for name in ("first_name", "last_name"):
        if (said := getattr(change, name)) is not None:
            values[name] = clean_name(said, field=name)
    if change.language is not None:
        values["language"] = parse_language(change.language)
    if change.attributes:
        laid_over = {**row["attributes"], **canonical_attributes(change.attributes, declared)}
        values["attributes"] = {name: value for name, value in laid_over.items() if value}
    changed = {name: value for name, value in values.items() if value != row[name]}
    if changed or tagged:
        is_it = subscribers.c.id == subscriber
        connection.execute(update(subscribers).where(is_it).values(**changed, updated_at=now))
    return bool(changed or tagged)
