"""Two revisions are compared, and not one with itself; the documents show what came of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tools.same_pixels import ROOT, build_by
from tools.screenshots import OUT
from tools.screenshots_weight import LOOKS, WIDTHS, pixels_that_differ

MAIL = "letter-gazette"


def test_a_checkout_builds_its_own_mails_wherever_it_is_named_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("composer", "templates", "issues"):
        (checkout / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    build_by(Path("checkout"), tmp_path / "mails", only=MAIL)
    assert [file.name for file in (tmp_path / "mails").glob("*.html")] == [f"{MAIL}.html"]


def test_mails_of_another_checkout_are_not_taken_for_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        build_by(tmp_path, tmp_path / "mails", only=MAIL)
    assert f"the mails of {tmp_path} would be built by {ROOT}" in capfd.readouterr().err


def test_a_pixel_differs_where_any_of_its_colours_does() -> None:
    first = Image.new("RGB", (4, 3), (255, 255, 255))
    second = first.copy()
    assert pixels_that_differ(first, second) == 0
    second.putpixel((1, 2), (255, 255, 254))
    second.putpixel((3, 0), (0, 255, 255))
    assert pixels_that_differ(first, second) == 2
    assert pixels_that_differ(first, Image.new("RGB", (4, 4))) == 16


def test_the_pictures_of_before_and_after_are_those_that_the_documents_show() -> None:
    expected = {f"sample-{width}-{look}.webp" for width in WIDTHS for look in LOOKS}
    assert {file.name for file in (OUT / "weight").iterdir()} == expected
    text = Path("docs/architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"screenshots/weight/([\w.-]+)", text)) == expected
    assert sum(file.stat().st_size for file in (OUT / "weight").iterdir()) < 650_000
