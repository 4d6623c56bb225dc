"""What runs the service elsewhere: the systemd unit and the Containerfile say what is so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from composer.settings import ServiceSettings, SiteSettings

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "contrib" / "systemd" / "newsletter.service"
CONTAINER = (ROOT / "contrib" / "Containerfile").read_text(encoding="utf-8")


def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    written = UNIT.read_text(encoding="utf-8")
    program = Path(sys.executable).parent / "newsletter"
    unit = tmp_path / "newsletter.service"
    unit.write_text(written.replace("/opt/newsletter/bin/newsletter", str(program)), encoding="utf-8")
    for words in (["verify", str(unit)], ["security", "--offline=true", "--threshold=20", str(unit)]):
        judged = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout + judged.stderr
    assert judged.stderr == ""


def test_the_unit_gives_the_service_the_time_that_it_gives_itself() -> None:
    written = UNIT.read_text(encoding="utf-8")
    stop_s = int(re.findall(r"^TimeoutStopSec=(\d+)$", written, re.MULTILINE)[0])
    assert stop_s > ServiceSettings.model_fields["drain_s"].default + 10
    assert "KillSignal=SIGTERM" in written


def test_the_container_uses_settings_and_files_that_are_there() -> None:
    known = {f"NEWSLETTER_{name}".upper() for kind in (ServiceSettings, SiteSettings) for name in kind.model_fields}
    assert set(re.findall(r"(NEWSLETTER_\w+)=", CONTAINER)) <= known | {"NEWSLETTER_LOG"}
    port = re.findall(r"NEWSLETTER_METRICS_PORT=(\d+)", CONTAINER)[0]
    assert f"http://127.0.0.1:{port}/healthz" in CONTAINER
    assert f"EXPOSE {SiteSettings.model_fields['serve_port'].default}" in CONTAINER
    assert (ROOT / "constraints.txt").is_file()
