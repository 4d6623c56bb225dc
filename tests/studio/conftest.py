"""The studio of a small project, for the tests of its addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.support.projects import ProjectFolder
from tests.support.studio_client import studio_client


@pytest.fixture
def client(project_folder: ProjectFolder) -> Iterator[TestClient]:
    """A page of the studio that was let in, without a browser."""
    with studio_client(project_folder.project) as client:
        yield client
