"""The studio of a project that has a relay, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from composer.studio.app import create_studio
from tests.support.projects import SESSION, ProjectFolder, admit
from tests.support.web import in_thread, serve_in_thread


@pytest.fixture
def studio(sending_folder: ProjectFolder, built_page: None) -> Iterator[str]:
    """The studio of a project that has a relay, and no database yet."""
    app = create_studio(sending_folder.project, run="test", session=SESSION)
    with in_thread(serve_in_thread(app)) as url:
        yield url
        app.state.changes.end()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has been let in, on a desktop in Paris."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Paris")
    admit(context)
    yield context.new_page()
    context.close()
