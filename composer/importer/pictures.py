"""The pictures of a foreign newsletter: files beside it, and those written into it as data. Nothing is fetched."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, unquote_to_bytes

from composer.picture_types import type_by_content
from composer.plain_name import plain_name

_DATA = re.compile(r"data:[\w/+.-]*(?:;[\w=-]+)*?(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)


@dataclass
class Pictures:
    """Takes pictures from ``folder`` and below it; ``files`` are those taken, by their new names."""

    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)
    _names: dict[str, str | None] = field(default_factory=dict)

    def copy(self, source: str, *, note: Callable[[str], None]) -> str | None:
        """Copy a picture, and return its name in the draft; None, and a note why, if it has none."""
        if source not in self._names:
            self._names[source] = self._copy(source, note)
        return self._names[source]

    def _copy(self, source: str, note: Callable[[str], None]) -> str | None:
        shown = source if len(source) <= 100 else source[:60] + "…"
        if re.match(r"(https?:)?//", source):
            note(f"a picture that is not on this machine; save it in the issue's folder: {shown}")
            return None
        data = self._read(source)
        if data is None:
            note(f"a picture that is not beside the file: {shown}")
            return None
        kind = type_by_content(data)
        if kind is None:
            note(f"a picture that mail programs do not show, save it as PNG or JPEG: {shown}")
            return None
        name = self._new_name(source, kind.suffixes[0])
        self.files[name] = data
        return name

    def _read(self, source: str) -> bytes | None:
        if written := _DATA.match(source):
            try:
                return base64.b64decode(written[2], validate=False) if written[1] else unquote_to_bytes(written[2])
            except (binascii.Error, ValueError):
                return None
        name = unquote(source.partition("?")[0].partition("#")[0])
        try:
            file = (self.folder / name).resolve()
            # What a stranger's file names outside of its own folder is not ours to copy.
            return file.read_bytes() if file.is_relative_to(self.folder.resolve()) and file.is_file() else None
        except (OSError, ValueError):
            return None

    def _new_name(self, source: str, suffix: str) -> str:
        stem = "" if source.lower().startswith("data:") else PurePosixPath(unquote(source.partition("?")[0])).stem
        stem = plain_name(stem) or "picture"
        name, number = f"{stem}{suffix}", 2
        while name in self.files:
            name, number = f"{stem}-{number}{suffix}", number + 1
        return name
