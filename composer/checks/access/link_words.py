"""Checks that the words of a link say where it leads, in the language of the mail, and show no other address.

Source: WCAG 2.2, 2.4.4 and 2.4.9 (link purpose); mail programs and spam filters compare the address that is shown with
the one that is behind it (Thunderbird's and Rspamd's rules for phishing).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from composer.checks.finding import Finding, find
from composer.checks.proof import Proof
from composer.link_address import LinkError, host_of, spell_link

_VAGUE: Mapping[str, str] = {
    "en": "click, click here, here, link, this link, read here, press here, tap here",
    "fr": "cliquez, cliquez ici, cliquer ici, ici, lien, ce lien, par ici",
    "de": "hier, hier klicken, klicken sie hier, klick hier, klicke hier, link, dieser link, diesem link",
    "nl": "hier, klik hier, link, deze link",
    "es": "aquí, aqui, haz clic aquí, haga clic aquí, clic aquí, pincha aquí, enlace, este enlace",
    "pt": "aqui, clique aqui, clica aqui, link, este link, ligação",
    "it": "qui, clicca qui, cliccare qui, clicchi qui, link, questo link",
    "ca": "aquí, feu clic aquí, cliqueu aquí, enllaç",
    "ro": "aici, click aici, apasă aici, clic aici, link",
    "pl": "tutaj, tu, kliknij tutaj, kliknij tu, kliknij, link",
    "cs": "zde, klikněte zde, tady, odkaz",
    "sk": "tu, kliknite sem, kliknite tu, sem, odkaz",
    "hu": "itt, ide, kattintson ide, kattints ide, kattintson, link",
    "sv": "här, klicka här, länk",
    "da": "her, klik her, link",
    "nb": "her, klikk her, trykk her, lenke",
    "fi": "tästä, täältä, tässä, klikkaa tästä, klikkaa, linkki",
    "el": "εδώ, κάντε κλικ εδώ, πατήστε εδώ",
    "tr": "burada, buradan, buraya, buraya tıklayın, buraya tıkla, tıklayın, bağlantı, link",
    "ru": "здесь, тут, нажмите здесь, нажмите сюда, ссылка, по ссылке",
    "uk": "тут, натисніть тут, клацніть тут, посилання",
    "bg": "тук, кликнете тук, натиснете тук",
    "ar": "هنا, اضغط هنا, انقر هنا, إضغط هنا, من هنا, رابط, الرابط",
    "fa": "اینجا, اینجا کلیک کنید",
    "he": "כאן, לחצו כאן, לחץ כאן, קישור",
    "ja": "こちら, こちらから, ここ, ここをクリック, こちらをクリック, クリック, 詳しくはこちら, 詳細はこちら, リンク",
    "zh": "这里, 此处, 点击这里, 点击此处, 点这里, 请点击, 链接, 這裡, 此處, 點擊這裡, 點擊此處, 按此, 連結",
    "ko": "여기, 여기를 클릭, 여기를 클릭하세요, 이곳, 클릭, 링크",
    "hi": "यहाँ, यहां, यहाँ क्लिक करें, यहां क्लिक करें",
}
"""Words that say nothing of where they lead, by language; English ones are pressed everywhere."""
_SAYINGS = {language: frozenset(words.split(", ")) for language, words in _VAGUE.items()}

_SHOWN = re.compile(r"(?:https?://|www\.)[^\s/]+", re.IGNORECASE)
_BARE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<last>[a-z]{2,})(?:/\S*)?")
_OF_SITES = frozenset(
    {
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "int",
        "mil",
        "info",
        "biz",
        "eu",
        "example",
        "at",
        "au",
        "be",
        "bg",
        "br",
        "ca",
    }
    | {"ch", "cn", "cz", "de", "dk", "es", "fi", "fr", "gr", "hu", "ie", "it", "jp", "mx", "nl", "no", "pl", "pt", "ro"}
    | {"ru", "se", "tr", "ua", "uk", "us"}
)
"""How a host ends that is no file (``report.pdf``, ``setup.py``) and no product (``Node.js``)."""


def check_link_words(proof: Proof) -> Iterator[Finding]:
    """The words say where a link leads, and do not show another address."""
    for link in proof.links:
        words = link.words.strip()
        if is_vague(words, proof.language):
            message = f"{words!r} does not say where the link leads"
            yield find("link-vague", link.position, message, "name what is there; many hear or see only these words")
        shown, host = _host_shown(words), host_of(link.url)
        if shown and host and "{{" not in host and not _is_one_site(shown, host):
            message = f"the words show {shown}, the link leads to {_readable(host)}; that looks like fraud"
            yield find("link-misleading", link.position, message, "show the same address, or words")


def is_vague(words: str, language: str) -> bool:
    """Tell whether the words of a link in a mail of ``language`` would fit any other: "click here"."""
    return _bare_words(words) in _SAYINGS["en"] | _SAYINGS.get(language.partition("-")[0], frozenset())


def _bare_words(words: str) -> str:
    """Give words without the signs around them: arrows, quotation marks, full stops."""
    if words[:1].isalnum() and words[-1:].isalnum():
        return words.casefold()
    letters = [place for place, sign in enumerate(words) if unicodedata.category(sign)[0] in "LMN"]
    return words[letters[0] : letters[-1] + 1].casefold() if letters else ""


def _host_shown(words: str) -> str:
    """Give the host that words show; "" if they show none. In A-labels, without ``www.``."""
    found = _SHOWN.match(words)
    bare = None if found else _BARE.fullmatch(words)
    if found is None and (bare is None or bare["last"] not in _OF_SITES):
        return ""
    shown = re.sub(r"^https?://", "", found[0] if found else words, flags=re.IGNORECASE)
    try:
        return host_of(spell_link(f"https://{shown.rstrip('.,:;!?)')}")).removeprefix("www.")
    except LinkError:
        return ""


def _is_one_site(shown: str, host: str) -> bool:
    """Tell whether a host is the one that is shown, or a part of it: ``survey.example.org`` of ``example.org``."""
    host = host.removeprefix("www.")
    return host == shown or host.endswith(f".{shown}") or shown.endswith(f".{host}")


def _readable(host: str) -> str:
    return host if "xn--" not in host else ".".join(map(_label, host.split(".")))


def _label(label: str) -> str:
    return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
