"""Who leaves while mail is sent: on PostgreSQL a lock puts every leaving before or after each offer, never within it.

An offer asks who may still be mailed, and commits some milliseconds later. Somebody whose leaving committed in between
would get the mail although they had left before the intent was written. SQLite has one writer at a time, so there is
no between. On PostgreSQL an offer takes the lock shared, in a statement before it asks (READ COMMITTED sees anew in
every statement), and keeps it until its commit; a leaving takes it alone at *its* commit. So either the offer asks
after the leaving is there, or the intent is on disk before the person has left.

The leaving's side is a deferred trigger (migration 0003), which runs as the last thing before its commit: whatever
records a leaving, the site, an import, an erasure, or somebody at the database's prompt, cannot forget it, and a long
import stops the sending only for the moment of its commit. Addresses that refusals suppress take no lock: nobody left.

Weighed, and left out: row locks on the people offered (a page written for each mail, and a suppression has no row to
lock before it is there); SERIALIZABLE (offers would be given up for false alarms, each with all that wait for it); the
lock in ``unsubscribe`` and ``suppress`` (an import would hold it until it is done). Whoever changes deliveries *and*
lets people leave in one transaction says ``SET CONSTRAINTS ALL IMMEDIATE`` before it touches the deliveries, or could
wait in a circle with a sender.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, literal_column

LEAVING = 0x6E6577736C6C76  # "newsllv": ours among the advisory locks of a shared PostgreSQL server


def shared_leaving_lock() -> ColumnElement[object]:
    """SQL of PostgreSQL: nobody has left unseen from the next statement on, until the transaction ends."""
    return func.pg_advisory_xact_lock_shared(literal_column(str(LEAVING)))
