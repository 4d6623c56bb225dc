"""Checks that no words of a mail are in its pictures alone, as far as that can be known without reading pictures.

A picture of words is nothing to who listens, to a program that shows no pictures until it is asked (Outlook, Gmail for
strangers' mail), and to a spam filter; on a phone its letters are too small, in the dark they glare. Source: WCAG 2.2,
1.1.1 (words for pictures) and 1.4.5 (images of text). What is known of a picture is its file's name, its alt text, and
which words stand around it. Told are three things that none of these excuses:

- an alt text that says what sort of thing it is and not what it shows: "banner", "Bild 3";
- a picture whose file says that it is made of words (a poster, an invitation, a screenshot), beside which there are
  none, with an alt text too short to have them;
- an issue of large pictures with next to no words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from markdown_it.token import Token

from composer.checks.finding import Finding, find
from composer.checks.pictures import is_file_name
from composer.checks.proof import MERGE_FIELD, Proof, Rendered, Text
from composer.commonmark import markdown_parser
from composer.edition.pictures.imaging import measure
from composer.emphasis import WITHOUT_BLANKS
from composer.issue.blocks import GalleryBlock, ImageBlock, Picture, TextKind
from composer.issue.source import KeyPath
from composer.issue.traverse import models_in
from composer.remembered import remembered

_SORT_NAMES = (
    "image picture photo photograph photography pic graphic illustration banner header visual logo icon poster flyer "
    "screenshot thumbnail img foto fotografie fotografía bild abbildung grafik plakat aushang symbol titelbild "
    "affiche bannière photographie visuel capture imagen cartel folleto ilustración immagine locandina volantino "
    "illustrazione afbeelding plaatje imagem cartaz ilustração resim görsel fotoğraf afiş obraz obrazek zdjęcie plakát "
    "obrázek kép изображение картинка фото фотография баннер плакат афиша εικόνα φωτογραφία صورة תמונה 写真 画像 図 "
    "バナー ポスター 图片 照片 圖片 海报 사진 그림 이미지 포스터"
)
"""Words that name a sort of picture and nothing that is in it."""
_LITTLE_WORDS = (
    "a an the of our this my la le une un de des du notre eine ein der die das unser unsere el los una lo il l een "
    "het o do da bir no nr"
)
_SORTS, _AROUND = frozenset(_SORT_NAMES.split()), frozenset(_LITTLE_WORDS.split())
_VERSION = r"(?:[\W_]*(?:v?[0-9]|final|web|mail|en|fr|de|es|it|pt|nl|tr|ar|ja))*[\W_]*"
_MADE_OF_WORDS = re.compile(
    rf"(?:.*[\W_\d])?(?:poster|flyer|leaflet|invitation|invite|save.?the.?date|screen.?shot|infographic|programme|program"
    rf"|agenda|timetable|schedule|plakat|einladung|bildschirmfoto|flugblatt|programm|uitnodiging|davetiye|afi[sş]){_VERSION}"
    r"|(?:affiche|dépliant|depliant|carton.?d.?invitation|capture.?d.?[ée]cran|cartel|folleto|invitaci[oó]n|locandina"
    r"|volantino|invito|cartaz|convite|zaproszenie|pozv[aá]nka)(?:[\W_\d].*)?",
    re.IGNORECASE,
)
"""Names that people give to files of pictures made of words: what it is stands last (``spring-poster-2``), or, in
languages where nouns come first, first (``affiche-printemps``). A ``poster-session`` is none."""
_ENOUGH_FOR_A_POSTER = 6
_ENOUGH_FOR_AN_ISSUE = 20
_LARGE_PX = 300, 200
"""Width and height in which a picture may hold what a mail has to say."""
_LETTERS = re.compile(rf"[{WITHOUT_BLANKS}]{{1,2}}|[^\W_{WITHOUT_BLANKS}]+(?:['’][^\W_]+)*")
_MARKDOWN = markdown_parser()
_HINT = "write in the alt text what the picture shows; a poster's: what it says, when, and where"


def check_sorts(proof: Proof) -> Iterator[Finding]:
    """An alt text says what is to be seen, and not only that there is a picture."""
    for text, alt, at in _alts(proof):
        if _names_a_sort(alt) and not is_file_name(alt):
            message = f"the alt text {alt.strip()!r} says only that there is one"
            yield find("alt-vague", text.position(at), message, _HINT)


@remembered
def _names_a_sort(alt: str) -> bool:
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", alt)]
    telling = [word for word in words if word not in _AROUND]
    return bool(telling) and all(word in _SORTS for word in telling)


def _alts(proof: Proof) -> Iterator[tuple[Text, str, int]]:
    """Give each alt text that is written, the text that it stands in, and where in it."""
    for path, value in models_in(proof.content):
        if isinstance(value, Picture):
            yield Text((*path, "alt"), value.alt, proof.source), value.alt, 0
    for text in proof.texts:
        if text.kind is TextKind.MARKDOWN:
            after = 0
            for alt in _alts_in(text.value):
                after = max(text.value.find(f"![{alt}", after) + 2, after)
                yield text, alt, after


@remembered
def _alts_in(text: str) -> Sequence[str]:
    tokens: list[Token] = _MARKDOWN.parse(text) if "![" in text else []
    return tuple(child.content for token in tokens for child in token.children or [] if child.type == "image")


def check_posters(proof: Proof) -> Iterator[Finding]:
    """What a picture of words says is said in its alt text or below it as well."""
    for path, picture in models_in(proof.content):
        if not isinstance(picture, Picture) or not _stands_alone(proof, path):
            continue
        said = _count(picture.alt) + _count(picture.caption or "")
        is_poster = _MADE_OF_WORDS.fullmatch(PurePosixPath(picture.file).stem) is not None
        if is_poster and picture.alt.strip() and not _names_a_sort(picture.alt) and said < _ENOUGH_FOR_A_POSTER:
            message = f"by its name {picture.file!r} is a picture of words, and its alt text has {_counted(said)}"
            yield find("picture-words", proof.source.position((*path, "alt")), message, _HINT)


def _stands_alone(proof: Proof, path: KeyPath) -> bool:
    return len(path) > 1 and isinstance(proof.content.blocks[int(path[1])], ImageBlock | GalleryBlock)


def check_share_of_words(rendered: Rendered) -> Iterator[Finding]:
    """An issue is more than its pictures: without them, one still knows what it is about."""
    proof = rendered.proof
    assets = {asset.name: asset.content for asset in rendered.edition.assets}
    sized = (
        (path, measure(assets[value.file]))
        for path, value in models_in(proof.content)
        if isinstance(value, Picture) and value.file in assets
    )
    large = [path for path, size in sized if size.width >= _LARGE_PX[0] and size.height >= _LARGE_PX[1]]
    said = sum(_count(text.value) for text in proof.prose if text.path[0] == "blocks")
    if large and said < _ENOUGH_FOR_AN_ISSUE:
        many = "the picture" if len(large) == 1 else f"the {len(large)} pictures"
        message = f"beside {many}, the issue has {_counted(said)}, alt texts and captions among them"
        hint = "say in a text what it is about: many programs show pictures only when they are asked to"
        yield find("picture-words", proof.source.position((*large[0], "alt")), message, hint)


@remembered
def _count(text: str) -> int:
    """Count words; of scripts without blanks, two signs are one."""
    return len(_LETTERS.findall(MERGE_FIELD.sub(" ", text)))


def _counted(words: int) -> str:
    return "no word" if not words else f"{words} word{'s' * (words != 1)}"
