"""Signed links: ours are read back, everything else is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import SettingsError, TokenError
from composer.message.links import Purpose, SignedLink, Site, assets_url, read_link, sign_link, slot_values
from composer.message.message_id import message_id
from tests.support.messages import EDITION, SITE, recipient

KEY = SITE.secret_key
ids = st.integers(0, 2**63 - 1)
TOKEN = sign_link(Purpose.UNSUBSCRIBE, mailing=3, subscriber=7, key=KEY)


@given(st.sampled_from(Purpose), ids, ids)
def test_a_token_says_what_was_signed(purpose: Purpose, mailing: int, subscriber: int) -> None:
    token = sign_link(purpose, mailing=mailing, subscriber=subscriber, key=KEY)
    assert len(token) == 44
    assert token.replace("-", "").replace("_", "").isalnum()
    assert read_link(token, key=KEY) == SignedLink(purpose, mailing, subscriber)


def test_every_flipped_bit_is_refused() -> None:
    octets = base64.urlsafe_b64decode(TOKEN)
    for bit in range(len(octets) * 8):
        changed = bytearray(octets)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TokenError):
            read_link(base64.urlsafe_b64encode(bytes(changed)).decode(), key=KEY)


def test_every_changed_character_is_refused() -> None:
    for position in range(len(TOKEN)):
        for character in "AQgw09az-_+/=. é":
            changed = TOKEN[:position] + character + TOKEN[position + 1 :]
            if changed != TOKEN:
                with pytest.raises(TokenError):
                    read_link(changed, key=KEY)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        TOKEN[:-1],
        TOKEN + "=",
        TOKEN + "AAAA",
        f" {TOKEN}",
        f"{TOKEN}\n",
        TOKEN[:20] + "\n" + TOKEN[20:],
        "\ud800",
    ],
)
def test_there_is_one_spelling(token: str) -> None:
    with pytest.raises(TokenError):
        read_link(token, key=KEY)


@given(st.text(max_size=60))
def test_any_text_is_a_token_error_at_worst(token: str) -> None:
    with pytest.raises(TokenError):
        read_link(token, key=KEY)


def test_another_key_signs_other_links() -> None:
    with pytest.raises(TokenError):
        read_link(TOKEN, key=b"another key, just as long as ours")


def test_a_link_holds_no_address() -> None:
    assert "ana" not in base64.urlsafe_b64decode(TOKEN).decode("latin-1")


def test_the_slots_of_a_reader() -> None:
    values = slot_values(recipient("Ana", city="Nice"), site=SITE, edition=EDITION)
    assert values["subscriber.first_name"] == "Ana"
    assert values["subscriber.city"] == "Nice"
    assert values["subscriber.email"] == "ana@example.test"
    assert values["links.unsubscribe"] == f"https://news.example.org/u/{TOKEN}"
    assert (
        values["links.assets"] == f"https://news.example.org/a/{EDITION.digest[:32]}" == assets_url(EDITION, site=SITE)
    )
    for name, purpose in (("links.browser", Purpose.VIEW), ("links.print", Purpose.PRINT)):
        address, _, token = values[name].rpartition("/")
        assert address == f"https://news.example.org/{purpose.value}"
        assert read_link(token, key=KEY) == SignedLink(purpose, 3, 7)


def test_a_slot_without_a_value_is_empty() -> None:
    assert slot_values(recipient(), site=SITE, edition=EDITION)["subscriber.city"] == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example.org",
        "ftp://example.org",
        "https://",
        "https://ex ample.org",
        "https://a.org/?x=1",
        "https://a.org/<b>",
        "https://é.org",
        "https://a.org,b",
        "http://[",
        "https://[::1",
        "https://a.org:x",
        "https://a.org:99999",
        "https://a.org:0",
    ],
)
def test_a_site_needs_a_plain_address(url: str) -> None:
    with pytest.raises(SettingsError, match="public address"):
        Site(url, KEY)


def test_a_site_needs_a_real_key() -> None:
    with pytest.raises(SettingsError, match="too short"):
        Site("https://news.example.org", b"short")


def test_a_slash_at_the_end_of_the_address_does_not_double() -> None:
    assert Site("https://example.org/news/", KEY).url == "https://example.org/news"


def test_a_message_id_is_stable_and_tells_nothing() -> None:
    def id_of(mailing: int = 3, subscriber: int = 7, key: bytes = KEY) -> str:
        return message_id(mailing=mailing, subscriber=subscriber, key=key, domain="example.org")

    assert id_of() == id_of()
    assert len({id_of(), id_of(mailing=4), id_of(subscriber=8), id_of(key=b"x" * 32), id_of(7, 3)}) == 5
    assert id_of().startswith("<")
    assert id_of().endswith("@example.org>")
    assert len(id_of()) == len("<@example.org>") + 32


def test_a_message_id_is_no_link() -> None:
    """The same key signs both; knowing a Message-ID must not help to leave in somebody's name."""
    tag = message_id(mailing=3, subscriber=7, key=KEY, domain="x")[1:33]
    assert bytes.fromhex(tag) != base64.urlsafe_b64decode(TOKEN)[-16:]
