"""What stands around a newsletter's words is told from them: links to leave, to a web version, the footer.

Every issue here gets its own, so these lines are left out, each named in full. Lines are judged, one by one and by all
of their words: an entry of a list that *tells* of unsubscribing, or a story about reading online, is none of them.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import replace

from composer.importer.pieces import ForeignNewsletter, ForeignPiece, Heading, Image, Passage

_BEFORE = (
    r"(?P<before>.{0,160}[?.!:,|·•/–—-]\s*)?"
    r"(?:(?:please\s+)?click(?: here)?(?: to)?\s+|(?:or|and|ou|oder|und|o|e|y)\s+)?"
)
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
    r"|ver (?:este e-?mail )?no (?:seu )?navegador|bekijk .{0,30}in (?:je|uw|de) browser|(?:in de )?webversie"
    r"|(?:zobacz|otwórz|wyświetl) .{0,30}w przeglądarce|(?:открыть|посмотреть) (?:письмо )?в браузере"
    r"|tarayıcı(?:nız)?da (?:görüntüle\w*|aç\w*|oku\w*)|(?:δείτε|άνοιγμα) .{0,30}στο πρόγραμμα περιήγησης"
    r"|(?:この)?(?:メール)?を?(?:ブラウザ|ウェブ|web)で(?:見る|表示(?:する)?|開く|ご覧.{0,10})"
    r"|在浏览器(?:中|里)?(?:查看|打开|阅读).{0,10}"
    r"|브라우저(?:에서|로) (?:보기|열기)|(?:عرض|افتح) .{0,20}المتصفح"
)
_CHOOSE = (
    r"(?:update|manage|change|edit)\s+(?:your\s+|my\s+)?(?:e-?mail\s+)?(?:subscription|preference|profile|setting)s?"
    r"(?:\s+preferences)?|(?:e-?mail|subscription)\s+preferences|forward (?:this )?(?:e-?mail |newsletter )?to a friend"
)
_LEAVE_WORD = (
    r"unsubscribe|unsubscribing|opt[ -]?out|(?:se |me |vous )?désabonne[rz]|désabonnement|(?:se |me |vous )?désinscrire"
    r"|désinscription|abmelden|abbestellen|austragen|darse de baja|(?:cancelar|anular) (?:la |tu |mi )?suscripción"
    r"|(?:disiscriviti|cancella.{0,12}iscrizione)|annuler (?:mon |votre )?abonnement|uitschrijven|wypisz"
    r"|afmelden|zrezygnuj|wypisać|cancelar (?:a |minha )?(?:inscrição|assinatura)|descadastr\w+|отписаться"
    r"|abonelikten \w+"
    r"|διαγραφή|配信停止(?:は(?:こちら)?)?|配信解除|購読(?:を)?解除|退订|退訂"
    r"|取消订阅|수신 ?거부|구독 ?취소|إلغاء الاشتراك"
)
_LEAVE = (
    rf"(?:(?:instantly|click here to|to|pour|hier|newsletter)\s+)?(?:{_LEAVE_WORD})"
    r"(?:\s+(?:here|now|instantly|at any time|ici|hier|aquí|from (?:this|our|the|all|these) [\w -]{1,40}|me))?"
)
_WEAK = re.compile(
    r"(?:view|read|open|see|voir|lire|ouvrir|consulter|leggi|vedi|apri)\b(?:\s+\w+){0,2}"
    r"\s+(?:online|en ligne|here|instead)"
    r"|online (?:ansehen|lesen)",
    re.IGNORECASE,
)
"""Words that say "the rest is there" below a story as often as "this mail is there" around all of them."""
_ABOUT_READING = re.compile(
    r"trouble|problem|difficult|can(?:['’]t|not)\b|unable|pictures|images?\b|display|viewing|properly|correctly"
    r"|e-?mail|newsletter|courriel|message|browser|darstell|angezeigt|anzeige|affich|visuali|s['’]affiche|navigateur",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\\?-{5,}\s*(?:forwarded message|original message|weitergeleitete nachricht|ursprüngliche nachricht"
    r"|message transféré|message d['’]origine|mensaje reenviado|messaggio inoltrato)"
    r"|begin forwarded message|anfang der weitergeleiteten"
    r"|début du message (?:transféré|réexpédié)",
    re.IGNORECASE,
)
_MERGE_TAG_LINE = re.compile(r"\*?\|[A-Z:_ ]+\|\*?|%+\w+%+|\{\{[^{}]*\}\}")
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
_LEAVING = re.compile(
    r"unsub|opt-?out|list-manage|d[eé]sabon|d[eé]sinscri|abmeld|abbestell|afmeld|uitschrij|desuscri|disiscri"
    r"|descadastr|wypis|odhlas|avregistr|avmeld|abonelikten|отпис|配信停止|退订|退訂",
    re.IGNORECASE,
)
_HERE = re.compile(r"(?:click )?here|this link|ici|hier|aquí|qui|(?:update|manage|change) .{0,30}", re.IGNORECASE)
_NO_PARAGRAPH = re.compile(r"(?:[-*+]|#{1,6}|\d+[.)])(?:\s|$)|[>|]|```|~~~")
_BREAK = "\\\n"
_LINE_MAX, _CONTEXT_MAX, _ADDRESS_MAX, _REST_MAX = 200, 400, 120, 60
_AROUND = " .!>»→›|"
_BETWEEN = "|·•/–—-"


class _Place(enum.Enum):
    """Where a line stands: above all headlines or in a letter of one, between them, below the last, in the footer."""

    HEAD = "head"
    MIDDLE = "middle"
    END = "end"
    FOOTER = "footer"


def without_frame(foreign: ForeignNewsletter) -> Iterator[ForeignPiece]:
    """Leave out what belongs to the mail and not to its words, and note each line in full."""
    headlines = [number for number, piece in enumerate(foreign.pieces) if isinstance(piece, Heading)]
    first, last = (headlines[0], headlines[-1]) if headlines else (len(foreign.pieces), -1)
    place = _Place.HEAD
    for number, piece in enumerate(foreign.pieces):
        if place is not _Place.FOOTER:
            place = _Place.END if number > last else _Place.HEAD if number < first else _Place.MIDDLE
        if isinstance(piece, Passage):
            if place is _Place.END and any(_is_leave_line(line, place) for line in _paragraph_lines(piece)):
                place = _Place.FOOTER
            yield from _judged(piece, foreign, place)
        elif isinstance(piece, Image) and place is _Place.FOOTER:
            foreign.leave_out(f"a picture of the footer: {piece.alt or piece.source[:100]}")
        else:
            yield piece


def _judged(piece: Passage, foreign: ForeignNewsletter, place: _Place) -> Iterator[Passage]:
    """Give what is left of a passage."""
    in_footer = place is _Place.FOOTER
    where = "the footer" if in_footer else "a line of the frame"
    if piece.markdown.startswith("- "):
        yield from _list_without_frame(piece, foreign, place, where)
        return
    lines = _paragraph_lines(piece)
    if not lines:
        yield piece
        return
    if _FORWARDED.match(piece.markdown):
        foreign.leave_out(f"the head of a forwarded mail: {piece.words}")
        return
    kept = [line for line in lines if not (_is_frame_line(line, place) or (in_footer and _is_footer_line(line)))]
    if len(kept) == len(lines):
        yield piece
    elif not any(_plain(line) for line in kept):
        foreign.leave_out(f"{where}: {piece.words}")
    else:
        for line in lines:
            if line not in kept:
                foreign.leave_out(f"{where}: {_plain(line)}")
        yield replace(piece, markdown=_BREAK.join(kept), words=" ".join(map(_plain, kept)))


def _list_without_frame(piece: Passage, foreign: ForeignNewsletter, place: _Place, where: str) -> Iterator[Passage]:
    """Take entries out of a list that are nothing but a link of the frame."""
    lines = piece.markdown.split("\n")
    kept = [line for line in lines if not (line.startswith("- ") and _is_bare_frame_link(line[2:], place))]
    for line in lines:
        if line not in kept:
            foreign.leave_out(f"{where}: {_plain(line[2:])}")
    if kept:
        yield piece if len(kept) == len(lines) else replace(piece, markdown="\n".join(kept))


def _is_bare_frame_link(line: str, place: _Place) -> bool:
    words = _plain(line).strip(_AROUND)
    if len(words) > 60 or (place is _Place.MIDDLE and _WEAK.fullmatch(words)):
        return False
    return any(re.fullmatch(each, words, re.IGNORECASE) for each in (_WEB, _CHOOSE, _LEAVE))


def _paragraph_lines(piece: Passage) -> list[str]:
    """Give the lines of a paragraph; none of a list, a table, code or a quotation."""
    if _NO_PARAGRAPH.match(piece.markdown):
        return []
    return [line for part in piece.markdown.split("\n\n") for line in part.split(_BREAK)]


def _is_frame_line(line: str, place: _Place) -> bool:
    words = _plain(line)
    if _COPYRIGHT.match(words):
        return True
    return _is_view_line(words, place) or _is_leave_line(line, place)


def _is_view_line(words: str, place: _Place) -> bool:
    """Tell whether a line leads to the mail in a browser. What stands before that must be about reading the mail."""
    found = _VIEW_LINE.fullmatch(words.strip(_AROUND)) if len(words) <= _LINE_MAX else None
    if found is None:
        return False
    before = (found["before"] or "").strip()
    is_weak = _WEAK.fullmatch(words.strip(_AROUND)[found.end("before") if before else 0 :].strip()) is not None
    if _ABOUT_READING.search(before):
        return True
    if is_weak:
        return not before and place in (_Place.HEAD, _Place.FOOTER)
    return not before or before[-1] in _BETWEEN


def _is_leave_line(line: str, place: _Place) -> bool:
    words = _plain(line)
    found = _LEAVE_LINE.fullmatch(words.strip(_AROUND)) if len(words) <= _LINE_MAX else None
    if found is not None:
        before = (found["before"] or "").strip()
        return not before or before[-1] in _BETWEEN or _is_no_story(before)
    if len(words) > _CONTEXT_MAX:
        return False
    links = [(_plain(label).strip(" ."), target) for label, target in _LINK.findall(line)]
    if any(re.fullmatch(_LEAVE, label, re.IGNORECASE) for label, _ in links):
        return place is not _Place.MIDDLE and _is_no_story(_plain(_LINK.sub(" ", line)))
    # A story about leaving has no link that leaves.
    says_so = _LEAVE_ANYWHERE.search(words) is not None and _ABOUT_THE_MAIL.search(words) is not None
    if says_so and not links and place in (_Place.END, _Place.FOOTER):
        return re.search(_CHOOSE, words, re.IGNORECASE) is not None  # its links led nowhere
    return any(_HERE.fullmatch(label) and (says_so or _LEAVING.search(target)) for label, target in links)


def leads_off_the_list(words: str, address: str) -> bool:
    """Tell by its words and its address whether a link may be one by which readers leave a list."""
    return _LEAVE_ANYWHERE.search(words) is not None or _LEAVING.search(address) is not None


def _is_no_story(words: str) -> bool:
    """Tell whether words beside a link that leaves are about the mail, or an address, or next to nothing."""
    if _ABOUT_THE_MAIL.search(words) or _ABOUT_READING.search(words) or _is_footer_line(words.strip(" .,|·•–—-")):
        return True
    return len(words) <= _REST_MAX and not re.search(r"\w[.!]\s+\w", words)


def _is_footer_line(line: str) -> bool:
    """Tell whether a line in the footer belongs to it: a postal address has figures and is no sentence."""
    words = _plain(line)
    is_address = len(words) <= _ADDRESS_MAX and re.search(r"\d", words) and not re.search(r"[.!?…:]$", words)
    return bool(is_address or _FOOTER.match(words) or _ABOUT_THE_MAIL.search(words) or _MERGE_TAG_LINE.fullmatch(words))


def _plain(markdown: str) -> str:
    words = re.sub(r"\\(.)|[*_`]", lambda found: found[1] or "", _LINK.sub(r"\1", markdown))
    return " ".join(words.split())
