"""Shipped templates come into a project, and are told when the shipped ones have gone on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path, PurePosixPath

import pytest

from composer import shipped
from composer.errors import NewsletterError
from composer.output.template_copies import RECORD, OutdatedTemplate, copy_templates, outdated_templates


@pytest.fixture
def new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped templates, in a place where the next version can change them."""
    folder = tmp_path / "shipped"
    shutil.copytree(shipped.TEMPLATES, folder)
    monkeypatch.setattr(shipped, "TEMPLATES", folder)
    return folder


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("article", "blocks/article/block.mjml.j2"),
        ("poster", "themes/poster/theme.yaml"),
        ("css/head.css", "css/head.css"),
        ("templates/partials/", "partials/head.j2"),
    ],
)
def test_a_block_a_theme_a_file_or_a_folder_is_copied_as_it_is_shipped(tmp_path: Path, name: str, some: str) -> None:
    done = copy_templates(name, into=tmp_path)
    assert PurePosixPath(some) in done.copied
    for path in done.copied:
        assert (tmp_path / path).read_bytes() == (shipped.TEMPLATES / path).read_bytes()
    assert outdated_templates(tmp_path) == ()


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    copy_templates("article", into=tmp_path)
    own = tmp_path / "blocks/article/block.mjml.j2"
    own.write_text("mine", encoding="utf-8")
    again = copy_templates("article", into=tmp_path)
    assert (again.copied, own.read_text(encoding="utf-8")) == ((), "mine")
    assert outdated_templates(tmp_path) == ()


@pytest.mark.parametrize("name", ["artcle", "../issues", "/etc/passwd", "", "css/nothing.css", "."])
def test_what_is_not_shipped_is_told_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(NewsletterError, match="shipped template"):
        copy_templates(name, into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_slip_is_answered_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="did you mean 'article'"):
        copy_templates("artcle", into=tmp_path)


def test_nothing_is_written_through_a_link_out_of_the_templates(tmp_path: Path) -> None:
    elsewhere, own = tmp_path / "elsewhere", tmp_path / "own"
    elsewhere.mkdir()
    own.mkdir()
    (own / "blocks").symlink_to(elsewhere)
    with pytest.raises(NewsletterError, match="link"):
        copy_templates("article", into=own)
    assert list(elsewhere.iterdir()) == []


def test_a_copy_is_outdated_once_the_shipped_one_has_changed_or_gone(tmp_path: Path, new_version: Path) -> None:
    own = tmp_path / "own"
    copy_templates("article", into=own)
    version = json.loads((own / RECORD).read_text(encoding="utf-8"))["blocks/article/block.mjml.j2"]["version"]
    (own / "blocks/article/block.txt.j2").write_text("mine", encoding="utf-8")
    assert outdated_templates(own) == ()
    changed, gone = "blocks/article/block.mjml.j2", "blocks/article/block.txt.j2"
    (new_version / changed).write_text("new", encoding="utf-8")
    (new_version / gone).unlink()
    expected = (
        OutdatedTemplate(PurePosixPath(changed), version, is_gone=False),
        OutdatedTemplate(PurePosixPath(gone), version, is_gone=True),
    )
    assert outdated_templates(own) == expected
    (own / changed).write_text("new", encoding="utf-8")
    (own / gone).unlink()
    assert outdated_templates(own) == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', "\x00"])
def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text, encoding="utf-8")
    with pytest.raises(NewsletterError, match="cannot be read"):
        outdated_templates(tmp_path)
