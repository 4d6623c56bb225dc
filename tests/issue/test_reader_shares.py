"""``clients:`` of ``newsletter.yaml``: which mail programs the readers have, in per cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.edition.clients import client_support
from composer.errors import IssueError
from composer.issue import load_newsletter
from composer.issue.reader_shares import MAIL_PROGRAMS
from composer.issue.schema import newsletter_schema

NEWSLETTER = "name: Agora\norganisation: Agora\n"


def write(folder: Path, clients: str) -> Path:
    (folder / "newsletter.yaml").write_text(NEWSLETTER + clients)
    return folder


def test_shares_are_read_in_per_cent_however_they_are_written(tmp_path: Path) -> None:
    write(tmp_path, "clients:\n  gmail_android: 31\n  outlook_windows: 12.5 %\n  apple_mail_ios: '40%'\n  gmx_ios: 0\n")
    newsletter, _ = load_newsletter(tmp_path)
    shares = {"gmail_android": 31.0, "outlook_windows": 12.5, "apple_mail_ios": 40.0, "gmx_ios": 0.0}
    assert newsletter.clients == shares
    assert load_newsletter(write(tmp_path, ""))[0].clients == {}


@pytest.mark.parametrize(
    ("clients", "told"),
    [
        (
            "  gmial_android: 31\n",
            "4:3: 'gmial_android': there is no mail program of this name; did you mean 'gmail_and",
        ),
        ("  pine: 31\n", "4:3: 'pine': there is no mail program of this name; they are aol_android, "),
        ("  gmx_ios: 3\n  gmail_ios: many\n", "5:14: 'gmail_ios': 'many' is no share of the readers; write it in per"),
        ("  gmail_ios: 101\n", "4:14: 'gmail_ios': '101' is no share of the readers"),
        ("  gmail_ios: -1\n", "4:14: 'gmail_ios': '-1' is no share of the readers"),
        ("  gmail_ios: 60\n  gmx_ios: 50\n", "4:3: 'clients': the shares are 110 % together; lower them to 100 %"),
        ("  gmail_ios: 0.6\n  gmx_ios: 0.4\n", "4:3: 'clients': the shares are 1 % together; write them in per cent"),
        ("  gmail_ios: 0\n", "4:3: 'clients': the shares are 0 % together; write them in per cent"),
        ("  - gmail_ios\n", "4:3: 'clients' must be keys and values, indented below it, not a list"),
        ("  gmail_ios:\n", "4:3: 'gmail_ios': nothing is no share of the readers"),
    ],
)
def test_what_cannot_be_is_told_at_its_place(clients: str, told: str, tmp_path: Path) -> None:
    write(tmp_path, f"clients:\n{clients}")
    with pytest.raises(IssueError) as raised:
        load_newsletter(tmp_path)
    assert str(raised.value).split("newsletter.yaml:", 1)[1].startswith(told)


def test_shares_that_were_each_rounded_up_may_be_a_little_more_than_all(tmp_path: Path) -> None:
    newsletter, _ = load_newsletter(write(tmp_path, "clients: {gmail_ios: 51, gmx_ios: 51}\n"))
    assert sum(newsletter.clients.values()) == 102


def test_the_programs_are_those_of_the_table() -> None:
    assert tuple(client_support().programs) == MAIL_PROGRAMS


def test_editors_offer_the_programs() -> None:
    schema = newsletter_schema()["properties"]["clients"]
    assert schema["propertyNames"]["enum"] == list(MAIL_PROGRAMS)
