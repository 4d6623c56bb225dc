"""The lock of leaving: on PostgreSQL it puts every leaving before or after each offer, never in the middle of one.

An offer asks who may still be mailed, and commits some milliseconds later. Somebody whose leaving was committed in
between would get the mail although they had left before the intent was written. SQLite has one writer at a time, so
that cannot happen there. On PostgreSQL an offer takes the lock shared, in a statement before it asks (under READ
COMMITTED each statement sees what is committed by then), and keeps it until its commit. A leaving takes the lock
exclusively at *its* commit. So either the offer asks after the leaving is there, or the intent is on disk before the
person has left.

The leaving's side is a deferred trigger (migration 0003), which runs as the last thing before its commit: whatever
records a leaving, the site, an import, an erasure, or somebody at the database's prompt, cannot forget it, and a long
import stops the sending only for the moment of its commit. Addresses that refusals suppress take no lock: nobody left.

Weighed, and left out: row locks on the people offered (they write a page for each mail, and a suppression has no row
to lock before it is there); SERIALIZABLE (offers would be given up for false alarms, each with all that wait for it);
the lock in ``unsubscribe`` and ``suppress`` (an import would hold it until it is done). Code that changes deliveries
*and* lets people leave in one transaction must say ``SET CONSTRAINTS ALL IMMEDIATE`` before it touches the deliveries;
otherwise it and a sender could wait for each other.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal_column

_LEAVING = 0x6E6577736C6C76  # "newsllv": ours among the advisory locks of a shared PostgreSQL server


def shared_leaving_lock() -> ColumnElement[object]:
    """SQL that takes the lock shared, so that nobody can leave from the next statement until the transaction ends."""
    return func.pg_advisory_xact_lock_shared(literal_column(str(_LEAVING)))
