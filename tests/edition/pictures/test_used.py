"""Pictures of an edition: each made for the widest of its places, each with its size said."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from composer.edition import Edition
from composer.errors import EditionError
from tests.support.editions import build, read_as


def jpeg(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(data, "JPEG", quality=95)
    return data.getvalue()


def width_of(edition: Edition, name: str) -> int:
    (content,) = (asset.content for asset in edition.assets if asset.name == name)
    return Image.open(io.BytesIO(content)).width


IMAGE = "- block: image\n  picture: {file: a.jpg, alt: A}\n"


def test_a_photo_has_twice_the_pixels_of_its_widest_place(tmp_path: Path) -> None:
    edition = build(tmp_path, IMAGE, files={"a.jpg": jpeg(3000, 900)})
    (shown,) = re.findall(r'<img[^>]* src="[^"]*/a.jpg"[^>]*>', read_as(edition.html))
    width, height = (int(re.search(rf'\b{name}="(\d+)"', shown)[1]) for name in ("width", "height"))  # type: ignore[index]
    assert 2 * width <= width_of(edition, "a.jpg") <= 1400
    assert height == round(width * 900 / 3000)


def test_a_small_photo_stays_as_it_is(tmp_path: Path) -> None:
    assert width_of(build(tmp_path, IMAGE, files={"a.jpg": jpeg(300, 90)}), "a.jpg") == 300


@pytest.mark.parametrize("part", ["html", "print_html", "web_html"])
def test_every_picture_says_its_size(tmp_path: Path, part: str) -> None:
    blocks = IMAGE + "- block: text\n  body: Look ![at it](b.jpg) here.\n"
    edition = build(tmp_path, blocks, files={"a.jpg": jpeg(300, 90), "b.jpg": jpeg(2000, 1000)})
    tags = re.findall(r"<img\b[^>]*>", read_as(getattr(edition, part)))
    assert len(tags) >= 2
    for tag in tags:
        assert re.search(r'\bwidth="\d+"', tag), tag
        assert re.search(r'\bheight="\d+"', tag), tag
    (in_text,) = (tag for tag in tags if "b.jpg" in tag)
    width, height = (int(re.search(rf'\b{name}="(\d+)"', in_text)[1]) for name in ("width", "height"))  # type: ignore[index]
    assert width == 2 * height <= 700


def test_a_damaged_photo_is_told_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as raised:
        build(tmp_path, IMAGE, files={"a.jpg": jpeg(3000, 900)[:5000]})
    (problem,) = raised.value.problems
    assert problem.position.line == 6
    assert "damaged" in problem.message


def test_a_damaged_photo_is_told_wherever_it_is_named(tmp_path: Path) -> None:
    title = '- block: text\n  title: a.jpg\n  body: "a.jpg"\n'
    with pytest.raises(EditionError) as raised:
        build(tmp_path, IMAGE + title + IMAGE, files={"a.jpg": jpeg(3000, 900)[:5000]})
    assert [problem.position.line for problem in raised.value.problems] == [6, 11]


def test_a_film_s_picture_can_have_a_play_mark(tmp_path: Path) -> None:
    template = (
        '<mj-section><mj-column><mj-image src="{{ block.picture.file | play_badge(200) }}" alt="" width="200px" />'
        '<mj-image src="{{ block.picture.file | asset(100) }}" alt="" width="100px" /></mj-column></mj-section>'
    )
    page = {"blocks/image/block.html.j2": "<p></p>", "blocks/image/block.mjml.j2": template}
    edition = build(tmp_path, IMAGE, files={"a.jpg": jpeg(3000, 900)}, templates=page)
    assert {asset.name for asset in edition.assets} >= {"a.jpg", "a-play.jpg"}
    assert (width_of(edition, "a.jpg"), width_of(edition, "a-play.jpg")) == (200, 400)
    assert "/assets/a-play.jpg" in read_as(edition.html)


@pytest.mark.parametrize(
    ("newsletter", "issue", "chosen"),
    [("", "", "hosted"), ("pictures: embedded\n", "", "embedded"), ("pictures: embedded\n", "hosted", "hosted")],
)
def test_pictures_are_hosted_or_embedded_as_the_newsletter_or_the_issue_says(
    tmp_path: Path, newsletter: str, issue: str, chosen: str
) -> None:
    from tests.support.authoring import NEWSLETTER

    head = "subject: A\npreheader: B\ndate: 2020-03-31\n" + (f"pictures: {issue}\n" if issue else "")
    edition = build(tmp_path, IMAGE, head=head, newsletter=NEWSLETTER + newsletter, files={"a.jpg": jpeg(9, 9)})
    assert edition.pictures == chosen
