"""An edition as files: complete, reproducible, whole or not there, and never over somebody's work."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from pathlib import Path

import pytest

from composer.compose import check_folder
from composer.edition.model import Edition
from composer.edition.weight import html_bytes
from composer.errors import NewsletterError
from composer.output.bundle import sample_message, write_bundle
from composer.output.sample_readers import Reader, sample_readers
from tests.support.projects import ProjectFolder

READER = sample_readers("en", {})[0]


@pytest.fixture
def edition(project_folder: ProjectFolder) -> Edition:
    return check_folder(project_folder.issue_file.parent, templates=project_folder.project.templates).editions["en"]


def write(edition: Edition, folder: Path, reader: Reader = READER) -> Path:
    return write_bundle(edition, folder, reader=reader, timezone="Europe/Paris").folder


def test_the_page_opens_from_the_disk_with_its_pictures_beside_it(edition: Edition, tmp_path: Path) -> None:
    folder = write(edition, tmp_path / "out" / "en")
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "index.html", "message.html", "message.txt", "message.eml", "print.html", "assets/bridge.png",
    }  # fmt: skip
    for name in ("index.html", "message.html", "print.html"):
        sources = re.findall(r'src="([^"]+)"', (folder / name).read_text())
        assert sources
        assert all((folder / source).is_file() for source in sources)


def test_the_mail_is_the_readers_and_the_page_is_everybodys(edition: Edition, tmp_path: Path) -> None:
    folder = write(edition, tmp_path / "en")
    mail, page = ((folder / name).read_text() for name in ("message.html", "index.html"))
    assert "Dear Ana," in mail
    assert "Dear reader," in page
    assert "Ana" not in page
    assert "/u/" not in page


def test_the_size_of_the_mail_is_the_one_that_the_checks_judge(edition: Edition, tmp_path: Path) -> None:
    built = write_bundle(edition, tmp_path / "en", reader=READER, timezone="Europe/Paris")
    assert built.html_bytes == html_bytes(edition.html) != (built.folder / "message.html").stat().st_size


def test_the_message_is_a_real_one_to_nobody(edition: Edition) -> None:
    data = sample_message(edition, READER, timezone="Europe/Paris")
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["To"].addresses[0].addr_spec == "ana.petrescu@example.org"
    assert message["Subject"] == "News for Ana"
    assert message["Date"].datetime.isoformat() == "2026-12-01T09:00:00+01:00"
    assert message["List-Unsubscribe"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_other_subjects_of_a_test_are_messages_beside_it(edition: Edition, tmp_path: Path) -> None:
    others = {"B": replace(edition, subject=("Another subject",))}
    write_bundle(edition, tmp_path / "en", reader=READER, timezone="UTC", others=others)
    subjects = [
        email.message_from_bytes((tmp_path / "en" / name).read_bytes(), policy=email.policy.default)["Subject"]
        for name in ("message.eml", "message-B.eml")
    ]
    assert subjects == ["News for Ana", "Another subject"]


def test_the_same_issue_gives_the_same_bytes(edition: Edition, tmp_path: Path) -> None:
    one, two = write(edition, tmp_path / "one"), write(edition, tmp_path / "two")
    for path in one.rglob("*.*"):
        assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_an_earlier_build_is_replaced_whole(edition: Edition, tmp_path: Path) -> None:
    folder = write(edition, tmp_path / "en")
    (folder / "assets" / "gone.png").write_bytes(b"from before")
    write(edition, folder)
    assert not (folder / "assets" / "gone.png").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["notes.txt", "index.html"])
def test_somebody_elses_folder_is_left_alone(edition: Edition, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / name).write_text("precious")
    with pytest.raises(NewsletterError, match="left alone"):
        write(edition, folder)
    assert (folder / name).read_text() == "precious"


def test_a_message_that_cannot_be_written_leaves_the_old_build(edition: Edition, tmp_path: Path) -> None:
    folder = write(edition, tmp_path / "en")
    before = (folder / "message.eml").read_bytes()
    nobody = Reader("x", "x", {"email": "not an address"})
    with pytest.raises(NewsletterError):
        write(edition, folder, nobody)
    assert (folder / "message.eml").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "issues") == ["en", "templates"]
