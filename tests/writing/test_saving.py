"""What is typed is on the disk once it is answered, and what others wrote is never lost."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from composer.errors import ChangedMeanwhile, EditRefused, FileRefused
from composer.writing.edits import SetText, edit_from_json
from composer.writing.files import read_file, replace_file
from composer.writing.open_issue import OpenIssue
from tests.support.hanging import wait_until

ISSUE = """\
subject: Spring   # short
preheader: A promise
date: 2020-03-31
blocks:
  # The greeting
  - block: text
    id: greeting
    body: Dear readers

  - block: article
    id: main
    title: Who feels safe?
    body: First.
"""
NEWSLETTER = "name: Letter\norganisation: House\nlanguages: [en, fr]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "issues" / "2020-03-spring"
    folder.mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)
    (folder / "issue.fr.yaml").write_text("subject: Printemps\n")
    (folder.parent / "newsletter.yaml").write_text(NEWSLETTER)
    return folder


def set_(*path: str | int, value: Any) -> Any:
    return edit_from_json({"edit": "set", "path": list(path), "value": value})


# --- Files


def test_a_file_keeps_who_may_read_it(folder: Path) -> None:
    file = folder / "issue.yaml"
    file.chmod(0o640)
    replace_file(file, b"a: b\n", folder=folder, expected=ISSUE.encode())
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"a: b\n", 0o640)
    assert sorted(path.name for path in folder.iterdir()) == ["issue.fr.yaml", "issue.yaml"]


def test_a_new_file_is_as_readable_as_any_other(folder: Path) -> None:
    (folder / "other").write_text("")
    replace_file(folder / "new", b"x", folder=folder, expected=None)
    assert (folder / "new").stat().st_mode == (folder / "other").stat().st_mode


def test_what_somebody_else_wrote_is_not_replaced(folder: Path) -> None:
    file = folder / "issue.yaml"
    for expected in (b"something else", None):
        with pytest.raises(ChangedMeanwhile) as caught:
            replace_file(file, b"mine", folder=folder, expected=expected)
        assert caught.value.found == ISSUE.encode()
    file.unlink()
    with pytest.raises(ChangedMeanwhile) as caught:
        replace_file(file, b"mine", folder=folder, expected=ISSUE.encode())
    assert caught.value.found is None
    assert sorted(path.name for path in folder.iterdir()) == ["issue.fr.yaml"]


def test_links_are_followed_inside_the_folder_and_refused_outside(folder: Path, tmp_path: Path) -> None:
    (folder / "real.yaml").write_bytes(b"a")
    (folder / "link.yaml").symlink_to("real.yaml")
    replace_file(folder / "link.yaml", b"b", folder=folder, expected=b"a")
    assert (folder / "link.yaml").is_symlink()
    assert (folder / "real.yaml").read_bytes() == b"b"
    secret = tmp_path / ".env"
    secret.write_text("KEY=1")
    (folder / "out.yaml").symlink_to(secret)
    (folder / "away").symlink_to(tmp_path)
    for name in ("out.yaml", "away/.env", "../../.env"):
        with pytest.raises(FileRefused):
            read_file(folder / name, folder=folder)
        with pytest.raises(FileRefused):
            replace_file(folder / name, b"x", folder=folder, expected=b"KEY=1")
    assert secret.read_text() == "KEY=1"


def test_what_is_no_file_or_too_large_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "inner").mkdir()
    for name in ("pipe", "inner"):
        with pytest.raises(FileRefused, match="not a file"):
            read_file(folder / name, folder=folder)
    with pytest.raises(FileRefused, match="more than 3 bytes"):
        read_file(folder / "issue.yaml", folder=folder, max_bytes=3)


def test_a_disk_that_is_full_keeps_nothing_of_what_could_not_be_written(folder: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(FileRefused, match="cannot be written"):
            replace_file(folder / "issue.yaml", b"x" * 5000, folder=folder, expected=ISSUE.encode())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sorted(path.name for path in folder.iterdir()) == ["issue.fr.yaml", "issue.yaml"]
    assert (folder / "issue.yaml").read_text() == ISSUE


# --- An open issue


def test_an_edit_is_on_the_disk_when_it_is_answered(folder: Path) -> None:
    issue = OpenIssue(folder)
    issue.edit("issue.yaml", set_("subject", value="Summer"))
    assert (folder / "issue.yaml").read_text() == ISSUE.replace("Spring", "Summer")
    issue.edit("newsletter.yaml", set_("tagline", value="Words"))
    assert (folder.parent / "newsletter.yaml").read_text() == NEWSLETTER.replace("Letter\n", "Letter\ntagline: Words\n")
    issue.edit("issue.fr.yaml", set_("subject", value="Été"))
    assert issue.undo() == "issue.fr.yaml"
    assert issue.undo() == "newsletter.yaml"
    assert issue.undo() == "issue.yaml"
    assert (folder / "issue.yaml").read_text() == ISSUE
    assert (folder.parent / "newsletter.yaml").read_text() == NEWSLETTER
    assert issue.redo() == "issue.yaml"
    shown = issue.as_json()
    assert [file["name"] for file in shown["files"]] == ["issue.yaml", "issue.fr.yaml", "newsletter.yaml"]
    assert shown["history"] == {"undo": "set: subject", "redo": "set: tagline"}
    with pytest.raises(EditRefused, match=r"no file 'x'; it has issue\.yaml"):
        issue.document("x")


def test_an_editor_that_saves_meanwhile_and_the_studio_both_keep_their_changes(folder: Path) -> None:
    issue, file = OpenIssue(folder), folder / "issue.yaml"
    issue.edit("issue.yaml", set_("blocks", 0, "body", value="Dear all"))
    file.write_text(file.read_text().replace("First.", "In the editor.").replace("# short", "# very short"))
    issue.edit("issue.yaml", set_("blocks", 1, "title", value="In the studio"))
    text = file.read_text()
    assert "In the editor." in text
    assert "# very short" in text
    assert "In the studio" in text
    assert issue.document("issue.yaml").text == text
    issue.undo()
    issue.undo()
    assert file.read_text() == ISSUE.replace("First.", "In the editor.").replace("# short", "# very short")


def test_what_others_saved_is_taken_in(folder: Path) -> None:
    issue, file = OpenIssue(folder), folder / "issue.yaml"
    assert not issue.look_again()
    file.write_text(ISSUE.replace("Spring", "Theirs"))
    (folder / "issue.de.yaml").write_text("subject: Frühling\n")
    (folder / "issue.fr.yaml").unlink()
    assert issue.look_again()
    assert issue.document("issue.yaml").values["subject"] == "Theirs"
    assert [file["name"] for file in issue.as_json()["files"]] == ["issue.yaml", "newsletter.yaml", "issue.de.yaml"]


def test_an_edit_of_what_a_tab_still_shows_goes_to_the_block_that_it_saw(folder: Path) -> None:
    issue = OpenIssue(folder)
    seen = issue.document("issue.yaml").version
    issue.edit("issue.yaml", edit_from_json({"edit": "move", "path": ["blocks", 1], "to": 0}))
    after = issue.edit("issue.yaml", set_("blocks", 0, "body", value="Dear all"), version=seen)
    assert [block["body"] for block in after.values["blocks"]] == ["First.", "Dear all"]
    with pytest.raises(EditRefused, match=r"blocks, entry 1, body of issue\.yaml has been changed elsewhere"):
        issue.edit("issue.yaml", set_("blocks", 0, "body", value="Dear you"), version=seen)
    with pytest.raises(EditRefused, match="load it again"):
        issue.edit("issue.yaml", set_("subject", value="x"), version="0" * 32)


def test_several_edits_of_what_a_tab_still_shows_are_all_made_in_what_it_saw(folder: Path) -> None:
    issue, file = OpenIssue(folder), folder / "issue.yaml"
    seen = issue.document("issue.yaml").version
    file.write_text(ISSUE.replace("  # The greeting", "  - block: divider\n\n  # The greeting"))
    issue.look_again()
    edits = [set_("blocks", 0, "body", value="Dear all"), set_("blocks", 1, "body", value="Second.")]
    after = issue.edit("issue.yaml", *edits, version=seen)
    assert [block.get("body") for block in after.values["blocks"]] == [None, "Dear all", "Second."]
    assert issue.undo() == "issue.yaml"
    assert issue.history.as_json()["undo"] is None
    edits = [set_("subject", value="Summer"), set_("blocks", 1, "body", value="Dear nobody")]
    issue.edit("issue.yaml", set_("blocks", 1, "body", value="Dear everybody"))
    with pytest.raises(EditRefused, match="changed elsewhere"):
        issue.edit("issue.yaml", *edits, version=after.version)
    assert "Summer" not in file.read_text()


def test_who_waits_with_an_undo_takes_back_what_was_done_meanwhile(folder: Path) -> None:
    issue, file = OpenIssue(folder), folder / "issue.yaml"
    issue.edit("issue.yaml", set_("subject", value="Summer"), words="first")
    edit = set_("blocks", 0, "body", value="Dear all")
    editing = threading.Thread(target=issue.edit, args=["issue.yaml", edit], kwargs={"words": "second"})
    undoing = threading.Thread(target=issue.undo)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # as another program does that saves here
        editing.start()
        wait_until(lambda: is_in(editing, "_alone_in"))
        undoing.start()
        wait_until(lambda: is_in(undoing, "_step"))
        file.write_text("# theirs\n" + file.read_text())
    finally:
        os.close(held)
        for thread in (editing, undoing):
            thread.join()
    assert issue.history.as_json() == {"undo": "first", "redo": "second"}
    assert file.read_text() == "# theirs\n" + ISSUE.replace("Spring", "Summer")


def is_in(thread: threading.Thread, function: str) -> bool:
    """Tell whether a thread is in a function at this moment, and in none that it calls."""
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_code.co_name == function


def test_what_is_in_conflict_in_a_long_issue_is_found_again(folder: Path) -> None:
    file = folder / "issue.yaml"
    file.write_text(ISSUE.replace("First.", "x" * 3_000_000))
    issue = OpenIssue(folder)
    file.write_text(file.read_text().replace("Spring", "Theirs"))
    issue.edit("issue.yaml", set_("subject", value="Mine"))
    assert OpenIssue(folder).as_json()["conflicts"].keys() == {"issue.yaml"}


def test_a_conflict_keeps_both_sides_over_a_crash_until_it_is_settled(folder: Path) -> None:
    issue, file = OpenIssue(folder), folder / "issue.yaml"
    file.write_text(ISSUE.replace("Spring", "Theirs"))
    issue.edit("issue.yaml", set_("subject", value="Mine"))
    issue.edit("issue.yaml", set_("blocks", 1, "body", value="More"))
    expected = [{"path": ["subject"], "base": "Spring", "mine": "Mine", "theirs": "Theirs"}]
    assert issue.as_json()["conflicts"]["issue.yaml"] == expected
    assert file.read_text() == ISSUE.replace("Spring", "Theirs")
    again = OpenIssue(folder)  # as after a crash
    assert again.as_json()["conflicts"]["issue.yaml"] == expected
    again.settle("issue.yaml", {("subject",): "mine"})
    assert file.read_text() == ISSUE.replace("Spring", "Mine").replace("First.", "More")
    assert again.as_json()["conflicts"] == {}
    assert sorted(path.name for path in folder.iterdir()) == ["issue.fr.yaml", "issue.yaml"]
    assert OpenIssue(folder).as_json()["conflicts"] == {}


def test_a_file_that_somebody_deleted_is_written_again_when_it_is_typed_into(folder: Path) -> None:
    issue = OpenIssue(folder)
    (folder / "issue.yaml").unlink()
    issue.edit("issue.yaml", set_("subject", value="Summer"))
    assert (folder / "issue.yaml").read_text() == ISSUE.replace("Spring", "Summer")


def test_the_steps_of_a_file_that_has_gone_stand_in_nobodys_way(folder: Path) -> None:
    issue = OpenIssue(folder)
    issue.edit("issue.yaml", set_("subject", value="Summer"), words="subject")
    issue.edit("issue.fr.yaml", set_("subject", value="Été"), words="sujet")
    issue.edit("issue.fr.yaml", set_("preheader", value="Une promesse"), words="promesse")
    issue.undo()
    (folder / "issue.fr.yaml").unlink()
    assert issue.look_again()
    assert issue.history.as_json() == {"undo": "subject", "redo": None}
    assert issue.undo() == "issue.yaml"
    assert (folder / "issue.yaml").read_text() == ISSUE
    assert not (folder / "issue.fr.yaml").exists()


def test_a_disk_that_takes_nothing_leaves_everything_as_it_was(folder: Path) -> None:
    issue = OpenIssue(folder)
    (folder / "issue.yaml").unlink()
    (folder / "issue.yaml").mkdir()
    (folder / "issue.yaml" / "x").touch()
    with pytest.raises(FileRefused):
        issue.edit("issue.yaml", set_("subject", value="Summer"))
    assert issue.as_json()["history"]["undo"] is None
    assert issue.document("issue.yaml").values["subject"] == "Spring"


def test_a_text_that_could_not_be_read_again_is_refused(folder: Path) -> None:
    issue = OpenIssue(folder)
    with pytest.raises(FileRefused, match=r"issue\.yaml would have 6,000,000 bytes; at most 5,000,000 can be read"):
        issue.edit("issue.yaml", SetText(text=ISSUE.ljust(6_000_000, "\n")))
    assert (folder / "issue.yaml").read_text() == ISSUE
    assert not issue.look_again()
    assert issue.document("issue.yaml").text == ISSUE


def test_several_writers_at_once_lose_nothing(folder: Path) -> None:
    """Each sets fields of its own, through an open issue of its own, as processes would."""
    texts = "".join(f"  - block: text\n    id: b{number}\n    body: nothing\n" for number in range(4))
    (folder / "issue.yaml").write_text(f"subject: S\npreheader: P\ndate: 2020-03-31\nblocks:\n{texts}")
    faults: list[BaseException] = []

    def write(number: int) -> None:
        try:
            issue = OpenIssue(folder)
            for count in range(15):
                issue.look_again()
                issue.edit("issue.yaml", set_("blocks", number, "body", value=f"writer {number}, {count}"))
                issue.edit("issue.yaml", set_("blocks", number, f"key{count}", value=str(count)))
        except BaseException as fault:  # told below
            faults.append(fault)

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    blocks = OpenIssue(folder).document("issue.yaml").values["blocks"]
    expected = {f"key{count}": str(count) for count in range(15)}
    for number, block in enumerate(blocks):
        assert block == {"block": "text", "id": f"b{number}", "body": f"writer {number}, 14"} | expected


WRITER = """
import sys
from pathlib import Path
from composer.writing.edits import edit_from_json
from composer.writing.open_issue import OpenIssue

issue = OpenIssue(Path(sys.argv[1]))
for count in range(10**6):
    value = f"typed {count} " + "x" * (count % 5000)
    issue.edit("issue.yaml", edit_from_json({"edit": "set", "path": ["blocks", 0, "body"], "value": value}))
    print(count, flush=True)
"""


@pytest.mark.parametrize("answers", [1, 20, 57])
def test_a_crash_loses_nothing_that_was_answered(folder: Path, answers: int) -> None:
    program = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = [int(writer.stdout.readline()) for _ in range(answers)][-1]
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split("\n")
    last = max([last, *(int(line) for line in rest[:-1])])
    body = OpenIssue(folder).document("issue.yaml").values["blocks"][0]["body"]
    assert int(body.split()[1]) in (last, last + 1)
    assert len(body.split()[-1]) in (last % 5000, (last + 1) % 5000) or last == 0
