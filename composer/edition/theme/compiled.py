"""What a start has compiled or read, kept for the next one where Python keeps its own compiled modules.

::

    recall ──▶ a dictionary: of code, by the file, time and size of each template; or of CSS as it was read ──▶ keep

What is kept is code for this program in this version of Python: whoever could put another there could as well change
the program's modules beside it. So it is never kept elsewhere, nor for templates that did not come with the program,
and ``PYTHONDONTWRITEBYTECODE`` and ``PYTHONPYCACHEPREFIX`` hold for it too. Each is one file, which is put in the place
of the one before; what cannot be read or written is compiled again. Nothing here happens by itself: composing neither
reads nor writes it, only a program that wants to start sooner does.

What it is worth: of the 0.65 s of processor time of a process's first mail, 0.25 for the templates, 0.07 for the CSS.
"""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import jinja2

from composer.edition.theme.block_cache import file_versions

TemplateKey = tuple[str, int, int, bool]
"""A template's file, the time of its last change in nanoseconds, its size, and whether its code leaves notes."""

_FOLDER: Final = Path(__file__).parent.parent
_MAX_SIZE_BYTES: Final = 20_000_000


TEMPLATES: Final = "shipped_templates"


def recall(name: str = TEMPLATES, *, made_by: Sequence[object] = ()) -> dict[Any, Any]:
    """Read what was kept under a name; nothing if that was by another version of the program, Python or ``made_by``."""
    file = _file(name)
    with suppress(OSError, ValueError, EOFError, TypeError):
        if file is None or file.stat().st_size > _MAX_SIZE_BYTES:
            return {}
        data = file.read_bytes()
        tag, program = data[:_TAG_BYTES], _program(made_by)
        if tag == program:
            found = marshal.loads(data[_TAG_BYTES:])  # noqa: S302  as Python does with the modules beside it
            return found if isinstance(found, dict) else {}
    return {}


def keep(kept: Mapping[Any, Any], name: str = TEMPLATES, *, made_by: Sequence[object] = ()) -> None:
    """Write down for the next start what marshal can; nothing where Python may not write either, or it cannot be."""
    file = _file(name)
    if file is None or sys.dont_write_bytecode:
        return
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(_program(made_by) + marshal.dumps(dict(kept)))
            os.replace(temporary, file)
        except BaseException:
            os.unlink(temporary)
            raise


_TAG_BYTES: Final = 20


def _file(name: str) -> Path | None:
    """Find where Python would put the compiled form of a module of this folder; None if it keeps none."""
    try:
        return Path(importlib.util.cache_from_source(str(Path(__file__).with_name(f"{name}.py"))))
    except NotImplementedError:
        return None


def _program(made_by: Sequence[object]) -> bytes:
    """Hash all that the code is made by: Jinja, Python, and the modules that decide what templates may do."""
    modules = [one for one in sorted(file_versions([_FOLDER])) if one[0].endswith(".py")]
    everything = (importlib.util.MAGIC_NUMBER, jinja2.__version__, modules, *made_by)
    return hashlib.blake2b(repr(everything).encode(), digest_size=_TAG_BYTES).digest()
