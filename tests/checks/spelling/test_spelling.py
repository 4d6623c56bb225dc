"""Spelling is checked by hunspell, with real dictionaries of a few words, made for the test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from composer import shipped
from composer.checks import Finding
from composer.checks.spelling.check import check_spelling
from composer.checks.spelling.hunspell import Hunspell
from composer.compose import check_folder
from composer.limited_process import TookTooLong, run_program_limited
from tests.support.authoring import NEWSLETTER, issue_of, write_issue
from tests.support.command_line import run

needs_hunspell = pytest.mark.skipif(
    shutil.which("hunspell") is None and not os.environ.get("CI"),
    reason="hunspell is not installed (apt install hunspell), so no spelling is tested",
)
AFFIXES = "SET UTF-8\nTRY esianrtolcdugmphbyfvkwz'\nWORDCHARS '\n"
DICTIONARIES = {
    "en_GB": "spring in the network a survey and three dates read receive colour letter of members we it's welcome to",
    "en_US": "color",
    "fr": "le printemps du réseau une enquête et trois dates nous avons reçu la lettre",
}
ENGLISH, FRENCH = NEWSLETTER.replace("[en, fr]", "[en]"), NEWSLETTER


def dictionary(folder: Path, name: str, words: str) -> Path:
    """Write a dictionary of these words."""
    (folder / f"{name}.aff").write_text(AFFIXES, encoding="utf-8")
    listed = words.split()
    (folder / f"{name}.dic").write_text("\n".join([str(len(listed)), *listed, ""]), encoding="utf-8")
    return folder / f"{name}.dic"


@pytest.fixture
def hunspell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hunspell:
    folder = tmp_path / "dictionaries"
    folder.mkdir()
    files = {name: dictionary(folder, name, words) for name, words in DICTIONARIES.items()}
    monkeypatch.setenv("DICPATH", str(folder))
    # Others that are installed would know and suggest other words.
    return Hunspell(shutil.which("hunspell") or "", files)


def check(folder: Path, hunspell: Hunspell | None, text: str, **files: str) -> tuple[Finding, ...]:
    newsletter = FRENCH if "fr" in files else ENGLISH
    named = {f"issue.{language}.yaml": said for language, said in files.items()}
    written = write_issue(
        folder, issue_of(f"- block: text\n  body: |\n    {text}\n"), newsletter=newsletter, files=named
    )
    issue = check_folder(written, templates=(shipped.TEMPLATES,)).issue
    assert issue is not None
    return check_spelling(issue, hunspell)


@needs_hunspell
def test_a_word_that_no_dictionary_has_is_told_at_its_place_with_what_was_meant(
    tmp_path: Path, hunspell: Hunspell
) -> None:
    found = check(tmp_path, hunspell, "We recieve a colour, the color `teh` of the [survey](https://x.org/teh).")
    (one,) = [finding for finding in found if "recieve" in finding.message]
    assert (one.code, one.severity, one.position.line, one.position.column) == ("spelling", "info", 7, 10)
    assert one.message == "“recieve” is not in the dictionary en_GB or en_US"
    assert one.hint == "write receive; or add the word to words.txt"
    assert one.mend is not None
    assert (one.mend.replace, one.mend.by) == ("recieve", "receive")
    assert len(found) == 1, [str(finding) for finding in found]


@needs_hunspell
def test_the_projects_words_and_its_names_are_known(tmp_path: Path, hunspell: Hunspell) -> None:
    text = "agora and Agora’s zzyx of the network, welcome to zzyz"
    (tmp_path / "words.txt").write_text("# ours\nAgora  zzyx # two\n", encoding="utf-8")
    assert [one.message.split("”")[0][1:] for one in check(tmp_path, hunspell, text)] == ["zzyz"]


@needs_hunspell
def test_each_language_is_checked_with_its_own_dictionary(tmp_path: Path, hunspell: Hunspell) -> None:
    french = "subject: Le printemps du réseau\npreheader: Une enquête et trois dates\n"
    french += "blocks:\n  - body: Nous avons recu l’enquête"
    found = check(tmp_path, hunspell, "welcome to the network", fr=french)
    assert [(one.position.file.name, one.message.split("”")[0][1:]) for one in found] == [("issue.fr.yaml", "recu")]


@needs_hunspell
def test_a_language_without_a_dictionary_is_told_once(tmp_path: Path, hunspell: Hunspell) -> None:
    assert hunspell.dictionaries("xh") == []
    newsletter = NEWSLETTER.replace("[en, fr]", "[xh]")
    written = write_issue(tmp_path, issue_of("- block: text\n  body: Molo\n"), newsletter=newsletter)
    issue = check_folder(written, templates=(shipped.TEMPLATES,)).issue
    assert issue is not None
    (found,) = check_spelling(issue, hunspell)
    assert (found.code, found.position.file.name, found.position.line) == ("spelling-unchecked", "newsletter.yaml", 8)
    assert found.hint == "install one, such as the package hunspell-xh"


def test_without_hunspell_that_is_told_once(tmp_path: Path) -> None:
    (found,) = check(tmp_path, None, "We recieve it")
    assert (found.code, found.severity) == ("spelling-unchecked", "info")
    assert found.hint == "install hunspell, and a dictionary for each language"


@needs_hunspell
def test_the_regions_of_a_language_are_asked_together_and_one_alone_if_it_is_named(hunspell: Hunspell) -> None:
    assert hunspell.dictionaries("en") == ["en_GB", "en_US"]
    assert hunspell.dictionaries("en-GB") == ["en_GB"]
    installed = Hunspell.find()
    assert installed is not None
    assert set(installed.dictionaries("en")) >= {"en_GB", "en_US"}, "those that DICPATH leads to are found"


def test_a_language_of_three_letters_is_no_other_that_begins_so(tmp_path: Path) -> None:
    files = {name: dictionary(tmp_path, name, "a b") for name in ("fi_FI", "fr_FR", "fil_PH")}
    known = Hunspell("hunspell", files)
    assert [known.dictionaries(language) for language in ("fil", "fi", "fro")] == [["fil_PH"], ["fi_FI"], []]


def program(folder: Path, *, hangs_at: str = "--", then: str = "exec cat") -> Path:
    """Write a hunspell that says of every word that it is wrong, and hangs when it is called with one option."""
    folder.mkdir(exist_ok=True)
    written = folder / "hunspell"
    written.write_text(f'#!/bin/sh\ncase "$1" in {hangs_at}) exec tail -f /dev/null;; esac\n{then}\n')
    written.chmod(0o755)
    return written


def test_wrong_words_are_told_though_hunspell_does_not_come_to_an_end_with_what_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("composer.limited_process.CPU_SECONDS", 5)  # which must do for the one that does come to an end
    slow = Hunspell(str(program(tmp_path / "bin", hangs_at="-a")), {"en_GB": dictionary(tmp_path, "en_GB", "a b")})
    told = {one.message.partition(" ")[0]: one.hint for one in check(tmp_path, slow, "We recieve it")}
    assert told["“recieve”"] == "if it is right, add the word to words.txt"


DAMAGES = {
    "is empty": ("en_GB.dic", b""),
    "does not begin with the number of its words": ("en_GB.dic", bytes(range(256)) * 20),
    "is cut off: it says to have 49,000 words, and has 2": ("en_GB.dic", b"49000\nread\nthree\n"),
    "en_GB.dic cannot be read: No such file": ("en_GB.dic", None),
    "en_GB.aff cannot be read: No such file": ("en_GB.aff", None),
    "en_GB.aff is empty": ("en_GB.aff", b" \n"),
}


@needs_hunspell
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_dictionary_is_told_and_no_word_is_wrong_by_it(
    tmp_path: Path, hunspell: Hunspell, damage: str
) -> None:
    name, content = DAMAGES[damage]
    file = tmp_path / "dictionaries" / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    found = check(tmp_path, hunspell, "We read the color of a letter")
    first = found[0]
    assert (first.code, first.position.file.name) == ("spelling-unchecked", "newsletter.yaml")
    assert "the dictionary en_GB is damaged: " in first.message
    assert damage in first.message
    assert all(one.message.endswith("is not in the dictionary en_US") for one in found[1:])
    (tmp_path / "dictionaries" / "en_US.dic").write_bytes(b"")
    alone = check(tmp_path, hunspell_of(tmp_path), "We read the color of a letter")
    assert [one.code for one in alone] == ["spelling-unchecked"] * 2


def hunspell_of(folder: Path) -> Hunspell:
    """The program with the two English dictionaries of the test, looked at anew."""
    files = {name: folder / "dictionaries" / f"{name}.dic" for name in ("en_GB", "en_US")}
    return Hunspell(shutil.which("hunspell") or "", files)


def test_what_hunspell_complains_of_when_it_fails_is_told(tmp_path: Path) -> None:
    failing = program(tmp_path / "bin", then='echo "Can\'t open its files" >&2\nexit 3')
    (found,) = check(tmp_path, Hunspell(str(failing), {"en_GB": dictionary(tmp_path, "en_GB", "a b")}), "We recieve it")
    assert found.message == "the spelling of 'en' was not checked: hunspell failed (Can't open its files)"
    silent = program(tmp_path / "bin", then="exit 3")
    (found,) = check(tmp_path, Hunspell(str(silent), {"en_GB": dictionary(tmp_path, "en_GB", "a b")}), "We recieve it")
    assert found.message.endswith("hunspell failed (it ended with 3)")


def test_a_hunspell_that_does_not_answer_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("composer.limited_process.CPU_SECONDS", 0.2)
    monkeypatch.setenv("PATH", str(program(tmp_path / "bin", hangs_at="-D").parent), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    write_issue(tmp_path / "issues", issue_of("- block: text\n  body: We recieve it\n"), newsletter=ENGLISH)
    assert run("check", "--spelling") == 1
    assert "hunspell does not answer" in capsys.readouterr().err


def test_a_program_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composer.limited_process.CPU_SECONDS", 0.2)
    with pytest.raises(TookTooLong):
        run_program_limited([shutil.which("tail") or "tail", "-f", os.devnull], b"")
    assert run_program_limited(["/nowhere/hunspell"], b"").code == 127


@needs_hunspell
def test_the_command_checks_spelling_only_on_request(
    tmp_path: Path, hunspell: Hunspell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hunspell
    monkeypatch.chdir(tmp_path)
    write_issue(tmp_path / "issues", issue_of("- block: text\n  body: We recieve a letter\n"), newsletter=ENGLISH)
    assert run("check") == 0
    assert "recieve" not in capsys.readouterr().out
    assert run("check", "--spelling") == 0
    assert "“recieve” is not in the dictionary" in capsys.readouterr().out
