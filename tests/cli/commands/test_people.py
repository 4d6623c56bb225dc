"""``newsletter subscribers``, ``lists``, ``suppressions`` and ``db``, as they are typed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from composer.workflow.people import IMPORT_MAX_BYTES
from tests.support.command_line import run
from tests.support.databases import Cluster


@pytest.fixture(autouse=True)
def _in_a_project(in_a_project: None) -> None:
    """Every test here runs in one."""


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def members(capsys: pytest.CaptureFixture[str]) -> None:
    """Two people on a list."""
    file = write("members.csv", "email,first_name,city\nana@example.org,Ana,=Nice\nbob@example.org,[red]Bob,\n")
    assert run("subscribers", "import", file, "--list", "members", "--new-list", "--source", "forms of 2025") == 0
    capsys.readouterr()


def test_an_import_tells_what_it_understood_and_keeps_bad_rows_aside(capsys: pytest.CaptureFixture[str]) -> None:
    file = write("people.csv", "Courriel;Prénom;Ville\nana@example.org;Ana;Nice\nbob@example;Bob;[bold]Rome\n")
    assert run("subscribers", "import", file, "--list", "members", "--new-list") == 0
    told = capsys.readouterr().out
    for words in (
        "separated by semicolon",
        "attributes.ville",
        "1  added to “members”",
        "line 3",
        "people.rejected.csv",
    ):
        assert words in told
    aside = Path("people.rejected.csv").read_text("utf-8-sig").splitlines()
    assert aside[0] == "rejected_because,Courriel,Prénom,Ville"
    assert aside[1].endswith(",bob@example,Bob,[bold]Rome")


def test_of_two_columns_of_addresses_it_tells_which_one_is_mailed(capsys: pytest.CaptureFixture[str]) -> None:
    file = write("people.csv", "Email;E-Mail;Name\nana@example.org;silva@example.org;Ana\n")
    assert run("subscribers", "import", file, "--list", "members", "--new-list") == 0
    assert "“Email” is the email, so “E-Mail” is kept as attributes.e_mail." in capsys.readouterr().out
    assert run("subscribers", "import", file, "--list", "members", "--new-list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["second_columns"] == {"E-Mail": "email"}


def test_a_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    file = write("people.csv", "email\nana@example.org\nbob@example\n")
    assert run("subscribers", "import", file, "--list", "members", "--new-list", "--dry-run") == 0
    assert "would be added" in capsys.readouterr().out
    assert not Path("people.rejected.csv").exists()
    assert run("lists", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_programs_read_the_report_of_an_import(capsys: pytest.CaptureFixture[str]) -> None:
    file = write("people.csv", "email,Town\nana@example.org,Nice\nana@example.org,Rome\nbob@example,\n")
    assert run("subscribers", "import", file, "--list", "members", "--new-list", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["columns"] == {"email": "email", "Town": "attributes.town"}
    assert (report["rows"], report["added"], report["updated"], report["unchanged"]) == (3, 1, 0, 0)
    assert report["skipped"] == [{"line": 3, "email": "ana@example.org", "reason": "duplicate of line 2"}]
    assert [row["line"] for row in report["rejected"]] == [4]


def test_a_file_of_which_nothing_can_be_read_is_a_failure() -> None:
    assert (
        run("subscribers", "import", write("people.csv", "email\nana\nbob\n"), "--list", "members", "--new-list") == 1
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "cannot be read: No such file"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: path.write_text("name,city\nAna,Nice\n"), "No column is called email"),
        (lambda path: path.write_bytes(b"PK\x03\x04..."), "save it as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_words(
    make: Callable[[Path], object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make(Path("people.csv"))
    assert run("subscribers", "import", "people.csv", "--list", "members", "--new-list") == 1
    assert said in capsys.readouterr().err


def test_an_endless_file_is_not_even_opened(capsys: pytest.CaptureFixture[str]) -> None:
    with Path("people.csv").open("wb") as file:
        file.truncate(IMPORT_MAX_BYTES * 40)
    assert run("subscribers", "import", "people.csv", "--list", "members", "--new-list") == 1
    assert "split it" in capsys.readouterr().err


@pytest.mark.usefixtures("members")
def test_what_is_exported_comes_in_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subscribers", "export", "--list", "members") == 0
    told = capsys.readouterr().out
    assert told.splitlines()[1] == "ana@example.org,Ana,,,confirmed,'=Nice"
    assert run("subscribers", "export", "--list", "members", "--plain", "--output", "out.csv") == 0
    assert Path("out.csv").read_text("utf-8-sig").splitlines()[1] == "ana@example.org,Ana,,,confirmed,=Nice"
    assert run("subscribers", "export", "--list", "members", "--output", "out.csv") == 0
    assert run("subscribers", "import", "out.csv", "--list", "members", "--new-list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 2


@pytest.mark.usefixtures("members")
def test_one_person_is_shown_with_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subscribers", "unsubscribe", "BOB@example.org", "--source", "a letter") == 0
    assert run("suppressions", "add", "bob@example.org", "--source", "the office") == 0
    capsys.readouterr()
    assert run("subscribers", "show", "bob@example.org") == 0
    told = capsys.readouterr().out
    for words in ("[red]Bob", "members", "unsubscribed", "forms of 2025", "a letter", "manual", "the office"):
        assert words in told
    assert run("subscribers", "show", "bob@example.org", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert [event["event"] for event in record["consent"]] == ["imported", "unsubscribed"]
    assert run("subscribers", "show", "rob@example.org") == 1


@pytest.mark.usefixtures("members")
def test_people_are_listed_and_searched(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("subscribers", "list", "--search", "bob", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"], found["subscribers"][0]["email"]) == (1, "bob@example.org")
    assert run("subscribers", "list", "--list", "members", "--limit", "1") == 0
    assert "2 people, the first 1 shown" in capsys.readouterr().out
    assert run("subscribers", "list", "--list", "member") == 1
    assert "Did you mean “members”" in capsys.readouterr().err


@pytest.mark.usefixtures("members")
def test_adding_by_hand_keeps_to_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    add = ("subscribers", "add", "eve@example.org", "--list", "members")
    assert run(*add, "--first-name", "Eve", "--field", "city=Nice") == 0
    assert run("subscribers", "unsubscribe", "eve@example.org", "--list", "members") == 0
    capsys.readouterr()
    assert run(*add) == 1
    assert "only they can come back" in capsys.readouterr().err
    assert run("subscribers", "add", "eve", "--list", "members") == 1
    assert run(*add, "--field", "city") == 2
    assert run("subscribers", "add", "fay@example.org", "--list", "members", "--language", "Klingonese") == 1


@pytest.mark.usefixtures("members")
def test_suppressions_are_lifted_but_a_complaint_only_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("suppressions", "add", "ana@example.org", "--reason", "complained") == 0
    assert run("suppressions", "add", "ana@example.org", "--list", "members") == 0
    assert run("suppressions", "remove", "ana@example.org") == 1
    assert "stays suppressed: complained" in capsys.readouterr().out
    assert run("suppressions", "list") == 0
    assert "1 suppression\n" in capsys.readouterr().out
    assert run("suppressions", "remove", "ana@example.org", "--reason", "complained") == 0
    assert run("suppressions", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2]) == []


@pytest.mark.usefixtures("members")
def test_lists_are_made_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lists", "add", "press", "--title", "For the press") == 0
    assert run("lists", "add", "press") == 1
    assert "newsletter lists set" in capsys.readouterr().err
    capsys.readouterr()
    assert run("lists", "list", "--json") == 0
    counted = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["title"], one["confirmed"]) for one in counted] == [
        ("members", None, 2),
        ("press", "For the press", 0),
    ]
    assert run("lists", "list") == 0


def test_postgresql_is_upgraded_by_command_alone(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", postgresql.create())
    assert run("lists", "list") == 1
    assert "newsletter db upgrade" in capsys.readouterr().err
    assert run("db", "upgrade") == 0
    assert run("db", "upgrade") == 0
    assert "up to date already" in capsys.readouterr().out
    assert run("lists", "list") == 0


def test_suppressions_are_lifted_many_at_once_by_reason_time_and_mailing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in range(3):
        said = f"mailing {number % 2 + 1}: 550 5.1.1 no such user"
        assert run("suppressions", "add", f"b{number}@example.org", "--reason", "bounced", "--source", said) == 0
    assert run("suppressions", "add", "c@example.org", "--reason", "complained") == 0
    assert run("suppressions", "lift") == 2, "nothing says which"
    for odd in ("yesterday", "2026-99-01"):
        assert run("suppressions", "lift", "--since", odd) == 2
    lift = ("suppressions", "lift", "--reason", "bounced")
    assert run(*lift, "--json") == 2
    assert run(*lift) == 1, "nobody can be asked here"
    assert run(*lift, "--until", "2020-01-01", "--yes") == 0
    assert run(*lift, "--mailing", "1", "--until", "9999-12-31", "--dry-run") == 0
    assert "2 suppressions: 2 bounced" in capsys.readouterr().out
    assert run(*lift, "--mailing", "1", "--yes", "--json", "--by", "Ana", "--why", "relay misled us") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["found"], done["lifted"], done["reasons"]) == (2, 2, {"bounced": 2})
    assert run("suppressions", "lift", "--since", "2020-01-01", "--source", "no SUCH user", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["lifted"] == 1
    assert run("suppressions", "lift", "--since", "2020-01-01", "--yes") == 0, "a complaint must be named"
    assert run("suppressions", "list", "--json") == 0
    assert [one["email"] for one in json.loads(capsys.readouterr().out.partition("\n")[2])] == ["c@example.org"]
    assert run("subscribers", "add", "b0@example.org", "--list", "members", "--new-list") == 0
    assert run("subscribers", "show", "b0@example.org") == 0
    assert "Ana: lifted (relay misled us)" in capsys.readouterr().out


def test_an_import_comes_through_a_pipe_is_listed_shown_and_taken_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"email,Town\nana@example.org,Nice\n")))
    assert run("subscribers", "import", "-", "--list", "members", "--new-list", "--by", "Ana") == 0
    capsys.readouterr()
    assert run("imports", "list") == 0
    assert "Ana" in capsys.readouterr().out
    assert run("imports", "show", "1") == 0
    told = capsys.readouterr().out
    for words in ("attributes.town", "SHA-256", "import of -"):
        assert words in told
    assert run("imports", "undo", "1", "--dry-run") == 0
    assert "Dry run: nothing was changed." in capsys.readouterr().out
    assert run("imports", "undo", "1") == 1, "nobody sits there"
    capsys.readouterr()
    assert run("imports", "undo", "1", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["gone"] == 1
    assert run("subscribers", "show", "ana@example.org") == 1
    assert run("imports", "undo", "1", "--yes") == 1
    assert "was taken back already" in capsys.readouterr().err
    assert run("imports", "show", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "undone"


def test_a_file_of_suppressed_addresses_is_taken_in_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    file = write(
        "bounces.csv", "Email,When\nANA@example.org,2024-01-01\nno address,\nana@example.org,\nbo@example.org,\n"
    )
    assert run("suppressions", "import", file, "--reason", "bounced", "--dry-run") == 0
    assert "2 would be suppressed, 1 were already, 1 rejected" in capsys.readouterr().out
    assert run("suppressions", "import", file, "--reason", "erased") == 2
    assert run("suppressions", "import", file, "--reason", "bounced", "--json") == 0
    report = json.loads(capsys.readouterr().out.partition("\n}")[0] + "}")
    assert (report["added"], report["known"], report["rejected"]) == (2, 1, 1)
    assert "no address" in Path("bounces.rejected.csv").read_text("utf-8-sig")
    assert run("suppressions", "list", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {(one["email"], one["reason"]) for one in found} == {
        ("ana@example.org", "bounced"),
        ("bo@example.org", "bounced"),
    }
    assert run("imports", "undo", str(report["import"]), "--yes") == 0
    capsys.readouterr()
    assert run("suppressions", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
