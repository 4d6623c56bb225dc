"""The database's upkeep as the settings want it: how big it is, what is cleared, room that is given back."""

from __future__ import annotations

from dataclasses import dataclass

from composer.database.engine import reading
from composer.database.faults import place_of
from composer.settings import ConsentSettings, KeepingSettings, load_settings
from composer.upkeep.clearing import Cleared, Keeping, clear, count_clearable
from composer.upkeep.compacting import Compacted, compact
from composer.upkeep.sizes import DatabaseSize, measure
from composer.workflow.project_database import now, open_database, open_to_read


@dataclass(frozen=True, slots=True)
class MeasuredDatabase:
    """How big the database is, and what of it is kept long enough; ``is_kept_for_a_time``: whether anything ever is."""

    place: str
    size: DatabaseSize
    clearable: Cleared
    is_kept_for_a_time: bool


def the_keeping() -> Keeping:
    """Read how long things are kept. Raises SettingsError."""
    kept, consent = load_settings(KeepingSettings), load_settings(ConsentSettings)
    networks_days = consent.consent_ip_days if consent.consent_ip else 0  # switched off, all of them go
    return Keeping(kept.keep_deliveries_days, kept.keep_attempts_days, networks_days)


def measure_database() -> MeasuredDatabase:
    """Measure the database, and count what could be cleared. Works where nothing can be written."""
    keeping, engine = the_keeping(), open_to_read()
    with reading(engine) as connection:
        return MeasuredDatabase(
            place=place_of(engine.url),
            size=measure(connection),
            clearable=count_clearable(connection, keeping, now=now()),
            is_kept_for_a_time=bool(keeping.deliveries_days or keeping.attempts_days),
        )


def clear_database(*, dry_run: bool = False) -> Cleared:
    """Clear what is kept long enough, or only count it."""
    engine = open_to_read() if dry_run else open_database()
    if dry_run:
        with reading(engine) as connection:
            return count_clearable(connection, the_keeping(), now=now())
    return clear(engine, the_keeping(), now=now())


def compact_database() -> Compacted:
    """Give back the room that was cleared. Raises StateError or DatabaseError, and changes nothing then."""
    return compact(open_database(), now=now())
