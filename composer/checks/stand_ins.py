"""Tells what stands in for something still to be written, TODO or https://todo.org, from talk about such words.

What the program itself writes for a text that it cannot know is ``to_do``: new blocks, new issues and imports have it,
and where it begins a text, an alt text, a line of Markdown or the words of a link it is told from a person's own note.

Who writes about TODO lists, tuberculosis (TBC) or the XXX Olympiad has written what is meant. So a word counts as a
stand-in only where nobody could read it as a part of a sentence: alone on its line, in brackets of its own, before a
colon, or behind one at the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from composer.remembered import remembered

FIRST_TITLES = {"en": "A first letter", "fr": "Une première lettre"}
"""The subject that the first issue of a project begins with, by language."""

PICTURE_WAS_HERE = "<!-- a picture was here: "
"""What the import leaves in Markdown for a picture that it could not take over, before the picture's address."""

_MARK = "TODO:"
_WORD = r"(?:TO-?DO|TBD|TBC|TBA|FIXME|XXX+)"
_LINE = re.compile(r"[^\n]+")
_CODE = re.compile(
    r"(?<!`)(`++)(?!`).{1,2000}?(?<!`)\1(?!`)|^(```|~~~).*?^\2|\{\{.{0,500}?\}\}", re.DOTALL | re.MULTILINE
)  # bounded: what is never closed is not read to the end of the text from each place where it opens
_QUOTED = re.compile(rf"(?<!=)[\"'“”„‘’«»‹›「『]\s?{_WORD}")
_TO_DO = rf"({_MARK}(?=\s|$)[^\n\]|<>\".]{{0,60}})"
_BEGUN = (
    re.compile(rf"^(?:[ \t>*_#•|–+-]|\d{{1,9}}[.)][ \t])*{_TO_DO}", re.MULTILINE),
    re.compile(rf"(?:\[(?=[^\]]{{0,500}}\][(\[])|\|)[ \t*_]*{_TO_DO}"),  # words of a link, alt text, cell
    re.compile(rf"=[\"']{_TO_DO}"),
    re.compile(
        rf"<(?:!--.{{0,500}}?--|/?[A-Za-z](?:[^<>\"']|\"[^\"]{{0,500}}\"|'[^']{{0,500}}'){{0,100}})>[ \t*_]*{_TO_DO}",
        re.DOTALL,
    ),
)
"""Where a text begins: a line, the words of a link, an alt text, a cell, an attribute, what a tag holds."""
_EDGES = " \t*_~#>-–—•.,;!?|…"
_ALONE = re.compile(rf"(?:\d+[.)]\s*)?(?:{_WORD}|lorem ipsum|\?\?\?+|x{{4,}})", re.IGNORECASE)
_BRACKETS = re.compile(rf"[\[(<]\s*({_WORD}\b[^\])>\n]{{0,60}}|\?\?\?+)\s*[\])>](?![(\[])")
_BEFORE_COLON = re.compile(rf"(?<![\w-])({_WORD})(?::(?=\s|$)|：)")
_BEGINS = re.compile(rf"^[\s>*_#•–-]*({_WORD})[*_]*\s*(?:[,;.!]|[–—-]\s)")
_BEHIND_COLON = re.compile(rf"[:：=–—]\s*({_WORD}|\?\?\?+)[\s.!*_]*$")
_COUNTED = re.compile(r"(?<![\w-])(XXXX+|TK TK|TKTK)(?![\w-])")
_BLANK = re.compile(
    r"(?:^|\b[a-zà-ÿ]+[,:]?\s|[(:,]\s?)(XXX)(?=\s*(?:[.,;:)\]|]|$|(?:in|at|on|and|to|from|um|am|bei|und|im|à|au|et|en|a|y|e|il|alle|o)\b))"
)
"""XXX with a noun behind it or a name before it is a Roman thirty: the XXX Olympiad, Super Bowl XXX."""
_ANNOUNCED = re.compile(
    r"\b(?:dates?|times?|venue|place|room|location|speakers?|details|programme|price|link|lieu|salle|heure|horaire|"
    r"ort|raum|zeit|uhrzeit|datum|referent\w*|lugar|hora|fecha|luogo|ora|data|local|plaats|tijd|yer|saat)\s+"
    r"(TBD|TBC|TBA)\b",
    re.IGNORECASE,
)
_TO_BE_DONE = re.compile(
    r"(?<![\w-])(TO-?DO|FIXME)\s+(?:write|add|insert|fill|replace|ask|check|update|translate|finish|complete|describe|"
    r"text|photo|picture|image|link|schreiben|ergänzen|einfügen|prüfen|écrire|ajouter|compléter|vérifier)\b"
)
_UNKNOWN = re.compile(r"(?:^|(?<=\s))(\?\?\?+)(?=\s+[a-zà-ÿ\d])")
_LOREM = re.compile(r"\blorem ipsum dolor\b|^[^\w\n]*lorem ipsum\W", re.IGNORECASE | re.MULTILINE)

_PATTERNS = (_BRACKETS, _BEFORE_COLON, _BEGINS, _BEHIND_COLON, _COUNTED, _BLANK, _ANNOUNCED, _TO_BE_DONE, _UNKNOWN)

_LOST_PICTURE = re.compile(rf"{re.escape(PICTURE_WAS_HERE)}([^\n]{{1,900}}?) -->")

_HOST = re.compile(
    r"(?:www\.)?(?:(?:todo|tbd|fixme|xxxx+)\.[a-z]+|(?:todo|tbd|xxx+|url|link|lien)"
    r"|(?:your-?(?:own-?)?(?:link|site|website|domain|company|url|page|name)(?:-?here)?|insert-?(?:link|url)(?:-?here)?"
    r"|(?:ihre|deine)-?(?:domain|seite|website)|votre-?(?:site|domaine|lien)|(?:tu|su)-?(?:sitio|dominio))"
    r"(?:\.[a-z]+)*)",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?:TO-?DO|TBD|TBC|FIXME|XXXX+|[\[<{]*(?:your|insert|paste|ihr|votre)[-_ ](?:link|url|page|address|lien|adresse)"
    r"(?:[-_ ](?:here|hier|ici))?[\]>}]*|LINK|URL)"
)


class StandIn(NamedTuple):
    """A word that stands in for something, and the offset at which it stands.

    ``is_begun`` tells that a text begins as the program writes it; then the words go on to its end, or the line's.
    """

    words: str
    offset: int
    is_begun: bool = False


def to_do(label: str) -> str:
    """Write what stands in for a text that only its author can know, from what the text is called."""
    return f"{_MARK} {label[:1].lower()}{label[1:]}"


def lost_picture(line: str) -> StandIn | None:
    """Find the note of an import about a picture that it could not take over in a line of a file."""
    match = _LOST_PICTURE.search(line)
    return StandIn(match[1], match.start()) if match else None


@remembered
def stand_ins(text: str) -> tuple[StandIn, ...]:
    """Find what is still to be written in a text, in order; code, merge fields and what is in quotes are not read."""
    read = _QUOTED.sub(_blank, without_code(text))
    found = {offset: StandIn(words, offset) for offset, words in _found(read)}
    begun = {
        match.start(1): StandIn(match[1].strip(" *_"), match.start(1), True)
        for pattern in _BEGUN
        for match in pattern.finditer(read)
    }
    return tuple(one for _, one in sorted((found | begun).items()))


def _found(text: str) -> Iterator[tuple[int, str]]:
    for match in _LOREM.finditer(text):
        yield match.start() + len(match[0]) - len(match[0].lstrip("*_#> -")), match[0].strip("*_#> -.,;:\n")
    for line in _LINE.finditer(text):
        words = line[0].strip(_EDGES) or line[0].strip()
        if _ALONE.fullmatch(words):
            yield line.start() + line[0].index(words), words
            continue
        for pattern in _PATTERNS:
            for match in pattern.finditer(line[0]):
                yield line.start() + match.start(1), match[1]


def without_code(text: str) -> str:
    """Put signs that are nothing in the place of code and merge fields, as many as they have."""
    return _CODE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "\ue002", match[0])


def is_stand_in(host: str, path: str) -> bool:
    """Tell whether an address was never meant: its whole host, or a step of its path, is a word for "not yet"."""
    if _HOST.fullmatch(host):
        return True
    return any(_STEP.fullmatch(step) for step in unquote(path).split("/"))
