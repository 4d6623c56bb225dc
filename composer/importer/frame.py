"""What stands around a newsletter's words is told from them: links to leave, to a web version, the footer.

Every issue here gets its own, so these lines are left out, each named in full. Lines are judged, one by one and by all
of their words: an entry of a list that *tells* of unsubscribing, or a story about reading online, is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from composer.importer.pieces import ForeignNewsletter, ForeignPiece, Heading, Image, Passage

_BEFORE = r"(?:.{0,160}[?.!:,|·•/–—-]\s*)?(?:(?:please\s+)?click(?: here)?(?: to)?\s+|(?:or|and|ou|oder|und|o|e|y)\s+)?"
_MAIL = r"(?:e-?mail|mail|newsletter|message|issue|edition|campaign|letter|page|version|post)"
_WEB = (
    rf"(?:view|read|open|see|display)\s+(?:(?:this|it|the|our|your)\s+)?(?:{_MAIL}\s+)?(?:correctly\s+)?"
    r"(?:online|on (?:the )?(?:web|our (?:web)?site)|in (?:a|an|your|the)?\s*(?:web ?)?(?:browser|app)"
    r"|as a web ?page|web version)"
    r"(?:\s+(?:version|instead|here))?"
    r"|(?:web|browser|online)[ -]?version|view in browser|read in (?:the )?app"
    r"|(?:voir|lire|afficher|ouvrir|consulter|visualiser)\s+(?:(?:cet|cette|ce|la|le|votre|notre)\s+|l['’])?"
    r"(?:e-?mail|courriel|message|newsletter|lettre|numéro|version)?\s*(?:en ligne|dans (?:votre|le|un) navigateur)"
    r"|version en ligne"
    r"|(?:(?:diese[nrs]?|die|den)\s+)?(?:e-?mail|newsletter|mail|nachricht|ausgabe)?\s*"
    r"(?:im|in (?:ihrem|deinem|einem)) (?:web)?browser(?:\s+(?:ansehen|anzeigen|öffnen|lesen))?"
    r"|(?:zur )?(?:web|online)-?version|online (?:ansehen|lesen)"
    r"|ver (?:este (?:correo|mensaje|boletín) )?en (?:el|su|tu) navegador"
    r"|(?:visualizza|vedi|leggi|apri)\b.{0,30}\b(?:browser|online)"
)
_CHOOSE = (
    r"(?:update|manage|change|edit)\s+(?:your\s+|my\s+)?(?:e-?mail\s+)?(?:subscription|preference|profile|setting)s?"
    r"(?:\s+preferences)?|(?:e-?mail|subscription)\s+preferences|forward (?:this )?(?:e-?mail |newsletter )?to a friend"
)
_LEAVE_WORD = (
    r"unsubscribe|unsubscribing|opt[ -]?out|(?:se |me |vous )?désabonne[rz]|désabonnement|(?:se |me |vous )?désinscrire"
    r"|désinscription|abmelden|abbestellen|austragen|darse de baja|(?:cancelar|anular) (?:la |tu |mi )?suscripción"
    r"|(?:disiscriviti|cancella.{0,12}iscrizione)|annuler (?:mon |votre )?abonnement|uitschrijven|wypisz"
)
_LEAVE = (
    rf"(?:(?:instantly|click here to|to|pour|hier|newsletter)\s+)?(?:{_LEAVE_WORD})"
    r"(?:\s+(?:here|now|instantly|at any time|ici|hier|aquí|from (?:this|our|the|all|these) [\w -]{1,40}|me))?"
)
_VIEW_LINE = re.compile(rf"{_BEFORE}(?:{_WEB}|{_CHOOSE})", re.IGNORECASE)
_LEAVE_LINE = re.compile(rf"{_BEFORE}(?:{_LEAVE})", re.IGNORECASE)
_LEAVE_ANYWHERE = re.compile(_LEAVE_WORD, re.IGNORECASE)
_ABOUT_THE_MAIL = re.compile(
    r"you(?:['’]re| are)?\s+(?:getting|receiv)|you (?:have )?(?:signed up|subscribed|opted)|no longer (?:wish|want)"
    r"|(?:don['’]t|do not) (?:want|wish)|stop receiving|(?:update|change|manage) (?:your |how you )"
    r"|vous (?:recevez|avez reçu)|ne (?:souhaitez|voulez|plus recevoir)|sie (?:erhalten|bekommen)"
    r"|nicht mehr (?:erhalten|bekommen)|ya no (?:deseas?|quieres)|recibes? este|ricevi questa|non (?:vuoi|desideri)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"\W*(?:©|\(c\)|copyright\b|all rights reserved|you(?:['’]re| are) receiving|sent (?:to|by|with)\b|powered by"
    r"|our (?:mailing|postal) address|add us to your address book|imprint|impressum|privacy|terms|mentions légales)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"\W*(?:©|\(c\)|copyright\b)", re.IGNORECASE)
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)\]\((<[^<>]*>|[^()\s]*)\)")
_LEAVING = re.compile(r"unsub|opt-?out|list-manage|desabon|desinscri|abmeld|abbestell", re.IGNORECASE)
_HERE = re.compile(r"(?:click )?here|this link|ici|hier|aquí|qui|(?:update|manage|change) .{0,30}", re.IGNORECASE)
_NO_PARAGRAPH = re.compile(r"(?:[-*+>|#]|\d+[.)]|```|~~~)(?:\s|\w|`|~|-|$)")
_BREAK = "\\\n"
_LINE_MAX, _CONTEXT_MAX, _ADDRESS_MAX = 200, 400, 120


def without_frame(foreign: ForeignNewsletter) -> Iterator[ForeignPiece]:
    """Leave out what belongs to the mail and not to its words, and note each line in full."""
    last_headline = max((n for n, piece in enumerate(foreign.pieces) if isinstance(piece, Heading)), default=-1)
    in_footer = False
    for number, piece in enumerate(foreign.pieces):
        if isinstance(piece, Passage):
            leaves = any(map(_is_leave_line, _paragraph_lines(piece)))
            in_footer = in_footer or (leaves and number > last_headline)
            yield from _judged(piece, foreign, in_footer=in_footer)
        elif isinstance(piece, Image) and in_footer:
            foreign.leave_out(f"a picture of the footer: {piece.alt or piece.source[:100]}")
        else:
            yield piece


def _judged(piece: Passage, foreign: ForeignNewsletter, *, in_footer: bool) -> Iterator[Passage]:
    """Give what is left of a passage."""
    where = "the footer" if in_footer else "a line of the frame"
    if piece.markdown.startswith("- "):
        yield from _list_without_frame(piece, foreign, where)
        return
    lines = _paragraph_lines(piece)
    if not lines:
        yield piece
        return
    kept = [line for line in lines if not (_is_frame_line(line) or (in_footer and _is_footer_line(line)))]
    if len(kept) == len(lines):
        yield piece
    elif not any(_plain(line) for line in kept):
        foreign.leave_out(f"{where}: {piece.words}")
    else:
        for line in lines:
            if line not in kept:
                foreign.leave_out(f"{where}: {_plain(line)}")
        yield replace(piece, markdown=_BREAK.join(kept), words=" ".join(map(_plain, kept)))


def _list_without_frame(piece: Passage, foreign: ForeignNewsletter, where: str) -> Iterator[Passage]:
    """Take entries out of a list that are nothing but a link of the frame."""
    lines = piece.markdown.split("\n")
    kept = [line for line in lines if not (line.startswith("- ") and _is_bare_frame_link(line[2:]))]
    for line in lines:
        if line not in kept:
            foreign.leave_out(f"{where}: {_plain(line[2:])}")
    if kept:
        yield piece if len(kept) == len(lines) else replace(piece, markdown="\n".join(kept))


def _is_bare_frame_link(line: str) -> bool:
    words = _plain(line).strip(" .!>»→›")
    return len(words) <= 60 and any(re.fullmatch(each, words, re.IGNORECASE) for each in (_WEB, _CHOOSE, _LEAVE))


def _paragraph_lines(piece: Passage) -> list[str]:
    """Give the lines of a paragraph; none of a list, a table, code or a quotation."""
    if _NO_PARAGRAPH.match(piece.markdown):
        return []
    return [line for part in piece.markdown.split("\n\n") for line in part.split(_BREAK)]


def _is_frame_line(line: str) -> bool:
    words = _plain(line)
    is_view = len(words) <= _LINE_MAX and _VIEW_LINE.fullmatch(words.strip(" .!>»→›|")) is not None
    return is_view or _COPYRIGHT.match(words) is not None or _is_leave_line(line)


def _is_leave_line(line: str) -> bool:
    words = _plain(line)
    if len(words) <= _LINE_MAX and _LEAVE_LINE.fullmatch(words.strip(" .!>»→›|")):
        return True
    if len(words) > _CONTEXT_MAX:
        return False
    links = [(_plain(label).strip(" ."), target) for label, target in _LINK.findall(line)]
    if any(re.fullmatch(_LEAVE, label, re.IGNORECASE) for label, _ in links):
        return True
    # A story about leaving has no link that leaves.
    says_so = _LEAVE_ANYWHERE.search(words) is not None and _ABOUT_THE_MAIL.search(words) is not None
    return any(_HERE.fullmatch(label) and (says_so or _LEAVING.search(target)) for label, target in links)


def _is_footer_line(line: str) -> bool:
    """Tell whether a line in the footer belongs to it: a postal address has figures and is no sentence."""
    words = _plain(line)
    is_address = len(words) <= _ADDRESS_MAX and re.search(r"\d", words) and not re.search(r"[.!?…:]$", words)
    return bool(is_address) or _FOOTER.match(words) is not None


def _plain(markdown: str) -> str:
    words = re.sub(r"\\(.)|[*_`]", lambda found: found[1] or "", _LINK.sub(r"\1", markdown))
    return " ".join(words.split())
