"""What several tests of sending need beside the relay that every test has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.truth_sink import Sink, truth_sink


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Sink]:
    """A second relay."""
    with truth_sink(tmp_path / "other.jsonl") as running:
        yield running
