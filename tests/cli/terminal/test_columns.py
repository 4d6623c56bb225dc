"""Columns without Rich: they stand below each other, and are coloured where somebody looks at them."""

from __future__ import annotations

import pytest

from composer.cli.terminal.columns import painted, print_columns

ROWS = [
    [("Folder", "dim"), ("Share", "")],
    [("en", ""), ("43%", "green")],
    [("日本\x1b[31m", ""), ("110%", "red")],
]


@pytest.fixture(autouse=True)
def _without_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_columns_stand_below_each_other_and_nothing_foreign_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    print_columns(ROWS)
    assert capsys.readouterr().out.splitlines() == [
        f"Folder{' ' * 10}Share",
        f"en{' ' * 16}43%",
        "日本\\u001b[31m   110%",
    ]


def test_colours_take_no_room_and_are_for_who_wants_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_columns(ROWS[:2])
    assert capsys.readouterr().out.splitlines() == ["\x1b[2mFolder\x1b[0m  Share", "en        \x1b[32m43%\x1b[0m"]
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted("43%", "green") == "43%"


def test_a_terminal_has_colours_unless_it_is_a_dumb_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for terminal, shown in (("xterm", "\x1b[31m3 errors\x1b[0m"), ("dumb", "3 errors")):
        monkeypatch.setenv("TERM", terminal)
        assert painted("3 errors", "red") == shown
