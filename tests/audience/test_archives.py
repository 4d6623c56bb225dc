"""Archives as programs export them: the status is in the name of a file, and what is in an archive may be anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select

from composer.audience import (
    ImportReport,
    find_list,
    find_subscriber,
    freeze_audience,
    import_subscribers,
    show_subscriber,
)
from composer.audience.imports import opening
from composer.audience.imports.undo import undo_import
from composer.database import open_database
from composer.database.schema import suppressions, tags
from composer.errors import ImportRefused, ImportUnclear

NOW = 1_700_000_000
MERGE = "Email Address,First Name,Interests,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP"
DAY = "2020-01-01 10:00:00"
MAILCHIMP = {
    "subscribed_email_audience_export_ab12.csv": f"{MERGE},LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
    f'in@x.test,In,"a\\, b",2,{DAY},,{DAY},127.0.0.1,{DAY},1,e,,"""vip"",""A, B"""\n'
    f"both@x.test,Both,,2,{DAY},,{DAY},,{DAY},2,e,,\n",
    "unsubscribed_email_audience_export_ab12.csv": f"{MERGE},UNSUB_TIME,UNSUB_REASON,LEID,EUID,NOTES,TAGS\n"
    f"out@x.test,Out,,2,{DAY},,{DAY},,{DAY},NORMAL,3,e,,\nBOTH@x.test,Both,,2,,,,,{DAY},,4,e,,\n",
    "cleaned_email_audience_export_ab12.csv": f"{MERGE},CLEAN_TIME,LEID,EUID,NOTES,TAGS\n"
    f"back@x.test,Back,,2,,,,,{DAY},5,e,,\n",
    "nonsubscribed_email_audience_export_ab12.csv": f"{MERGE},LEID,EUID,NOTES,TAGS\ncontact@x.test,C,,2,,,,,6,e,,\n",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One engine is enough: what an archive has is found out before the database is asked."""
    engine = open_database(f"sqlite:///{tmp_path / 'people.db'}")
    yield engine
    engine.dispose()


def packed(files: Mapping[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for name, text in files.items():
            writing.writestr(name, text)
    return archive.getvalue()


def bring_in(connection: Connection, data: bytes, file_name: str = "export.zip") -> ImportReport:
    return import_subscribers(
        connection, data, list_name="members", source="file", now=NOW, file_name=file_name, new_list=True
    )


def planned(connection: Connection) -> set[str]:
    members = freeze_audience(connection, lists=[find_list(connection, "members")]).members
    return {member.email for member in members}


def statuses(connection: Connection, *names: str) -> dict[str, str]:
    return {name: show_subscriber(connection, f"{name}@x.test").subscriptions[0].status for name in names}


def test_mailchimps_archive_is_read_whole_and_its_files_names_are_the_status(engine: Engine) -> None:
    with engine.begin() as connection:
        report = bring_in(connection, packed(MAILCHIMP))
        assert statuses(connection, "in", "both", "out", "back", "contact") == {
            "in": "confirmed", **dict.fromkeys(("both", "out", "back", "contact"), "unsubscribed"),
        }  # fmt: skip
        assert planned(connection) == {"in@x.test"}
        found = connection.execute(select(suppressions.c.email_key, suppressions.c.reason)).all()
        assert found == [("back@x.test", "bounced")]
        number = find_subscriber(connection, "in@x.test")
        assert set(connection.scalars(select(tags.c.tag).where(tags.c.subscriber_id == number))) == {"vip", "A, B"}
        assert undo_import(connection, report.import_id, by="ana", now=NOW + 1).suppressions == 1
        assert not connection.scalars(select(suppressions.c.id)).all()


def test_rejected_rows_of_an_archive_keep_their_status(engine: Engine) -> None:
    files = {name: text.replace("out@x.test", "out@x") for name, text in MAILCHIMP.items()}
    with engine.begin() as connection:
        report = bring_in(connection, packed(files))
        aside = "".join(report.rejected_csv()).replace("out@x,", "out@x.test,")
        assert report.counts()["rejected"] == 1
        bring_in(connection, aside.encode(), "export.rejected.csv")
        assert statuses(connection, "out") == {"out": "unsubscribed"}


def test_substacks_archive_has_posts_beside_its_people(engine: Engine) -> None:
    header = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at"
    people = f"{header}\nfree@x.test,false,,,false,{DAY},\noff@x.test,true,,,true,{DAY},\n"
    files = {"email_list.letter.csv": people, "posts.csv": "id,title\n1,A\n", "posts/1.a.html": "<p>"}
    with engine.begin() as connection:
        bring_in(connection, packed(files))
        assert statuses(connection, "free", "off") == {"free": "confirmed", "off": "unsubscribed"}


def test_the_one_table_of_any_archive_is_read_by_its_own_name(engine: Engine) -> None:
    files = {"__MACOSX/._people.csv": b"\0", "folder/.hidden.csv": "x", "folder/people.csv": "email\na@x.test\n"}
    with engine.begin() as connection:
        assert bring_in(connection, packed(files)).rows == 1
    with pytest.raises(ImportUnclear) as unclear, engine.begin() as connection:
        bring_in(connection, packed({"../../bounces.csv": "email\nb@x.test\n"}))
    assert unclear.value.file_name == "bounces.csv"


def _encrypted() -> bytes:
    data = bytearray(packed({"people.csv": "email\na@x.test\n"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed({"a.csv": "email\n", "b.csv": "email\n"}), r"2 tables in it \(a.csv, b.csv\): unpack it"),
        (packed({"a.html": "<p>"}), "has no CSV file in it"),
        (packed({"a.csv": "email\na@x.test\n"})[:-30], "damaged ZIP archive"),
        (packed({"xl/workbook.xml": "<x/>", "[Content_Types].xml": "<x/>"}), "a spreadsheet"),
        (_encrypted(), "“people.csv” in the archive is encrypted"),
    ],
    ids=["several tables", "no table", "cut off", "a spreadsheet", "encrypted"],
)
def test_what_cannot_be_taken_out_of_an_archive_is_told(data: bytes, said: str, engine: Engine) -> None:
    with pytest.raises(ImportRefused, match=said), engine.begin() as connection:
        bring_in(connection, data)


def test_what_is_endless_once_it_is_unpacked_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "UNPACKED_MAX_BYTES", 5 << 20)
    with pytest.raises(ImportRefused, match="more than 5 MB once it is unpacked"), engine.begin() as connection:
        bring_in(connection, packed({"people.csv": b"email\n" + b"a" * (20 << 20)}))


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (
            "Google Contacts",
            "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value\nA,B,* myContacts,Work,a@x.test\n",
        ),
        ("Outlook", "First Name,Last Name,E-mail Address,E-mail 2 Address,Categories\nA,B,a@x.test,,Friends\n"),
    ],
)
def test_an_address_book_is_no_consent(program: str, text: str, engine: Engine) -> None:
    with pytest.raises(ImportUnclear, match=rf"an address book \({program}\)"), engine.begin() as connection:
        bring_in(connection, text.encode(), "contacts.csv")
