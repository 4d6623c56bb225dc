"""``newsletter check --html``: what mail programs do not understand of any HTML, ours or not."""

from __future__ import annotations

import io
import json
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run as run_command

HTML = """<!doctype html>
<html lang="en"><body>
<p style="color:red;
  display:flex">Bread</p><p style="display:flex">Jam</p>
<!--[if !mso]><!--><img src="hill.webp" alt="A hill"><!--<![endif]-->
</body></html>
"""
SHARES = "outlook_windows: 12\ngmail_ios: 6\napple_mail_ios: 82\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with shares of its own, which is where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_TEMPLATES_DIR", "templates")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/clients.yaml").write_text(SHARES)
    return tmp_path


run = partial(run_command, "check")


def findings(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, Any]]:
    assert run(*words, "--format", "json") == 0
    return {each["feature"]: each for each in json.loads(capsys.readouterr().out)}


def test_by_default_only_what_harms_many_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mail.html").write_text(HTML)
    assert run("--html", "mail.html") == 0
    assert capsys.readouterr().out == (
        "mail.html:4:3: warning client-support\n"
        "  display: flex means nothing to Outlook (Windows): 12 % of the readers\n"
        '  4 │ display:flex">Bread</p><p style="display:flex">Jam</p>\n'
        "    │ ^\n"
        "  → arrange it with mj-column, or with a table\n"
        "  also at 4:36\n"
        "\n"
        "! mail.html: 1 of 1 feature that mail programs do not all understand harms readers\n"
    )


def test_everything_is_told_to_programs_with_clients_notes_shares_and_places(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "mail.html").write_text(HTML)
    found = findings(capsys, "--html", "mail.html", "--clients", "all")
    flex = found["css-display-flex"]
    assert flex["places"] == [{"file": "mail.html", "line": 4, "column": column} for column in (3, 36)]
    assert (flex["title"], flex["category"], flex["count"]) == ("display:flex", "css", 2)
    assert flex["share"] == {"no": 12.0, "partly": 6.0}
    assert flex["harm"].startswith("the layout breaks: ")
    by_program = {client["client"]: client for client in flex["clients"]}
    assert by_program["outlook_windows"]["support"] == "no"
    assert by_program["gmail_ios"] == {
        "client": "gmail_ios",
        "name": "Gmail (iOS)",
        "support": "partly",
        "notes": ["Not supported with non Google accounts."],
        "share": 6.0,
    }
    assert "apple_mail_ios" not in by_program
    assert by_program["gmail_android"]["share"] is None
    assert found["image-webp"]["only_for"] == "all but Outlook on Windows"
    assert "outlook_windows" not in {client["client"] for client in found["image-webp"]["clients"]}
    assert found["html-body"]["message"].startswith("<body> element: not understood by AOL (Android), ")
    assert found["html-body"]["severity"] == "info"
    assert found["html-body"]["harm"] is None


def test_some_programs_can_be_asked_about(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mail.html").write_text(HTML)
    found = findings(capsys, "--html", "mail.html", "--clients", "gmail.ios, apple-mail-ios")
    assert {client["client"] for each in found.values() for client in each["clients"]} <= {
        "gmail_ios",
        "apple_mail_ios",
    }
    assert run("--html", "mail.html", "--clients", "gmail_ois") == 1
    assert "there is no mail program 'gmail_ois'; did you mean 'gmail_ios'" in capsys.readouterr().err


def test_standard_input_and_a_whole_mail_are_read(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = EmailMessage()
    message["Subject"] = "Bread"
    message["From"] = "a@e.example"
    message.set_content("Bread and jam")
    message.add_alternative("<html ⚡4email>Bread</html>", subtype="x-amp-html")
    message.add_alternative(HTML + '<img src="cid:lake@e.example">', subtype="html", cte="base64")
    parts = message.get_payload()
    assert isinstance(parts, list)
    parts[2].add_related(b"RIFF....WEBP", "image", "webp", cid="<lake@e.example>")
    (project / "mail.eml").write_bytes(message.as_bytes())
    found = findings(capsys, "--html", "mail.eml", "--clients", "all")
    assert found["css-display-flex"]["line"] == 4
    assert [place["line"] for place in found["image-webp"]["places"]] == [5, 7]
    assert "amp" in found
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(HTML.encode())))
    assert findings(capsys, "--html", "-", "--clients", "all")["css-display-flex"]["file"] == "-"


def test_sarif_has_a_result_for_each_feature(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mail.html").write_text(HTML)
    assert run("--html", "mail.html", "--format", "sarif") == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 3}


def test_a_mail_without_harm_is_told_in_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "mail.html").write_text("<p>Bread</p>")
    assert run("--html", "mail.html") == 0
    assert capsys.readouterr().out == "✓ mail.html: nothing that harms\n"


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        (["--html", "none.html"], None, "none.html cannot be read: No such file or directory"),
        (["--html", "mail.html"], b"Bread and jam", "there is no HTML in mail.html"),
        (["--html", "mail.html"], b"\x89PNG\r\n\x1a\n<\0\0", "there is no HTML in mail.html"),
        (["--html", "mail.html"], b"Subject: a\r\n\r\nBread", "mail.html is a mail without HTML"),
        (["spring", "--html", "mail.html"], b"<p>", "--html checks one file by itself, without an issue"),
    ],
)
def test_what_cannot_be_checked_is_told_in_words(
    words: list[str], content: bytes | None, told: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (project / "mail.html").write_bytes(content)
    assert run(*words) == 1
    assert told in capsys.readouterr().err


def test_a_page_in_an_older_encoding_is_read_as_it_says(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = '<meta charset="iso-8859-2"><p style="display:flex">Ł</p>'
    (project / "mail.html").write_bytes(page.encode("iso-8859-2"))
    assert run("--html", "mail.html") == 0
    assert "Ł</p>" in capsys.readouterr().out
