"""Words by which a file may say that somebody has left: in names of columns, in values, in names of files.

They only raise a question, and never answer one: whether “blocked: no” keeps somebody on a list, whoever has the file
must say. Exceptions are the words of a column called status, which say one thing in every program (``STATUS_WORDS``).

In the languages of people who write such files, without accents, for names are compared without them. A stem counts
wherever it stands in a name, a short word only by itself, so that “estate” and “leftover” ask nothing.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable

from composer.audience.subscriptions import SubscriptionStatus

_CONFIRMED, _PENDING, _LEFT = (
    SubscriptionStatus.CONFIRMED,
    SubscriptionStatus.PENDING,
    SubscriptionStatus.UNSUBSCRIBED,
)


def bare(text: str) -> str:
    """Write a name or value without case, accents, spaces and signs, as they are compared."""
    return re.sub(r"[\W_]+", "", unaccented(text))


def unaccented(text: str) -> str:
    """Write a text in lower case and without accents."""
    if text.isascii():
        return text.strip().lower()
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    # Of a long text only a few hundred different characters are looked at.
    accents = [character for character in set(decomposed) if unicodedata.combining(character)]
    return decomposed.translate(dict.fromkeys(map(ord, accents))) if accents else decomposed


def _words(text: str) -> frozenset[str]:
    return frozenset(map(unaccented, text.split()))


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(bare, text.split()))


# Of leaving, of being put out, of mail that came back. In English; French; German; Spanish, Italian and Portuguese;
# Dutch and Polish; Swedish, Danish, Norwegian, Finnish and Czech; Turkish, Russian, Greek, Chinese, Japanese, Arabic;
# Hungarian, Romanian, Ukrainian, Bulgarian; the Baltic and the South Slavic ones; Catalan, Basque, Welsh, Icelandic;
# Hebrew, Persian, Korean, Vietnamese, Indonesian, Thai, Hindi.
_LEAVING_STEMS = _stems(
    """
    unsub optout optedout blocked blocklist blacklist disabled inactive bounce deleted removed spam complain suppress
    cancel unreachable undeliver donot nomail noemail invalid churn quarantin revoked withdraw exclu abuse junk
    dontmail dontcontact dontsend nepasenvoyer nepascontacter keineemail keinemail keinenewsletter keinnewsletter
    ehemalig noenviar nocontactar nonscrivere geenemail geenmail
    deactiv lapsed archived trash nonsubscri notsubscri neversubscri stopmail terminat resigned deceased
    desabon desinscri bloque inactif desactiv supprim refus plainte rebond resili radie opposition
    abgemeld abmeld austritt ausgetreten gekundigt kundigung gesperrt sperr inaktiv deaktiv gelosch loschung
    widerruf widerspr beschwerde unzustellbar abbestell verstorben ausgeschied
    desuscri bloquead inactiv eliminad borrad queja rebot rechaz disiscri cancell bloccat inattiv eliminat rimoss
    disattiv reclam rimbalz revocat descadastr inativ excluid removid
    afgemeld afmeld uitgeschrev uitschrij geblokkeerd inactief verwijderd opgezegd opzeg klacht
    wypisan rezygn zablok nieaktywn usuniet odbic skarg
    avregistr avanmal avsluta avmeld blocker blokker slettet raderad framel peruut poistu estett odhlas smazan
    iptal engellen отпис заблок удален διαγραφ 退订 退訂 取消 黑名单 配信停止 解除 退会 الغاء محظور ملغ
    leirat kilepe kilepett torolt letilt dezabon dezinscri blocat anulat відпис видален скасов изтрит απεγγρ διεγρ
    atsisak istrint atrakst dzest loobu kustut odjav obrisan izbrisan blokiran ispisan одјав
    desapunt desubscri gadael daddanysgrif afskra uppsogn
    הסר הוסר מחק ביטול لغو انصراف حذف 수신거부 구독취소 해지 탈퇴 취소 차단 거부 희망하지
    hủyđăng đãhủy ngừngnhận berhenti dibatalkan ยกเลิก रद्द समाप्त しない 不接收 不订阅
    """
)
_LEAVING_WORDS = _words(
    """
    former formers ex dnm dnc end ancien anciens ancienne anciennes antiguos ehemals
    left gone held hold stop stopped cleaned ended expired exit quit departed dead leave leaving leavers opt dropped
    depart sortie sorti parti stoppe weg raus ende baja bajas uscita saida uit ud ut pois silindi
    abgang fin baixa baixes uitval utzi sters retras peruttu lapsed denied declined refused rejected dropped
    """
)
# Of standing somewhere, or of agreeing: they may say either.
_STANDING_STEMS = _stems(
    """
    subscri optin optedin status enabled consent permission marketing mailable sendable gdpr acceptsmail acceptsemail
    wantsmail wantsemail mailok emailok sendmail receivesmail receiveemail
    abonn statut actif consentement rgpd inscri aktiv einwillig zustimm zugestimmt erlaubnis dsgvo werbung
    suscri consentim iscri attiv consenso abbon actief toestemming situacao ativo zgoda aktywn aktiiv souhlas
    samtyck samtykke abonelik durum статус подпис κατασταση 状态 狀態 状態 ステータス 订阅 購読 حالة اشتراك
    allapot feliratk pretplat stanje підпис абонам סטטוס רשום وضعیت اشتراک 상태 구독 수신 trạngthái đăngký
    frequency frequenz haufigkeit frequence frecuencia memberuntil validuntil mitgliedbis gultigbis membrejusqu
    langganan สถานะ स्थिति
    """
)
_STANDING_WORDS = _words(
    "active state valid accepts accepted optins subscription etat zustand estado activo activa stato stan stav "
    "tila stare estat egoera staða stada"
)

# Of a mailing: whether it is sent to them at all is said by yes and no below such a name.
_SENDING_STEMS = _stems(
    """
    newsletter mailing bulletin infolettre lettre rundbrief rundschreiben kontakt boletin bollettin nieuwsbrief
    nyhedsbrev nyhetsbrev biuletyn zpravodaj uutiskirje contact notif benachricht communicat kommunikation allow agree
    receive wants рассылк розсилк ニュースレター メルマガ メール 配信 电子报 通讯 نشرة 뉴스레터 메일 hirlevel novice
    mail epost courriel correo comms ilmoit
    """
)
# Whole words of a name that are too short, or begin too many others, to be looked for within one.
_POST_WORDS = _words(
    """
    post posts letter letters brief briefe briefpost postal poste courrier courriers correspondence carta cartas lettera
    lettere posta brieven brev breve circular circulars writing mailed posting
    письмо письма почта 信 信件 邮寄 手紙 郵便 편지 우편
    """
)
_OF_AN_ADDRESS = _words(
    """
    code office box town city nr no number address adresse street district area zip region country id count title
    head greeting salutation anrede formule
    """
)
# Of leaving a list and of nothing else, in the texts of a column that has another name.
_IN_TEXTS = re.compile(
    r"unsub(?:scri|\b)|(?:non|not|never)[ _-]?subscri|\bopt(?:ed|ing)?[ _-]?out\b|\bbounced\b|hard[ _-]?bounce"
    r"|\bdo(?:es)?(?: not|[ _-]?n.?t)[ _-](?:e-?mail|mail|contact|send|write|want|wish|allow)|\bnomail\b|undeliverable"
    r"|blacklisted|blocklisted|\bformer\b|\bdeceased\b|\bgone away\b|\bex[ -](?:member|mitglied|membre|abonn|socio)"
    r"|desabonn|desinscri|leiratkoz|dezabon|відпис"
    r"|\banciene?n?e?s? (?:membre|abonn)|abgemeld|abbestell|ausgetreten|austritt"
    r"|gekundigt|\behemalig|verstorben|unzustellbar|\bkeine? (?:e-?mail|newsletter|post)|desuscri|\bde baja\b"
    r"|disiscri|descadastr|afgemeld|uitgeschrev|wypisan|avregistr|avanmald|avmeldt|frameldt|odhlas"
    r"|отпис|退订|退訂|配信停止|退会"
    # What people say of it, as it is noted down.
    r"|\bno (?:more|longer)\b.{0,20}?\b(?:e-?mail|mail|newsletter|letter|member|subscri|interest|want|wish|receiv)"
    r"|\b(?:remove|take) (?:me|her|him|them|us)\b|\bstop (?:sending|mailing|writing|e-?mail)"
    r"|\bkeine? (?:weiteren )?(?:mails?\b|rundbrief|werbung|zusendung)"
    r"|\bnicht (?:mehr )?(?:anschreiben|anmailen|schreiben|zusenden|schicken|kontaktieren)"
    r"|\bne (?:souhaite|veut|desire|doit)\b.{0,20}?\b(?:recevoir|courriel|e-?mail|lettre)"
    r"|\bne (?:plus |pas )+(?:ecrire|envoyer)"
    r"|\bplus (?:de |d.)(?:e-?mail|mail|courriel|lettre|newsletter)"
    r"|\bno (?:quiere|desea)\b.{0,20}?\b(?:recib|correo|e-?mail|bolet)"
    r"|\bnao (?:quer|deseja)\b.{0,20}?\b(?:receb|e-?mail)"
    r"|\bnon (?:vuole|desidera)\b.{0,20}?\b(?:ricev|e-?mail|mail|newsletter)|\bgeen (?:e-?mail|mail|nieuwsbrief)"
)
# Every match of the expression above has one of these in it, or a match of the expression below.
_SEEDS = (
    """
unsub|subscri|opt|bounce|nomail|undeliverable|blacklisted|blocklisted|former|deceased|gone away|desabonn|desinscri
leiratkoz|dezabon|відпис|ancien|abgemeld|abbestell|ausgetreten|austritt|gekundigt|ehemalig|verstorben|unzustellbar|kein
desuscri|de baja|disiscri|descadastr|afgemeld|uitgeschrev|wypisan|avregistr|avanmald|avmeldt|frameldt|odhlas|отпис|退订
退訂|配信停止|退会|no more|no longer|remove |take |stop |nicht |ne souhaite|ne veut|ne desire|ne doit|ecrire|envoyer
plus d|no quiere|no desea|nao |non vuole|non desidera|geen
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)
_SEED = re.compile(r"n.?t[ _-](?:e-?mail|mail|contact|send|write|want|wish|allow)|ex[ -](?:mem|mit|abo|soc)")
_LINK = re.compile(r"\S+://\S+")
_TEXT_MAX = 5_000
_VALUE_WORDS = 2
_WHOLE_MIN = 4  # “UT” is a state, “ud” and “ex” are much else

STATUS_WORDS: dict[str, SubscriptionStatus] = {
    **dict.fromkeys(
        _words(
            """
            confirmed subscribed active enabled abonne abonnee inscrit inscrite confirme actif angemeldet bestatigt
            aktiv abonniert suscrito suscrita activo activa confirmado iscritto iscritta attivo confermato
            ingeschreven aangemeld actief inscrito ativo zapisany aktywny
            """
        ),
        _CONFIRMED,
    ),
    **dict.fromkeys(
        _words(
            """
            pending unconfirmed unactivated validating ausstehend unbestatigt pendiente pendente onbevestigd
            oczekujacy nonconfirme nonconfirmee enattente inattesa awaitingconfirmation waitingforconfirmation
            notconfirmed
            """
        ),
        _PENDING,
    ),
    **dict.fromkeys(
        _words(
            """
            unsubscribed unsubscribe cleaned optedout optout blocked blocklisted blacklisted disabled bounced
            hardbounced hardbounce deleted removed complained complaint spam junk abused suppressed unreachable
            undeliverable cancelled canceled nonsubscribed notsubscribed neversubscribed archived desabonne
            desabonnee desinscrit
            desinscrite resilie bloque abgemeldet abbestellt gesperrt geloscht gekundigt inaktiv baja desuscrito
            cancelado bloqueado disiscritto cancellato bloccato afgemeld uitgeschreven geblokkeerd descadastrado
            wypisany zablokowany
            """
        ),
        _LEFT,
    ),
}
"""What a status says whatever the program, written as ``bare`` leaves it. “inactive” is not among them: in Kit it is
somebody who has not confirmed, in beehiiv somebody who has left."""

_YES_NO = _words(
    """
    yes no y n true false t f 0 1 x on off oui non o ja nein j si sim nao nee tak nie jah ei kylla vrai faux wahr
    falsch verdadero falso vero verdadeiro prawda falsz nej nei ano ne evet hayir да нет не так ні ναι οχι
    是 否 はい いいえ نعم لا כן לא بله خیر 예 네 아니오 아니요 igen nem nu taip jo po bai ez sim tidak ya tak co khong
    av pa aan an aus allume eteint inn ut zapnuto vypnuto ใช่ ไม่ใช่ हाँ नहीं có không já
    """
)
_LEFT_WORDS = frozenset(word for word, status in STATUS_WORDS.items() if status is _LEFT)
_PARTS = re.compile(r"[,;|\n]")
_NO_SIGN_OF_PARTS = re.compile(r"(?:[^\w,;|\n]|_)+")
_NO_TIME = re.compile(r"0000.*|00[./-].*|1970-01-01(?!\d).*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?!\d).*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.*|\d{4}/\d{1,2}/\d{1,2}\b.*|\d{10}|\d{13}"
)
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])|[^\W\d_]+")


def tells_of_leaving(name: str) -> bool:
    """Whether the name of a file or column has a word of leaving in it."""
    return _has(name, _LEAVING_STEMS, _LEAVING_WORDS)


def may_tell_of_leaving(name: str) -> bool:
    """Whether the values under such a name may say who has left."""
    # A “subscriber number” is nobody's status.
    standing = re.sub("subscribers?|abonnenten?", " ", name, flags=re.IGNORECASE)
    return tells_of_leaving(name) or _has(standing, _STANDING_STEMS, _STANDING_WORDS)


def status_word(value: str) -> SubscriptionStatus | None:
    """What the value says of somebody in every program; none for a word that we do not know."""
    return STATUS_WORDS.get(bare(value))


def is_yes_or_no(value: str) -> bool:
    """Whether the value is one of two answers, in whatever language."""
    return unaccented(value) in _YES_NO or value.strip() in {"✓", "✔", "✗", "✘", "–", "-"}


def is_date(value: str) -> bool:
    """Whether the value is a day or a time."""
    return _DATE.fullmatch(value.strip()) is not None and not _NO_TIME.match(value.strip())


def tells_a_time(value: str) -> bool:
    """Whether the value is a day or a time, in numbers or in words: “Mar 13, 2024 at 10:00”."""
    return is_date(value) or (_YEAR.search(value) is not None and not _NO_TIME.match(value.strip()))


def smells_of_leaving(value: str) -> bool:
    """Whether a value that is one of few in its column is a word of leaving, or has one in it: “Lapsed”, “LEFT”."""
    whole = bare(value)
    if len(value.split()) > _VALUE_WORDS or "@" in value or _LINK.search(value):
        return False
    return (len(whole) >= _WHOLE_MIN and whole in _LEAVING_WORDS) or any(stem in whole for stem in _LEAVING_STEMS)


def tells_of_sending(name: str) -> bool:
    """Whether few values below such a name may say who is written to."""
    whole = bare(name)
    words = set(re.findall(r"[^\W\d_]+", unaccented(name)))
    is_of_post = bool(words & _POST_WORDS) and not words & _OF_AN_ADDRESS
    return is_of_post or any(stem in whole for stem in _SENDING_STEMS)


def that_may_mention_leaving(values: Collection[str]) -> Collection[str]:
    """Give those of the values in which ``leaving_mentions`` may find a word: by one look at all, nearly always none.

    The expression tries all that it knows at every letter, so it is asked of values alone that have a word's beginning.
    """
    plain = unaccented("\n".join(values))
    if "://" in plain:
        plain = _LINK.sub(" ", plain)
    if not _may_mention(plain):
        return ()
    return [value for value in values if "://" in value or _may_mention(unaccented(value))]


def _may_mention(plain: str) -> bool:
    if any(seed in plain for seed in _SEEDS) or _SEED.search(plain):
        return True
    return not _LEFT_WORDS.isdisjoint(_PARTS.split(_NO_SIGN_OF_PARTS.sub("", plain)))


@functools.lru_cache(maxsize=4096)
def leaving_mentions(text: str) -> tuple[str, ...]:
    """Find the words of leaving in a text: a part of a list (tags) that is one, and others in the order they stand.

    Without accents. Links are not read: one for unsubscribing stands beside everybody.
    """
    plain = _LINK.sub(" ", unaccented(text[:_TEXT_MAX]))
    parts = {part.strip(): None for part in _PARTS.split(plain) if status_word(part) is _LEFT}
    words = {_whole_word(plain, *found.span()): None for found in _IN_TEXTS.finditer(plain)}
    # The word within a part that is one already is not another one.
    return (*parts, *(word for word in words if not any(word in part for part in parts)))


def _whole_word(text: str, start: int, end: int) -> str:
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def _has(name: str, stems: Iterable[str], words: frozenset[str]) -> bool:
    whole = bare(name)
    if any(stem in whole for stem in stems):
        return True
    return not words.isdisjoint(unaccented(word) for word in _WORD.findall(_plain(name)))


def _plain(name: str) -> str:
    """Without accents, but with capitals, which begin a word in “OptOut”."""
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
