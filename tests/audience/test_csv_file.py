"""Files of people as programs write them, and as nobody should."""

from __future__ import annotations

import codecs
import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.audience.imports.columns import Column, read_columns
from composer.audience.imports.csv_file import csv_line, open_csv
from composer.audience.imports.encoding import detect_encoding
from composer.errors import ImportRefused

TABLE = "Émail;Prénom\r\nana@example.org;Zoë\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8-sig"),
        (TABLE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("windows-1252"), "windows-1252"),
        (TABLE.encode("windows-1252") + b"\x81;x\n", "latin-1"),
        (b"email\nana@example.org\n", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(data: bytes, encoding: str) -> None:
    assert detect_encoding(data) == encoding
    if b";" in data:
        assert next(open_csv(data).rows()).cells == ("ana@example.org", "Zoë")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_and_the_ends_of_lines_are_found_out(separator: str, end: str) -> None:
    text = end.join([f"email{separator}name", f'a@example.org{separator}"x{separator} y"', ""])
    file = open_csv(text.encode())
    assert (file.separator, file.header) == (separator, ("email", "name"))
    assert [row.cells for row in file.rows()] == [("a@example.org", f"x{separator} y")]


def test_excels_own_line_about_the_separator_is_understood() -> None:
    file = open_csv(b"sep=;\r\nemail;name, if any\r\na@example.org;A\r\n")
    assert file.header == ("email", "name, if any")
    assert [(row.line, row.cells) for row in file.rows()] == [(3, ("a@example.org", "A"))]


def test_a_bare_list_of_addresses_needs_no_header() -> None:
    file = open_csv(b"a@example.org\nb@example.org\n")
    assert file.header == ("email",)
    assert [row.line for row in file.rows()] == [1, 2]


def test_empty_rows_are_passed_over_and_lines_are_counted_as_editors_do() -> None:
    file = open_csv(b'\n\nemail,note\n,\na@example.org,"two\nlines"\n\nb@example.org,\n')
    assert [(row.line, row.cells[0]) for row in file.rows()] == [(5, "a@example.org"), (8, "b@example.org")]


def test_a_row_that_is_wrong_in_itself_does_not_harm_its_neighbours() -> None:
    file = open_csv(b'email,name\na@example.org,"A "the" B"\nb@example.org,B\n')
    assert [(row.line, row.problem) for row in file.rows()] == [
        (2, "has a quotation mark inside a quoted value; double it"),
        (3, ""),
    ]


def test_a_quotation_mark_that_swallows_the_rows_below_refuses_the_file() -> None:
    file = open_csv(b'email,name\na@example.org,A\nb@example.org,"B\nc@example.org,C\nd@example.org,D\n')
    with pytest.raises(ImportRefused, match="Line 3: a quotation mark is opened here and not closed"):
        list(file.rows())


def _archive() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no rows"),
        (b"\n\n , ,\n", "no rows"),
        (_archive(), "a spreadsheet"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08\x00", "a compressed file"),
        ("email\nzoë@example.org\n".encode() * 20 + b"caf\xe9@example.org\n", "Line 41: .* two encodings"),
        (TABLE.encode("utf-16")[:-1], "not written in utf-16"),
        (b"a" * 2_000_000, "Line 1 is longer than 1,000,000"),
        (b"email," + b"," * 1000, "1,002 columns; 200 are the most"),
        (b"email" + b"," * 1_000_000, "Line 1 is longer"),
    ],
)
def test_what_is_no_table_of_text_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        list(open_csv(data).rows())


@pytest.mark.parametrize("encoding", ["klingon", "ascii", "utf-16", "utf-32"])
def test_an_encoding_that_is_named_is_believed_or_refused(encoding: str) -> None:
    with pytest.raises(ImportRefused, match=encoding):
        open_csv(TABLE.encode(), encoding=encoding)


@pytest.mark.parametrize(
    ("start", "unit"),
    [(b"email\n", b"x"), (b'email\n"', b"x"), (b'email\n"', b"x\n"), (b"email\n", b","), (b"", b"\x00")],
    ids=["a field without end", "a quoted field without end", "a field of many lines", "columns without end", "zeros"],
)
def test_absurd_files_are_refused_in_bounded_memory(start: bytes, unit: bytes) -> None:
    data = start + unit * (40_000_000 // len(unit))
    tracemalloc.start()
    try:
        with pytest.raises(ImportRefused):
            for _ in open_csv(data).rows():
                pass
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    try:
        file = open_csv(data)
        lines = [row.line for row in file.rows()]
    except ImportRefused:
        return
    assert lines == sorted(set(lines))


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3).map(tuple), max_size=6), st.sampled_from(["utf-8", "utf-16"]))
def test_what_we_write_is_read_as_it_was(rows: list[tuple[str, ...]], encoding: str) -> None:
    text = "".join(csv_line(cells) for cells in [("email", "name", "note"), *rows])
    file = open_csv(text.encode(encoding), encoding=encoding)
    assert [row.cells for row in file.rows()] == [cells for cells in rows if any(cell.strip() for cell in cells)]


@pytest.mark.parametrize(
    ("header", "paths"),
    [
        (["E-mail", "First name", "Last name"], ["email", "first_name", "last_name"]),
        (
            ["Email Address", "First Name", "Last Name", "Address"],
            ["email", "first_name", "last_name", "attributes.address"],
        ),
        (["Adresse e-mail", "Prénom", "NOM", "Langue"], ["email", "first_name", "last_name", "language"]),
        (["Courriel", "Nom"], ["email", "name"]),
        (["E-Mail-Adresse", "Vorname", "Name", "Straße"], ["email", "first_name", "last_name", "attributes.straße"]),
        (["Correo electrónico", "Nombre", "Apellidos"], ["email", "first_name", "last_name"]),
        (
            ["email", "Code postal", "2nd", "", "Email"],
            ["email", "attributes.code_postal", "attributes.2nd", None, "attributes.email_2"],
        ),
        (["email", "City", "city"], ["email", "attributes.city", "attributes.city_2"]),
        (["rejected_because", "email"], [None, "email"]),
        (["mail", "name", "name"], ["email", "name", "attributes.name_2"]),
    ],
)
def test_columns_are_known_by_many_names(header: list[str], paths: list[str | None]) -> None:
    assert [column.path for column in read_columns(header, ())] == paths


def test_adresse_is_the_address_only_where_an_at_sign_stands_below() -> None:
    assert read_columns(["Adresse", "Nom"], ["ana@example.org", "Ana"])[0] == Column("Adresse", "email")
    with pytest.raises(ImportRefused, match=r"No column is called email.*“Adresse”, “Nom”"):
        read_columns(["Adresse", "Nom"], ["12, rue du Port", "Ana"])


@pytest.mark.parametrize("right", ["Zoë", "Zoë, Åse, 李"])
def test_a_file_in_two_encodings_is_refused_however_few_letters_show_it(right: str) -> None:
    data = f"email,first_name\nb1@example.org,{right}\n".encode() + b"b2@example.org,Zo\xeb\n" * 3
    with pytest.raises(ImportRefused, match=r"Line 3: .* two encodings"):
        detect_encoding(data)


def test_letters_that_look_like_utf_8_by_chance_do_not_refuse_a_file() -> None:
    rows = "".join(f"p{number}@example.org;Jürgen\r\n" for number in range(50))
    assert detect_encoding(f"email;name\r\nx@example.org;„MENÜ“\r\n{rows}".encode("windows-1252")) == "windows-1252"
