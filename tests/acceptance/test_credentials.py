"""A password of the relay is planted as a canary; it must turn up nowhere but inside the login."""

from __future__ import annotations

import random
from base64 import b64encode
from pathlib import Path

import pytest

from tests.torture.stage import Rig

CANARY = "canary-in-the-login"
SPELLINGS = [CANARY.encode(), b64encode(CANARY.encode()), b64encode(f"\0ana\0{CANARY}".encode())]


@pytest.mark.parametrize(
    ("options", "faults", "may_log_in"),
    [
        pytest.param("", [], False, id="a relay without TLS"),
        pytest.param("?tls=none", [f"auth=535 5.7.8 {CANARY} is wrong"], True, id="a relay that repeats it"),
    ],
)
def test_the_password_is_in_no_output_no_file_and_no_database(
    tmp_path: Path, options: str, faults: list[str], may_log_in: bool
) -> None:
    with Rig(tmp_path, random.Random(0)).stage(*faults, people=20) as stage:
        sender = stage.start(NEWSLETTER_SMTP_URL=f"smtp://ana:{CANARY}@127.0.0.1:{stage.sink.port}{options}")
        assert sender.finish() == 1, sender.said
        for path in stage.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(spelling in content for spelling in SPELLINGS), path
        assert any(line.startswith(b"AUTH") for line in stage.sink.commands) is may_log_in
        stage.engine.dispose()
