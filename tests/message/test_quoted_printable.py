"""Pieces of quoted-printable that can be joined in any order."""

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from composer.message.quoted_printable import encode

texts = st.text(
    st.one_of(st.sampled_from(".=F \n\t<é木👩‍🌾"), st.characters(exclude_categories=["Cs"], exclude_characters="\r")),
    max_size=200,
)


@given(st.lists(texts, max_size=6))
@example(["From ", "From here"])
@example(["." * 200, "", "."])
@example([" " * 200 + "\n", " \n \n"])
@example(["a" * 75, "a" * 76, "=" * 26])
def test_joined_pieces_decode_to_the_joined_texts(pieces: list[str]) -> None:
    octets = b"".join(map(encode, pieces))
    assert quopri.decodestring(octets).decode().replace("\r\n", "\n") == "".join(pieces)


@given(st.lists(texts, max_size=6))
@example(["x" * 71 + " From here"])
@example(["é" * 15 + "." + "é" * 15])
def test_every_line_is_fit_for_the_wire(pieces: list[str]) -> None:
    octets = b"".join(map(encode, pieces))
    assert octets == b"" or octets.endswith(b"\r\n")
    for line in octets.split(b"\r\n"):
        assert len(line) <= 76
        assert b"\n" not in line
        assert b"\r" not in line
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert all(32 <= octet < 127 for octet in line)
        line.removesuffix(b"=").decode("ascii")


@given(texts)
def test_no_character_is_torn_apart(text: str) -> None:
    for line in encode(text).split(b"\r\n"):
        quopri.decodestring(line.removesuffix(b"=")).decode()


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", b""),
        ("Ana", b"Ana=\r\n"),
        ("Zoë", b"Zo=C3=AB=\r\n"),
        ("a = b\n", b"a =3D b\r\n"),
        ("a\r\nb\n", b"a\r\nb\r\n"),
        ("end \n", b"end=20\r\n"),
        (".", b"=2E=\r\n"),
        ("From x\n", b"=46rom x\r\n"),
        ("a lone \r stays\n", b"a lone =0D stays\r\n"),
    ],
)
def test_examples(text: str, octets: bytes) -> None:
    assert encode(text) == octets
