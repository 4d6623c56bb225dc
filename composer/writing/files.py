"""The only module of this stage that touches the disk: files are read, and replaced as a whole.

A file is written beside its place, flushed to the disk, and then takes the name: whoever reads meanwhile sees the old
file or the new one, and a crash leaves one of them. It keeps who may read and write it. A link is followed if it stays
inside the folder, else refused. A file that is no longer as the writer knew it is not replaced: ``ChangedMeanwhile``
has what is there.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows
    fcntl = None  # type: ignore[assignment]

from composer.errors import ChangedMeanwhile, FileRefused
from composer.issue.inside import leads_outside
from composer.issue.yaml.read import MAX_SIZE_BYTES

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.ENOSYS)
_HIDDEN = re.compile(r"(?:^|/)\.")
_THREADS = threading.Lock()


def read_file(file: Path, *, folder: Path, max_bytes: int = MAX_SIZE_BYTES) -> bytes | None:
    """Read a file below ``folder``; None if there is none. Raises FileRefused for a link out of it, or no file."""
    _refuse_outside(file, folder)
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # looked at first: opening a pipe waits for who writes into it
            raise FileRefused(f"{file} is not a file")
        with file.open("rb") as opened:
            data = opened.read(max_bytes + 1)
    except (FileNotFoundError, ValueError):  # a name with a null byte
        return None
    except OSError as error:
        raise FileRefused(f"{file} cannot be read: {error.strerror}") from error
    if len(data) > max_bytes:
        raise FileRefused(f"{file} has more than {max_bytes:,} bytes")
    return data


def replace_file(file: Path, data: bytes, *, folder: Path, expected: bytes | None) -> None:
    """Put ``data`` in the place of ``expected``, which is what the writer knows to be there; None for a new file.

    Raises ChangedMeanwhile if something else is there, and FileRefused if the system does not let it happen; in both
    cases nothing of anybody's is lost.
    """
    _refuse_outside(file, folder)
    file = file.resolve() if file.is_symlink() else file
    try:
        with _alone_in(file.parent):
            with _written_beside(file, data) as new:
                if expected is None:
                    _take_free_name(new, file)
                else:
                    _take_name(new, file, expected)
            _flush_folder(file.parent)
    except OSError as error:
        raise FileRefused(f"{file} cannot be written: {error.strerror}") from error


def _refuse_outside(file: Path, folder: Path) -> None:
    if ".." in file.relative_to(folder).parts or leads_outside(file, folder):
        raise FileRefused(f"{file} is a link to something outside {folder}; copy the file itself")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one writer of ours at a time, in this process and others, look at a file of the folder and replace it.

    Other programs know nothing of it: what they write between the last look and the new name, which takes some
    microseconds, is the only thing that could be lost.
    """
    with _THREADS:
        if fcntl is None:  # Windows, where folders cannot be locked
            yield
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _written_beside(file: Path, data: bytes) -> Iterator[Path]:
    """Write the data under another name, flushed, with the rights of the file that is there, or of any new one.

    That name is gone afterwards, and where the disk is full, too.
    """
    path = file.with_name(f".{file.name[:100]}.{os.urandom(4).hex()}")
    # Exclusive, so that nobody has put a file or a link there before.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as new:
            with suppress(FileNotFoundError):
                path.chmod(stat.S_IMODE(file.stat().st_mode))
            _write_flushed(new, data)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write_flushed(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _take_free_name(new: Path, file: Path) -> None:
    try:
        os.link(new, file)  # fails if there is something, and follows no link
    except FileExistsError as error:
        raise ChangedMeanwhile(file, file.read_bytes()) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if file.exists():
            raise ChangedMeanwhile(file, file.read_bytes()) from error
        new.replace(file)


def _take_name(new: Path, file: Path, expected: bytes) -> None:
    """Replace the file, and look afterwards whether somebody wrote into it at the last moment.

    A second name holds what is replaced, so that what an editor writes into it until then is seen.
    """
    held = new.with_name(f"{new.name}.old")
    try:
        os.link(file, held)
    except FileNotFoundError as error:
        raise ChangedMeanwhile(file, None) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        held.write_bytes(file.read_bytes())
    try:
        there = held.read_bytes()
        if there != expected:
            raise ChangedMeanwhile(file, there)
        if not _is_still(file, held):
            raise ChangedMeanwhile(file, file.read_bytes() if file.exists() else None)
        new.replace(file)
        if (late := held.read_bytes()) != expected:
            held.replace(file)
            raise ChangedMeanwhile(file, late)
    finally:
        held.unlink(missing_ok=True)


def _is_still(file: Path, held: Path) -> bool:
    """Tell whether the name still leads to what is held, if the file system has second names."""
    try:
        one, other = file.stat(), held.stat()
    except FileNotFoundError:
        return False
    return other.st_nlink < 2 or (one.st_ino, one.st_dev) == (other.st_ino, other.st_dev)


def _flush_folder(folder: Path) -> None:
    """Make a new name last: without this, a power cut can take it back."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_file(file: Path, *, folder: Path) -> None:
    """Remove a file below ``folder``, if it is there; a link, not what it leads to."""
    if file.parent != folder:
        _refuse_outside(file.parent, folder)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise FileRefused(f"{file} cannot be removed: {error.strerror}") from error


def named_from(folder: Path, path: Path) -> str:
    """Name what is below a folder as who works in the folder knows it: ``issues/archive/2019-03-spring``."""
    return path.relative_to(folder.parent).as_posix()


def create_folder(folder: Path, files: Mapping[str, bytes], *, name: str = "") -> None:
    """Write a folder with these files, given by their paths in it, so that it appears whole or not at all.

    Raises FileRefused if something of its name is there, and calls it ``name`` then, else by its path.
    """
    name = name or str(folder)
    parent = folder.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=parent) as directory:
            new = Path(directory) / folder.name
            new.mkdir()
            for path, data in files.items():
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                with (new / path).open("wb") as opened:
                    _write_flushed(opened, data)
            _flush_folders(new)
            with _alone_in(parent):
                _rename_to_free(new, folder, name)
        _flush_folder(parent)
    except OSError as error:
        raise FileRefused(f"{name} cannot be written: {error.strerror}") from error


def _flush_folders(folder: Path) -> None:
    """Make the names in a folder last, and those in the folders below it."""
    for below, _, _ in os.walk(folder):
        _flush_folder(Path(below))


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a folder, by their paths in it.

    What is hidden, and what a link leads to outside of it, is no part of it: the one waits for a decision, or is a
    program's.
    """
    try:
        found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not leads_outside(path, folder))
        files = {path.relative_to(folder).as_posix(): path for path in found}
        return {name: path.read_bytes() for name, path in files.items() if not _HIDDEN.search(name)}
    except OSError as error:
        raise FileRefused(f"{folder} cannot be read: {error.strerror}") from error


def move_folder(folder: Path, to: Path, *, issues_dir: Path) -> None:
    """Give a folder another place among the issues. Raises FileRefused if something is there already."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(to.parent):
            _rename_to_free(folder, to, named_from(issues_dir, to))
        _flush_folder(to.parent)
        _flush_folder(folder.parent)
    except OSError as error:
        names = f"{named_from(issues_dir, folder)} cannot be moved to {named_from(issues_dir, to)}"
        raise FileRefused(f"{names}: {error.strerror}") from error


def _rename_to_free(folder: Path, to: Path, name: str) -> None:
    if os.path.lexists(to):
        raise FileRefused(f"{name} is already there")
    folder.rename(to)


def remove_folder(folder: Path, *, issues_dir: Path) -> None:
    """Delete a folder among the issues and all that is in it; links are deleted, and nothing that they lead to.

    Raises FileRefused if the system does not let it happen; some of it may be gone then.
    """
    try:
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
    except OSError as error:
        raise FileRefused(f"{named_from(issues_dir, folder)} cannot be deleted: {error.strerror}") from error
