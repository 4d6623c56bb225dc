"""Files of jobs, kept in the database in pieces: what a job reads, and what it has made for whoever asked for it.

So every process of the service reaches them, on whatever machine, and they go with the database into a backup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from sqlalchemy import Connection, delete, insert, select

from composer.database.schema import job_files

PIECE_BYTES = 1 << 20


def keep_file(connection: Connection, job: int, name: str, file: IO[bytes]) -> int:
    """Put what is left of an open file under this name; gives its size in bytes."""
    size = 0
    for number, piece in enumerate(iter(lambda: file.read(PIECE_BYTES), b"")):
        row = {"job_id": job, "name": name, "number": number, "data": piece}
        connection.execute(insert(job_files).values(**row))
        size += len(piece)
    return size


def read_file(connection: Connection, job: int, name: str) -> Iterator[bytes]:
    """Give the file of this name piece by piece; nothing if there is none."""
    for number in range(2**31):
        query = select(job_files.c.data).where(job_files.c.job_id == job, job_files.c.name == name)
        piece = connection.scalar(query.where(job_files.c.number == number))
        if piece is None:
            return
        yield bytes(piece)


def file_names(connection: Connection, job: int) -> list[str]:
    """Name the files of a job."""
    query = select(job_files.c.name).where(job_files.c.job_id == job).distinct().order_by(job_files.c.name)
    return list(connection.scalars(query))


def drop_file(connection: Connection, job: int, name: str) -> None:
    """Delete a file of a job; it does no harm if there is none."""
    connection.execute(delete(job_files).where(job_files.c.job_id == job, job_files.c.name == name))
