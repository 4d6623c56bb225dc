"""What an address is, and when two of them are one person's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer import address as address_module
from composer.address import (
    address_of_key,
    are_plain_addresses,
    domain_of,
    fold_address,
    parse_address,
    read_domain,
    wire_address,
    wire_list_id,
)
from composer.errors import AddressError

LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789"
LABELS = st.text(LETTERS, min_size=1, max_size=20) | st.sampled_from(["bücher", "España", "δοκιμή", "XN--MNCHEN-3YA"])
LOCAL_PARTS = st.lists(
    st.sampled_from([*LETTERS, *"!#$%&'*+-/=?^_`{|}~éßΣñ", "क्", "İ", "a.b"]), min_size=1, max_size=15
).map("".join)
ADDRESSES = st.builds(
    lambda local, labels, end: f"{local}@{'.'.join(labels)}.{end}",
    LOCAL_PARTS,
    st.lists(LABELS, min_size=1, max_size=3),
    st.sampled_from(["org", "test", "FR", "भारत"]),
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Silva@Example.ORG\n", "Ana.Silva@example.org"),
        ("o'brien+news@example.org", "o'brien+news@example.org"),
        ("=cmd@example.org", "=cmd@example.org"),
        ("ana@München.test", "ana@münchen.test"),
        ("ana@xn--mnchen-3ya.test", "ana@münchen.test"),
        ("ana@straße.test", "ana@straße.test"),
        ("ana@例え。テスト", "ana@例え.テスト"),
        ("संपर्क@डाटामेल.भारत", "संपर्क@डाटामेल.भारत"),
        ("root@localhost", "root@localhost"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_is_kept_as_given_with_its_domain_as_people_read_it(typed: str, address: str) -> None:
    assert parse_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "there is no address"),
        ("ana", "has no @"),
        ("@example.org", "nothing before"),
        ("ana@", "nothing after"),
        ("ana@example", "has no dot in its domain"),
        ("ana silva@example.org", "a space"),
        ("ana@exam\u00a0ple.org", "a space"),
        ("ana\u200b@example.org", "ZERO WIDTH SPACE"),
        ("ana\x00@example.org", "invisible"),
        ("ana@example.org\r\nBcc: eve@example.org", "a space"),
        ("ana@example.org\x1b[2J", "invisible"),
        ("\u202eana@example.org", "RIGHT-TO-LEFT OVERRIDE"),
        ("ana@bob@example.org", "has a “@” before its @"),
        ("<ana@example.org>", "has a “<”"),
        ("ana,bob@example.org", "has a “,”"),
        ('"ana silva"@example.org', "a space"),
        ('"ana"@example.org', "quoted part"),
        ("ana@[192.0.2.1]", "names a machine by its number"),
        ("ana@192.0.2.1", "ends in a number"),
        ("\u0301ana@example.org", "an accent without its letter"),
        (".ana@example.org", "a dot at the wrong place"),
        ("ana.@example.org", "a dot at the wrong place"),
        ("ana..silva@example.org", "a dot at the wrong place"),
        ("ana@example..org", "no correct domain"),
        ("ana@-example.org", "no correct domain"),
        ("ana@example.org.", "no correct domain"),
        ("ana@exa_mple.org", "no correct domain"),
        ("ana@xn--zz.test", "no correct domain"),
        ("ana@ab--cd.test", "no correct domain"),
        ("ana@\u00ad.test", "invisible"),
        ("ana@" + "ü" * 300 + ".test", "longer than 254"),
        ("a" * 65 + "@example.org", "more than 64 bytes"),
        ("é" * 33 + "@example.org", "more than 64 bytes"),
        ("a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".org", "longer than 254"),
        ("ana@" + "b" * 64 + ".org", "no correct domain"),
    ],
)
def test_what_cannot_be_mailed_is_refused_with_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(AddressError, match=said) as caught:
        parse_address(typed)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_what_is_wrong_names_the_part_that_is() -> None:
    with pytest.raises(AddressError, match="“my_host” cannot be a part of one"):
        parse_address("news@my_host.acme.eu")


@pytest.mark.parametrize(
    ("named", "domain"),
    [
        ("MÜNCHEN.test", "münchen.test"),
        ("xn--mnchen-3ya.test", "münchen.test"),
        ("Gmail", "gmail"),
        ("*", "*"),
        ("my_host.acme.eu", "my_host.acme.eu"),
    ],
)
def test_a_domain_of_a_setting_is_spelled_like_those_of_addresses(named: str, domain: str) -> None:
    assert read_domain(named) == domain


@pytest.mark.parametrize("email", ["ana@MÜNCHEN.test", "Ana@XN--MNCHEN-3YA.test"])
def test_a_domain_is_told_as_people_read_it(email: str) -> None:
    assert domain_of(email) == "münchen.test"


@pytest.mark.parametrize(
    ("written", "list_id"),
    [
        ("News.Example.org", "news.example.org"),
        ("news", "news"),
        ("x" * 100 + ".bücher.example", "x" * 100 + ".xn--bcher-kva.example"),
    ],
)
def test_a_list_id_looks_like_a_domain_of_any_length_of_words(written: str, list_id: str) -> None:
    assert wire_list_id(written) == list_id


@pytest.mark.parametrize("written", ["", "my list", "a..b", "a_b.example.org", "-a.example.org", "x" * 256, "ü ü.org"])
def test_what_is_no_list_id_is_refused(written: str) -> None:
    with pytest.raises(AddressError, match="List-Id"):
        wire_list_id(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana@example.org", "ana@EXAMPLE.org"),
        ("ana@münchen.test", "ana@XN--MNCHEN-3YA.test"),
        ("e\u0301ric@example.org", "ÉRIC@example.org"),
    ],
)
def test_two_spellings_of_one_mailbox_are_one_person(one: str, other: str) -> None:
    assert fold_address(parse_address(one)) == fold_address(parse_address(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana.silva@gmail.test", "anasilva@gmail.test"),
        ("ana+news@example.org", "ana@example.org"),
        ("ana@straße.test", "ana@strasse.test"),
        ("groß@example.org", "gross@example.org"),
    ],
)
def test_mailboxes_that_only_look_alike_stay_two_people(one: str, other: str) -> None:
    assert fold_address(parse_address(one)) != fold_address(parse_address(other))


@given(ADDRESSES)
def test_an_address_is_parsed_once_and_for_all(typed: str) -> None:
    address = parse_address(typed)
    assert parse_address(address) == address
    key = fold_address(address)
    assert fold_address(key) == key
    assert parse_address(key).partition("@")[2] == address.partition("@")[2]


@given(st.text(max_size=80) | ADDRESSES | st.from_regex(r"[a-z.+_-]{1,70}@[A-Za-z0-9.-]{1,70}", fullmatch=True))
def test_the_short_way_of_ordinary_addresses_takes_no_other_than_the_long_way(typed: str) -> None:
    def read(judge: Callable[[str], tuple[str, str]]) -> tuple[str, str] | None:
        try:
            return judge(typed)
        except ValueError:
            return None

    assert read(address_module._parts) == read(address_module._judged)


@given(st.lists(st.from_regex(r"[a-z.+_-]{1,30}@[A-Za-z0-9.-]{1,30}", fullmatch=True) | ADDRESSES, max_size=4))
def test_a_quick_look_at_many_passes_no_other(typed: list[str]) -> None:
    if are_plain_addresses(typed):
        assert [parse_address(one).lower() for one in typed] == [one.lower() for one in typed]


@given(ADDRESSES)
def test_every_address_that_is_taken_can_stand_on_the_wire(typed: str) -> None:
    address = parse_address(typed)
    local, _, domain = wire_address(address).rpartition("@")
    assert local == address.rpartition("@")[0]
    assert domain == fold_address(address).rpartition("@")[2]


@given(st.text(max_size=80) | ADDRESSES.flatmap(lambda address: st.builds(address.__add__, st.text(max_size=3))))
def test_whatever_is_typed_is_an_address_or_told_in_printable_words(typed: str) -> None:
    try:
        told = parse_address(typed)
    except AddressError as error:
        told = str(error)
    else:
        assert len(told.rpartition("@")[0].encode()) <= 64
        assert len(fold_address(told).encode()) <= 320
    assert told.isprintable()


@given(LOCAL_PARTS, LOCAL_PARTS)
def test_folding_merges_nothing_but_case(one: str, other: str) -> None:
    same = fold_address(f"{one}@example.org") == fold_address(f"{other}@example.org")
    assert same == (one.lower() == other.lower())


@pytest.mark.parametrize("email", ["Ana@München.test", "İ" * 32 + "@example.org"])
def test_a_key_can_be_shown_though_small_letters_may_be_longer(email: str) -> None:
    shown = address_of_key(fold_address(parse_address(email)))
    assert fold_address(shown) == fold_address(email)
    assert shown.endswith(("@münchen.test", "@example.org"))
