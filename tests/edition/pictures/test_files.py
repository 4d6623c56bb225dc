"""Pictures: measured without a library, and refused when they are not what mails can show."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from composer.edition.pictures.files import PictureError, find_picture, read_picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("progressive", [False, True])
def test_the_size_is_read_from_the_file(tmp_path: Path, kind: str, progressive: bool) -> None:
    data = io.BytesIO()
    Image.new("RGB", (61, 17)).save(data, kind, progressive=progressive, comment=b"\xff\xd8" * 9)
    (tmp_path / "a").write_bytes(data.getvalue())
    picture = read_picture(tmp_path, "a")
    assert (picture.width, picture.height, picture.asset.media_type) == (61, 17, f"image/{kind.lower()}")
    assert picture.asset.content == data.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\0", b"GIF89a\0\0\0\0", b"\xff\xd8" + b"\xff" * 40],
)  # fmt: skip
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match="not a picture"):
        read_picture(tmp_path, "a.png")


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "a\\b.png", "link.png", "x/../../secret.png"])
def test_a_picture_outside_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "issue"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(PictureError, match="outside"):
        read_picture(folder, name)


def test_of_files_elsewhere_nothing_is_told_not_even_whether_they_are_there(tmp_path: Path) -> None:
    own, theme = tmp_path / "own", tmp_path / "theme"
    for folder in (own, theme):
        folder.mkdir()
    (tmp_path / "there.png").write_bytes(b"x")
    (theme / "there.png").symlink_to(tmp_path / "there.png")
    (theme / "gone.png").symlink_to(tmp_path / "gone.png")
    told = []
    for name in ("{}", f"{tmp_path}/{{}}", "../{}"):
        for which in ("there.png", "gone.png"):
            file = name.format(which)
            with pytest.raises(PictureError) as refused:
                read_picture(find_picture((own, theme), file), file)
            told.append(str(refused.value).replace(which, "it"))
        assert told[-1] == told[-2]
    assert find_picture((own, theme), "x" * 5000 + ".png") == own


def test_a_missing_picture_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "tower.png").write_bytes(b"x")
    with pytest.raises(PictureError) as raised:
        read_picture(tmp_path, "towr.png")
    assert raised.value.hint == "did you mean 'tower.png'?"
