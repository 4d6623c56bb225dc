"""The same files make the same bytes in another version of Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.same_bytes import OTHER, READY, digests_of

PYTHON = OTHER / "bin" / "python"


@pytest.mark.skipif(
    not READY.exists(),
    reason="NOT SHOWN HERE: no second Python is prepared; `make test` does it where the machine has one",
)
def test_editions_messages_and_pictures_are_the_same_in_another_version_of_python() -> None:
    here, there = digests_of(Path(sys.executable)), digests_of(PYTHON)
    assert len(here) >= 20
    assert there == here
