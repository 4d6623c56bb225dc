"""What is said of an address that is typed or pasted: the rules of the checks, and where it leads in the end."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from composer.studio.authoring.links import judge_link
from tests.support.studio_client import TOKEN

SAFE_LINK = "https://eur02.safelinks.protection.outlook.com/?url={}&data=05%7C01"
GOOGLE = "https://www.google.com/url?q=https://a.example/b&sa=D&source=docs"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://a.example/b", "https://a.example/b"),
        (" https://a.example/ü ", "https://a.example/ü"),
        ("{{ links.browser }}", "{{ links.browser }}"),
        (GOOGLE, "https://a.example/b"),
        ("https://urldefense.com/v3/__https://a.example/shop*item=1__;Iw!!x$", "https://a.example/shop#item=1"),
        (SAFE_LINK.format("https%3A%2F%2Fa.example%2Fb"), "https://a.example/b"),
        (
            SAFE_LINK.format("https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fa.example"),
            "https://a.example",
        ),
    ],
)
def test_an_address_is_written_as_it_was_meant(given: str, address: str) -> None:
    told = judge_link(given)
    assert (told.address, told.wrong) == (address, "")


@pytest.mark.parametrize(
    ("given", "wrong", "meant"),
    [
        ("javascript:alert(1)", "“javascript:alert(1)” is not an address: write https://…", ""),
        ("example.org", "“example.org” is not an address: write https://example.org.", "https://example.org"),
        ("ana@a.example", "write mailto:ana@a.example", "mailto:ana@a.example"),
        ("+33 1 00 00 00", "write tel:+33 1 00 00 00", "tel:+331000000"),
        ("mailto:a b@a.example", "has a space in it", ""),
        ("webcal://a.example", "write https:// in the place of webcal://", ""),
        ("file:///C:/a", "put the file on the web", ""),
        (SAFE_LINK.format("https%3A%2F%2Fa b.example"), "has no correct host", ""),
    ],
)
def test_what_no_mail_can_have_is_refused_with_what_to_write(given: str, wrong: str, meant: str) -> None:
    told = judge_link(given)
    assert wrong in told.wrong
    assert told.meant == meant


def test_the_page_asks_about_several_and_nobody_else_may(client: TestClient) -> None:
    asked = {"addresses": ["https://a.example/", "javascript:x"]}
    assert client.post("/api/links", json=asked).status_code == 403
    told = client.post("/api/links", json=asked, headers=TOKEN).json()["links"]
    assert [bool(one["wrong"]) for one in told] == [False, True]
    assert client.post("/api/links", json={"addresses": ["x"] * 201}, headers=TOKEN).status_code == 422
