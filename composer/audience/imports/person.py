"""Makes a Person of a row of a file, checked and in one spelling; or a ValueError that says what is wrong with it.

Values are data for merge fields: white space of any kind becomes single spaces, marks that nobody sees are
dropped, and what is no text (control characters) is refused here, so that no reader's data can break a
mailing half-way.
"""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from composer.address import fold_address, parse_address
from composer.audience.imports.columns import Column
from composer.audience.imports.csv_file import unguarded
from composer.audience.imports.status_columns import status_said, strictest
from composer.audience.subscriptions import SubscriptionStatus
from composer.control_characters import control_character, hidden_control_character

NAME_MAX = 200
VALUE_MAX = 5_000
TAG_MAX = 100

_SPACES = re.compile(r"\s+")
# What comes along from web pages and spreadsheets: zero-width marks, soft hyphens, marks and overrides of
# direction. The joiners U+200C and U+200D stay: Persian, Hindi and family emoji are written with them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_NAMED_ADDRESS = re.compile(r"[^<>]*<([^<>]+)>")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_LANGUAGES_OF_NAMES = ("en", "fr", "de", "es", "it", "nl", "pt", "pl")


@dataclass(frozen=True, slots=True)
class Person:
    """What a file says of somebody. An empty value says nothing."""

    email: str
    key: str
    first_name: str
    last_name: str
    language: str | None
    status: SubscriptionStatus
    attributes: Mapping[str, str]
    tags: tuple[str, ...] = ()


def read_person(
    columns: Sequence[Column], cells: Sequence[str], *, everybody: SubscriptionStatus = SubscriptionStatus.CONFIRMED
) -> Person:
    """Read the person of one row. Raises ValueError, which tells whoever wrote the file what is wrong.

    Of somebody who has left only the address has to be right: what else the row says cannot keep them on the list.
    """
    status = read_status(columns, cells, everybody=everybody)
    email = read_address(columns, cells)
    values = {"first_name": "", "last_name": "", "name": "", "language": ""}
    attributes: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    try:
        for column, cell in zip(columns, cells, strict=False):
            if column.says is not None and not column.mentions:
                continue
            if column.own:
                if value := clean_value(cell, field=column.header):
                    attributes[column.field] = value
            elif column.field == "tags":
                tags = read_tags(cell)
            elif column.field in values:
                values[column.field] = clean_value(cell, field=column.header)
        first_name, last_name = _names(values)
        language = parse_language(values["language"])
    except ValueError:
        if status is not SubscriptionStatus.UNSUBSCRIBED:
            raise
        first_name, last_name, language, attributes, tags = "", "", None, {}, ()
    return Person(email, fold_address(email), first_name, last_name, language, status, attributes, tags)


def read_status(
    columns: Sequence[Column], cells: Sequence[str], *, everybody: SubscriptionStatus = SubscriptionStatus.CONFIRMED
) -> SubscriptionStatus:
    """Read what a row says of who has left; where it says several things, the strictest. Raises ValueError."""
    said = [everybody]
    for index, column in enumerate(columns):
        if column.says is not None:
            said.append(status_said(column, cells[index] if index < len(cells) else ""))
    return strictest(said)


def read_address(columns: Sequence[Column], cells: Sequence[str]) -> str:
    """Read the address of a row. Raises AddressError, or ValueError if the row has more values than columns."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError(f"has {len(cells)} values, but the file has {len(columns)} columns")
    for column, cell in zip(columns, cells, strict=False):
        if column.field == "email" and not column.own:
            return parse_address(_bare_address(clean_value(cell, field=column.header)))
    return parse_address("")


def read_tags(cell: str) -> tuple[str, ...]:
    """Read the tags of a cell: between commas, semicolons or ``:::``, in quotation marks as Mailchimp has them, or not.

    Raises ValueError for one that is too long, or no text.
    """
    text = unguarded(cell).replace(":::", ",")
    if '"' in text:
        parts = next(csv.reader([text.replace("\n", " ").replace("\r", " ")], skipinitialspace=True), [])
    else:
        parts = re.split("[,;]", text)
    tags = [clean_value(part, field="a tag").removeprefix("* ") for part in parts]
    if (longest := max(tags, key=len, default="")) and len(longest) > TAG_MAX:
        raise ValueError(f"the tag “{longest[:40]}…” is longer than {TAG_MAX} characters")
    return tuple(dict.fromkeys(filter(None, tags)))


def clean_value(text: str, *, field: str) -> str:
    """Bring a value into one spelling. Raises ValueError if it is no text, or too long."""
    value = _SPACES.sub(" ", unguarded(text)).strip()
    if not value.isascii():
        value = unicodedata.normalize("NFC", _INVISIBLE.sub("", value)).strip()
    if found := control_character(value):
        raise ValueError(f"{field} has a control character in it (U+{ord(found):04X})")
    if found := hidden_control_character(value):
        raise ValueError(f"{field} has a control character hidden in it (U+{ord(found):04X}, in an encoded-word)")
    if len(value) > VALUE_MAX:
        raise ValueError(f"{field} is longer than {VALUE_MAX} characters")
    return value


def clean_name(text: str, *, field: str) -> str:
    """Bring a first or last name into one spelling. Raises ValueError if it is no text, or too long for a name."""
    value = clean_value(text, field=field)
    _require_short(value, field=field)
    return value


def parse_language(text: str) -> str | None:
    """Read “fr”, “fr_CH”, “French” or “français” as a language tag; nothing as none. Raises ValueError."""
    if not text:
        return None
    if found := _LANGUAGE.fullmatch(text.replace("_", "-")):
        language, script, region = found.groups()
        if language.lower() in _language_codes():
            return "-".join(filter(None, (language.lower(), (script or "").title(), (region or "").upper())))
    if code := _languages_by_name().get(text.casefold()):
        return code
    raise ValueError(f"“{text[:40]}” is not a language; write its code, such as en or fr")


def split_name(whole: str) -> tuple[str, str]:
    """Cut “Last, First” into a first and a last name; any other name stays whole, as a last name."""
    last, comma, first = whole.partition(", ")
    return (first, last) if comma and ", " not in first else ("", whole)


def _bare_address(text: str) -> str:
    """Take the address out of “Ana Silva <ana@example.org>” and “mailto:ana@example.org”."""
    if named := _NAMED_ADDRESS.fullmatch(text):
        text = named[1]
    return text.removeprefix("mailto:")


def _names(values: Mapping[str, str]) -> tuple[str, str]:
    first_name, last_name, whole = values["first_name"], values["last_name"], values["name"]
    if whole and not first_name and not last_name:
        first_name, last_name = split_name(whole)
    for field, value in (("first_name", first_name), ("last_name", last_name)):
        _require_short(value, field=field)
    return first_name, last_name


def _require_short(name: str, *, field: str) -> None:
    if len(name) > NAME_MAX:
        raise ValueError(f"{field} is longer than {NAME_MAX} characters")


@functools.cache
def _language_codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(str(code) for code in Locale("en").languages)


@functools.cache
def _languages_by_name() -> Mapping[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for display in _LANGUAGES_OF_NAMES:
        for code, name in Locale(display).languages.items():
            if "_" not in code:
                found.setdefault(name.casefold(), code)
    return found
