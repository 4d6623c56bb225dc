"""What others have written is shown by the terminal and not obeyed, and is no markup of the library that draws it."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path

import pytest
from rich.table import Table

import composer.cli
from composer.cli.exits import exit_code
from composer.cli.log import tell_failure
from composer.cli.terminal.console import Terminal
from composer.cli.terminal.progress import bar_on
from composer.cli.visible import as_utf8, visible
from composer.errors import NewsletterError

ACTING = [
    "\x1b[31mred\x1b[0m",  # colours, and hides
    "\x1b]52;c;ZXZpbA==\x07",  # writes into the clipboard
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",  # a link under other words
    "\x9b31mred",  # the same with one control of eight bits
    "harmless\revil",  # types over the line
    "evil\x08\x08\x08\x08good",
    "\x7f",
    "\u202efdp.exe",  # turns the direction
    "\u2066\u2069",
    "first\u2028second",
    "\udc80",  # a file's name that is no UTF-8
]


@pytest.mark.parametrize("text", ACTING)
def test_nothing_is_left_that_a_terminal_would_obey(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["Ærø", "日本", "مرحبا\u200f", "👩\u200d🚀", "two\n\tlines", "e\u0301", "a\xa0b\xadc"])
def test_letters_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("text", ACTING)
def test_every_way_to_the_terminal_shows_it(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        print(text)
        tell_failure(text)
        console, table = Terminal(), Table(text, title=text)
        table.add_row(text)
        console.print(table, text, style="green")
        with bar_on(console) as progress:
            progress.add_task(text, total=1, rate=text, limit=text)
            console.print(progress.get_renderable())
        raise NewsletterError(text)

    assert exit_code(command) == 1
    told = capsys.readouterr()
    assert all(line.isprintable() for line in (told.out + told.err).splitlines())
    assert (told.out + told.err).count("\\u") >= 3


def test_brackets_of_others_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        console = Terminal()
        console.print("220 [/red] ready", ":smile:")
        with bar_on(console) as progress:
            progress.add_task("Sending", total=1, rate="", limit="[/red] [link=x]")
            console.print(progress.get_renderable())

    assert exit_code(command) == 0
    assert {"220 [/red] ready :smile:", "[/red] [link=x]"} <= {
        part for line in capsys.readouterr().out.splitlines() for part in (line, line[-15:])
    }


def test_a_document_is_the_same_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    document = [text for text in ACTING if "\udc80" not in text]
    exit_code(lambda: print(json.dumps(document, ensure_ascii=False)))
    assert json.loads(capsys.readouterr().out) == document


def test_data_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        as_utf8()
        print("name\n\x1b[31m\u202e")

    assert exit_code(command) == 0
    assert capsys.readouterr().out == "name\n\x1b[31m\u202e\n"


def test_no_command_has_another_console() -> None:
    for file in Path(composer.cli.__file__).parent.rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        assert not names & {"Console", "escape"}, f"{file} is to print by cli/terminal/console.py"


def test_what_rich_says_itself_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout", screen)

    def command() -> None:
        console = Terminal()
        console.print("fine", style="green")
        with bar_on(console) as progress:
            progress.add_task("Sending", total=1, rate="", limit="")
            print("beside \x1b[31m the bar")

    exit_code(command)
    assert "\x1b[32mfine" in screen.getvalue()
    assert "\x1b[?25l" in screen.getvalue()
    assert "\\u001b" not in screen.getvalue().replace("\\u001b[31m", "")
