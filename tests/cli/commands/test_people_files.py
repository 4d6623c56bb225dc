"""Files of people at the command line: questions about who has left, and what is written beside."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from composer.cli.private_file import write_private
from composer.cli.terminal.listing import Listing
from tests.support.command_line import run
from tests.support.hanging import HANGS_S


@pytest.fixture(autouse=True)
def _in_a_project(in_a_project: None) -> None:
    """Every test here runs in one."""


def statuses(capsys: pytest.CaptureFixture[str], list_name: str = "members") -> dict[str, str]:
    capsys.readouterr()
    assert run("subscribers", "export", "--list", list_name) == 0
    rows = [line.split(",") for line in capsys.readouterr().out.splitlines()[1:]]
    return {row[0]: row[4] for row in rows}


IMPORT = ("subscribers", "import", "people.csv", "--list", "members", "--new-list")


def test_a_refusal_says_what_to_type_and_typing_it_brings_in_the_right_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("people.csv").write_text("Email;First name;Unsubscribed now\nin@example.org;A;no\nout@example.org;B;yes\n")
    assert run(*IMPORT) == 1
    said = capsys.readouterr().err
    offered = re.findall(r"^ +(--(?:left|subscribed)) '([^']+)'$", said, re.MULTILINE)
    assert offered == [
        ("--left", "Unsubscribed now=no"),
        ("--subscribed", "Unsubscribed now=no"),
        ("--left", "Unsubscribed now=yes"),
        ("--subscribed", "Unsubscribed now=yes"),
    ]
    assert "newsletter subscribers import people.csv --list members --new-list" in said
    assert "rename" not in said
    assert run("lists", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [], "not even the list is made"
    assert run(*IMPORT, "--subscribed", "Unsubscribed now=no", "--left", "Unsubscribed now=yes") == 0
    assert statuses(capsys) == {"in@example.org": "confirmed", "out@example.org": "unsubscribed"}


def test_somebody_can_say_what_a_column_is(capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text("Wer;Wohin;E-Mail;Notiz\nAna;ana@example.org;old@example.org;vip\n")
    assert run(*IMPORT, "--column", "Wohin=email", "--column", "wer=first_name", "--column", "Notiz=") == 0
    capsys.readouterr()
    assert run("subscribers", "show", "ana@example.org", "--json") == 0
    person = json.loads(capsys.readouterr().out)
    assert (person["first_name"], person["attributes"]) == ("Ana", {"e_mail": "old@example.org"})
    assert run(*IMPORT, "--column", "Wo=email") == 1
    assert "no column “wo”; it has Wer, Wohin" in capsys.readouterr().err
    assert run(*IMPORT, "--column", "Wohin=mail") == 1
    assert "cannot be “mail”; it is one of email, first_name" in capsys.readouterr().err
    assert run(*IMPORT, "--column", "Wohin") == 2


ODD_FILES = {
    "mentions": "email,Tags\nin@example.org,vip\nout@example.org,vip; unsubscribed\n",
    "sign in name": "email,Opt=In\nin@example.org,yes\nout@example.org,no\n",
    "long value": f"email,status\nin@example.org,confirmed\nout@example.org,{'went ' * 40}\n",
    "no name": "email,,city\nin@example.org,no,Nice\nout@example.org,yes,Nice\n",
}


@pytest.mark.parametrize("kind", ODD_FILES)
def test_what_a_refusal_offers_works_as_it_is_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(ODD_FILES[kind])
    assert run(*IMPORT, "--source", "our forms") == 1
    said = capsys.readouterr().err
    offered = [shlex.split(line) for line in said.splitlines() if line.startswith("      --")]
    leaves = {"sign in name": "Opt In=no", "no name": "column 2=yes"}.get(kind)
    chosen = [pair for pair in offered if pair[0] == "--left" and leaves in (None, pair[1])]
    chosen += [pair for pair in offered if pair[0] == "--subscribed" and leaves and pair[1] != leaves]
    *_, last = said.strip().splitlines()
    assert shlex.split(last) == ["newsletter", *IMPORT, "--source", "our forms"]
    assert run(*shlex.split(last)[1:], *(word for pair in chosen for word in pair)) == 0
    assert statuses(capsys) == {"in@example.org": "confirmed", "out@example.org": "unsubscribed"}


def test_an_output_that_is_redirected_is_written_and_not_replaced(tmp_path: Path) -> None:
    Path("people.csv").write_text("email\nin@example.org\n")
    assert run(*IMPORT) == 0
    words = [sys.executable, "-m", "composer", "subscribers", "export", "--list", "members", "--out"]
    with Path("kept.csv").open("wb") as output:
        # By the name of this very descriptor, so that no broken program could take the machine's own away.
        name = f"/proc/self/fd/{output.fileno()}"
        subprocess.run([*words, name], check=True, cwd=tmp_path, pass_fds=[output.fileno()], timeout=HANGS_S)
    assert "in@example.org" in Path("kept.csv").read_text()


def test_a_link_to_a_pipe_is_replaced_and_nothing_goes_through(tmp_path: Path) -> None:
    os.mkfifo("pipe")
    Path("out.csv").symlink_to("pipe")
    write_private(Path("out.csv"), ["secret\r\n"])
    assert not Path("out.csv").is_symlink()
    assert Path("out.csv").read_text("utf-8-sig") == "secret\n"


@pytest.mark.parametrize(
    "words",
    [("--left", "no sign"), ("--left", "A=1", "--subscribed", "A=1"), ("--left", "A=1", "--ignore-column", "a")],
)
def test_answers_that_cannot_be_are_a_mistake_of_use(words: tuple[str, ...]) -> None:
    Path("people.csv").write_text("email,A\nin@example.org,1\n")
    assert run(*IMPORT, *words) == 2


def test_at_a_terminal_it_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text("email,blocked\nin@example.org,no\nout@example.org,yes\n")
    main_end, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "composer", *IMPORT], stdin=terminal, stdout=terminal, stderr=terminal, cwd=tmp_path
    )
    os.close(terminal)
    answers = iter([b"y\n", b"subscribed\n", b"perhaps\n", b"left\n"])
    shown, answered = b"", 0
    while select.select([main_end], [], [], HANGS_S)[0]:
        try:
            got = os.read(main_end, 65536)
        except OSError:
            break
        shown += got
        # Not the whole: a question that is answered may come in two pieces, of which the second is a space.
        if shown[answered:].rstrip().endswith((b"[y/N]:", b"subscribed:")):
            answered = len(shown)
            os.write(main_end, next(answers))
    assert process.wait() == 0, shown.decode()
    assert b"Please type one of" in shown
    assert statuses(capsys) == {"in@example.org": "confirmed", "out@example.org": "unsubscribed"}


def test_a_misspelt_list_is_told_and_not_made(capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text("email\nin@example.org\n")
    assert run(*IMPORT) == 0
    for words in (("subscribers", "import", "people.csv"), ("subscribers", "add", "b@example.org")):
        assert run(*words, "--list", "membres") == 1
        assert "Did you mean “members”? If it is to be a new list, say so with --new-list" in capsys.readouterr().err
    assert list(statuses(capsys)) == ["in@example.org"]


def test_files_of_people_are_private_and_never_written_through_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    os.umask(0o022)
    Path("people.csv").write_text("email,city\nin@example.org,Nice\nbad,=1+1\n")
    victim = Path("victim")
    victim.write_text("mine")
    for name in ("people.rejected.csv", "out.csv"):
        Path(name).symlink_to(victim)
    assert run(*IMPORT) == 0
    assert run("subscribers", "export", "--list", "members", "--out", "out.csv") == 0
    assert victim.read_text() == "mine"
    for name in ("people.rejected.csv", "out.csv"):
        assert not Path(name).is_symlink()
        assert Path(name).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in Path.cwd().glob(".*csv*")) == []
    assert run("subscribers", "export", "--list", "members", "--out", "no/such/out.csv") == 1
    assert run("subscribers", "export", "--list", "members", "--out", ".") == 1


@pytest.mark.parametrize("value", ["=1+1", "＝1+1", "＋1", "－1", "＠x", '"=1', "@x", "-1"])
def test_formulas_are_guarded_in_rejected_rows_and_exports_and_come_back_as_they_were(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = value.replace('"', '""')
    Path("people.csv").write_text(f'email,city,"{quoted}"\nin@example.org,"{quoted}",x\nbad,"{quoted}",x\n')
    assert run(*IMPORT, "--json") == 0
    rejected = Path("people.rejected.csv").read_text("utf-8-sig")
    assert rejected.count(f"'{quoted[0]}") == 2, "in its header and its row"
    assert run("subscribers", "export", "--list", "members", "--out", "out.csv") == 0
    assert f"'{quoted}" in Path("out.csv").read_text("utf-8-sig")
    Path("people.csv").write_text(rejected.replace("bad", "back@example.org"))
    assert run(*IMPORT, "--json") == 0
    capsys.readouterr()
    assert run("subscribers", "show", "back@example.org", "--json") == 0
    assert json.loads(capsys.readouterr().out)["attributes"]["city"] == value


@pytest.mark.parametrize(
    "encoding", ["base64", "rot13", "hex", "undefined", "idna", "punycode", "unicode_escape", "nope", "\udcff"]
)
def test_an_odd_encoding_is_told_in_words(encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text("email\nin@example.org\n")
    assert run(*IMPORT, "--encoding", encoding) == 1
    assert "There is no encoding" in capsys.readouterr().err
    Path("people.csv").write_text("email\nin@example.org\n", encoding="utf-16")
    assert run(*IMPORT, "--encoding", "utf-16") == 0


def test_what_no_column_can_hold_is_refused_at_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    add = ("subscribers", "add", "in@example.org", "--list", "members", "--new-list")
    for words in (("--first-name", "x" * 300), ("--last-name", "=?utf-8?q?=0A?="), ("--first-name", "\udcff")):
        assert run(*add, *words) == 1
    assert run(*add, "--source", "caf\udce9 \x1b[31m") == 0
    assert run("lists", "add", "press", "--title", "x" * 600) == 1
    assert run("lists", "add", "pr\udcff") == 1
    assert run("subscribers", "list", "--list", "pr\udcff") == 1


def test_nothing_that_is_stored_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run("subscribers", "add", "in@example.org", "--list", "members", "--new-list", "--source", "x\x1b]0;y\x07") == 0
    )
    assert run("subscribers", "show", "in@example.org") == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_is_read_at_any_width(width: int) -> None:
    table = Listing(("Address", "First name", "Number"), numbers=frozenset({"Number"}))
    table.add("anna-maria.lopez-gutierrez@very-long-domain.example.org", "Anna\x1b[31m María", "1")
    table.add("b@example.org", "", "22")
    console = Console(width=width, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(table)
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= width
    assert any("anna-maria.lopez-gutierrez@very-long-domain.example.org" in line for line in lines), "unbroken"
    assert any("Anna\\u001b[31m María" in line for line in lines)
