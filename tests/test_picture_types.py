"""The types of pictures are what the library that draws them, and the browsers that show them, call so."""

import io
import mimetypes

import pytest
from PIL import Image

from composer.picture_types import BROWSER_MEDIA_TYPES, MAIL_PICTURES, PictureType, type_by_content, type_by_suffix


@pytest.mark.parametrize("kind", MAIL_PICTURES, ids=lambda kind: kind.name)
def test_a_picture_is_known_by_its_bytes_and_by_its_name(kind: PictureType) -> None:
    file = io.BytesIO()
    Image.new("L", (2, 2)).save(file, kind.name)
    assert type_by_content(file.getvalue()) == kind
    for suffix in kind.suffixes:
        assert type_by_suffix(suffix.upper()) == kind
        assert mimetypes.guess_type(f"a{suffix}")[0] == kind.media_type


def test_what_can_run_scripts_is_no_picture_here() -> None:
    assert type_by_content(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert type_by_suffix(".svg") is None
    assert "image/svg+xml" not in BROWSER_MEDIA_TYPES
