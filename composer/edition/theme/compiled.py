"""The shipped templates as they were compiled, kept where Python keeps its own compiled modules.

::

    recall ──▶ a dictionary of code, by the file, time and size of each template ──▶ keep

What is kept is code for this program in this version of Python: whoever could put another there could as well change
the program's modules beside it. So it is never kept elsewhere, nor for templates that did not come with the program,
and ``PYTHONDONTWRITEBYTECODE`` and ``PYTHONPYCACHEPREFIX`` hold for it too. It is one file, which is put in the place
of the one before; what cannot be read or written is compiled again. Nothing here happens by itself: composing neither
reads nor writes it, only a program that wants to start sooner does.

What it is worth: of the 0.65 s of processor time of a process's first mail, 0.25.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Final

import jinja2

from composer.edition.theme.block_cache import file_versions

TemplateKey = tuple[str, int, int, bool]
"""A template's file, the time of its last change in nanoseconds, its size, and whether its code leaves notes."""

_FOLDER: Final = Path(__file__).parent.parent
_MAX_SIZE_BYTES: Final = 20_000_000


def recall() -> dict[TemplateKey, CodeType]:
    """Read what was kept; nothing if that was by another version of the program or of Python."""
    file = _file()
    with suppress(OSError, ValueError, EOFError, TypeError):
        if file is None or file.stat().st_size > _MAX_SIZE_BYTES:
            return {}
        data = file.read_bytes()
        tag, program = data[:_TAG_BYTES], _program()
        if tag == program:
            found = marshal.loads(data[_TAG_BYTES:])  # noqa: S302  as Python does with the modules beside it
            return found if isinstance(found, dict) else {}
    return {}


def keep(compiled: Mapping[TemplateKey, CodeType]) -> None:
    """Write code down for the next start; nothing where that cannot be done, or Python may not write either."""
    file = _file()
    if file is None or sys.dont_write_bytecode:
        return
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(_program() + marshal.dumps(dict(compiled)))
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise


_TAG_BYTES: Final = 20


def _file() -> Path | None:
    """Find where Python would put the compiled form of a module of this folder; None if it keeps none."""
    try:
        return Path(importlib.util.cache_from_source(str(Path(__file__).with_name("shipped_templates.py"))))
    except NotImplementedError:
        return None


def _program() -> bytes:
    """Hash all that the code is made by: Jinja, Python, and the modules that decide what templates may do."""
    modules = sorted(file_versions([_FOLDER]))
    made_by = (importlib.util.MAGIC_NUMBER, jinja2.__version__, [one for one in modules if one[0].endswith(".py")])
    return hashlib.blake2b(repr(made_by).encode(), digest_size=_TAG_BYTES).digest()
