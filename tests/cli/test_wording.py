"""The command line alone knows what to type: errors carry a remedy, and here is what people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.checks.finding import find
from composer.checks.gate import open_gate
from composer.cli.main import COMMANDS
from composer.cli.wording import say_error
from composer.errors import (
    AudienceError,
    DatabaseError,
    GateClosed,
    NewsletterError,
    NoSuchMailing,
    Position,
    Remedy,
    SettingsError,
    StateError,
)
from composer.settings import ProjectSettings, load_settings

PACKAGE = Path(__file__).parents[2] / "composer"
TYPED = re.compile(rf"\bnewsletter ({'|'.join(map(re.escape, COMMANDS))})\b|(^|\s)--[a-z][a-z-]+")
ALLOWED = {
    "settings.py": "what a setting means is written into .env.example, for somebody who types commands",
    "workflow/sending_process.py": "the command that is started, for nobody to type",
    "inbox/smtp.py": "how the local mailbox greets over SMTP",
}

WORDS = {
    Remedy.UPGRADE_DATABASE: "It is so. Run: newsletter db upgrade",
    Remedy.GO_TO_THE_PROJECT: (
        "It is so. Go to the project's folder, or give it with newsletter -C DIR; newsletter init starts a new one"
    ),
    Remedy.BEGIN_AT_ONCE: "It is so; to begin at once, write --at now",
    Remedy.NAME_A_LIST: "It is so: give --list NAME, or write `lists:` into issue.yaml or newsletter.yaml",
    Remedy.IMPORT_A_LIST: "It is so. Import one: newsletter subscribers import FILE --list NAME --new-list",
    Remedy.SET_THE_LIST: "It is so; change it with: newsletter lists set NAME",
    Remedy.NAME_A_NEW_LIST: "It is so. If it is to be a new list, say so with --new-list",
    Remedy.LOOK_AT_ALL_MAILINGS: "It is so; `newsletter status` lists them",
    Remedy.BEGIN_SENDING: "It is so; begin with: newsletter send 3",
    Remedy.GO_ON_SENDING: "It is so; go on with: newsletter send 3",
    Remedy.SET_ANOTHER_TIME: "It is so; set another time with: newsletter send 3 --at TIME, or cancel it",
    Remedy.RESUME: "It is so; go on with: newsletter resume 3",
    Remedy.APPROVE: "It is so; a second person does it: newsletter approve 3",
    Remedy.APPROVE_AGAIN: "It is so; look at it again: newsletter approve 3",
    Remedy.CONFIRM_STILL_RIGHT: "It is so. If it is still right, go on with: newsletter send 3 --confirm",
    Remedy.CONFIRM_NOT_SENT: "It is so. If nothing was, go on with: newsletter send 3 --confirm",
    Remedy.PLAN_AGAIN: "It is so. Put the former one back, or plan the issue again: newsletter plan ISSUE",
    Remedy.CANCEL_AND_PLAN_FOR_THE_REST: (
        "It is so. Put the former one back. If that cannot be: newsletter cancel 3, then "
        "newsletter plan ISSUE --only-missing"
    ),
    Remedy.SEND_SAMPLE_FIRST: "It is so: newsletter send 3. To choose all the same, give --early",
    Remedy.GO_ON_OR_SEND_AGAIN: (
        "It is so. Go on with that one: newsletter send 3; or give --only-missing to send the issue to those who have "
        "not had it, or --again to send it to everyone once more"
    ),
    Remedy.SEND_AGAIN: "It is so. Give --again to send the issue to everyone once more",
    Remedy.SEE_WHO_HAS_IT: (
        "It is so; who has it: newsletter deliveries 3 --state accepted. "
        "Give --only-missing to send the issue to the others, or --again to everyone once more"
    ),
    Remedy.MERGE_THEM: "It is so: newsletter subscribers merge KEEP OTHER",
    Remedy.SAY_ASKED_ANEW: "It is so. They did? --asked-anew",
    Remedy.CHOOSE_ANOTHER_FOLDER: "It is so; choose another folder with --out",
    Remedy.NAME_AN_ENCODING: "It is so, or name one with --encoding",
}
ENDING_WITH_A_FULL_STOP = {
    Remedy.UPGRADE_DATABASE,
    Remedy.IMPORT_A_LIST,
    Remedy.CONFIRM_STILL_RIGHT,
    Remedy.PLAN_AGAIN,
    Remedy.CANCEL_AND_PLAN_FOR_THE_REST,
}
ENDING_WITH_A_FULL_STOP |= {Remedy.CONFIRM_NOT_SENT, Remedy.NAME_A_NEW_LIST}


@pytest.mark.parametrize("remedy", Remedy)
def test_every_remedy_is_told_as_what_to_type(remedy: Remedy) -> None:
    said = "It is so." if remedy in ENDING_WITH_A_FULL_STOP else "It is so"
    assert say_error(StateError(said, mailing=3, remedy=remedy)) == WORDS[remedy]


def test_an_error_without_a_remedy_says_what_it_says() -> None:
    assert say_error(NewsletterError("it is {mailing}")) == "it is {mailing}"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoSuchMailing(7), "there is no mailing 7; `newsletter status` lists them"),
        (
            DatabaseError("The database is older than this program.", remedy=Remedy.UPGRADE_DATABASE),
            "The database is older than this program. Run: newsletter db upgrade",
        ),
        (
            AudienceError("There is no list “x”, nor any other.", remedy=Remedy.IMPORT_A_LIST),
            "There is no list “x”, nor any other. Import one: newsletter subscribers import FILE --list NAME "
            "--new-list",
        ),
    ],
)
def test_errors_read_as_one_sentence(error: NewsletterError, words: str) -> None:
    assert say_error(error) == words


def test_a_closed_gate_tells_how_to_send_all_the_same() -> None:
    here = Position(Path("issue.yaml"), 3, 5)
    found = [("link-local", "a"), ("html-clipped", "b"), ("link-local", "c")]
    with pytest.raises(GateClosed) as raised:
        open_gate([find(code, here, what) for code, what in found], allow=())
    assert say_error(raised.value) == (
        "Nothing was sent: the checks found 3 errors.\n"
        "issue.yaml:3:5: error link-local: a\n"
        "issue.yaml:3:5: error html-clipped: b\n"
        "issue.yaml:3:5: error link-local: c\n"
        "Mend them, or send all the same with --allow html-clipped --allow link-local."
    )


def test_a_check_that_does_not_exist_is_told_with_the_option_it_was_given_to() -> None:
    with pytest.raises(GateClosed) as raised:
        open_gate([], allow=["link-locale"])
    assert say_error(raised.value) == (
        "--allow: no check is called 'link-locale'; did you mean 'link-local'? `newsletter check` names what it finds"
    )


def test_names_that_are_no_settings_are_told_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("NEWSLETTER_TEST_SEED=1\nNEWSLETTER_RAET=5/second\n")
    with pytest.raises(SettingsError) as raised:
        load_settings(ProjectSettings)
    assert say_error(raised.value) == (
        "NEWSLETTER_TEST_SEED in .env is no setting; newsletter init writes .env.example, which lists them\n"
        "NEWSLETTER_RAET in .env is no setting; did you mean NEWSLETTER_RATE?"
    )


def test_no_other_part_tells_what_to_type() -> None:
    told = {str(file.relative_to(PACKAGE)): words for file, words in _strings() if TYPED.search(words)}
    assert {file: words for file, words in told.items() if file not in ALLOWED} == {}
    assert set(ALLOWED) <= set(told), "what is not needed any more is not allowed any more"


def _strings() -> Iterator[tuple[Path, str]]:
    """Every string outside ``cli``, but for docstrings, which nobody who uses the program reads."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.is_relative_to(PACKAGE / "cli") or "migrations" in file.parts:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield file, node.value
