"""The files of our own pages come with the types that browsers need."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from composer.web.files import page_files


def test_a_script_is_a_script_whatever_the_registry_of_windows_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    monkeypatch.setattr(mimetypes, "_db", mimetypes.MimeTypes())
    for ending in types:
        (tmp_path / f"page{ending}").write_text("", encoding="utf-8")
        mimetypes.add_type("text/plain", ending)  # as Python finds it there
    app = FastAPI()
    app.mount("/static", page_files(tmp_path))
    with TestClient(app) as client:
        for ending, media_type in types.items():
            assert client.get(f"/static/page{ending}").headers["content-type"].partition(";")[0] == media_type
