"""A share of ``make torture``: each fault a few times, with dice of its own. The whole of it is in docs/reliability.md.

The seed is printed; NEWSLETTER_TEST_SEED repeats its choices.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.torture.stage import Rig
from tests.torture.table import FAULTS, Fault, missing

SEED = os.environ.get("NEWSLETTER_TEST_SEED") or str(int(time.time()))


@pytest.mark.parametrize("fault", [pytest.param(fault, id=fault.name) for fault in FAULTS if fault.share])
def test_nobody_is_lost_and_nobody_mailed_twice(fault: Fault, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue("postgresql") if "postgresql" in fault.needs else None
    rig = Rig(tmp_path, random.Random(f"{SEED} {fault.name}"), cluster=cluster)
    if lacking := missing(fault, rig):
        if os.environ.get("CI"):
            pytest.fail(f"needs {lacking}")
        pytest.skip(f"needs {lacking}")
    print(f"NEWSLETTER_TEST_SEED={SEED}")
    fault.inflict(rig, fault.share)
    print(rig.score)
    assert (rig.score.lost, rig.score.doubled) == (0, 0)
    assert rig.score.taken > 0
