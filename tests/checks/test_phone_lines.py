"""What a phone has room for is measured by the width of letters."""

from __future__ import annotations

import pytest

from composer.checks.phone_lines import shown_of, width_of


@pytest.mark.parametrize(
    ("sign", "width"),
    [("i", 222), ("M", 833), ("é", 556), ("Ł", 556), ("ж", 556), ("Ж", 680), ("会", 1000), ("🎉", 1000), ("\u0301", 0)],
)
def test_each_sign_has_its_width(sign: str, width: int) -> None:
    assert abs(width_of(sign) - width) <= 130, width_of(sign)
    assert width_of("\u200b") == 0


def test_a_line_is_cut_where_its_room_ends() -> None:
    assert shown_of("iiiii", 5 * 222) == 5
    assert shown_of("iiiiii", 5 * 222) == 5
    assert shown_of("MMMMM", 5 * 222) == 1
    assert shown_of("会議会議", 2500) == 2
    assert shown_of("{{ subscriber.first_name }}, news", 4000) == 0
    assert shown_of("{{ subscriber.first_name }}, news", 4500) == len("{{ subscriber.first_name }}")
    assert shown_of("", 0) == 0
