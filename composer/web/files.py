"""Answers with files: those of our own pages, and those of a mail.

Of a mail's, a picture that every browser draws is shown and a font set in, anything else only downloaded. An SVG or an
HTML file that came with a mail could run scripts in the server's own origin (threat 7), so neither is ever shown,
whatever its name and media type say.
"""

from __future__ import annotations

import base64
import mimetypes
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from composer.font_types import MEDIA_TYPE as FONT_MEDIA_TYPE
from composer.picture_types import BROWSER_MEDIA_TYPES
from composer.web.guards import content_policy

_DOWNLOAD_TYPES: Final = frozenset({"application/pdf", "text/calendar"})
_PAGE_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_NAMED_BY_CONTENT: Final = re.compile(r"-[0-9A-Z]{8}\.(?:js|svg)$")
_A_YEAR_S: Final = 365 * 24 * 3600
_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})


def page_files(folder: Path) -> StaticFiles:
    """Serve the files of a page of ours, each with its type.

    Python asks the registry of Windows for types, where other programs have made ``.js`` plain text, which browsers
    do not run.
    """
    for ending, media_type in _PAGE_TYPES.items():
        mimetypes.add_type(media_type, ending)
    return _PageFiles(directory=folder, check_dir=False)


class _PageFiles(StaticFiles):
    """Lets a browser keep what is named by its content: drawings, for which it would ask wherever an icon is drawn
    anew, and the parts of the bundle."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if _NAMED_BY_CONTENT.search(os.fspath(full_path)):
            response.headers["Cache-Control"] = f"max-age={_A_YEAR_S}, immutable"
        return response


def picture_address(content: bytes, media_type: str) -> str | None:
    """Write a picture that every browser draws as a ``data:`` address; None for any other file."""
    if media_type not in BROWSER_MEDIA_TYPES:
        return None
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def file_response(content: bytes, media_type: str, *, name: str = "", more: Mapping[str, str] = _NO_MORE) -> Response:
    """Answer with a file, in a sandbox. ``name`` is what a download is called; ``more`` are further headers."""
    headers = {"Content-Security-Policy": content_policy(sandbox=""), **more}
    if media_type not in (*BROWSER_MEDIA_TYPES, FONT_MEDIA_TYPE):
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}" if name else "attachment"
        media_type = media_type if media_type in _DOWNLOAD_TYPES else "application/octet-stream"
    return Response(content, media_type=media_type, headers=headers)
