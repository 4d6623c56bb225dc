"""``newsletter import``: what is taken from a newsletter of another program, and what is left out by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.cli.main import main
from composer.compose import check_folder
from composer.issue import Content, load_issue
from tests.support.projects import ProjectFolder, png

MAIL = (Path(__file__).parents[2] / "support" / "letter.html").read_bytes()


@pytest.fixture(autouse=True)
def _in_the_project(project_folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_folder.root)


def run(file: str, *options: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(["import", file, *options])
    code = exit_.value.code
    assert isinstance(code, int)
    return code


def imported(text: str | bytes, name: str = "letter.html") -> Content:
    """The issue that a file of this text becomes."""
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert run(name, "--slug", "old") == 0
    return load_issue(Path("issues/old")).contents["en"]


@pytest.fixture
def mail(project_folder: ProjectFolder, capsys: pytest.CaptureFixture[str]) -> Content:
    """A mail of tables, as it was sent by another program."""
    images = project_folder.root / "images"
    images.mkdir()
    for name in ("logo.png", "bridge.png"):
        (images / name).write_bytes(png(300, 100))
    (images / "photo.webp").write_bytes(b"RIFF")
    return imported(MAIL)


def test_everything_that_is_left_out_is_named(mail: Content, capsys: pytest.CaptureFixture[str]) -> None:
    told = capsys.readouterr().out
    assert "issue.md: 3 articles, 2 pictures" in told
    for words in (
        "a line of the frame: View this email in your browser",
        "the footer: Harbour Association, 1 Quay Unsubscribe",
        "the footer: © 2020 All rights",
        "an icon: Facebook, which led to https://facebook.com/h",
        "a picture of a pixel or two, which counts readers or makes space: https://t.example.org/open.gif",
        "a picture that is not on this machine; save it in the issue's folder: https://cdn.example.org/stall.jpg",
        "a picture that mail programs do not show, save it as PNG or JPEG: images/photo.webp",
    ):
        assert words in told


def test_what_is_still_to_be_written_is_found_by_the_checks(mail: Content, project_folder: ProjectFolder) -> None:
    checked = check_folder(Path("issues/old"), templates=project_folder.project.templates)
    assert checked.editions
    assert [found.message for found in checked.findings if found.code == "text-todo"] == [
        "'TODO: what the picture shows' is still to be written",
        "'TODO: two to four sentences' is still to be written",
    ]
    assert [found.message for found in checked.findings if found.code == "text-placeholder"] == [
        f"the import found no picture {picture!r}"
        for picture in ("https://cdn.example.org/stall.jpg A stall", "images/photo.webp x")
    ]


def test_the_folder_is_named_after_the_file() -> None:
    Path("My Old Letter.html").write_text("<p>Hello</p>")
    assert run("My Old Letter.html") == 0
    (folder,) = Path("issues").glob("*-my-old-letter")
    assert load_issue(folder)


@pytest.mark.parametrize(
    ("name", "data"),
    [("none.html", None), ("empty.html", b""), ("bad.md", b"\xff\xfe\x00"), ("deep.html", b"<div>" * 300)],
)
def test_a_file_that_cannot_be_read_is_told_in_words(
    capsys: pytest.CaptureFixture[str], name: str, data: bytes | None
) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    assert run(name, "--slug", "old") == 1
    assert "Traceback" not in capsys.readouterr().err
    assert not Path("issues/old").exists()
