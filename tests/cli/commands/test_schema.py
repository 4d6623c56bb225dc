"""``newsletter schema``: printed for one kind of file, written for all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer.cli.main import main
from composer.issue.schema import issue_schema, newsletter_schema, translation_schema


def schema(*options: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["schema", *options])
    code = exit_.value.code
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ((), issue_schema()),
        (("--issue",), issue_schema()),
        (("--translation",), translation_schema()),
        (("--newsletter",), newsletter_schema()),
    ],
)
def test_one_schema_is_printed(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], wanted: dict[str, object]
) -> None:
    assert schema(*options) == 0
    assert json.loads(capsys.readouterr().out) == wanted


def test_all_are_written_to_a_folder(tmp_path: Path) -> None:
    assert schema("--out", str(tmp_path / "new")) == 0
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [
        "issue.schema.json",
        "newsletter.schema.json",
        "translation.schema.json",
    ]


def test_two_cannot_be_printed_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema("--issue", "--newsletter") == 1
    assert "--out" in capsys.readouterr().err
