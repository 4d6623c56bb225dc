"""Settings from ``.env`` and the environment: what is misspelt is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.errors import SettingsError
from composer.settings import PaceSettings, ProjectSettings, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "meant"), [("RAET", "RATE"), ("APROVAL", "APPROVAL"), ("smpt_url", "SMTP_URL"), ("RATES_TO", "RATE_TO")]
)
def test_a_misspelt_setting_of_the_environment_is_told_with_the_nearest(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"NEWSLETTER_{name}", "secret")
    with pytest.raises(SettingsError, match=f"did you mean NEWSLETTER_{meant}") as raised:
        load_settings(ProjectSettings)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("name", ["TEST_SEED", "SERVICE_HOST", "PORT_80_TCP_ADDR", "PORT"])
def test_what_others_put_into_the_environment_is_not_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"NEWSLETTER_{name}", "1")
    load_settings(ProjectSettings)


def test_every_unknown_name_in_the_file_is_told_at_once() -> None:
    Path(".env").write_text(
        "PATH_OF_MINE=1\nNEWSLETTER_TEST_SEED=1\nexport NEWSLETTER_RAET=5/second\nnewsletter_rate=9/s\n"
    )
    with pytest.raises(SettingsError) as raised:
        load_settings(PaceSettings)
    first, second = str(raised.value).splitlines()
    assert first == "NEWSLETTER_TEST_SEED in .env is no setting"
    assert second == "NEWSLETTER_RAET in .env is no setting; did you mean NEWSLETTER_RATE?"


def test_a_file_that_is_no_text_is_told() -> None:
    Path(".env").write_bytes(b"\xff\xfeN\0")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        load_settings(ProjectSettings)
