"""Holds the tables of work that the service does in the background; those of ``schema.py`` include them.

A row of ``jobs`` is the truth about a piece of work: what is to be done, and what has come of it. The engine of the
jobs (``background/dbos_engine.py``) is only told its number.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    text,
)

from composer.database.metadata import Id, metadata

# Who works on a PostgreSQL database now. A lease ends when its row is deleted, not when its time is over.
service_processes = Table(
    "service_processes",
    metadata,
    Column("name", String(300), primary_key=True),  # host:pid:random
    Column("started_at", BigInteger, nullable=False),  # by the server's clock, as is ``until``
    Column("until", BigInteger, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),  # send | import | export | erase | clear
    Column("mailing_id", Id, ForeignKey("mailings.id"), unique=True),  # of a job that sends one
    Column("arguments", JSON, nullable=False, default=dict),
    Column("state", String(10), nullable=False),  # waiting | done | failed
    Column("run", Integer, nullable=False, server_default=text("1")),  # in the engine's key: the next try is another
    Column("failures", Integer, nullable=False, server_default=text("0")),  # one after the other
    Column("not_before", BigInteger),  # none: until a person has acted
    Column("words", Text, nullable=False, server_default=text("''")),  # what stands in the way, or has gone wrong
    Column("needs_person", Boolean, nullable=False, server_default=false()),
    Column("epoch", Integer),  # the mailing's, when the job was left to a person
    Column("report", JSON(none_as_null=True)),  # what came of it
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("finished_at", BigInteger),
    Index("ix_jobs_state", "state"),
)

# A file that a job reads or has written, in pieces of a megabyte: every machine of the service reaches it.
job_files = Table(
    "job_files",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
