"""Checks that pictures have words for those who do not see them, and a weight that phones can carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from markdown_it.token import Token

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof, Rendered, Text
from composer.commonmark import markdown_parser
from composer.edition.pictures.imaging import measure
from composer.errors import Position
from composer.issue.blocks import ImageBlock, Picture, TextKind
from composer.issue.traverse import models_in
from composer.remembered import remembered

_HEAVY_BYTES = 500_000
_HEAVY_TOGETHER_BYTES = 2_500_000
_WIDE_PX = 2_000  # the column is 600 to 680 wide; sharp screens show twice, the largest thrice as many
_FILE_NAME = re.compile(
    r"[^.!?\n]{0,80}[^\s.!?]\.(?:jpe?g|png|gif|webp|svg|heic|avif|bmp|tiff?)"
    r"|(?:img|dsc[nf]?|pxl|mvimg|image|photo|picture)[-_ ]?[\d_-]*(?:-?wa\d+)?"
    r"|(?:pic|bild|foto|imagen|immagine|画像|写真)[-_ ]?\d[\d_-]*"
    r"|(?:screen ?shot|bildschirmfoto|capture d['’]écran|captura de pantalla|captura de ecrã|schermata|schermafbeelding"
    r"|skärmavbild|skjermbilde|skærmbillede|zrzut ekranu|ekran resmi|снимок экрана|スクリーンショット|屏幕截图|截屏"
    r"|whatsapp image|untitled|unbenannt|sans titre)[-_ ]?\d.{0,60}",
    re.IGNORECASE,
)
"""What files are called by people, cameras, telephones and programs."""
_MARKDOWN = markdown_parser()
_ALT_HINT = "say in a few words what the picture shows"


def check_alt(proof: Proof) -> Iterator[Finding]:
    """Every picture of the author has words, unless it is there for decoration alone."""
    # A picture that is all of a link is told of as a link without a name.
    pressed = {
        ("blocks", place, "picture")
        for place, block in enumerate(proof.content.blocks)
        if isinstance(block, ImageBlock) and block.url is not None and not block.picture.alt.strip()
    }
    for path, value in models_in(proof.content):
        if isinstance(value, Picture) and path not in pressed:
            place = proof.source.position((*path, "alt"))
            yield from _judge(value.alt, place, decoration=path[-1] == "picture" and len(path) > 3)
    for text in proof.texts:
        yield from _alt_in_markdown(text)


@remembered
def _tokens(text: str) -> Sequence[Token]:
    return tuple(_MARKDOWN.parse(text)) if "![" in text else ()


def _alt_in_markdown(text: Text) -> Iterator[Finding]:
    for child in _pictures_in(text):
        yield from _judge(child.content, text.position(_offset_of(child, text)))


def _pictures_in(text: Text) -> Iterator[Token]:
    for token in _tokens(text.value) if text.kind is TextKind.MARKDOWN else ():
        yield from (child for child in token.children or [] if child.type == "image")


def _offset_of(picture: Token, text: Text) -> int:
    return max(text.value.find(str(picture.attrs.get("src", ""))), 0)


def is_file_name(alt: str) -> bool:
    """Tell whether an alt text is what a file is called by people, cameras, telephones and programs."""
    return _FILE_NAME.fullmatch(alt.strip()) is not None


def _judge(alt: str, place: Position, *, decoration: bool = False) -> Iterator[Finding]:
    if not alt.strip() and not decoration:
        yield find("alt-missing", place, "the picture has no alt text", _ALT_HINT)
    elif is_file_name(alt):
        yield find("alt-filename", place, f"the alt text {alt!r} is the name of a file", _ALT_HINT)


def check_weight(rendered: Rendered) -> Iterator[Finding]:
    """Pictures load quickly, one by one and together; they are weighed as readers get them."""
    proof = rendered.proof
    assets = {asset.name: asset for asset in rendered.edition.assets}
    sizes: dict[str, int] = {}
    for file, place in _shown(proof):
        if file in sizes or file not in assets:
            continue
        content = assets[file].content
        size = sizes[file] = len(content)
        if size > _HEAVY_BYTES:
            hint = f"save a photograph as JPEG, a film with fewer frames; below {_kilobytes(_HEAVY_BYTES)} is good"
            yield find("image-heavy", place, f"{file!r} has {_kilobytes(size)}", hint)
        measured = measure(content)
        if measured.width > _WIDE_PX:
            words = f"{file!r} is {measured.width} × {measured.height} pixels large"
            yield find("image-large", place, words, "1,360 pixels across are enough for the sharpest phone")
    if sum(sizes.values()) > _HEAVY_TOGETHER_BYTES:
        words = f"the {len(sizes)} pictures of the issue have {_kilobytes(sum(sizes.values()))} together"
        hint = f"below {_kilobytes(_HEAVY_TOGETHER_BYTES)}, a mail opens quickly on the way"
        yield find("images-heavy", proof.source.key_position(("blocks",)), words, hint)


def _shown(proof: Proof) -> Iterator[tuple[str, Position]]:
    """Name the file of each picture with its place: in fields, in Markdown, and those of the publication."""
    for content, source in ((proof.content, proof.source), (proof.newsletter, proof.newsletter_source)):
        for path, value in models_in(content):
            if isinstance(value, Picture):
                yield value.file, source.position((*path, "file"))
    for text in proof.texts:
        for child in _pictures_in(text):
            yield unquote(str(child.attrs.get("src", ""))), text.position(_offset_of(child, text))


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f} kB"
