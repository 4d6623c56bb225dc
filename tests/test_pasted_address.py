"""What was copied along with an address is told from it."""

from __future__ import annotations

import pytest

from composer.pasted_address import pasted_behind, unwrapped


@pytest.mark.parametrize(
    ("wrapped", "meant"),
    [
        (
            "https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fb&data=05%7C01",
            "https://a.example/b",
        ),
        ("https://www.google.com/url?q=https://a.example/b&sa=D&source=docs", "https://a.example/b"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F&h=AT0", "https://a.example/"),
        ("https://urldefense.com/v3/__https://a.example/b__;!!abc$", "https://a.example/b"),
        ("https://urldefense.com/v3/__https://a.example/shop*item=1__;Iw!!x$", "https://a.example/shop#item=1"),
        ("https://urldefense.com/v3/__https://a.example/b*20c*20d__;JSU!!x$", "https://a.example/b%20c%20d"),
        ("https://urldefense.com/v3/__https://a.example/b**A*c__;w6kj!!x$", "https://a.example/bé#c"),
        ("https://urldefense.com/v3/__https://a.example/b*c__;w6k!!x$", "https://a.example/béc"),
        ("https://urldefense.com/v3/__https://a.example/ü*c__;Iw!!x$", "https://a.example/ü#c"),
        ("https://urldefense.com/v3/__https://a.example/b*c__;!!x$", None),
        ("https://urldefense.com/v3/__https://a.example/b*c__;IyM!!x$", None),
        ("https://urldefense.com/v3/__https://a.example/b**_c__;Iw!!x$", None),
        ("https://urldefense.com/v3/__https://a.example/b*c__;/w!!x$", None),
        ("https://urldefense.com/v3/__https://a.example/b*c__;I!!x$", None),
        ("https://www.google.com/search?q=https://a.example/b", None),
        ("https://a.example/?url=https://b.example/", None),
        ("https://a.example/[", None),
    ],
)
def test_an_address_is_taken_out_of_the_one_around_it(wrapped: str, meant: str | None) -> None:
    assert unwrapped(wrapped) == (meant or wrapped)


@pytest.mark.parametrize(
    ("address", "behind"),
    [
        ("https://a.example/b.", "."),
        ("https://a.example/b).", ")."),
        ("https://a.example/b_(c)", ""),
        ("https://a.example/b_(c))", ")"),
        ("https://a.example/b%E2%80%9D", "”"),
        ("https://a.example/b?c=d", ""),
        ("https://a.example/b?", ""),
        ("https://a.example/", ""),
        ("https://a.example/wiki/Yahoo!", ""),
    ],
)
def test_what_ends_a_sentence_is_no_part_of_an_address(address: str, behind: str) -> None:
    assert pasted_behind(address) == behind
