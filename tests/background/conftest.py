"""What tests of the service begin with: a stage on each database, and the service as a process on it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.databases import Cluster
from tests.torture.stage import Rig


@pytest.fixture(params=["sqlite", "postgresql"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    cluster: Cluster | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return Rig(tmp_path, random.Random(0), cluster=cluster)
