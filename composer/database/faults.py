"""Turns a driver's error into a DatabaseError that says what to do. Pure. No password gets into a message.

Broken rules (IntegrityError) and wrong SQL (ProgrammingError) are not translated: the first belongs to the
code that tried, the second is a bug.
"""

from __future__ import annotations

from sqlalchemy import URL

from composer.errors import DatabaseError

_ADVICE: tuple[tuple[str, str], ...] = (
    # SQLite (https://sqlite.org/rescode.html)
    ("database is locked", "another program is writing to it; wait until its import or send is done, and try again"),
    ("database or disk is full", "the disk is full; make room and try again, nothing was half-written"),
    ("disk i/o error", "the disk failed; look at the system's log, and restore a copy if it goes on"),
    ("readonly database", "this user may not write to the file or its folder; change their owner or permissions"),
    ("unable to open database file", "the folder does not exist, or this user may not write to it"),
    ("file is not a database", "this file is something else; check NEWSLETTER_DATABASE_URL"),
    ("malformed", "the file is damaged; restore a copy"),
    # PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html)
    ("connection refused", "no PostgreSQL listens there; start it, or check NEWSLETTER_DATABASE_URL"),
    ("could not translate host name", "this host name is unknown; check NEWSLETTER_DATABASE_URL"),
    ("failed to resolve host", "this host name is unknown; check NEWSLETTER_DATABASE_URL"),
    ("authentication failed", "user or password are wrong; check NEWSLETTER_DATABASE_URL"),
    ("does not exist", "create the database and its user first; check NEWSLETTER_DATABASE_URL"),
    ("too many clients", "too many connections; end other programs, or raise max_connections"),
    ("no space left on device", "the server's disk is full; make room and try again"),
    ("deadlock detected", "two programs changed the same rows at once; nothing was changed, try again"),
    ("could not serialize", "somebody else changed the same rows meanwhile; nothing was changed, try again"),
    ("server closed the connection", "PostgreSQL went away; nothing was half-written, try again when it is back"),
    ("terminating connection", "PostgreSQL went away; nothing was half-written, try again when it is back"),
)


def explain(error: BaseException, url: URL) -> DatabaseError:
    """Make the error that says what happened to the database at ``url``, and what to do about it."""
    words = " ".join(str(error).split())
    advice = next((advice for sign, advice in _ADVICE if sign in words.lower()), "")
    return DatabaseError(
        f"The database {place_of(url)} cannot be used: {words}" + (f". What to do: {advice}." if advice else "")
    )


def place_of(url: URL) -> str:
    """Write where a database is, without its login, and without options, which may have a password too."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()
