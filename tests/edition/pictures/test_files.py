"""Pictures: measured without a library, and refused when they are not what mails can show."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from composer.edition.pictures.files import PictureError, read_picture


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


def test_a_missing_picture_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "tower.png").write_bytes(b"x")
    with pytest.raises(PictureError) as raised:
        read_picture(tmp_path, "towr.png")
    assert raised.value.hint == "did you mean 'tower.png'?"
