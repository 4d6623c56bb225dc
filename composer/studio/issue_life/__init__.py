"""Answers at the addresses under which issues begin, get other names, and go out of the way.

::

    GET  /api/begin                       today, the themes, and what a new issue can begin with
    POST /api/begin/project               {name, sender, sender_name, address, languages, theme} → {"slug"}
    POST /api/begin/read                  {files, keep_all}: what an import would make, and what it leaves out
    POST /api/begin/issue                 {source, like, title, slug, date, number, files, keep_all} → {"slug"}
    POST /api/issues/{slug}/duplicate     {slug} → {"slug"}                        the new issue's
    POST /api/issues/{slug}/rename        {slug} → {"slug"}
    POST /api/issues/{slug}/archive, /delete       -  → {"name"}                   under which it can be brought back
    GET  /api/put-away                    {"archived": [line], "deleted": [line]}  a line: name, title, date
    POST /api/put-away/{place}/{name}/restore      -  → {"slug"}                   place: "archive" or "trash"
    POST /api/put-away/trash/empty        {names} → {"gone"}: deleted for good; names are those that were listed
    POST /api/moves/undo, /redo           {number} → {"words", "slug"}: what was done to a folder, and what to see then

``source`` is what an issue begins with: ``last`` (the issue ``like``, or the latest: its frame, and TODO where words
must be new), ``words`` (a few to replace), ``sample``, or ``import`` of ``files``: ``[{"name", "base64"}]``, the
letter first and then pictures that it names. ``title`` is its subject, and its headline if it has one, until somebody
writes others. ``slug`` may be empty: it is made of the day and the title. Nothing is
ever written over what is there; 422 tells in words why something cannot be. All that becomes of folders, but for the
trash that is emptied, has a ``number``, and can be undone by it. ::

    beginning.py  projects, imports, new issues     moving.py  copies, names, archive, trash     models.py  the shapes
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from composer.studio.asked import told_in_project
from composer.studio.issue_life import beginning, moving
from composer.studio.issue_life.models import Refused

MOST_BYTES = 30_000_000
"""The most that an import may bring along: a newsletter and its pictures."""
READ_PATHS = ("/api/begin/read", "/api/begin/issue")


def add_issue_life(app: FastAPI) -> None:
    """Let issues begin, and go out of the way, in an app."""
    app.include_router(beginning.routes)
    app.include_router(moving.routes)
    app.add_exception_handler(Refused, _tell_refusal)


def _tell_refusal(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": told_in_project(request, error)}, status_code=422)
