"""The pieces of a foreign newsletter are made into ``issue.md`` and its pictures.

The highest headlines that there are several of begin articles (``##``); one alone above them is the title. What is
missing and an issue must have is written as TODO, which ``newsletter check`` finds: nothing is made up. The footer
and links to a web version are left out (``frame.py``), since every issue here gets its own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from composer.checks.stand_ins import PICTURE_WAS_HERE, to_do
from composer.importer.frame import without_frame
from composer.importer.inline import is_address, one_line, target
from composer.importer.pictures import Pictures
from composer.importer.pieces import ForeignNewsletter, ForeignPiece, Heading, Image, Passage

_WHOLE_LINK = re.compile(r"^\[(.*)\]\((.*)\)$")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)\]\((<[^<>]*>|[^()\s]*)\)")
_BULLET = re.compile(r"[·•▪‣◦§\uf0b7\uf0a7]\s+(?=\S)")
_FORWARDED = re.compile(r"(?:(?:fwd?|fw|wg|tr|rv|i)\s*:\s*)+(?=\S)", re.IGNORECASE)
"""What mail programs write before the subject of a mail that was passed on."""
_HEADLINE_MAX = 120
_TODO_BODY = to_do("two to four sentences")


@dataclass
class IssueDraft:
    """What an import gives: the text of ``issue.md``, the pictures beside it, and what was left out."""

    text: str
    pictures: dict[str, bytes]
    left_out: tuple[str, ...]
    articles: int = 0


@dataclass
class _Section:
    """A headline and what stands below it."""

    headline: Heading | None
    pieces: list[ForeignPiece] = field(default_factory=list)


def draft_of(foreign: ForeignNewsletter, pictures: Pictures, *, today: dt.date, keep_all: bool = False) -> IssueDraft:
    """Make the draft of an issue from a foreign newsletter; ``keep_all`` keeps its footer and its frame too."""
    pieces = _with_headlines(_with_lists(foreign.pieces if keep_all else without_frame(foreign)))
    title, pieces = _title_of(pieces, subject=foreign.subject)
    top = _top_level(pieces)
    sections = _sections(pieces, top=top)
    writer = _Writer(foreign, pictures, top)
    lines = [line for section in sections for line in writer.section(section)]
    head = _front_matter(foreign, title, sections, today)
    title_lines = [f"# {title}", ""] if title and title != foreign.subject else []
    text = "\n".join([*head, "", *title_lines, *(lines or [_TODO_BODY, ""])])
    articles = sum(section.headline is not None and section.headline.level == top for section in sections)
    return IssueDraft(re.sub(r"\n{3,}", "\n\n", text), pictures.files, tuple(foreign.left_out), articles)


def _front_matter(foreign: ForeignNewsletter, title: str, sections: Sequence[_Section], today: dt.date) -> list[str]:
    passages = (piece.words for section in sections for piece in section.pieces if isinstance(piece, Passage))
    headlines = (_plain(section.headline.words) for section in sections if section.headline is not None)
    subject = (
        _FORWARDED.sub("", foreign.subject, count=1) or _plain(title) or next(headlines, "") or to_do("the subject")
    )
    first = foreign.preheader or next((words for words in passages if len(words) > 20), "")
    day = re.match(r"\d{4}-\d{2}-\d{2}", foreign.date)
    try:
        date = dt.date.fromisoformat(day[0]) if day else today
    except ValueError:
        date = today
    preheader = _shortened(first, 140) or to_do("what readers find in this issue")
    return [
        "---",
        f"subject: {_quoted(_shortened(subject, 200))}",
        f"preheader: {_quoted(preheader)}",
        f"date: {date}",
        "---",
    ]


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def _shortened(text: str, length: int) -> str:
    words = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(words.split())
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + " …"


def _plain(markdown: str) -> str:
    return re.sub(r"\\(.)|[*_`]", r"\1", _LINK.sub(r"\1", markdown))


def _with_headlines(pieces: list[ForeignPiece]) -> list[ForeignPiece]:
    """Take short paragraphs in large or bold letters for headlines, where a newsletter has none that say so."""
    if sum(isinstance(piece, Heading) for piece in pieces) >= 2:
        return pieces
    sizes: Counter[float | None] = Counter()
    for piece in pieces:
        if isinstance(piece, Passage):
            sizes[piece.size_px] += len(piece.words)
    usual = (sizes.most_common(1)[0][0] if sizes else None) or 16.0
    return [_as_headline(piece, usual) if isinstance(piece, Passage) else piece for piece in pieces]


def _as_headline(piece: Passage, usual_px: float) -> ForeignPiece:
    if len(piece.words) > _HEADLINE_MAX or "\n" in piece.markdown or piece.words.endswith((".", ",", ":", ";")):
        return piece
    is_large = piece.size_px is not None and piece.size_px >= 1.3 * usual_px
    words = re.sub(r"\*\*|</?[bis]>", "", piece.markdown)
    # A link that is all of it is a button.
    if not (is_large or piece.is_bold) or _WHOLE_LINK.match(words):
        return piece
    return Heading(2 if is_large else 3, words)


def _with_lists(pieces: Iterable[ForeignPiece]) -> list[ForeignPiece]:
    """Make a list of paragraphs that begin with a bullet, as word processors write one."""
    listed: list[ForeignPiece] = []
    for piece in pieces:
        found = _BULLET.match(piece.markdown) if isinstance(piece, Passage) else None
        if isinstance(piece, Passage) and found is not None:
            entry = "- " + piece.markdown[found.end() :].replace("\n", "\n  ")
            before = listed[-1] if listed else None
            if isinstance(before, Passage) and before.markdown.startswith("- "):
                words = f"{before.words} {piece.words}"
                listed[-1] = Passage(f"{before.markdown}\n{entry}", words)
            else:
                listed.append(Passage(entry, piece.words))
        else:
            listed.append(piece)
    return listed


def _title_of(pieces: list[ForeignPiece], *, subject: str) -> tuple[str, list[ForeignPiece]]:
    """Find the title: the first headline, if it is the only one of its level and none is above it.

    A headline below words, which says something else than the subject, is that of a section.
    """
    levels = [piece.level for piece in pieces if isinstance(piece, Heading)]
    first = next((number for number, piece in enumerate(pieces) if isinstance(piece, Heading)), None)
    if first is None or len(levels) < 2 or levels.count(levels[0]) > 1 or min(levels) < levels[0]:
        return "", pieces
    headline = pieces[first]
    assert isinstance(headline, Heading)
    said, named = _plain(headline.words).casefold(), subject.casefold()
    has_words_above = any(isinstance(piece, Passage) for piece in pieces[:first])
    if named and has_words_above and said not in named and named not in said:
        return "", pieces
    return _LINK.sub(r"\1", headline.words), pieces[:first] + pieces[first + 1 :]


def _top_level(pieces: Sequence[ForeignPiece]) -> int:
    """Find the level of the articles: the highest that there are several of, or the highest at all."""
    levels = Counter(piece.level for piece in pieces if isinstance(piece, Heading))
    several = [level for level, count in levels.items() if count > 1]
    return min(several or levels or [1])


def _sections(pieces: Sequence[ForeignPiece], *, top: int) -> list[_Section]:
    sections = [_Section(None)]
    for piece in pieces:
        if isinstance(piece, Heading) and piece.level <= top:
            sections.append(_Section(piece))
        else:
            sections[-1].pieces.append(piece)
    for before, section in pairwise(sections):
        _take_picture_above(before, section)
    return sections


def _take_picture_above(before: _Section, section: _Section) -> None:
    """Move pictures: one right above a headline belongs to it, if the one has none and the other can spare it."""
    if not before.pieces or any(isinstance(piece, Image) for piece in section.pieces):
        return
    *rest, last = before.pieces
    if isinstance(last, Image) and (before.headline is None or any(isinstance(piece, Image) for piece in rest)):
        section.pieces.insert(0, before.pieces.pop())


class _Writer:
    """Writes the sections of a draft as Markdown."""

    def __init__(self, foreign: ForeignNewsletter, pictures: Pictures, top: int) -> None:
        self._foreign = foreign
        self._pictures = pictures
        self._top = top

    def section(self, section: _Section) -> Iterator[str]:
        """Yield the lines of a section; an empty one follows each part."""
        if section.headline is None:
            parts = [self._piece(piece) for piece in section.pieces]
        elif section.headline.level < self._top:
            parts = self._text(section.headline, section.pieces)
        else:
            parts = self._article(section.headline, section.pieces)
        yield from (line for part in parts if part for line in (part, ""))

    def _text(self, headline: Heading, pieces: Sequence[ForeignPiece]) -> list[str]:
        """Write what stands below a lone headline above the articles' as a text of its own: it is no article."""
        body = [part for part in map(self._piece, pieces) if part]
        title = json.dumps(_plain(headline.words), ensure_ascii=False)
        return [":::text\ntitle: " + title + "\n---\n" + "\n\n".join(body or [_TODO_BODY]) + "\n:::"]

    def _article(self, headline: Heading, pieces: Sequence[ForeignPiece]) -> list[str]:
        # The first picture becomes the article's, which has no link of its own: that joins the headline's.
        own = next((piece for piece in pieces if isinstance(piece, Image)), None)
        below = [self._piece(replace(piece, url="") if piece is own else piece) for piece in pieces]
        links = [(label, url.strip("<>")) for label, url in _LINK.findall(headline.words)]
        links += [("", own.url)] if own is not None and own.url else []
        words = _LINK.sub(r"\1", headline.words)
        said = zip(pieces, below, strict=True)
        has_text = any(isinstance(piece, Heading | Passage) and not _WHOLE_LINK.match(part) for piece, part in said)
        return [f"## {words}", *below, *([] if has_text else [_TODO_BODY]), *self._lone_links(words, links, below)]

    def _lone_links(self, words: str, links: list[tuple[str, str]], below: Sequence[str]) -> Iterator[str]:
        """Write the first link that can be used below an article's text, unless one is there; tell of the others."""
        has_one = any(_WHOLE_LINK.match(part) for part in below)
        for label, url in links:
            if any(f"]({target(url)})" in part for part in below):
                continue
            if has_one or not is_address(url):
                self._foreign.leave_out(f"a second link of the article {_plain(words)!r}: {url}")
                continue
            has_one = True
            yield f"[{label or words}]({target(url)})"

    def _piece(self, piece: ForeignPiece) -> str:
        if isinstance(piece, Passage):
            return piece.markdown
        if isinstance(piece, Heading):
            return f"{'#' * min(6, piece.level - self._top + 2)} {piece.words}"
        if isinstance(piece, Image):
            return self._image(piece)
        return ""  # a rule is layout: the theme has its own

    def _image(self, image: Image) -> str:
        name = self._pictures.copy(image.source, note=self._foreign.leave_out)
        if name is None:
            return f"{PICTURE_WAS_HERE}{_in_comment(image)} -->"
        shown = replace(image, alt=image.alt or to_do("what the picture shows"))
        alt = re.sub(r"([\\\[\]*_`<>])", r"\\\1", re.sub(r"\{\{|\}\}", "", shown.alt))[:480]
        if is_address(image.url):
            return f"[![{alt}]({name})]({target(image.url)})"
        return f"![{alt}]({name})"


def _in_comment(image: Image) -> str:
    source = image.source if len(image.source) <= 200 else image.source[:200] + "…"
    return re.sub(r"--+|>", "-", " ".join(part for part in (source, image.alt, image.url) if part))
