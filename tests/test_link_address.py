"""Addresses as people paste them are spelt as links have them, or it is told how to write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.link_address import LinkError, host_of, is_local_host, spell_link


@pytest.mark.parametrize(
    ("pasted", "spelt"),
    [
        ("https://www.example.org/Plan de ville.pdf", "https://www.example.org/Plan%20de%20ville.pdf"),
        ("https://www.example.org/straßen?q=köln#grün", "https://www.example.org/stra%C3%9Fen?q=k%C3%B6ln#gr%C3%BCn"),
        ("https://www.bücher.example/", "https://www.xn--bcher-kva.example/"),
        ("https://i❤.Example/", "https://xn--i-7iq.example/"),
        ("https://XN--i-7iq.example/", "https://xn--i-7iq.example/"),
        ("https://bücher。example/", "https://xn--bcher-kva.example/"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        (" HTTPS://WWW.Example.ORG/A ", "https://www.example.org/A"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("https://x.example/\u200ba\ufeff", "https://x.example/a"),
        ("“https://x.example/a”", "https://x.example/a"),
        ("« https://x.example/a »", "https://x.example/a"),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)"),
        ("https:// x.example/a", "https://x.example/a"),
        ("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&b=2"),
        ("https://x.example/@ana", "https://x.example/@ana"),
        ("mailto://ana@x.example; bo@x.example", "mailto:ana@x.example,bo@x.example"),
        ("https://x.example/%D9%85\u200c", "https://x.example/%D9%85"),
        ("https://x.example/خواه\u200cم", "https://x.example/%D8%AE%D9%88%D8%A7%D9%87%E2%80%8C%D9%85"),
        ("https://x.example/a%20b?c=50%&d=%7B", "https://x.example/a%20b?c=50%25&d=%7B"),
        ('https://x.example/a|b"c<d>', "https://x.example/a%7Cb%22c%3Cd%3E"),
        ("https://x.example/?a=1&b=[2]#c#d", "https://x.example/?a=1&b=%5B2%5D#c%23d"),
        ("https://x.example/Mail_(post)", "https://x.example/Mail_(post)"),
        ("https://x.example/{{ subscriber.ref }}?c={{ subscriber.city }} ä", None),
        ("mailto:ana@bücher.example?subject=Q&A on 50 % #1&body=Hi", None),
        ("mailto:Ana <ana@x.example>", "mailto:ana@x.example"),
        ("mailto:?subject=Read this", "mailto:?subject=Read%20this"),
        ("tel:+33 1 00 (00)-00.00", "tel:+33100000000"),
        ("tel:+44 (0)20 7946 0000", "tel:+442079460000"),
        ("tel:0711/123 45", "tel:071112345"),
        ("{{ links.browser }}", "{{ links.browser }}"),
        ("#agenda", "#agenda"),
    ],
)
def test_an_address_is_spelt_as_a_link_has_it_once_and_for_all(pasted: str, spelt: str | None) -> None:
    expected = (
        spelt
        or {
            "https": "https://x.example/{{ subscriber.ref }}?c={{ subscriber.city }}%20%C3%A4",
            "mailto": "mailto:ana@xn--bcher-kva.example?subject=Q%26A%20on%2050%20%25%20%231&body=Hi",
        }[pasted.partition(":")[0]]
    )
    assert spell_link(pasted) == expected
    assert spell_link(expected) == expected


@pytest.mark.parametrize(
    ("pasted", "hint"),
    [
        ("www.example.org/page", "write https://www.example.org/page"),
        ("//x.example/a", "write https://x.example/a"),
        ("htps://x.example", "write https://x.example"),
        ("https:/x.example", "write https://x.example"),
        ("ana@x.example", "write mailto:ana@x.example"),
        ("+33 1 00 00 00", "write tel:+33 1 00 00 00"),
        ("whatsapp://send?text=hi", "write https://wa.me/ and the number"),
        ("sms:+33100", "write tel: and the number; few mail programs send text messages"),
        ("page.html", "write https://…, mailto:…, tel:…, #anchor, or {{ links.browser }}"),
        ("javascript:alert(1)", "write https://…, mailto:…, tel:…, #anchor, or {{ links.browser }}"),
        ("https://exa mple.org/", "copy the address again from the browser"),
        ("https://x.example:99999/", "copy the address again from the browser"),
        ("https://[::1/", "copy the address again from the browser"),
        ("mailto:a b@x.example", "write mailto: and the address"),
        ("mailto:;", "write mailto: and the address"),
        ("tel:call me", "write tel: and digits, such as tel:+33123456789"),
    ],
)
def test_what_cannot_be_spelt_is_told_how_to_be_written(pasted: str, hint: str) -> None:
    with pytest.raises(LinkError) as raised:
        spell_link(pasted)
    assert raised.value.hint == hint


@given(
    st.text(max_size=60),
    st.sampled_from(["", "https://x.example/", "https://", "mailto:", "mailto:a@b.example?", "tel:"]),
)
def test_any_text_is_spelt_in_ascii_or_refused(text: str, start: str) -> None:
    try:
        spelt = spell_link(start + text)
    except LinkError:
        return
    if not spelt.startswith(("#", "{{")) and "{{" not in spelt and "@" not in spelt:
        assert spelt.isascii()
        assert not set(' "<>\\^`{|}') & set(spelt)
    assert spell_link(spelt) == spelt


LOCAL = """localhost intranet 127.0.0.1 127.1 2130706433 0x7f.1 017700000001 [::1] [::] [::ffff:10.0.0.1] 10.0.0.1
192.168.1.1 169.254.1.1 printer.local db.internal nas.lan router.home.arpa app.localtest.me"""


@pytest.mark.parametrize("host", LOCAL.split())
def test_what_only_ones_own_network_reaches_is_local(host: str) -> None:
    assert is_local_host(host_of(spell_link(f"http://{host}:8080/x")))


@pytest.mark.parametrize("host", ["x.example", "8.8.8.8", "[2606:4700::1111]", "localhost.example", "10.example"])
def test_what_everybody_reaches_is_not_local(host: str) -> None:
    assert not is_local_host(host_of(spell_link(f"https://{host}/")))


@pytest.mark.parametrize(
    ("pasted", "hint"),
    [
        ("https://ana@x.example", "mailto:ana@x.example"),
        ("https://mailto:ana@x.example/", "mailto:ana@x.example"),
        ("https://www.bank.example@x.example/", "https://x.example/"),
        ("https://ana:secret@x.example/a", "https://x.example/a"),
        ("https://https://x.example/a", "https://x.example/a"),
        ("http://https//x.example/a", "https://x.example/a"),
        ("“www.x.example/a”", "https://www.x.example/a"),
        ("siehe https://x.example/a.", "https://x.example/a"),
        ("[Page](https://x.example/a)", "https://x.example/a"),
        ('<a href="https://x.example/a">Page</a>', "https://x.example/a"),
        ('=HYPERLINK("https://x.example/a")', "https://x.example/a"),
        ("“ana@x.example”", "mailto:ana@x.example"),
        ("Ana <ana@x.example>", "mailto:ana@x.example"),
        ("ana@x.example.", "mailto:ana@x.example"),
        ("mailto:ana@x.example&subject=Hi", "mailto:ana@x.example?subject=Hi"),
        ("https：//x.example/a", "https://x.example/a"),
    ],
)
def test_the_hint_of_an_odd_address_is_the_address_that_is_meant(pasted: str, hint: str) -> None:
    with pytest.raises(LinkError) as told:
        spell_link(pasted)
    assert told.value.hint == f"write {hint}"
    assert spell_link(hint)
